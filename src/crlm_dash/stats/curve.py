"""One group's Kaplan–Meier curve: what every estimate of survival in this room is read from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from lifelines import KaplanMeierFitter
from scipy import stats

from crlm_dash.stats.counts import Floats, Group, RiskSets, whole


@dataclass(frozen=True)
class Curve:
    """One group's survival curve; the first point is time 0, estimate 1."""

    risk: RiskSets
    estimate: Floats
    std_error: Floats
    conf_low: Floats
    conf_high: Floats

    @classmethod
    def of(cls, group: Group, conf_level: float = 0.95) -> Curve:
        """The curve of a group that is not empty, with Greenwood's errors and log(-log) limits."""
        risk = group.risk_sets()
        estimate = _estimate(group, risk)
        with np.errstate(invalid="ignore"):
            std_error = np.where(estimate > 0, estimate * np.sqrt(_greenwood(risk)), np.nan)
        low, high = log_log_limits(estimate, std_error, conf_level)
        zero, one = np.zeros(1), np.ones(1)
        start = RiskSets(
            time=np.concatenate((zero, risk.time)),
            n_risk=np.concatenate((group.entered(zero), risk.n_risk)),
            n_event=np.concatenate((zero, risk.n_event)),
            n_censor=np.concatenate((zero, risk.n_censor)),
        )
        lines = ((one, estimate), (zero, std_error), (one, low), (one, high))
        return cls(start, *(np.concatenate(line) for line in lines))


def normal_quantile(conf_level: float) -> float:
    """
    The half-width of a two-sided normal interval.

    Parameters
    ----------
    conf_level : coverage, e.g. 0.95

    Returns
    -------
    The half-width in standard errors, e.g. 1.96.
    """
    return float(stats.norm.ppf(0.5 + conf_level / 2))


def log_log_limits(estimate: Floats, std_error: Floats, conf_level: float) -> tuple[Floats, Floats]:
    """
    Limits of a probability, normal on the scale log(-log p).

    Parameters
    ----------
    estimate, std_error : probabilities and their standard errors
    conf_level : coverage of the limits

    Returns
    -------
    Lower and upper limits; missing where the estimate is exactly 0 or 1, as in R's `survfit`.
    """
    # A huge standard error overflows to a limit of 0, which is right.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        inner = np.where((estimate > 0) & (estimate < 1), estimate, np.nan)
        centre = np.log(-np.log(inner))
        half = normal_quantile(conf_level) * std_error / (inner * np.abs(np.log(inner)))
        return np.exp(-np.exp(centre + half)), np.exp(-np.exp(centre - half))


def _greenwood(risk: RiskSets) -> Floats:
    """Greenwood's sum of d / (n (n - d)) up to each time; infinite once all at risk have had the event."""
    left = risk.n_risk - risk.n_event
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.where(risk.n_event > 0, risk.n_event / (risk.n_risk * left), 0.0)
    return np.asarray(np.cumsum(step))


def _estimate(group: Group, risk: RiskSets) -> Floats:
    """lifelines' curve; with delayed entry our own product: lifelines refuses a risk set that runs empty."""
    if group.delayed:
        return np.asarray(np.cumprod(1.0 - risk.n_event / risk.n_risk))
    return _fitted(group.time.tobytes(), group.event.tobytes(), whole(group.n).tobytes())


@lru_cache(maxsize=16)
def _fitted(time: bytes, event: bytes, n: bytes) -> Floats:
    """The fitted curve, kept for the next question: a fit takes 10 ms, a page asks nine of the same."""
    durations, observed, weights = (
        np.frombuffer(part, dtype) for part, dtype in ((time, np.float64), (event, np.int64), (n, np.int64))
    )
    fitter = KaplanMeierFitter().fit(durations, observed, weights=weights)
    estimate = fitter.survival_function_["KM_estimate"].to_numpy(dtype=float, copy=True)[1:]
    estimate.setflags(write=False)
    return np.asarray(estimate)
