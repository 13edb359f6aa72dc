"""How strong an unmeasured cause would have to be to explain a result away."""

from __future__ import annotations

import math

COMMON = 0.15  # an event that more than this share had is common: a hazard ratio is not near a ratio of risks


def e_value(estimate: float, low: float, high: float, *, share_with_event: float) -> tuple[float, float]:
    """
    The E-value of a hazard ratio, and of the limit nearer to 1.

    Parameters
    ----------
    estimate, low, high : the hazard ratio with its limits
    share_with_event : of everybody; above 0.15 the hazard ratio is first turned into an approximate ratio of risks

    Returns
    -------
    The least ratio of risks by which something not measured would have to go with both the group and the event, beyond
    all covariates, to explain the estimate away; the same for the limit (1 where the limits include 1). Missing where
    the ratio is.

    Source: VanderWeele & Ding, Ann Intern Med 167 (2017) 268-274.
    """
    if not (math.isfinite(estimate) and estimate > 0):
        return math.nan, math.nan
    common = share_with_event > COMMON
    if not (math.isfinite(low) and math.isfinite(high)):
        return _of(_risks(estimate, common)), math.nan
    if low <= 1 <= high:
        return _of(_risks(estimate, common)), 1.0
    return _of(_risks(estimate, common)), _of(_risks(high if estimate < 1 else low, common))


def _risks(ratio: float, common: bool) -> float:
    return (1 - 0.5 ** math.sqrt(ratio)) / (1 - 0.5 ** math.sqrt(1 / ratio)) if common else ratio


def _of(ratio: float) -> float:
    above = ratio if ratio >= 1 else 1 / ratio
    return above + math.sqrt(above * (above - 1))
