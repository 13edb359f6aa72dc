"""Milestones of enrolment: first patient, half, planned looks, the target; reached, planned and expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from crlm_dash.analyses import enrolment_forecast as ahead
from crlm_dash.analyses.enrolment_events import EventCourses
from crlm_dash.analyses.enrolment_forecast import EVENTS, PATIENTS, QUANTILES, Day, Outlook
from crlm_dash.analyses.framing import table
from crlm_dash.store.door import Door

PLANNED, CUTOFF = "planned", "cut-off"


@dataclass(frozen=True)
class Milestones:
    """`table`: milestone, kind (reached, expected, planned, cut-off …), what, number, `QUANTILES`; `reached`: days."""

    table: pd.DataFrame
    reached: dict[str, dict[int, Day]]


def milestones(door: Door, now: Outlook, events: EventCourses | None, days: dict[str, pd.DataFrame]) -> Milestones:
    """
    Every milestone in the order of its (median) day; what cannot be told has no day.

    Parameters
    ----------
    days : of patients and of events, `day` and `n` that came on it
    """
    wanted = {PATIENTS: _patients(door), EVENTS: _events(door, events)}
    reached = {what: _reached(days[what], wanted[what]) for what in wanted}
    rows = [*_planned(door), *_of_patients(door, now, wanted[PATIENTS], reached[PATIENTS])]
    if events is not None:
        rows += _of_events(door, events, now, wanted[EVENTS], reached[EVENTS])
    found = table(rows, f"milestone kind what number {QUANTILES}")
    found = found.astype(dict.fromkeys(QUANTILES.split(), "datetime64[ns]")).astype({"number": "Int64"})
    return Milestones(found.sort_values("median", kind="stable", ignore_index=True), reached)


def _patients(door: Door) -> dict[int, str]:
    """Numbers of patients that matter, each with its words."""
    plan = door.protocol.accrual
    wanted = {1: "First patient in"}
    if plan.target is not None:
        wanted |= {-(-plan.target // 2): "Half of the patients in"}
    wanted |= {each.patients: each.label for each in plan.interims if each.patients}
    if plan.target is not None:
        wanted |= {plan.target: "Last patient in"}
    return dict(sorted(wanted.items()))


def _events(door: Door, events: EventCourses | None) -> dict[int, str]:
    """Numbers of events that matter: planned looks and the target."""
    if events is None:
        return {}
    boundary, number = door.protocol.monitoring.boundary, events.target.number
    shares = [share for share in boundary.looks if share < 1] if boundary else []
    wanted = {round(share * number): f"Planned look {place}" for place, share in enumerate(shares, start=1)}
    wanted |= {each.events: each.label for each in door.protocol.accrual.interims if each.events}
    return dict(sorted((wanted | {number: "Final analysis"}).items()))


def _reached(days: pd.DataFrame, wanted: dict[int, str]) -> dict[int, Day]:
    """The day of the last of so many, of each number that has been reached."""
    so_far = days["n"].cumsum()
    return {number: days.loc[so_far >= number, "day"].iloc[0] for number in wanted if (so_far >= number).any()}


def _planned(door: Door) -> list[Any]:
    plan = door.protocol.accrual
    days = {"Planned start": plan.start, "Planned end of enrolment": plan.planned_end}
    rows = [(words, PLANNED, "", pd.NA, *_same(pd.Timestamp(day))) for words, day in days.items() if day is not None]
    return [*rows, ("Data cut-off", CUTOFF, "", pd.NA, *_same(pd.Timestamp(door.cut.cutoff)))]


def _of_patients(door: Door, now: Outlook, wanted: dict[int, str], reached: dict[int, Day]) -> list[Any]:
    rows = [
        (words, ahead.REACHED, PATIENTS, number, *_same(reached[number]))
        for number, words in wanted.items()
        if number in reached
    ]
    later = [number for number in wanted if number > now.n_enrolled]
    if now.course is None or not later:
        return rows + [(wanted[number], now.state, PATIENTS, number, *_same(pd.NaT)) for number in later]
    months = now.months(door, later)
    return rows + [
        (wanted[number], ahead.EXPECTED, PATIENTS, number, *ahead.days_of(door.cut.cutoff, months[:, place]))
        for place, number in enumerate(later)
    ]


def _of_events(
    door: Door, events: EventCourses, now: Outlook, wanted: dict[int, str], reached: dict[int, Day]
) -> list[Any]:
    rows: list[Any] = []
    for number, words in wanted.items():
        if number in reached:
            rows.append((words, ahead.REACHED, EVENTS, number, *_same(reached[number])))
        elif events.by_month is None:
            state = ahead.TOO_EARLY if now.n_enrolled else ahead.NOT_STARTED
            rows.append((words, state, EVENTS, number, *_same(pd.NaT)))
        elif number > events.n_now:
            days = ahead.days_of(door.cut.cutoff, events.months(number))
            state = ahead.NEVER if pd.isna(days[0]) else ahead.EXPECTED
            rows.append((words, state, EVENTS, number, *days))
    return rows


def _same(day: Day) -> list[Day]:
    return [day] * len(ahead.LEVELS)
