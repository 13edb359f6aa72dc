"""How probable it is to be still under observation: the weight of who has had a competing event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crlm_dash.stats.counts import Floats, Group, pooled


@dataclass(frozen=True)
class StillObserved:
    """The distributions of censoring and of late entry, of all groups together (see `fine_gray`)."""

    leaving: Floats  # times at which somebody is censored
    n_risk: Floats  # of being censored at them
    n_censor: Floats
    entering: Floats  # times at which somebody enters; none without delayed entry
    share_new: Floats  # of those at risk just after such a time, who entered at it

    @classmethod
    def of(cls, groups: Sequence[Group]) -> StillObserved:
        """Both distributions, from the follow-up of all groups."""
        everyone = pooled(groups)
        leaving = np.unique(everyone.time[everyone.event == 0])
        sets = everyone.risk_sets(leaving)
        if not everyone.delayed:
            return cls(leaving, sets.n_risk, sets.n_censor, np.empty(0), np.empty(0))
        entering, row = np.unique(everyone.entry, return_inverse=True)
        new = np.bincount(row, weights=everyone.n)
        present = np.cumsum(new) - everyone.left(np.nextafter(entering, np.inf))
        return cls(leaving, sets.n_risk - sets.n_event, sets.n_censor, entering, new / present)

    @property
    def delayed(self) -> bool:
        """Whether anyone enters late."""
        return bool(len(self.entering))

    def before(self, times: Floats) -> Floats:
        """The weight just before each time."""
        stayed = np.concatenate(([1.0], np.cumprod(1 - self.n_censor / self.n_risk)))
        weight = stayed[np.searchsorted(self.leaving, times)]
        if self.delayed:
            # Backwards, as entry is censored on the left; times before the first entry do not occur.
            there = np.concatenate((np.cumprod((1 - self.share_new)[::-1])[::-1], [1.0]))
            weight = weight * there[np.searchsorted(self.entering, times)]
        return np.asarray(weight)

    def pull(self, time: Floats, moves: Sequence[Floats], kept: Sequence[Group]) -> Floats:
        """
        How far a censoring at each time of `leaving` would move the score, by the weights it changes.

        Parameters
        ----------
        time : times of the event of interest
        moves : of each group, what being at risk at such a time, with weight, takes from the score
        kept : of each group, who has had a competing event

        Returns
        -------
        One row per time of `leaving`, one column per coefficient.
        """
        later = np.searchsorted(time, self.leaving)
        total = np.zeros((len(self.leaving), moves[0].shape[1]))
        for move, group in zip(moves, kept, strict=True):
            to_come = np.vstack((np.cumsum(move[::-1], axis=0)[::-1], np.zeros((1, move.shape[1]))))
            order = np.argsort(group.time, kind="stable")
            already = np.concatenate(([0.0], np.cumsum((group.n / self.before(group.time))[order])))
            total += already[np.searchsorted(group.time[order], self.leaving)][:, None] * to_come[later]
        return total

    def censoring_score(self, group: Group, pull: Floats) -> Floats:
        """What a subject of each row of a group adds to the score by its part in the curve of censoring."""
        increment = pull * (self.n_censor / self.n_risk**2)[:, None]
        so_far = np.vstack((np.zeros((1, pull.shape[1])), np.cumsum(increment, axis=0)))
        row = np.searchsorted(self.leaving, group.time, side="right")
        score = -so_far[row]
        censored = group.event == 0
        at = row[censored] - 1
        score[censored] += pull[at] / self.n_risk[at][:, None]
        return np.asarray(score)
