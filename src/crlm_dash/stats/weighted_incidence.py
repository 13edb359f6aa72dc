"""Cumulative incidence with weights, in many draws at once, and how it answers to the weight of every subject.

Survival is 1 less the incidence of any event: with one cause the estimate of Aalen and Johansen is that of Kaplan and
Meier. The influence of a subject is the derivative with respect to the subject's weight (infinitesimal jackknife).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from crlm_dash.stats.counts import Floats

CELLS = 1_000_000  # times by subjects, worked out at once


class WeightedIncidence:
    """
    The incidence of one kind of event in one group.

    Arrays with one element a subject of the group: at risk in (entry, time], `mine` had the event of interest, `any`
    that or one that competes with it. `weights`: (draws, subjects).
    """

    def __init__(
        self,
        time: Floats,
        entry: Floats,
        mine: npt.NDArray[np.bool_],
        any_event: npt.NDArray[np.bool_],
        weights: Floats,
    ) -> None:
        """Only subjects who are ever at risk (entry < time)."""
        self.weights, self._mine, self._any, self._time = weights, mine, any_event, time
        self.times, self._own = np.unique(time, return_inverse=True)
        self._since = np.searchsorted(self.times, entry, side="right")  # moments that had passed at entry
        size = len(self.times)
        self.raw_risk = (np.cumsum(np.bincount(self._own, minlength=size)[::-1])[::-1]).astype(float)
        self.raw_risk -= np.cumsum(np.bincount(self._since, minlength=size + 1)[::-1])[::-1][1:]
        self.raw_events = np.bincount(self._own[mine], minlength=size).astype(float)
        self.raw_competing = np.bincount(self._own[any_event & ~mine], minlength=size).astype(float)
        self.raw_censored = np.bincount(self._own[~any_event], minlength=size).astype(float)
        self._order = np.argsort(self._own, kind="stable")
        self._starts = np.searchsorted(self._own[self._order], np.arange(size)) if size else np.empty(0, np.int64)
        self._delayed = bool((self._since > 0).any())

    @cached_property
    def risk(self) -> Floats:
        """(draws, times) weight at risk just before each time."""
        left = np.cumsum(self._summed(self.weights)[:, ::-1], axis=1)[:, ::-1]
        if not self._delayed:
            return np.asarray(left)
        size = len(self.times)
        came = np.stack([np.bincount(self._since, weights=row, minlength=size + 1) for row in self.weights])
        return np.asarray(left - np.cumsum(came[:, ::-1], axis=1)[:, ::-1][:, 1:])

    @cached_property
    def events(self) -> Floats:
        """(draws, times) weight of who has the event of interest."""
        return self._summed(self.weights * self._mine)

    @cached_property
    def survival(self) -> Floats:
        """(draws, times) share without any event just after each time."""
        left = self._left
        share = np.divide(left, self.risk, out=np.ones_like(left), where=self.risk > 1e-12)
        return np.asarray(np.cumprod(share, axis=1))

    @cached_property
    def incidence(self) -> Floats:
        """(draws, times) share who have had the event of interest."""
        return np.asarray(np.cumsum(self._jump, axis=1))

    @cached_property
    def _gone(self) -> Floats:
        return self._summed(self.weights * self._any)

    @cached_property
    def _left(self) -> Floats:
        """(draws, times) weight still there after the events of each time; nothing is left to the rounding of sums."""
        left = self.risk - self._gone
        return np.where(self._empties | (left < 1e-10 * self.risk), 0.0, left)

    @cached_property
    def _empties(self) -> npt.NDArray[np.bool_]:
        """At which times everybody at risk has an event."""
        return np.asarray(self.raw_events + self.raw_competing >= self.raw_risk)

    @cached_property
    def _before(self) -> Floats:
        """(draws, times) share without any event just before each time."""
        return np.concatenate((np.ones((len(self.weights), 1)), self.survival[:, :-1]), axis=1)

    @cached_property
    def _jump(self) -> Floats:
        share = np.divide(self.events, self.risk, out=np.zeros_like(self.events), where=self.risk > 1e-12)
        return np.asarray(self._before * share)

    @property
    def last_time(self) -> float:
        """The end of follow-up."""
        return float(self.times[-1]) if len(self.times) else float("nan")

    def reaches(self, time: float) -> bool:
        """Whether the incidence at a time is known: followed so long, or nobody left."""
        return bool(len(self.times)) and (time <= self.last_time or bool(self._empties[-1]))

    def at(self, time: float) -> Floats:
        """(draws) the incidence at a time, its last value after the end of follow-up."""
        row = np.searchsorted(self.times, time, side="right") - 1
        return self.incidence[:, row] if row >= 0 else np.zeros(len(self.weights))

    def area(self, horizon: float) -> Floats:
        """(draws) the area under the incidence up to a horizon: time lost to the event."""
        inside = self.times < horizon
        ends = np.append(self.times[inside][1:], horizon)
        return np.asarray(self.incidence[:, inside] @ (ends - self.times[inside]))

    def influence(self, time: float) -> Floats:
        """(draws, subjects) derivative of the incidence at a time with respect to each subject's weight."""
        upto = int(np.searchsorted(self.times, time, side="right"))
        ended = np.minimum(self._own + 1, upto)  # moments at which the subject was at risk, up to `time`
        since = np.minimum(self._since, ended)
        lived, jumps, mixed, thin = self._sums
        own = self._own
        happened = self._any & (own < upto)
        log_change = lived[:, ended] - lived[:, since] - happened * self._share_left[:, own]
        change = (mixed[:, ended] - mixed[:, since]) - lived[:, since] * (jumps[:, ended] - jumps[:, since])
        change -= thin[:, ended] - thin[:, since]
        change += log_change * (jumps[:, [upto]] - jumps[:, ended])
        return np.asarray(change + (self._mine & (own < upto)) * self._share_of_jump[:, own])

    @cached_property
    def _sums(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Running sums from 0: how log survival answers to weight, jumps, both together, jumps per weight."""
        both = self.risk * self._left
        lived = _running(np.divide(self._gone, both, out=np.zeros_like(both), where=both > 0))
        jumps = _running(self._jump)
        mixed = _running(self._jump * lived[:, :-1])
        thin = _running(np.divide(self._jump, self.risk, out=np.zeros_like(both), where=self.risk > 1e-12))
        return lived, jumps, mixed, thin

    @cached_property
    def _share_left(self) -> Floats:
        return np.divide(1.0, self._left, out=np.zeros_like(self._left), where=self._left > 0)

    @cached_property
    def _share_of_jump(self) -> Floats:
        return np.divide(self._before, self.risk, out=np.zeros_like(self.risk), where=self.risk > 1e-12)

    def area_influence(self, horizon: float) -> Floats:
        """(subjects) derivative of the area in the first draw with respect to each subject's weight."""
        widths = np.zeros(len(self.times) + 1)  # how long the incidence stays as it is after so many times
        inside = self.times[self.times < horizon]
        widths[1 : len(inside) + 1] = np.diff(np.append(inside, horizon))
        lived, jumps, mixed, thin = (each[0] for each in self._sums)
        spent, in_jumps, in_mixed, in_thin = (np.cumsum(widths * each) for each in (1.0, jumps, mixed, thin))
        own, since = self._own, self._since
        before = (
            (in_mixed - in_thin)[own] - (in_mixed - in_thin)[since] - lived[since] * (in_jumps[own] - in_jumps[since])
        )
        before -= ((mixed - thin)[since] - lived[since] * jumps[since]) * (spent[own] - spent[since])
        log_change = lived[own + 1] - lived[since] - self._any * self._share_left[0, own]
        change = (mixed - thin)[own + 1] - (mixed - thin)[since] - lived[since] * (jumps[own + 1] - jumps[since])
        change += self._mine * self._share_of_jump[0, own] - log_change * jumps[own + 1]
        return np.asarray(before + change * (spent[-1] - spent[own]) + log_change * (in_jumps[-1] - in_jumps[own]))

    def influences(self, times: Floats) -> Floats:
        """(times, subjects) as `influence`, of the first draw at several times."""
        upto = np.searchsorted(self.times, times, side="right")[:, None]
        own, here = self._own, self._own < upto
        ended = np.minimum(own + 1, upto)
        since = np.minimum(self._since, ended)
        lived, jumps, mixed, thin = (each[0] for each in self._sums)
        log_change = lived[ended] - lived[since] - (self._any & here) * self._share_left[0, own]
        change = (mixed[ended] - mixed[since]) - lived[since] * (jumps[ended] - jumps[since])
        change -= thin[ended] - thin[since]
        change += log_change * (jumps[upto] - jumps[ended])
        return np.asarray(change + (self._mine & here) * self._share_of_jump[0, own])

    def _summed(self, value: Floats) -> Floats:
        """(draws, subjects) summed over who leaves at each time."""
        if not len(self.times):
            return np.zeros((len(value), 0))
        return np.asarray(np.add.reduceat(value[:, self._order], self._starts, axis=1))


def _running(value: Floats) -> Floats:
    return np.concatenate((np.zeros((len(value), 1)), np.cumsum(value, axis=1)), axis=1)
