"""The trial in numbers as tables: what is left out says so."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import count, n_percent, rows, written

NOT_SHOWN = "not shown"


def totals_figures(result: Result) -> pd.DataFrame:
    """The trial at a glance."""
    found = [
        {"What": row["item"], "Number": _of(row), "Meaning": row["detail"]} for row in rows(result.tables["figures"])
    ]
    return written(found, ["What", "Number", "Meaning"])


def totals_displays(result: Result, view: str = "") -> pd.DataFrame:
    """Every number, a line each; those of one view, or all."""
    shown = result.tables["displays"]
    found = [
        {"What": row["title"], "Group": row["line"], "Patients": _number(row["n"], row["percent"])}
        for row in rows(shown[shown["view"] == view] if view else shown)
    ]
    return written(found, ["What", "Group", "Patients"])


def totals_sites(result: Result) -> pd.DataFrame:
    """One line a site."""
    columns = {"n_screened": "Screened", "n_enrolled": "Enrolled", "n_not_enrolled": "Not enrolled"}
    found = [
        {"Site": row["siteid"]} | {label: _number(row[name]) for name, label in columns.items()}
        for row in rows(result.tables["sites"])
    ]
    return written(found, ["Site", *columns.values()])


def _of(row: dict[str, Any]) -> str:
    shown = _number(row["n"])
    return shown if pd.isna(row["of"]) or shown == NOT_SHOWN else f"{shown} of {count(row['of'])}"


def _number(n: Any, percent: Any = pd.NA) -> str:
    return NOT_SHOWN if pd.isna(n) else n_percent(n, percent)
