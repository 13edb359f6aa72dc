"""Cox's partial likelihood of any covariates, with Efron's ties, delayed entry and strata."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import stats

from crlm_dash.stats.counts import Floats, Group, Ints
from crlm_dash.stats.newton import Maximum, maximum
from crlm_dash.stats.separation import Directions

# Up to so many numbers risk sets are kept pattern by pattern: running sums, which take what has entered from what
# has not left, lose the digits of a group whose hazard comes to nothing.
MANY = 20_000_000


@dataclass(frozen=True)
class Tally:
    """Subjects by their pattern of covariates and a moment; one number for each that occurs."""

    pattern: Ints
    at: Ints
    n: Floats

    def summed(self, n_patterns: int, n_moments: int) -> Tally:
        """The same with one number for each pair, where that is shorter."""
        size = n_patterns * n_moments
        if size > len(self.n):
            return self
        total = np.bincount(self.pattern * n_moments + self.at, weights=self.n, minlength=size).astype(float)
        found = np.flatnonzero(total)
        return Tally(found // n_moments, found % n_moments, total[found])


@dataclass(frozen=True)
class Ties:
    """
    Sums over the tied events of each moment: of 1 and l/d (`plain`), of 1, l/d and (l/d)^2 (`squared`).

    Of d tied events the l-th (from 0) is weighed against the risk set less l/d of the tied events themselves;
    the terms are divided by that total, or by its square.
    """

    plain: tuple[Floats, Floats]
    squared: tuple[Floats, Floats, Floats]
    at_risk: Floats  # (moments, covariates) weighted sum of the covariates of who is at risk
    tied: Floats  # the same of those who have the event
    hazard: Floats  # (patterns) relative to the largest
    log_total: float


@dataclass(frozen=True)
class PartialLikelihood:
    """
    Patterns of covariates, and at which moments (an event time in a stratum) how many of each are at risk.

    The risk set is kept as its changes: who is at risk no more from a moment on counts above 0, who not yet
    before it below 0. A moment after the last stands for the end.
    """

    x: Floats  # (patterns, covariates)
    change: Tally
    event: Tally
    time: Floats  # of each moment
    n_event: Floats  # at each moment

    @classmethod
    def of(cls, rows: Group, pattern: Ints, x: Floats, stratum: Ints | None = None) -> PartialLikelihood:
        """From the rows of everyone: which row of `x` holds their covariates, and the number of their stratum."""
        happened = rows.event > 0
        times = np.unique(rows.time[happened])
        in_stratum = len(times) + 1
        block = np.zeros(len(rows.n), np.int64) if stratum is None else stratum * in_stratum
        until = block + np.searchsorted(times, rows.time, side="right")
        since = block + np.searchsorted(times, rows.entry, side="right")
        occurs = np.bincount(until[happened] - 1, minlength=int(block.max(initial=0)) + in_stratum) > 0
        before: Ints = np.cumsum(occurs) - occurs
        last, first, size = before[until], before[since], int(occurs.sum())
        change = Tally(np.tile(pattern, 2), np.concatenate((last, first)), np.concatenate((rows.n, -rows.n)))
        event = Tally(pattern[happened], last[happened] - 1, rows.n[happened])
        n_event = np.bincount(event.at, weights=event.n, minlength=size).astype(float)
        at = times[np.flatnonzero(occurs) % in_stratum] if size else times
        return cls(x, change.summed(len(x), size + 1), event.summed(len(x), size), at, n_event)

    def without(self, columns: Ints) -> PartialLikelihood:
        """The same model without some covariates."""
        return replace(self, x=np.delete(self.x, columns, axis=1))

    def __call__(self, beta: Floats) -> tuple[float, Floats, Floats]:
        """Log-likelihood, score and information at `beta`."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            ties = self._ties(beta)
            scores = self._scores(ties)
            value = float(self.event.n @ (self.x @ beta)[self.event.pattern]) - ties.log_total
            return value, scores.sum(axis=0), self._information(ties, np.ones(len(self.time)))

    def highest(self) -> Maximum:
        """
        The maximum; of what runs away only what all directions of a likelihood that never falls agree on.

        Returns
        -------
        See `Maximum`. Beyond `MANY` numbers the direction is the one in which Newton's method went.
        """
        top = maximum(self, self.x.shape[1])
        away = np.flatnonzero(np.isinf(top.estimate))
        if not len(away) or self._counts is None:
            return top
        directions = Directions(self.x, self._counts, self.event.at, self.event.pattern)
        estimate = top.estimate.copy()
        estimate[away] = [directions.limit(int(column)) for column in away]
        return replace(top, estimate=estimate)

    def proportional(self, top: Maximum, scale: Floats, columns: list[Ints]) -> list[float]:
        """
        Score tests of sets of coefficients against ones that change by `scale` of the moments.

        Parameters
        ----------
        top : the fit
        scale : of each moment
        columns : the sets; a coefficient that is not finite cannot be tested

        Returns
        -------
        Of each set the chi-square, with as many degrees of freedom as it has coefficients; missing where the
        coefficients leave no room for change.

        Source: Grambsch & Therneau, Biometrika 81 (1994) 515-526; R's `cox.zph`.
        """
        ties = self._ties(top.at)
        score = scale @ self._scores(ties)
        mixed, squared = self._information(ties, scale), self._information(ties, scale**2)
        variance = squared - mixed @ top.covariance @ mixed
        return [_chi_square(score[mine], variance[np.ix_(mine, mine)], np.diag(squared)[mine]) for mine in columns]

    def _ties(self, beta: Floats) -> Ties:
        """Everything about the risk sets at `beta`."""
        log_hazard = self.x @ beta
        largest = float(log_hazard.max()) if len(log_hazard) else 0.0
        hazard = np.exp(log_hazard - largest)
        total, own = self._at_risk(hazard), self._events(hazard)
        at_risk, tied = self._covariates_at_risk(hazard), self._each(self._events, hazard)
        first, gone = self._order_in_ties
        inverse = 1 / (self._repeated(total) - gone * self._repeated(own))
        log_total = len(gone) * largest - float(np.log(inverse).sum())
        part = gone * inverse
        terms = (inverse, part, inverse * inverse, part * inverse, part * part)
        sums = [np.add.reduceat(term, first) if len(first) else term for term in terms]
        return Ties((sums[0], sums[1]), (sums[2], sums[3], sums[4]), at_risk, tied, hazard, log_total)

    @cached_property
    def _order_in_ties(self) -> tuple[Ints, Floats]:
        """Where each moment's events begin among all events, and for each event the share l/d."""
        first = np.cumsum(self.n_event) - self.n_event
        order = np.arange(self.n_event.sum()) - self._repeated(first)
        return first.astype(np.int64), order / self._repeated(self.n_event)

    def _repeated(self, value: Floats) -> Floats:
        """A value of each moment, once for each of its events."""
        return np.repeat(value, self.n_event.astype(np.int64))

    @cached_property
    def _counts(self) -> Floats | None:
        """How many of each pattern (columns) are at risk at each moment (rows), unless there are too many."""
        moments, patterns = len(self.time) + 1, len(self.x)
        if moments * patterns > MANY:
            return None
        cell = self.change.at * patterns + self.change.pattern
        change = np.bincount(cell, weights=self.change.n, minlength=moments * patterns).reshape(moments, patterns)
        return np.asarray(np.cumsum(change[::-1], axis=0)[::-1][1:])

    def _at_risk(self, value: Floats) -> Floats:
        """Sum of a pattern's `value` over who is at risk at each moment."""
        if self._counts is not None:
            return np.asarray(self._counts @ value)
        change = np.bincount(
            self.change.at, weights=self.change.n * value[self.change.pattern], minlength=len(self.time) + 1
        )
        return np.asarray(np.cumsum(change[::-1])[::-1][1:])  # from the end, where risk sets are small

    def _covariates_at_risk(self, hazard: Floats) -> Floats:
        """The covariates, weighted by the hazard, summed over who is at risk at each moment."""
        if self._counts is not None:
            return np.asarray(self._counts @ (self.x * hazard[:, None]))
        return self._each(self._at_risk, hazard)

    def _exposure(self, value: Floats) -> Floats:
        """Sum of a moment's `value` over the moments at which each pattern is at risk."""
        if self._counts is not None:
            return np.asarray(value @ self._counts)
        return self._by_pattern(self.change, np.concatenate(([0.0], np.cumsum(value))))

    def _events(self, value: Floats) -> Floats:
        """Sum of a pattern's `value` over who has the event at each moment."""
        counted = self.event.n * value[self.event.pattern]
        return np.bincount(self.event.at, weights=counted, minlength=len(self.time)).astype(float)

    def _scores(self, ties: Ties) -> Floats:
        """At each moment, the covariates of the events less what was expected."""
        whole, part = ties.plain
        expected = whole[:, None] * ties.at_risk - part[:, None] * ties.tied
        return self._each(self._events, np.ones(len(self.x))) - expected

    def _each(self, total: Callable[[Floats], Floats], weight: Floats) -> Floats:
        """A sum at each moment, of each covariate times `weight`."""
        columns = [total(weight * column) for column in self.x.T]
        return np.column_stack(columns) if columns else np.empty((len(self.time), 0))

    def _information(self, ties: Ties, scale: Floats) -> Floats:
        """Sum over the events of the covariates' variance matrix in the risk set, times `scale`."""
        whole, part = (scale * term for term in ties.plain)
        exposure = self._exposure(whole) - self._by_pattern(self.event, part)
        square = (self.x * (ties.hazard * exposure)[:, None]).T @ self.x
        both, cross, own = (scale * term for term in ties.squared)
        mixed = (ties.at_risk * cross[:, None]).T @ ties.tied
        means = (ties.at_risk * both[:, None]).T @ ties.at_risk + (ties.tied * own[:, None]).T @ ties.tied
        return np.asarray(square - (means - mixed - mixed.T))

    def _by_pattern(self, tally: Tally, value: Floats) -> Floats:
        """Sum of a moment's `value` over the tally of each pattern."""
        return np.bincount(tally.pattern, weights=tally.n * value[tally.at], minlength=len(self.x)).astype(float)


def _chi_square(score: Floats, variance: Floats, most: Floats) -> float:
    """The quadratic form of a score; missing where it has no variance to speak of."""
    if not len(score) or not np.all(most > 0):
        return float("nan")
    scaled = variance / np.sqrt(np.outer(most, most))
    if np.linalg.eigvalsh(scaled)[0] <= 1e-12:
        return float("nan")
    return float(score @ np.linalg.solve(variance, score))


def pooled_scale(rows: Group, at: Floats) -> Floats:
    """
    The scale of time on which hazards are asked to be proportional: 1 - S(t-), S the curve of everyone.

    Parameters
    ----------
    rows : everyone
    at : event times

    Returns
    -------
    The scale at each of them, 0 on average over the events.
    """
    if not len(at):
        return np.empty(0)
    sets = rows.risk_sets(np.unique(at))
    survival = np.cumprod(1 - sets.n_event / sets.n_risk)
    scale = 1 - np.concatenate(([1.0], survival[:-1]))
    mean = (scale @ sets.n_event) / sets.n_event.sum()
    return np.asarray(scale[np.searchsorted(sets.time, at)] - mean)


def p_of(statistic: float, df: int) -> float:
    """
    The p-value of a chi-square.

    Parameters
    ----------
    statistic, df : the statistic, which may be missing, and its degrees of freedom

    Returns
    -------
    The upper tail; missing without a statistic or a degree of freedom.
    """
    return float(stats.chi2.sf(statistic, df)) if df else float("nan")
