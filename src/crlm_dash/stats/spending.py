"""Group sequential boundaries: how much of the error is spent by each look, and the bound that spends just that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, stats

from crlm_dash.errors import RequestError
from crlm_dash.stats.counts import Floats

BOUNDS = ("look", "fraction", "bound", "nominal_p", "spent")
_POINTS = 8  # of Gauss–Legendre quadrature, in each stretch as wide as the step's standard deviation
_REACH = 9.0  # standard deviations beyond which there is nothing to integrate
_LARGEST_Z = 37.0  # beyond it a normal tail is 0 in double precision


def obrien_fleming_spending(fraction: npt.ArrayLike, *, alpha: float) -> Floats:
    """
    Two-sided error that may be spent by a share of the information: hardly any early, all of it at the end.

    Half of `alpha` is spent on each side, by 2 − 2Φ(z(1 − α/4) / √t), as the programs of Lan and DeMets do; the
    boundaries resemble those of O'Brien and Fleming.

    Parameters
    ----------
    fraction : shares of the planned information, > 0; beyond 1 nothing is left to spend
    alpha : the whole two-sided error

    Returns
    -------
    The error spent by each share, both sides together.

    Source: Lan & DeMets, Biometrika 70 (1983) 659-663; Reboussin, DeMets, Kim & Lan, Control Clin Trials 21 (2000)
    190-207.
    """
    share = np.minimum(np.asarray(fraction, dtype=float), 1.0)
    return np.asarray(4 * stats.norm.sf(stats.norm.isf(alpha / 4) / np.sqrt(share)))


def lan_demets_bounds(fractions: Sequence[float], *, alpha: float) -> pd.DataFrame:
    """
    Two-sided symmetric boundaries that spend the error by `obrien_fleming_spending`, whenever the looks are.

    The chance to cross for the first time at a look is found by integrating, look by look, the density of the
    statistic over the paths that have not crossed before.

    Parameters
    ----------
    fractions : share of the planned information at each look, rising; looks beyond 1 have nothing left to spend
    alpha : the whole two-sided error

    Returns
    -------
    One row per look: `look` (1, 2 …), `fraction`, `bound` (of |z|; infinite where nothing is left to spend),
    `nominal_p` (two-sided, of a z at the bound), `spent` (two-sided, up to and with the look).

    Raises
    ------
    RequestError : the shares do not rise from above 0

    Source: Armitage, McPherson & Rowe, JRSS A 132 (1969) 235-244; Jennison & Turnbull, Group Sequential Methods
    (2000), chapters 7 and 19.
    """
    time = np.asarray(fractions, dtype=float)
    if np.any(np.diff(time, prepend=0.0) <= 0):
        raise RequestError(f"Shares of the information must rise from above 0; found {list(fractions)}.")
    spent = obrien_fleming_spending(time, alpha=alpha)
    paths, bounds = _Paths.at_the_start(), []
    for place, (now, error) in enumerate(zip(time, np.diff(spent, prepend=0.0), strict=True)):
        bounds.append(paths.bound(now, error))
        later = time[place + 1] if place + 1 < len(time) else now
        paths = paths.within(bounds[-1], now, later)
    columns = (np.arange(1, len(time) + 1), time, np.array(bounds), 2 * stats.norm.sf(bounds), spent)
    return pd.DataFrame(dict(zip(BOUNDS, columns, strict=True)))


@dataclass(frozen=True)
class _Paths:
    """Paths that have not crossed by `time`: points of quadrature on the scale z√t, and their probability."""

    time: float
    point: Floats
    mass: Floats

    @classmethod
    def at_the_start(cls) -> _Paths:
        return cls(0.0, np.zeros(1), np.ones(1))

    def crossing(self, z: float, time: float) -> float:
        """The chance that |z| exceeds a bound at `time`, and none before it."""
        edge, step = z * np.sqrt(time), np.sqrt(time - self.time)
        tails = stats.norm.sf((edge - self.point) / step) + stats.norm.sf((edge + self.point) / step)
        return float(self.mass @ tails)

    def bound(self, time: float, error: float) -> float:
        """The bound at `time` that spends `error`."""
        least = self.crossing(_LARGEST_Z, time)
        if error <= max(least, np.finfo(float).tiny):
            return float("inf")
        wanted = np.log(error)

        def missed(z: float) -> float:
            return float(np.log(max(self.crossing(z, time), np.finfo(float).tiny)) - wanted)

        return float(optimize.brentq(missed, 0.0, _LARGEST_Z, xtol=1e-13))

    def within(self, z: float, time: float, later: float) -> _Paths:
        """The paths that do not cross at `time` either; `later` is the next look, whose step sets the fineness."""
        step = np.sqrt(time - self.time)
        width = min(z, _REACH) * np.sqrt(time)
        finest = min(step, np.sqrt(later - time)) if later > time else step
        point, weight = _quadrature(width, finest)
        density = stats.norm.pdf((point[:, None] - self.point[None, :]) / step) @ self.mass / step
        return _Paths(time, point, weight * density)


def _quadrature(width: float, finest: float) -> tuple[Floats, Floats]:
    """Points and weights between -width and width: Gauss–Legendre in stretches no wider than `finest`."""
    node, weight = np.polynomial.legendre.leggauss(_POINTS)
    edges = np.linspace(-width, width, int(np.ceil(2 * width / finest)) + 1)
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (1 + node)).ravel(), (half * weight).ravel()
