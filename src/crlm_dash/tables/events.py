"""Lists of patients with adverse events, of serious events and of deaths."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import relabelled, text

NOT_GRADED = "not graded"
_ANSWERS = {"Y": "yes", "N": "no"}


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
    return relabelled(shown, {name: label for name, label in labels.items() if name in shown})


def partial_dates(dates: pd.Series, precision: pd.Series) -> pd.Series:
    """Dates as far as they were recorded: "2025-03-04", "2025-03" where the day is not known, "2025"."""
    kept = precision.map({"D": 7, "M": 4}).fillna(10).astype(int)
    written = pd.to_datetime(dates).dt.strftime("%Y-%m-%d")
    return pd.Series([each[:n] if isinstance(each, str) else None for each, n in zip(written, kept, strict=True)])


def _grade(value: Any) -> str:
    return NOT_GRADED if pd.isna(value) else str(int(value))


def _lower(value: Any) -> str:
    return text(value).lower()
