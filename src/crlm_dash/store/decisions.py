"""What meetings decided for patients: entries of the journal, each correction a new one beside the text it corrects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from crlm_dash.access import Action
from crlm_dash.errors import NotFound, RequestError
from crlm_dash.store.door import Door
from crlm_dash.store.journal import Entry, Journal
from crlm_dash.terms import ATTENDANCE, Recommendation

DECISION = "decision"
MIN_REASON = 3  # characters: "typo" and more
LONGEST = 5000  # characters of a text


@dataclass(frozen=True)
class Said:
    """What was decided, as people wrote it: texts are kept as they are."""

    decided: dt.date
    recommendation: str
    rationale: str = ""
    questions: str = ""
    attended: tuple[str, ...] = ()
    meeting: str = ""


@dataclass(frozen=True)
class Version:
    """One writing of a decision: who wrote what, when; of a correction also why, and which writing it corrects."""

    said: Said
    entry: Entry

    @property
    def corrects(self) -> str:
        """Hash of the writing that its author had before their eyes; '' of the first."""
        return str(self.entry.details.get("seen", ""))


@dataclass(frozen=True)
class Decision:
    """One decision about one patient; the last of its versions counts."""

    usubjid: str
    versions: tuple[Version, ...]

    @property
    def number(self) -> int:
        """Of its first entry in the journal."""
        return self.versions[0].entry.id

    @property
    def now(self) -> Version:
        """As it stands."""
        return self.versions[-1]

    @property
    def is_contested(self) -> bool:
        """Whether two corrected the same writing, each without seeing the other's."""
        seen = [each.corrects for each in self.versions[1:]]
        return len(set(seen)) < len(seen)


def record_decision(door: Door, usubjid: str, said: Said) -> Entry:
    """
    Write down what was decided for a patient.

    Parameters
    ----------
    door : of who writes
    usubjid : the patient, of the viewer's sites
    said : what was decided

    Returns
    -------
    The entry; when this returns, it is kept.

    Raises
    ------
    AccessDenied : the role may not, or not for this patient; NotFound : there is no such patient; RequestError : what
    is said is not complete; StoreError : the journal cannot be written
    """
    return journal_of(door).add(_entry(door, usubjid, said))


def correct_decision(door: Door, seen: str, said: Said, reason: str) -> Entry:
    """
    Write a decision anew; what stood there stays.

    Parameters
    ----------
    door : of who writes
    seen : hash of the writing that is corrected
    said : what it should say
    reason : why, in at least `MIN_REASON` characters

    Returns
    -------
    The entry. Where somebody else corrected the same writing meanwhile, both are kept and the decision says so.

    Raises
    ------
    As `record_decision`; NotFound : there is no such writing; RequestError : no reason is given, or nothing is changed
    """
    door.check_can(Action.RECORD_DECISION)
    whole = next((d for d in decisions_of(door) if any(v.entry.hash == seen for v in d.versions)), None)
    if whole is None:
        raise NotFound("The decision to be corrected is not in the journal.")
    if len(reason.strip()) < MIN_REASON:
        raise RequestError(f"Say why it is corrected, in at least {MIN_REASON} characters: the reason is kept.")
    if any(v.entry.hash == seen and v.said == said for v in whole.versions):
        raise RequestError("Nothing is changed: there is nothing to correct.")
    entry = _entry(door, whole.usubjid, said)
    about = dict(entry.details) | {"corrects": whole.versions[0].entry.hash, "seen": seen}
    return journal_of(door).add(replace(entry, reason=reason.strip(), details=about))


def decisions_of(door: Door, usubjid: str = "") -> tuple[Decision, ...]:
    """
    The decisions on record, by the time they were first written.

    Parameters
    ----------
    door : of who reads: a recommended treatment tells the arm, so only who may see arm names
    usubjid : of one patient only; '' of all patients of the viewer's sites that are in the cut

    Returns
    -------
    Each with all its versions.

    Raises
    ------
    AccessDenied : the role may not read them, or not those of this patient; StoreError : the journal cannot be read
    """
    for action in (Action.SEE_PATIENTS, Action.SEE_ARM_NAMES):
        door.check_can(action)
    if usubjid:
        door.ask("patient_subject", usubjid=usubjid)  # refused here whose patient it is not
    about = ("usubjid", usubjid) if usubjid else None
    entries = journal_of(door).entries(trial=door.cut.trial, what=DECISION, about=about)
    found = tuple(_gathered(entries))
    there = {usubjid} if usubjid else subjects_in(door, {each.usubjid for each in found})
    return tuple(each for each in found if each.usubjid in there)


def subjects_in(door: Door, subjects: Iterable[str]) -> set[str]:
    """
    Which subjects are in the cut, and of the viewer's sites.

    Parameters
    ----------
    door : of who asks
    subjects : their identifiers

    Returns
    -------
    Those of them that are.
    """
    named = sorted(set(subjects))
    return set(door.ask("subjects_named", subjects=named)["USUBJID"]) if named else set()


def journal_of(door: Door) -> Journal:
    """
    The journal of the store that a door leads into.

    Parameters
    ----------
    door : opened by a store

    Returns
    -------
    The journal.

    Raises
    ------
    NotFound : the cut was opened outside a store
    """
    if door.shelf is None:
        raise NotFound("There is no journal beside this data cut.")
    return door.shelf.journal


def _entry(door: Door, usubjid: str, said: Said) -> Entry:
    door.check_can(Action.RECORD_DECISION)
    site = door.ask("patient_subject", usubjid=usubjid).iloc[0]["SITEID"]
    _check(said)
    return Entry(
        DECISION,
        role=str(door.viewer.role),
        name=door.viewer.name,
        trial=door.cut.trial,
        cut=door.cut.number,
        fingerprint=door.cut.fingerprint,
        details=asdict(said)
        | {
            "usubjid": usubjid,
            "site": str(site),
            "decided": said.decided.isoformat(),
            "recommendation": str(said.recommendation),
            "attended": list(said.attended),
        },
    )


def _check(said: Said) -> None:
    if said.recommendation not in set(Recommendation):
        raise RequestError(f"What is recommended? One of: {', '.join(Recommendation)}.")
    if said.recommendation == Recommendation.OTHER and not said.rationale.strip():
        raise RequestError("Something else is recommended: say what, under the rationale.")
    if unknown := [each for each in said.attended if each not in ATTENDANCE]:
        raise RequestError(f"'{unknown[0]}' is not among those who attend: {', '.join(ATTENDANCE)}.")
    if max(len(said.rationale), len(said.questions)) > LONGEST:
        raise RequestError(f"A text is longer than {LONGEST:,} characters.")


def _gathered(entries: Iterable[Entry]) -> Iterator[Decision]:
    versions: dict[str, list[Version]] = {}
    for entry in entries:
        first = str(entry.details.get("corrects") or entry.hash)
        versions.setdefault(first, []).append(Version(_said(entry.details), entry))
    for each in versions.values():
        yield Decision(str(each[0].entry.details["usubjid"]), tuple(each))


def _said(details: Any) -> Said:
    known = {name: details[name] for name in ("recommendation", "rationale", "questions", "meeting")}
    return Said(decided=dt.date.fromisoformat(details["decided"]), attended=tuple(details["attended"]), **known)
