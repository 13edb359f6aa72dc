"""Tables of the survival screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOTHING, count, n_percent, number, p_value, rows, with_limits, written
from crlm_dash.terms import POOLED

_DAYS = {"days": 1.0, "months": 30.4375, "years": 365.25}


def survival_summary(result: Result) -> pd.DataFrame:
    """Patients, events, median and follow-up of each group."""
    unit = result.facts.get("unit", "")
    columns = [
        "Group",
        "Patients",
        "Events",
        f"Median, {unit} (95 % CI)",
        f"Median follow-up, {unit}",
    ]
    found = [
        dict(
            zip(
                columns,
                (
                    group_words(row["strata"]),
                    count(row["n"]),
                    count(row["n_event"]),
                    with_limits(row["median"], row["conf_low"], row["conf_high"]),
                    number(row["followup_median"]),
                ),
                strict=True,
            )
        )
        for row in rows(result.tables["summary"])
    ]
    return written(found, columns)


def survival_landmarks(result: Result) -> pd.DataFrame:
    """Share of each group without the event at the landmark times."""
    table = result.tables["landmarks"]
    times = list(dict.fromkeys(table["time"]))
    columns = ["Group", *(length(time, result) for time in times)]
    found = []
    for group in dict.fromkeys(table["strata"]):
        cells = {row["time"]: rate(row) for row in rows(table[table["strata"] == group])}
        found.append(dict(zip(columns, (group_words(group), *(cells[time] for time in times)), strict=True)))
    return written(found, columns)


def survival_differences(result: Result) -> pd.DataFrame:
    """Differences between groups at the landmark times, in percentage points."""
    columns = ["Comparison", "At", "Difference, percentage points (95 % CI)"]
    found = [
        dict(zip(columns, (row["comparison"], length(row["time"], result), _points(row)), strict=True))
        for row in rows(result.tables["differences"])
    ]
    return written(found, columns)


def survival_tests(result: Result) -> pd.DataFrame:
    """Tests between the groups."""
    columns = ["Test", "Chi-square", "Degrees of freedom", "p"]
    found = [
        dict(
            zip(
                columns,
                (
                    row["test"],
                    number(row["statistic"], 2, missing="–"),
                    count(row["df"]),
                    p_value(row["p_value"]),
                ),
                strict=True,
            )
        )
        for row in rows(result.tables["tests"])
    ]
    return written(found, columns)


def survival_hazard_ratios(result: Result) -> pd.DataFrame:
    """Hazard ratios to the first group, with the test of proportional hazards beside them."""
    columns = ["Comparison", "Hazard ratio (95 % CI)", "Proportional hazards, p"]
    found = []
    for row in rows(result.tables["hazard_ratio"]):
        known = not pd.isna(row["estimate"])
        ratio = with_limits(row["estimate"], row["conf_low"], row["conf_high"], digits=2) if known else "N/A"
        ph = "–" if pd.isna(row["ph_p_value"]) else p_value(row["ph_p_value"])
        found.append(dict(zip(columns, (row["comparison"], ratio, ph), strict=True)))
    return written(found, columns)


def survival_rmst(result: Result) -> pd.DataFrame:
    """Mean time without the event up to the horizon, in each group."""
    unit = result.facts.get("unit", "")
    columns = ["Group", "Up to", f"Mean time without the event, {unit} (95 % CI)"]
    found = [
        dict(
            zip(
                columns,
                (
                    group_words(row["strata"]),
                    length(row["horizon"], result),
                    with_limits(row["estimate"], row["conf_low"], row["conf_high"]),
                ),
                strict=True,
            )
        )
        for row in rows(result.tables["rmst"])
    ]
    return written(found, columns)


def survival_rmst_differences(result: Result) -> pd.DataFrame:
    """Differences in the mean time without the event up to the horizon."""
    columns = ["Comparison", "Up to", f"Difference, {result.facts.get('unit', '')} (95 % CI)"]
    found = [
        dict(
            zip(
                columns,
                (
                    row["comparison"],
                    length(row["horizon"], result),
                    with_limits(row["estimate"], row["conf_low"], row["conf_high"]),
                ),
                strict=True,
            )
        )
        for row in rows(result.tables["rmst_difference"])
    ]
    return written(found, columns)


def survival_maturity(result: Result) -> pd.DataFrame:
    """How mature the data are: who had the event, and who had it or was followed to the last landmark."""
    columns = ["Group", "Patients", "With the event", "Last landmark", "With the event, or followed to it"]
    found = [
        dict(
            zip(
                columns,
                (
                    group_words(row["strata"]),
                    count(row["n"]),
                    n_percent(row["n_event"], 100 * row["share_event"]),
                    NOTHING if pd.isna(row["horizon"]) else length(row["horizon"], result),
                    n_percent(row["n_followed"], 100 * row["share_followed"]),
                ),
                strict=True,
            )
        )
        for row in rows(result.tables["maturity"])
    ]
    return written(found, columns)


def survival_published(result: Result) -> pd.DataFrame:
    """Published rates laid over the curves: whose they are, and from when time is counted."""
    columns = ["Study, not from this trial", "Patients", "At", "Rate (95 % CI)", "Counted from"]
    found = [
        dict(
            zip(
                columns,
                (row["study"], row["group"], length(row["time"], result), rate(row), row["origin"]),
                strict=True,
            )
        )
        for row in rows(result.tables["published"])
    ]
    return written(found, columns)


def group_words(strata: str) -> str:
    """A group as it is written in a table."""
    return "All patients" if strata == POOLED else strata


def length(time: float, result: Result) -> str:
    """A landmark as people say it: "5 years", "6 months", "30 days"."""
    unit = result.facts.get("unit", "days")
    months = time * _DAYS[unit] / _DAYS["months"]
    if abs(months - round(months)) > 1e-6:
        return f"{time:g} {unit}"
    whole = round(months)
    n, word = (whole // 12, "year") if whole % 12 == 0 else (whole, "month")
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def rate(row: Mapping[str, Any]) -> str:
    """A survival rate with its limits, in per cent."""
    return with_limits(row["estimate"], row["conf_low"], row["conf_high"], digits=0, scale=100, unit=" %")


def _points(row: dict[str, float]) -> str:
    return with_limits(row["estimate"], row["conf_low"], row["conf_high"], digits=0, scale=100)
