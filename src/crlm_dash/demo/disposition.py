"""Who a patient is and how participation went: DM, DS, DV, SS, DD."""

from __future__ import annotations

import numpy as np

from crlm_dash.demo.course import Course
from crlm_dash.demo.patient import Fate, Patient
from crlm_dash.demo.records import Records, Value, iso
from crlm_dash.demo.visits import VisitMissed

_RACES = {"CHN": "ASIAN", "JPN": "ASIAN"}
_DEVIATIONS = (
    ("Chemotherapy cycle delayed by more than 14 days without toxicity", "TREATMENT", 0.05),
    ("Questionnaire answered after the consultation", "PROCEDURE", 0.05),
    ("Liver MRI replaced by CT", "IMAGING", 0.05),
    ("Outdated version of the consent form signed", "INFORMED CONSENT", 0.02),
)


def write_disposition(
    records: Records,
    patient: Patient,
    course: Course,
    missed: list[VisitMissed],
    fatal_event: str,
    rng: np.random.Generator,
) -> None:
    """DM, DS, DV, SS and DD of one patient."""
    _write_subject(records, patient, course)
    _write_milestones(records, patient)
    _write_survival(records, patient, course, fatal_event, rng)
    if patient.enrolled:
        _write_deviations(records, patient, missed, rng)


def actual_arm(patient: Patient, course: Course) -> tuple[str, str] | None:
    """Code and name of the arm whose treatment was begun; None before any treatment."""
    last = patient.last_known
    if any(p.start <= last and p.group == "STAGE 1" for p in course.procedures):
        return patient.trial.local.code, patient.trial.local.name
    if course.treatment_start <= last:
        return patient.trial.systemic.code, patient.trial.systemic.name
    return None


def _write_subject(records: Records, patient: Patient, course: Course) -> None:
    planned = patient.trial.local if patient.local else patient.trial.systemic
    actual = actual_arm(patient, course) if patient.enrolled else None
    start = course.treatment_start if patient.enrolled else patient.last_known + 1
    treated = start <= patient.last_known
    ends = [p.end for p in course.procedures if p.start <= patient.last_known]
    ends += [c.end for x in course.lines if x.setting == "PROTOCOL" for c in x.cycles if c.start <= patient.last_known]
    decided = patient.fate is Fate.FAILED and patient.last_known >= patient.decided
    reason = "SCREEN FAILURE" if decided else "NOT ASSIGNED"
    last = iso(patient.last_known)
    values: dict[str, Value] = {
        "SUBJID": patient.subjid,
        "RFSTDTC": iso(patient.decided) if patient.enrolled else None,
        "RFENDTC": last if patient.enrolled else None,
        "RFXSTDTC": iso(start) if treated else None,
        "RFXENDTC": iso(min(max(ends), patient.last_known)) if treated else None,
        "RFICDTC": iso(patient.consent),
        "RFPENDTC": last,
        "DTHDTC": iso(patient.death) if patient.died else None,
        "DTHFL": "Y" if patient.died else None,
        "SITEID": patient.site.siteid,
        "AGE": _age(patient),
        "AGEU": "YEARS",
        "SEX": patient.sex,
        "RACE": _RACES.get(patient.site.country, "WHITE"),
        "ETHNIC": "NOT HISPANIC OR LATINO",
        "ARMCD": planned.code if patient.enrolled else None,
        "ARM": planned.name if patient.enrolled else None,
        "ACTARMCD": actual[0] if actual else None,
        "ACTARM": actual[1] if actual else None,
        "ARMNRS": ("ASSIGNED, NOT TREATED" if actual is None else None) if patient.enrolled else reason,
        "COUNTRY": patient.site.country,
    }
    records.add("DM", patient, patient.consent, values)


def _age(patient: Patient) -> int:
    too_old = patient.trial.trial == "CRLM-EHD" and "I01" in patient.unmet
    return 81 + patient.number % 4 if too_old else patient.age


def _write_milestones(records: Records, patient: Patient) -> None:
    _ds(records, patient, "INFORMED CONSENT OBTAINED", "PROTOCOL MILESTONE", "SCREENING", patient.consent)
    if patient.fate is Fate.ENROLLED:
        _ds(records, patient, "ENROLLED", "PROTOCOL MILESTONE", "SCREENING", patient.decided)
        if patient.left:
            epoch = "FOLLOW-UP"
            _ds(records, patient, patient.left, "DISPOSITION EVENT", epoch, patient.last_known)
    else:
        failed = patient.fate is Fate.FAILED
        word = "SCREEN FAILURE" if failed else "WITHDRAWAL BY SUBJECT"
        _ds(records, patient, word, "DISPOSITION EVENT", "SCREENING", patient.decided)


def _ds(records: Records, patient: Patient, word: str, category: str, epoch: str, day: int) -> None:
    values = {"DSTERM": word, "DSDECOD": word, "DSCAT": category, "EPOCH": epoch}
    records.add("DS", patient, day, values)


def _write_survival(
    records: Records, patient: Patient, course: Course, fatal_event: str, rng: np.random.Generator
) -> None:
    """SS at every visit and at the last contact; DD for the dead."""
    if not patient.enrolled:
        return
    seen = [v.day for v in course.visits if v.planned]
    alive_last = [] if patient.died or patient.last_known in seen else [patient.last_known]
    for day in seen + alive_last:
        if not (patient.died and day >= patient.death):
            _ss(records, patient, "ALIVE", day)
    if patient.died:
        _ss(records, patient, "DEAD", patient.death)
        cause = _cause(patient, course, fatal_event, rng)
        values = {
            "DDTESTCD": "PRCDTH",
            "DDTEST": "Primary Cause of Death",
            "DDORRES": cause,
            "DDSTRESC": cause,
        }
        records.add("DD", patient, patient.death, values)


def _ss(records: Records, patient: Patient, state: str, day: int) -> None:
    values = {"SSTESTCD": "SURVSTAT", "SSTEST": "Survival Status", "SSORRES": state, "SSSTRESC": state}
    records.add("SS", patient, day, values)


def _cause(patient: Patient, course: Course, fatal_event: str, rng: np.random.Generator) -> str:
    if fatal_event:
        return f"ADVERSE EVENT: {fatal_event.upper()}"
    if min(patient.liver_progression, patient.extra_progression) <= patient.death:
        return "PROGRESSION OF COLORECTAL CANCER"
    causes = ("CARDIOVASCULAR DISEASE", "INFECTION", "OTHER MALIGNANCY", "UNKNOWN")
    return str(rng.choice(causes, p=[0.4, 0.25, 0.1, 0.25]))


def _write_deviations(records: Records, patient: Patient, missed: list[VisitMissed], rng: np.random.Generator) -> None:
    span = max(patient.last_known - patient.decided, 1)
    for term, category, share in _DEVIATIONS:
        if rng.random() < share:
            day = patient.consent if "consent" in term else patient.decided + int(rng.random() * span)
            _dv(records, patient, term, category, day)
    if patient.overlooked:
        term = f"Enrolled although criterion {patient.overlooked} was not met"
        _dv(records, patient, term, "ELIGIBILITY", patient.decided)
    for visit in missed:
        if rng.random() < 0.4:
            planned = {v.visit: v.day for v in patient.trial.visits}[visit.name]
            _dv(records, patient, f"{visit.name}: visit not made", "VISIT", patient.decided + planned + 14)


def _dv(records: Records, patient: Patient, term: str, category: str, day: int) -> None:
    values = {"DVTERM": term, "DVDECOD": term.upper(), "DVCAT": category, "EPOCH": "TREATMENT"}
    records.add("DV", patient, day, values)
