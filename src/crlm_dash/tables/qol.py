"""Tables of the quality-of-life screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOTHING, count, n_percent, number, relabelled, rows, text, with_limits, written
from crlm_dash.tables.survival import group_words

_DIED = 2  # the cause of `deterioration` that is death
_KINDS = {"first": "For the first time", "definitive": "For good"}


def qol_visits(result: Result) -> pd.DataFrame:
    """Means and changes from baseline by planned visit and group, and how many got better or worse."""
    found = [
        {
            "Visit": _visit(row["visit"]),
            "Group": group_words(row["strata"]),
            "Patients": count(row["n"]),
            "Mean (95 % CI)": _limits(result, row["mean"], row["conf_low"], row["conf_high"]),
            "Paired": count(row["n_change"]) if row["n_change"] else NOTHING,
            "Change (95 % CI)": _limits(result, row["mean_change"], row["change_low"], row["change_high"]),
            "Better": _share(row, "better"),
            "Same": _share(row, "same"),
            "Worse": _share(row, "worse"),
        }
        for row in rows(result.tables["visits"])
    ]
    columns = ["Visit", "Group", "Patients", "Mean (95 % CI)", "Paired", "Change (95 % CI)"]
    return _by_group(result, written(found, [*columns, "Better", "Same", "Worse"]))


def _visit(name: Any) -> str:
    return text(name).capitalize()


def _limits(result: Result, value: Any, low: Any, high: Any) -> str:
    shown = with_limits(value, low, high, digits=result.facts["digits"])
    return NOTHING if pd.isna(value) else shown.replace("-", "−")


def _share(row: dict[str, Any], name: str) -> str:
    n = row["n_change"]
    return NOTHING if not n or pd.isna(row[name]) else n_percent(row[name], 100 * row[name] / n)


def _by_group(result: Result, shown: pd.DataFrame) -> pd.DataFrame:
    return shown if result.facts["by"] else shown.drop(columns="Group")


def qol_completion(result: Result) -> pd.DataFrame:
    """Forms expected and received by planned visit and group, and why there is none."""
    written_as: dict[str, Callable[[dict[str, Any]], str]] = {
        "Visit": lambda row: _visit(row["visit"]),
        "Group": lambda row: group_words(row["strata"]),
        "Expected": lambda row: count(row["expected"]),
        "Received": lambda row: n_percent(row["received"] + row["outside_window"], row["percent"]),
        "In window": lambda row: n_percent(row["received"], _share_of(row["received"], row["expected"])),
        "Not given": lambda row: count(row["not_given"]),
        "Nothing known": lambda row: count(row["unknown"]),
        "Dead": lambda row: count(row["dead"]),
        "Withdrawn": lambda row: count(row["withdrawn"]),
        "Not due": lambda row: count(row["not_due"]),
    }
    found = [{head: cell(row) for head, cell in written_as.items()} for row in rows(result.tables["completion"])]
    return _by_group(result, written(found, list(written_as)))


def _share_of(n: float, total: float) -> float:
    return 100 * n / total if total else float("nan")


def qol_reasons(result: Result) -> pd.DataFrame:
    """Why forms were not given, over all visits, a column a group."""
    table = result.tables["reasons"]
    n = table.groupby(["reason", "strata"])["n"].sum().to_dict()
    found = [
        {"Reason": reason.capitalize()}
        | {group_words(group): count(n.get((reason, group), 0)) for group in result.facts["order"]}
        for reason in sorted(set(table["reason"]), key=lambda each: -table.loc[table["reason"] == each, "n"].sum())
    ]
    return written(found, ["Reason", *(group_words(group) for group in result.facts["order"])])


def qol_deterioration(result: Result) -> pd.DataFrame:
    """How many have got worse, for the first time and for good, by 6, 12 and 24 months, and died before that."""
    table = result.tables["deterioration"]
    died = {(row["kind"], row["strata"], row["time"]): row for row in rows(table[table["cause"] == _DIED])}
    found = [
        {
            "Deterioration": _KINDS[row["kind"]],
            "Group": group_words(row["strata"]),
            "By month": f"{row['time']:g}",
            "Still followed": count(row["n_risk"]),
            "Worse (95 % CI)": _percent(row),
            "Died before (95 % CI)": _percent(died.get((row["kind"], row["strata"], row["time"]))),
        }
        for row in rows(table[table["cause"] != _DIED])
    ]
    columns = ["Deterioration", "Group", "By month", "Still followed", "Worse (95 % CI)", "Died before (95 % CI)"]
    return _by_group(result, written(found, columns))


def qol_deterioration_curves(result: Result) -> pd.DataFrame:
    """Every step of the curves."""
    found = [
        {
            "Deterioration": _KINDS[row["kind"]],
            "Group": group_words(row["strata"]),
            "What": "Died before" if row["cause"] == _DIED else "Worse",
            "Month": number(row["time"]),
            "Still followed": count(row["n_risk"]),
            "By then (95 % CI)": _percent(row),
        }
        for row in rows(result.tables["deterioration_curves"])
    ]
    columns = ["Deterioration", "Group", "What", "Month", "Still followed", "By then (95 % CI)"]
    return _by_group(result, written(found, columns))


def _percent(row: dict[str, Any] | None) -> str:
    if row is None:
        return "0 %"
    if pd.isna(row["estimate"]):
        return "not followed so long"
    return with_limits(row["estimate"], row["conf_low"], row["conf_high"], digits=0, scale=100, unit=" %")


def qol_scales(result: Result) -> pd.DataFrame:
    """The scales there are, which way is better, and the change that is important."""
    labels = {"scale": "Code", "label": "Scale", "questionnaire": "Questionnaire", "better": "Better"}
    shown = result.tables["scales"]
    points = [NOTHING if pd.isna(each) else f"{each:g} points" for each in shown["important"]]
    return relabelled(shown, labels).assign(**{"Important change": points})


QOL: dict[str, Callable[[Result], pd.DataFrame]] = {
    "visits": qol_visits,
    "completion": qol_completion,
    "reasons": qol_reasons,
    "deterioration": qol_deterioration,
    "deterioration_curves": qol_deterioration_curves,
    "scales": qol_scales,
}
