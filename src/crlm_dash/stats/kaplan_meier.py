"""Kaplan–Meier curves, and the numbers at risk under them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from crlm_dash.stats.counts import frame_of, groups_of, times_array, whole
from crlm_dash.stats.curve import Curve

CURVE = (
    "strata", "time", "n_risk", "n_event", "n_censor", "estimate", "std_error", "conf_low", "conf_high",
)  # fmt: skip
AT_RISK = ("strata", "time", "n_entered", "n_risk", "n_event", "n_censor")


def kaplan_meier(counts: pd.DataFrame, *, conf_level: float = 0.95) -> pd.DataFrame:
    """
    Kaplan–Meier survival in each group, with Greenwood's standard error and log(-log) limits.

    The curve is lifelines' `KaplanMeierFitter` with the counts as weights; standard errors and limits are
    computed here from the risk sets, because lifelines reports no standard error and treats the ends of the
    curve unlike R. With delayed entry the curve is computed here too: lifelines raises an error when the risk
    set runs empty early, where the estimate is 0 from then on (Kaplan & Meier's definition; so does R).

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
            curve = Curve.of(group, conf_level)
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
