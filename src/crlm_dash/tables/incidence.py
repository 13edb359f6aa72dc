"""Tables of the progression screen."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOTHING, count, n_percent, number, p_value, rows, with_limits, written
from crlm_dash.tables.survival import group_words, length


def incidence_first_events(result: Result) -> pd.DataFrame:
    """What happened first to how many of each group, who had nothing so far, and the whole group."""
    table = result.tables["first_events"]
    groups = list(dict.fromkeys(table["strata"]))
    columns = ["What came first", *(group_words(group) for group in groups)]
    cells = {(row["label"], row["strata"]): n_percent(row["n"], row["percent"]) for row in rows(table)}
    found = [
        _line(columns, label, [cells[label, group] for group in groups]) for label in dict.fromkeys(table["label"])
    ]
    sizes = table.groupby("strata", sort=False)["n"].sum()
    everyone = [_line(columns, "Patients", [count(sizes[group]) for group in groups])] if groups else []
    return written([*found, *everyone], columns)


def incidence_landmarks(result: Result) -> pd.DataFrame:
    """Cumulative incidence of each cause in each group at the landmark times."""
    table, labels = result.tables["landmarks"], _labels(result)
    times = list(dict.fromkeys(table["time"]))
    columns = ["What came first", "Group", *(f"By {length(time, result)} (95 % CI)" for time in times)]
    shares = {(row["cause"], row["strata"], row["time"]): _share(row) for row in rows(table)}
    groups = list(dict.fromkeys(table["strata"]))
    found = [
        _line(columns, label, [group_words(group), *(shares[cause, group, time] for time in times)])
        for cause, label in labels.items()
        for group in groups
        if (cause, group, times[0]) in shares
    ]
    return written(found, columns)


def incidence_tests(result: Result) -> pd.DataFrame:
    """Gray's test of each cause between the groups."""
    columns = ["What came first", "Test", "Chi-square", "Degrees of freedom", "p"]
    labels = _labels(result)
    found = [
        _line(
            columns,
            labels[row["cause"]],
            [row["test"], number(row["statistic"], 2, missing=NOTHING), count(row["df"]), p_value(row["p_value"])],
        )
        for row in rows(result.tables["tests"])
    ]
    return written(found, columns)


def incidence_subdistribution(result: Result) -> pd.DataFrame:
    """Ratios of cumulative incidence (Fine and Gray) of each cause."""
    columns = ["What came first", "Comparison", "Subdistribution hazard ratio (95 % CI)"]
    labels = _labels(result)
    found = [
        _line(columns, labels[row["cause"]], [row["comparison"], _ratio(row)])
        for row in rows(result.tables["subdistribution"])
    ]
    return written(found, columns)


def incidence_hazard_ratios(result: Result) -> pd.DataFrame:
    """Ratios of the rate among those still free of every cause, with the test of proportional hazards."""
    columns = ["What came first", "Comparison", "Cause-specific hazard ratio (95 % CI)", "Proportional hazards, p"]
    labels = _labels(result)
    found = [
        _line(columns, labels[row["cause"]], [row["comparison"], _ratio(row), _ph(row)])
        for row in rows(result.tables["hazard_ratio"])
    ]
    return written(found, columns)


def incidence_contrasts(result: Result) -> pd.DataFrame:
    """Test and both ratios of each cause in one table."""
    columns = [
        "What came first", "Comparison", "Gray's test, p", "Subdistribution hazard ratio (95 % CI)",
        "Cause-specific hazard ratio (95 % CI)", "Proportional hazards, p",
    ]  # fmt: skip
    labels, specific = _labels(result), rows(result.tables["hazard_ratio"])
    tests = {row["cause"]: p_value(row["p_value"]) for row in rows(result.tables["tests"])}
    together = {(row["cause"], row["comparison"]): _ratio(row) for row in rows(result.tables["subdistribution"])}
    found = []
    for row in specific:
        key = (row["cause"], row["comparison"])
        cells = [row["comparison"], tests.get(row["cause"], NOTHING), together[key], _ratio(row), _ph(row)]
        found.append(_line(columns, labels[row["cause"]], cells))
    return written(found, columns)


def _line(columns: list[str], first: str, others: list[str]) -> dict[str, str]:
    return dict(zip(columns, (first, *others), strict=True))


def _labels(result: Result) -> dict[int, str]:
    causes = result.tables["causes"]
    return dict(zip(causes["cause"], causes["label"], strict=True))


def _share(row: dict[str, Any]) -> str:
    return with_limits(row["estimate"], row["conf_low"], row["conf_high"], digits=0, scale=100, unit=" %")


def _ratio(row: dict[str, Any]) -> str:
    known = not pd.isna(row["estimate"])
    return with_limits(row["estimate"], row["conf_low"], row["conf_high"], digits=2) if known else "N/A"


def _ph(row: dict[str, Any]) -> str:
    return NOTHING if pd.isna(row["ph_p_value"]) else p_value(row["ph_p_value"])
