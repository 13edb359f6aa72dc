"""Tables of the patient screen and the list of patients."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOTHING, number, relabelled

_SUMS = "Sum of diameters"


def patient_subject(result: Result) -> pd.DataFrame:
    """Who the patient is."""
    return relabelled(result.tables["subject"], {"item": "", "value": "Value"})


def patient_summary(result: Result) -> pd.DataFrame:
    """The strip above the patient: item, value."""
    shown = result.tables["summary"]
    words = [value if isinstance(value, str) else f"{number(value)} months" for value in shown["value"]]
    return shown.assign(value=words)


def patient_left_out(result: Result) -> pd.DataFrame:
    """Dated records that are not on the timeline, and why."""
    return relabelled(result.tables["left_out"], {"domain": "Dataset", "reason": "Not on the timeline", "n": "Records"})


def patient_sums(result: Result) -> pd.DataFrame:
    """The sum of target diameters at each scan, against its baseline and the smallest sum before it."""
    shown = result.tables["sums"]
    percents = {column: [number(value, 0, NOTHING) for value in shown[column]] for column in ("pchg", "pchgnad")}
    labels = {
        "date": "Date",
        "day": "Day",
        "visit": "Visit",
        "measured": "Sum, mm",
        "n_measured": "Targets measured",
        "n_target": "Targets",
        "base": "Baseline, mm",
        "nadir": "Smallest before, mm",
        "pchg": "Of baseline, %",
        "pchgnad": "Of smallest, %",
        "response": "Targets by RECIST",
    }
    return relabelled(shown.assign(**percents), labels)


def patient_scores(result: Result) -> pd.DataFrame:
    """Global health status by the QLQ-C30, 0 to 100; higher is better."""
    shown = result.tables["scores"]
    labels = {"date": "Date", "day": "Day", "words": "Global health status (0–100)"}
    return relabelled(shown.assign(words=[number(score, 0) for score in shown["score"]]), labels)


def patient_timeline(result: Result) -> pd.DataFrame:
    """Everything dated, in order."""
    labels = {
        "start": "From",
        "end": "To",
        "start_day": "Day",
        "end_day": "Last day",
        "lane": "Kind",
        "label": "What",
        "detail": "Detail",
        "grade": "Grade",
        "serious": "Serious",
        "related": "Related",
        "outcome": "Outcome",
        "value": "Value",
        "unit": "Unit",
        "low": "Lower limit",
        "high": "Upper limit",
        "source": "Record",
    }
    shown = result.tables["timeline"]
    ends = _as_known(shown["end"], shown["end_precision"]).mask(shown["ongoing"] == "Y", "ongoing")
    return relabelled(shown.assign(start=_as_known(shown["start"], shown["precision"]), end=ends), labels)


def _as_known(days: pd.Series, precision: pd.Series) -> pd.Series:
    """Dates as far as they are known, as ISO 8601 has them: 2025-03-04, 2025-03, 2025."""
    letters = precision.map({"D": 7, "M": 4}).fillna(10).astype(int)
    written = pd.to_datetime(days).dt.strftime("%Y-%m-%d")
    texts = [None if pd.isna(day) else day[:n] for day, n in zip(written, letters, strict=True)]
    return pd.Series(texts, index=days.index, dtype=object)


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


# What the analysis of one patient shows as tables, by their names; criteria and evidence are in `tables.evidence`.
PATIENT: dict[str, Callable[[Result], pd.DataFrame]] = {
    "subject": patient_subject,
    "summary": patient_summary,
    "timeline": patient_timeline,
    "left_out": patient_left_out,
    "lesions": patient_lesions,
    "labs": patient_labs,
    "sums": patient_sums,
    "scores": patient_scores,
}
