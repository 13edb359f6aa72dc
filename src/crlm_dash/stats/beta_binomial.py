"""Bayesian monitoring of a rate: when the events seen make it probable that the rate is higher than acceptable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from crlm_dash.errors import RequestError
from crlm_dash.stats.counts import Floats

NEAR = 8  # events around the normal approximation among which the stopping number is looked for first
CHANCES = ("true_rate", "p_stop", "expected_n")


@dataclass(frozen=True)
class RateRule:
    """Stop where P(rate > acceptable | data) exceeds `probability`, from `min_n` subjects on; prior Beta(a, b)."""

    prior_a: float
    prior_b: float
    acceptable: float
    probability: float
    min_n: int = 1


def posterior_probability(rule: RateRule, n_event: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """
    How probable it is that the rate is higher than acceptable.

    Parameters
    ----------
    rule : its prior and acceptable rate
    n_event, n : events so far, among so many subjects

    Returns
    -------
    P(rate > acceptable | data): a posteriori the rate is distributed as Beta(a + events, b + subjects - events).
    """
    events, subjects = np.asarray(n_event, dtype=float), np.asarray(n, dtype=float)
    return np.asarray(special.betaincc(rule.prior_a + events, rule.prior_b + subjects - events, rule.acceptable))


def stops(rule: RateRule, n_event: npt.ArrayLike, n: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """
    Whether so many events reach the stopping line.

    Parameters
    ----------
    rule : the rule, judged after each subject
    n_event, n : events so far, among so many subjects

    Returns
    -------
    True where the rate is probably higher than acceptable, from `min_n` subjects on.
    """
    judged = np.asarray(n) >= max(rule.min_n, 1)
    return np.asarray(judged & (posterior_probability(rule, n_event, n) > rule.probability))


def stopping_number(rule: RateRule, n: npt.ArrayLike) -> Floats:
    """
    The smallest number of events that stops, after each number of subjects: the stopping line.

    Parameters
    ----------
    rule : the rule, judged after each subject
    n : numbers of subjects

    Returns
    -------
    One number for each of `n`; missing before `min_n`, and where even an event in every subject would not stop.

    Source: Geller, Follmann, Leifer & Carter, in Geller (ed.), Advances in Clinical Trial Biostatistics (2003).
    """
    subjects = np.asarray(n, dtype=np.int64)

    def enough(events: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        probable = posterior_probability(rule, np.minimum(events, subjects), subjects) > rule.probability
        return np.asarray((events > subjects) | probable)

    near = _approximation(rule, subjects)
    low, high = np.maximum(near - NEAR, 0), np.minimum(near + NEAR, subjects + 1)
    low = np.where(enough(np.maximum(low - 1, 0)), 0, low)  # fewer than `low` do not stop
    high = np.where(enough(high), high, subjects + 1)  # `high` do, or cannot happen
    while np.any(low < high):
        middle = (low + high) // 2
        there = enough(middle)
        low, high = np.where(there, low, np.minimum(middle + 1, high)), np.where(there, middle, high)
    reached = (high <= subjects) & (subjects >= max(rule.min_n, 1))
    return np.where(reached, high.astype(float), np.nan)


def _approximation(rule: RateRule, subjects: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """About where the stopping line is, by the normal distribution."""
    spread = np.sqrt(subjects * rule.acceptable * (1 - rule.acceptable))
    line = subjects * rule.acceptable + special.ndtri(rule.probability) * spread
    return np.asarray(np.clip(np.nan_to_num(line), 0, subjects + 1), dtype=np.int64)


def stopping_chances(rule: RateRule, rates: Sequence[float], n_max: int) -> pd.DataFrame:
    """
    How often the rule stops a trial at a true rate, exactly: by recursion over the subjects, no simulation.

    Parameters
    ----------
    rule : the rule, judged after each subject
    rates : true rates, 0 to 1
    n_max : the last subject after whom it is judged

    Returns
    -------
    One row per rate: `true_rate`, `p_stop` (ever, by subject `n_max`), `expected_n` (subjects until it stops, or
    `n_max`).

    Raises
    ------
    RequestError : a rate is no probability
    """
    rate = np.asarray(rates, dtype=float)
    if not np.all((rate >= 0) & (rate <= 1)):
        raise RequestError(f"True rates lie between 0 and 1; found {', '.join(f'{r:g}' for r in rate)}.")
    line = stopping_number(rule, np.arange(n_max + 1))
    going = np.zeros((len(rate), n_max + 2))  # probability to go on with so many events, at each rate
    going[:, 0] = 1.0
    p_stop, expected = np.zeros(len(rate)), np.zeros(len(rate))
    for n in range(1, n_max + 1):
        expected += going.sum(axis=1)
        going[:, 1:] = going[:, 1:] * (1 - rate)[:, None] + going[:, :-1] * rate[:, None]
        going[:, 0] *= 1 - rate
        if not np.isnan(line[n]):
            over = going[:, int(line[n]) :]
            p_stop += over.sum(axis=1)
            over[:] = 0.0
    return pd.DataFrame(dict(zip(CHANCES, (rate, p_stop, expected), strict=True)))
