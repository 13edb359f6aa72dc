"""Cumulative incidence of competing events."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crlm_dash.stats.counts import Floats, Group, RiskSets, frame_of, groups_of, times_array, whole
from crlm_dash.stats.curve import log_log_limits

INCIDENCE = (
    "strata", "cause", "time", "n_risk", "n_event", "estimate", "std_error", "conf_low", "conf_high",
)  # fmt: skip
ESTIMATE = INCIDENCE[5:]
INCIDENCE_AT = ("strata", "cause", "time", "n_risk", *ESTIMATE)


def aalen_johansen(counts: pd.DataFrame, *, conf_level: float = 0.95) -> pd.DataFrame:
    """
    Cumulative incidence of each cause in each group, the other causes competing with it.

    Written here because lifelines' estimator moves tied times at random: two runs, two answers. Here ties
    are exact.

    Parameters
    ----------
    counts : one row per distinct `strata`, `time` (> 0), `entry` (0 = from the start), `event` (0 = censored,
        1, 2, … = cause), with `n` subjects each
    conf_level : coverage of the limits, pointwise

    Returns
    -------
    One row per group, cause (of those that occur in any group) and distinct time of the group, and one at
    time 0 with estimate 0: `strata`, `cause`, `time`, `n_risk` (just before the time), `n_event` (of the
    cause, at the time), `estimate`, `std_error`, `conf_low`, `conf_high`. The variance is that of R's
    `cmprsk::cuminc` (Gray's, hypergeometric within ties); limits are normal on the scale log(-log F), 0 at
    time 0 and missing while the estimate is 0 after it. An empty group has no rows.

    Raises
    ------
    ContractError : a column is absent or holds what it may not

    Source: Aalen & Johansen, Scand J Stat 5 (1978) 141-150; Gray, Ann Stat 16 (1988) 1141-1154.
    """
    groups = groups_of(counts, causes=True)
    parts = [_curve(group, cause, conf_level) for group in groups if group.size for cause in _causes(groups)]
    return frame_of(INCIDENCE, parts)


def incidence_at(counts: pd.DataFrame, times: Sequence[float], *, conf_level: float = 0.95) -> pd.DataFrame:
    """
    Cumulative incidence at given times (landmarks).

    Parameters
    ----------
    counts : see `aalen_johansen`
    times : times to read the curves at (0 or later), same unit

    Returns
    -------
    One row per group, cause and time: `strata`, `cause`, `time`, `n_risk`, `estimate`, `std_error`,
    `conf_low`, `conf_high`; missing beyond the last follow-up of the group, never extrapolated, unless
    everyone there was had an event, after which the incidence stays as it is.
    """
    at = times_array(times)
    groups = groups_of(counts, causes=True)
    parts = [_landmarks(group, cause, at, conf_level) for group in groups for cause in _causes(groups)]
    return frame_of(INCIDENCE_AT, parts)


def _causes(groups: Sequence[Group]) -> list[int]:
    """The causes that occur in any group."""
    found = {int(cause) for group in groups for cause in np.unique(group.event)}
    return sorted(found - {0})


def _curve(group: Group, cause: int, conf_level: float) -> dict[str, object]:
    """The rows of one group and cause in `aalen_johansen`."""
    every, mine = group.risk_sets(), group.risk_sets(cause=cause)
    estimate, std_error = _incidence(every, mine)
    low, high = log_log_limits(estimate, std_error, conf_level)
    zero = np.zeros(1)
    columns = {
        "time": every.time, "estimate": estimate, "std_error": std_error, "conf_low": low, "conf_high": high,
    }  # fmt: skip
    return {
        "strata": group.name,
        "cause": cause,
        "n_risk": whole(np.append(group.entered(zero), every.n_risk)),
        "n_event": whole(np.append(zero, mine.n_event)),
        **{name: np.append(zero, column) for name, column in columns.items()},
    }


def _landmarks(group: Group, cause: int, at: Floats, conf_level: float) -> dict[str, object]:
    """The rows of one group and cause in `incidence_at`."""
    values = {name: np.full(len(at), np.nan) for name in ESTIMATE}
    if group.size:
        curve = _curve(group, cause, conf_level)
        every = group.risk_sets()
        ended = bool(np.any(every.n_event == every.n_risk))
        row = np.searchsorted(np.asarray(curve["time"]), at, side="right") - 1
        known = (at <= group.last_time) | ended
        values = {name: np.where(known, np.asarray(curve[name])[row], np.nan) for name in ESTIMATE}
    n_risk = whole(group.entered(at) - group.left(at))
    return {"strata": group.name, "cause": cause, "time": at, "n_risk": n_risk, **values}


def _incidence(every: RiskSets, mine: RiskSets) -> tuple[Floats, Floats]:
    """
    Estimate and standard error of one cause at the times of a group.

    The error of the incidence F(t) is a sum over earlier times s of 1 - (F(t) - F(s)) / S(s) for an event of
    its own and -(F(t) - F(s)) / S(s) for another, each with the variance of its number; expanding the square
    in F(t) leaves three running sums.
    """
    n, own = every.n_risk, mine.n_event
    other = every.n_event - own
    after = np.cumprod(1 - every.n_event / n)
    before = np.concatenate(([1.0], after[:-1]))
    estimate = np.cumsum(before * own / n)
    share = np.divide(1.0, after, out=np.zeros_like(after), where=after > 0)
    sums = [np.zeros(len(n)) for _ in range(3)]
    for number, direct in ((own, 1.0), (other, 0.0)):
        variance = before**2 * number * tied_share(number, n) / n**2
        if not direct:
            variance = np.where(after > 0, variance, 0.0)
        lead = direct + share * estimate
        for total, term in zip(sums, (lead**2, lead * share, share**2), strict=True):
            total += np.cumsum(variance * term)
    square, cross, plain = sums
    return estimate, np.sqrt(np.maximum(square - 2 * estimate * cross + estimate**2 * plain, 0))


def tied_share(number: Floats, n: Floats) -> Floats:
    """
    What the variance of a number of tied events keeps of the Poisson's: drawn without replacement.

    Parameters
    ----------
    number : tied events
    n : subjects at risk

    Returns
    -------
    1 - (number - 1) / (n - 1), and 1 for no tie.
    """
    return np.where(number > 1, 1 - (number - 1) / np.maximum(n - 1, 1e-300), 1.0)
