"""What is learned before enrolment: diagnosis, history, MDT assessment, performance, vital signs, unmet criteria."""

from __future__ import annotations

import numpy as np

from crlm_dash.demo.course import Course
from crlm_dash.demo.lesions import Lesion
from crlm_dash.demo.patient import Fate, Patient
from crlm_dash.demo.records import Records, Value, iso

_MISSING = 0.006
_ABLATABLE_MM = 30
# Histories asked of every CRLM-EHD patient, and the criterion each can fail.
_HISTORIES = {
    "HEPATIC ENCEPHALOPATHY": "E02",
    "LIVER TRANSPLANTATION": "E02",
    "OTHER MALIGNANCY": "E05",
    "ACUTE CARDIOVASCULAR OR CEREBROVASCULAR DISEASE": "E06",
    "HYPERTENSIVE CRISIS OR ENCEPHALOPATHY": "E08",
    "PSYCHIATRIC DRUG ABUSE": "E14",
    "MENTAL DISORDER": "E14",
}
# FA findings answered Y or N: what they are about, the criterion, and the answer that fulfils it.
_ANSWERS = {
    "HISTCRC": ("Colorectal Cancer Confirmed by Histology", "PRIMARY TUMOUR", {"CRLM10": "I01"}, "Y"),
    "PRIMRES": ("Primary Resected or Resectable", "PRIMARY TUMOUR", {"CRLM-EHD": "I03"}, "Y"),
    "DISCTRL": ("Disease Control After Chemotherapy", "LIVER METASTASES", {"CRLM10": "I03"}, "Y"),
    "NEDATT": ("No Evidence of Disease Attainable", "LIVER METASTASES", {"CRLM10": "I04"}, "Y"),
    "R0FEAS": ("R0 Resection Feasible", "LIVER METASTASES", {"CRLM-EHD": "I06"}, "Y"),
    "FLRSUFF": ("Future Liver Remnant Sufficient", "LIVER", {}, "Y"),
    "EHCTRL": ("Extrahepatic Disease Controllable", "EXTRAHEPATIC METASTASES", {"CRLM-EHD": "I04c"}, "Y"),
    "COMPLNC": ("Good Compliance Expected", "PATIENT", {"CRLM-EHD": "I02"}, "Y"),
    "PREGNANT": ("Pregnant", "PATIENT", {"CRLM-EHD": "E04"}, "N"),
    "BREASTFD": ("Breast-Feeding", "PATIENT", {}, "N"),
    "VASCUNC": ("Cardiovascular Disease Not Controlled", "HEART", {}, "N"),
    "INFUNC": ("Uncontrolled Infection", "PATIENT", {"CRLM-EHD": "E09"}, "N"),
    "ASCLARGE": ("Large Ascites on Ultrasound", "ABDOMEN", {"CRLM-EHD": "E11"}, "N"),
    "ASCMALIG": ("Malignant Ascites", "ABDOMEN", {}, "N"),
    "BLEEDTEN": ("Bleeding Tendency", "PATIENT", {"CRLM-EHD": "E12"}, "N"),
    "WOUNDUNH": ("Unhealed Wound or Fracture", "PATIENT", {}, "N"),
    "TRAUMA4W": ("Major Surgery or Trauma Within 4 Weeks", "PATIENT", {"CRLM-EHD": "E13"}, "N"),
    "SERCONC": ("Serious Concomitant Disease", "PATIENT", {"CRLM-EHD": "E15"}, "N"),
    "NOTSUIT": ("Not Suitable in the Investigator's Judgement", "PATIENT", {"CRLM-EHD": "E16"}, "N"),
}
_CRLM10_ANSWERS = ("HISTCRC", "DISCTRL", "NEDATT", "R0FEAS", "FLRSUFF", "PRIMRES")


def write_screening(
    records: Records, patient: Patient, found: list[Lesion], course: Course, rng: np.random.Generator
) -> None:
    """MH, FA, IE, VS and the scores of RS."""
    _write_history(records, patient, rng)
    _write_assessment(records, patient, found, rng)
    _write_unmet(records, patient)
    _write_scores(records, patient, course, rng)
    _write_vital_signs(records, patient, course, rng)


def _write_history(records: Records, patient: Patient, rng: np.random.Generator) -> None:
    molecular = {
        "PRIMSIDE": patient.side,
        "METATIM": patient.metatim,
        "RAS": "" if rng.random() < 0.02 else patient.ras,
        "BRAF": "" if rng.random() < 0.04 else patient.braf,
        "MSI": "" if rng.random() < 0.03 else patient.msi,
    }
    _write_diagnosis(records, patient, "COLORECTAL CANCER", patient.primary, rng, molecular)
    _write_diagnosis(records, patient, "LIVER METASTASES", patient.diagnosis, rng)
    if patient.organs and "E01" not in patient.unmet:
        later = min(patient.diagnosis + int(rng.integers(0, 120)), patient.consent - 10)
        _write_diagnosis(records, patient, "EXTRAHEPATIC METASTASES", later, rng)
    if patient.trial.trial != "CRLM-EHD":
        return
    for term, criterion in _HISTORIES.items():
        yes = criterion in patient.unmet and term not in ("LIVER TRANSPLANTATION", "MENTAL DISORDER")
        yes = yes and term != "HYPERTENSIVE CRISIS OR ENCEPHALOPATHY"
        start = patient.consent - int(rng.integers(8, 25)) if term.startswith("ACUTE") else patient.consent - 700
        history: dict[str, Value] = {
            "MHTERM": term,
            "MHDECOD": term,
            "MHCAT": "PRESPECIFIED HISTORY",
            "MHPRESP": "Y",
            "MHOCCUR": "Y" if yes else "N",
            "MHDTC": iso(patient.consent),
            "MHSTDTC": iso(start) if yes else None,
        }
        records.add("MH", patient, None, history)


def _write_diagnosis(
    records: Records,
    patient: Patient,
    term: str,
    day: int,
    rng: np.random.Generator,
    molecular: dict[str, str] | None = None,
) -> None:
    """A diagnosis with its date; one in thirteen is known to the month only."""
    text = iso(day)[:7] if rng.random() < 0.08 else iso(day)
    values = {
        "MHTERM": term,
        "MHDECOD": term,
        "MHCAT": "DISEASE UNDER STUDY",
        "MHEVDTYP": "DIAGNOSIS",
        "MHDTC": iso(patient.consent),
        "MHSTDTC": text,
    }
    records.add("MH", patient, day, values, molecular)


def _write_assessment(
    records: Records, patient: Patient, found: list[Lesion], rng: np.random.Generator
) -> None:
    """FA: what the multidisciplinary meeting found, a few days after the scan."""
    meeting = patient.imaging_day + int(rng.integers(2, 5))
    many = patient.trial.trial == "CRLM10"
    for code in _CRLM10_ANSWERS if many else _ANSWERS:
        name, about, criteria, good = _ANSWERS[code]
        if code in ("PREGNANT", "BREASTFD") and patient.sex == "M":
            continue
        failed = criteria.get(patient.trial.trial) in patient.unmet
        answer = ("N" if good == "Y" else "Y") if failed else good
        if rng.random() > _MISSING:
            _fa(records, patient, code, name, about, answer, None, meeting)
    for code, (name, about, value, unit) in _measured(patient, found, rng).items():
        _fa(records, patient, code, name, about, value, unit, meeting)
    for code, name, text in _decision(patient, many=many):
        _fa(records, patient, code, name, "PATIENT", text, None, meeting)


def _measured(
    patient: Patient, found: list[Lesion], rng: np.random.Generator
) -> dict[str, tuple[str, str, int, str | None]]:
    """Findings with a number."""
    sizes = [lesion.size for lesion in found if lesion.in_liver]
    ablatable = sum(size < _ABLATABLE_MM for size in sizes)
    not_radical = patient.trial.trial == "CRLM-EHD" and "I06" in patient.unmet
    largest = max(*sizes, 41) if not_radical else max(sizes)
    made: dict[str, tuple[str, str, int, str | None]] = {
        "MAXDIAM": ("Largest Liver Metastasis", "LIVER METASTASES", largest, "mm"),
        "NABLATE": (
            "Number of Lesions to Ablate",
            "LIVER METASTASES",
            max(ablatable, 6) if not_radical else ablatable,
            None,
        ),
        "LIFEEXP": ("Life Expectancy", "PATIENT", 2 if "I08" in patient.unmet else 12, "months"),
    }
    if patient.trial.trial == "CRLM-EHD":
        fraction = int(rng.integers(41, 49)) if "E07" in patient.unmet else int(rng.integers(56, 72))
        made["LVEF"] = ("Left Ventricular Ejection Fraction", "HEART", fraction, "%")
        made["INFGRADE"] = ("Grade of Infection", "PATIENT", 3 if "E09" in patient.unmet else 0, None)
        if "E05" in patient.unmet:
            made["DISFREEY"] = ("Years Free of Other Malignancy", "PATIENT", int(rng.integers(1, 4)), "years")
    return made


def _decision(patient: Patient, *, many: bool) -> list[tuple[str, str, str]]:
    """The meeting's recommendation, and in CRLM-EHD what the patient wants."""
    local = "Local treatment of all liver metastases" if patient.local else "Continue systemic therapy"
    text = f"Not eligible: {', '.join(patient.unmet)}" if patient.unmet else local
    made = [("MDTDEC", "MDT Decision", text)]
    if not many and patient.fate is not Fate.FAILED:
        made.append(("WILLING", "Treatment the Patient Wants", "LOCAL" if patient.local else "SYSTEMIC"))
    return made


def _fa(
    records: Records,
    patient: Patient,
    code: str,
    name: str,
    about: str,
    value: str | int,
    unit: str | None,
    day: int,
) -> None:
    values: dict[str, Value] = {
        "FATESTCD": code,
        "FATEST": name,
        "FAOBJ": about,
        "FACAT": "MDT ASSESSMENT",
        "FAORRES": str(value),
        "FASTRESC": str(value),
        "FASTRESN": value if isinstance(value, int) else None,
        "FASTRESU": unit,
        "FAEVAL": "MULTIDISCIPLINARY TEAM",
    }
    records.add("FA", patient, day, values)


def _write_unmet(records: Records, patient: Patient) -> None:
    """IE: the criteria the site recorded as not met, on the day of the decision."""
    criteria = {c.id: c for c in patient.trial.protocol.criteria}
    for name in patient.unmet:
        criterion = criteria[name]
        answer = "N" if criterion.type == "inclusion" else "Y"
        values = {
            "IETESTCD": name,
            "IETEST": criterion.text,
            "IECAT": criterion.type.upper(),
            "IEORRES": answer,
            "IESTRESC": answer,
            "EPOCH": "SCREENING",
        }
        records.add("IE", patient, patient.decided, values)


def _write_scores(records: Records, patient: Patient, course: Course, rng: np.random.Generator) -> None:
    """ECOG at every visit; Child-Pugh and NYHA at screening."""
    first = patient.trial.baseline
    day = patient.consent + 1
    ecog = 2 if "I07" in patient.unmet and patient.trial.trial == "CRLM-EHD" else patient.ecog
    points = 8 if "I09" in patient.unmet else 5 + int(rng.random() < 0.12)
    classes = 1 + int(rng.random() < 0.07)
    _score(records, patient, "ECOG", "ECOG101", "ECOG Performance Status", ecog, day, first.visitnum, first.visit)
    _score(records, patient, "CHILD-PUGH", "CPS101", "Child-Pugh Score", points, day, first.visitnum, first.visit)
    _score(records, patient, "NYHA CLASS", "NYHA101", "NYHA Class", classes, day, first.visitnum, first.visit)
    for visit in course.visits:
        if visit.planned and rng.random() > 0.03:
            now = _performance(patient, course, visit.day, rng)
            _score(
                records, patient, "ECOG", "ECOG101", "ECOG Performance Status", now, visit.day, visit.number, visit.name
            )


def _performance(patient: Patient, course: Course, day: int, rng: np.random.Generator) -> int:
    """ECOG: worse after progression and towards death."""
    left = patient.death - day
    worse = (2 if left < 60 else 1 if left < 180 else 0) + int(day >= course.progression_seen and rng.random() < 0.3)
    return min(patient.ecog + worse + int(rng.random() < 0.08), 4)


def _score(
    records: Records,
    patient: Patient,
    category: str,
    code: str,
    name: str,
    value: int,
    day: int,
    number: float,
    visit: str,
) -> None:
    values: dict[str, Value] = {
        "RSTESTCD": code,
        "RSTEST": name,
        "RSCAT": category,
        "RSORRES": str(value),
        "RSSTRESC": str(value),
        "RSSTRESN": value,
        "RSEVAL": "INVESTIGATOR",
        "VISITNUM": number,
        "VISIT": visit,
    }
    records.add("RS", patient, day, values)


def _write_vital_signs(
    records: Records, patient: Patient, course: Course, rng: np.random.Generator
) -> None:
    first = patient.trial.baseline
    height = float(np.clip(rng.normal(170 if patient.sex == "M" else 159, 6), 145, 192))
    weight = float(np.clip(rng.normal(66 if patient.sex == "M" else 58, 9), 42, 105))
    pressure = float(np.clip(rng.normal(126, 11), 96, 152))
    days = [(patient.consent + 1, first.visitnum, first.visit)]
    days += [(v.day, v.number, v.name) for v in course.visits if v.planned]
    for i, (day, number, visit) in enumerate(days):
        left = float(np.clip(1 - (patient.death - day) / 200, 0, 1))
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
                _vital_sign(records, patient, code, name, round(value), unit, day, number, visit)


def _vital_sign(
    records: Records,
    patient: Patient,
    code: str,
    name: str,
    value: int,
    unit: str,
    day: int,
    number: float,
    visit: str,
) -> None:
    values: dict[str, Value] = {
        "VSTESTCD": code,
        "VSTEST": name,
        "VSORRES": str(value),
        "VSORRESU": unit,
        "VSSTRESC": str(value),
        "VSSTRESN": value,
        "VSSTRESU": unit,
        "VISITNUM": number,
        "VISIT": visit,
    }
    records.add("VS", patient, day, values)
