"""Kaplan–Meier curves and what is read off them: numbers at risk, survival at a time, quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from scipy import stats

from crlm_dash.stats.counts import (
    Floats,
    Group,
    RiskSets,
    comparison,
    frame_of,
    groups_of,
    reference_first,
    times_array,
    whole,
)

CURVE = (
    "strata", "time", "n_risk", "n_event", "n_censor", "estimate", "std_error", "conf_low", "conf_high",
)  # fmt: skip
AT_RISK = ("strata", "time", "n_entered", "n_risk", "n_event", "n_censor")
LANDMARK = ("strata", "time", "n_risk", "estimate", "std_error", "conf_low", "conf_high")
DIFFERENCE = ("comparison", "time", "estimate", "std_error", "conf_low", "conf_high")
MEDIAN = ("strata", "n", "n_event", "median", "conf_low", "conf_high")
FLAT = float(np.sqrt(np.finfo(float).eps))  # how near a curve lies "exactly" on a value, as in R


@dataclass(frozen=True)
class Curve:
    """One group's survival curve; the first point is time 0, estimate 1."""

    group: Group
    risk: RiskSets
    estimate: Floats
    std_error: Floats
    conf_low: Floats
    conf_high: Floats


def normal_quantile(conf_level: float) -> float:
    """The half-width of a two-sided normal interval in standard errors."""
    return float(stats.norm.ppf(0.5 + conf_level / 2))


def greenwood(risk: RiskSets) -> Floats:
    """Greenwood's sum of d / (n (n - d)) up to each time; infinite once all at risk have had the event."""
    left = risk.n_risk - risk.n_event
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.where(risk.n_event > 0, risk.n_event / (risk.n_risk * left), 0.0)
    return np.asarray(np.cumsum(step))


def product_limit(risk: RiskSets) -> Floats:
    """The product of (1 - d / n) over the times up to each."""
    return np.asarray(np.cumprod(1.0 - risk.n_event / risk.n_risk))


def log_log_limits(estimate: Floats, std_error: Floats, conf_level: float) -> tuple[Floats, Floats]:
    """Limits normal on the scale log(-log S); missing where S is exactly 0 or 1, as in R's `survfit`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = np.where((estimate > 0) & (estimate < 1), estimate, np.nan)
        centre = np.log(-np.log(inner))
        half = normal_quantile(conf_level) * std_error / (inner * np.abs(np.log(inner)))
        return np.exp(-np.exp(centre + half)), np.exp(-np.exp(centre - half))


def _estimate(group: Group, risk: RiskSets) -> Floats:
    """lifelines' curve; with delayed entry our own product: lifelines refuses a risk set that runs empty."""
    if group.delayed:
        return product_limit(risk)
    fitter = KaplanMeierFitter().fit(group.time, group.event, weights=whole(group.n))
    return np.asarray(fitter.survival_function_["KM_estimate"].to_numpy()[1:], dtype=float)


def curve_of(group: Group, conf_level: float) -> Curve:
    """The curve of a group that is not empty."""
    risk = group.risk_sets()
    estimate = _estimate(group, risk)
    with np.errstate(invalid="ignore"):
        std_error = np.where(estimate > 0, estimate * np.sqrt(greenwood(risk)), np.nan)
    low, high = log_log_limits(estimate, std_error, conf_level)
    zero = np.zeros(1)
    start = RiskSets(
        time=np.concatenate((zero, risk.time)),
        n_risk=np.concatenate((group.entered(zero), risk.n_risk)),
        n_event=np.concatenate((zero, risk.n_event)),
        n_censor=np.concatenate((zero, risk.n_censor)),
    )
    return Curve(
        group=group,
        risk=start,
        estimate=np.concatenate((zero + 1, estimate)),
        std_error=np.concatenate((zero, std_error)),
        conf_low=np.concatenate((zero + 1, low)),
        conf_high=np.concatenate((zero + 1, high)),
    )


def kaplan_meier(counts: pd.DataFrame, *, conf_level: float = 0.95) -> pd.DataFrame:
    """
    Kaplan–Meier survival in each group, with Greenwood's standard error and log(-log) limits.

    The curve is lifelines' `KaplanMeierFitter` with the counts as weights; its standard errors and limits are
    computed here from the risk sets, because lifelines' weighted limits are not those of the subjects counted
    in general. With delayed entry the curve is computed here too: lifelines raises an error when the risk set
    runs empty early, where the estimate is 0 from then on (Kaplan & Meier's definition; R does the same).

    Parameters
    ----------
    counts : one row per distinct `strata`, `time` (> 0), `entry` (0 = from the start), `event` (1 = event,
        0 = censored), with `n` subjects each
    conf_level : coverage of the limits, pointwise

    Returns
    -------
    One row per group and distinct time (event or censoring), and one at time 0 with estimate 1: `strata`,
    `time`, `n_risk` (just before the time; at time 0 those under observation from the start), `n_event` and
    `n_censor` (at the time), `estimate`, `std_error`, `conf_low`, `conf_high`. As in R
    (`conf.type = "log-log"`) limits are 1 at time 0, missing while the estimate is 1 after it (standard
    error 0) and missing, like the standard error, once it is 0. An empty group has no rows.

    Raises
    ------
    ContractError : a column is absent or holds what it may not

    Source: Kaplan & Meier, JASA 53 (1958) 457-481; Kalbfleisch & Prentice (1980) for the limits.
    """
    parts: list[dict[str, object]] = []
    for group in groups_of(counts):
        if group.size:
            curve = curve_of(group, conf_level)
            parts.append({
                "strata": group.name, "time": curve.risk.time, "n_risk": whole(curve.risk.n_risk),
                "n_event": whole(curve.risk.n_event), "n_censor": whole(curve.risk.n_censor),
                "estimate": curve.estimate, "std_error": curve.std_error,
                "conf_low": curve.conf_low, "conf_high": curve.conf_high,
            })  # fmt: skip
    return frame_of(CURVE, parts)


def number_at_risk(counts: pd.DataFrame, times: Sequence[float]) -> pd.DataFrame:
    """
    Numbers for a risk table: at risk just before each time, and events and censorings so far.

    Parameters
    ----------
    counts : see `kaplan_meier`; `event` may also hold the number of a cause (any cause is an event)
    times : times of the table (0 or later), same unit

    Returns
    -------
    One row per group and time: `strata`, `time`, `n_entered`, `n_risk`, `n_event`, `n_censor`. Subjects who
    entered, had the event or were censored *before* the time, so that always n_risk + n_event + n_censor =
    n_entered (at time 0: those there from the start). Without delayed entry n_entered is the group's size.
    """
    at = times_array(times)
    parts: list[dict[str, object]] = []
    for group in groups_of(counts, causes=True):
        entered, left, censored = group.entered(at), group.left(at), group.left(at, cause=0)
        parts.append({
            "strata": group.name, "time": at, "n_entered": whole(entered), "n_risk": whole(entered - left),
            "n_event": whole(left - censored), "n_censor": whole(censored),
        })  # fmt: skip
    return frame_of(AT_RISK, parts)


def survival_at(counts: pd.DataFrame, times: Sequence[float], *, conf_level: float = 0.95) -> pd.DataFrame:
    """
    Survival at given times (landmarks) in each group.

    Parameters
    ----------
    counts : see `kaplan_meier`
    times : times to read the curve at (0 or later), same unit

    Returns
    -------
    One row per group and time: `strata`, `time`, `n_risk` (just before the time), `estimate`, `std_error`,
    `conf_low`, `conf_high`. Beyond the last follow-up of the group the estimate is missing ("not reached"),
    never extrapolated, unless the curve has come down to 0, where it stays. Limits as in `kaplan_meier`.
    """
    at = times_array(times)
    return frame_of(LANDMARK, [_landmarks(group, at, conf_level) for group in groups_of(counts)])


def _landmarks(group: Group, at: Floats, conf_level: float) -> dict[str, object]:
    """The rows of one group in `survival_at`."""
    values = {name: np.full(len(at), np.nan) for name in LANDMARK[3:]}
    n_risk = whole(group.entered(at) - group.left(at))
    if group.size:
        curve = curve_of(group, conf_level)
        row = np.searchsorted(curve.risk.time, at, side="right") - 1
        known = (at <= group.last_time) | (curve.estimate[row] == 0)
        values = {name: np.where(known, getattr(curve, name)[row], np.nan) for name in LANDMARK[3:]}
    return {"strata": group.name, "time": at, "n_risk": n_risk, **values}


def survival_differences(
    counts: pd.DataFrame, times: Sequence[float], *, reference: str | None = None, conf_level: float = 0.95
) -> pd.DataFrame:
    """
    Differences in survival at given times between each group and the reference, with normal limits.

    Parameters
    ----------
    counts, times : see `survival_at`
    reference : the group to subtract; by default the first

    Returns
    -------
    One row per other group and time: `comparison` ("group vs reference"), `time`, `estimate` (group minus
    reference), `std_error` (the groups are independent: variances add), `conf_low`, `conf_high`. Missing
    where either group has no estimate; limits are missing where either curve is 0.
    """
    at = times_array(times)
    groups = reference_first(groups_of(counts), reference)
    marks = [_landmarks(group, at, conf_level) for group in groups]
    rows = [difference_of(mark, marks[0], "time", conf_level) for mark in marks[1:]]
    return frame_of(DIFFERENCE, rows)


def difference_of(
    mine: dict[str, object], base: dict[str, object], over: str, conf_level: float
) -> dict[str, object]:
    """Estimate and normal limits of the difference of two independent estimates."""
    estimate = np.asarray(mine["estimate"]) - np.asarray(base["estimate"])
    error = np.hypot(np.asarray(mine["std_error"]), np.asarray(base["std_error"]))
    half = normal_quantile(conf_level) * error
    return {
        "comparison": comparison(str(mine["strata"]), str(base["strata"])), over: mine[over],
        "estimate": estimate, "std_error": error, "conf_low": estimate - half, "conf_high": estimate + half,
    }  # fmt: skip


def _first_time(time: Floats, curve: Floats, level: float) -> float:
    """Where a falling curve first comes down to `level`; the middle of the stretch where it lies on it."""
    known = np.isfinite(curve)
    here, value = time[known], curve[known]
    reached = np.flatnonzero(value <= level + FLAT)
    if not len(reached):
        return float("nan")
    first = here[reached[0]]
    if abs(value[reached[0]] - level) >= FLAT:
        return float(first)
    below = np.flatnonzero(value < level - FLAT)
    if len(below):
        return float((first + here[below[0]]) / 2)
    return float((first + time[-1]) / 2) if known[-1] else float("nan")


def _median_row(group: Group, level: float, conf_level: float) -> dict[str, object]:
    """The row of one group in `survival_quantile`."""
    found: dict[str, float] = dict.fromkeys(MEDIAN[3:], np.nan)
    if group.size:
        curve = curve_of(group, conf_level)
        for name, line in zip(found, (curve.estimate, curve.conf_low, curve.conf_high), strict=True):
            found[name] = _first_time(curve.risk.time, line, level)
    n_event = int(group.n[group.event > 0].sum())
    return {"strata": [group.name], "n": [group.size], "n_event": [n_event], **found}


def median_survival(counts: pd.DataFrame, *, conf_level: float = 0.95) -> pd.DataFrame:
    """
    Median survival time in each group, with limits by inverting the log(-log) limits of the curve.

    Parameters
    ----------
    counts : see `kaplan_meier`

    Returns
    -------
    One row per group: `strata`, `n` (ever at risk), `n_event`, `median`, `conf_low`, `conf_high`. Where the
    curve (or a limit) lies exactly on one half the median is the middle of that stretch, as in R and SAS
    (lifelines takes its left end); missing where it stays above one half.

    Source: Brookmeyer & Crowley, Biometrics 38 (1982) 29-41.
    """
    return frame_of(MEDIAN, [_median_row(group, 0.5, conf_level) for group in groups_of(counts)])


def followup_median(counts: pd.DataFrame, *, conf_level: float = 0.95) -> pd.DataFrame:
    """
    Median follow-up in each group by reverse Kaplan–Meier: the event censors the end of follow-up.

    Parameters
    ----------
    counts : see `kaplan_meier`

    Returns
    -------
    One row per group: `strata`, `n`, `n_censor`, `followup_median`, `conf_low`, `conf_high`.

    Source: Schemper & Smith, Control Clin Trials 17 (1996) 343-346.
    """
    rows = [
        _median_row(replace(group, event=1 - group.event), 0.5, conf_level) for group in groups_of(counts)
    ]
    found = frame_of(MEDIAN, rows)
    return found.rename(columns={"n_event": "n_censor", "median": "followup_median"})
