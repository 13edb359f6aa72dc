"""Tables of the patient screen and the list of patients."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import relabelled


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
    """The patients to choose from."""
    labels = {
        "USUBJID": "Patient",
        "SITEID": "Site",
        "AGE": "Age",
        "SEX": "Sex",
        "status": "Status",
        "enrolled": "Enrolled",
        "events": "Adverse events",
    }
    return relabelled(result.tables["subjects"], labels)
