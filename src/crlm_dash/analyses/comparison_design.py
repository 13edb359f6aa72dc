"""How alike two groups are before and after weighting: what is known before any outcome is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.comparison_imputed import Imputed, averaged, how_many
from crlm_dash.analyses.comparison_sample import GAPS, IMPUTED, Sample, small_groups, too_few
from crlm_dash.analyses.framing import MIN_GROUP, table
from crlm_dash.analyses.words import listed, percent, plural
from crlm_dash.protocol import Comparison
from crlm_dash.stats.counts import Floats
from crlm_dash.stats.group_comparison import CRUDE, INVERSE, OVERLAP
from crlm_dash.stats.propensity import (
    Propensity,
    Weights,
    effective_size,
    inverse_probability_weights,
    no_weights,
    overlap_weights,
    propensity,
    separating,
)

ALIKE = 0.1  # standardised difference: below, groups are called alike
BINS = 20
COLUMNS = {
    "design": "item value",
    "covariates": "term label level unit n_missing note",
    "balance": "method term label level mean mean_reference difference variance_ratio",
    "weights": "method strata n n_effective smallest largest n_truncated n_outside share_outside",
    "propensity": "strata low high n",
    "missing": GAPS,
}


@dataclass(frozen=True)
class Design:
    """The fitted design: its tables, why no outcome may be compared by it ('' if it may), and warnings."""

    tables: dict[str, pd.DataFrame]
    refused: str
    warnings: tuple[str, ...]
    largest_before: float
    largest_after: float


def design_over(sets: Sequence[Sample], declared: Comparison, imputed: Imputed | None) -> Design:
    """
    The design of the patients, or the mean of those of the imputed data sets, each with its own propensity.

    Parameters
    ----------
    sets : the patients compared, once or with the values of each imputation
    declared : the protocol's comparison
    imputed : what the sets were made from; None where nothing was imputed

    Returns
    -------
    One design. One that does not hold in some set (the groups can be told apart) does not hold.
    """
    start = _before_any(sets[0], declared, imputed)
    if imputed is not None and imputed.refused:
        return Design(start, imputed.refused, (), np.nan, np.nan)
    each = [design_of(sample, declared, start) for sample in sets]
    if len(each) == 1:
        return each[0]
    if broken := [design.refused for design in each if design.tables["weights"].empty]:
        return _broken(each, start, broken)
    tables = each[0].tables | {
        name: averaged([design.tables[name] for design in each]) for name in ("balance", "weights", "propensity")
    }
    for name in ("n", "n_truncated", "n_outside"):
        tables["weights"][name] = tables["weights"][name].round().astype(int)
    largest = [
        float(of_method(tables["balance"], method)["difference"].abs().max()) for method in (CRUDE, declared.weights)
    ]
    return Design(
        tables, _refused(sets[0], declared, tables["weights"]), _warnings(sets[0], tables["weights"], declared),
        *largest,
    )  # fmt: skip


def _broken(each: Sequence[Design], start: dict[str, pd.DataFrame], reasons: Sequence[str]) -> Design:
    """The design that does not hold in some of the imputed data sets: how alike the groups are before weighting."""
    crude = averaged([of_method(design.tables["balance"], CRUDE) for design in each])
    where = f"In {len(reasons)} of the {len(each)} imputed data sets: " if len(reasons) < len(each) else ""
    before = float(crude["difference"].abs().max())
    return Design(start | {"balance": crude}, f"{where}{reasons[0]}", (), before, np.nan)


def _before_any(sample: Sample, declared: Comparison, imputed: Imputed | None) -> dict[str, pd.DataFrame]:
    """What is known before a propensity is estimated."""
    tables = {name: table([], columns) for name, columns in COLUMNS.items()}
    return tables | {
        "design": _declared(declared, imputed), "covariates": _covariates(sample), "missing": sample.gaps,
    }  # fmt: skip


def design_of(sample: Sample, declared: Comparison, start: dict[str, pd.DataFrame]) -> Design:
    """
    Propensity, overlap, weights and balance.

    Parameters
    ----------
    sample : both groups
    declared : the protocol's comparison
    start : the tables as they are before a propensity is estimated
    """
    tables = dict(start)
    crude = _balance(sample, CRUDE, np.ones(len(sample.rows)))
    tables["balance"] = crude
    if small := small_groups(sample):
        tables["balance"] = crude[:0]
        return Design(tables, too_few(sample, small), (), np.nan, np.nan)
    before = float(crude["difference"].abs().max())
    if not sample.used:
        return Design(tables, NOTHING_DIFFERS, (), before, np.nan)
    model = propensity(sample.x, sample.treated)
    apart = separating(model)
    if apart.any():
        named = list(dict.fromkeys(sample.terms[sample.used[place]].label for place in np.flatnonzero(apart)))
        return Design(tables, separated(named), (), before, np.nan)
    schemes = {OVERLAP: overlap_weights(model), INVERSE: inverse_probability_weights(model, declared.truncation)}
    parts = [crude, *(_balance(sample, method, each.value[0]) for method, each in schemes.items())]
    tables["balance"] = pd.concat(parts, ignore_index=True)
    values = {CRUDE: no_weights(model)} | schemes
    tables["weights"] = _weights(sample, declared, model, values)
    tables["propensity"] = _histogram(sample, model)
    after = of_method(tables["balance"], declared.weights)["difference"].abs().max()
    return Design(
        tables, _refused(sample, declared, tables["weights"]), _warnings(sample, tables["weights"], declared),
        before, float(after),
    )  # fmt: skip


NOTHING_DIFFERS = "No declared covariate differs between patients, so there is nothing to make the groups alike in."


def separated(labels: list[str]) -> str:
    """The statement on covariates by which the groups can be told apart without error."""
    return (
        f"{listed(labels)} {'tells' if len(labels) == 1 else 'together tell'} the groups apart without error: for such "
        "patients there is nobody alike in the other group, so no weighting can make the groups alike."
    )


def _refused(sample: Sample, declared: Comparison, weights: pd.DataFrame) -> str:
    """Why no outcome may be compared; '' where it may."""
    share = (sample.n_incomplete + sample.n_imputed) / sample.n_grouped if sample.n_grouped else 0.0
    if share > declared.most_missing:
        what = "missing values be imputed" if sample.n_imputed else "those with all covariates stand for everybody"
        return (
            f"A covariate is not known in {percent(share)} of the patients, more than the "
            f"{percent(declared.most_missing)} up to which the protocol file lets {what}: no outcome is compared."
        )
    everyone, overlap = of_method(weights, CRUDE), of_method(weights, OVERLAP)
    inside = everyone["n"] - everyone["n_outside"]
    if inside.min() >= MIN_GROUP and overlap["n_effective"].min() >= MIN_GROUP:
        return ""
    low, high = declared.region
    each = [f"{k} of {n} in {group}" for k, n, group in zip(inside, everyone["n"], everyone["strata"], strict=True)]
    return (
        f"The groups hardly overlap: only {listed(each)} are patients whose choice was open (propensity {low:g} to "
        f"{high:g}). Any comparison would rest on very few, so no outcome is compared."
    )


def of_method(frame: pd.DataFrame, method: str) -> pd.DataFrame:
    """The rows of one way to make the groups alike."""
    return frame[frame["method"] == method]


def _warnings(sample: Sample, weights: pd.DataFrame, declared: Comparison) -> tuple[str, ...]:
    found = []
    outside = of_method(weights, CRUDE)
    share = outside["n_outside"].sum() / outside["n"].sum()
    if share > 0.1:
        low, high = declared.region
        found.append(
            f"Positivity: {percent(share)} of the patients have a propensity outside {low:g} to {high:g}: for them "
            "hardly anybody alike made the other choice. Overlap weights count them little; inverse probability "
            "weights count the few exceptions much."
        )
    steep = weights[(weights["method"] == INVERSE) & (weights["largest"] > 10)]
    if len(steep):
        found.append(
            f"The largest inverse probability weight is {steep['largest'].max():.0f}: single patients weigh much."
        )
    ratio = min(sample.sizes) / max(len(sample.used), 1)
    if ratio < 10:
        found.append(
            f"The propensity model has {plural(len(sample.used), 'term')} for {min(sample.sizes):,} patients in the "
            f"smaller group ({ratio:.1f} each): it may follow chance."
        )
    return tuple(found)


def _declared(declared: Comparison, imputed: Imputed | None) -> pd.DataFrame:
    low, high = declared.truncation
    rows = [
        ("What is asked", declared.estimand),
        ("Time zero", declared.time_zero),
        ("Patients with a covariate that is not known", _rule(declared, imputed)),
        ("Weights", f"{declared.weights.capitalize()} weights; the others beside them"),
        ("Inverse probability weights cut at", f"percentile {100 * low:g} and {100 * high:g}"),
        ("Groups overlap where the propensity is", f"{declared.region[0]:g} to {declared.region[1]:g}"),
        ("Limits by drawing patients anew", f"{declared.draws:,} draws, the propensity refitted, seed {declared.seed}"),
    ]
    return table(rows, COLUMNS["design"])


def _rule(declared: Comparison, imputed: Imputed | None) -> str:
    """What is done with them."""
    if declared.missing != IMPUTED:
        return f"Left out ({declared.missing}), and told"
    if imputed is None:
        return "Kept, by multiple imputation; there is none"
    if imputed.refused:
        return "Kept, by multiple imputation; here nothing could be imputed"
    named = declared.imputing.imputations
    how = "as declared" if named else "no number is declared: the per cent of patients with a gap, 20 at least"
    helping = f"; {listed(list(imputed.helping))} help to predict" if imputed.helping else ""
    n = how_many(declared, imputed.complete)
    return (
        f"Kept, their missing values filled in by multiple imputation: {n} data sets ({how}), seed "
        f"{declared.imputing.seed}, predicted from the group, every covariate and, where outcomes are compared, the "
        f"outcome{helping}"
    )


def _covariates(sample: Sample) -> pd.DataFrame:
    rows = [
        (each.column, each.label, each.level, each.unit, sample.missing.get(each.label, 0), each.left_out)
        for each in sample.terms
    ]
    return table(rows, COLUMNS["covariates"])


def _balance(sample: Sample, method: str, weights: Floats) -> pd.DataFrame:
    """Every term, those that are the same in everyone with a missing difference."""
    names = [str(place) for place in range(len(sample.terms))]
    binary = [each.binary for each in sample.terms]
    found = stats.balance(sample.values, names, sample.treated, weights, binary)
    labels = {name: [getattr(each, name) for each in sample.terms] for name in ("label", "level")}
    columns = [each.column for each in sample.terms]
    return found.assign(method=method, term=columns, **labels)[COLUMNS["balance"].split()]


def _weights(sample: Sample, declared: Comparison, model: Propensity, schemes: dict[str, Weights]) -> pd.DataFrame:
    low, high = declared.region
    score, rows = model.score[0], []
    outside = (score < low) | (score > high)
    for method, weights in schemes.items():
        for number, group in enumerate(sample.groups):
            mine = sample.treated == number
            n, n_outside, value = int(mine.sum()), int(outside[mine].sum()), weights.value[0][mine]
            cut = int(weights.cut[mine].sum())
            rows.append(
                (method, group, n, effective_size(value), value.min(), value.max(), cut, n_outside, n_outside / n)
            )
    return table(rows, COLUMNS["weights"])


def _histogram(sample: Sample, model: Propensity) -> pd.DataFrame:
    """How many of each group have a propensity in each of 20 steps from 0 to 1; nobody is shown alone."""
    edges = np.linspace(0, 1, BINS + 1)
    rows = []
    for number, group in enumerate(sample.groups):
        counted, _ = np.histogram(model.score[0][sample.treated == number], edges)
        rows += [(group, low, high, int(n)) for low, high, n in zip(edges[:-1], edges[1:], counted, strict=True)]
    return table(rows, COLUMNS["propensity"])
