"""Lists of patients with adverse events, of serious events and of deaths."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import n_percent, relabelled, rows
from crlm_dash.tables.survival import group_words
from crlm_dash.terms import Modality

NOT_GRADED = "not graded"
NOT_BY_ARM = "not shown by arm"
_ANSWERS = {"Y": "yes", "N": "no"}
_CRITERIA = {
    "AESDTH": "death",
    "AESLIFE": "life-threatening",
    "AESHOSP": "hospital stay",
    "AESDISAB": "disability",
    "AESCONG": "congenital anomaly",
    "AESMIE": "medically important",
    "AESCAN": "cancer",
    "AESOD": "overdose",
    "AESINTV": "intervention",
}
_ABBREVIATED = (Modality.SBRT, Modality.TACE, Modality.HAIC)
_OPTIONAL = ("criteria", "clavien", "attributed_to", "remarks", "last_procedure", "since_procedure", "action")
_SOURCES = {"ADSL": "analysis dataset", "DM": "demographics", "DS": "disposition", "SS": "survival status"}


def safety_subjects(result: Result) -> pd.DataFrame:
    """The patients with an event, the worst first."""
    table = result.tables["subjects"]
    shown = table.assign(
        grade=table["grade"].map(_grade),
        outcome=table["outcome"].map(_lower),
        worst_date=partial_dates(table["worst_date"], table["precision"]),
        **{name: table[name].map(_ANSWERS) for name in ("serious", "related")},
    )
    labels = {
        "USUBJID": "Patient",
        "SITEID": "Site",
        "arm": "Arm",
        "strata": "Group",
        "grade": "Worst grade",
        "term": "Adverse event",
        "worst_day": "Day",
        "worst_date": "Began",
        "outcome": "Outcome",
        "serious": "Serious",
        "related": "Related",
        "n_events": "Events",
        "first_day": "First day",
    }
    return _present(shown, labels)


def events_deaths(result: Result) -> pd.DataFrame:
    """Deaths, the latest first."""
    table = result.tables["deaths"]
    shown = table.assign(
        date=partial_dates(table["date"], table["precision"]),
        **{name: table[name].map(_spoken) for name in ("cause", "fatal_event")},
        fatal_related=table["fatal_related"].map(_ANSWERS),
        source=table["source"].map(_SOURCES).fillna(table["source"]),
        **_spoken_treatments(table),
    )
    labels = {
        "USUBJID": "Patient",
        "arm": "Arm",
        "date": "Died",
        "day": "Day",
        "cause": "Cause",
        "fatal_event": "Fatal adverse event",
        "fatal_related": "Related",
        "fatal_grade": "Grade",
        "last_procedure": "Last procedure",
        "since_procedure": "Days since procedure",
        "since_treatment": "Days since first treatment",
        "SITEID": "Site",
        "source": "Recorded in",
    }
    return _present(shown, labels)


def events_serious(result: Result) -> pd.DataFrame:
    """Serious adverse events, the latest first; what nobody recorded has no column."""
    table = result.tables["serious"]
    ends = partial_dates(table["end_date"], table["end_precision"])
    shown = table.assign(
        grade=table["grade"].map(_grade),
        date=partial_dates(table["date"], table["precision"]),
        end=ends.where(table["ongoing"].ne("Y").to_numpy(), "ongoing"),
        **{name: table[name].map(_spoken) for name in ("term", "body_system")},
        criteria=table["criteria"].map(_criteria),
        outcome=table["outcome"].map(_lower),
        **{name: table[name].map(_lower) for name in ("action",) if name in table},
        **{name: table[name].map(_ANSWERS) for name in ("serious", "related", "stopped", "emergent")},
        **_spoken_treatments(table),
    )
    labels = {
        "USUBJID": "Patient",
        "arm": "Arm",
        "term": "Adverse event",
        "grade": "Grade",
        "day": "Day",
        "date": "Began",
        "outcome": "Outcome",
        "related": "Related",
        "criteria": "Why serious",
        "last_procedure": "Last procedure",
        "since_procedure": "Days since procedure",
        "attributed_to": "Attributed to",
        "clavien": "Clavien–Dindo",
        "end": "Ended",
        "end_day": "Day of end",
        "days": "Days",
        "action": "Action taken",
        "stopped": "Stopped treatment",
        "emergent": "Treatment-emergent",
        "serious": "Serious",
        "body_system": "System organ class",
        "SITEID": "Site",
        "AESEQ": "Record",
        "reported": "As reported",
        "remarks": "Remarks of the site",
    }
    hidden = ("serious",) if table["serious"].eq("Y").all() else ()
    return _present(shown, {name: label for name, label in labels.items() if name not in hidden})


def events_causes(result: Result) -> pd.DataFrame:
    """Deaths by cause, a column a group headed by its size."""
    table = result.tables["causes"]
    shown = pd.DataFrame({"Cause of death": table["cause"].drop_duplicates().map(_spoken)})
    for (group, n), mine in table.groupby(["strata", "n"], sort=False):
        shown[f"{group_words(str(group))} (n = {n:,})"] = [
            NOT_BY_ARM if pd.isna(row["n_deaths"]) else n_percent(row["n_deaths"], row["percent"]) for row in rows(mine)
        ]
    return shown.reset_index(drop=True)


def partial_dates(dates: pd.Series, precision: pd.Series) -> pd.Series:
    """Dates as far as they were recorded: "2025-03-04", "2025-03" where the day is not known, "2025"."""
    kept = precision.map({"D": 7, "M": 4}).fillna(10).astype(int)
    written = pd.to_datetime(dates).dt.strftime("%Y-%m-%d")
    short = [each[:n] if isinstance(each, str) else None for each, n in zip(written, kept, strict=True)]
    return pd.Series(short, index=dates.index, dtype=object)


def _present(shown: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    """The columns that this viewer has, and of those that need not be recorded the ones that somewhere are."""
    empty = {name for name in _OPTIONAL if name in shown and len(shown) and shown[name].isna().all()}
    return relabelled(shown, {name: label for name, label in labels.items() if name in shown and name not in empty})


def _spoken_treatments(table: pd.DataFrame) -> dict[str, pd.Series]:
    names = ("last_procedure", "attributed_to")
    return {name: table[name].map(_treatment) for name in names if name in table}


def _treatment(text: Any) -> Any:
    """ "Ablation + hepatectomy": abbreviations stay in capitals."""
    if not isinstance(text, str):
        return text
    words = " + ".join(each if each in _ABBREVIATED else each.lower() for each in text.split(" + "))
    return words[0].upper() + words[1:]


def _spoken(text: Any) -> Any:
    return text.capitalize() if isinstance(text, str) and text.isupper() else text


def _criteria(codes: Any) -> str | None:
    if not isinstance(codes, str):
        return None
    return ", ".join(_CRITERIA.get(code, code) for code in codes.split()) or "no reason ticked"


def _grade(value: Any) -> str:
    return NOT_GRADED if pd.isna(value) else str(int(value))


def _lower(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) else None
