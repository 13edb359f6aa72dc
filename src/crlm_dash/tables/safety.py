"""Tables of the safety screen."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import n_percent, relabelled, rows
from crlm_dash.tables.survival import group_words
from crlm_dash.terms import POOLED

_ANY = "Any"
_UNRECORDED = "not recorded"
_NOT_BY_ARM = "not shown by arm"


def safety_overview(result: Result) -> pd.DataFrame:
    """Patients with each kind of event, a column a group: "12 (34 %)"."""
    table = result.tables["overview"]
    return _by_group(result, table, ["measure"], {"measure": "Patients with"})


def safety_terms(result: Result) -> pd.DataFrame:
    """Patients with each event, by system organ class and term, a column a group."""
    table = result.tables["terms"]
    labels = {"AEBODSYS": "System organ class", "AEDECOD": "Adverse event"}
    shown = _by_group(result, table, list(labels), labels, missing=_NOT_BY_ARM)
    return shown.replace({label: {_ANY: "Any event"} for label in labels.values()})


def safety_grades(result: Result) -> pd.DataFrame:
    """Patients by worst grade of each event, one line an event and group."""
    table = result.tables["grades"]
    keys = ["AEBODSYS", "AEDECOD", "strata"]
    lines = table[keys].drop_duplicates()
    wide = table.dropna(subset="n_subjects").pivot(index=keys, columns="grade", values="n_subjects").reset_index()
    shown = lines.merge(wide, on=keys).assign(strata=lambda frame: frame["strata"].map(group_words))
    grades = {grade: f"Grade {grade}" for grade in "12345"} | {"missing": "Not graded"}
    labels = {"AEBODSYS": "System organ class", "AEDECOD": "Adverse event", "strata": "Group"}
    return relabelled(shown, labels | {grade: label for grade, label in grades.items() if grade in shown})


def safety_deaths(result: Result) -> pd.DataFrame:
    """Deaths by group and cause."""
    table = result.tables["deaths"].assign(strata=lambda frame: frame["strata"].map(group_words))
    return relabelled(table, {"strata": "Group", "cause": "Cause", "n": "Deaths"})


def _by_group(
    result: Result, table: pd.DataFrame, keys: list[str], labels: dict[str, str], *, missing: str = _UNRECORDED
) -> pd.DataFrame:
    """A line per `keys`, in the order of the result, and a column a group headed by its size."""
    sizes = dict(zip(result.tables["overview"]["strata"], result.tables["overview"]["n"], strict=True))
    if POOLED in set(table["strata"]) - set(sizes):
        sizes[POOLED] = sum(sizes.values())
    shown = table[keys].drop_duplicates().reset_index(drop=True)
    for group, n in sizes.items():
        mine = table[table["strata"] == group]
        cells = {
            tuple(row[key] for key in keys): _cell(row["n_subjects"], row["percent"], missing) for row in rows(mine)
        }
        header = f"{group_words(group)} (n = {n:,})"
        shown[header] = [cells[tuple(row[key] for key in keys)] for row in rows(shown)]
    return shown.rename(columns=labels)


def _cell(n_subjects: Any, percent: Any, missing: str) -> str:
    return missing if pd.isna(n_subjects) else n_percent(n_subjects, percent)
