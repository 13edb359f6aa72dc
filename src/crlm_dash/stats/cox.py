"""Hazard ratios between groups, and whether they are constant over time, from aggregated risk sets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from crlm_dash.stats.counts import Floats, Group, frame_of, groups_of, pooled, reference_first
from crlm_dash.stats.curve import normal_quantile
from crlm_dash.stats.log_rank import event_table
from crlm_dash.stats.newton import maximum
from crlm_dash.stats.partial_likelihood import PartialLikelihood, p_of, pooled_scale

HAZARD_RATIO = ("comparison", "estimate", "conf_low", "conf_high", "p_value", "ph_p_value")


def hazard_ratio(counts: pd.DataFrame, *, reference: str | None = None, conf_level: float = 0.95) -> pd.DataFrame:
    """
    Hazard ratio of each group to the reference by Cox regression with Efron ties, with Wald limits.

    Fitted here from aggregated risk sets: a weighted fit of lifelines treats the weights of tied events
    differently from as many subjects, so that limits and, under Efron, the estimate itself are not theirs.
    The test of proportional hazards is R's `cox.zph(terms = FALSE)` (survival >= 3): the score test of a
    coefficient that changes with 1 - S(t-), S the pooled Kaplan–Meier curve.

    Parameters
    ----------
    counts : see `kaplan_meier`; delayed entry is respected
    reference : the group to compare with; by default the first

    Returns
    -------
    One row per other group: `comparison` ("group vs reference"), `estimate` (hazard ratio), `conf_low`,
    `conf_high`, `p_value` (Wald), `ph_p_value`. With three or more groups all are fitted together. Where the
    likelihood has no maximum the estimate is 0 (no event in the group while the reference is at risk) or
    infinite (the reverse) and the rest is missing; where nothing can be compared all is missing.

    Source: Efron, JASA 72 (1977) 557-565; Grambsch & Therneau, Biometrika 81 (1994) 515-526.
    """
    groups = reference_first(groups_of(counts), reference)
    if len(groups) < 2:
        return frame_of(HAZARD_RATIO, [])
    _, n_risk, n_event = event_table(groups)
    ahead = precedes(n_risk, n_event)
    fitted = np.flatnonzero(ahead[0] & ahead[:, 0])
    row = dict(zip(fitted[1:], _fit([groups[number] for number in fitted], conf_level), strict=True))
    parts: list[dict[str, object]] = []
    for number, group in enumerate(groups[1:], start=1):
        values = row.get(number, (unbounded(ahead, number), np.nan, np.nan, np.nan, np.nan))
        named = zip(HAZARD_RATIO[1:], ([value] for value in values), strict=True)
        parts.append({"comparison": [f"{group.name} vs {groups[0].name}"], **dict(named)})
    return frame_of(HAZARD_RATIO, parts)


def precedes(n_risk: Floats, n_event: Floats) -> npt.NDArray[np.bool_]:
    """
    Whether an event of group i, perhaps by way of other groups, happens while j is at risk.

    The likelihood has a maximum just for groups that reach each other in both directions.

    Parameters
    ----------
    n_risk, n_event : at each event time (rows) of each group (columns)

    Returns
    -------
    A square matrix, i in its rows.

    Source: Ford, Am Math Mon 64 (1957) 28-33, for paired comparisons; an event is one won by its group.
    """
    reach = ((n_event > 0).T.astype(float) @ (n_risk > 0)) > 0
    np.fill_diagonal(reach, True)
    for middle in range(len(reach)):
        reach |= np.outer(reach[:, middle], reach[middle])
    return reach


def unbounded(ahead: npt.NDArray[np.bool_], number: int) -> float:
    """
    The hazard ratio of a group to the first where there is no maximum.

    Parameters
    ----------
    ahead : see `precedes`
    number : the group's

    Returns
    -------
    0, infinite, or missing where the two cannot be compared.
    """
    return {(True, False): 0.0, (False, True): np.inf}.get((bool(ahead[0, number]), bool(ahead[number, 0])), np.nan)


def wald(beta: Floats, error: Floats, conf_level: float) -> list[tuple[float, ...]]:
    """
    Ratios from their logarithms.

    Parameters
    ----------
    beta, error : log ratios and their standard errors
    conf_level : coverage of the limits

    Returns
    -------
    Of each the estimate, lower and upper limit and the two-sided p-value, by the normal distribution.
    """
    half = normal_quantile(conf_level) * error
    with np.errstate(over="ignore"):
        columns = (np.exp(beta), np.exp(beta - half), np.exp(beta + half))
    return list(zip(*columns, 2 * stats.norm.sf(np.abs(beta) / error), strict=True))


def _fit(groups: Sequence[Group], conf_level: float) -> list[tuple[float, ...]]:
    """Ratio, limits and both p-values of each group but the first."""
    if len(groups) < 2:
        return []
    rows = pooled(groups)
    number = np.repeat(np.arange(len(groups)), [len(group.n) for group in groups])
    likelihood = PartialLikelihood.of(rows, number, np.eye(len(groups))[:, 1:])
    top = maximum(likelihood, len(groups) - 1)
    each = [np.array([column]) for column in range(len(groups) - 1)]
    tests = likelihood.proportional(top, pooled_scale(rows, likelihood.time), each)
    ratios = wald(top.at, np.sqrt(np.diag(top.covariance)), conf_level)
    return [(*ratio, p_of(test, 1)) for ratio, test in zip(ratios, tests, strict=True)]
