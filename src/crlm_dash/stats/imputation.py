"""Multiple imputation of covariates by chained equations, in many data sets at once.

Each incomplete covariate in turn is predicted from all others, and its missing values are drawn from what is predicted;
the rounds are repeated until the start is forgotten. Numbers are drawn by predictive mean matching, so that only values
that somebody has are given; levels by logistic regression, multinomial beyond two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from crlm_dash.stats.counts import Floats, Ints
from crlm_dash.stats.multinomial import drawn_coefficients, probabilities
from crlm_dash.stats.regressors import Regressors

ROUNDS = 10
DONORS = 5
RIDGE = 1e-7  # of each column's own sum of squares


@dataclass(frozen=True)
class Variable:
    """A covariate: numbers, or (`levels` above 0) whole numbers from 0, the reference, to levels - 1; missing: NaN."""

    value: Floats
    levels: int = 0

    @cached_property
    def missing(self) -> Ints:
        """Rows in which it is not known."""
        return np.flatnonzero(np.isnan(self.value))

    @cached_property
    def known(self) -> Ints:
        """Rows in which it is known."""
        return np.flatnonzero(~np.isnan(self.value))

    def columns(self, value: Floats) -> Floats:
        """(…, subjects, 1 or levels - 1) as columns of a model: the number, or one column a level but the first."""
        if not self.levels:
            return value[..., None]
        return np.asarray(value[..., None] == np.arange(1, self.levels), dtype=np.float64)


def imputed(
    variables: Sequence[Variable],
    always: Floats,
    counted: Floats,
    generator: np.random.Generator,
    rounds: int = ROUNDS,
) -> list[Floats]:
    """
    Fill in what is not known.

    Parameters
    ----------
    variables : the covariates, one value a subject; each known in somebody
    always : (subjects, k) or (data sets, subjects, k) what predicts them and is known of everybody: group and outcome
    counted : (data sets, subjects) how many times each subject counts: once, or as often as it was drawn
    generator : of random numbers
    rounds : of all incomplete covariates; a single incomplete one has no start to forget, and needs one

    Returns
    -------
    Of each variable (data sets, subjects), known values as they are. A value missing in a subject that a data set does
    not count is filled in too, and means nothing.

    Source: van Buuren, Flexible Imputation of Missing Data (2018), 3 and 4.5; White, Royston & Wood, Stat Med 30 (2011)
    377-399.
    """
    size = len(counted)
    filled = [np.repeat(each.value[None, :], size, axis=0) for each in variables]
    gaps = [place for place, each in enumerate(variables) if len(each.missing)]
    gaps.sort(key=lambda place: len(variables[place].missing))
    for place in gaps:
        filled[place][:, variables[place].missing] = _anybody(variables[place], counted, generator)
    shared = np.broadcast_to(always, (size, *always.shape[-2:]))
    for _ in range(rounds if len(gaps) > 1 else 1):
        for place in gaps:
            columns = [each.columns(filled[k]) for k, each in enumerate(variables) if k != place]
            x = _telling(_predictors([*columns, shared]), variables[place], counted)
            draw = _levels if variables[place].levels else _numbers
            filled[place][:, variables[place].missing] = draw(variables[place], x, counted, generator)
    return filled


def nelson_aalen(time: Floats, entry: Floats, event: Floats, counted: Floats) -> Floats:
    """
    The cumulative hazard each subject has lived through.

    Parameters
    ----------
    time, entry, event : (subjects); at risk in (entry, time], `event` 1 where it ended in the event
    counted : (data sets, subjects) how many times each counts

    Returns
    -------
    (data sets, subjects); 0 of who is never at risk.

    Source: White & Royston, Stat Med 28 (2009) 1982-1998.
    """
    here = time > entry
    moments = np.unique(time[here & (event > 0)])
    if not len(moments):
        return np.zeros_like(counted)
    weights = counted * here
    latest, late_entry = np.argsort(-time, kind="stable"), np.argsort(-entry, kind="stable")
    risk = _upto(weights[:, latest], np.searchsorted(-time[latest], -moments, side="right"))
    risk -= _upto(weights[:, late_entry], np.searchsorted(-entry[late_entry], -moments, side="right"))
    happened = here & (event > 0)
    rows = np.flatnonzero(happened)[np.argsort(time[happened], kind="stable")]
    events = np.add.reduceat(weights[:, rows], np.searchsorted(time[rows], moments), axis=1)
    jumps = np.divide(events, risk, out=np.zeros_like(events), where=risk > 0)
    lived = np.concatenate((np.zeros((len(counted), 1)), np.cumsum(jumps, axis=1)), axis=1)
    until, since = (np.searchsorted(moments, each, side="right") for each in (time, entry))
    return np.asarray(np.where(here, lived[:, until] - lived[:, np.minimum(since, until)], 0.0))


def _upto(value: Floats, number: Ints) -> Floats:
    zero = np.zeros((len(value), 1))
    return np.asarray(np.concatenate((zero, np.cumsum(value, axis=1)), axis=1)[:, number])


def _predictors(parts: Sequence[Floats]) -> Floats:
    """(data sets, subjects, k) 1, then every column that is not constant, in units of its own spread."""
    x = np.concatenate(parts, axis=-1)
    centre, spread = x.mean(axis=(0, 1)), x.std(axis=(0, 1))
    kept = spread > 1e-12
    scaled = (x[..., kept] - centre[kept]) / spread[kept]
    return np.concatenate((np.ones((*x.shape[:2], 1)), scaled), axis=-1)


def _telling(x: Floats, variable: Variable, counted: Floats) -> Floats:
    """The columns, 0 where a data set knows the covariate only of subjects who are the same in it: it tells nothing."""
    weights, known = counted[:, variable.known, None], x[:, variable.known]
    total = weights.sum(axis=1)
    centre = (weights * known).sum(axis=1) / total
    spread = (weights * (known - centre[:, None]) ** 2).sum(axis=1) / total
    tells = spread > 1e-12
    tells[:, 0] = True  # the column of ones
    return np.asarray(x * tells[:, None])


def _anybody(variable: Variable, counted: Floats, generator: np.random.Generator) -> Floats:
    """A start: the value of any subject in whom it is known."""
    upto = np.cumsum(counted[:, variable.known], axis=1)
    wanted = generator.random((len(counted), len(variable.missing))) * upto[:, -1:]
    return variable.value[variable.known][np.minimum(_places(upto, wanted, "right"), len(variable.known) - 1)]


def _numbers(variable: Variable, x: Floats, counted: Floats, generator: np.random.Generator) -> Floats:
    """Predictive mean matching: what is predicted with the fitted coefficients for donors, with drawn ones for gaps."""
    y, weights = variable.value[variable.known], counted[:, variable.known]
    donors = Regressors(x[:, variable.known])
    squares = donors.crossed(weights)
    squares += RIDGE * np.eye(donors.size) * (np.diagonal(squares, axis1=1, axis2=2)[:, None, :] + 1e-3)
    inverse = np.linalg.inv(squares)
    fitted = np.matmul(inverse, donors.summed(weights * y)[..., None])[..., 0]
    predicted = donors.times(fitted)
    df = np.maximum(weights.sum(axis=1) - (donors.value != 0).any(axis=1).sum(axis=1), 1)
    error = np.sqrt((weights * (y - predicted) ** 2).sum(axis=1) / generator.chisquare(df))
    noise = np.matmul(np.linalg.cholesky(inverse), generator.standard_normal((*fitted.shape, 1)))[..., 0]
    wanted = Regressors(x[:, variable.missing]).times(fitted + error[:, None] * noise)
    return np.asarray(y[_donors(predicted, wanted, weights, generator)])


def _donors(predicted: Floats, wanted: Floats, weights: Floats, generator: np.random.Generator) -> Ints:
    """
    (data sets, gaps) one of the nearest donors, at random; who counts twice in a data set is there twice.

    Chance decides between donors of whom the same is predicted; their order would, where it goes with their values.
    """
    mixed = generator.permuted(np.tile(np.arange(predicted.shape[1]), (len(predicted), 1)), axis=1)
    predicted, weights = (np.take_along_axis(each, mixed, axis=1) for each in (predicted, weights))
    here = np.where(weights > 0, predicted, np.inf)
    order = np.argsort(here, axis=1, kind="stable")
    ranked = np.take_along_axis(here, order, axis=1)
    near = _places(ranked, wanted, "left")[..., None] + np.arange(-DONORS, DONORS)
    there = (near >= 0) & (near < (weights > 0).sum(axis=1)[:, None, None])
    near = np.clip(near, 0, ranked.shape[1] - 1)
    sets = np.arange(len(ranked))[:, None, None]
    with np.errstate(invalid="ignore"):
        distance = np.where(there, np.abs(ranked[sets, near] - wanted[..., None]), np.inf)
    by_distance = np.argsort(distance, axis=-1, kind="stable")
    mine = np.take_along_axis(order[sets, near], by_distance, axis=-1)
    times = np.take_along_axis(np.where(there, weights[sets, order[sets, near]], 0.0), by_distance, axis=-1)
    upto = np.minimum(np.cumsum(times, axis=-1), DONORS)
    drawn = generator.random(wanted.shape) * upto[..., -1]
    chosen = (upto <= drawn[..., None]).sum(axis=-1)
    return np.asarray(np.take_along_axis(mixed, np.take_along_axis(mine, chosen[..., None], axis=-1)[..., 0], axis=1))


def _levels(variable: Variable, x: Floats, counted: Floats, generator: np.random.Generator) -> Floats:
    """Logistic regression, multinomial beyond two levels; coefficients drawn, then levels."""
    seen, y = np.unique(variable.value[variable.known], return_inverse=True)
    if len(seen) == 1:
        return np.full((len(counted), len(variable.missing)), seen[0])
    drawn = drawn_coefficients(x[:, variable.known], y, len(seen), counted[:, variable.known], generator)
    upto = np.cumsum(probabilities(x[:, variable.missing], drawn), axis=1)
    wanted = generator.random((len(counted), 1, len(variable.missing)))
    return np.asarray(seen[(wanted >= upto[:, :-1]).sum(axis=1)])


def _places(ranked: Floats, wanted: Floats, side: str) -> Ints:
    """(data sets, …) `np.searchsorted` in each data set."""
    return np.stack([np.searchsorted(row, values, side=side) for row, values in zip(ranked, wanted, strict=True)])  # type: ignore[call-overload]
