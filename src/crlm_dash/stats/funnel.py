"""Limits of funnel plots: how far the figure of a site may lie from that of all sites by chance alone.

Spiegelhalter, Stat Med 24 (2005) 1185-1202. His limits are interpolated between the values that a count can take; these
are not: interpolated, one event in 18 patients lies above the 95 % limits of a share of 1.3 %, though a fifth of such
sites would have one.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from crlm_dash.errors import ContractError
from crlm_dash.stats.counts import Floats

Kind = Literal["binomial", "poisson"]


def funnel_limits(n: npt.ArrayLike, target: float, *, level: float, kind: Kind = "binomial") -> tuple[Floats, Floats]:
    """
    Between which figures a share of sites of each size lies if they all have the same true figure.

    Parameters
    ----------
    n : sizes of sites, each 1 or more: patients
    target : the figure of all sites together: a share from 0 to 1 (binomial) or a rate a patient (poisson)
    level : share of sites inside, 0.95 or 0.998
    kind : binomial where a patient counts once, poisson where it may count several times

    Returns
    -------
    Lower and upper limits, an element a size. A figure on a limit is inside: above the upper one (below the lower one)
    lie at most (1 - level) / 2 of sites.

    Raises
    ------
    ContractError : a size below 1, or a target that is none
    """
    sizes = np.asarray(n, dtype=float)
    if (sizes < 1).any() or not 0 <= target <= (1 if kind == "binomial" else np.inf):
        raise ContractError("funnel: sizes must be 1 or more, and the target a share, or a rate of 0 or more.")
    chance = stats.binom(sizes, target) if kind == "binomial" else stats.poisson(sizes * target)
    low, high = (np.maximum(chance.ppf(p), 0.0) / sizes for p in ((1 - level) / 2, (1 + level) / 2))
    return np.asarray(low), np.asarray(high)
