"""Audit: who signed in, saw, took along or was refused what of this trial."""

from __future__ import annotations

from crlm_dash.access import Action
from crlm_dash.analyses.framing import result_of, table
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import plural
from crlm_dash.store.audit import REFUSED
from crlm_dash.store.door import Door
from crlm_dash.store.journal import Entry, Journal

MOST = 2000
_COLUMNS = "at what role name cut about record number"
_AUDIT, _JOURNAL = "audit trail", "journal"


def audit(door: Door, *, limit: int = MOST) -> Result:
    """
    The trail of this trial, the newest entry first, and whether it is as it was written.

    Returns
    -------
    Tables `entries`: at, what, role, name, cut, about, record (audit trail, journal), number · `totals`: what, n,
    n_people · `chains`: record, n_misfits, misfit (the first).
    """
    door.check_can(Action.SEE_AUDIT)
    trails = {_AUDIT: door.shelf.audit, _JOURNAL: door.shelf.journal} if door.shelf else {}
    entries = {name: trail.entries(trial=door.cut.trial) for name, trail in trails.items()}
    known = {entry.name for found in entries.values() for entry in found if entry.name}
    if door.shelf:  # of sign-ins, which are of no trial, those of people who did something in this one
        here = (entry for entry in door.shelf.audit.entries(trial="") if entry.name in known)
        entries[_AUDIT] = (*entries[_AUDIT], *here)
    rows = sorted(
        ((each, name) for name, found in entries.items() for each in found), key=lambda row: row[0].at, reverse=True
    )
    people: dict[str, list[str]] = {}
    for entry, _ in rows:
        people.setdefault(entry.what, []).append(entry.name)
    chains = [(name, len(found), found[0] if found else "") for name, found in _misfits(trails)]
    refused = len(people.get(REFUSED, []))
    return result_of(
        door,
        "audit",
        {
            "entries": table([_row(entry, name) for entry, name in rows[:limit]], _COLUMNS),
            "totals": table(
                [(what, len(who), len(set(who))) for what, who in sorted(people.items())], "what n n_people"
            ),
            "chains": table(chains, "record n_misfits misfit"),
        },
        population="Every entry about this trial",
        n_used=min(len(rows), limit),
        n_total=len(rows),
        notes=[
            "What is seen again in one sign-in is written once. A patient is a code here: crlm-dash audit --subject "
            "finds the entries about one. Reasons and decisions stay in the journal.",
            f"Only the newest {limit:,} entries are listed." if len(rows) > limit else "",
            "Simulated and public data that nobody signed in to see leave no entry.",
        ],
        sentence=f"{plural(len(rows), 'entry', 'entries')} about this trial, {refused:,} of them refused. "
        + ("Both records are as they were written." if not any(n for _, n, _ in chains) else "A record was changed."),
        empty="" if rows else "Nothing of this trial has been written down yet.",
    )


def _misfits(trails: dict[str, Journal]) -> list[tuple[str, tuple[str, ...]]]:
    return [(name, trail.verify()) for name, trail in trails.items()]


def _row(entry: Entry, record: str) -> tuple[object, ...]:
    """Nothing of the journal but the act itself: a reason or a decision can tell what others may not know."""
    about = ", ".join(f"{name}: {value}" for name, value in sorted(entry.details.items())) if record == _AUDIT else ""
    return (entry.at, entry.what, entry.role, entry.name, entry.cut, about, record, entry.id)
