"""Restricted mean survival time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from crlm_dash.errors import RequestError
from crlm_dash.stats.counts import Group, frame_of, groups_of, reference_first
from crlm_dash.stats.curve import Curve, normal_quantile
from crlm_dash.stats.landmarks import difference_of

RMST = ("strata", "horizon", "estimate", "std_error", "conf_low", "conf_high")
RMST_DIFFERENCE = ("comparison", "horizon", "estimate", "std_error", "conf_low", "conf_high", "p_value")


def rmst(counts: pd.DataFrame, horizon: float, *, conf_level: float = 0.95) -> pd.DataFrame:
    """
    Restricted mean survival time: the mean time lived up to the horizon, in each group.

    The standard error is that of Greenwood's formula integrated over the curve, as in R (`survfit`'s
    `rmean`, `survRM2`); lifelines' `return_variance` is the variance of a lifetime, not of the estimate.

    Parameters
    ----------
    counts : see `kaplan_meier`
    horizon : end of the period (> 0), same unit as `time`

    Returns
    -------
    One row per group: `strata`, `horizon`, `estimate`, `std_error`, `conf_low`, `conf_high` (normal limits).
    Missing where follow-up ends before the horizon with the curve above 0: it is never extrapolated.

    Source: Royston & Parmar, BMC Med Res Methodol 13 (2013) 152; Klein & Moeschberger (2003) 4.5.
    """
    _check_horizon(horizon)
    return frame_of(RMST, [_rmst_row(group, horizon, conf_level) for group in groups_of(counts)])


def rmst_difference(
    counts: pd.DataFrame, horizon: float, *, reference: str | None = None, conf_level: float = 0.95
) -> pd.DataFrame:
    """
    Difference in restricted mean survival time between each group and the reference.

    Parameters
    ----------
    counts, horizon : see `rmst`
    reference : the group to subtract; by default the first

    Returns
    -------
    One row per other group: `comparison`, `horizon`, `estimate` (group minus reference), `std_error`,
    `conf_low`, `conf_high`, `p_value` (two-sided, normal); missing where either group's mean is.
    """
    _check_horizon(horizon)
    groups = reference_first(groups_of(counts), reference)
    rows = [_rmst_row(group, horizon, conf_level) for group in groups]
    found = frame_of(RMST_DIFFERENCE[:-1], [difference_of(row, rows[0], "horizon", conf_level) for row in rows[1:]])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.abs(found["estimate"].to_numpy() / found["std_error"].to_numpy())
    return found.assign(p_value=2 * stats.norm.sf(ratio))


def _check_horizon(horizon: float) -> None:
    if not (np.isfinite(horizon) and horizon > 0):
        raise RequestError(f"The horizon of a restricted mean must be a time after 0; found {horizon:g}.")


def _rmst_row(group: Group, horizon: float, conf_level: float) -> dict[str, object]:
    """The row of one group in `rmst`."""
    mean, error = _mean_and_error(group, horizon)
    half = normal_quantile(conf_level) * error
    values = (horizon, mean, error, mean - half, mean + half)
    return {"strata": group.name, **{name: [value] for name, value in zip(RMST[1:], values, strict=True)}}


def _mean_and_error(group: Group, horizon: float) -> tuple[float, float]:
    """Area under the curve up to the horizon, and its standard error."""
    if not group.size:
        return float("nan"), float("nan")
    curve = Curve.of(group)
    if group.last_time < horizon and curve.estimate[-1] > 0:
        return float("nan"), float("nan")
    inside = curve.risk.time < horizon
    end = np.append(curve.risk.time[inside][1:], horizon)
    area = curve.estimate[inside] * (end - curve.risk.time[inside])
    ahead = np.cumsum(area[::-1])[::-1]
    n, d = curve.risk.n_risk[inside], curve.risk.n_event[inside]
    left = n - d
    step = np.where((d > 0) & (left > 0), d / np.where(left > 0, n * left, 1.0), 0.0)
    return float(area.sum()), float(np.sqrt(np.sum(ahead**2 * step)))
