"""Hazard ratios between groups, and whether they are constant over time, from aggregated risk sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from crlm_dash.stats.counts import Floats, Group, Ints, frame_of, groups_of, reference_first
from crlm_dash.stats.curve import normal_quantile
from crlm_dash.stats.log_rank import event_table

HAZARD_RATIO = ("comparison", "estimate", "conf_low", "conf_high", "p_value", "ph_p_value")
MAX_STEPS = 50
ROUNDING = 1e-12  # a likelihood lower by this share of itself is not lower
ENOUGH = 1e-11  # the largest step of Newton's method that counts as no step


@dataclass(frozen=True)
class Deaths:
    """
    One row per event, in Efron's order within a tie: who is at risk in each group when it happens.

    Of d tied events the l-th (from 0) is weighed against the risk set less l/d of the tied events themselves.
    """

    weight: Floats  # (events, groups) effective number at risk
    time_row: Ints  # (events,) which distinct event time
    observed: Floats  # (times, groups) events

    def shares(self, beta: Floats) -> Floats:
        """Each group's probability, but the reference's, that an event at this moment is its own."""
        ratio = np.exp(np.concatenate(([0.0], beta)))
        return np.asarray(self.weight[:, 1:] * ratio[1:] / (self.weight @ ratio)[:, None])

    def log_likelihood(self, beta: Floats) -> float:
        """Efron's partial log-likelihood."""
        total = self.weight @ np.exp(np.concatenate(([0.0], beta)))
        return float(self.observed[:, 1:].sum(axis=0) @ beta - np.log(total).sum())


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
    deaths = _deaths(groups)
    beta = _maximum(deaths)
    error = np.sqrt(np.diag(np.linalg.inv(_information(deaths.shares(beta)))))
    proportional = _proportional(groups, deaths, beta)
    return [(*found, float(p)) for found, p in zip(wald(beta, error, conf_level), proportional, strict=True)]


def _deaths(groups: Sequence[Group]) -> Deaths:
    """The events of all groups, one row each."""
    _, n_risk, n_event = event_table(groups)
    tied = n_event.sum(axis=1)
    row = np.repeat(np.arange(len(tied)), tied.astype(np.int64))
    first = np.cumsum(tied) - tied
    gone = (np.arange(len(row)) - first[row]) / tied[row]
    return Deaths(n_risk[row] - gone[:, None] * n_event[row], row, n_event)


def _information(shares: Floats, weight: Floats | None = None) -> Floats:
    """Sum over events of the (weighted) variance matrix of the group in which the event falls."""
    weighted = shares if weight is None else shares * weight[:, None]
    return np.asarray(np.diag(weighted.sum(axis=0)) - weighted.T @ shares)


def _maximum(deaths: Deaths) -> Floats:
    """The log hazard ratios that maximise the likelihood, by Newton's method with halved steps."""
    beta = np.zeros(deaths.weight.shape[1] - 1)
    observed = deaths.observed[:, 1:].sum(axis=0)
    reached = deaths.log_likelihood(beta)
    for _ in range(MAX_STEPS):
        shares = deaths.shares(beta)
        step = np.linalg.solve(_information(shares), observed - shares.sum(axis=0))
        least = reached - ROUNDING * abs(reached)
        while (new := deaths.log_likelihood(beta + step)) < least and np.abs(step).max() > ENOUGH:
            step = step / 2
        beta, reached = beta + step, new
        if np.abs(step).max() <= ENOUGH:
            break
    return beta


def _proportional(groups: Sequence[Group], deaths: Deaths, beta: Floats) -> Floats:
    """Score test of each coefficient against one that changes with the pooled curve (see `hazard_ratio`)."""
    everyone = deaths.observed.sum(axis=1)
    at_risk = event_table(groups)[1].sum(axis=1)
    survival = np.cumprod(1 - everyone / at_risk)
    scale = 1 - np.concatenate(([1.0], survival[:-1]))
    scale = scale - (scale @ everyone) / everyone.sum()
    shares = deaths.shares(beta)
    weight = scale[deaths.time_row]
    score = scale @ deaths.observed[:, 1:] - weight @ shares
    plain, mixed = _information(shares), _information(shares, weight)
    squared = _information(shares, weight**2)
    left = np.diag(squared - mixed @ np.linalg.solve(plain, mixed))
    flat = left <= 1e-12 * np.diag(squared)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(flat, np.nan, stats.chi2.sf(score**2 / left, 1))
