"""The log-rank test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from crlm_dash.errors import ContractError
from crlm_dash.stats.counts import Floats, Group, groups_of

TEST = ("test", "statistic", "df", "p_value")
SIGNED = ("n_event", "excess", "variance", "z")


def log_rank(counts: pd.DataFrame, *, stratum: str | None = None) -> pd.DataFrame:
    """
    Two-sided log-rank test that survival is the same in all groups, ties by the hypergeometric variance.

    Computed here from the risk sets, because lifelines' test knows no delayed entry. Without it the result
    is R's `survdiff`; with it, R's score test of `coxph(ties = "exact")`.

    Parameters
    ----------
    counts : see `kaplan_meier`
    stratum : a further column of `counts`; observed minus expected is summed over its values

    Returns
    -------
    One row: `test`, `statistic` (chi-square), `df`, `p_value`; missing where there is no event while two
    groups are at risk. No row when fewer than two groups hold a subject.

    Source: Mantel, Cancer Chemother Rep 50 (1966) 163-170; Peto & Peto, JRSS A 135 (1972) 185-207.
    """
    if stratum is not None and stratum not in counts.columns:
        raise ContractError(f"counts: column {stratum} is absent; there are {list(counts.columns)}.")
    tables = [groups_of(counts)] if stratum is None else _by_stratum(counts, stratum)
    groups = groups_of(counts)
    present = [number for number, group in enumerate(groups) if group.size]
    if len(present) < 2:
        return pd.DataFrame({name: pd.Series(dtype=_TYPES[name]) for name in TEST})
    excess = np.zeros(len(present))
    expected = np.zeros(len(present))
    variance = np.zeros((len(present), len(present)))
    for table in tables:
        observed, due, var = _one_stratum([table[number] for number in present])
        excess, expected, variance = excess + observed - due, expected + due, variance + var
    statistic, df = _chi_square(excess, expected, variance)
    p_value = float(stats.chi2.sf(statistic, df)) if df else np.nan
    name = "Log-rank" if stratum is None else f"Log-rank, stratified by {stratum}"
    return pd.DataFrame({"test": [name], "statistic": [statistic], "df": [df], "p_value": [p_value]})


def signed_log_rank(counts: pd.DataFrame) -> pd.DataFrame:
    """
    The log-rank statistic of two groups with its sign: above 0 where the first has fewer events than expected.

    Its square is the chi-square of `log_rank`. Under no difference the statistics of successive looks, follow-up cut
    at each, are normal with independent increments in the number of events.

    Parameters
    ----------
    counts : see `kaplan_meier`

    Returns
    -------
    One row: `n_event` (both groups), `excess` (events in the first group less those expected), `variance`, `z`
    (missing where there is no event while both are at risk). No row unless exactly two groups hold a subject.

    Source: Tsiatis, Biometrika 68 (1981) 311-315.
    """
    present = [group for group in groups_of(counts) if group.size]
    if len(present) != 2:
        return pd.DataFrame({"n_event": pd.Series(dtype="int64")} | {c: pd.Series(dtype="float64") for c in SIGNED[1:]})
    observed, expected, matrix = _one_stratum(present)
    excess, variance = float(observed[0] - expected[0]), float(matrix[0, 0])
    z = -excess / np.sqrt(variance) if variance > 0 else np.nan
    return pd.DataFrame(dict(zip(SIGNED, ([round(observed.sum())], [excess], [variance], [z]), strict=True)))


_TYPES = dict(zip(TEST, ("object", "float64", "int64", "float64"), strict=True))


def _by_stratum(counts: pd.DataFrame, stratum: str) -> list[list[Group]]:
    """The groups within each value of `stratum`: the same groups, in the same order, in each."""
    names = [group.name for group in groups_of(counts)]
    fixed = counts.assign(strata=pd.Categorical(counts["strata"].astype(str), categories=names))
    return [groups_of(part) for _, part in fixed.groupby(stratum, observed=True, dropna=False)]


def event_table(groups: Sequence[Group]) -> tuple[Floats, Floats, Floats]:
    """
    Who is at risk and who has the event at each event time, group by group.

    Parameters
    ----------
    groups : the groups compared, at least one

    Returns
    -------
    The distinct event times of all groups, and for them (rows) by group (columns) the numbers at risk and of
    events.
    """
    time = np.unique(np.concatenate([group.time[group.event > 0] for group in groups]))
    sets = [group.risk_sets(time) for group in groups]
    n_risk = np.column_stack([risk.n_risk for risk in sets])
    return time, n_risk, np.column_stack([risk.n_event for risk in sets])


def _one_stratum(groups: Sequence[Group]) -> tuple[Floats, Floats, npt.NDArray[np.float64]]:
    """Events observed and expected in each group, and the variance matrix of their difference."""
    _, n_risk, n_event = event_table(groups)
    n, d = n_risk.sum(axis=1), n_event.sum(axis=1)
    share = n_risk / n[:, None]
    weight = np.where(n > 1, d * (n - d) / np.maximum(n - 1, 1), 0.0)
    variance = np.diag(weight @ share) - (share * weight[:, None]).T @ share
    return n_event.sum(axis=0), d @ share, variance


def _chi_square(excess: Floats, expected: Floats, variance: Floats) -> tuple[float, int]:
    """The quadratic form over the groups in which an event could be expected, less one that is redundant."""
    kept = np.flatnonzero(expected > 0)[1:]
    matrix = variance[np.ix_(kept, kept)]
    if not len(kept) or np.linalg.matrix_rank(matrix) < len(kept):
        return float("nan"), len(kept)
    return float(excess[kept] @ np.linalg.solve(matrix, excess[kept])), len(kept)
