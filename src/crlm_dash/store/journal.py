"""
The journal: deliberate acts (a key opened, a decision taken), each chained to the one before by its hash.

Nothing is changed or removed: an entry that was, or that stands in another order, no longer fits its hash or the next
one's; how many there are and the last hash stand beside them, so a missing end shows too. No data cut holds any of it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, delete, insert, select, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from crlm_dash.errors import StoreError
from crlm_dash.store.journal_tables import (
    CHAIN_END,
    END,
    ENTRIES,
    JOURNAL_VARIABLE,
    PATIENCE,
    START,
    engine_of,
    is_made,
    journal_url,
    make_tables,
    mark,
    unguarded,
)


@dataclass(frozen=True)
class Book:
    """A journal of a store: what it is called, the variable that says where it is, else its file in the store."""

    called: str
    variable: str
    file: str


JOURNAL = Book("journal", JOURNAL_VARIABLE, "journal.sqlite")
AUDIT = Book("audit trail", "CRLM_AUDIT", "audit.sqlite")
FILE = JOURNAL.file

Done = TypeVar("Done")
Fields = dict[str, Any]  # of an entry, as they are kept
Mark = tuple[int, str]  # number and hash of an entry


@dataclass(frozen=True)
class Entry:
    """One act: who (`role`, `name`) did `what` about which trial and cut, and why; the last four the journal gives."""

    what: str
    role: str = ""
    name: str = ""
    trial: str = ""
    cut: int | None = None
    fingerprint: str = ""
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0
    at: dt.datetime = dt.datetime.min  # UTC
    previous: str = ""
    hash: str = ""


class Journal:
    """
    The entries of one journal, by the URL of its database (SQLite or PostgreSQL).

    Safe with several processes and threads writing at once. Reading makes nothing; the first entry makes the tables.
    """

    def __init__(self, url: str | URL, book: Book = JOURNAL) -> None:
        self._book = book
        self._url = journal_url(url, book.variable)
        self._file = Path(self._url.database or "") if self._url.get_backend_name() == "sqlite" else None
        self._engine = engine_of(self._url)

    def add(self, entry: Entry) -> Entry:
        """
        The entry as it was written, with its number, time and hashes; when this returns, it is kept.

        Raises
        ------
        StoreError : it could not be written, so what it says must not be done
        """

        def append() -> Entry:
            with self._writing() as con:
                end = con.execute(mark(END).with_for_update()).one()
                placed = _kept(replace(entry, id=end.id + 1, at=dt.datetime.now(dt.UTC), previous=end.hash))
                written = placed | {"hash": _hash_of(placed)}
                con.execute(insert(ENTRIES).values(written))
                con.execute(
                    update(CHAIN_END).where(CHAIN_END.c.one == END).values(id=written["id"], hash=written["hash"])
                )
                return _entry(written)

        return self._told("written, so this was not done", lambda: _patiently(append))

    def entries(
        self, *, trial: str | None = None, what: str | None = None, about: tuple[str, str] | None = None
    ) -> tuple[Entry, ...]:
        """
        Entries in the order they were written, those of a trial, of an act, or with one of the details, if asked so.

        Raises
        ------
        StoreError : the journal cannot be read
        """
        wanted = select(ENTRIES).order_by(ENTRIES.c.id)
        for column, value in ((ENTRIES.c.trial, trial), (ENTRIES.c.what, what)):
            wanted = wanted if value is None else wanted.where(column == value)
        if about is not None:  # in canonical JSON it is written in one way, and in no text inside it can it stand so
            wanted = wanted.where(ENTRIES.c.details.contains(_json(dict([about]))[1:-1], autoescape=True))
        return self._told("read", lambda: tuple(_entry(fields) for fields in self._read(wanted)[0]))

    def since(self, number: int, what: Sequence[str]) -> tuple[tuple[Entry, ...], int]:
        """
        Entries of some kinds after the one with this number, and the number of the last entry of any kind.

        Raises
        ------
        StoreError : the journal cannot be read
        """
        wanted = select(ENTRIES).where(ENTRIES.c.id > number, ENTRIES.c.what.in_(what)).order_by(ENTRIES.c.id)
        rows, (last, _), _ = self._told("read", lambda: self._read(wanted))
        return tuple(_entry(fields) for fields in rows), last

    def verify(self) -> tuple[str, ...]:
        """
        What does not fit in the chain of entries, in words; nothing where all are as they were written.

        Raises
        ------
        StoreError : the journal cannot be read
        """

        def check() -> tuple[str, ...]:
            rows, end, start = self._read(select(ENTRIES).order_by(ENTRIES.c.id))
            return tuple(_misfits(rows, end, start))

        return self._told("read", check)

    def start(self) -> tuple[int, str]:
        """Number and hash of the last entry that was archived: the chain goes on after it. (0, '') where none was."""
        return self._told("read", lambda: self._read(select(ENTRIES).where(ENTRIES.c.id < 0))[2])

    def begin_after(self, last: Entry) -> None:
        """Take the entries up to `last`, which are archived, out of the database; the guards stand aside for this."""

        def remove() -> None:
            with self._writing() as con:
                with unguarded(con):
                    con.execute(delete(ENTRIES).where(ENTRIES.c.id <= last.id))
                con.execute(delete(CHAIN_END).where(CHAIN_END.c.one == START))
                con.execute(insert(CHAIN_END).values(one=START, id=last.id, hash=last.hash))

        self._told("archived", lambda: _patiently(remove))

    def _read(self, wanted: Select[Any]) -> tuple[list[Fields], Mark, Mark]:
        """The entries wanted, number and hash of the last one, and of the last that was archived, at one moment."""
        nothing: Mark = (0, "")
        if self._file and not self._file.is_file():
            return [], nothing, nothing
        with self._engine.connect() as con:
            if self._file:
                con.exec_driver_sql("begin")
            else:
                con = con.execution_options(isolation_level="REPEATABLE READ")
            if not is_made(con):
                return [], nothing, nothing
            end, start = (con.execute(mark(which)).one_or_none() for which in (END, START))
            rows = [row._asdict() for row in con.execute(wanted)]
            return rows, tuple(end) if end else nothing, tuple(start) if start else nothing

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._file:
            self._file.touch(mode=0o600, exist_ok=True)
        with self._engine.connect() as con:
            if self._file:
                con.exec_driver_sql("begin immediate")  # the second writer waits here, not at its first change
            if not is_made(con):
                make_tables(con)
            yield con
            con.commit()

    def _told(self, undone: str, act: Callable[[], Done]) -> Done:
        try:
            return act()
        except (SQLAlchemyError, OSError, ValueError) as error:
            reason = (str(getattr(error, "orig", None) or error).strip() or type(error).__name__).splitlines()[0]
            place = self._url.render_as_string(hide_password=True)
            raise StoreError(
                f"The {self._book.called} {place} cannot be {undone}: {reason}. "
                f"Where it is, {self._book.variable} says; without it, it is {self._book.file} in the store."
            ) from error


def journal_at(root: Path, book: Book = JOURNAL) -> Journal:
    """
    The journal of a store, or its audit trail.

    Parameters
    ----------
    root : folder of the store, where it is a file unless the environment names a database (CRLM_JOURNAL, CRLM_AUDIT)
    book : which of the two

    Returns
    -------
    The journal; nothing is made or opened yet.

    Raises
    ------
    StoreError : the environment names no database that can be used, or one for both
    """
    places = {each: os.environ.get(each.variable) for each in (JOURNAL, AUDIT)}
    if places[JOURNAL] and places[JOURNAL] == places[AUDIT]:
        raise StoreError(f"{JOURNAL.variable} and {AUDIT.variable} name one database: each needs its own.")
    beside = URL.create("sqlite", database=str((root / book.file).resolve()))
    return Journal(places[book] or beside, book)


def _patiently(act: Callable[[], Done]) -> Done:
    """Once more, until patience ends, where another process holds the file: going over to WAL does not wait itself."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except OperationalError as error:
            if "locked" not in str(error.orig) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _kept(entry: Entry) -> Fields:
    fields = {column.name: getattr(entry, column.name) for column in ENTRIES.columns}
    at, details = entry.at.isoformat(timespec="microseconds"), _json(dict(entry.details))
    return fields | {"role": str(entry.role), "at": at, "details": details}


def _entry(fields: Fields) -> Entry:
    return Entry(**fields | {"at": dt.datetime.fromisoformat(fields["at"]), "details": json.loads(fields["details"])})


def _hash_of(fields: Fields) -> str:
    """What all fields of an entry give but its own hash; that of the entry before is among them."""
    return hashlib.sha256(_json({name: value for name, value in fields.items() if name != "hash"}).encode()).hexdigest()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def misfits(entries: Sequence[Entry], end: Mark) -> tuple[str, ...]:
    """
    What does not fit in a chain that begins with entry 1.

    Parameters
    ----------
    entries : in the order of their numbers
    end : number and hash of the last one there should be

    Returns
    -------
    In words; nothing where all are as they were written.
    """
    return tuple(_misfits([_kept(each) | {"hash": each.hash} for each in entries], end))


def _misfits(entries: Sequence[Fields], end: Mark, start: Mark = (0, "")) -> Iterator[str]:
    before, expected = start[1], start[0] + 1
    for fields in entries:
        number = fields["id"]
        if number != expected:
            gone = f"Entry {expected}" if number == expected + 1 else f"Entries {expected} to {number - 1}"
            yield f"{gone} cannot be found."
        elif fields["previous"] != before:
            yield f"Entry {number} does not follow the entry before it."
        if fields["hash"] != _hash_of(fields):
            yield f"Entry {number} is not as it was written."
        before, expected = fields["hash"], number + 1
    if (expected - 1, before) != end:
        yield f"The journal ends with entry {expected - 1}, but {end[0]} were written."
