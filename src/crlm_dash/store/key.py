"""The key to the arms' codes: it is opened deliberately, with a reason, and an entry of the journal is its proof."""

from __future__ import annotations

import re
from dataclasses import replace

from crlm_dash.access import Viewer
from crlm_dash.errors import AccessDenied, RequestError
from crlm_dash.protocol import Protocol
from crlm_dash.store.journal import Entry, Journal
from crlm_dash.store.revealing import give_away_pattern
from crlm_dash.store.seal import CutInfo

KEY_OPENED = "key opened"
MIN_REASON = 10  # characters
_WITHHELD = "(reason withheld: it would tell the arm)"


def opening_of(viewer: Viewer, cut: CutInfo, reason: str) -> Entry:
    """
    The entry that opens a trial's key.

    Parameters
    ----------
    viewer : who opens it
    cut : the data cut it is opened at; it opens the key of the trial, at every cut
    reason : why, in at least `MIN_REASON` characters

    Returns
    -------
    The entry, yet to be written.

    Raises
    ------
    RequestError : the reason is too short
    """
    said = " ".join(reason.split())
    if len(said) < MIN_REASON:
        raise RequestError(f"Say why the key is opened, in at least {MIN_REASON} characters: the reason is kept.")
    return Entry(
        KEY_OPENED,
        role=str(viewer.role),
        name=viewer.name,
        trial=cut.trial,
        cut=cut.number,
        fingerprint=cut.fingerprint,
        reason=said,
    )


def found_opening(journal: Journal, viewer: Viewer, trial: str) -> Entry | None:
    """
    The entry by which a viewer says to have opened a trial's key.

    Parameters
    ----------
    journal : where it was written
    viewer : `viewer.key` names the entry; '' says nothing
    trial : the trial

    Returns
    -------
    The entry; None where there is none that this viewer, in this role, wrote for this trial.
    """
    written = journal.entries(trial=trial, what=KEY_OPENED) if viewer.key else ()
    return next((entry for entry in written if opens(entry, viewer, trial)), None)


def opens(entry: Entry | None, viewer: Viewer, trial: str) -> bool:
    """
    Whether an entry opens a trial's key to a viewer.

    Parameters
    ----------
    entry : of the journal
    viewer, trial : who, and where

    Returns
    -------
    True only for the entry that `viewer.key` names, of this trial, role and name.
    """
    if entry is None or not viewer.key:
        return False
    proof = (entry.what, entry.hash, entry.trial, entry.role, entry.name)
    return proof == (KEY_OPENED, viewer.key, trial, str(viewer.role), viewer.name)


def check_opening(entry: Entry | None, viewer: Viewer, trial: str) -> None:
    """
    Refuse a key that no entry of the journal proves.

    Parameters
    ----------
    entry : what the journal has; None nothing
    viewer, trial : who, and where; a viewer without a key needs no proof

    Raises
    ------
    AccessDenied : the viewer brings a key that was not opened
    """
    if viewer.key and not opens(entry, viewer, trial):
        raise AccessDenied(
            f"The journal knows of no such opening of the key of {trial} by this {viewer.role.label}: it stays sealed."
        )


def for_sealed(entry: Entry, protocol: Protocol) -> Entry:
    """
    An opening as those read it for whom the key stays sealed.

    Parameters
    ----------
    entry : of the journal
    protocol : its arms and its words that give the arm away

    Returns
    -------
    The entry, without a reason that names an arm or what would tell it.
    """
    said = entry.reason.lower()
    arms = [word.lower() for arm in protocol.arms for word in (arm.name, arm.label)]
    tells = any(arm in said for arm in arms) or re.search(give_away_pattern(protocol), said)
    return replace(entry, reason=_WITHHELD) if tells else entry


def when(entry: Entry) -> str:
    """
    The time of an entry as it is read.

    Parameters
    ----------
    entry : of the journal

    Returns
    -------
    "3 May 2026, 14:05 UTC".
    """
    return f"{entry.at.day} {entry.at:%B %Y, %H:%M} UTC"
