"""Archives of the audit trail: its oldest entries as a file, from which the chain goes on in the database."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from crlm_dash.errors import RequestError, StoreError
from crlm_dash.store.journal import Entry, Journal, misfits

SHORTEST = dt.timedelta(days=2)  # sign-ins that may still hold stay in the database
FOLDER = "audit-archive"


def archive(journal: Journal, before: dt.datetime, folder: Path) -> Path | None:
    """
    Move every entry older than `before` into a file; the chain goes on from its last one.

    Parameters
    ----------
    journal : whose entries
    before : at least two days ago
    folder : where the file is made

    Returns
    -------
    The file, readable by its owner; None where nothing is that old.

    Raises
    ------
    RequestError : `before` is too recent; StoreError : the chain does not fit, or the file cannot be written
    """
    if before > dt.datetime.now(dt.UTC) - SHORTEST:
        raise RequestError("The last two days stay in the audit trail: sign-ins of that time may still hold.")
    if found := journal.verify():
        raise StoreError(f"The audit trail does not fit and is left as it is: {found[0]}")
    old = []
    for entry in journal.entries():
        if entry.at >= before:
            break
        old.append(entry)
    if not old:
        return None
    path = folder / f"audit-{old[0].id:08d}-{old[-1].id:08d}.jsonl"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            out.write(as_lines(old))
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise StoreError(f"The archive {path} cannot be written: {error.strerror}.") from error
    journal.begin_after(old[-1])
    return path


def as_lines(entries: Sequence[Entry]) -> str:
    """
    Entries as text.

    Parameters
    ----------
    entries : in their order

    Returns
    -------
    One JSON object a line, with every field and hash.
    """
    rows = (asdict(entry) | {"at": entry.at.isoformat(timespec="microseconds")} for entry in entries)
    return "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)


def archived(folder: Path) -> tuple[Entry, ...]:
    """
    The entries of every archive of a folder.

    Parameters
    ----------
    folder : it may not exist

    Returns
    -------
    The entries, in the order of their numbers.

    Raises
    ------
    StoreError : an archive cannot be read
    """
    found: dict[int, Entry] = {}
    for path in sorted(folder.glob("audit-*.jsonl")):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            rows = [json.loads(line) for line in lines]
            found |= {row["id"]: Entry(**row | {"at": dt.datetime.fromisoformat(row["at"])}) for row in rows}
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StoreError(f"The archive {path.name} cannot be read: {error}.") from error
    return tuple(found[number] for number in sorted(found))


def verify_with_archives(journal: Journal, folder: Path) -> tuple[str, ...]:
    """
    What does not fit from the very first entry to the last, archives included.

    Parameters
    ----------
    journal : what is in the database
    folder : of the archives

    Returns
    -------
    In words; nothing where all is as it was written.
    """
    start = journal.start()
    before = [entry for entry in archived(folder) if entry.id <= start[0]]
    return (*misfits(before, start), *journal.verify())
