"""The maximum of a partial likelihood, told apart from one that runs away or lies flat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crlm_dash.stats.counts import Floats

MAX_STEPS = 60
ROUNDING = 1e-12  # a likelihood lower by this, or by this share of itself, is not lower
ENOUGH = 1e-11  # the largest step of Newton's method that counts as no step
FLAT = 1e-9  # a direction with this share of the information of the others has none
FAINT = 1e-9  # less information of a coefficient of unit scale is rounding
NO_GAIN = 1e-9  # a likelihood higher by less, for a large step, will not be higher by much more
FADED = 1e-7  # information that is left of a direction in which there is no more gain
LARGE = 0.1  # steps near a maximum are far smaller, towards infinity they stay about 1
MOVING = 1e-3  # a coefficient that still moves so far runs away too

Likelihood = Callable[[Floats], tuple[float, Floats, Floats]]


@dataclass(frozen=True)
class Maximum:
    """Where a likelihood is highest; `covariance` holds for the finite estimates."""

    at: Floats  # the last coefficients looked at, all finite
    estimate: Floats  # the same, -inf or inf where the likelihood still rises, missing where it is flat
    log_likelihood: float
    covariance: Floats
    rank: int  # how many coefficients the data can tell apart

    @property
    def finite(self) -> npt.NDArray[np.bool_]:
        """Which coefficients have an estimate with an error."""
        return np.asarray(np.isfinite(self.estimate))


def maximum(likelihood: Likelihood, size: int) -> Maximum:
    """
    The maximum of a concave log-likelihood by Newton's method with halved steps, from 0.

    Parameters
    ----------
    likelihood : gives value, score and information at coefficients of about unit scale
    size : how many coefficients

    Returns
    -------
    See `Maximum`.
    """
    beta, step, running_away = np.zeros(size), np.zeros(size), False
    value, score, information = likelihood(beta)
    if not size:
        return Maximum(beta, beta, value, information, 0)
    basis = _curved(information)
    known = _inside(basis)
    for _ in range(MAX_STEPS):
        step = part = _inverse(information, basis) @ score
        least = value - ROUNDING * (1 + abs(value))
        while not _is_gain(new := likelihood(beta + part), least) and _longest(part) > ENOUGH:
            part = part / 2
        # No gain for a large step; if no part of it gains, rounding hides what there is.
        running_away = _longest(step) > LARGE and (new[0] - value <= NO_GAIN or _longest(part) <= ENOUGH)
        beta, (value, score, information) = beta + part, new
        if running_away or _longest(part) <= ENOUGH:
            break
    estimate = np.where(known, beta, np.nan)
    left = _not_faded(information) if running_away else basis
    if running_away:
        away = np.where(np.abs(step) > MOVING, np.copysign(np.inf, step), np.nan)
        estimate = np.where(known & ~_inside(left), away, estimate)
    return Maximum(beta, estimate, value, _inverse(information, left), basis.shape[1])


def _is_gain(new: tuple[float, Floats, Floats], least: float) -> bool:
    """Whether a step leads no lower; not where a risk set's hazard is too small for a number and all is infinite."""
    value, _, information = new
    return least <= value < np.inf and bool(np.isfinite(information).all())


def _longest(step: Floats) -> float:
    """The largest change of a coefficient."""
    return float(np.abs(step).max(initial=0))


def _inverse(information: Floats, basis: Floats) -> Floats:
    """The inverse of an information matrix within the directions of `basis`."""
    inner = basis.T @ information @ basis
    size = np.sqrt(np.where(np.diag(inner) > 0, np.diag(inner), 1.0))
    scaled = np.linalg.pinv(inner / np.outer(size, size), hermitian=True)
    return np.asarray(basis @ (scaled / np.outer(size, size)) @ basis.T)


def _curved(information: Floats) -> Floats:
    """Directions, as columns, along which the likelihood is not flat; the same at all coefficients."""
    scale = np.sqrt(np.where(np.diag(information) > FAINT, np.diag(information), 0))
    share = np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > 0)
    values, vectors = np.linalg.eigh(information * np.outer(share, share))
    kept = vectors[:, values > FLAT] * scale[:, None]
    return np.asarray(np.linalg.qr(kept)[0])


def _not_faded(information: Floats) -> Floats:
    """Directions in which a likelihood that runs away in others keeps its maximum."""
    values, vectors = np.linalg.eigh(information)
    return np.asarray(vectors[:, values > FADED])


def _inside(basis: Floats) -> npt.NDArray[np.bool_]:
    """Which coefficients the directions of `basis` determine."""
    return np.asarray(np.linalg.norm(np.eye(len(basis)) - basis @ basis.T, axis=1) < 1e-4)
