"""How alike two groups are in their covariates, before and after weighting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crlm_dash.stats.counts import Floats

BALANCE = ("column", "mean", "mean_reference", "difference", "variance_ratio")


def balance(
    x: Floats, columns: Sequence[str], treated: Floats, weights: Floats, binary: Sequence[bool]
) -> pd.DataFrame:
    """
    Standardised differences of means and ratios of variances between two groups.

    Parameters
    ----------
    x : (subjects, columns) numbers; a level of a category is 0 or 1
    columns : their names
    treated : (subjects) 1 for one group, 0 for the reference
    weights : (subjects)
    binary : which columns are 0 or 1

    Returns
    -------
    One row a column: `column`, the weighted `mean` and `mean_reference`, `difference` (of the means, in units of the
    root of the mean of both variances *without* weights, so that before and after are on one scale) and
    `variance_ratio` (weighted; missing of a binary column, whose variance follows from its mean). Missing where a
    group is empty or a variance 0.

    Source: Austin, Stat Med 28 (2009) 3083-3107.
    """
    one, other = (_moments(x[treated == group], weights[treated == group]) for group in (1, 0))
    raw = [_moments(x[treated == group], np.ones(int((treated == group).sum()))) for group in (1, 0)]
    is_binary = np.asarray(binary, dtype=bool)
    spread = [_variance(moments, is_binary) for moments in raw]
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.sqrt((spread[0] + spread[1]) / 2)
        difference = np.where(scale > 1e-12, (one[0] - other[0]) / scale, np.nan)
        ratio = np.where(is_binary | (other[1] <= 1e-24), np.nan, one[1] / other[1])
    values = (list(columns), one[0], other[0], difference, ratio)
    return pd.DataFrame(dict(zip(BALANCE, values, strict=True)))


def _moments(x: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Weighted mean and variance of each column, the variance without bias for weights that are all alike."""
    total, squares = weights.sum(), weights @ weights
    empty = np.full(x.shape[1], np.nan)
    if not total > 0:
        return empty, empty
    mean = weights @ x / total
    left = total - squares / total
    variance = weights @ (x - mean) ** 2 / left if left > 1e-12 else empty
    return np.asarray(mean), np.asarray(variance)


def _variance(moments: tuple[Floats, Floats], binary: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Floats:
    mean, variance = moments
    return np.where(binary, mean * (1 - mean), variance)
