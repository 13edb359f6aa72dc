"""What happened between two scans, in words that are read at one look."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import records
from crlm_dash.analyses.words import listed, plural
from crlm_dash.terms import regimen

BECAME = ("grew", "seen again", "new", "uncertain", "gone", "shrank", "unchanged", "not compared", "still gone")
_COUNTED = {
    "gone": "gone", "shrank": "smaller", "unchanged": "as large as before", "not compared": "not measured at both",
    "uncertain": "perhaps new", "still gone": "gone since before",
}  # fmt: skip
_LESIONS, _SEVERE = "Lesions", "Active grade ≥ 3"
_PROGRESSING = "▲"  # as on the liver map
_MOST = 6  # lesions, treatments, events or procedures named one by one
_TIMES = {2: "twice"}
_ROUGH = {"D": "%b %Y", "M": "%Y"}
_NAMES = re.compile(r"\b(r[012x]|[1-8][ab])\b")  # R0, 4A: small letters would be another thing


def heading(earlier: dict[str, Any] | None, later: dict[str, Any] | None) -> str:
    """Which time it is about: "Between scan 2 (10 Apr 2025) and scan 3 (10 Jul 2025)"."""
    if later is None:
        return "No scan is recorded"
    if earlier is None:
        return f"Up to {_scan(later)}"
    return f"Between {_scan(earlier)} and {_scan(later)}"


def told(
    tables: dict[str, pd.DataFrame],
    earlier: dict[str, Any] | None,
    later: dict[str, Any] | None,
    *,
    coded: bool,
    since: bool,
) -> list[tuple[str, str]]:
    """
    The answers, each with its question in a word.

    Parameters
    ----------
    tables : of the analysis
    earlier, later : the scans, None where there is none
    coded : treatments are withheld from this viewer
    since : the later scan is the last, so that what was given after it is told too

    Returns
    -------
    Pairs of item and value.
    """
    rows = [] if coded else [("Given", _given(tables["given"]))]
    rows += [(_LESIONS, _lesions(tables["changes"]))] if earlier else []
    rows += [(_SEVERE, _events(tables["severe"]))]
    if since and later is not None and not coded:
        rows.append((f"Given since scan {later['scan']}", _given(tables["since"])))
    if len(tables["procedures"]):
        rows.append(("Grade ≥ 3 at procedures", _procedures(tables["procedures"])))
    return rows


def sentence(told: list[tuple[str, str]], earlier: dict[str, Any] | None, later: dict[str, Any] | None) -> str:
    """Lesions and severe events; not the treatments, whose names can be those of the arms."""
    found = [f"{item}: {value}." for item, value in told if item in (_LESIONS, _SEVERE)]
    return " ".join([f"{heading(earlier, later)}.", *found])


def _scan(scan: dict[str, Any]) -> str:
    return f"scan {scan['scan']} ({day_as_known(scan['date'], scan['precision'])})"


def day_as_known(day: Any, precision: object) -> str:
    """A date as far as it is known: "3 Jan 2026", "Jan 2026"."""
    date = pd.Timestamp(day)
    return f"{date:{_ROUGH[str(precision)]}}" if precision in _ROUGH else f"{date.day} {date:%b %Y}"


def _given(given: pd.DataFrame) -> str:
    return _named([_treatment(row) for row in records(given)]) or "nothing on record"


def _treatment(row: dict[str, Any]) -> str:
    """ "FOLFOX ×4, 24 Apr 2025 to 12 Jun 2025", "Ablation (liver segment 4A), 2 Jul 2025"."""
    what = str(row["what"]) if row["local"] else regimen(str(row["what"]))
    what += f" ×{row['n_begun']}" if row["n_begun"] > 1 else ""
    where = f" ({_quietly(row['detail'])})" if isinstance(row["detail"], str) else ""
    return f"{'perhaps ' if row['maybe'] else ''}{what}{where}, {_while(row)}"


def _while(row: dict[str, Any]) -> str:
    begun = "begun before" if row["before"] else day_as_known(row["start"], row["precision"])
    if row["goes_on"]:
        return f"{begun if row['before'] else f'since {begun}'}, going on"
    end = day_as_known(row["end"], row["end_precision"] or row["precision"])
    if row["before"]:
        return f"{begun}, until {end}"
    return begun if begun == end else f"{begun} to {end}"


def _quietly(text: str) -> str:
    return _NAMES.sub(lambda found: found[0].upper(), text.lower())


def _lesions(changes: pd.DataFrame) -> str:
    """Those that grew, came back or are new by name, the rest by number."""
    parts = []
    for kind in BECAME[:3]:
        rows = records(changes[changes["became"] == kind])
        if rows:
            n_progressing = sum(row["progressing"] for row in rows) if kind == "grew" else 0
            beside = f", {n_progressing} locally progressing ({_PROGRESSING})" if n_progressing else ""
            parts.append(f"{len(rows)} {kind}{beside}: {_named([_lesion(row) for row in rows])}")
        elif kind == "grew":
            parts.append("none grew")
    counted = changes["became"].value_counts()
    return "; ".join([*parts, *(f"{counted[kind]} {word}" for kind, word in _COUNTED.items() if kind in counted)])


def _lesion(row: dict[str, Any]) -> str:
    """ "▲ L03 (S8) 12 → 18 mm", "L15 (lung) 9 mm"."""
    organ = row["organ"].lower() if isinstance(row["organ"], str) else "organ unknown"
    where = f"S{row['segment']}" if isinstance(row["segment"], str) and organ == "liver" else organ
    size = f" {row['now']:g} mm" if pd.notna(row["now"]) else ""
    if pd.notna(row["before"]) and size:
        size = f" {row['before']:g} →{size}"
    sign = f"{_PROGRESSING} " if row["progressing"] and row["became"] == "grew" else ""
    return f"{sign}{row['lesion']} ({where}){size}"


def _events(severe: pd.DataFrame) -> str:
    """Each event once, the worst first: "Neutropenia grade 4, 3 Jun 2025 to 9 Jun 2025 and 1 Aug 2025 (twice)"."""
    times: dict[str, Counter[str]] = {}
    for row in records(severe.sort_values("grade", ascending=False, kind="stable")):
        times.setdefault(_event(row), Counter())[_time(row)] += 1
    return _named([f"{event}, {_every(found)}" for event, found in times.items()]) or "none on record"


def _every(times: Counter[str]) -> str:
    return listed([time if n == 1 else f"{time} ({_TIMES.get(n, f'{n} times')})" for time, n in times.items()])


def _event(row: dict[str, Any]) -> str:
    """ "perhaps Neutropenia grade 4, serious"."""
    perhaps = "perhaps " if row["active"] == "maybe" else ""
    return f"{perhaps}{row['event']} grade {row['grade']:.0f}{', serious' if row['serious'] else ''}"


def _time(row: dict[str, Any]) -> str:
    """ "3 Jun 2025 to 9 Jun 2025"."""
    begun = day_as_known(row["start"], row["precision"])
    if row["ongoing"]:
        return f"since {begun}, going on"
    if pd.isna(row["end"]):
        return f"from {begun}, end not known"
    end = day_as_known(row["end"], row["end_precision"])
    return begun if begun == end else f"{begun} to {end}"


def _procedures(procedures: pd.DataFrame) -> str:
    """Each procedure with what was active; of many, those at which something was."""
    each = {number: records(rows) for number, rows in procedures.groupby("procedure", sort=True)}
    busy = {number: rows for number, rows in each.items() if rows[0]["active"] != "no"}
    shown = each if len(each) <= _MOST else busy
    parts = list(_at_procedures(shown))
    if quiet := len(each) - len(shown):
        parts.append(f"none at {plural(quiet, 'other')}" if shown else f"none at any of {quiet}")
    return "; ".join(parts)


def _at_procedures(procedures: dict[Any, list[dict[str, Any]]]) -> Iterator[str]:
    for number, rows in procedures.items():
        first = rows[0]
        where = f"{number}. {first['what']}, {day_as_known(first['date'], first['precision'])}"
        yield f"{where}: {'none' if first['active'] == 'no' else listed([_at(row) for row in rows])}"


def _at(row: dict[str, Any]) -> str:
    how = "begun then" if row["begun"] else f"since {day_as_known(row['since'], row['since_precision'])}"
    return f"{'perhaps ' if row['active'] == 'maybe' else ''}{row['event']} grade {row['grade']:.0f} ({how})"


def _named(words: list[str]) -> str:
    more = len(words) - _MOST
    return "; ".join([*words[:_MOST], *([f"and {more} more in the table"] if more > 0 else [])])


def notes(tables: dict[str, pd.DataFrame], *, coded: bool) -> list[str]:
    """How it was counted, and what could not be."""
    undated = len(tables["undated"])
    has_procedures = len(tables["procedures"]) > 0
    return [
        "Between two scans: from the day of the earlier until before that of the later; a treatment on the day of a "
        "scan counts as given after it (assumed).",
        "Grew: any larger diameter, however little; locally progressing is said beside it."
        if len(tables["changes"])
        else "",
        "Grades are the worst of an event: on a given day it may have been milder.",
        "Local treatments of one day are one procedure, those before the trial included." if has_procedures else "",
        f"{plural(undated, 'event')} of grade 3 or worse without a date: not considered." if undated else "",
        "Treatments, and events at procedures, are withheld because they would show the arm." if coded else "",
    ]
