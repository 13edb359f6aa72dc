"""The safety overview: how many of each group had which kind of event, and how long they were watched."""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import table, whole
from crlm_dash.errors import RequestError
from crlm_dash.terms import POOLED

MEASURES = {
    "any": "Any adverse event",
    "none": "No adverse event",
    "severe": "Grade 3 or higher",
    "serious": "Serious",
    "related": "Related to treatment",
    "stopped": "Led to discontinuation",
    "fatal": "Fatal",
    "ungraded": "Not graded at all",
}
KINDS = ("any", "severe", "serious", "related", "stopped", "fatal")  # of events, each with a rate and a view by term
UNRECORDED = {"serious": "seriousness (AESER)", "related": "relation (AEREL)", "stopped": "action taken (AEACN)"}
COLUMNS = "strata n measure n_subjects percent n_events"


def kind_named(word: str) -> str:
    """
    The kind of events asked for.

    Parameters
    ----------
    word : its code, or the measure's name on the screen; '' for every event

    Raises
    ------
    RequestError : there is no such kind; the message lists them
    """
    known = {name.casefold(): code for code in KINDS for name in (code, MEASURES[code])} | {"": "any"}
    if word.strip().casefold() not in known:
        raise RequestError(f"'{word}' is not a kind of adverse events. There are: {', '.join(KINDS)}.")
    return known[word.strip().casefold()]


def with_total(counts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Counts by group with those of all patients together; a patient belongs to one group, so they add up."""
    numbers = [name for name in counts.columns if name not in (*keys, "strata")]
    if set(counts["strata"]) <= {POOLED}:
        return counts
    total = (
        counts.groupby(keys, as_index=False, dropna=False, sort=False)[numbers].sum() if keys else _sum(counts, numbers)
    )
    return pd.concat([counts, total.assign(strata=POOLED)[counts.columns]], ignore_index=True)


def _sum(counts: pd.DataFrame, numbers: list[str]) -> pd.DataFrame:
    return counts[numbers].sum().to_frame().T


def overview(measured: pd.DataFrame, groups: dict[str, int]) -> pd.DataFrame:
    """One row a measure and group; "No adverse event" has no event records, what is never recorded no count."""
    cells = measured.set_index("strata")
    lacking = unrecorded(measured)
    rows: list[tuple[Any, ...]] = []
    for (key, measure), (strata, n) in product(MEASURES.items(), groups.items()):
        if key in lacking:
            rows.append((strata, n, measure, None, float("nan"), None))
            continue
        if key == "none":
            n_subjects, n_events = n - count(cells, strata, "any_subjects"), 0
        else:
            n_subjects, n_events = (count(cells, strata, f"{key}_{what}") for what in ("subjects", "events"))
        rows.append((strata, n, measure, n_subjects, percent(n_subjects, n), n_events))
    return table(rows, COLUMNS).astype({"n_subjects": "Int64", "n_events": "Int64"})


def unrecorded(measured: pd.DataFrame) -> list[str]:
    """Measures that no record of any group says anything about: zero would read as none."""
    return [key for key in UNRECORDED if len(measured) and not measured[f"{key}_known"].sum()]


def count(cells: pd.DataFrame, strata: str, column: str) -> int:
    """A count of a group, 0 where the group has no row."""
    return whole(cells.at[strata, column]) if strata in cells.index else 0


def percent(n_subjects: int, n: int) -> float:
    """A share as a percentage; missing in a group of nobody."""
    return 100 * n_subjects / n if n else float("nan")
