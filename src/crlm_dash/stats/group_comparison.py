"""Two groups that were not formed by chance, compared: crude, weighted, by an outcome model, and by both together.

Every quantity is computed by the same steps for the subjects as they are and for draws from them (bootstrap), the
propensity fitted anew in each draw.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from crlm_dash.stats.counts import Floats
from crlm_dash.stats.curve import normal_quantile
from crlm_dash.stats.linearised import linearised
from crlm_dash.stats.propensity import (
    Propensity,
    Weights,
    inverse_probability_weights,
    no_weights,
    overlap_weights,
    propensity,
)
from crlm_dash.stats.regressors import beside
from crlm_dash.stats.weighted_cox import Follow, weighted_cox
from crlm_dash.stats.weighted_incidence import WeightedIncidence

CRUDE, OVERLAP, INVERSE = "crude", "overlap", "inverse probability"
SCHEMES = (CRUDE, OVERLAP, INVERSE)
MODEL = "outcome model"
RATIO, DIFFERENCE, MEAN, AUGMENTED = "log hazard ratio", "difference", "restricted mean", "augmented difference"

Bools = npt.NDArray[np.bool_]


class Quantity(NamedTuple):
    """What was estimated: a measure, how the groups were made alike, and the time it is of (0: none)."""

    measure: str
    method: str
    time: float


@dataclass(frozen=True)
class Subjects:
    """Everyone compared; who is never at risk (time <= entry) helps to estimate the propensity and nothing else."""

    x: Floats  # (subjects, covariates), or (draws, subjects, covariates) each draw's own
    treated: Floats  # (subjects) 1 or 0, the reference
    time: Floats
    entry: Floats
    mine: Bools  # had the event of interest
    any_event: Bools  # that, or one that competes with it

    @cached_property
    def at_risk(self) -> Bools:
        """Who is ever at risk."""
        return np.asarray(self.time > self.entry)

    @cached_property
    def follow(self) -> Follow:
        """Who of those at risk is at risk when."""
        here = self.at_risk
        return Follow(self.time[here], self.entry[here], self.mine[here])

    def curve(self, group: int, weights: Floats) -> WeightedIncidence:
        """The incidence of the event of interest in one group, with weights (draws, subjects)."""
        here = self.of(group)
        return WeightedIncidence(
            self.time[here], self.entry[here], self.mine[here], self.any_event[here], weights[:, here]
        )

    def of(self, group: int) -> Bools:
        """Who of a group is ever at risk."""
        return np.asarray(self.at_risk & (self.treated == group))


@dataclass(frozen=True)
class Asked:
    """
    What is to be compared: times of differences, the horizon of a mean, quantiles at which weights are cut, the ways
    to make the groups alike, and whether an outcome model is fitted too.
    """

    times: tuple[float, ...]
    horizon: float | None
    truncation: tuple[float, float]
    competing: bool = False  # differences are of incidence, and none is augmented
    methods: tuple[str, ...] = SCHEMES
    models: bool = True


@dataclass(frozen=True)
class Estimate:
    """An estimate in each draw; of the first draw what each subject adds to its error, weights estimated or known."""

    value: Floats
    parts: Floats | None = None
    parts_known: Floats | None = None

    @property
    def std_error(self) -> float:
        """The error that knows that the weights were estimated."""
        return _root(self.parts)

    @property
    def robust_error(self) -> float:
        """The error that takes the weights as known."""
        return _root(self.parts_known)

    @property
    def half_width(self) -> float:
        """Half of the 95 % limits that know that the weights were estimated."""
        return normal_quantile(0.95) * self.std_error

    @property
    def robust_half_width(self) -> float:
        """Half of the 95 % limits that take the weights as known."""
        return normal_quantile(0.95) * self.robust_error


@dataclass(frozen=True)
class Compared:
    """Every quantity, with the propensity and the weights of the first draw."""

    estimates: dict[Quantity, Estimate]
    model: Propensity
    weights: dict[str, Weights] = field(default_factory=dict)


def compared(subjects: Subjects, asked: Asked, counted: Floats | None = None) -> Compared:
    """
    Compare the groups.

    Parameters
    ----------
    subjects : both groups
    asked : which quantities
    counted : (draws, subjects) how many times each counts; None: one draw, everybody once, with errors

    Returns
    -------
    Group 1 against group 0: log hazard ratios (crude, weighted, and of a Cox model with all covariates), differences of
    survival (with competing events: of incidence), of restricted means, and the augmented difference of survival.
    A value is missing where a group has no event, or a curve does not reach the time.

    Source: Li, Thomas & Li, Am J Epidemiol 188 (2019) 250-257; Austin, Stat Med 32 (2013) 2837-2849.
    """
    model = propensity(subjects.x, subjects.treated, counted)
    ways = {
        CRUDE: lambda: no_weights(model),
        OVERLAP: lambda: overlap_weights(model),
        INVERSE: lambda: inverse_probability_weights(model, asked.truncation),
    }
    made = {method: ways[method]() for method in asked.methods}
    errors = counted is None
    found: dict[Quantity, Estimate] = {}
    for method, weights in made.items():
        found[Quantity(RATIO, method, 0.0)] = _ratio(subjects, model, weights, errors)
        found |= _differences(subjects, asked, method, model, weights, errors)
    if asked.models and not asked.competing:
        found |= _augmented(subjects, asked, model, made, errors)
    if asked.models:
        found[Quantity(RATIO, MODEL, 0.0)] = _outcome_model(subjects, model.counted, errors)
    return Compared(found, model, made)


def _ratio(subjects: Subjects, model: Propensity, weights: Weights, errors: bool) -> Estimate:
    here = subjects.at_risk
    value = model.counted * weights.value
    fit = weighted_cox(subjects.treated[here, None], subjects.follow, value[:, here])
    if fit is None:
        return Estimate(np.full(len(value), np.nan))
    moved = np.zeros(len(here))
    moved[here] = fit.influence[:, 0]
    return _estimate(fit.coefficients[:, 0], moved, weights, model, errors)


def _differences(
    subjects: Subjects, asked: Asked, method: str, model: Propensity, weights: Weights, errors: bool
) -> dict[Quantity, Estimate]:
    value = model.counted * weights.value
    one, other = subjects.curve(1, value), subjects.curve(0, value)
    sign = 1.0 if asked.competing else -1.0  # of incidence where events compete, else of survival
    found = {}
    for time in asked.times:
        reached = one.reaches(time) and other.reaches(time)
        at = sign * (one.at(time) - other.at(time)) if reached else np.full(len(value), np.nan)
        moved = np.zeros(len(subjects.treated))
        if errors and reached:
            moved[subjects.of(1)], moved[subjects.of(0)] = (
                sign * one.influence(time)[0], -sign * other.influence(time)[0],
            )  # fmt: skip
        found[Quantity(DIFFERENCE, method, time)] = _estimate(at, moved, weights, model, errors)
    if asked.horizon is not None:
        moved = np.zeros(len(subjects.treated))
        if errors:
            moved[subjects.of(1)], moved[subjects.of(0)] = (
                -one.area_influence(asked.horizon), other.area_influence(asked.horizon),
            )  # fmt: skip
        lost = one.area(asked.horizon) - other.area(asked.horizon)
        found[Quantity(MEAN, method, asked.horizon)] = _estimate(-lost, moved, weights, model, errors)
    return found


def _estimate(value: Floats, moved: Floats, weights: Weights, model: Propensity, errors: bool) -> Estimate:
    if not errors or not np.isfinite(value[0]):
        return Estimate(value)
    return Estimate(value, linearised(moved, weights, model), moved * weights.value[0])


def _outcome_model(subjects: Subjects, counted: Floats, errors: bool) -> Estimate:
    """The log hazard ratio between subjects of the same covariates."""
    here = subjects.at_risk
    x = beside(subjects.treated, subjects.x)[..., here, :]
    fit = weighted_cox(x, subjects.follow, counted[:, here])
    if fit is None:
        return Estimate(np.full(len(counted), np.nan))
    if not errors or not np.isfinite(fit.coefficients[0, 0]):
        return Estimate(fit.coefficients[:, 0])
    naive = np.sqrt(fit.naive_variance[0, 0]) * np.ones(1)
    return Estimate(fit.coefficients[:, 0], naive, fit.influence[:, 0])


def _augmented(
    subjects: Subjects, asked: Asked, model: Propensity, made: dict[str, Weights], errors: bool
) -> dict[Quantity, Estimate]:
    """
    Differences of survival that are right if either the propensity or the outcome model is.

    What the outcome model predicts for both groups, and what it missed in the patients of each, weighted. The outcome
    of a patient who may be censored is a pseudo-value.

    Source: Mao, Li & Greene, Stat Methods Med Res 28 (2019) 2439-2454; Andersen & Perme, ibid. 19 (2010) 71-99.
    """
    here, count = subjects.at_risk, model.counted[:, subjects.at_risk]
    t, x = subjects.treated[here], subjects.x[..., here, :]
    fit = weighted_cox(beside(t, x), subjects.follow, count)
    methods = [(method, weights) for method, weights in made.items() if method != CRUDE]
    missing = Estimate(np.full(len(count), np.nan))
    found = {Quantity(AUGMENTED, method, time): missing for method, _ in methods for time in asked.times}
    if fit is None:
        return found
    curves = [subjects.curve(group, model.counted) for group in (0, 1)]
    for time in asked.times:
        if not all(curve.reaches(time) for curve in curves):
            continue
        outcome = _pseudo_values(curves, t, count, time)
        m1, m0 = (np.exp(-fit.cumulative_hazard(beside(np.full(len(t), group), x), time)) for group in (1.0, 0.0))
        for method, weights in methods:
            w, tilt = weights.value[:, here], weights.tilt[:, here]
            parts = [
                (count * tilt, m1 - m0), (count * t * w, outcome - m1), (count * (1 - t) * w, m0 - outcome),
            ]  # fmt: skip
            with np.errstate(divide="ignore", invalid="ignore"):
                means = [(weight * value).sum(axis=1) / weight.sum(axis=1) for weight, value in parts]
            value = means[0] + means[1] + means[2]
            added = sum(
                weight[0] * (each[0] - mean[0]) / weight[0].sum()
                for (weight, each), mean in zip(parts, means, strict=True)
            )
            moved = np.asarray(added) if errors and np.isfinite(value[0]) else None
            found[Quantity(AUGMENTED, method, time)] = Estimate(value, moved, moved)
    return found


def _pseudo_values(curves: list[WeightedIncidence], t: Floats, count: Floats, time: float) -> Floats:
    """(draws, subjects) what each subject stands for in the survival of the own group at a time."""
    found = np.zeros_like(count)
    for group, curve in enumerate(curves):
        mine = t == group
        size = count[:, mine].sum(axis=1)[:, None]
        found[:, mine] = 1 - curve.at(time)[:, None] - size * curve.influence(time)
    return found


def _root(parts: Floats | None) -> float:
    return float(np.sqrt(parts @ parts)) if parts is not None else float("nan")
