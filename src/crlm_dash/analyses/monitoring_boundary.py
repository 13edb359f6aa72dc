"""Two arms compared at the looks that the protocol declares: log-rank z against the boundary of Lan and DeMets."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.endpoints import COUNTED
from crlm_dash.analyses.framing import MIN_GROUP, table
from crlm_dash.protocol import Boundary, Endpoint
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import DAYS_PER_MONTH, DAYS_PER_YEAR, TimeUnit, is_event

COLUMNS = {
    "boundary": "look events information bound nominal_p spent reached",
    "looks": "look day events information z bound crossed",
}
_DAYS = {TimeUnit.DAYS: 1.0, TimeUnit.MONTHS: DAYS_PER_MONTH, TimeUnit.YEARS: DAYS_PER_YEAR}
_ROUNDING = 1e-9  # 0.55 of 100 deaths are 55, not 56


@dataclass(frozen=True)
class Compared:
    """
    Where the comparison stands. `small`: an arm had too few patients for a test at one of the looks; `undated`: events
    of which the day is not recorded, which count at the present cut only; `merged`: planned looks that fell on the day
    of a later one and are not looks of their own; `extra`: the present cut is not a planned look.
    """

    declared: Boundary
    endpoint: Endpoint
    tables: dict[str, pd.DataFrame]
    events: int = 0
    small: bool = False
    undated: int = 0
    merged: int = 0
    extra: bool = False


@dataclass(frozen=True)
class _Look:
    number: int | None  # None: the present cut, between the planned looks
    day: dt.date
    events: int


def compare_arms(door: Door) -> Compared | None:
    """
    The boundary at the looks reached and still planned, and z at those reached and at the present cut.

    Returns
    -------
    Tables `boundary` and `looks`; `look` is missing for the present cut where it is not a planned look, `bound` where
    no error is left to spend, z where an arm has fewer than ten patients. Without two arms there is the plan and no
    look; None where the protocol declares no boundary.
    """
    declared = door.protocol.monitoring.boundary
    if declared is None:
        return None
    endpoint = next(each for each in door.protocol.endpoints if each.paramcd == declared.endpoint)
    if len(door.arms) != 2:
        plan = {"boundary": _boundary(declared, []), "looks": table([], COLUMNS["looks"])}
        return Compared(declared, endpoint, plan)
    by_day = door.ask("monitoring_events", by=BY_ARM, endpoint=endpoint.paramcd)
    compared = by_day[by_day["strata"].isin(door.arms)]
    dated = compared.dropna(subset="day").groupby("day")["n_event"].sum().sort_index().cumsum()
    total = int(compared["n_event"].sum())
    looks, merged = _reached(declared, dated)
    extra = bool(total) and (not looks or total > looks[-1].events)
    if extra:
        looks = [*looks, _Look(None, door.cut.cutoff, total)]
    found = [_z(door, endpoint, look) for look in looks]
    boundary = _boundary(declared, looks)
    bounds = boundary[boundary["reached"]]["bound"].to_numpy()
    rows = [
        (look.number, pd.Timestamp(look.day), look.events, look.events / declared.events, z, bound, abs(z) >= bound)
        for look, (z, _), bound in zip(looks, found, bounds, strict=True)
    ]
    shown = table(rows, COLUMNS["looks"]).astype({"look": "Int64", "crossed": bool})
    return Compared(
        declared,
        endpoint,
        {"boundary": boundary, "looks": shown},
        events=total,
        small=any(small for _, small in found),
        undated=total - int(dated.iloc[-1] if len(dated) else 0),
        merged=merged,
        extra=extra,
    )


def _reached(declared: Boundary, dated: pd.Series) -> tuple[list[_Look], int]:
    """The planned looks reached, each on the day of its last event, and how many fell on the day of a later one."""
    found: dict[dt.date, _Look] = {}
    reached = 0
    for number, share in enumerate(declared.looks, 1):
        there = dated[dated >= _needed(declared, share)]
        if len(there):
            day = pd.Timestamp(there.index[0]).date()
            found[day] = _Look(number, day, int(there.iloc[0]))
            reached += 1
    return list(found.values()), reached - len(found)


def _needed(declared: Boundary, share: float) -> int:
    return math.ceil(share * declared.events - _ROUNDING)


def _z(door: Door, endpoint: Endpoint, look: _Look) -> tuple[float, bool]:
    """The signed log-rank statistic with follow-up cut on the day of a look; whether an arm was too small for it."""
    found = door.ask(
        "monitoring_counts",
        by=BY_ARM,
        endpoint=endpoint.paramcd,
        until=look.day,
        cutoff=door.cut.cutoff,
        days_per_unit=_DAYS[endpoint.unit],
    )
    strata = pd.Categorical(found["strata"], categories=door.arms)
    counts = found.assign(strata=strata, event=is_event(found["cnsr"]).astype(int))[COUNTED].dropna(subset="strata")
    tested = stats.signed_log_rank(counts)
    small = bool((counts.groupby("strata", observed=False)["n"].sum() < MIN_GROUP).any())
    return float("nan") if small or tested.empty else float(tested["z"].iloc[0]), small


def _boundary(declared: Boundary, looks: list[_Look]) -> pd.DataFrame:
    """
    The looks reached at the information they really had, then those still planned.

    The bounds of planned looks are those without the present cut as a look; its own bound is that with it.
    """
    planned = [look for look in looks if look.number is not None]
    last = max((look.number for look in planned if look.number), default=0)
    later = [(n, _needed(declared, s), s) for n, s in enumerate(declared.looks, 1) if n > last]
    reached = [(look.number, look.events, look.events / declared.events) for look in planned]
    rows = _bounds(declared, [*reached, *later])
    rows["reached"] = [True] * len(reached) + [False] * len(later)
    for now in (look for look in looks if look.number is None):
        with_it = _bounds(declared, [*reached, (None, now.events, now.events / declared.events)]).iloc[[-1]]
        rows = pd.concat([rows.iloc[: len(reached)], with_it.assign(reached=True), rows.iloc[len(reached) :]])
    known = rows.assign(bound=rows["bound"].where(rows["bound"] < math.inf))
    return known.astype({"look": "Int64", "reached": bool}).reset_index(drop=True)[COLUMNS["boundary"].split()]


def _bounds(declared: Boundary, looks: list[tuple[int | None, int, float]]) -> pd.DataFrame:
    found = stats.lan_demets_bounds([share for *_, share in looks], alpha=declared.alpha)
    numbers, events = [look for look, *_ in looks], [events for _, events, _ in looks]
    return found.rename(columns={"fraction": "information"}).assign(
        look=pd.array(numbers, dtype="Int64"), events=events
    )
