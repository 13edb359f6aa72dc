"""The evidence card of a patient: every criterion, and the records behind it."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import count, date, found_value, rows, text

MARKS = {"met": "✓ met", "not met": "✗ not met", "unknown": "? unknown"}
_URGENCY = {"not met": 0, "unknown": 1}


def patient_criteria(result: Result) -> pd.DataFrame:
    """Every criterion with its evidence: what is not met first, then what is unknown."""
    columns = ["By the data", "Criterion", "Found", "Wanted", "Date", "Days before", "Record", "By the site", "Wording"]
    found = sorted(rows(result.tables["criteria"]), key=lambda row: _URGENCY.get(row["result"], 2))
    cells = [
        (
            MARKS.get(row["result"], text(None)),
            text(row["criterion"]),
            found_value(row["value"], row["unit"]),
            text(row["limit_text"]),
            date(row["date"]),
            count(row["days_before"]),
            text(row["source"]),
            "unknown" if pd.isna(row["recorded"]) else str(row["recorded"]),
            text(row["text"]),
        )
        for row in found
    ]
    return pd.DataFrame(cells, columns=columns)


def patient_evidence(result: Result) -> pd.DataFrame:
    """The records that the facts behind the criteria were read from."""
    columns = ["Criterion", "Fact", "Value", "Date", "Days before", "Record"]
    cells = [
        (
            text(row["criterion"]),
            text(row["fact"]),
            found_value(row["value"], row["unit"]),
            date(row["date"]),
            count(row["days_before"]),
            text(row["source"]),
        )
        for row in rows(result.tables["evidence"])
    ]
    return pd.DataFrame(cells, columns=columns)
