"""What the counts of sites tell about the rates of sites, which differ as a gamma distribution does.

The model is Anisimov & Fedorov, Stat Med 26 (2007) 4958-4975. They put the most likely gamma distribution in the place
of the unknown one; intervals are then far too narrow (Mountain & Sherlock, Biometrics 78 (2022) 636-648), most of all
where sites differ no more than chance would have it. So the distribution is not taken for known here: every one that
the counts leave possible is weighted by its likelihood.

Time is in months of 30.4375 days, rates are patients a month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize
from scipy.special import gammaincinv, gammaln

from crlm_dash.errors import ContractError
from crlm_dash.stats.counts import Floats

TYPICAL_SPREAD = 0.8  # a priori the spread of site rates is half-normal with this scale
WIDEST_SPREAD = 2.5
_NO_SPREAD = 2e-3  # below this spread sites count as alike
_SPREADS, _MEANS = 18, 24  # of the grid
_STAGES = 3  # each a finer grid where the one before has weight
_REACH = 4.0  # of the first grid, about the mean of all sites, in logarithms
_NEGLIGIBLE = 1e-4  # of the largest weight


@dataclass(frozen=True)
class SiteRates:
    """
    What the counts of sites tell about their rates.

    `n`, `months`: of each site, patients and time at risk. `mean`, `spread`, `weight`: gamma distributions of the rate
    of a site, by their mean and coefficient of variation, and how much each is to be believed (in all 1).
    """

    n: Floats
    months: Floats
    mean: Floats
    spread: Floats
    weight: Floats

    @property
    def shape(self) -> Floats:
        """Of each gamma distribution, as a column."""
        return np.asarray(np.maximum(self.spread, _NO_SPREAD)[:, None] ** -2)

    @property
    def scale(self) -> Floats:
        """Of each gamma distribution, as a column."""
        return np.asarray(self.mean[:, None] / self.shape)

    def given_counts(self) -> tuple[Floats, Floats]:
        """Mean and variance of the rate of each site (a column) given its count and each gamma distribution (a row)."""
        given = self.scale / (1 + self.scale * self.months)
        mean = (self.shape + self.n) * given
        return np.asarray(mean), np.asarray(mean * given)


def site_rates(sites: pd.DataFrame) -> SiteRates:
    """
    What the counts of sites tell about the rates of sites: the likelihood is negative binomial.

    A priori the mean has Jeffreys' weight, 1 / sqrt(mean), and the spread (coefficient of variation) is half-normal:
    rates of sites often differ by half to all of their mean, seldom by more than twice of it.

    Parameters
    ----------
    sites : one row a site: `n` patients (whole, 0 or more) in `months` at risk (0 or more); together more than 0 months

    Returns
    -------
    See `SiteRates`; its sites are in the order of `sites`.

    Raises
    ------
    ContractError : a count or a time is negative, or no site has been at risk
    """
    n, months = sites["n"].to_numpy(dtype=float), sites["months"].to_numpy(dtype=float)
    if not ((n >= 0).all() and (months >= 0).all() and months.sum() > 0 and (n[months == 0] == 0).all()):
        raise ContractError("sites: n and months must be 0 or more, and patients need time at risk to come in.")
    middle = np.log((n.sum() + 0.5) / months.sum())
    spreads, means = (0.0, WIDEST_SPREAD), (middle - _REACH, middle + _REACH)
    for _ in range(_STAGES):
        step = (spreads[1] - spreads[0]) / _SPREADS
        spread, mean = np.meshgrid(
            spreads[0] + step * (np.arange(_SPREADS) + 0.5), np.exp(np.linspace(*means, _MEANS)), indexing="ij"
        )
        at = log_likelihood(n, months, mean.ravel(), spread.ravel())
        # on a grid even in log(mean), Jeffreys' 1 / sqrt(mean) becomes sqrt(mean)
        believed = at + 0.5 * np.log(mean.ravel()) - 0.5 * (spread.ravel() / TYPICAL_SPREAD) ** 2
        weight = np.exp(believed - believed.max())
        kept = weight > _NEGLIGIBLE
        spreads = (
            max(spread.ravel()[kept].min() - step, 0.0),
            min(spread.ravel()[kept].max() + step, WIDEST_SPREAD),
        )
        width = (means[1] - means[0]) / (_MEANS - 1)
        inside = np.log(mean.ravel()[kept])
        means = (inside.min() - width, inside.max() + width)
    return SiteRates(n, months, mean.ravel(), spread.ravel(), weight / weight.sum())


def log_likelihood(n: Floats, months: Floats, mean: Floats, spread: Floats) -> Floats:
    """
    Logarithm of the negative binomial likelihood of the sites' counts, up to a constant.

    Parameters
    ----------
    n, months : of each site
    mean, spread : of gamma distributions of the rate of a site; without spread the counts are Poisson

    Returns
    -------
    One value a distribution.
    """
    known = months > 0
    counts, often = np.unique(n[known], return_counts=True)
    shape = np.maximum(spread, _NO_SPREAD) ** -2
    # log(1 + x) instead of log1p: several times faster, and off by rounding only
    logs = np.log(1.0 + (mean / shape)[:, None] * months[known])
    rising = (gammaln(shape[:, None] + counts) - gammaln(shape)[:, None] - counts * np.log(shape)[:, None]) @ often
    mixed = rising - shape * logs.sum(axis=1) - logs @ n[known]
    alike = -mean * months[known].sum()
    return np.asarray(np.where(spread > _NO_SPREAD, mixed, alike) + n[known].sum() * np.log(mean))


def likeliest(sites: pd.DataFrame) -> tuple[float, float]:
    """
    The most likely gamma distribution of the rates of sites.

    Parameters
    ----------
    sites : see `site_rates`; at least one patient

    Returns
    -------
    Its mean and its coefficient of variation; the latter is 0 where sites differ no more than chance would have it.
    """
    n, months = sites["n"].to_numpy(dtype=float), sites["months"].to_numpy(dtype=float)
    alike = n.sum() / months.sum()

    def against(at: Floats) -> float:
        return -float(log_likelihood(n, months, np.exp(at[:1]), np.exp(at[1:]))[0])

    start = np.array([np.log(alike), np.log(0.5)])
    limits = [(start[0] - _REACH, start[0] + _REACH), (np.log(_NO_SPREAD), np.log(10.0))]
    best = optimize.minimize(against, start, bounds=limits, method="L-BFGS-B", options={"ftol": 1e-14, "gtol": 1e-9})
    without = float(log_likelihood(n, months, np.array([alike]), np.zeros(1))[0])
    if -best.fun <= without + 1e-9:
        return alike, 0.0
    mean, spread = np.exp(best.x)
    return float(mean), float(spread)


def shrunken(rates: SiteRates, *, conf_level: float = 0.95) -> pd.DataFrame:
    """
    The rate of each site, drawn towards the others' as far as its own counts say little.

    Parameters
    ----------
    rates : see `site_rates`

    Returns
    -------
    One row a site, in their order: `estimate`, `conf_low`, `conf_high`, patients a month; the limits are those of the
    gamma distribution with the same mean and variance.
    """
    mean, variance = rates.given_counts()
    estimate = rates.weight @ mean
    spread = rates.weight @ variance + rates.weight @ (mean - estimate) ** 2
    tail = (1 - conf_level) / 2
    low, high = (gammaincinv(estimate**2 / spread, level) * spread / estimate for level in (tail, 1 - tail))
    return pd.DataFrame({"estimate": estimate, "conf_low": low, "conf_high": high})
