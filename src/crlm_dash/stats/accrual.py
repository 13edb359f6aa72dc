"""Enrolment to come: every site recruits as a Poisson process at the rate its count leaves possible (`site_rates`).

Anisimov & Fedorov, Stat Med 26 (2007) 4958-4975. Time is in months of 30.4375 days, rates are patients a month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crlm_dash.stats.counts import Floats, Ints
from crlm_dash.stats.site_rates import SiteRates

Flags = npt.NDArray[np.bool_]

DRAWS = 4000


@dataclass(frozen=True)
class Course:
    """
    Enrolment to come, in many simulated courses: `now`, the rate of all open sites together in each; `later`, of each
    site that opens `openings` months from now.
    """

    now: Floats
    later: Floats
    openings: Floats

    def expected(self, months: Floats) -> Floats:
        """How many each course expects by each of `months` from now."""
        since = np.maximum(months[None, :] - self.openings[:, None], 0)
        return np.asarray(self.now[:, None] * months[None, :] + self.later @ since)


def simulated(
    rates: SiteRates,
    *,
    is_open: Flags,
    openings: Sequence[float] = (),
    factor: float = 1.0,
    seed: Sequence[int],
    draws: int = DRAWS,
) -> Course:
    """
    Courses that enrolment may take: in each the rates of sites are drawn, given their counts, and then stay.

    Given the gamma distribution of site rates each site's rate is again gamma; the sum over the open sites is drawn
    from the gamma distribution with its mean and variance, which Mountain & Sherlock show to be nearest.

    Parameters
    ----------
    rates : see `site_rates`
    is_open : of each site, whether it goes on
    openings : months from now at which sites open that are not among those of `rates`
    factor : by which every rate changes from now on
    seed : the same seed gives the same courses
    draws : how many

    Returns
    -------
    See `Course`.
    """
    generator = np.random.default_rng(list(seed))
    chosen = generator.choice(len(rates.weight), draws, p=rates.weight)
    mean, variance = rates.given_counts()
    together, spread = mean[:, is_open].sum(axis=1), variance[:, is_open].sum(axis=1)
    width = np.divide(spread, together, out=np.zeros_like(together), where=together > 0)
    number = np.divide(together, width, out=np.zeros_like(together), where=width > 0)
    now = generator.standard_gamma(number[chosen]) * width[chosen]
    later = generator.standard_gamma(np.repeat(rates.shape[chosen], len(openings), axis=1)) * rates.scale[chosen]
    return Course(factor * now, factor * later, np.asarray(openings, dtype=float))


def months_until(course: Course, more: Sequence[int], *, seed: Sequence[int]) -> Floats:
    """
    When so many more patients will have come: the unit-rate process is reached at a gamma time, and the course tells
    when it expects as many.

    Parameters
    ----------
    course : see `simulated`
    more : numbers of patients, each 1 or more, rising
    seed : the same seed gives the same months

    Returns
    -------
    Months from now, a row a course, a column a number; infinite where no site is open, or ever opens.
    """
    generator = np.random.default_rng(list(seed))
    steps = np.diff(np.asarray(more, dtype=float), prepend=0.0)
    heights = generator.standard_gamma(np.broadcast_to(steps, (len(course.now), len(steps)))).cumsum(axis=1)
    order = np.argsort(course.openings, kind="stable")
    knots = np.concatenate([[0.0], course.openings[order]])
    slopes = np.column_stack([course.now, course.now[:, None] + course.later[:, order].cumsum(axis=1)])
    begun = np.column_stack([np.zeros(len(course.now)), (slopes[:, :-1] * np.diff(knots)).cumsum(axis=1)])
    piece = (begun[:, None, :] <= heights[:, :, None]).sum(axis=2) - 1
    row = np.arange(len(course.now))[:, None]
    with np.errstate(divide="ignore"):
        return np.asarray(knots[piece] + (heights - begun[row, piece]) / slopes[row, piece])


def months_at(months: Floats, levels: Sequence[float]) -> Floats:
    """
    Quantiles of times, also where some never come.

    Parameters
    ----------
    months : a row a course, a column a number; infinite where the number is never reached
    levels : between 0 and 1

    Returns
    -------
    A row a level, a column a number: the earliest time by which that share of the courses has reached it.
    """
    return np.asarray(np.quantile(months, levels, axis=0, method="inverted_cdf"))


def numbers_by(course: Course, months: Floats, *, seed: Sequence[int]) -> Ints:
    """
    How many more patients will have come by given times.

    Parameters
    ----------
    course : see `simulated`
    months : from now, 0 or more, rising
    seed : the same seed gives the same numbers

    Returns
    -------
    Cumulative numbers, a row a course, a column a time.
    """
    generator = np.random.default_rng(list(seed))
    between = np.diff(course.expected(months), axis=1, prepend=0.0)
    return np.asarray(generator.poisson(np.maximum(between, 0)).cumsum(axis=1))


def expected_number(
    rates: SiteRates, months: float, *, is_open: Flags, openings: Sequence[float] = ()
) -> tuple[float, float]:
    """
    Mean and variance of how many more patients come, without simulation.

    Parameters
    ----------
    rates, is_open, openings : see `simulated`
    months : from now

    Returns
    -------
    Mean and variance: of one gamma distribution those of Anisimov & Fedorov, over all of them by total variance.
    """
    site_mean, site_variance = rates.given_counts()
    since = np.maximum(months - np.asarray(openings, dtype=float), 0)
    mean = site_mean[:, is_open].sum(axis=1) * months + rates.mean * since.sum()
    spread = site_variance[:, is_open].sum(axis=1) * months**2 + (rates.mean * rates.scale[:, 0]) * (since**2).sum()
    overall = float(rates.weight @ mean)
    return overall, float(rates.weight @ (mean + spread) + rates.weight @ (mean - overall) ** 2)
