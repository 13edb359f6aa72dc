"""What is learned before enrolment: diagnosis, history, MDT assessment, unmet criteria."""

from __future__ import annotations

import numpy as np

from crlm_dash.demo.lesions import Lesion
from crlm_dash.demo.patient import Fate, Patient
from crlm_dash.demo.records import Records, Value, iso

_MISSING = 0.006
_ABLATABLE_MM = 30
# Histories asked of every CRLM-EHD patient, and the criterion that fails here for each ('': none does).
_HISTORIES = {
    "HEPATIC ENCEPHALOPATHY": "E02",
    "LIVER TRANSPLANTATION": "",
    "OTHER MALIGNANCY": "E05",
    "ACUTE CARDIOVASCULAR OR CEREBROVASCULAR DISEASE": "E06",
    "HYPERTENSIVE CRISIS OR ENCEPHALOPATHY": "",
    "PSYCHIATRIC DRUG ABUSE": "E14",
    "MENTAL DISORDER": "",
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


def write_screening(records: Records, patient: Patient, found: list[Lesion], rng: np.random.Generator) -> None:
    """MH, FA and IE."""
    _write_history(records, patient, rng)
    _write_assessment(records, patient, found, rng)
    _write_unmet(records, patient)


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
        yes = criterion in patient.unmet
        ago = int(rng.integers(1, 6)) if term.startswith("ACUTE") else 700
        history: dict[str, Value] = {
            "MHTERM": term,
            "MHDECOD": term,
            "MHCAT": "PRESPECIFIED HISTORY",
            "MHPRESP": "Y",
            "MHOCCUR": "Y" if yes else "N",
            "MHDTC": iso(patient.consent),
            "MHSTDTC": iso(patient.consent - ago) if yes else None,
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


def _write_assessment(records: Records, patient: Patient, found: list[Lesion], rng: np.random.Generator) -> None:
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
    to_ablate = sum(size < _ABLATABLE_MM for size in sizes)
    largest = max(sizes)
    made: dict[str, tuple[str, str, int, str | None]] = {
        "MAXDIAM": ("Largest Liver Metastasis", "LIVER METASTASES", largest, "mm"),
        "NABLATE": ("Number of Lesions to Ablate", "LIVER METASTASES", to_ablate, None),
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
