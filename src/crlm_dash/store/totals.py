"""Counts of the whole trial as they leave the door: without small cells, and without what would give them away."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import pandas as pd

from crlm_dash.protocol import Covariate
from crlm_dash.store.contents import once
from crlm_dash.suppression import left_out

COLUMNS = ("display", "line", "part", "n")
FLOW = ("screening", "not enrolled")  # displays whose lines are what other displays are parts of
_OF_SITES = re.compile(r"SITE|SITEID|COUNTRY|REGION\d*N?")
Cell = tuple[str, str, str]  # display, line ('' the sum of all), part ('' the sum of all)


def one_grouping_each(covariates: Sequence[Covariate]) -> list[str]:
    """
    SEX, and of covariates that group the same (AGEGR1, AGEGR2) the first: two groupings can differ by a few people.

    Parameters
    ----------
    covariates : of the protocol, in their order

    Returns
    -------
    One column each, in the same order; none that groups sites, for each site has its numbers.
    """
    found = {"SEX": "SEX"}
    for each in covariates:
        found.setdefault(_grouped(each), each.column)
    return [column for what, column in found.items() if not _OF_SITES.fullmatch(what)]


def has_ages(covariates: Sequence[Covariate]) -> bool:
    """
    Whether ages are grouped already.

    Parameters
    ----------
    covariates : of the protocol

    Returns
    -------
    Whether one of them groups AGE.
    """
    return any(_grouped(each) == "AGE" for each in covariates)


def _grouped(covariate: Covariate) -> str:
    """What a covariate groups: what it is read from, whatever it is called; else by CDISC's names of groupings."""
    source = covariate.source
    if source and source.domain not in ("ADSL", "DM"):
        return source.model_copy(update={"window_days": None, "unit": ""}).model_dump_json()
    return re.sub(r"GR\d*N?$", "", source.column if source else covariate.column)


@once
def shown_totals(connection: duckdb.DuckDBPyConnection, count: Callable[[], pd.DataFrame], key: bytes) -> pd.DataFrame:
    """
    What may be shown of counts of the whole trial: worked out once a cut, for it is the same for everybody.

    Parameters
    ----------
    connection : to which the cut is attached
    count : counts them
    key : as `suppression.left_out`

    Returns
    -------
    As `without_small_cells`.
    """
    return without_small_cells(count(), key)


def without_small_cells(counted: pd.DataFrame, key: bytes = b"") -> pd.DataFrame:
    """
    What may be shown of counts of the whole trial.

    Parameters
    ----------
    counted : display, line, part (what the line is counted of: of those enrolled …), n; the lines of a display are
        everybody of its part, and each is counted once
    key : as `suppression.left_out`

    Returns
    -------
    The same, and the sums: of each part (display and line '') and of each line of several parts (part ''). What is
    left out has no `n`.
    """
    assert tuple(counted.columns) == COLUMNS, "counts of the whole trial are a display, a line, a part and a number"
    counts, sums = _cells(counted)
    withheld = left_out(counts, sums, key=key)
    rows = [(*cell, None if cell in withheld else n) for cell, n in counts.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"n": "Int64"})


def _cells(counted: pd.DataFrame) -> tuple[dict[Cell, int], list[tuple[Cell, list[Cell]]]]:
    """Every cell with its number, sums among them, and which cells add up to which."""
    counts: dict[Cell, int] = {}
    parts: dict[tuple[Cell, str], list[Cell]] = {}
    for display, line, part, n in counted.itertuples(index=False):
        cell = _whole(line) if display in FLOW else (display, line, part)
        counts[cell] = int(n)
        parts.setdefault((_whole(part), display), []).append(cell)
    sums = [(whole, cells) for (whole, _), cells in parts.items()]
    for whole, cells in sums:
        total = sum(counts[each] for each in cells)
        assert counts.setdefault(whole, total) == total, f"{whole[2]}: displays do not agree on how many there are"
    return _with_margins(counted, counts, sums)


def _with_margins(counted: pd.DataFrame, counts: dict[Cell, int], sums: list[Any]) -> tuple[dict[Cell, int], list[Any]]:
    """The same with the sum of each line that has several parts."""
    for (display, line), cells in counted.groupby(["display", "line"], sort=False):
        if len(cells) > 1:
            inner = [(str(display), str(line), str(part)) for part in cells["part"]]
            counts[str(display), str(line), ""] = int(cells["n"].sum())
            sums.append(((str(display), str(line), ""), inner))
    return counts, sums


def _whole(part: str) -> Cell:
    return "", "", part
