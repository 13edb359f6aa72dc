"""The numbers of a display of risk factors: models of one factor and of all, and the arms within subgroups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.framing import MIN_GROUP, table
from crlm_dash.analyses.riskfactor_covariates import Factor, Factors
from crlm_dash.stats.cox_regression import GLOBAL
from crlm_dash.store.door import BY_ARM

UNIVARIABLE, MULTIVARIABLE = "univariable", "multivariable"
SMALL = f"n < {MIN_GROUP}"
NOT_ESTIMABLE = "not estimable"
NO_EVENTS = "no events"
THIN = "the same in everyone in whom all are known"
EVERYONE = "All patients"
COLUMNS = {
    "models": "model term label level reference n n_event estimate conf_low conf_high p_value note",
    "tests": "model term label test statistic df p_value ph_statistic df_ph ph_p_value",
    "subgroups": (
        "by label level comparison n n_event n_reference n_event_reference estimate conf_low conf_high interaction_p "
        "note"
    ),
    "facts": "model n n_missing n_event parameters events_per_parameter",
    "covariates": "term label reference n_missing left_out",
}
_RATIO = ["estimate", "conf_low", "conf_high", "p_value"]


def estimates(factors: Factors, *, tested: bool, subgroups: bool) -> dict[str, pd.DataFrame]:
    """
    Every table of the display.

    Parameters
    ----------
    factors : the covariates of everyone at risk
    tested : nothing is filtered; otherwise there is no p-value
    subgroups : whether the arms within subgroups are asked for; otherwise that table has no row

    Returns
    -------
    Tables by name, with the columns of `COLUMNS`. A level (or, in a subgroup, an arm) of fewer than ten has counts
    and no estimate; `note` says why an estimate is missing.
    """
    usable = factors.usable
    together = _in_model(factors)
    alone = [_fit(factors.known([each]), [each]) for each in usable]
    whole = _fit(factors.known(usable), together) if together else None
    models: list[pd.DataFrame] = []
    tests: list[pd.DataFrame] = []
    for model, fits in ((UNIVARIABLE, alone), (MULTIVARIABLE, [whole] if whole else [])):
        if fits:
            terms = pd.concat([fit.terms for fit in fits], ignore_index=True)
            models.append(_terms(model, terms, usable))
            tests.append(_tests(model, terms, pd.concat([fit.tests for fit in fits], ignore_index=True), usable))
    models += [_unfitted(each, factors) for each in factors.all if each.left_out]
    found = {
        "models": _stacked(models, "models"),
        "tests": _stacked(tests if tested else [], "tests"),
        "subgroups": _subgroups(factors) if subgroups else table([], COLUMNS["subgroups"]),
        "facts": _facts(factors, whole),
        "covariates": _covariates(factors, together),
    }
    if tested:
        return found
    return found | {
        "models": found["models"].assign(p_value=float("nan")),
        "subgroups": found["subgroups"].assign(interaction_p=float("nan")),
    }


def _in_model(factors: Factors) -> list[Factor]:
    """The factors that still differ between those in whom all are known."""
    complete = factors.known(factors.usable) if factors.usable else factors.counts[:0]
    return [each for each in factors.usable if complete[each.column].nunique() > 1]


def _fit(counts: pd.DataFrame, factors: Sequence[Factor]) -> stats.CoxRegression:
    return stats.cox_regression(counts, [each.column for each in factors])


def _stacked(parts: list[pd.DataFrame], name: str) -> pd.DataFrame:
    """Frames below one another, with the columns of a table also where there is none."""
    kept = [part for part in parts if len(part)]
    return pd.concat(kept, ignore_index=True)[COLUMNS[name].split()] if kept else table([], COLUMNS[name])


def _terms(model: str, terms: pd.DataFrame, factors: Sequence[Factor]) -> pd.DataFrame:
    """The rows of `models` of a model, blank where a level or its reference is too small."""
    labels, steps = {each.column: each.label for each in factors}, {each.column: each.step for each in factors}
    small = terms["n"] < MIN_GROUP
    beside = small & terms["reference"]
    small |= terms["covariate"].map(beside.groupby(terms["covariate"]).any())
    known = terms["estimate"].between(0, float("inf"), inclusive="neither")
    note = np.select([small, known, terms["n_event"] == 0], [SMALL, "", NO_EVENTS], default=NOT_ESTIMABLE)
    ratios = terms[_RATIO].mask(small & ~terms["reference"])
    level = terms["level"].where(terms["level"] != "", terms["covariate"].map(steps))
    return terms.assign(
        **ratios, model=model, term=terms["covariate"], label=terms["covariate"].map(labels), level=level, note=note
    )


def _unfitted(factor: Factor, factors: Factors) -> pd.DataFrame:
    """A factor that is in no model, with how many have its one level."""
    counts = factors.counts[factors.counts[factor.column].notna()]
    level = factor.reference or factor.step
    n, n_event = int(counts["n"].sum()), int((counts["n"] * counts["event"]).sum())
    row = (UNIVARIABLE, factor.column, factor.label, level, bool(factor.levels), n, n_event)
    return table([(*row, *[float("nan")] * len(_RATIO), factor.left_out)] if n else [], COLUMNS["models"])


def _tests(model: str, terms: pd.DataFrame, tests: pd.DataFrame, factors: Sequence[Factor]) -> pd.DataFrame:
    """The rows of `tests` of a model, blank where a level of the factor is too small."""
    labels = {each.column: each.label for each in factors} | {GLOBAL: "All factors"}
    kept = tests if model == MULTIVARIABLE else tests[tests["covariate"] != GLOBAL]  # of one factor it is its own
    small = (terms["n"] < MIN_GROUP).groupby(terms["covariate"]).any()
    n = terms.groupby("covariate")["n"].sum().max()
    term = kept["covariate"]
    blank = term.map({**small.to_dict(), GLOBAL: n < MIN_GROUP}).astype(bool)
    values = kept[["statistic", "p_value", "ph_statistic", "ph_p_value"]].mask(blank)
    return kept.assign(**values, model=model, term=term, label=term.map(labels))


def _facts(factors: Factors, whole: stats.CoxRegression | None) -> pd.DataFrame:
    """How many events the multivariable model has for each thing it estimates."""
    counts = factors.known(factors.usable) if factors.usable else factors.counts[:0]
    n, n_event = int(counts["n"].sum()), int((counts["n"] * counts["event"]).sum())
    parameters = 0 if whole is None else int(whole.tests["df"].iloc[-1])
    ratio = n_event / parameters if parameters else float("nan")
    missing = int(factors.counts["n"].sum()) - n
    return table([(MULTIVARIABLE, n, missing, n_event, parameters, ratio)], COLUMNS["facts"])


def _covariates(factors: Factors, together: Sequence[Factor]) -> pd.DataFrame:
    """Every covariate: what it is compared with, in how many it is missing, why it is not in the model of all."""
    rows = [
        (each.column, each.label, each.reference, each.n_missing, each.left_out or ("" if each in together else THIN))
        for each in factors.all
    ]
    return table(rows, COLUMNS["covariates"])


def _subgroups(factors: Factors) -> pd.DataFrame:
    """The arms in everyone, and within every level of every covariate; blank where an arm is too small there."""
    arm = next((each for each in factors.usable if each.column == BY_ARM), None)
    if arm is None:
        return table([], COLUMNS["subgroups"])
    everyone = Factor("", EVERYONE, (EVERYONE,), "", 0, "")
    counts = factors.known([arm])
    whole = counts.assign(**{"": pd.Categorical([EVERYONE] * len(counts), [EVERYONE])})
    parts = [_effects(whole, everyone)]
    parts += [_effects(factors.known([arm, each]), each) for each in factors.usable if each.levels and each != arm]
    effects = pd.concat(parts, ignore_index=True)
    small = (effects[["n", "n_reference"]] < MIN_GROUP).any(axis=1)
    none = (effects["n_event"] == 0) | (effects["n_event_reference"] == 0)
    known = effects["estimate"].between(0, float("inf"), inclusive="neither")
    note = np.select([small, known, none], [SMALL, "", NO_EVENTS], default=NOT_ESTIMABLE)
    p_value = effects["interaction_p"].mask(small.groupby(effects["by"]).transform("any"))
    blank = effects.assign(**effects[_RATIO[:3]].mask(small), interaction_p=p_value, note=note)
    return blank[COLUMNS["subgroups"].split()]


def _effects(counts: pd.DataFrame, factor: Factor) -> pd.DataFrame:
    """The arms within the levels of one covariate, with the test of interaction."""
    found = stats.subgroup_effects(counts, BY_ARM, factor.column)
    p_value = float(found.interaction["p_value"].iloc[0])
    return found.effects.assign(by=factor.column, label=factor.label, interaction_p=p_value)
