"""Tables of the cohort's response."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOTHING, count, n_percent, number, rows, text, with_limits, written
from crlm_dash.terms import POOLED

_NAMES = {
    "CR": "Complete response (CR)",
    "PR": "Partial response (PR)",
    "SD": "Stable disease (SD)",
    "NON-CR/NON-PD": "Neither response nor progression",
    "PD": "Progression (PD)",
    "NE": "Not evaluable (NE)",
    "none": "Scanned, no response given",
    "no scan": "No scan after baseline",
}


def response_best(result: Result) -> pd.DataFrame:
    """Best overall response of each group, by the reader and from the diameters; lines nobody is in are left out."""
    table, order = result.tables["best"], list(result.facts["order"])
    assessed = result.facts["assessed"]
    found = []
    for code, name in _NAMES.items():
        own = table[table["response"] == code].set_index("strata")
        if not (own["n"].sum() + own["n_calculated"].sum()) and code not in ("CR", "PR", "SD", "PD"):
            continue
        line = {"Best overall response": name}
        for group in order:
            theirs = n_percent(own.loc[group, "n"], own.loc[group, "percent"])
            ours = n_percent(own.loc[group, "n_calculated"], own.loc[group, "percent_calculated"])
            line |= ({_head(result, group): theirs} if assessed else {}) | {f"{_head(result, group)}, diameters": ours}
        found.append(line)
    return pd.DataFrame(found)


def _named(group: str) -> str:
    return "All patients" if group == POOLED else group


def _head(result: Result, group: str) -> str:
    return f"{_named(group)} (n = {result.facts['sizes'][group]:,})"


def response_rates(result: Result) -> pd.DataFrame:
    """Who responded, of everyone in the group, with exact limits."""
    columns = ["Measure", "Group", "Patients", "%, exact 95 % CI"]
    found = [
        {
            "Measure": row["measure"],
            "Group": _named(row["strata"]),
            "Patients": f"{count(row['n_event'])} of {count(row['n'])}",
            "%, exact 95 % CI": with_limits(row["estimate"], row["conf_low"], row["conf_high"], scale=100)
            if row["n"]
            else NOTHING,
        }
        for row in rows(result.tables["rates"])
    ]
    return written(found, columns)


def response_differences(result: Result) -> pd.DataFrame:
    """Differences between groups, in percentage points."""
    columns = ["Measure", "Comparison", "Difference, percentage points (95 % CI)"]
    found = [
        {
            "Measure": row["measure"],
            "Comparison": row["comparison"],
            columns[2]: row["note"] or with_limits(row["estimate"], row["conf_low"], row["conf_high"], scale=100),
        }
        for row in rows(result.tables["differences"])
    ]
    return written(found, columns)


def response_changes(result: Result) -> pd.DataFrame:
    """Best change of each patient, those who may be opened."""
    named = result.tables["changes"].dropna(subset=["USUBJID"])
    columns = ["Patient", "Group", "Best change, %", "Day", "Best response"]
    found = [
        {
            "Patient": row["USUBJID"],
            "Group": _named(row["strata"]),
            "Best change, %": number(row["change"], 0, NOTHING),
            "Day": number(row["day"], 0, NOTHING),
            "Best response": text(_NAMES.get(row["response"], row["response"])),
        }
        for row in rows(named)
    ]
    shown = columns if result.facts["by"] else [name for name in columns if name != "Group"]
    return written(found, columns)[shown]


# What `crlm-dash show response` prints, in this order.
RESPONSE: dict[str, Callable[[Result], pd.DataFrame]] = {
    "rates": response_rates,
    "best": response_best,
    "differences": response_differences,
    "changes": response_changes,
}
