"""Towards what the coefficients of a partial likelihood without a maximum run, as far as the data say it."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from crlm_dash.stats.counts import Floats, Ints

MOVES = 1e-3  # a coefficient that a direction within -1 and 1 can change by less is not changed by it
BEHIND = 1e-8  # an event overtaken by less is not overtaken
EXACT = {"primal_feasibility_tolerance": 1e-10}  # rows are kept far more exactly than they are looked for
MOST_ROUNDS = 500


class Directions:
    """
    The directions in which a partial likelihood never falls: who has an event is never behind who is at risk.

    Newton's method runs along one of them, and which one is a matter of rounding where there are several. Rows
    (x of the event less x of who is at risk) are far too many to be written down: they are found as they are needed.

    Source: Albert & Anderson, Biometrika 71 (1984) 1-10; Kelley, J SIAM 8 (1960) 703-712.
    """

    def __init__(self, x: Floats, at_risk: Floats, event_at: Ints, event_pattern: Ints) -> None:
        """`at_risk`: how many of each pattern (columns, rows of `x`) at each moment; a moment and pattern an event."""
        self._x, self._at_risk = x, at_risk > 0
        self._event_at, self._event_pattern = event_at, event_pattern
        self._rows = np.empty((0, x.shape[1]))

    def limit(self, column: int) -> float:
        """
        What a coefficient becomes.

        Parameters
        ----------
        column : its number

        Returns
        -------
        -inf or inf where all directions lead there; missing where they do not agree, or none moves it.
        """
        falls, climbs = (self._farthest(sign * np.eye(self._x.shape[1])[column]) for sign in (-1, 1))
        if (falls > MOVES) == (climbs > MOVES):
            return float("nan")
        return float("inf") if climbs > MOVES else float("-inf")

    def _farthest(self, along: Floats) -> float:
        """How far a direction within -1 and 1 can go along another."""
        for _ in range(MOST_ROUNDS):
            rows = self._rows if len(self._rows) else None
            bound = np.zeros(len(self._rows)) if len(self._rows) else None
            found = linprog(-along, A_ub=rows, b_ub=bound, bounds=(-1, 1), method="highs", options=EXACT)
            if -found.fun <= MOVES or not len(new := self._broken(found.x)):
                return float(-found.fun)
            self._rows = np.vstack((self._rows, new))
        return float("nan")

    def _broken(self, direction: Floats) -> Floats:
        """Of each moment at which someone at risk overtakes an event, the pair that is farthest apart."""
        ahead = self._x @ direction
        behind = np.where(self._at_risk, ahead, -np.inf)
        first = behind.argmax(axis=1)[self._event_at]
        broken = ahead[first] - ahead[self._event_pattern] > BEHIND
        apart = self._x[first[broken]] - self._x[self._event_pattern[broken]]
        return np.unique(apart / np.linalg.norm(apart, axis=1, keepdims=True), axis=0)
