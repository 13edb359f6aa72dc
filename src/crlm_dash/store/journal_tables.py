"""Where the journal is kept: its two tables, what guards them, and how SQLite and PostgreSQL are spoken to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    create_engine,
    insert,
    inspect,
    select,
)
from sqlalchemy import event as events
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from crlm_dash.errors import StoreError

JOURNAL_VARIABLE = "CRLM_JOURNAL"
PATIENCE = 20.0  # seconds to wait for another process that is writing

_METADATA = MetaData()
ENTRIES = Table(
    "entries",
    _METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    *(Column(name, Text, nullable=False) for name in ("what", "role", "name", "trial")),
    Column("cut", Integer),
    *(Column(name, Text, nullable=False) for name in ("fingerprint", "reason", "details")),
    *(Column(name, String(64), nullable=False) for name in ("previous", "hash")),
)
CHAIN_END = Table(
    "chain_end",
    _METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("id", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
END, START = 1, 0  # rows of `chain_end`: the last entry, and the last one that was archived
_NEVER = "'an entry of the journal is never changed or removed'"
_GUARDS = {
    "sqlite": [
        f"create trigger entries_no_{act} before {act} on entries begin select raise(abort, {_NEVER}); end"
        for act in ("update", "delete")
    ],
    "postgresql": [
        f"create function keep_entries() returns trigger as $$ begin raise exception {_NEVER}; end $$ language plpgsql",
        "create trigger entries_are_kept before update or delete or truncate on entries "
        "for each statement execute function keep_entries()",
    ],
}
_ASIDE = {  # how the guards stand aside while archived entries are taken out, and come back
    "sqlite": (["drop trigger entries_no_delete"], [_GUARDS["sqlite"][1]]),
    "postgresql": (
        ["alter table entries disable trigger entries_are_kept"],
        ["alter table entries enable trigger entries_are_kept"],
    ),
}


def journal_url(url: str | URL, variable: str = JOURNAL_VARIABLE) -> URL:
    """
    The address of a journal's database.

    Parameters
    ----------
    url : as somebody wrote it
    variable : of the environment, that says it

    Returns
    -------
    It, parsed, with the driver we use.

    Raises
    ------
    StoreError : it names no database of a kind we know
    """
    try:
        parsed = make_url(url)
        usable = parsed.get_backend_name() in _GUARDS and bool(parsed.database)
    except ArgumentError:
        usable = False
    if not usable:
        raise StoreError(
            f"{variable} does not name a journal: it is sqlite:///FILE or postgresql://USER@HOST/DATABASE."
        )
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed


def engine_of(url: URL) -> Engine:
    """
    The engine that speaks to a journal's database; nothing is opened yet.

    Parameters
    ----------
    url : of `journal_url`

    Returns
    -------
    The engine. In SQLite no transaction begins by itself, and what is committed is on the disk.

    Raises
    ------
    StoreError : the driver is not installed
    """
    try:
        if url.get_backend_name() == "postgresql":
            return create_engine(url, pool_pre_ping=True)
        engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": PATIENCE})
    except (ImportError, NoSuchModuleError) as error:
        raise StoreError(
            f"A journal in PostgreSQL needs its driver ({error}): pip install 'crlm-dash[postgresql]'."
        ) from error

    @events.listens_for(engine, "connect")
    def settle(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for setting in ("journal_mode = wal", "synchronous = full"):
            connection.execute(f"pragma {setting}")

    return engine


def is_made(con: Connection) -> bool:
    """
    Whether the journal has its tables.

    Parameters
    ----------
    con : to its database

    Returns
    -------
    False until the first entry.
    """
    return inspect(con).has_table(CHAIN_END.name)


def make_tables(con: Connection) -> None:
    """
    Make the tables and what guards them, unless another process was faster.

    Parameters
    ----------
    con : in a transaction that may write
    """
    if con.dialect.name == "postgresql":
        con.exec_driver_sql("select pg_advisory_xact_lock(hashtext('crlm_dash.journal'))")
    if not is_made(con):
        _METADATA.create_all(con)
        for guard in _GUARDS[con.dialect.name]:
            con.exec_driver_sql(guard)
        con.execute(insert(CHAIN_END).values(one=END, id=0, hash=""))


def mark(which: int) -> Select[Any]:
    """
    Where number and hash of an entry that bounds the chain are kept.

    Parameters
    ----------
    which : `END` or `START`

    Returns
    -------
    The query for them.
    """
    return select(CHAIN_END.c.id, CHAIN_END.c.hash).where(CHAIN_END.c.one == which)


@contextmanager
def unguarded(con: Connection) -> Iterator[None]:
    """
    Let entries be removed: of those that are archived, in the transaction that says so.

    Parameters
    ----------
    con : in a transaction that may write

    Returns
    -------
    What to be within while they are removed.
    """
    aside, back = _ASIDE[con.dialect.name]
    for statement in aside:
        con.exec_driver_sql(statement)
    yield
    for statement in back:
        con.exec_driver_sql(statement)
