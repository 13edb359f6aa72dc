"""Imaging: lesions measured scan by scan, and the RECIST 1.1 response that follows from the measurements.

The response is always computed from the rounded diameters that are written down; progression of the latent
course is made visible in them (growth of the targets, or new lesions), never declared beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from crlm_dash.demo.course import Course, Procedure
from crlm_dash.demo.lesions import NEW_ORGANS, SEGMENTS, Lesion
from crlm_dash.demo.patient import Patient
from crlm_dash.demo.records import Records, Value
from crlm_dash.demo.visits import VisitMade

_SCANS_AFTER_PROGRESSION = 3
_SHRINK, _GROW, _GROW_MM = 0.70, 1.20, 5


def recist(total: int, baseline: int, nadir: int, *, residual: bool, worse: bool) -> str:
    """
    RECIST 1.1 response of a set of lesions.

    Parameters
    ----------
    total, baseline, nadir : sum of target diameters in mm: now, at baseline, the smallest so far
    residual : a lesion that is not a target is still there
    worse : a new lesion, or unequivocal progression of one that is not a target
    """
    if worse or (total >= _GROW * nadir - 1e-9 and total - nadir >= _GROW_MM):
        return "PD"
    if total == 0 and not residual:
        return "CR"
    return "PR" if total <= _SHRINK * baseline else "SD"


@dataclass
class Compartment:
    """The lesions of the liver, or those outside it, and how they have done so far."""

    name: str
    lesions: list[Lesion]
    seen: int  # day of the scan that shows progression
    best: float  # smallest size, as a share of baseline, that systemic therapy will reach
    baseline: int = 0
    nadir: int = 0
    progressed: bool = False
    initial: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.baseline = self.nadir = self.total
        self.initial = {lesion.link: lesion.size for lesion in self.lesions}

    @property
    def total(self) -> int:
        """Sum of target diameters, mm."""
        return sum(lesion.size for lesion in self.lesions if lesion.role == "TARGET")

    @property
    def residual(self) -> bool:
        """Whether a lesion that is not a target is still there."""
        return any(lesion.size > 0 for lesion in self.lesions if lesion.role != "TARGET")

    def response(self, *, worse: bool) -> str:
        """RECIST 1.1 response of this compartment now."""
        return recist(self.total, self.baseline, self.nadir, residual=self.residual, worse=worse)


def write_imaging(
    records: Records, patient: Patient, found: list[Lesion], course: Course, rng: np.random.Generator
) -> None:
    """TU, TR and RS (tumour response) of all scans."""
    liver = Compartment("LIVER", [x for x in found if x.in_liver], course.liver_seen, _best(patient, rng))
    extra = Compartment("EXTRA", [x for x in found if not x.in_liver], course.extra_seen, _best(patient, rng))
    _write_baseline(records, patient, found)
    reader = _Reader(records, patient, course, liver, extra, rng)
    for scan in course.scans:
        if not reader.read(scan):
            break


def _best(patient: Patient, rng: np.random.Generator) -> float:
    """Most patients have had their best response before enrolment; some shrink further."""
    shrinks = rng.random() < (0.40 if patient.response != "SD" else 0.22)
    return float(rng.uniform(0.40, 0.68) if shrinks else rng.uniform(0.78, 1.05))


@dataclass
class _Reader:
    records: Records
    patient: Patient
    course: Course
    liver: Compartment
    extra: Compartment
    rng: np.random.Generator
    after: int = 0
    n_new: int = 0

    def read(self, scan: VisitMade) -> bool:
        """Measure and judge one scan; False once no further scan is read."""
        done = [p for p in self.course.procedures if p.end < scan.day]
        worse = {part.name: self._follow(part, scan, done) for part in (self.liver, self.extra)}
        self._write_measures(scan)
        self._judge(scan, worse)
        for part in (self.liver, self.extra):
            part.nadir = min(part.nadir, part.total)
        self.after += self.course.progression_seen <= scan.day
        both = self.liver.progressed and self.extra.progressed
        return self.after <= (_SCANS_AFTER_PROGRESSION if both else 3 * _SCANS_AFTER_PROGRESSION)

    def _follow(self, part: Compartment, scan: VisitMade, done: list[Procedure]) -> bool:
        """Move the lesions of one compartment to this scan; whether new lesions make it worse."""
        _treat(part, done)
        if part.progressed:
            _scale(part, float(self.rng.uniform(0.97, 1.16)))
            return True
        if scan.day < part.seen:
            self._respond(part, scan)
            return False
        part.progressed = True
        growing = [x for x in part.lesions if x.role == "TARGET" and x.size > 0]
        if growing and self.rng.random() < 0.6:
            wanted = _GROW * part.nadir + _GROW_MM + 2 + part.total * float(self.rng.uniform(0.02, 0.3))
            _scale(part, wanted / max(part.total, 1))
        if part.response(worse=False) != "PD" or self.rng.random() < 0.35:
            self._new_lesions(part, scan)
            return True
        return False

    def _respond(self, part: Compartment, scan: VisitMade) -> None:
        """Shrink towards the best response by month six, then creep up; never so far as to be progression."""
        share = min((scan.day - self.patient.decided) / 183, 1.0)
        aim = 1 - (1 - part.best) * share
        before = {lesion.link: lesion.size for lesion in part.lesions}
        for lesion in part.lesions:
            if lesion.size > 0 and lesion.role != "NEW":
                wobble = float(self.rng.normal(1, 0.03))
                lesion.size = max(round(part.initial[lesion.link] * aim * wobble), 2)
        # Two parts that each stay within this margin cannot be progression together.
        if part.total - part.nadir > max(2, 0.1 * part.nadir):
            for lesion in part.lesions:
                lesion.size = min(lesion.size, before[lesion.link])

    def _new_lesions(self, part: Compartment, scan: VisitMade) -> None:
        in_liver = part.name == "LIVER"
        for _ in range(1 + min(int(self.rng.poisson(1.0)), 4)):
            self.n_new += 1
            organ = "LIVER" if in_liver else _organ(self.patient, self.rng)
            segment = str(self.rng.choice(SEGMENTS)) if in_liver else ""
            size = int(np.clip(round(self.rng.lognormal(np.log(12), 0.35)), 6, 45))
            link = f"NEW{self.n_new:02d}"
            method = "MRI" if in_liver else "CT SCAN"
            lesion = Lesion(link, organ, segment, "NEW", size, found=scan.day, method=method)
            part.lesions.append(lesion)
            part.initial[link] = size
            _write_lesion(self.records, self.patient, lesion, scan)

    def _write_measures(self, scan: VisitMade) -> None:
        for lesion in [*self.liver.lesions, *self.extra.lesions]:
            _write_measure(self.records, self.patient, lesion, scan)

    def _judge(self, scan: VisitMade, worse: dict[str, bool]) -> None:
        """LIVRRESP, EXHPRESP and OVRLRESP; after progression in one place the other is still followed."""
        answers = {p.name: p.response(worse=worse[p.name]) for p in (self.liver, self.extra)}
        if self.liver.seen >= scan.day:
            self._write("LIVRRESP", "Liver Response", answers["LIVER"], scan)
        if self.extra.lesions and self.extra.seen >= scan.day:
            self._write("EXHPRESP", "Extrahepatic Response", answers["EXTRA"], scan)
        self._write("OVRLRESP", "Overall Response", self._overall(answers), scan)

    def _overall(self, answers: dict[str, str]) -> str:
        if "PD" in answers.values() or self.liver.progressed or self.extra.progressed:
            return "PD"
        parts = (self.liver, self.extra)
        return recist(
            sum(p.total for p in parts),
            sum(p.baseline for p in parts),
            sum(p.total for p in parts),  # neither part has progressed
            residual=any(p.residual for p in parts),
            worse=False,
        )

    def _write(self, code: str, name: str, answer: str, scan: VisitMade) -> None:
        _write_response(self.records, self.patient, code, name, answer, scan.day, scan.number, scan.name)


def _treat(part: Compartment, done: list[Procedure]) -> None:
    """Lesions treated before this scan are gone; a whole-liver procedure takes what was there on its day."""
    for procedure in done:
        treated = procedure.lesions
        if treated is None:
            treated = tuple(x for x in part.lesions if x.in_liver and x.found < procedure.start)
        for lesion in treated:
            if lesion.size > 0 and any(lesion is x for x in part.lesions):
                lesion.size, lesion.state = 0, "TREATED"


def _scale(part: Compartment, factor: float) -> None:
    for lesion in part.lesions:
        if lesion.size > 0:
            lesion.size = int(min(np.ceil(lesion.size * factor), 180))


def _organ(patient: Patient, rng: np.random.Generator) -> str:
    """Where new extrahepatic disease appears: mostly where it already was."""
    if patient.organs and rng.random() < 0.6:
        return str(rng.choice(patient.organs))
    return str(rng.choice(NEW_ORGANS, p=[0.46, 0.24, 0.18, 0.07, 0.05]))


def _write_baseline(records: Records, patient: Patient, found: list[Lesion]) -> None:
    planned = patient.trial.baseline
    scan = VisitMade(planned.visitnum, planned.visit, patient.imaging_day, imaging=True, qol=False)
    for lesion in found:
        _write_lesion(records, patient, lesion, scan)
        _write_measure(records, patient, lesion, scan)
    answer = "PD" if "I03" in patient.unmet and patient.trial.trial == "CRLM10" else patient.response
    _write_response(records, patient, "LIVRRESP", "Liver Response", answer, scan.day, scan.number, scan.name)


def _write_lesion(records: Records, patient: Patient, lesion: Lesion, scan: VisitMade) -> None:
    values: dict[str, Value] = {
        "TULNKID": lesion.link,
        "TUTESTCD": "TUMIDENT",
        "TUTEST": "Tumor Identification",
        "TUORRES": lesion.role,
        "TUSTRESC": lesion.role,
        "TULOC": lesion.organ,
        "TUMETHOD": lesion.method,
        "TUEVAL": "INVESTIGATOR",
        "VISITNUM": scan.number,
        "VISIT": scan.name,
    }
    records.add("TU", patient, scan.day, values, {"LIVSEG": lesion.segment})


def _write_measure(records: Records, patient: Patient, lesion: Lesion, scan: VisitMade) -> None:
    """The diameter while there is one; a target that is gone stays in the sum as 0 mm, others are 0 once."""
    state = "PRESENT" if lesion.size > 0 else lesion.state
    gone_before = lesion.last_written == state != "PRESENT"
    lesion.last_written = state
    if gone_before and lesion.role != "TARGET":
        return
    shared: dict[str, Value] = {
        "TRLNKID": lesion.link,
        "TRMETHOD": lesion.method,
        "TREVAL": "INVESTIGATOR",
        "VISITNUM": scan.number,
        "VISIT": scan.name,
    }
    diameter: dict[str, Value] = {
        "TRTESTCD": "LDIAM",
        "TRTEST": "Longest Diameter",
        "TRORRES": str(lesion.size),
        "TRORRESU": "mm",
        "TRSTRESC": str(lesion.size),
        "TRSTRESN": lesion.size,
        "TRSTRESU": "mm",
    }
    records.add("TR", patient, scan.day, shared | diameter)
    if not gone_before and (lesion.role != "TARGET" or state != "PRESENT"):
        tumour: dict[str, Value] = {"TRTESTCD": "TUMSTATE", "TRTEST": "Tumor State"}
        records.add("TR", patient, scan.day, shared | tumour | {"TRORRES": state, "TRSTRESC": state})


def _write_response(
    records: Records, patient: Patient, code: str, name: str, answer: str, day: int, number: float, visit: str
) -> None:
    values: dict[str, Value] = {
        "RSTESTCD": code,
        "RSTEST": name,
        "RSCAT": "RECIST 1.1",
        "RSORRES": answer,
        "RSSTRESC": answer,
        "RSEVAL": "INVESTIGATOR",
        "VISITNUM": number,
        "VISIT": visit,
    }
    records.add("RS", patient, day, values)
