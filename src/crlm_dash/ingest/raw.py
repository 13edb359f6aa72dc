"""What a reader hands on: a relation in DuckDB, still as delivered, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

ROW = "_row"


class UnreadableError(Exception):
    """A file that cannot be read; the text says why. Becomes a fatal fault."""


@dataclass(frozen=True)
class SourceFile:
    """One file of a source. `name` is its path below the source; `content` what is read (unpacked)."""

    name: str
    path: Path
    content: Path
    format: str
    stem: str
    sha256: str
    bytes: int
    scratch: Path  # where a reader may put a recoded copy; gone after staging


@dataclass(frozen=True)
class RawTable:
    """
    One delivered table. `relation` has the delivered columns and `_row`; `label` is what people are told.

    Text is trimmed, and empty text NULL, but no value is read as a number or date yet. `inner_name` is the
    name the file itself gives the table (XPT member, sheet, Dataset-JSON name).
    """

    relation: str
    label: str
    file: SourceFile
    columns: dict[str, str]  # upper-case name -> DuckDB type
    inner_name: str = ""


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


def upper_names(names: list[str]) -> list[str]:
    """Column names as CDISC writes them; a name twice (AGE, age) makes the file unreadable."""
    upper = [name.strip().strip("\ufeff").upper() for name in names]
    twice = sorted({name for name in upper if name and upper.count(name) > 1})
    if twice:
        raise UnreadableError(f"has the column {', '.join(twice)} twice")
    return upper


def described(con: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Column name to DuckDB type, without `_row` and `_file`."""
    rows = con.execute(f"describe {relation}").fetchall()
    return {row[0]: row[1] for row in rows if row[0] not in (ROW, "_file")}


def keep_as_table(
    con: duckdb.DuckDBPyConnection, table: str, select: str, parameters: list[object] | None = None
) -> None:
    """Keep the rows of `select` as the temporary table `table`, numbered from 1 in their order."""
    con.execute(
        f"create or replace temp table {table} as select row_number() over () as {ROW}, * from ({select})",
        parameters or [],
    )
