"""What would have been said some months ago, and how often such forecasts held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.enrolment_forecast import LEVELS, QUANTILES, UNKNOWN, Day, day_after, seed_of
from crlm_dash.analyses.enrolment_sites import Floats, Sites
from crlm_dash.analyses.framing import table
from crlm_dash.store.door import Door

AGO = (3, 6, 12)  # months
STEP = 3  # months between the forecasts that coverage is counted over
MOST, LEAST = 20, 4  # of them, the latest; with very many sites fewer
_SITES = 8_000  # that all these forecasts may look at together
FEWEST = 5  # patients that a forecast needs before its coverage counts
_DRAWS = 1000
_BACK = 6  # what a seed is for
NUMBERS = "n_median n_low80 n_high80 n_low95 n_high95"


@dataclass(frozen=True)
class _Then:
    """What was known so many months ago, and how many more were expected after each of `AGO` months from then."""

    back: int
    n_enrolled: int
    n_counted: int
    course: stats.Course
    more: Floats  # a row each of LEVELS, a column each of AGO


def backtest(door: Door, sites: Sites, *, ended: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Forecasts made of what was known then: patients enrolled, sites open, openings planned.

    Parameters
    ----------
    ended : months before the cut-off at which enrolment ended, 0 while it goes on; no forecast is held against later

    Returns
    -------
    `backtest`: months_ago, asof, n_then, `QUANTILES` (days on which the target would have been expected), `NUMBERS`
    (how many would have been expected by the cut-off), n_now, within80, within95; and `coverage`: months_ahead,
    n_forecasts, n_within80, n_within95 (a forecast every three months, of which neighbours share most of their data).
    """
    longest = int(np.floor(sites.opened.max())) if len(sites.opened) else 0
    most = min(max(_SITES // max(len(sites.opened), 1), LEAST), MOST)
    asked = range(STEP, min(STEP * most, longest) + 1, STEP)
    known = [then for back in asked if (then := _then(door, sites, back)) is not None]
    rows = [_row(door, sites, then) for then in reversed(known) if then.back in AGO]
    held = [(months, _held(sites, place, known, ended)) for place, months in enumerate(AGO)]
    shares = [(months, len(each), *np.sum(each, axis=0).tolist()) for months, each in held if each]
    columns = f"months_ago asof n_then {QUANTILES} {NUMBERS} n_now within80 within95"
    return table(rows, columns), table(shares, "months_ahead n_forecasts n_within80 n_within95")


def _then(door: Door, sites: Sites, back: int) -> _Then | None:
    """None where nobody had been counted yet, or the target had been reached."""
    counts, n_enrolled = sites.counts(back), sites.n_enrolled(len(sites.enrolled), back)
    n_counted, target = int(counts["n"].sum()), door.protocol.accrual.target
    left = np.inf if target is None else target - n_enrolled
    if not n_counted or left < 1:
        return None
    course = stats.simulated(
        stats.site_rates(counts),
        is_open=sites.is_open(back),
        openings=sites.openings(back),
        seed=seed_of(door, _BACK, back),
        draws=_DRAWS,
    )
    more = stats.numbers_by(course, np.array(AGO, dtype=float), seed=seed_of(door, _BACK, back, 1))
    likely = np.minimum(np.quantile(more, LEVELS, axis=0, method="inverted_cdf"), left)
    return _Then(back, n_enrolled, n_counted, course, likely)


def _row(door: Door, sites: Sites, then: _Then) -> tuple[Any, ...]:
    cutoff, target, total = door.cut.cutoff, door.protocol.accrual.target, int(sites.enrolled.sum())
    days: list[Day] = UNKNOWN
    if target is not None:
        months = stats.months_until(then.course, [target - then.n_enrolled], seed=seed_of(door, _BACK, then.back, 2))
        days = [day_after(cutoff, each - then.back) for each in stats.months_at(months, LEVELS)[:, 0]]
    numbers = (then.more[:, AGO.index(then.back)] + then.n_enrolled).tolist()
    asof = day_after(cutoff, -then.back)
    return (then.back, asof, then.n_enrolled, *days, *numbers, total, *_within(numbers, total))


def _held(sites: Sites, place: int, known: list[_Then], ended: int) -> list[tuple[bool, bool]]:
    """Of each forecast `AGO[place]` months ahead whose time has come: whether the truth lay within its intervals."""
    ahead = AGO[place]
    return [
        _within(then.more[:, place].tolist(), sites.n_enrolled(then.back, then.back - ahead))
        for then in known
        if then.back - ahead >= ended and then.n_counted >= FEWEST
    ]


def _within(likely: list[float], truth: int) -> tuple[bool, bool]:
    _, low80, high80, low95, high95 = likely
    return low80 <= truth <= high80, low95 <= truth <= high95
