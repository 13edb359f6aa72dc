"""Median survival and median follow-up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from crlm_dash.stats.counts import Floats, Group, frame_of, groups_of
from crlm_dash.stats.curve import Curve

MEDIAN = ("strata", "n", "n_event", "median", "conf_low", "conf_high")
FLAT = float(np.sqrt(np.finfo(float).eps))  # how near a curve lies "exactly" on a value, as in R


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
        curve = Curve.of(group, conf_level)
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
    rows = [_median_row(replace(group, event=1 - group.event), 0.5, conf_level) for group in groups_of(counts)]
    found = frame_of(MEDIAN, rows)
    return found.rename(columns={"n_event": "n_censor", "median": "followup_median"})
