"""What happened to one patient from one scan to the next: what was given, which lesions grew, what was severe."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses import between_words as words
from crlm_dash.analyses.framing import records, result_of, table, withhold_arm_names
from crlm_dash.analyses.lesions import chosen_scan
from crlm_dash.analyses.result import Result
from crlm_dash.store.door import Door

EVER = dt.date(1900, 1, 1)
_CHANGES = "lesion organ segment role before now change percent became progressing"
_SEVERE = "event grade serious start precision end end_precision ongoing active"
_AT_PROCEDURES = "procedure what date precision day event grade since since_precision active begun"


def between_scans(door: Door, *, usubjid: str = "", scan: int = 0) -> Result:
    """
    From the scan before to a scan, for one subject of the viewer's sites; after the last scan, also since then.

    Parameters
    ----------
    usubjid : the patient
    scan : number of the later scan; 0 is the last. Before the first it is everything up to it

    Returns
    -------
    Tables `given` (from the day of the earlier scan until before that of the later), `since` (the same from the last
    scan to the cut-off; only there), `changes` (lesion: diameter before and now, what became of it), `severe` (adverse
    events of grade 3 or worse active in that time), `procedures` (each day with local treatment × such an event that
    was active; one row without event where none was), `undated` (such events without any date), `told` (item, value:
    all that in words). Active: yes, or maybe where a date is partial.

    Raises
    ------
    AccessDenied : the subject is of a site the viewer may not see; NotFound : there is no such subject
    RequestError : no such scan
    """
    wanted = usubjid.strip()
    scans = door.ask("lesion_scans", usubjid=wanted)
    shown = chosen_scan(scans, scan)
    rows = {int(row["scan"]): row for row in records(scans)}
    earlier, later = rows.get(shown - 1), rows.get(shown)
    after = dt.timedelta(days=1) + door.cut.cutoff
    first, last = _day(earlier, EVER), _day(later, after)
    is_last = later is not None and shown == max(rows)
    events = door.ask("between_events", usubjid=wanted)
    tables = {
        "given": _given(door, wanted, first, last),
        "since": _given(door, wanted, last, after) if is_last else _given(door, wanted, after, after),
        "changes": _changes(door.ask("lesion_states", usubjid=wanted), shown) if earlier else table([], _CHANGES),
        "severe": _severe(events, first, last),
        "procedures": _procedures(door, wanted, events),
        "undated": events.loc[events["start"].isna(), ["event", "grade", "serious"]],
    }
    tables = {name: withhold_arm_names(door, frame) for name, frame in tables.items()}
    coded = not door.can(Action.SEE_ARM_NAMES)
    told = words.told(tables, earlier, later, coded=coded, since=is_last)
    return result_of(
        door,
        "between_scans",
        tables | {"told": table(told, "item value")},
        population=f"Patient {wanted}",
        n_used=1,
        n_total=1,
        notes=words.notes(tables, coded=coded),
        sentence=words.sentence(told, earlier, later),
        empty="" if later else "No scan is recorded.",
        facts={"usubjid": wanted, "scan": shown, "heading": words.heading(earlier, later)},
    )


def _day(scan: dict[str, Any] | None, otherwise: dt.date) -> dt.date:
    return pd.Timestamp(scan["date"]).date() if scan else otherwise


def _given(door: Door, usubjid: str, first: dt.date, last: dt.date) -> pd.DataFrame:
    return door.ask("between_given", usubjid=usubjid, first=first, last=last)


def _changes(states: pd.DataFrame, scan: int) -> pd.DataFrame:
    """One row a lesion seen by this scan: what became of it since the scan before; what grew most comes first."""
    now = states[states["scan"] == scan]
    before = states[states["scan"] == scan - 1].set_index("lesion")
    rows = []
    for each in records(now):
        old = before.loc[each["lesion"]] if each["lesion"] in before.index else None
        was = float("nan") if old is None or old["state"] == "gone" else float(old["diameter"])
        gone = each["state"] == "gone"
        change = None if gone or pd.isna(was) or pd.isna(each["diameter"]) else float(each["diameter"]) - was
        percent = None if change is None or not was else 100 * change / was
        rows.append((
            each["lesion"], each["organ"], each["segment"], each["role"], was, each["diameter"], change,
            percent, _became(each, old, change), each["state"] == "progressing",
        ))  # fmt: skip
    found = table(rows, _CHANGES)
    order = found.assign(place=found["became"].map(words.BECAME.index), by=-found["change"].astype(float).fillna(0))
    return found.loc[order.sort_values(["place", "by"], kind="stable").index].reset_index(drop=True)


def _became(now: dict[str, Any], old: pd.Series | None, change: float | None) -> str:
    """One of `words.BECAME`."""
    state = str(now["state"])
    if old is None:
        return "uncertain" if state == "uncertain" else "new"
    if state == "gone":
        return "still gone" if old["state"] == "gone" else "gone"
    if old["state"] == "gone":
        return "not compared" if state == "not assessed" else "seen again"
    if change is None:
        return "grew" if state == "progressing" else "not compared"
    return "grew" if change > 0 else "shrank" if change < 0 else "unchanged"


def _severe(events: pd.DataFrame, first: dt.date, last: dt.date) -> pd.DataFrame:
    """The events active from `first` until before `last`."""
    rows = []
    for each in records(events):
        active = is_active(each, first, last - dt.timedelta(days=1))
        if active != "no":
            rows.append((
                each["event"], each["grade"], each["serious"], each["start"], each["precision"], each["latest_end"],
                each["end_precision"], each["ongoing"], active,
            ))  # fmt: skip
    return table(rows, _SEVERE)


def is_active(event: dict[str, Any], first: dt.date, last: dt.date) -> str:
    """Whether an event was there on a day from `first` to `last`: yes, no, or maybe where its dates do not tell."""
    begin, end = pd.Timestamp(first), pd.Timestamp(last)
    if pd.isna(event["start"]) or event["start"] > end:
        return "no"
    if pd.notna(event["latest_end"]) and event["latest_end"] < begin:
        return "no"
    sure = event["ongoing"] or event["earliest_end"] >= begin
    return "yes" if sure and event["latest_start"] <= end else "maybe"


def _procedures(door: Door, usubjid: str, events: pd.DataFrame) -> pd.DataFrame:
    """Each procedure with each event that was active on its days; `begun`: not before its first day."""
    rows = []
    for each in records(door.ask("between_procedures", usubjid=usubjid)):
        known = (each["procedure"], each["what"], each["date"], each["precision"], each["day"])
        there = [
            (
                *known, event["event"], event["grade"], event["start"], event["precision"], active,
                not each["precision"] and event["start"] >= each["date"],
            )
            for event in records(events)
            if (active := _active_at(event, each)) != "no"
        ]  # fmt: skip
        rows += there or [(*known, None, None, None, None, "no", False)]
    return table(rows, _AT_PROCEDURES)


def _active_at(event: dict[str, Any], procedure: dict[str, Any]) -> str:
    """Whether an event was there at a procedure; where its day is not known, surely only if there on each it can be."""
    first, last = procedure["date"], procedure["last_date"]
    active = is_active(event, first, last)
    if active == "yes" and procedure["precision"]:
        through = is_active(event, first, first) == is_active(event, last, last) == "yes"
        return "yes" if through else "maybe"
    return active
