"""Errors that know that the weights were estimated from the same subjects."""

from __future__ import annotations

import numpy as np

from crlm_dash.stats.counts import Floats
from crlm_dash.stats.propensity import Propensity, Weights


def linearised(influence: Floats, weights: Weights, model: Propensity) -> Floats:
    """
    What each subject adds to the error of a weighted estimate.

    Parameters
    ----------
    influence : (…, subjects) derivative of the estimate with respect to each subject's weight
    weights : the weights, and how they change with what they were made from
    model : the propensity they were made from

    Returns
    -------
    (…, subjects) parts whose sum of squares is the variance of the estimate: each subject's own weight, and what the
    subject did to the propensity and so to everybody's weights. With weights that depend on nothing this is the
    robust variance.

    Source: Lunceford & Davidian, Stat Med 23 (2004) 2937-2960; Shu et al., Biometrics 77 (2021) 1208-1219.
    """
    own = influence * weights.value[0]
    through = (influence @ weights.by_coefficient) @ model.influence.T
    share = (model.treated - model.share[0]) / model.counted[0].sum()
    return np.asarray(own + through + (influence @ weights.by_share)[..., None] * share)
