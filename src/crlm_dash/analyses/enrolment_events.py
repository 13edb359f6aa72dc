"""When the awaited events will have come: patients in follow-up and patients to come, all arms together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.enrolment_forecast import HORIZON, Outlook, seed_of
from crlm_dash.analyses.enrolment_sites import Floats
from crlm_dash.analyses.framing import whole
from crlm_dash.protocol import EventTarget
from crlm_dash.stats.events_to_come import EVENT, FOLLOWED, LEFT
from crlm_dash.store.door import Door
from crlm_dash.terms import DAYS_PER_MONTH, DAYS_PER_YEAR, TimeUnit, is_event

EVENT_DRAWS = 1000
_SPANS = (48, 120, int(HORIZON))  # months looked at, until the events have come
_DAYS_IN = {TimeUnit.DAYS: 1.0, TimeUnit.MONTHS: DAYS_PER_MONTH, TimeUnit.YEARS: DAYS_PER_YEAR}
_ARRIVALS, _EVENTS = 4, 5  # what a seed is for


@dataclass(frozen=True)
class EventCourses:
    """Events so far, and to come by month; `by_month` is None where no event has been seen."""

    target: EventTarget
    n_now: int
    by_month: npt.NDArray[np.int64] | None

    def months(self, number: int) -> Floats:
        """Months from the cut-off to the number of events, a row a course; infinite where they do not come."""
        assert self.by_month is not None
        return stats.months_until_event(self.by_month, [number - self.n_now])[:, 0]


def event_options(door: Door, target: EventTarget) -> dict[str, Any]:
    """What queries of the awaited events ask for: the endpoint, and days in the unit of its times."""
    unit = next((each.unit for each in door.protocol.endpoints if each.paramcd == target.endpoint), TimeUnit.DAYS)
    return {"endpoint": target.endpoint, "unit_days": _DAYS_IN[unit]}


def event_label(door: Door) -> str:
    """The awaited events in words; '' where none are awaited."""
    target = door.protocol.events_awaited
    labels = {each.paramcd: each.label for each in door.protocol.endpoints}
    return "" if target is None else labels.get(target.endpoint, target.endpoint)


def event_courses(door: Door, found: Outlook) -> EventCourses | None:
    """The awaited events under an outlook of enrolment; None where the protocol awaits none."""
    target = door.protocol.events_awaited
    if target is None:
        return None
    followed = door.ask("enrolment_followed", cutoff=door.cut.cutoff, **event_options(door, target))
    n_now = whole(followed.loc[is_event(followed["cnsr"]), "n"].sum())
    by_month = _by_month(door, found, followed, target.number - n_now) if n_now else None
    return EventCourses(target, n_now, by_month)


def _by_month(door: Door, found: Outlook, followed: pd.DataFrame, more: int) -> npt.NDArray[np.int64]:
    free = ~is_event(followed["cnsr"])
    what = followed["followup"].replace("silent", LEFT).where(free, EVENT)
    hazards = stats.event_hazards(followed.assign(months=followed["days"] / DAYS_PER_MONTH, what=what))
    seen = (followed["days"] - 1) // DAYS_PER_MONTH
    still = followed.assign(seen=seen, now=followed["now"].clip(lower=seen))[free & (what == FOLLOWED)]
    in_followup = still.groupby(["seen", "now"], as_index=False)["n"].sum()
    longest = door.protocol.followup_months
    events = np.zeros((1, 0), dtype=np.int64)
    for span in _SPANS:
        events = stats.events_by_month(
            hazards,
            in_followup,
            _arrivals(door, found, span),
            longest=float("inf") if longest is None else float(longest),
            seed=seed_of(door, _EVENTS),
        )
        if more < 1 or (events[:, -1] >= more).mean() > 0.98:
            break
    return events


def _arrivals(door: Door, found: Outlook, months: int) -> npt.NDArray[np.int64]:
    """Patients to come in each month, up to the target where there is one."""
    if found.course is None:
        return np.zeros((EVENT_DRAWS, months), dtype=np.int64)
    course = stats.Course(found.course.now[:EVENT_DRAWS], found.course.later[:EVENT_DRAWS], found.course.openings)
    in_all = stats.numbers_by(course, np.arange(1.0, months + 1), seed=seed_of(door, _ARRIVALS))
    target = door.protocol.accrual.target
    if target is not None:
        in_all = np.minimum(in_all, target - found.n_enrolled)
    return np.diff(in_all, axis=1, prepend=0)
