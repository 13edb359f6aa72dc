"""The probability of being in one of two groups, and the weights that make the groups alike; many draws at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from crlm_dash.stats.counts import Floats
from crlm_dash.stats.regressors import Regressors, beside

MOST_STEPS = 40
LONGEST_STEP = 5.0  # of the log odds of anybody: a Newton step from far away is cut
STILL = 1e-10
CERTAIN = 12.0  # log odds beyond: groups may be told apart without error, which is then settled exactly
MOVES = 1e-6


@dataclass(frozen=True)
class Propensity:
    """
    A logistic model of the group, fitted to each of several draws.

    `design` has a row a subject: 1, then the covariates in units of their own spread. A draw counts each subject so
    many times (`counted`).
    """

    design: Floats  # (subjects, coefficients), of the first draw
    treated: Floats  # (subjects) 1 or 0
    counted: Floats  # (draws, subjects)
    coefficients: Floats  # (draws, coefficients)
    score: Floats  # (draws, subjects) probability of the group that is 1
    log_odds: Floats  # (draws, subjects)

    @property
    def share(self) -> Floats:
        """Of each draw, the share of subjects in the group that is 1."""
        return np.asarray(self.counted @ self.treated / self.counted.sum(axis=1))

    @property
    def may_be_separated(self) -> bool:
        """Whether somebody's group is as good as certain in the first draw."""
        inside = self.counted[0] > 0
        return bool(np.abs(self.log_odds[0][inside]).max(initial=0) > CERTAIN)

    @cached_property
    def influence(self) -> Floats:
        """(subjects, coefficients) how the first draw's coefficients answer to a little more weight of a subject."""
        gradient = self.design * (self.treated - self.score[0])[:, None]
        weight = self.counted[0] * self.score[0] * (1 - self.score[0])
        return np.asarray(gradient @ np.linalg.pinv(self.design.T @ (self.design * weight[:, None]), hermitian=True))


@dataclass(frozen=True)
class Weights:
    """Weights of the subjects in each draw, and how those of the first draw change with what they were made from."""

    value: Floats  # (draws, subjects)
    by_coefficient: Floats  # (subjects, coefficients) of the first draw
    by_share: Floats  # (subjects) of the first draw, with the share of the group that is 1
    tilt: Floats  # (draws, subjects) weight of a subject in the population the comparison is about
    cut: npt.NDArray[np.bool_]  # (subjects) whose weight in the first draw was cut


def propensity(x: Floats, treated: Floats, counted: Floats | None = None) -> Propensity:
    """
    Logistic regression of the group on covariates, by Newton's method.

    Parameters
    ----------
    x : (subjects, covariates), without a column of ones; or (draws, subjects, covariates) each draw's own
    treated : (subjects) 1 for one group, 0 for the other
    counted : (draws, subjects) how many times each subject counts; None: one draw, everybody once

    Returns
    -------
    The fit of each draw. A covariate that is constant has no coefficient (0). Where covariates tell the groups apart
    without error the fit goes as far towards 0 and 1 as the last step brought it: see `separating`.

    Source: McCullagh & Nelder, Generalized Linear Models (1989), 4.
    """
    counted = np.ones((1, len(treated))) if counted is None else counted
    over = tuple(range(x.ndim - 1))
    none = (np.zeros(x.shape[-1]), np.ones(x.shape[-1]))
    centre, spread = (x.mean(axis=over), x.std(axis=over)) if x.shape[-2] else none
    scaled = np.divide(x - centre, spread, out=np.zeros_like(x, dtype=float), where=spread > 1e-12)
    design = Regressors(beside(np.ones(x.shape[-2]), scaled))
    beta = np.zeros((len(counted), design.size))
    for _ in range(MOST_STEPS):
        score = _logistic(design.times(beta))
        gradient = design.summed(counted * (treated - score))
        step = solved(design.crossed(counted * score * (1 - score)), gradient)
        longest = np.abs(design.times(step)).max(axis=1, initial=0.0)
        beta = beta + step * np.minimum(1.0, LONGEST_STEP / np.maximum(longest, 1e-300))[:, None]
        if longest.max(initial=0.0) < STILL:
            break
    log_odds = design.times(beta)
    return Propensity(design.first, treated, counted, beta, _logistic(log_odds), log_odds)


def separating(model: Propensity) -> npt.NDArray[np.bool_]:
    """
    Which covariates tell the groups apart without error, alone or together.

    Parameters
    ----------
    model : a fit; its first draw is looked at

    Returns
    -------
    One Boolean a covariate; all False where the likelihood has a maximum. A linear programme decides: whether some
    combination of the covariates is never higher in one group than in the other, and somewhere lower.

    Source: Albert & Anderson, Biometrika 71 (1984) 1-10; Konis (2007).
    """
    none = np.zeros(model.design.shape[1] - 1, dtype=bool)
    if not model.may_be_separated:
        return none
    signed = np.unique(
        model.design[model.counted[0] > 0] * (2 * model.treated[model.counted[0] > 0] - 1)[:, None], axis=0
    )
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1), method="highs")
    return np.abs(found.x[1:]) > MOVES if found.success and -found.fun > MOVES else none


def overlap_weights(model: Propensity) -> Weights:
    """
    Overlap weights: each subject counts by the probability of being in the other group.

    Parameters
    ----------
    model : the propensity

    Returns
    -------
    Weights between 0 and 1. The population they speak of is the patients whose choice was most open (`tilt`, e(1 - e));
    the means of all covariates of the model agree in both groups exactly.

    Source: Li, Morgan & Zaslavsky, JASA 113 (2018) 390-400.
    """
    e, t = model.score, model.treated
    slope = e[0] * (1 - e[0])
    return Weights(
        t * (1 - e) + (1 - t) * e, model.design * ((1 - 2 * t) * slope)[:, None], np.zeros(len(t)), e * (1 - e),
        np.zeros(len(t), dtype=bool),
    )  # fmt: skip


def inverse_probability_weights(model: Propensity, truncation: tuple[float, float]) -> Weights:
    """
    Stabilised inverse probability of treatment weights, cut at quantiles of the weights.

    Parameters
    ----------
    model : the propensity
    truncation : the lower and upper quantile beyond which a weight is set to the quantile; (0, 1) cuts nothing

    Returns
    -------
    The share of the own group over the probability of it: the population is everybody (`tilt` 1).

    Source: Cole & Hernán, Am J Epidemiol 168 (2008) 656-664.
    """
    e, t = np.clip(model.score, 1e-9, 1 - 1e-9), model.treated
    share = model.share[:, None]
    plain = t * share / e + (1 - t) * (1 - share) / (1 - e)
    low, high = _quantiles(plain, model.counted, truncation)
    value = np.clip(plain, low[:, None], high[:, None])
    kept = (plain[0] >= low[0]) & (plain[0] <= high[0])
    odds = np.where(t == 1, -share[0] * (1 - e[0]) / e[0], (1 - share[0]) * e[0] / (1 - e[0]))
    by_share = np.where(t == 1, 1 / e[0], -1 / (1 - e[0]))
    return Weights(value, model.design * (odds * kept)[:, None], by_share * kept, np.ones_like(e), ~kept)


def no_weights(model: Propensity) -> Weights:
    """
    Everybody counts alike: the crude comparison.

    Parameters
    ----------
    model : the propensity, for the number of draws and subjects

    Returns
    -------
    Weights of 1 that depend on nothing.
    """
    ones = np.ones_like(model.score)
    nothing = np.zeros(len(model.treated))
    return Weights(ones, np.zeros_like(model.design), nothing, ones, nothing > 0)


def effective_size(weights: Floats) -> float:
    """
    How many subjects of equal weight would tell as much (Kish).

    Parameters
    ----------
    weights : (subjects)

    Returns
    -------
    (sum of weights) squared over the sum of squared weights; 0 of nobody.
    """
    squares = float(weights @ weights)
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def solved(matrix: Floats, vector: Floats) -> Floats:
    """
    The steps of Newton's method in many draws.

    Parameters
    ----------
    matrix : (draws, k, k) information
    vector : (draws, k) gradient

    Returns
    -------
    (draws, k); a direction without information is not gone.
    """
    size = matrix.shape[-1]
    ridge = 1e-11 * (1 + np.trace(matrix, axis1=1, axis2=2) / max(size, 1))
    return np.asarray(np.linalg.solve(matrix + ridge[:, None, None] * np.eye(size), vector[..., None])[..., 0])


def _logistic(value: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -500, 500))))


def _quantiles(value: Floats, counted: Floats, shares: tuple[float, float]) -> tuple[Floats, Floats]:
    """Quantiles of each draw: the smallest value that at least such a share of the subjects does not exceed."""
    order = np.argsort(value, axis=1)
    ranked = np.take_along_axis(value, order, axis=1)
    upto = np.cumsum(np.take_along_axis(counted, order, axis=1), axis=1)
    upto = upto / upto[:, -1:]
    first, last = ((upto >= share - 1e-12).argmax(axis=1) for share in shares)
    rows = np.arange(len(value))
    return ranked[rows, first], ranked[rows, last]
