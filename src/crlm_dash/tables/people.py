"""Tables of the patient screen and the list of patients."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import relabelled

_SUMS = "Sum of diameters"


def patient_subject(result: Result) -> pd.DataFrame:
    """Who the patient is."""
    return relabelled(result.tables["subject"], {"item": "", "value": "Value"})


def patient_timeline(result: Result) -> pd.DataFrame:
    """Everything dated, in order."""
    labels = {
        "start": "From",
        "end": "To",
        "start_day": "Day",
        "lane": "Kind",
        "label": "What",
        "detail": "Detail",
        "grade": "Grade",
        "serious": "Serious",
        "value": "Value",
        "unit": "Unit",
    }
    return relabelled(result.tables["timeline"], labels)


def patient_lesions(result: Result) -> pd.DataFrame:
    """Lesions and their diameters."""
    labels = {
        "lesion": "Lesion",
        "organ": "Organ",
        "segment": "Segment",
        "role": "Role",
        "date": "Date",
        "day": "Day",
        "diameter": "Diameter, mm",
    }
    return relabelled(result.tables["lesions"], labels)


def patient_labs(result: Result) -> pd.DataFrame:
    """Laboratory values with their limits of normal."""
    labels = {
        "param": "Test",
        "date": "Date",
        "day": "Day",
        "value": "Value",
        "unit": "Unit",
        "low": "Lower limit",
        "high": "Upper limit",
    }
    return relabelled(result.tables["labs"], labels)


def patients_list(result: Result) -> pd.DataFrame:
    """The patients to choose from, the sums of diameters as text: "62 → 40 → 47"."""
    sums = [" → ".join(f"{each:g}" for each in row) for row in _sums(result)]
    return patients_drawn(result).assign(**{_SUMS: sums})  # a single sum too, which is no line


def patients_drawn(result: Result) -> pd.DataFrame:
    """The patients to choose from, the sums of diameters to be drawn in their cell as a line."""
    labels = {
        "USUBJID": "Patient",
        "SITEID": "Site",
        "status": "Status",
        "sums": _SUMS,
        "response": "Last response",
        "imaged": "Assessed",
        "progressed": "First progression",
        "overdue": "Overdue",
        "verdict": "Eligibility",
        "AGE": "Age",
        "SEX": "Sex",
        "enrolled": "Enrolled",
        "last_contact": "Last contact",
        "events": "Adverse events",
    }
    rows = result.tables["subjects"]
    lines = pd.Series([each if len(each) > 1 else [] for each in _sums(result)], index=rows.index, dtype=object)
    return relabelled(rows.assign(sums=lines, overdue=rows["overdue"].mask(rows["overdue"] == 0)), labels)


def _sums(result: Result) -> list[list[float]]:
    return [list(each) for each in result.tables["subjects"]["sums"]]
