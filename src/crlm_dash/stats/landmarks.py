"""Survival at given times, and its differences between groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crlm_dash.stats.counts import Floats, Group, frame_of, groups_of, reference_first, times_array, whole
from crlm_dash.stats.curve import Curve, normal_quantile

LANDMARK = ("strata", "time", "n_risk", "estimate", "std_error", "conf_low", "conf_high")
DIFFERENCE = ("comparison", "time", "estimate", "std_error", "conf_low", "conf_high")


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
        curve = Curve.of(group, conf_level)
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


def difference_of(mine: dict[str, object], base: dict[str, object], over: str, conf_level: float) -> dict[str, object]:
    """
    The difference of two independent estimates, with normal limits.

    Parameters
    ----------
    mine, base : rows of two groups: `strata`, `estimate`, `std_error` and the column `over`
    over : the column both were estimated at (`time`, `horizon`)
    conf_level : coverage of the limits

    Returns
    -------
    `comparison` ("mine vs base"), `over`, `estimate` (mine minus base), `std_error`, `conf_low`, `conf_high`.
    """
    estimate = np.asarray(mine["estimate"]) - np.asarray(base["estimate"])
    error = np.hypot(np.asarray(mine["std_error"]), np.asarray(base["std_error"]))
    half = normal_quantile(conf_level) * error
    return {
        "comparison": f"{mine['strata']} vs {base['strata']}", over: mine[over],
        "estimate": estimate, "std_error": error, "conf_low": estimate - half, "conf_high": estimate + half,
    }  # fmt: skip
