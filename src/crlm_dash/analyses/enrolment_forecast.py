"""When the target will be reached, how sure that is, and the milestones on the way: patients and events."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.enrolment_scenario import Scenario
from crlm_dash.analyses.enrolment_sites import Floats, Sites
from crlm_dash.analyses.framing import table
from crlm_dash.store.door import Door
from crlm_dash.terms import DAYS_PER_MONTH

Day = Any  # a timestamp; NaT where there is none

LEVELS = (0.5, 0.1, 0.9, 0.025, 0.975)
QUANTILES = "median low80 high80 low95 high95"
UNKNOWN: list[Day] = [pd.NaT] * len(LEVELS)
HORIZON = 240.0  # months: nothing is told beyond
POINTS = 30  # of a band
WITHOUT_TARGET = 24.0  # months shown where no target is stated
REACHED, CLOSED, NOT_STARTED, TOO_EARLY, NEVER, EXPECTED = (
    "reached", "closed", "not started", "too early", "out of reach", "expected",
)  # fmt: skip
PATIENTS, EVENTS = "patients", "events"
_COURSES, _TIMES, _NUMBERS = 1, 2, 3  # what a seed is for


@dataclass(frozen=True)
class Outlook:
    """
    Enrolment to come under one scenario: the rates of sites and its simulated courses (None: nothing can be said,
    `state` says why).
    """

    scenario: Scenario
    state: str
    course: stats.Course | None
    n_enrolled: int
    rates: stats.SiteRates | None = None

    def months(self, door: Door, numbers: Sequence[int]) -> Floats:
        """Months from the cut-off to each number of patients (above those enrolled), a row a course."""
        assert self.course is not None
        more = [number - self.n_enrolled for number in numbers]
        return stats.months_until(self.course, more, seed=seed_of(door, _TIMES))


def seed_of(door: Door, *what: int) -> list[int]:
    """The seed of a simulation: the same trial and cut give the same numbers."""
    return [zlib.crc32(door.cut.trial.encode()), door.cut.number, *what]


def outlook(
    door: Door, sites: Sites, scenario: Scenario, *, n_enrolled: int, n_ongoing: int, n_pending: int
) -> Outlook:
    """Enrolment to come, or why nothing can be said of it."""
    plan = door.protocol.accrual
    state, course, rates = EXPECTED, None, None
    counts = sites.counts(window=scenario.window)
    if plan.target is not None and n_enrolled >= plan.target:
        state = REACHED
    elif (plan.closed and plan.closed <= door.cut.cutoff) or (n_enrolled and not n_ongoing and not n_pending):
        state = CLOSED
    elif not n_enrolled:
        state = NOT_STARTED
    elif not counts["n"].sum():
        state = TOO_EARLY
    elif not scenario.is_open.any() and not scenario.openings:
        state = NEVER
    else:
        rates = stats.site_rates(counts)
        course = stats.simulated(
            rates,
            is_open=scenario.is_open,
            openings=scenario.openings,
            factor=scenario.factor,
            seed=seed_of(door, _COURSES),
        )
    return Outlook(scenario, state, course, n_enrolled, rates)


def day_after(cutoff: dt.date, months: float) -> Day:
    """The day so many months after the cut-off; missing beyond the horizon."""
    if not months <= HORIZON:
        return pd.NaT
    return pd.Timestamp(cutoff) + pd.Timedelta(days=round(months * DAYS_PER_MONTH))


def days_of(cutoff: dt.date, months: Floats) -> list[Day]:
    """Median and limits, in the order of `QUANTILES`, of months from the cut-off, as days."""
    return [day_after(cutoff, float(each)) for each in stats.months_at(months[:, None], LEVELS)[:, 0]]


def patient_row(door: Door, found: Outlook, reached: dict[int, Day]) -> tuple[Any, ...] | None:
    """The row of the target number of patients in the table `forecast`; None without a target."""
    target = door.protocol.accrual.target
    if target is None:
        return None
    state, days = found.state, UNKNOWN
    if state == REACHED:
        days = [reached.get(target, pd.NaT)] * len(LEVELS)
    elif found.course is not None:
        days = days_of(door.cut.cutoff, found.months(door, [target])[:, 0])
        state = NEVER if pd.isna(days[0]) else state
    return (PATIENTS, found.scenario.name, target, found.n_enrolled, state, *days)


def bands(door: Door, found: Outlook, months: float) -> pd.DataFrame:
    """How many will have been enrolled, by day from the cut-off on; up to the target, where there is one."""
    columns = f"what scenario date {QUANTILES}"
    if found.course is None:
        return table([], columns)
    target = door.protocol.accrual.target
    if target is not None:  # beyond the last course that reaches it there is nothing to draw
        months = min(months, float(stats.months_at(found.months(door, [target]), [LEVELS[-1]])[0, 0]))
    times = np.linspace(0.0, months, POINTS + 1)[1:]
    numbers = stats.numbers_by(found.course, times, seed=seed_of(door, _NUMBERS))
    return band_table(PATIENTS, found, times, numbers, target, door.cut.cutoff)


def band_table(
    what: str,
    found: Outlook,
    times: Floats,
    more: npt.NDArray[np.int64],
    most: int | None,
    cutoff: dt.date,
    n_now: int = -1,
) -> pd.DataFrame:
    """Quantiles of cumulative numbers at times, from the cut-off on."""
    now = found.n_enrolled if n_now < 0 else n_now
    levels = np.quantile(more, LEVELS, axis=0, method="inverted_cdf")
    numbers = np.column_stack([np.zeros(len(LEVELS)), levels]).T + now
    if most is not None:
        numbers = np.minimum(numbers, max(most, now))
    dates = [day_after(cutoff, float(each)) for each in (0.0, *times)]
    rows = [(what, found.scenario.name, date, *row) for date, row in zip(dates, numbers.tolist(), strict=True)]
    return table(rows, f"what scenario date {QUANTILES}")
