"""Limits by drawing the subjects anew (bootstrap), the whole procedure repeated in every draw."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from crlm_dash.stats.counts import Floats
from crlm_dash.stats.group_comparison import Asked, Estimate, Quantity, Subjects, compared

CHUNK = 50  # draws at a time
ENOUGH = 0.95  # of the draws must give a value


def bootstrap(
    subjects: Subjects, asked: Asked, draws: int, seed: int, tell: Callable[[int, int], None] = lambda done, total: None
) -> dict[Quantity, Floats]:
    """
    Draw subjects with replacement and repeat everything, the propensity included.

    Parameters
    ----------
    subjects, asked : see `compared`
    draws : how many
    seed : the same seed gives the same draws
    tell : called with how many draws are done, and how many there are

    Returns
    -------
    The values of each quantity, one a draw.

    Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), 13.
    """
    n = len(subjects.treated)
    generator = np.random.default_rng(seed)
    parts: list[dict[Quantity, Estimate]] = []
    for first in range(0, draws, CHUNK):
        size = min(CHUNK, draws - first)
        counted = generator.multinomial(n, np.full(n, 1 / n), size=size).astype(float)
        parts.append(compared(subjects, asked, counted).estimates)
        tell(first + size, draws)
    return {name: np.concatenate([part[name].value for part in parts]) for name in (parts[0] if parts else ())}


def percentile_limits(values: Floats, conf_level: float = 0.95) -> tuple[float, float]:
    """
    Percentile limits.

    Parameters
    ----------
    values : one a draw, missing where a draw gave none
    conf_level : coverage

    Returns
    -------
    The limits; missing where fewer than 95 % of the draws gave a value.
    """
    known = values[np.isfinite(values)]
    if not len(values) or len(known) < ENOUGH * len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - conf_level) / 2, (1 + conf_level) / 2])
    return float(low), float(high)
