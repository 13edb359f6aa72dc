"""Laboratory values: the patient's own level, and its answer to operations, cycles and progression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crlm_dash.demo.course import Course
from crlm_dash.demo.patient import Patient
from crlm_dash.demo.records import Records, Value
from crlm_dash.terms import Modality

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Test:
    """A laboratory test: standard unit and limits, usual level, spread (log scale), decimals, other unit."""

    name: str
    unit: str
    low: float
    high: float
    level: float
    spread: float
    decimals: int
    other_unit: str = ""
    other_factor: float = 1.0


TESTS = {
    "NEUT": Test("Neutrophils", "10^9/L", 1.8, 6.3, 3.6, 0.25, 2, "10^3/uL", 1.0),
    "PLAT": Test("Platelets", "10^9/L", 125, 350, 195, 0.22, 0, "10^3/uL", 1.0),
    "HGB": Test("Hemoglobin", "g/L", 115, 165, 128, 0.08, 0, "g/dL", 0.1),
    "BILI": Test("Bilirubin", "umol/L", 3.4, 20.5, 10.0, 0.25, 1, "mg/dL", 1 / 17.104),
    "ALT": Test("Alanine Aminotransferase", "U/L", 7, 40, 26, 0.30, 0),
    "AST": Test("Aspartate Aminotransferase", "U/L", 13, 40, 28, 0.26, 0),
    "ALP": Test("Alkaline Phosphatase", "U/L", 45, 125, 96, 0.25, 0),
    "ALB": Test("Albumin", "g/L", 40, 55, 41, 0.06, 0, "g/dL", 0.1),
    "CREAT": Test("Creatinine", "umol/L", 45, 104, 70, 0.16, 0, "mg/dL", 1 / 88.42),
    "INR": Test("Prothrombin Intl. Normalized Ratio", "RATIO", 0.85, 1.2, 1.02, 0.05, 2),
    "APTT": Test("Activated Partial Thromboplastin Time", "s", 25, 37, 30, 0.08, 1),
    "CEA": Test("Carcinoembryonic Antigen", "ng/mL", 0, 5, 1.0, 0.10, 1, "ug/L", 1.0),
    "CA19_9AG": Test("Cancer Antigen 19-9", "U/mL", 0, 37, 1.0, 0.14, 1),
}
_CLEARANCE = Test("Creatinine Clearance", "mL/min", 80, 140, 90, 0.1, 0)
_OXYGEN = Test("Partial Pressure Oxygen", "mmHg", 80, 105, 90, 0.06, 0)
_BLOOD_COUNT = ("NEUT", "PLAT", "HGB")
_LIVER = ("BILI", "ALT", "AST", "ALP", "ALB", "INR")
_MARKERS = ("CEA", "CA19_9AG")
# What a procedure does to liver tests, against a hepatectomy.
_INSULT: dict[str, float] = {
    Modality.HEPATECTOMY: 1.0,
    Modality.TACE: 0.45,
    Modality.ABLATION: 0.35,
    Modality.SBRT: 0.2,
    Modality.HAIC: 0.2,
}


@dataclass(frozen=True)
class Sample:
    """A blood sample: when, at which visit, which tests."""

    day: int
    number: float
    visit: str
    tests: tuple[str, ...]


def write_labs(records: Records, patient: Patient, course: Course, rng: np.random.Generator) -> None:
    """LB: screening, every second cycle, the days after a liver procedure, and every visit."""
    samples = _samples(patient, course)
    days = np.array([sample.day for sample in samples], dtype=float)
    levels = _levels(patient, course, days, rng)
    weight = float(np.clip(rng.normal(66 if patient.sex == "M" else 58, 9), 42, 105))
    for i, sample in enumerate(samples):
        drawn = {code: float(levels[code][i]) for code in sample.tests}
        if i == 0:
            _within_criteria(patient, drawn, rng)
        if "CREAT" in drawn and i == 0:
            drawn["CREATCLR"] = clearance(patient, weight, drawn["CREAT"])
        if i == 0 and patient.trial.trial == "CRLM-EHD":
            drawn["PO2"] = float(np.clip(rng.normal(91, 5), 72, 104))
        for code, value in drawn.items():
            missing = rng.random() < (0.008 if i == 0 else 0.025)
            _write(records, patient, sample, code, None if missing else value)


def clearance(patient: Patient, weight: float, creatinine: float) -> float:
    """Creatinine clearance, mL/min, after Cockcroft and Gault; creatinine in µmol/L, weight in kg."""
    factor = 1.23 if patient.sex == "M" else 1.04
    return (140 - patient.age) * weight * factor / creatinine


def _samples(patient: Patient, course: Course) -> list[Sample]:
    everything = tuple(TESTS)
    first = patient.trial.baseline
    found = {patient.consent + 2: Sample(patient.consent + 2, first.visitnum, first.visit, everything)}
    if not patient.enrolled:
        return list(found.values())
    short = tuple(t for t in everything if t not in ("APTT", "INR", *_MARKERS))
    for line in course.lines:
        for cycle in line.cycles if line.setting == "PROTOCOL" else ():
            if cycle.number % 2 == 0:
                found[cycle.start] = Sample(cycle.start, 0, f"CYCLE {cycle.number}", short)
    for procedure in course.procedures:
        if procedure.modality == Modality.HEPATECTOMY:
            for after in (1, 3, 5, 10, 28):
                day = procedure.end + after
                found[day] = Sample(day, 0, "UNSCHEDULED", (*_BLOOD_COUNT[:2], *_LIVER, "CREAT"))
        elif procedure.modality in (Modality.ABLATION, Modality.TACE, Modality.HAIC, Modality.SBRT):
            for after in (2, 14):
                found[procedure.end + after] = Sample(procedure.end + after, 0, "UNSCHEDULED", _LIVER)
    for visit in course.visits:
        found[visit.day] = Sample(visit.day, visit.number, visit.name, everything)
    return [found[day] for day in sorted(found) if day <= patient.last_known]


def _levels(patient: Patient, course: Course, days: Floats, rng: np.random.Generator) -> dict[str, Floats]:
    """Every test on every day."""
    noise = {
        code: np.exp(rng.normal(0, test.spread * 0.8) + rng.normal(0, test.spread * 0.45, len(days)))
        for code, test in TESTS.items()
    }
    effect = _effects(patient, course, days, rng)
    levels = {
        code: test.level * noise[code] * effect.get(code, np.ones(len(days)))
        for code, test in TESTS.items()
        if code not in _MARKERS
    }
    if patient.sex == "F":
        levels["HGB"] = levels["HGB"] * 0.93
        levels["CREAT"] = levels["CREAT"] * 0.84
    burden = _marker(patient, course, days, rng)
    levels["CEA"] = np.maximum(patient.cea * burden * noise["CEA"], 0.5)
    start = float(rng.lognormal(np.log(28), 1.0))
    levels["CA19_9AG"] = np.maximum(start * burden**0.7 * noise["CA19_9AG"], 0.6)
    return levels


def _effects(patient: Patient, course: Course, days: Floats, rng: np.random.Generator) -> dict[str, Floats]:
    """Factors on the usual level: procedures, cytotoxic therapy, the last months of life."""
    ones = np.ones(len(days))
    effect = {code: ones.copy() for code in TESTS}
    for procedure in course.procedures:
        since = days - procedure.end
        size = _INSULT.get(procedure.modality, 0.0)
        pulse = np.where(since > 0, np.exp(-np.maximum(since, 0) / 5.0), 0.0) * size * rng.uniform(0.5, 1.4)
        effect["ALT"] *= 1 + 9 * pulse
        effect["AST"] *= 1 + 8.5 * pulse
        effect["BILI"] *= 1 + 1.8 * pulse
        effect["ALB"] *= 1 - 0.24 * np.minimum(pulse, 1.2)
        effect["INR"] *= 1 + 0.35 * pulse
        effect["PLAT"] *= 1 - 0.32 * np.minimum(pulse, 1.2)
    on_chemo = np.zeros(len(days))
    for line in course.lines:
        if line.setting != "PRIOR":
            reach = np.clip((days - line.start) / 60, 0, 1) * (days <= line.end + 30)
            on_chemo = np.maximum(on_chemo, reach)
    effect["NEUT"] *= 1 - 0.42 * on_chemo * rng.uniform(0.5, 1.4)
    effect["PLAT"] *= 1 - 0.28 * on_chemo * rng.uniform(0.4, 1.4)
    effect["HGB"] *= 1 - 0.09 * on_chemo
    effect["ALT"] *= 1 + 0.45 * on_chemo
    effect["AST"] *= 1 + 0.40 * on_chemo
    dying = np.clip(1 - (patient.death - days) / 150, 0, 1)
    effect["BILI"] *= 1 + 6.0 * dying**2 * rng.uniform(0.2, 1.6)
    effect["ALP"] *= 1 + 3.0 * dying
    effect["AST"] *= 1 + 1.5 * dying
    effect["ALB"] *= 1 - 0.26 * dying
    effect["HGB"] *= 1 - 0.15 * dying
    return effect


def _marker(patient: Patient, course: Course, days: Floats, rng: np.random.Generator) -> Floats:
    """Tumour markers against baseline: down with treatment, doubling in two to four months on progression."""
    since = np.maximum(days - patient.decided, 0)
    floor = min(2.2 / patient.cea, 1.0) if patient.ned else float(rng.uniform(0.35, 0.9))
    half_life = 25.0 if patient.ned else 80.0
    falling = floor + (1 - floor) * 0.5 ** (since / half_life)
    progression = min(patient.liver_progression, patient.extra_progression)
    doubling = float(rng.uniform(60, 125))
    secretes = 0.25 if rng.random() < 0.12 else 1.0
    growing = np.clip((days - progression + 30) / doubling, 0, 6) * secretes
    return falling * 2.0**growing


_OUT_OF_RANGE = {
    "I10": ("NEUT", 0.9, 1.4),
    "I11": ("PLAT", 58, 96),
    "I12": ("HGB", 72, 88),
    "I13": ("BILI", 33, 70),
    "I14": ("ALT", 205, 420),
    "I15": ("CREAT", 162, 230),
    "I16": ("ALB", 24, 29),
    "E12": ("INR", 1.6, 2.2),
}
_SAFE = {
    "NEUT": (1.6, 9.0),
    "PLAT": (102, 420),
    "HGB": (92, 170),
    "BILI": (4, 28),
    "ALT": (8, 150),
    "AST": (10, 150),
    "ALB": (32, 50),
    "CREAT": (40, 118),
    "INR": (0.85, 1.4),
    "APTT": (24, 44),
}


def _within_criteria(patient: Patient, drawn: dict[str, float], rng: np.random.Generator) -> None:
    """Screening values meet the criteria, except the one that failed."""
    for code, (low, high) in _SAFE.items():
        drawn[code] = float(np.clip(drawn[code], low, high))
    if patient.trial.trial != "CRLM-EHD":
        return
    for criterion, (code, low, high) in _OUT_OF_RANGE.items():
        if criterion in patient.unmet:
            drawn[code] = float(rng.uniform(low, high))
    if patient.overlooked == "I11":
        drawn["PLAT"] = float(rng.uniform(91, 99))


def _write(records: Records, patient: Patient, sample: Sample, code: str, value: float | None) -> None:
    test = {"CREATCLR": _CLEARANCE, "PO2": _OXYGEN}.get(code) or TESTS[code]
    other = bool(test.other_unit) and patient.site.conventional_units
    factor, unit = (test.other_factor, test.other_unit) if other else (1.0, test.unit)
    low, high = _limits(test, code, patient)
    digits = test.decimals + (1 if other and factor < 0.5 else 0)
    standard = None if value is None else round(value, test.decimals)
    original = None if standard is None else f"{standard * factor:.{digits}f}"
    values: dict[str, Value] = {
        "LBTESTCD": code,
        "LBTEST": test.name,
        "LBCAT": _category(code),
        "LBORRES": original,
        "LBORRESU": None if original is None else unit,
        "LBORNRLO": f"{low * factor:.{digits}f}",
        "LBORNRHI": f"{high * factor:.{digits}f}",
        "LBSTRESC": None if standard is None else f"{standard:.{test.decimals}f}",
        "LBSTRESN": standard,
        "LBSTRESU": None if standard is None else test.unit,
        "LBSTNRLO": low,
        "LBSTNRHI": high,
        "LBNRIND": _indicator(standard, low, high),
        "LBSTAT": "NOT DONE" if standard is None else None,
        "LBREASND": "SAMPLE NOT ANALYSED" if standard is None else None,
        "LBSPEC": "BLOOD",
        "VISITNUM": sample.number or None,
        "VISIT": sample.visit,
    }
    records.add("LB", patient, sample.day, values)


def _limits(test: Test, code: str, patient: Patient) -> tuple[float, float]:
    if code == "HGB":
        return (130, 175) if patient.sex == "M" else (115, 150)
    if code == "CREAT":
        return (57, 111) if patient.sex == "M" else (41, 81)
    return test.low, test.high


def _indicator(value: float | None, low: float, high: float) -> str | None:
    if value is None:
        return None
    return "LOW" if value < low else "HIGH" if value > high else "NORMAL"


def _category(code: str) -> str:
    if code in _BLOOD_COUNT:
        return "HEMATOLOGY"
    return "COAGULATION" if code in ("INR", "APTT") else "CHEMISTRY"
