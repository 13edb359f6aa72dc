"""Events to come: who is followed now and who will be enrolled, all arms together, under hazards that follow-up tells.

The hazard is constant within pieces of the time since enrolment (patients are at risk from enrolment on). In each piece
it is gamma, given the events and the time at risk there and, where these are few, the hazard of all follow-up. Leaving
follow-up for good has one constant hazard. Time is in months of 30.4375 days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crlm_dash.errors import ContractError
from crlm_dash.stats.counts import Floats, Ints

PIECES = (0.0, 6.0, 12.0, 24.0, 36.0, 60.0)  # months since enrolment at which the hazard may change
EVENT, LEFT, FOLLOWED, COMPLETED = "event", "left", "followed", "completed"
WHAT_BECAME = (EVENT, LEFT, FOLLOWED, COMPLETED)
_OVERALL, _REACH = 400, 4.0  # hazards of all follow-up looked at, and how far about the observed, in logarithms
_WORTH = 8.0  # events that the hazard of all follow-up is worth within a piece: there it may differ by a third


@dataclass(frozen=True)
class EventHazards:
    """Events and months at risk in each of `PIECES`, and how many left follow-up in all of it."""

    events: Floats
    months: Floats
    left: float

    @property
    def overall(self) -> float:
        """Events a month at risk."""
        return float(self.events.sum() / self.months.sum())


def event_hazards(followed: pd.DataFrame) -> EventHazards:
    """
    Events and time at risk since enrolment, piece by piece.

    Parameters
    ----------
    followed : `months` since enrolment (more than 0) at the end of what is known, `what` became of them then (event;
        left for good; followed: still in follow-up; completed) and `n` patients

    Returns
    -------
    See `EventHazards`.

    Raises
    ------
    ContractError : a time is not positive, or nobody knows what `what` means
    """
    months, n = followed["months"].to_numpy(dtype=float), followed["n"].to_numpy(dtype=float)
    what = followed["what"].to_numpy()
    if not ((months > 0).all() and set(what) <= set(WHAT_BECAME)):
        raise ContractError(f"followed: months must be positive, and what one of {', '.join(WHAT_BECAME)}.")
    edges = np.array([*PIECES, np.inf])
    piece = np.searchsorted(edges, months, side="left") - 1
    events = np.bincount(piece, weights=n * (what == EVENT), minlength=len(PIECES))
    spent = (np.clip(months[:, None], edges[:-1], edges[1:]) - edges[:-1]) * n[:, None]
    return EventHazards(np.asarray(events, dtype=float), spent.sum(axis=0), float(n[what == LEFT].sum()))


def events_by_month(
    hazards: EventHazards,
    in_followup: pd.DataFrame,
    arrivals: Ints,
    *,
    longest: float = np.inf,
    seed: Sequence[int],
) -> Ints:
    """
    How many more events will have come by the end of each month from now.

    Who is expected to be at risk is worked out patient by patient of equal age; how many of those at risk have the
    event, and how many leave, is drawn for all of them together.

    Parameters
    ----------
    hazards : see `event_hazards`; at least one event
    in_followup : still in follow-up, by whole months since enrolment: `seen` when last known free of the event, `now`
        at the cut-off; `n` patients. What befell them in between is counted to the first month.
    arrivals : patients enrolled in each month from now, a row a simulated course, a column a month
    longest : months of follow-up planned for each patient
    seed : the same seed gives the same numbers

    Returns
    -------
    Cumulative numbers, a row a course, a column a month.

    Raises
    ------
    ContractError : there has been no event, so nothing is known of its hazard
    """
    if not hazards.events.sum():
        raise ContractError("hazards: no event has been observed; how fast they come is not known.")
    courses, horizon = arrivals.shape
    generator = np.random.default_rng(list(seed))
    oldest = int(in_followup["now"].max()) if len(in_followup) else 0
    last = int(min(oldest + horizon, np.ceil(longest)))
    dies, stays = _monthly(hazards, last, courses, generator)
    n_now = in_followup["n"].to_numpy(dtype=float)
    at_risk, n_events = _to_the_cutoff(in_followup, dies, stays)
    left, in_all = np.full(courses, int(n_now.sum())), np.zeros(courses, dtype=np.int64)
    expected, found = np.full(courses, n_now.sum()), np.zeros((courses, horizon), dtype=np.int64)
    for month in range(horizon):
        new = arrivals[:, month]
        n_events = n_events + (at_risk * dies[:, 1:]).sum(axis=1) + new * dies[:, 0]
        moved = np.zeros_like(at_risk)
        moved[:, 1:] = (at_risk * stays[:, 1:])[:, :-1]
        moved[:, 0] = new * stays[:, 0]
        still = moved.sum(axis=1)
        left, expected = left + new, expected + new
        events = generator.binomial(left, _share(n_events, expected))
        in_all = in_all + events
        left = generator.binomial(left - events, _share(still, expected - n_events))
        found[:, month] = in_all
        at_risk, expected, n_events = moved, still, np.zeros(courses)
    return found


def _monthly(hazards: EventHazards, last: int, courses: int, generator: np.random.Generator) -> tuple[Floats, Floats]:
    """
    Chances of the event, and of staying free of it in follow-up, in each month of age, of each course.

    Column 0 is the month of enrolment (half of it, on average), column k + 1 the month from age k + ½ to k + 1½; at the
    end of the follow-up planned nobody stays.
    """
    hazard = _by_piece(hazards, courses, generator)
    leaving = generator.standard_gamma(hazards.left + 0.5, courses) / hazards.months.sum()
    edges = np.array([*PIECES, np.inf])
    ages = np.concatenate([[0.0], np.arange(last + 1) + 0.5])
    within = np.clip(ages[:, None], edges[:-1], edges[1:]) - edges[:-1]
    events = hazard @ np.diff(within, axis=0).T
    all_ = events + leaving[:, None] * np.diff(ages)
    stays = np.exp(-all_)
    dies = events / all_ * (1 - stays)
    stays[:, -1] = 0.0
    return np.asarray(dies), np.asarray(stays)


def _by_piece(hazards: EventHazards, courses: int, generator: np.random.Generator) -> Floats:
    """
    Hazards in `PIECES`, of each course: gamma about one of all follow-up, which their events leave possible.

    Given that one, the events of a piece are negative binomial; a priori it has Jeffreys' weight, 1 / sqrt(hazard).
    """
    overall = hazards.overall * np.exp(np.linspace(-_REACH, _REACH, _OVERALL))
    rates = _WORTH / overall[:, None]
    seen = _WORTH * np.log(rates) - (_WORTH + hazards.events) * np.log(rates + hazards.months)
    believed = seen.sum(axis=1) + 0.5 * np.log(overall)  # on a grid even in log(overall)
    weight = np.exp(believed - believed.max())
    given = rates[generator.choice(_OVERALL, courses, p=weight / weight.sum())] + hazards.months
    return np.asarray(generator.standard_gamma(np.broadcast_to(hazards.events + _WORTH, given.shape)) / given)


def _to_the_cutoff(in_followup: pd.DataFrame, dies: Floats, stays: Floats) -> tuple[Floats, Floats]:
    """Expected at risk at the cut-off by age, and with the event since they were last seen, in each course."""
    courses, ages = len(dies), dies.shape[1] - 1
    at_risk, n_events = np.zeros((courses, ages)), np.zeros(courses)
    for seen, now, n in in_followup[["seen", "now", "n"]].astype(int).itertuples(index=False):
        there = np.full(courses, float(n))
        for age in range(min(seen, ages), min(now, ages)):
            n_events += there * dies[:, age + 1]
            there *= stays[:, age + 1]
        if now < ages:
            at_risk[:, now] += there
    return at_risk, n_events


def _share(part: Floats, of: Floats) -> Floats:
    """A share between 0 and 1; 0 of nothing."""
    return np.clip(np.divide(part, of, out=np.zeros_like(of), where=of > 0), 0.0, 1.0)


def months_until_event(events: Ints, more: Sequence[int]) -> Floats:
    """
    When so many more events will have come; those of a month are spread over it evenly.

    Parameters
    ----------
    events : see `events_by_month`
    more : numbers of events, each 1 or more

    Returns
    -------
    Months from now, a row a course, a column a number; infinite where they do not come within the months looked at.
    """
    before = np.column_stack([np.zeros(len(events), dtype=events.dtype), events])
    found = np.full((len(events), len(more)), np.inf)
    for place, number in enumerate(more):
        comes = events[:, -1] >= number
        month = (events[comes] < number).sum(axis=1)
        row = np.flatnonzero(comes)
        start, end = before[row, month], before[row, month + 1]
        found[row, place] = month + (number - start) / (end - start + 1)
    return found
