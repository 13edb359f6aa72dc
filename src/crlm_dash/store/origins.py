"""Time zero: the days that follow-up can be counted from, and an endpoint's times counted from another of them.

The door counts them anew, so that a query gets times and never the dates: a date of treatment tells the arm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crlm_dash.errors import RequestError
from crlm_dash.protocol import Protocol
from crlm_dash.terms import DAYS_PER_MONTH, DAYS_PER_YEAR, TimeUnit

_DAYS = {TimeUnit.DAYS: 1.0, TimeUnit.MONTHS: DAYS_PER_MONTH, TimeUnit.YEARS: DAYS_PER_YEAR}


@dataclass(frozen=True)
class TimeOrigin:
    """A day that follow-up can be counted from: its code, its words, its column (of adsl or adfirst)."""

    code: str
    label: str
    column: str


ORIGINS: dict[str, TimeOrigin] = {
    each.code: each
    for each in (
        TimeOrigin("diagnosis", "diagnosis", "DIAGDT"),
        TimeOrigin("chemotherapy", "first chemotherapy", "CHEMODT"),
        TimeOrigin("enrolment", "enrolment", "ENRLDT"),
        TimeOrigin("treatment", "start of treatment", "TRTSDT"),
    )
}


def origin_named(word: str) -> TimeOrigin | None:
    """
    The time origin asked for.

    Parameters
    ----------
    word : its code or label; '' for the endpoint's own

    Returns
    -------
    The origin; None for the endpoint's own.

    Raises
    ------
    RequestError : there is no such origin; the message lists them
    """
    known = {name: each for each in ORIGINS.values() for name in (each.code, each.label)}
    asked = word.strip().lower()
    if asked and asked not in known:
        raise RequestError(f"'{word}' is not a time origin. There are: {', '.join(ORIGINS)}.")
    return known[asked] if asked else None


def counted_sql() -> str:
    """
    How many enrolled subjects have each of the dates: what a time origin, or a treatment received, can rest on.

    Returns
    -------
    SQL for one row: a column for each column of `ORIGINS`, and `LOCALDT`.
    """
    columns = [*(each.column for each in ORIGINS.values()), "LOCALDT"]
    return f"select {', '.join(f'count({c}) as {c}' for c in columns)} from {_dated('USUBJID')} where ENRLFL = 'Y'"


def times_sql(columns: Sequence[str], key: str, origin: TimeOrigin | None, protocol: Protocol, *, switch: bool) -> str:
    """
    `adtte` with its times counted from another origin.

    A record's (ENTRY, AVAL] keeps its place in the calendar and is shifted to the new origin. So an origin before the
    record's own start, or before enrolment, is followed by delayed entry, and one without a date has no record.

    Parameters
    ----------
    columns : SQL of the columns of adtte that the room hands out, AVAL and ENTRY by their names
    key : the column subjects are joined by
    origin : the new time zero; None for the record's own
    protocol : states the unit of each endpoint
    switch : add SWITCH, the time of the first radical local treatment after enrolment (NULL where none is recorded)

    Returns
    -------
    SQL of the table; the dates of the record are empty in it.
    """
    units = [f"when '{each.paramcd}' then {_DAYS[each.unit]}" for each in protocol.endpoints if each.unit != "days"]
    unit = f"case PARAMCD {' '.join(units)} else 1.0 end" if units else "1.0"
    zero = origin.column if origin else "STARTDT"
    shift = f"datediff('day', {zero}, STARTDT) / {unit}"
    # Rounded, because equal days must stay equal times: 0.1 + 0.2 is another number than 0.3.
    shown: dict[str, str] = {
        "AVAL": f"round(AVAL + {shift}, 9)",
        "ENTRY": f"round(greatest(coalesce(ENTRY, 0) + {shift}, 0), 9)",
        "STARTDT": "cast(null as date)",
        "ADT": "cast(null as date)",
    }
    listed = [f'{shown[bare]} as "{bare}"' if (bare := c.strip('"')) in shown else c for c in columns]
    if switch:
        since = f"datediff('day', {zero}, LOCALDT)"
        listed.append(f"if({since} is null, null, round(greatest({since} / {unit}, 0), 9)) as SWITCH")
    dates = f"select a.{key}, DIAGDT, CHEMODT, ENRLDT, TRTSDT, LOCALDT from {_dated(key)}"
    known = "STARTDT" if origin is None else f"STARTDT is not null and {zero}"
    return f"select {', '.join(listed)} from cut.main.adtte join ({dates}) using ({key}) where {known} is not null"


def _dated(key: str) -> str:
    return f"cut.main.adsl a left join cut.main.adfirst f using ({key})"
