"""Cox regression on several covariates, and the effect of a group within subgroups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from crlm_dash.stats.counts import Ints, frame_of
from crlm_dash.stats.covariates import Column, Design, check_names, levels_of
from crlm_dash.stats.cox import hazard_ratio, wald
from crlm_dash.stats.newton import Maximum, maximum
from crlm_dash.stats.partial_likelihood import PartialLikelihood, p_of, pooled_scale

TERMS = (
    "covariate", "level", "reference", "n", "n_event", "estimate", "conf_low", "conf_high", "p_value",
)  # fmt: skip
TESTS = ("covariate", "test", "statistic", "df", "p_value", "ph_statistic", "df_ph", "ph_p_value")
EFFECTS = (
    "level", "comparison", "n", "n_event", "n_reference", "n_event_reference", "estimate", "conf_low", "conf_high",
)  # fmt: skip
INTERACTION = ("test", "statistic", "df", "p_value")
GLOBAL = "GLOBAL"


class CoxRegression(NamedTuple):
    """A fitted model: a row for every level, and for every covariate."""

    terms: pd.DataFrame
    tests: pd.DataFrame


class SubgroupEffects(NamedTuple):
    """Hazard ratios within subgroups, and the test that they are the same."""

    effects: pd.DataFrame
    interaction: pd.DataFrame


def cox_regression(
    counts: pd.DataFrame, covariates: Sequence[str], *, strata: Sequence[str] = (), conf_level: float = 0.95
) -> CoxRegression:
    """
    Multivariable Cox regression with Efron ties; with one covariate, univariable.

    Parameters
    ----------
    counts : one row per distinct covariates, strata, `time` (> 0), `entry` (0 = from the start) and `event`
        (0 or 1), with `n` subjects each
    covariates : columns of `counts`: categorical, the first category being the reference, or numbers, whose
        effect is linear (the hazard ratio is that of one more)
    strata : columns of `counts`; every combination of their values has its own baseline hazard
    conf_level : coverage of the limits

    Returns
    -------
    `terms`, one row per level of a categorical covariate, the reference included, and one per number (`level`
    ""): `covariate`, `level`, `reference`, `n` (subjects; of rows split in time, intervals), `n_event`,
    `estimate` (hazard ratio, the other covariates held), `conf_low`, `conf_high`, `p_value` (Wald). The
    reference has estimate 1 and no limits. Where the likelihood has no maximum the estimate is 0 or infinite
    (a level without an event, or with all of them) and the rest is missing; what the data cannot tell (a
    level of nobody, a number that is constant, covariates that say the same, a coefficient that may go either
    way while the likelihood rises) is missing altogether. The other coefficients are then what they become in
    the limit.

    `tests`, one row per covariate and one of all (`covariate` "GLOBAL"): `test`, `statistic`, `df` (coefficients
    that the data can tell), `p_value`. All covariates, and so one that is alone, are tested by the likelihood
    ratio to the model without any; one beside others by Wald, or, where not all its coefficients are finite, by
    the likelihood ratio to the model without it. And the check of proportional hazards over its finite
    coefficients, as many as `df_ph`: `ph_statistic`, `ph_p_value`, R's `cox.zph(terms = TRUE)` (survival >= 3)
    on the scale 1 - S(t-), S the Kaplan–Meier curve of all.

    Raises
    ------
    ContractError : a column is absent or holds what it may not; a covariate is missing in some row (whom to
        leave out is not decided here)
    RequestError : no covariate, or one that is named twice

    Source: Efron, JASA 72 (1977) 557-565; Grambsch & Therneau, Biometrika 81 (1994) 515-526.
    """
    check_names(covariates)
    check_names([*covariates, *strata])
    design = Design.of(counts, covariates, strata)
    columns = [column for name in covariates for column in design.columns(name)]
    pattern, x = design.patterns(covariates, columns)
    likelihood = PartialLikelihood.of(design.rows, pattern, x, design.stratum)
    top = likelihood.highest()
    places = {name: np.array([p for p, c in enumerate(columns) if c.covariate == name], int) for name in covariates}
    terms = [_terms_of(design, name, columns, top, conf_level) for name in covariates]
    return CoxRegression(frame_of(TERMS, terms), _tests(design, likelihood, top, places))


def _terms_of(
    design: Design, covariate: str, columns: Sequence[Column], top: Maximum, conf_level: float
) -> dict[str, object]:
    """The rows of one covariate in `terms`."""
    mine = [place for place, column in enumerate(columns) if column.covariate == covariate]
    scale = np.array([columns[place].scale for place in mine])
    error = np.sqrt(np.where(top.finite, np.diag(top.covariance), np.nan))[mine] / scale
    found = wald(top.estimate[mine] / scale, error, conf_level)
    levels = [columns[place].level for place in mine]
    members = [
        np.ones(len(design.rows.n)) if level == "" else columns[place].value
        for level, place in zip(levels, mine, strict=True)
    ]
    if isinstance(design.frame[covariate].dtype, pd.CategoricalDtype):
        levels = [str(level) for level in design.frame[covariate].cat.categories]
        members = [1 - np.sum(members, axis=0) if members else np.ones(len(design.rows.n)), *members]
        found = [(1.0, np.nan, np.nan, np.nan), *found]
    counted = [(design.rows.n @ member, (design.rows.n * design.rows.event) @ member) for member in members]
    rows = [(*pair, *values) for pair, values in zip(counted, found, strict=True)]
    reference = [len(levels) > len(mine) and not number for number in range(len(levels))]
    named = dict(zip(TERMS[3:], ([row[k] for row in rows] for k in range(6)), strict=True))
    return {"covariate": covariate, "level": levels, "reference": reference, **named}


def _tests(design: Design, likelihood: PartialLikelihood, top: Maximum, places: dict[str, Ints]) -> pd.DataFrame:
    """The frame `tests`."""
    sets = {**places, GLOBAL: np.arange(len(top.at))}
    finite = [mine[top.finite[mine]] for mine in sets.values()]
    scale = pooled_scale(design.rows, likelihood.time)
    proportional = likelihood.proportional(top, scale, finite)
    parts: list[dict[str, object]] = []
    for (name, mine), tested, chi_square in zip(sets.items(), finite, proportional, strict=True):
        held = (chi_square, len(tested), p_of(chi_square, len(tested)))
        values = (name, *_joint(likelihood, top, mine), *held)
        parts.append(dict(zip(TESTS, values, strict=True)))
    return frame_of(TESTS, parts)


def _joint(likelihood: PartialLikelihood, top: Maximum, mine: Ints) -> tuple[str, float, int, float]:
    """The test that none of some coefficients matters: its name, statistic, degrees of freedom and p-value."""
    if len(mine) < len(top.at) and len(mine) and top.finite[mine].all():
        statistic = float(top.at[mine] @ np.linalg.solve(top.covariance[np.ix_(mine, mine)], top.at[mine]))
        return "Wald", statistic, len(mine), p_of(statistic, len(mine))
    smaller = likelihood.without(mine)
    return "Likelihood ratio", *_likelihood_ratio(top, maximum(smaller, smaller.x.shape[1]))


def _likelihood_ratio(larger: Maximum, smaller: Maximum) -> tuple[float, int, float]:
    """Statistic, degrees of freedom and p-value of a model against a smaller one."""
    df = larger.rank - smaller.rank
    statistic = max(2 * (larger.log_likelihood - smaller.log_likelihood), 0.0) if df else float("nan")
    return statistic, df, p_of(statistic, df)


def subgroup_effects(counts: pd.DataFrame, by: str, subgroup: str, *, conf_level: float = 0.95) -> SubgroupEffects:
    """
    The hazard ratio of each group to the reference within every level of a subgroup, and whether it differs.

    Parameters
    ----------
    counts : see `cox_regression`
    by : the groups compared: a categorical column, the first category being the reference
    subgroup : a categorical column
    conf_level : coverage of the limits

    Returns
    -------
    `effects`, one row per level of the subgroup and group but the reference: `level`, `comparison` ("group vs
    reference"), `n` and `n_event` of the group, `n_reference` and `n_event_reference`, `estimate`, `conf_low`,
    `conf_high`: `hazard_ratio` of the subjects of this level alone. `interaction`, one row: the likelihood
    ratio of a Cox model in which the effect differs between the levels to one in which it does not (in both,
    hazards of the levels are proportional): `test`, `statistic`, `df`, `p_value`.

    Raises
    ------
    ContractError : a column is absent or holds what it may not; `by` or `subgroup` is not categorical or is
        missing in some row
    RequestError : the two columns are the same
    """
    check_names([by, subgroup])
    names, levels = levels_of(counts, by), levels_of(counts, subgroup)
    parts: list[dict[str, object]] = []
    for number, level in enumerate(levels):
        here = counts[counts[subgroup].cat.codes == number]
        found = hazard_ratio(here.assign(strata=here[by]), conf_level=conf_level)
        sizes = [_size(here[here[by].cat.codes == group]) for group in range(len(names))]
        for row, (n, n_event) in zip(found.itertuples(), sizes[1:], strict=True):
            values = (level, row.comparison, n, n_event, *sizes[0], row.estimate, row.conf_low, row.conf_high)
            parts.append({name: [value] for name, value in zip(EFFECTS, values, strict=True)})
    return SubgroupEffects(frame_of(EFFECTS, parts), _interaction(counts, by, subgroup))


def _size(counts: pd.DataFrame) -> tuple[int, int]:
    """Subjects ever at risk, and their events."""
    n = counts["n"].where(counts["time"] > counts["entry"], 0)
    return int(n.sum()), int((n * counts["event"]).sum())


def _interaction(counts: pd.DataFrame, by: str, subgroup: str) -> pd.DataFrame:
    """The test that the effect of a group is the same in every level of the subgroup."""
    design = Design.of(counts, [by, subgroup])
    mine, other = design.columns(by), design.columns(subgroup)
    both = [Column("", "", one.value * another.value) for one in mine for another in other]
    pattern, x = design.patterns([by, subgroup], [*mine, *other, *both])
    likelihood = PartialLikelihood.of(design.rows, pattern, x)
    additive = likelihood.without(np.arange(len(mine) + len(other), x.shape[1]))
    tops = [maximum(model, model.x.shape[1]) for model in (likelihood, additive)]
    values = (f"Interaction of {by} and {subgroup}", *_likelihood_ratio(*tops))
    return frame_of(INTERACTION, [{name: [value] for name, value in zip(INTERACTION, values, strict=True)}])
