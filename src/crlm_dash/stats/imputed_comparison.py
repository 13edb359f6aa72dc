"""The comparison of two groups where covariates are not known of everybody: imputed, compared, pooled.

In every imputed data set the propensity is fitted anew and the groups are compared by its weights; only then are the
estimates pooled (the "within" approach: Leyrat et al., Stat Methods Med Res 28 (2019) 3-19).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtrit

from crlm_dash.stats.counts import Floats
from crlm_dash.stats.draws import ENOUGH
from crlm_dash.stats.group_comparison import Asked, Compared, Estimate, Quantity, Subjects, compared
from crlm_dash.stats.imputation import ROUNDS, Variable, imputed, nelson_aalen
from crlm_dash.stats.rubin import pooled

IN_A_DRAW = 2  # imputations of each draw
ROUNDS_IN_A_DRAW = 5
CHUNK = 25  # draws at a time


@dataclass(frozen=True)
class Incomplete:
    """
    Everyone compared (`subjects`, whose covariates are not looked at), the covariates of the propensity model as far
    as they are known, and `auxiliary` ones that only help to impute.

    Group and outcome predict what is missing too; where nobody has an outcome, only the group does.
    """

    subjects: Subjects
    variables: tuple[Variable, ...]
    auxiliary: tuple[Variable, ...] = ()

    def filled(self, counted: Floats, generator: np.random.Generator, rounds: int = ROUNDS) -> list[Floats]:
        """Of each covariate of the model (data sets, subjects) with every value, see `imputed`."""
        everything = (*self.variables, *self.auxiliary)
        return imputed(everything, self._always(counted), counted, generator, rounds)[: len(self.variables)]

    def columns(self, filled: Sequence[Floats]) -> Floats:
        """(data sets, subjects, columns) of the propensity model."""
        parts = [each.columns(value) for each, value in zip(self.variables, filled, strict=True)]
        return np.concatenate(parts, axis=-1)

    def _always(self, counted: Floats) -> Floats:
        """
        Group, events and cumulative hazards, of what competes too (White & Royston, Stat Med 28 (2009) 1982-1998).

        The group is 1 in the first subject's, so that nothing drawn depends on which of them is called the reference.
        """
        these = self.subjects
        group = these.treated if these.treated[0] else 1 - these.treated
        kinds = [each for each in (these.mine, these.any_event & ~these.mine) if each.any()]
        columns = [np.broadcast_to(group, counted.shape)]
        for event in sorted(kinds, key=np.argmax):  # whichever is looked at, the one that a subject has first
            happened = np.asarray(event & these.at_risk, dtype=np.float64)
            lived = nelson_aalen(these.time, these.entry, happened, counted)
            columns += [np.broadcast_to(happened, counted.shape), lived]
        return np.stack(columns, axis=-1)


@dataclass(frozen=True)
class PooledEstimate:
    """An estimate pooled by Rubin's rules; `value` has one element, so that it is used as one of a single data set."""

    value: Floats
    half_width: float  # of the limits that know that the weights were estimated
    robust_half_width: float
    between: float = float("nan")  # variance between the data sets, over their number
    fmi: float = float("nan")  # fraction of the information that is missing


def pooled_estimates(sets: Sequence[Compared]) -> dict[Quantity, Estimate | PooledEstimate]:
    """
    What the imputed data sets say together.

    Parameters
    ----------
    sets : of each data set, everything compared, with errors

    Returns
    -------
    Of each quantity the mean, with limits by Rubin's rules for large samples, the errors within a data set being those
    of `compared`. A single data set stays as it is. Missing where one data set gives no value.
    """
    if len(sets) == 1:
        return dict(sets[0].estimates)
    return {name: _pooled([each.estimates[name] for each in sets]) for name in sets[0].estimates}


def _pooled(estimates: Sequence[Estimate]) -> PooledEstimate:
    values = np.array([each.value[0] for each in estimates])
    if not np.isfinite(values).all():
        return PooledEstimate(np.full(1, np.nan), np.nan, np.nan)
    errors = np.array([(each.std_error, each.robust_error) for each in estimates])
    both = pooled(np.column_stack((values, values)), errors**2)
    half = both.quantile() * both.std_error
    return PooledEstimate(
        both.estimate[:1], float(half[0]), float(half[1]), float(both.between[0]) / len(values), float(both.fmi[0])
    )


def bootstrap_imputed(
    incomplete: Incomplete,
    asked: Asked,
    used: Sequence[int],
    draws: int,
    seed: int,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> dict[Quantity, Floats]:
    """
    Draw subjects with replacement, impute each draw anew, twice, and repeat everything.

    Parameters
    ----------
    incomplete : everyone, with what is not known
    asked : see `compared`
    used : the columns of the propensity model that are in it
    draws, seed, tell : see `bootstrap`

    Returns
    -------
    Of each quantity (draws, 2).

    Source: Bartlett & Hughes, Stat Methods Med Res 29 (2020) 3533-3546.
    """
    n = len(incomplete.subjects.treated)
    generator = np.random.default_rng(seed)
    parts: list[dict[Quantity, Estimate]] = []
    for first in range(0, draws, CHUNK):
        size = min(CHUNK, draws - first)
        counted = generator.multinomial(n, np.full(n, 1 / n), size=size).astype(float).repeat(IN_A_DRAW, axis=0)
        filled = incomplete.filled(counted, generator, ROUNDS_IN_A_DRAW)
        x = incomplete.columns(filled)[..., list(used)]
        parts.append(compared(replace(incomplete.subjects, x=x), asked, counted).estimates)
        tell(first + size, draws)
    names = parts[0] if parts else ()
    return {name: np.concatenate([part[name].value for part in parts]).reshape(-1, IN_A_DRAW) for name in names}


def component_limits(values: Floats, estimate: float, between: float, conf_level: float = 0.95) -> tuple[float, float]:
    """
    Limits by the variance between draws, freed of what two imputations add to it.

    Parameters
    ----------
    values : (draws, imputations of each)
    estimate : pooled over the imputed data sets of the subjects as they are
    between : the variance between those data sets, over their number: what is left of chance in their imputation
    conf_level : coverage

    Returns
    -------
    The limits; missing where fewer than 95 % of the draws gave values, or draws differ less than imputations do.

    Source: von Hippel & Bartlett, Stat Sci 36 (2021) 400-420.
    """
    known = values[np.isfinite(values).all(axis=1)]
    if len(known) < max(2, ENOUGH * len(values)) or not np.isfinite(estimate):
        return float("nan"), float("nan")
    draws, m = known.shape
    means = known.mean(axis=1)
    of_draws = m * float(means.var(ddof=1))
    of_imputations = float(((known - means[:, None]) ** 2).sum()) / (draws * (m - 1))
    drawn = (of_draws - of_imputations) / m
    if drawn <= 0:
        return float("nan"), float("nan")
    spread = (of_draws / m) ** 2 / (draws - 1) + (of_imputations / m) ** 2 / (draws * (m - 1))
    df = max(drawn**2 / spread, 3.0)
    half = float(stdtrit(df, (1 + conf_level) / 2)) * np.sqrt(drawn + between)
    return float(estimate - half), float(estimate + half)
