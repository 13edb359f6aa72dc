"""Tables of the laboratory screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOTHING, count, n_percent, number, relabelled, rows, text, written
from crlm_dash.tables.survival import group_words

_MISSING = "not known"


def laboratory_quadrants(result: Result) -> pd.DataFrame:
    """Patients in each quadrant of the picture of the liver, a column a group; below, who has no mark and why."""
    table = result.tables["quadrants"]
    cells = {(row["strata"], row["quadrant"]): n_percent(row["n"], row["percent"]) for row in rows(table)}
    missing = result.tables["unmarked"]
    cells |= {(row["strata"], _no_mark(row["why"])): count(row["n"]) for row in rows(missing)}
    shown = [*dict.fromkeys(table["quadrant"]), *dict.fromkeys(map(_no_mark, missing["why"]))]
    found = [
        {"Quadrant": line} | {_head(result, group): cells.get((group, line), "0") for group in result.facts["order"]}
        for line in shown
    ]
    return written(found, ["Quadrant", *(_head(result, group) for group in result.facts["order"])])


def _no_mark(why: str) -> str:
    return f"No mark: {why}"


def _head(result: Result, group: str) -> str:
    return f"{group_words(group)} (n = {result.facts['sizes'][group]:,})"


def laboratory_extremes(result: Result) -> pd.DataFrame:
    """The patients outside the normal range whom the viewer may open, the most extreme first."""
    table = result.tables["edish"]
    mine = table[table["USUBJID"].notna() & (table["quadrant"] != "Normal range")]
    multiple = "ULN" if result.facts["against"] == "uln" else "baseline"
    enzyme = result.facts["enzyme"]
    written_as: dict[str, Callable[[dict[str, Any]], str]] = {
        "Patient": lambda row: row["USUBJID"],
        "Group": lambda row: group_words(row["strata"]),
        "Quadrant": lambda row: row["quadrant"],
        f"{enzyme} (× {multiple})": lambda row: number(row["enzyme"], 1, NOTHING),
        f"{enzyme} day": lambda row: count(row["enzyme_day"]),
        f"Bilirubin (× {multiple})": lambda row: number(row["bilirubin"], 1, NOTHING),
        "Bilirubin day": lambda row: count(row["bilirubin_day"]),
        "ALP (× ULN)": lambda row: number(row["alp_uln"], 1, NOTHING),
    }
    shown = written([{head: cell(row) for head, cell in written_as.items()} for row in rows(mine)], list(written_as))
    return shown if result.facts["by"] else shown.drop(columns="Group")


def laboratory_worst(result: Result) -> pd.DataFrame:
    """Patients whose worst grade after baseline is 3 or higher, by test, a column a group."""
    table = result.tables["worst"]
    keys = ["label", "direction"]
    cells = {
        (row["label"], row["direction"], row["strata"]): _severe(row["n_severe"], row["n_graded"], row["percent"])
        for row in rows(table)
    }
    found = [
        {"Test": row["label"], "Value": row["direction"]}
        | {_head(result, group): cells[row["label"], row["direction"], group] for group in result.facts["order"]}
        for row in rows(table[keys].drop_duplicates())
    ]
    return written(found, ["Test", "Value", *(_head(result, group) for group in result.facts["order"])])


def _severe(n_severe: Any, n_graded: Any, percent: Any) -> str:
    return "no grade known" if not n_graded else f"{count(n_severe)} of {count(n_graded)} ({percent:.0f} %)"


def laboratory_shifts(result: Result) -> pd.DataFrame:
    """Patients by grade at baseline (a line) and worst grade after it (a column), of each test and group."""
    table = result.tables["shifts"]
    keys = ["label", "direction", "strata", "baseline"]
    wide = table.pivot_table(index=keys, columns="worst", values="n", aggfunc="sum", sort=False).reset_index()
    shown = wide.assign(
        strata=wide["strata"].map(group_words),
        baseline=[_grade(word) for word in wide["baseline"]],
    )
    worst = {word: f"Worst: {_grade(word)}" for word in dict.fromkeys(table["worst"])}
    labels = {"label": "Test", "direction": "Value", "strata": "Group", "baseline": "At baseline"} | worst
    return relabelled(shown, labels)


def _grade(word: str) -> str:
    return _MISSING if word == "missing" else word if " " in word else f"grade {word}"


def laboratory_no_baseline(result: Result) -> pd.DataFrame:
    """Patients with values after baseline and none to relate them to, by test and reason, a column a group."""
    table = result.tables["no_baseline"]
    cells = {(row["label"], row["why"], row["strata"]): count(row["n"]) for row in rows(table)}
    found = [
        {"Test": row["label"], "Why": row["why"]}
        | {_head(result, group): cells.get((row["label"], row["why"], group), "0") for group in result.facts["order"]}
        for row in rows(table[["label", "why"]].drop_duplicates())
    ]
    return written(found, ["Test", "Why", *(_head(result, group) for group in result.facts["order"])])


def laboratory_no_baseline_subjects(result: Result) -> pd.DataFrame:
    """The patients behind them, as far as the viewer may list them."""
    table = result.tables["no_baseline_subjects"]
    return relabelled(table, {"USUBJID": "Patient", "SITEID": "Site", "tests": "Tests", "why": "Why"})


def laboratory_trends(result: Result) -> pd.DataFrame:
    """Median and quartiles by test, group and month, as measured and as multiples of the upper limit of normal."""
    found = [
        {
            "Test": row["label"],
            "Unit": text(row["unit"]),
            "Group": group_words(row["strata"]),
            "Month": "Baseline" if row["month"] == 0 else str(row["month"]),
            "Patients": count(row["n"]),
            "Median (quartiles)": _quartiles(row["median"], row["q1"], row["q3"]),
            "× ULN": _quartiles(row["uln_median"], row["uln_q1"], row["uln_q3"]),
        }
        for row in rows(result.tables["trends"])
    ]
    return written(found, ["Test", "Unit", "Group", "Month", "Patients", "Median (quartiles)", "× ULN"])


def _quartiles(median: Any, low: Any, high: Any) -> str:
    if pd.isna(median):
        return NOTHING
    return f"{_measured(median)} ({_measured(low)} to {_measured(high)})"


def _measured(value: float) -> str:
    """Three significant digits: 0.84, 12.3, 204."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def laboratory_path(result: Result) -> pd.DataFrame:
    """One patient's liver tests, value by value."""
    found = [
        {
            "Test": row["label"],
            "Day": count(row["day"]),
            "Value": _measured(row["value"]),
            "Unit": text(row["unit"]),
            "× ULN": number(row["uln"], 2, NOTHING),
            "× baseline": number(row["baseline"], 2, NOTHING),
            "Grade": count(row["grade"]),
        }
        for row in rows(result.tables["paths"])
    ]
    return written(found, ["Test", "Day", "Value", "Unit", "× ULN", "× baseline", "Grade"])


def laboratory_limits(result: Result) -> pd.DataFrame:
    """Where each grade begins, test by test."""
    grades = {f"grade_{grade}": f"Grade {grade}" for grade in range(1, 5)}
    labels = {"label": "Test", "direction": "Value"} | grades | {"term": "CTCAE term"}
    return relabelled(result.tables["limits"], labels)
