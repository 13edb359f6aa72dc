"""Times of a survival display: its unit, its landmarks, the ticks of its axis."""

from __future__ import annotations

import pandas as pd

from crlm_dash.protocol import Endpoint
from crlm_dash.terms import DAYS_PER_MONTH, DAYS_PER_YEAR, TimeUnit

_DAYS = {TimeUnit.DAYS: 1.0, TimeUnit.MONTHS: DAYS_PER_MONTH, TimeUnit.YEARS: DAYS_PER_YEAR}
_SHORT_MONTHS = (3.0, 6.0, 9.0)  # landmarks of a trial that has not reached its first year
_STEPS = {
    TimeUnit.DAYS: (1, 2, 7, 14, 30, 60, 90, 180, 365, 730, 1825),
    TimeUnit.MONTHS: (1, 3, 6, 12, 24, 60),
    TimeUnit.YEARS: (0.25, 0.5, 1, 2, 5),
}
_MOST_TICKS = 10


def rescaled(counts: pd.DataFrame, stored: TimeUnit, shown: TimeUnit) -> pd.DataFrame:
    """`counts` with time and entry in the unit shown (a month is 30.4375 days)."""
    if stored == shown:
        return counts
    ratio = _DAYS[stored] / _DAYS[shown]
    return counts.assign(time=counts["time"] * ratio, entry=counts["entry"] * ratio)


def in_unit(years: pd.Series, unit: TimeUnit) -> pd.Series:
    """Years as times in `unit`."""
    return years * (DAYS_PER_YEAR / _DAYS[unit])


def landmark_in(months: int, unit: TimeUnit) -> float:
    """A landmark in months as a time in the unit an endpoint is stored in."""
    return months * DAYS_PER_MONTH / _DAYS[unit]


def landmark_times(endpoint: Endpoint, unit: TimeUnit, counts: pd.DataFrame) -> list[float]:
    """
    The times at which survival is stated, in `unit`.

    The protocol's horizons; for an endpoint that no protocol declares, those that follow-up reaches. A trial
    that has not reached its first horizon is read at 3, 6 and 9 months as far as it has come.
    """
    last = float(counts["time"].max())
    years = [each * DAYS_PER_YEAR / _DAYS[unit] for each in sorted(endpoint.horizons)]
    reached = [each for each in years if each <= last]
    if reached:
        return reached if endpoint.delivered else years
    months = [each * DAYS_PER_MONTH / _DAYS[unit] for each in _SHORT_MONTHS]
    return [each for each in months if each <= last]


def restricted_horizon(landmarks: pd.DataFrame) -> float | None:
    """The last landmark that every group reaches: the horizon of the restricted mean."""
    missed = set(landmarks.loc[landmarks["estimate"].isna(), "time"])
    return max((time for time in set(landmarks["time"]) - missed if time > 0), default=None)


def ticks(counts: pd.DataFrame, unit: TimeUnit) -> list[float]:
    """Round times from 0 to the end of follow-up, for the axis and the numbers at risk."""
    last = float(counts["time"].max()) if len(counts) else 0.0
    step = next((each for each in _STEPS[unit] if last / each <= _MOST_TICKS), None)
    step = step if step is not None else _STEPS[unit][-1] * -(-last // (_STEPS[unit][-1] * _MOST_TICKS))
    return [float(step * k) for k in range(int(last // step) + 1)]
