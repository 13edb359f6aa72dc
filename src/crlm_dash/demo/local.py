"""Local treatment: which procedures a patient has, on which lesions, in which stages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crlm_dash.demo.course import Course, Procedure
from crlm_dash.demo.lesions import LEFT_SEGMENTS, SEGMENTS, Lesion
from crlm_dash.demo.patient import NEVER, Patient
from crlm_dash.demo.records import Records, iso
from crlm_dash.terms import Modality

_ABLATABLE_MM = 30
_MOST_ABLATIONS = 5
OCCLUSION = "PORTAL VEIN EMBOLIZATION"


def plan_local(patient: Patient, found: list[Lesion], course: Course, rng: np.random.Generator) -> None:
    """Add the local procedures of the patient's arm to the course."""
    liver = [lesion for lesion in found if lesion.in_liver]
    start = patient.decided + int(rng.integers(8, 27))
    if not patient.local:
        if patient.trial.trial == "CRLM-EHD" and rng.random() < 0.42:
            course.procedures += _through_the_artery(start, rng)
        course.procedures += _crossover(patient, course, rng)
        return
    refused = not patient.ned and rng.random() < 0.16
    if not refused:
        course.actual_local = True
        course.procedures += _curative(patient, liver, start, rng)
        course.procedures += _elsewhere(patient, found, start, rng)
        course.procedures += _repeat(patient, course, rng)


def _curative(patient: Patient, liver: list[Lesion], start: int, rng: np.random.Generator) -> list[Procedure]:
    """The planned procedures; without R0/R1 the last step fails: a margin, or a stage never reached."""
    planned = _plan(liver, start, rng)
    if patient.ned:
        return planned
    if len(planned) > 1 and planned[-1].start > start + 20 and rng.random() < 0.65:
        return planned[:-1]
    last = max((i for i, p in enumerate(planned) if p.is_surgery), default=-1)
    if last < 0:
        left_out = planned[-1].lesions or ()
        return [*planned[:-1], _replaced(planned[-1], lesions=tuple(left_out[:-1]))]
    spared = planned[last].lesions or ()
    planned[last] = _replaced(planned[last], lesions=tuple(spared[:-1]), margin="R2")
    return planned


def _replaced(procedure: Procedure, *, lesions: tuple[Lesion, ...], margin: str = "") -> Procedure:
    return Procedure(
        procedure.modality, procedure.start, procedure.end, procedure.group, lesions, margin, procedure.place
    )


def _plan(liver: list[Lesion], start: int, rng: np.random.Generator) -> list[Procedure]:
    small = [lesion for lesion in liver if lesion.size < _ABLATABLE_MM]
    left = [lesion for lesion in liver if lesion.segment in LEFT_SEGMENTS]
    right = [lesion for lesion in liver if lesion.segment not in LEFT_SEGMENTS]
    if len(small) == len(liver) and (len(liver) <= _MOST_ABLATIONS or rng.random() < 0.25):
        return _ablation_sessions(liver, start)
    choice = rng.random()
    if len(liver) >= 10 and left and right and choice < 0.45:
        return _two_stages(left, right, start, rng)
    if len(small) > 3 and choice > 0.80:
        return _resection_and_sbrt(liver, small, start, rng)
    return _resection(liver, small, start, "STAGE 1", rng)


def _ablation_sessions(liver: list[Lesion], start: int) -> list[Procedure]:
    """As many sessions as it takes with five ablations each, four weeks apart."""
    made = []
    for k in range(0, len(liver), _MOST_ABLATIONS):
        part = tuple(liver[k : k + _MOST_ABLATIONS])
        stage = k // _MOST_ABLATIONS
        day = start + 28 * stage
        made.append(Procedure(Modality.ABLATION, day, day, f"STAGE {stage + 1}", part, place=place(part)))
    return made


def _resection(
    liver: Sequence[Lesion], small: Sequence[Lesion], start: int, group: str, rng: np.random.Generator
) -> list[Procedure]:
    """One operation; small deep lesions are ablated during it."""
    n_ablated = min(int(rng.integers(0, 4)), len(small), len(liver) - 1) if rng.random() < 0.6 else 0
    ablated = tuple(small[len(small) - n_ablated :])
    resected = tuple(lesion for lesion in liver if lesion not in ablated)
    margin = "R0" if rng.random() < 0.66 else "R1"
    made = [Procedure(Modality.HEPATECTOMY, start, start, group, resected, margin, place(resected))]
    if ablated:
        made.append(Procedure(Modality.ABLATION, start, start, group, ablated, place=place(ablated)))
    return made


def _two_stages(left: list[Lesion], right: list[Lesion], start: int, rng: np.random.Generator) -> list[Procedure]:
    """Clear the left liver, occlude the right portal vein, wait for growth, take the right liver."""
    occlusion = start + int(rng.integers(0, 9))
    second = occlusion + int(rng.integers(26, 50))
    small = [lesion for lesion in left if lesion.size < 20]
    made = _resection(left, small, start, "STAGE 1", rng)
    made.append(
        Procedure(
            OCCLUSION,
            occlusion,
            occlusion,
            "STAGE 1",
            (),
            place="RIGHT PORTAL VEIN",
            category="HYPERTROPHY INDUCTION",
        )
    )
    margin = "R0" if rng.random() < 0.6 else "R1"
    made.append(Procedure(Modality.HEPATECTOMY, second, second, "STAGE 2", tuple(right), margin, place(right)))
    return made


def _resection_and_sbrt(
    liver: list[Lesion], small: list[Lesion], start: int, rng: np.random.Generator
) -> list[Procedure]:
    """Resection, then stereotactic radiotherapy of what could not be resected."""
    beam = tuple(small[: int(rng.integers(1, 4))])
    rest = [lesion for lesion in liver if lesion not in beam]
    first = start + int(rng.integers(28, 45))
    made = _resection(rest, [x for x in small if x not in beam], start, "STAGE 1", rng)
    made.append(Procedure(Modality.SBRT, first, first + 9, "STAGE 2", beam, place=place(beam)))
    return made


def _through_the_artery(start: int, rng: np.random.Generator) -> list[Procedure]:
    """TACE every six weeks or HAIC every four, beside systemic therapy; no lesion is removed."""
    modality, gap, most = (Modality.TACE, 42, 3) if rng.random() < 0.45 else (Modality.HAIC, 28, 6)
    n = int(rng.integers(1, most + 1))
    length = 0 if modality == Modality.TACE else 2
    return [
        Procedure(modality, start + gap * k, start + gap * k + length, f"SESSION {k + 1}", (), place="LIVER")
        for k in range(n)
    ]


def _elsewhere(patient: Patient, found: list[Lesion], start: int, rng: np.random.Generator) -> list[Procedure]:
    """Metastases outside the liver that are removed too."""
    made = []
    for organ in patient.organs:
        if rng.random() < 0.30:
            day = start + int(rng.integers(40, 100))
            there = tuple(lesion for lesion in found if lesion.organ == organ)
            made.append(
                Procedure(
                    "METASTASECTOMY",
                    day,
                    day,
                    "EXTRAHEPATIC",
                    there,
                    place=organ,
                    category="LOCAL TREATMENT OF EXTRAHEPATIC METASTASES",
                )
            )
    return made


def _repeat(patient: Patient, course: Course, rng: np.random.Generator) -> list[Procedure]:
    """A second local treatment of a relapse confined to the liver."""
    relapse = course.liver_seen
    if relapse == NEVER or relapse < patient.decided + 200 or course.extra_seen <= relapse + 60:
        return []
    if rng.random() > 0.42:
        return []
    modality = str(rng.choice([Modality.ABLATION, Modality.SBRT, Modality.HEPATECTOMY], p=[0.5, 0.25, 0.25]))
    return [_whole_liver(modality, relapse + int(rng.integers(20, 55)), "REPEAT 1", rng)]


def _crossover(patient: Patient, course: Course, rng: np.random.Generator) -> list[Procedure]:
    """Local treatment after all, for some who respond long enough to systemic therapy."""
    if patient.death < patient.decided + 420 or rng.random() > 0.17:
        return []
    day = patient.decided + int(rng.integers(150, 330))
    modality = str(rng.choice([Modality.ABLATION, Modality.SBRT, Modality.HEPATECTOMY], p=[0.45, 0.2, 0.35]))
    return [_whole_liver(modality, day, "CROSSOVER", rng)]


def _whole_liver(modality: str, day: int, group: str, rng: np.random.Generator) -> Procedure:
    margin = ("R0" if rng.random() < 0.6 else "R1") if modality == Modality.HEPATECTOMY else ""
    end = day + 9 if modality == Modality.SBRT else day
    return Procedure(modality, day, end, group, None, margin, "LIVER")


def place(treated: Sequence[Lesion]) -> str:
    """Segments of the treated lesions, in anatomical order."""
    there = {lesion.segment for lesion in treated}
    if not there:
        return "LIVER"
    word = "SEGMENT" if len(there) == 1 else "SEGMENTS"
    return f"LIVER {word} " + ", ".join(s for s in SEGMENTS if s in there)


def write_procedures(records: Records, patient: Patient, course: Course) -> None:
    """PR, with margin and number of lesions in SUPPPR."""
    for procedure in course.procedures:
        n = "" if procedure.lesions is None or not procedure.lesions else str(len(procedure.lesions))
        records.add(
            "PR",
            patient,
            procedure.start,
            {
                "PRGRPID": procedure.group,
                "PRTRT": procedure.modality,
                "PRCAT": procedure.category,
                "PRLOC": procedure.place,
                "PRINDC": "COLORECTAL CANCER METASTASES",
                "EPOCH": "TREATMENT",
                "PRENDTC": iso(procedure.end),
            },
            {"RESMARG": procedure.margin, "NLESTRT": n},
        )
