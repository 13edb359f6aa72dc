"""Whom a meeting should speak of, and what is new about the patients on its list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from crlm_dash.analyses.comparing import compared_facts
from crlm_dash.analyses.followup_visits import numbered
from crlm_dash.analyses.framing import records, result_of, table, whole
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import day as written_day
from crlm_dash.analyses.words import plural
from crlm_dash.errors import RequestError
from crlm_dash.store.comparing import beside_earlier
from crlm_dash.store.door import Door

MOST = 60  # patients proposed
_NO_IMAGING = "The protocol marks no visit as imaging: nobody can be said to be due for restaging."


def meeting_candidates(
    door: Door,
    *,
    day: str = "",
    since: int | None = None,
    restaging: bool = True,
    progressed: bool = True,
    screened: bool = True,
    site: str = "",
    limit: int = MOST,
) -> Result:
    """
    Patients of the viewer's sites that a meeting should speak of, and why.

    Parameters
    ----------
    day : of the meeting, as 2026-11-26; '' is the cut-off
    since : number of the data cut that the meeting before looked at; None for the cut before
    restaging : whose imaging is overdue or falls due by the day
    progressed, screened : who has a progression, or is in the data, that or who was not in the earlier cut
    site : of one site only
    limit : most patients of each kind

    Returns
    -------
    Table `candidates`: USUBJID, SITEID, status, why (in words), who has most reasons first.

    Raises
    ------
    RequestError : the day is no date; others as `beside_earlier`
    """
    on = _day(day) or door.cut.cutoff
    found: list[tuple[str, str, str, str]] = []
    imaging = numbered(door, "imaging") if restaging else []
    beyond = 0
    if restaging and imaging:
        due = door.ask("meeting_due", day=on, imaging=imaging, site=site, row_limit=limit)
        found += [(*_who(row), _due(row)) for row in records(due)]
        beyond += _beyond(due)
    both = beside_earlier(door, since) if progressed or screened else None
    if both:
        new = both.ask("meeting_new", progressed=progressed, screened=screened, site=site, row_limit=limit)
        found += [(*_who(row), why) for row in records(new) for why in _new(row, progressed, screened)]
        beyond += _beyond(new)
    rows = _by_patient(found)
    return result_of(
        door,
        "meeting_candidates",
        {"candidates": table(rows, "USUBJID SITEID status why")},
        population="Patients of your sites",
        n_used=len(rows),
        n_total=len(rows),
        notes=[
            f"Due for restaging: a visit with imaging is overdue or due by {written_day(on)}, and is not recorded.",
            f"New since data cut {both.since.number} (cut-off {written_day(both.since.cutoff)}): in screening or "
            "follow-up and not in that cut, or with a later progression than it had."
            if both
            else "There is no earlier data cut: nobody is new, and no progression is.",
            _NO_IMAGING if restaging and not imaging else "",
            f"{plural(beyond, 'patient')} more would be proposed: choose a site." if beyond else "",
        ],
        sentence=f"{plural(len(rows), 'patient')} proposed.",
        empty="" if rows else "Nobody is proposed by these filters.",
        facts=compared_facts(both) if both else {"since": None},
    )


def meeting_patients(door: Door, *, subjects: Sequence[str] | str = (), since: int | None = None) -> Result:
    """
    The patients of a list in its order, with what is new about each since an earlier cut.

    Parameters
    ----------
    subjects : their identifiers; as one text, separated by commas
    since : number of the data cut that the meeting before looked at; None for the cut before

    Returns
    -------
    Table `patients`: USUBJID, SITEID, status, response, imaged, progressed, overdue, sums, news (in words; '' nothing).
    """
    named = [each.strip() for each in subjects.split(",")] if isinstance(subjects, str) else list(subjects)
    rows = door.ask("meeting_patients", subjects=named)
    both = beside_earlier(door, since)
    news = {}
    if both:
        news = {row["USUBJID"]: "; ".join(_news(row)) for row in records(both.ask("meeting_news", subjects=named))}
    rows = rows.assign(news=rows["USUBJID"].map(news).fillna(""), sums=rows["sums"].map(list))
    rows = rows.set_index("USUBJID").reindex([each for each in named if each in set(rows["USUBJID"])]).reset_index()
    told = int((rows["news"] != "").sum())
    against = f"since data cut {both.since.number} ({written_day(both.since.cutoff)})" if both else ""
    return result_of(
        door,
        "meeting_patients",
        {"patients": rows},
        population="Patients on the list",
        n_used=len(rows),
        n_total=len(named),
        notes=[f"New: {against}, by status, response, progression, scans, adverse events and visits." if both else ""],
        sentence=f"{plural(len(rows), 'patient')} on the list"
        + (f", {told} with something new {against}." if both else "."),
        empty="" if len(rows) else "No patient is on this list.",
        facts=compared_facts(both) if both else {"since": None},
    )


def _day(word: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(word) if word else None
    except ValueError:
        raise RequestError(f"'{word}' is no date. Write it as 2026-11-26.") from None


def _who(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["USUBJID"], row["SITEID"], row["status"]


def _due(row: dict[str, Any]) -> str:
    return f"restaging {'overdue' if row['is_overdue'] else 'due'}: {row['visit'].lower()}, {_short(row['due'])}"


def _new(row: dict[str, Any], progressed: bool, screened: bool) -> Iterator[str]:
    if screened and row["is_new"]:
        yield "newly screened"
    if progressed and pd.notna(row["progressed"]):
        yield f"progression {_short(row['progressed'])}"


def _news(row: dict[str, Any]) -> Iterator[str]:
    """What is new about a patient, the gravest first."""
    if row["is_new"]:
        yield "new in the data"
    if isinstance(row["status"], str) and not row["is_new"]:
        yield row["status"].lower()
    if pd.notna(row["progressed"]):
        yield f"progression {_short(row['progressed'])}"
    elif isinstance(row["response"], str):
        yield f"response {row['response']} {_short(row['imaged'])}"
    if not row["is_new"]:
        yield from (
            f"{plural(abs(whole(n)), what)} {'more' if n > 0 else 'fewer'}"
            for n, what in ((row["scans"], "scan"), (row["events"], "adverse event"), (row["overdue"], "visit overdue"))
            if pd.notna(n) and n
        )


def _short(date: Any) -> str:
    return f"{pd.Timestamp(date):%d %b %Y}".lstrip("0")


def _by_patient(found: Sequence[tuple[str, str, str, str]]) -> list[tuple[str, str, str, str]]:
    """One row a patient with all reasons, who has most of them first, else as they were found."""
    reasons: dict[tuple[str, str, str], list[str]] = {}
    for *who, why in found:
        reasons.setdefault((who[0], who[1], who[2]), []).append(why)
    ordered = sorted(reasons.items(), key=lambda each: -len(each[1]))
    return [(*who, "; ".join(why)) for who, why in ordered]


def _beyond(rows: pd.DataFrame) -> int:
    return 0 if rows.empty else int(rows["n_found"].iloc[0]) - len(rows)
