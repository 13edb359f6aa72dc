"""What `accrual` promises, and promises the rest of the protocol file: each fault as (place, message)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

Fault = tuple[str, str]


def accrual_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Every broken promise of the recruitment plan; values of the wrong shape are the models' business."""
    accrual = _table(raw, "accrual")
    start, end = accrual.get("start"), accrual.get("planned_end")
    if start and end and str(end) < str(start):
        yield "accrual.planned_end", f"{end} is before the start, {start}"
    yield from _sites(accrual)
    yield from _openings(accrual)
    yield from _events(raw, accrual)
    yield from _interims(raw, accrual)


def _sites(accrual: Mapping[str, Any]) -> Iterator[Fault]:
    rows = _rows(accrual, "sites")
    counts = Counter(str(row.get("id")) for row in rows)
    for number, row in enumerate(rows):
        place = f"accrual.sites[{number}]"
        if counts[str(row.get("id"))] > 1:
            yield f"{place}.id", f"'{row.get('id')}' is there twice; each must be unique"
        opened, closed = row.get("opened"), row.get("closed")
        if closed and not opened:
            yield f"{place}.opened", "is missing, though the site was closed"
        elif opened and closed and str(closed) < str(opened):
            yield f"{place}.closed", f"{closed} is before the site opened, {opened}"


def _openings(accrual: Mapping[str, Any]) -> Iterator[Fault]:
    rows = _rows(accrual, "openings")
    for number, (before, after) in enumerate(pairwise(rows), start=1):
        if str(after.get("by")) <= str(before.get("by")):
            yield f"accrual.openings[{number}].by", "must be later than the one before"
        counts = [row["sites"] for row in (before, after) if isinstance(row.get("sites"), int)]
        if counts != sorted(set(counts)):
            yield f"accrual.openings[{number}].sites", "counts all sites open by then; it must rise"
    planned, last = accrual.get("sites_planned"), rows[-1].get("sites") if rows else None
    if isinstance(planned, int) and isinstance(last, int) and last > planned:
        yield "accrual.openings", f"ends with {last} sites, but sites_planned is {planned}"


def _events(raw: Mapping[str, Any], accrual: Mapping[str, Any]) -> Iterator[Fault]:
    events = _table(accrual, "events")
    if not events:
        return
    codes = {str(row.get("paramcd")) for row in _rows(raw, "endpoints")}
    if str(events.get("endpoint")) not in codes:
        known = ", ".join(sorted(codes)) or "none"
        yield "accrual.events.endpoint", f"'{events.get('endpoint')}' is not a declared endpoint; use one of {known}"
    boundary = _table(_table(raw, "monitoring"), "boundary")
    theirs = (boundary.get("endpoint"), boundary.get("events"))
    if boundary and theirs != (events.get("endpoint"), events.get("number")):
        yield "accrual.events", "differs from monitoring.boundary, which says the same; leave it out"


def _interims(raw: Mapping[str, Any], accrual: Mapping[str, Any]) -> Iterator[Fault]:
    awaited = _table(accrual, "events") or _table(_table(raw, "monitoring"), "boundary")
    for number, row in enumerate(_rows(accrual, "interims")):
        place = f"accrual.interims[{number}]"
        if ("patients" in row) == ("events" in row):
            yield place, "needs either patients or events"
        elif "events" in row and not awaited:
            yield f"{place}.events", "of which endpoint? Declare accrual.events or monitoring.boundary"


def _table(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = raw.get(key)
    return found if isinstance(found, Mapping) else {}


def _rows(raw: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = raw.get(key)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list | tuple) else []
