"""Slow second versions of the derived tables: plain Python, one subject after another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from tests.build.tiny import Row

DAYS = {"days": 1.0, "months": 30.4375, "years": 365.25}
Dated = tuple[str, dt.date]  # source, date


def time_to_event(endpoint: Any, happened: Sequence[Dated], start: dt.date | None, entry: dt.date | None) -> Row | None:
    """One adtte row: the first event on or after the start, else the last censoring, else nothing."""
    if start is None:
        return None
    causes = dict.fromkeys(endpoint.events, 1)
    for number, competing in enumerate(endpoint.competing, start=2):
        for source in competing.sources:
            causes.setdefault(source, number)
    events = sorted((date, causes[source]) for source, date in happened if source in causes and date >= start)
    censorings = [date for source, date in happened if source in endpoint.censor and date >= start]
    if "enrolled_only" in endpoint.censor:
        censorings.append(start)
    if not events and not censorings:
        return None
    date, cause = events[0] if events else (max(censorings), 0)
    unit = DAYS[str(endpoint.unit)]
    return {
        "PARAMCD": endpoint.paramcd,
        "STARTDT": start,
        "ADT": date,
        "AVAL": ((date - start).days + 1) / unit,
        "CNSR": {0: 1, 1: 0}.get(cause, cause),
        "CAUSE": cause,
        "ENTRY": max((entry - start).days, 0) / unit if entry else 0.0,
    }


def occurrence_flags(events: Iterable[Row]) -> dict[tuple[str, float], Row]:
    """AOCC…FL of each record: first by date then AESEQ, of the worst grade for AOCC…IFL; emergent records only."""
    emergent = [event for event in events if event["TRTEMFL"] == "Y"]
    flags: dict[tuple[str, float], Row] = {}
    for suffix, level in (("", ()), ("S", ("AEBODSYS",)), ("P", ("AEBODSYS", "AEDECOD"))):
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for event in emergent:
            groups.setdefault((event["USUBJID"], *(event[name] for name in level)), []).append(event)
        for records in groups.values():
            first = min(records, key=_by_date)
            worst = min(records, key=lambda event: (-(event["AEGRADE"] or 0), *_by_date(event)))
            flags.setdefault((first["USUBJID"], first["AESEQ"]), {})[f"AOCC{suffix}FL"] = "Y"
            flags.setdefault((worst["USUBJID"], worst["AESEQ"]), {})[f"AOCC{suffix}IFL"] = "Y"
    return flags


def _by_date(event: Row) -> tuple[bool, dt.date, float]:
    return event["ASTDT"] is None, event["ASTDT"] or dt.date.max, event["AESEQ"]


def visit_status(
    due: dt.date,
    low: dt.date,
    high: dt.date,
    actual: dt.date | None,
    refused: bool,
    left: dt.date | None,
    today: dt.date,
) -> str:
    """Status of one planned visit with a window."""
    if actual is not None:
        return "early" if actual < low else "late" if actual > high else "done"
    if left is not None and due > left:
        return "not applicable"
    if refused:
        return "missed"
    if left is not None and high >= left:
        return "not applicable"
    if left is not None:
        return "missed"
    if high < today:
        return "overdue"
    return "due" if low <= today else "not yet"
