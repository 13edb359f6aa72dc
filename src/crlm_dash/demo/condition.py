"""How a patient is doing: performance status, Child-Pugh and NYHA scores, vital signs."""

from __future__ import annotations

import numpy as np

from crlm_dash.demo.course import Course
from crlm_dash.demo.patient import Patient
from crlm_dash.demo.records import Records, Value
from crlm_dash.demo.visits import VisitMade

_SCALES = {
    "ECOG101": ("ECOG", "ECOG Performance Status"),
    "CPS101": ("CHILD-PUGH", "Child-Pugh Score"),
    "NYHA101": ("NYHA CLASS", "NYHA Class"),
}


def write_scores(records: Records, patient: Patient, course: Course, rng: np.random.Generator) -> None:
    """ECOG at every visit; Child-Pugh and NYHA at screening."""
    first = patient.trial.baseline
    ecog = 2 if "I07" in patient.unmet and patient.trial.trial == "CRLM-EHD" else patient.ecog
    points = 8 if "I09" in patient.unmet else 5 + int(rng.random() < 0.12)
    classes = 1 + int(rng.random() < 0.07)
    screening = VisitMade(first.visitnum, first.visit, patient.consent + 1, imaging=False, qol=False)
    _score(records, patient, screening, "ECOG101", ecog)
    _score(records, patient, screening, "CPS101", points)
    _score(records, patient, screening, "NYHA101", classes)
    for visit in course.visits:
        if visit.planned and rng.random() > 0.03:
            now = _performance(patient, course, visit.day, rng)
            _score(records, patient, visit, "ECOG101", now)


def _performance(patient: Patient, course: Course, day: int, rng: np.random.Generator) -> int:
    """ECOG: worse after progression and towards death."""
    left = patient.death - day
    worse = 2 if left < 60 else 1 if left < 180 else 0
    worse += int(day >= course.progression_seen and rng.random() < 0.3)
    return min(patient.ecog + worse + int(rng.random() < 0.08), 4)


def _score(records: Records, patient: Patient, visit: VisitMade, code: str, value: int) -> None:
    category, name = _SCALES[code]
    values: dict[str, Value] = {
        "RSTESTCD": code,
        "RSTEST": name,
        "RSCAT": category,
        "RSORRES": str(value),
        "RSSTRESC": str(value),
        "RSSTRESN": value,
        "RSEVAL": "INVESTIGATOR",
        "VISITNUM": visit.number,
        "VISIT": visit.name,
    }
    records.add("RS", patient, visit.day, values)


def write_vital_signs(records: Records, patient: Patient, course: Course, rng: np.random.Generator) -> None:
    """VS at screening and at every visit: weight falls before death."""
    first = patient.trial.baseline
    height = float(np.clip(rng.normal(170 if patient.sex == "M" else 159, 6), 145, 192))
    weight = float(np.clip(rng.normal(66 if patient.sex == "M" else 58, 9), 42, 105))
    pressure = float(np.clip(rng.normal(126, 11), 96, 152))
    screening = VisitMade(first.visitnum, first.visit, patient.consent + 1, imaging=False, qol=False)
    for i, visit in enumerate([screening, *(v for v in course.visits if v.planned)]):
        left = float(np.clip(1 - (patient.death - visit.day) / 200, 0, 1))
        systolic = float(np.clip(pressure + rng.normal(0, 7), 90, 158))
        if i == 0 and "E08" in patient.unmet:
            systolic = float(rng.integers(164, 185))
        signs = {
            "SYSBP": ("Systolic Blood Pressure", systolic, "mmHg"),
            "DIABP": ("Diastolic Blood Pressure", min(systolic * 0.60 + float(rng.normal(3, 4)), 94), "mmHg"),
            "WEIGHT": ("Weight", weight * (1 - 0.13 * left) + float(rng.normal(0, 0.8)), "kg"),
            "OXYSAT": ("Oxygen Saturation", float(np.clip(rng.normal(97.6, 0.9), 93, 100)), "%"),
        }
        if i == 0:
            signs["HEIGHT"] = ("Height", height, "cm")
        for code, (name, value, unit) in signs.items():
            if rng.random() > 0.015:
                _vital_sign(records, patient, visit, code, name, round(value), unit)


def _vital_sign(
    records: Records, patient: Patient, visit: VisitMade, code: str, name: str, value: int, unit: str
) -> None:
    values: dict[str, Value] = {
        "VSTESTCD": code,
        "VSTEST": name,
        "VSORRES": str(value),
        "VSORRESU": unit,
        "VSSTRESC": str(value),
        "VSSTRESN": value,
        "VSSTRESU": unit,
        "VISITNUM": visit.number,
        "VISIT": visit.name,
    }
    records.add("VS", patient, visit.day, values)
