"""Multinomial logistic regression in many data sets at once, its coefficients drawn as imputation needs them."""

from __future__ import annotations

import numpy as np

from crlm_dash.stats.counts import Floats, Ints
from crlm_dash.stats.propensity import solved
from crlm_dash.stats.regressors import Regressors

MOST_STEPS = 25
LONGEST_STEP = 5.0
STILL = 1e-4  # the step after it would be of the order of its square


def drawn_coefficients(x: Floats, y: Ints, levels: int, counted: Floats, generator: np.random.Generator) -> Floats:
    """
    Coefficients drawn from the large-sample distribution around the fit.

    Parameters
    ----------
    x : (data sets, subjects, k) columns, the first of ones, the others of about unit spread
    y : (subjects) levels from 0, the reference, to levels - 1
    levels : two or more
    counted : (data sets, subjects) how many times each counts
    generator : of random numbers

    Returns
    -------
    (data sets, levels - 1, k). A few weightless subjects of every level are added, so that a fit exists even where
    columns tell the levels apart without error.

    Source: White, Daniel & Royston, Comput Stat Data Anal 54 (2010) 2267-2275.
    """
    columns, weights, happened = _augmented(x, y, levels, counted)
    size, k = len(counted), columns.size
    beta = np.zeros((size, (levels - 1) * k))
    for _ in range(MOST_STEPS):
        share = probabilities(columns.value, beta.reshape(size, levels - 1, k))[:, 1:]
        gradient = [columns.summed(weights * (happened[j] - share[:, j])) for j in range(levels - 1)]
        information = _information(columns, weights, share)
        step = solved(information, np.concatenate(gradient, axis=1))
        moved = [columns.times(each) for each in np.split(step, levels - 1, axis=1)]
        longest = np.abs(moved).max(axis=(0, 2))
        beta = beta + step * np.minimum(1.0, LONGEST_STEP / np.maximum(longest, 1e-300))[:, None]
        if longest.max(initial=0.0) < STILL:
            break
    ridge = 1e-9 * (1 + np.trace(information, axis1=1, axis2=2))[:, None, None] * np.eye(information.shape[-1])
    spread = np.linalg.cholesky(np.linalg.inv(information + ridge))
    beta = beta + np.matmul(spread, generator.standard_normal((*beta.shape, 1)))[..., 0]
    return np.asarray(beta.reshape(size, levels - 1, k))


def probabilities(x: Floats, coefficients: Floats) -> Floats:
    """
    The probability of each level.

    Parameters
    ----------
    x : (data sets, subjects, k)
    coefficients : (data sets, levels - 1, k)

    Returns
    -------
    (data sets, levels, subjects)
    """
    odds = np.matmul(coefficients, x.swapaxes(1, 2))
    odds = np.concatenate((np.zeros((len(odds), 1, odds.shape[-1])), odds), axis=1)
    odds = np.exp(odds - odds.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _information(columns: Regressors, weights: Floats, share: Floats) -> Floats:
    others = range(share.shape[1])
    blocks = [[columns.crossed(weights * share[:, i] * (float(i == j) - share[:, j])) for j in others] for i in others]
    return np.block(blocks)


def _augmented(x: Floats, y: Ints, levels: int, counted: Floats) -> tuple[Regressors, Floats, Floats]:
    """The columns, weights, and which level each row has (levels - 1, rows), with the subjects that were added."""
    k = x.shape[-1] - 1
    total = counted.sum(axis=1)[:, None]
    mean = np.einsum("bs,bsk->bk", counted, x[..., 1:]) / total
    spread = np.sqrt(np.maximum(np.einsum("bs,bsk->bk", counted, x[..., 1:] ** 2) / total - mean**2, 0.0))
    low, high = (getattr(x[..., 1:], end)(axis=1) for end in ("min", "max"))
    rows = []
    for sign in (0.5, -0.5):
        moved = np.clip(mean + sign * spread, low, high)
        rows.append(np.where(np.eye(k, dtype=bool), moved[:, None, :], mean[:, None, :]))
    added = np.tile(np.concatenate(rows, axis=1), (1, levels, 1))
    added = np.concatenate((np.ones((*added.shape[:2], 1)), added), axis=-1)
    n_added = 2 * k * levels
    whole = np.concatenate((x, added), axis=1)
    weights = np.concatenate((counted, np.full((len(counted), n_added), (k + 1) / max(n_added, 1))), axis=1)
    which = np.concatenate((y, np.repeat(np.arange(levels), 2 * k)))
    return Regressors(whole), weights, np.asarray(which == np.arange(1, levels)[:, None], dtype=np.float64)
