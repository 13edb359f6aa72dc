"""The survival screen's one table: a line for each number, a column for each group and each comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOT_REACHED, NOTHING, count, n_percent, number, p_value, rows, with_limits, written
from crlm_dash.tables.survival import group_words, length, rate

TIME_VARYING = "time-varying"
Row = Mapping[str, Any]


def survival_numbers(result: Result) -> pd.DataFrame:
    """
    Every number read off the curves: patients, events, median, landmarks, mean, follow-up and maturity by group; and
    beside them differences, hazard ratio and test.

    Parameters
    ----------
    result : of the survival analysis

    Returns
    -------
    First column what is counted; then a column for each group and one for each comparison.
    """
    tables = result.tables
    groups = list(dict.fromkeys(tables["summary"]["strata"]))
    comparisons = list(dict.fromkeys(tables["hazard_ratio"]["comparison"]))
    columns = ["", *(group_words(group) for group in groups), *comparisons]
    lines = [*_people(result), *_times(result), *_maturity(result), *_hazards(result, comparisons)]
    names = {group: group_words(group) for group in groups}
    found = [
        {"": what} | {names.get(where, where): cell for where, cell in cells.items()} for what, cells in lines if cells
    ]
    return written([{column: line.get(column, NOTHING) for column in columns} for line in found], columns)


Line = tuple[str, dict[str, str]]


def _people(result: Result) -> list[Line]:
    summary = result.tables["summary"]
    return [
        ("Patients", _cells(summary, "strata", lambda row: count(row["n"]))),
        ("Events", _cells(summary, "strata", lambda row: count(row["n_event"]))),
    ]


def _times(result: Result) -> list[Line]:
    """What is read off the curves in time: nothing where groups change hands with time."""
    if result.facts.get("method") == TIME_VARYING:
        return []
    tables, unit = result.tables, result.facts.get("unit", "")
    lines = [(f"Median, {unit} (95 % CI)", _cells(tables["summary"], "strata", lambda row: _limits(row, "median")))]
    for time in dict.fromkeys(tables["landmarks"]["time"]):
        rates = _cells(_at(tables["landmarks"], "time", time), "strata", rate)
        differences = _cells(_at(tables["differences"], "time", time), "comparison", _points)
        lines.append((f"At {length(time, result)} (95 % CI)", rates | differences))
    for horizon in dict.fromkeys(tables["rmst"]["horizon"]):
        means = _cells(tables["rmst"], "strata", lambda row: _limits(row, "estimate"))
        differences = _cells(tables["rmst_difference"], "comparison", lambda row: _limits(row, "estimate", "+"))
        lines.append((f"Mean up to {length(horizon, result)}, {unit} (95 % CI)", means | differences))
    return lines


def _maturity(result: Result) -> list[Line]:
    if result.facts.get("method") == TIME_VARYING:
        return []
    tables, unit = result.tables, result.facts.get("unit", "")
    lines = [
        (
            f"Median follow-up, {unit}",
            _cells(tables["summary"], "strata", lambda row: number(row["followup_median"])),
        ),
        (
            "Maturity: patients with the event",
            _cells(tables["maturity"], "strata", lambda row: n_percent(row["n_event"], 100 * row["share_event"])),
        ),
    ]
    for horizon in dict.fromkeys(tables["maturity"]["horizon"].dropna()):
        followed = _cells(
            tables["maturity"], "strata", lambda row: n_percent(row["n_followed"], 100 * row["share_followed"])
        )
        lines.append((f"With the event, or followed to {length(horizon, result)}", followed))
    return lines


def _hazards(result: Result, comparisons: list[str]) -> list[Line]:
    ratios, tests = result.tables["hazard_ratio"], result.tables["tests"]
    lines = [("Hazard ratio (95 % CI)", _cells(ratios, "comparison", _ratio))]
    if ratios["ph_p_value"].notna().any():
        lines.append(("Proportional hazards, p", _cells(ratios, "comparison", lambda row: p_value(row["ph_p_value"]))))
    if len(tests) and comparisons:
        whole = "" if len(comparisons) == 1 else " (all groups)"
        lines += [(f"{row['test']}{whole}, p", {comparisons[0]: p_value(row["p_value"])}) for row in rows(tests)]
    return lines


def _cells(table: pd.DataFrame, key: str, write: Callable[[Row], str]) -> dict[str, str]:
    return {row[key]: write(row) for row in rows(table)}


def _at(table: pd.DataFrame, column: str, value: float) -> pd.DataFrame:
    found: pd.DataFrame = table[table[column] == value]
    return found


def _limits(row: Row, column: str, sign: str = "") -> str:
    written_out = with_limits(row[column], row["conf_low"], row["conf_high"])
    return f"+{written_out}" if sign and row[column] > 0 else written_out


def _points(row: Row) -> str:
    """A difference of rates, in percentage points, with its sign."""
    if pd.isna(row["estimate"]):
        return NOT_REACHED
    points = with_limits(row["estimate"], row["conf_low"], row["conf_high"], digits=0, scale=100)
    sign = "+" if row["estimate"] > 0 else ""
    return f"{sign}{points} percentage points"


def _ratio(row: Row) -> str:
    if pd.isna(row["estimate"]):
        return "N/A (n < 10 or no event)"
    return with_limits(row["estimate"], row["conf_low"], row["conf_high"], digits=2)
