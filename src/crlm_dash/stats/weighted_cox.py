"""Cox regression with weights, in many draws at once, with Efron's ties and the influence of every subject."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crlm_dash.stats.counts import Floats, Ints
from crlm_dash.stats.propensity import solved
from crlm_dash.stats.regressors import Regressors

MOST_STEPS = 30
LONGEST_STEP = 3.0  # of anybody's log hazard
STILL = 1e-9
LOST = 12.0  # log hazard ratios beyond have no maximum


class Follow:
    """
    Who is at risk when, and who has the event: the part of a partial likelihood that no draw changes.

    A subject is at risk in (entry, time]. Each event is a *slot*; of d tied events the l-th (from 0) is weighed
    against the risk set less l/d of the tied events themselves (Efron).
    """

    def __init__(self, time: Floats, entry: Floats, event: npt.NDArray[np.bool_]) -> None:
        """Arrays with one element a subject; `event`: whether the event of interest ended the time."""
        self.moments, at = np.unique(time[event], return_inverse=True)
        self._latest, self._late_entry = np.argsort(-time, kind="stable"), np.argsort(-entry, kind="stable")
        descending, entered = time[self._latest], entry[self._late_entry]
        self._n_left = np.searchsorted(-descending, -self.moments, side="right")
        self._n_not_yet = np.searchsorted(-entered, -self.moments, side="right")
        self._rows = np.flatnonzero(event)[np.argsort(at, kind="stable")]
        self.slot = np.sort(at)  # moment of each slot
        self.first = np.searchsorted(self.slot, np.arange(len(self.moments)))
        n_tied = np.bincount(self.slot, minlength=len(self.moments)).astype(float)
        self.share = (np.arange(len(self.slot)) - self.first[self.slot]) / n_tied[self.slot]
        self.n_tied = n_tied
        self._until = np.searchsorted(self.moments, time, side="right")
        self._since = np.searchsorted(self.moments, entry, side="right")
        self.own = np.full(len(time), -1, dtype=np.int64)
        self.own[event] = at
        self.event = event

    def at_risk(self, value: Floats) -> Floats:
        """(draws, subjects, …) summed over who is at risk at each moment."""
        return self._upto(value[:, self._latest], self._n_left) - self._upto(
            value[:, self._late_entry], self._n_not_yet
        )

    @staticmethod
    def _upto(value: Floats, number: Ints) -> Floats:
        zero = np.zeros((len(value), 1, *value.shape[2:]))
        return np.asarray(np.concatenate((zero, np.cumsum(value, axis=1)), axis=1)[:, number])

    def tied(self, value: Floats) -> Floats:
        """(draws, subjects, …) summed over who has the event at each moment."""
        return np.asarray(np.add.reduceat(value[:, self._rows], self.first, axis=1))

    def slots(self, value: Floats) -> Floats:
        """The risk set of each slot: at risk, less its share of the tied."""
        share = self.share.reshape(1, -1, *[1] * (value.ndim - 2))
        return np.asarray(self.at_risk(value)[:, self.slot] - share * self.tied(value)[:, self.slot])

    def exposure(self, value: Floats) -> Floats:
        """(draws, slots, …) summed over the slots each subject was at risk for, its own tie counted by Efron."""
        share = self.share.reshape(1, -1, *[1] * (value.ndim - 2))
        each = np.add.reduceat(value, self.first, axis=1)
        gone = np.add.reduceat(share * value, self.first, axis=1)
        zero = np.zeros((len(value), 1, *value.shape[2:]))
        total = np.concatenate((zero, np.cumsum(each, axis=1)), axis=1)
        found = total[:, self._until] - total[:, np.minimum(self._since, self._until)]
        found[:, self.event] -= gone[:, self.own[self.event]]
        return np.asarray(found)


@dataclass(frozen=True)
class WeightedCox:
    """A Cox model fitted to each draw; `influence` and `information` are those of the first."""

    coefficients: Floats  # (draws, k); missing where the likelihood has no maximum
    influence: Floats  # (subjects, k): change of the coefficients with a little more weight of a subject
    naive_variance: Floats  # (k, k) the inverse information of the first draw
    follow: Follow
    baseline: Floats  # (draws, moments) jumps of the cumulative hazard of who has 0 in all covariates

    def cumulative_hazard(self, x: Floats, time: float) -> Floats:
        """(draws, subjects) up to a time, of subjects with covariates `x`."""
        upto = int(np.searchsorted(self.follow.moments, time, side="right"))
        risk = np.exp(np.clip(Regressors(x).times(self.coefficients), -200, 200))
        return np.asarray(self.baseline[:, :upto].sum(axis=1)[:, None] * risk)

    def robust_variance(self, weights: Floats) -> Floats:
        """The sandwich of Lin and Wei in the first draw, the weights (subjects) taken as known."""
        moved = self.influence * weights[:, None]
        return np.asarray(moved.T @ moved)


def weighted_cox(x: Floats, follow: Follow, weights: Floats) -> WeightedCox | None:
    """
    Cox regression with a weight for each subject.

    Parameters
    ----------
    x : (subjects, k) covariates, or (draws, subjects, k) each draw's own
    follow : their follow-up
    weights : (draws, subjects)

    Returns
    -------
    The fit of each draw, coefficients per unit of `x`; None where there is no event or no covariate.

    Source: Efron, JASA 72 (1977) 557-565; Lin & Wei, JASA 84 (1989) 1074-1078; Binder, Biometrika 79 (1992) 139-147.
    """
    if not len(follow.slot) or not x.shape[-1]:
        return None
    x = x.astype(float)
    over = tuple(range(x.ndim - 1))
    spread = x.std(axis=over)
    spread[spread < 1e-12] = 1.0
    centre = x.mean(axis=over)
    columns = Regressors((x - centre) / spread)
    mass = (follow.tied(weights) / follow.n_tied)[:, follow.slot]
    observed = columns.summed(weights * follow.event)
    beta = np.zeros((len(weights), columns.size))
    lost = np.zeros(len(weights), dtype=bool)
    for _ in range(MOST_STEPS):
        hazard, rate, mean = _at(beta, columns, follow, weights, mass)
        gradient = observed - np.einsum("bs,bsk->bk", mass, mean)
        second = columns.crossed(hazard * follow.exposure(rate))
        information = second - np.einsum("bs,bsk,bsl->bkl", mass, mean, mean)
        step = solved(information, gradient)
        longest = np.abs(columns.times(step)).max(axis=1, initial=0.0)
        step = step * np.minimum(1.0, LONGEST_STEP / np.maximum(longest, 1e-300))[:, None]
        beta = np.where(lost[:, None], beta, beta + step)
        lost |= np.abs(beta).max(axis=1) > LOST
        if np.abs(step[~lost]).max(initial=0.0) < STILL:
            break
    hazard, rate, mean = _at(beta, columns, follow, weights, mass)
    baseline = np.add.reduceat(rate, follow.first, axis=1) * np.exp(-(beta / spread) @ centre)[:, None]
    first, z = slice(0, 1), columns.first
    variance = np.linalg.pinv(information[0], hermitian=True)
    ties = np.add.reduceat(mean[first], follow.first, axis=1)[0] / follow.n_tied[:, None]
    residual = np.zeros_like(z)
    residual[follow.event] = z[follow.event] - ties[follow.own[follow.event]]
    relative = hazard[0] / np.where(weights[0] > 0, weights[0], 1.0)
    relative = np.where(weights[0] > 0, relative, np.exp(beta[0] @ z.T))
    lived = follow.exposure(rate[first])[0][:, None] * z - follow.exposure(rate[first][..., None] * mean[first])[0]
    influence = (residual - relative[:, None] * lived) @ variance / spread
    coefficients = np.where(lost[:, None], np.nan, beta / spread)
    return WeightedCox(coefficients, influence, variance / np.outer(spread, spread), follow, baseline)


def _at(
    beta: Floats, columns: Regressors, follow: Follow, weights: Floats, mass: Floats
) -> tuple[Floats, Floats, Floats]:
    """At some coefficients: weighted hazard of each subject, and of each slot its rate and mean covariates."""
    hazard = weights * np.exp(np.clip(columns.times(beta), -200, 200))
    total = follow.slots(hazard)
    rate = np.divide(mass, total, out=np.zeros_like(mass), where=total > 1e-300)
    sums = follow.slots(hazard[..., None] * columns.value)
    mean = np.divide(sums, total[..., None], out=np.zeros_like(sums), where=total[..., None] > 1e-300)
    return hazard, rate, mean
