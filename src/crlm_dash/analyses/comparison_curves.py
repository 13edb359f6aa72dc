"""Curves of the two groups, crude and weighted, and who is at risk; over imputed data sets the mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crlm_dash.analyses.comparison_imputed import averaged
from crlm_dash.analyses.comparison_sample import Sample
from crlm_dash.analyses.framing import table
from crlm_dash.stats.counts import Floats
from crlm_dash.stats.curve import log_log_limits, normal_quantile
from crlm_dash.stats.group_comparison import CRUDE, Compared, Subjects
from crlm_dash.stats.linearised import linearised
from crlm_dash.stats.propensity import effective_size
from crlm_dash.stats.rubin import pooled
from crlm_dash.stats.weighted_incidence import CELLS, WeightedIncidence

MOST_CELLS = 5_000_000  # patients times moments (times imputations), up to which a curve has limits everywhere
CURVES = "method strata time n_risk n_weighted n_event n_censor estimate conf_low conf_high"
AT_RISK = "strata time n_risk n_event n_censor n_weighted"


@dataclass(frozen=True)
class Followed:
    """One data set: the patients with what became of them, and everything that was compared in it."""

    sample: Sample
    subjects: Subjects
    found: Compared


def curves_of(sets: Sequence[Followed], methods: Sequence[str], cause: int) -> pd.DataFrame:
    """
    Survival (of a cause: incidence) of both groups from time 0 on.

    Parameters
    ----------
    sets : the data sets, of the same patients
    methods : by which the groups are made alike
    cause : of an endpoint with competing risks, the cause looked at; 0: any event

    Returns
    -------
    Table `curves`. Limits know that weights were estimated. Over imputed data sets the estimate is their mean, so that
    the differences given elsewhere are those of the curves, and the limits are of the logarithm of minus the logarithm,
    from Rubin's total variance.
    """
    groups = sets[0].sample.groups
    parts = [_curve(sets, method, group, cause) for method in methods for group in range(len(groups))]
    return pd.concat(parts, ignore_index=True)[CURVES.split()]


def _curve(sets: Sequence[Followed], method: str, group: int, cause: int) -> pd.DataFrame:
    curves = [each.subjects.curve(group, each.found.weights[method].value) for each in sets]
    weights = [each.found.weights[method].value[0][each.subjects.of(group)] for each in sets]
    first = curves[0]
    levels = np.array([each.incidence[0] if cause else 1 - each.incidence[0] for each in curves])
    level, low, high = _band(sets, curves, levels, method, group)
    worth = np.mean([each.risk[0] * _scale(weight) for each, weight in zip(curves, weights, strict=True)], axis=0)
    start = 0.0 if cause else 1.0
    columns = {
        "time": (0.0, first.times), "n_risk": (_first(first.raw_risk), first.raw_risk),
        "n_weighted": (_first(worth), worth), "n_event": (0.0, first.raw_events),
        "n_censor": (0.0, first.raw_censored), "estimate": (start, level),
        "conf_low": (start, low), "conf_high": (start, high),
    }  # fmt: skip
    part = pd.DataFrame({name: np.append(at_zero, rest) for name, (at_zero, rest) in columns.items()})
    return part.assign(method=method, strata=sets[0].sample.groups[group])


def _band(
    sets: Sequence[Followed], curves: Sequence[WeightedIncidence], levels: Floats, method: str, group: int
) -> tuple[Floats, Floats, Floats]:
    """The level at every moment, and its limits."""
    missing, level = np.full(levels.shape[1], np.nan), levels.mean(axis=0)
    if method == CRUDE or len(sets[0].subjects.treated) * levels.size > MOST_CELLS:
        return level, missing, missing
    variances = np.array([_variances(each, curve, method, group) for each, curve in zip(sets, curves, strict=True)])
    if len(sets) == 1:
        errors = np.sqrt(variances[0])
    else:
        over = pooled(levels, variances)
        errors = over.std_error * over.quantile() / normal_quantile(0.95)
    return level, *log_log_limits(level, np.where(errors > 1e-12, errors, np.nan), 0.95)


def _variances(each: Followed, curve: WeightedIncidence, method: str, group: int) -> Floats:
    """Of the level at every moment in one data set."""
    mine = each.subjects.of(group)
    found, step = np.empty(len(curve.times)), max(1, CELLS // max(len(mine), 1))
    for first in range(0, len(found), step):
        times = curve.times[first : first + step]
        moved = np.zeros((len(times), len(mine)))
        moved[:, mine] = curve.influences(times)
        parts = linearised(moved, each.found.weights[method], each.found.model)
        found[first : first + step] = np.einsum("ts,ts->t", parts, parts)
    return found


def at_risk_of(sets: Sequence[Followed], method: str, marks: list[float]) -> pd.DataFrame:
    """
    At round times, how many are at risk, and how many that is worth; events and censorings are counted up.

    Parameters
    ----------
    sets : the data sets, of the same patients
    method : by which the groups are made alike
    marks : the times

    Returns
    -------
    Table `at_risk`.
    """
    found = averaged([_at_risk(each, method, marks) for each in sets])
    return found.astype(dict.fromkeys(("n_risk", "n_event", "n_censor"), int))


def _at_risk(each: Followed, method: str, marks: list[float]) -> pd.DataFrame:
    rows, subjects = [], each.subjects
    for number, group in enumerate(each.sample.groups):
        value = each.found.weights[method].value
        curve, mine = subjects.curve(number, value), subjects.of(number)
        time, entry = subjects.time[mine], subjects.entry[mine]
        weight = value[0][mine] * _scale(value[0][mine])
        for mark in np.array(marks):
            there = (time >= mark) & ((entry < mark) | (entry == 0))
            past = curve.times <= mark
            counted = (curve.raw_events[past].sum(), curve.raw_censored[past].sum())
            rows.append((group, float(mark), int(there.sum()), *map(int, counted), float(weight[there].sum())))
    return table(rows, AT_RISK)


def _scale(weights: Floats) -> float:
    """By which weights are multiplied so that they add up to the effective size of the group."""
    total = float(weights.sum())
    return effective_size(weights) / total if total > 0 else 0.0


def _first(values: Floats) -> float:
    return float(values[0]) if len(values) else 0.0
