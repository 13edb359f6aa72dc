"""Quality of life: answers to EORTC QLQ-C30 and QLQ-LMC21, by item number only (wording is copyrighted)."""

from __future__ import annotations

import numpy as np

from crlm_dash.demo.course import Course
from crlm_dash.demo.patient import Patient
from crlm_dash.demo.records import Records
from crlm_dash.demo.visits import VisitMade
from crlm_dash.terms import Modality

_C30, _LMC21 = "EORTC QLQ-C30", "EORTC QLQ-LMC21"
_SEVEN_POINTS = (29, 30)  # of QLQ-C30
ITEMS = tuple((_C30, f"EOR01{i:02d}", i) for i in range(1, 31)) + tuple(
    (_LMC21, f"LMC21{i:02d}", i) for i in range(1, 22)
)
_REASONS = ("PATIENT TOO ILL", "PATIENT REFUSED", "NOT OFFERED BY SITE")


def write_quality_of_life(
    records: Records, patient: Patient, baseline: VisitMade, course: Course, rng: np.random.Generator
) -> None:
    """QS: both questionnaires at baseline and at visits that ask for them; some answers are missing."""
    habit = rng.normal(0, 0.35, len(ITEMS))  # what this patient tends to complain of
    well = float(np.clip(rng.beta(7, 2.4) - 0.08 * patient.ecog, 0.2, 1))
    for visit in [baseline, *course.visits]:
        if not visit.qol or visit.day > patient.last_known:
            continue
        now = _wellbeing(patient, course, visit.day, well)
        if rng.random() < 0.05 + 0.22 * (1 - now):
            _write_missing_form(records, patient, visit, str(rng.choice(_REASONS)))
        else:
            _write_form(records, patient, visit, now, habit, rng)


def _wellbeing(patient: Patient, course: Course, day: int, usual: float) -> float:
    """From 0 (worst) to 1: lower after an operation, under therapy, with progression and before death."""
    loss = 0.0
    for procedure in course.procedures:
        since = day - procedure.end
        if since >= 0:
            loss += (0.34 if procedure.modality == Modality.HEPATECTOMY else 0.10) * float(np.exp(-since / 60))
    if any(line.setting != "PRIOR" and line.start <= day <= line.end + 14 for line in course.lines):
        loss += 0.11
    if day >= course.progression_seen:
        loss += 0.08
    loss += 0.45 * float(np.clip(1 - (patient.death - day) / 240, 0, 1))
    return float(np.clip(usual - loss, 0.03, 1.0))


def _write_form(
    records: Records,
    patient: Patient,
    visit: VisitMade,
    now: float,
    habit: np.ndarray[tuple[int], np.dtype[np.float64]],
    rng: np.random.Generator,
) -> None:
    trouble = 1 + 3 * (1 - now) * 0.85 + habit + rng.normal(0, 0.45, len(ITEMS))
    worst_is_four = np.clip(np.round(trouble), 1, 4).astype(int)
    best_is_seven = np.clip(np.round(1 + 6 * now + rng.normal(0, 0.5, len(ITEMS))), 1, 7).astype(int)
    skipped = rng.random(len(ITEMS)) < 0.012
    for k, (category, code, item) in enumerate(ITEMS):
        seven = category == _C30 and item in _SEVEN_POINTS
        answer = None if skipped[k] else int(best_is_seven[k] if seven else worst_is_four[k])
        records.add(
            "QS",
            patient,
            visit.day,
            {
                "QSTESTCD": code,
                "QSTEST": f"{code[:5]}-Item {item}",
                "QSCAT": category,
                "QSORRES": answer,
                "QSSTRESC": answer,
                "QSSTRESN": answer,
                "QSSTAT": "NOT DONE" if answer is None else None,
                "QSREASND": "ITEM LEFT BLANK" if answer is None else None,
                "VISITNUM": visit.number,
                "VISIT": visit.name,
            },
        )


def _write_missing_form(records: Records, patient: Patient, visit: VisitMade, reason: str) -> None:
    for category in (_C30, _LMC21):
        records.add(
            "QS",
            patient,
            visit.day,
            {
                "QSTESTCD": "QSALL",
                "QSTEST": "All Questions",
                "QSCAT": category,
                "QSSTAT": "NOT DONE",
                "QSREASND": reason,
                "VISITNUM": visit.number,
                "VISIT": visit.name,
            },
        )
