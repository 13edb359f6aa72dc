"""Lists of patients for meetings: saved by name and day as entries of the journal, the last saving of each counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crlm_dash.access import Action
from crlm_dash.errors import NotFound, RequestError
from crlm_dash.store.decisions import journal_of, subjects_in
from crlm_dash.store.door import Door
from crlm_dash.store.journal import Entry

MEETING = "meeting list"
LONGEST_NAME = 80  # characters
MOST = 200  # patients of one meeting


@dataclass(frozen=True)
class Meeting:
    """The patients of one meeting, in the order they are spoken of."""

    name: str
    day: dt.date
    subjects: tuple[str, ...]
    saved: Entry  # the last saving
    n_saved: int
    is_joined: bool = False  # two saved it at once: the patients of both

    @property
    def title(self) -> str:
        """Day and name: what a meeting is called everywhere."""
        return title_of(self.name, self.day)


def title_of(name: str, day: dt.date) -> str:
    """
    What a meeting is called.

    Parameters
    ----------
    name, day : as it was saved

    Returns
    -------
    "2026-11-26 Liver board".
    """
    return f"{day.isoformat()} {name}"


def save_meeting(
    door: Door, name: str, day: dt.date, subjects: Sequence[str], *, seen: str = "", made_from: str = ""
) -> Entry:
    """
    Save the list of a meeting, or save it anew.

    Parameters
    ----------
    door : of who saves
    name, day : what the meeting is called, and when it takes place
    subjects : identifiers of patients of the viewer's sites, in order
    seen : hash of the saving that is changed; '' of a list that is new
    made_from : the filters it was made from, in words

    Returns
    -------
    The entry; when this returns, it is kept.

    Raises
    ------
    AccessDenied : the role may not; NotFound : a patient is not in this cut, or of another site; RequestError : there
    is no name, no patient or too many; StoreError : the journal cannot be written
    """
    door.check_can(Action.RECORD_DECISION)
    called, listed = " ".join(name.split()), list(dict.fromkeys(subjects))
    if not called or len(called) > LONGEST_NAME:
        raise RequestError(f"What is the meeting called? In 1 to {LONGEST_NAME} characters.")
    if not 0 < len(listed) <= MOST:
        raise RequestError(f"A list has 1 to {MOST} patients; this one has {len(listed):,}.")
    there = subjects_in(door, listed)
    if absent := [each for each in listed if each not in there]:
        raise NotFound(f"'{absent[0]}' is no patient of your sites in data cut {door.cut.number} of {door.cut.trial}.")
    listed += _unseen(door, called, day)
    return journal_of(door).add(
        Entry(
            MEETING,
            role=str(door.viewer.role),
            name=door.viewer.name,
            trial=door.cut.trial,
            cut=door.cut.number,
            fingerprint=door.cut.fingerprint,
            details={
                "name": called, "day": day.isoformat(), "subjects": listed, "seen": seen, "made_from": made_from,
            },
        )
    )  # fmt: skip


def meetings_of(door: Door) -> tuple[Meeting, ...]:
    """
    The meetings on record, the latest day first.

    Parameters
    ----------
    door : of who reads

    Returns
    -------
    Each with those of its patients that are in the cut and of the viewer's sites; a meeting without any is left out.

    Raises
    ------
    AccessDenied : the role may not read them; StoreError : the journal cannot be read
    """
    for action in (Action.SEE_PATIENTS, Action.SEE_ARM_NAMES):
        door.check_can(action)
    known: dict[tuple[str, str], Meeting] = {}
    for entry in journal_of(door).entries(trial=door.cut.trial, what=MEETING):
        key = (entry.details["day"], entry.details["name"])
        known[key] = _with(known.get(key), entry)
    there = subjects_in(door, (each for meeting in known.values() for each in meeting.subjects))
    mine = (_only(meeting, there) for meeting in known.values())
    return tuple(sorted((m for m in mine if m.subjects), key=lambda m: (m.day, m.saved.id), reverse=True))


def _unseen(door: Door, name: str, day: dt.date) -> list[str]:
    """The patients on the list that its author cannot see, because they are of other sites: they stay on it."""
    if door.viewer.sites is None:
        return []
    known: Meeting | None = None
    for entry in journal_of(door).entries(trial=door.cut.trial, what=MEETING, about=("name", name)):
        if (entry.details["day"], entry.details["name"]) == (day.isoformat(), name):
            known = _with(known, entry)
    seen = subjects_in(door, known.subjects) if known else set()
    return [each for each in known.subjects if each not in seen] if known else []


def _with(before: Meeting | None, entry: Entry) -> Meeting:
    """The meeting after one more saving; who changed another saving than the last does not undo it."""
    listed = tuple(entry.details["subjects"])
    joined = before is not None and entry.details["seen"] != before.saved.hash
    if before is not None and joined:
        listed = tuple(dict.fromkeys((*before.subjects, *listed)))
    name, day = entry.details["name"], dt.date.fromisoformat(entry.details["day"])
    return Meeting(name, day, listed, entry, 1 + (before.n_saved if before else 0), joined)


def _only(meeting: Meeting, there: Iterable[str]) -> Meeting:
    kept = set(there)
    listed = tuple(each for each in meeting.subjects if each in kept)
    return Meeting(meeting.name, meeting.day, listed, meeting.saved, meeting.n_saved, meeting.is_joined)
