"""The table of baseline characteristics."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOTHING, count, n_percent, number, rows, written
from crlm_dash.tables.survival import group_words
from crlm_dash.terms import MISSING_GROUP

_MISSING = "Missing"


def baseline_table(result: Result) -> pd.DataFrame:
    """Each characteristic by group: "12 (34 %)" of each level, median, quartiles and range of a number."""
    groups = result.tables["groups"]
    heads = {row["strata"]: f"{group_words(row['strata'])} (n = {row['n']:,})" for row in rows(groups)}
    columns = ["Characteristic", "Value", *heads.values()]
    sites = {row["strata"]: count(row["n_sites"]) for row in rows(groups)}
    found = [("Sites", "with a patient", sites), *_numbers(result.tables["numbers"]), *_levels(result.tables["levels"])]
    return written(
        [
            dict(zip(columns, (what, value, *(cells.get(group, NOTHING) for group in heads)), strict=True))
            for what, value, cells in found
        ],
        columns,
    )


Line = tuple[str, str, dict[str, str]]


def _levels(table: pd.DataFrame) -> list[Line]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows(table):
        cells = found.setdefault((row["label"], _MISSING if row["level"] == MISSING_GROUP else row["level"]), {})
        cells[row["strata"]] = n_percent(row["n"], row["percent"])
    return [(label, level, cells) for (label, level), cells in found.items()]


def _numbers(table: pd.DataFrame) -> list[Line]:
    found: list[Line] = []
    for label in dict.fromkeys(table["label"]):
        mine = rows(table[table["label"] == label])
        found.append((label, "Median (quartiles)", {row["strata"]: _quartiles(row) for row in mine}))
        found.append((label, "Range", {row["strata"]: _range(row) for row in mine}))
        if any(row["n_missing"] for row in mine):
            found.append((label, _MISSING, {row["strata"]: count(row["n_missing"]) for row in mine}))
    return found


def _quartiles(row: dict[str, Any]) -> str:
    if pd.isna(row["median"]):
        return NOTHING
    return f"{_short(row['median'])} ({_short(row['q1'])} to {_short(row['q3'])})"


def _range(row: dict[str, Any]) -> str:
    return NOTHING if pd.isna(row["minimum"]) else f"{_short(row['minimum'])} to {_short(row['maximum'])}"


def _short(value: float) -> str:
    """A number without a decimal that says nothing: "61", "61.5"."""
    return number(value, 0 if float(value).is_integer() else 1)
