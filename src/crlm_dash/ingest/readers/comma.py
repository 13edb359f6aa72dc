"""Comma-separated text: any usual delimiter, UTF-8 or Windows-1252, every value as text."""

from __future__ import annotations

import codecs
import csv
import re
import shutil
from pathlib import Path
from tempfile import NamedTemporaryFile

import duckdb

from crlm_dash.ingest.raw import (
    RawTable,
    SourceFile,
    UnreadableError,
    keep_as_table,
    literal,
    quoted,
    upper_names,
)
from crlm_dash.ingest.sql import sql_file

_DELIMITERS = ",;\t|"
_CHUNK = 1 << 20


def read_csv(con: duckdb.DuckDBPyConnection, file: SourceFile, table: str) -> list[RawTable]:
    """Read a CSV file; lines that are not records stay in the connection's `reject_errors` (see faults)."""
    path = as_utf8(file.content, file.scratch)
    delimiter, names = _header(path)
    raw_names = [f"c{i}" for i in range(len(names))]
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in raw_names)
    kept = ", ".join(f"clean({raw}) as {quoted(name)}" for raw, name in zip(raw_names, names, strict=True) if name)
    con.execute("drop table if exists reject_errors; drop table if exists reject_scans")
    try:
        keep_as_table(
            con,
            table,
            f"""select {kept} from read_csv(
                $1, auto_detect = false, delim = {literal(delimiter)}, quote = '"', escape = '"',
                header = true, nullstr = '', columns = {{{columns}}}, store_rejects = true)""",
            [str(path)],
        )
    except duckdb.Error as error:
        raise UnreadableError(f"is not a table of text: {str(error).splitlines()[0]}") from None
    _count_set_aside_lines(con, table)
    return [RawTable(table, file.name, file, {name: "VARCHAR" for name in names if name})]


def as_utf8(path: Path, scratch: Path) -> Path:
    """The file itself if it is UTF-8, else a copy in UTF-8 (from UTF-16 or Windows-1252)."""
    with path.open("rb") as stream:
        start = stream.read(2)
    if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return _recoded(path, scratch, "utf-16")
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _recoded(path, scratch, "cp1252")
    return path


def _recoded(path: Path, scratch: Path, encoding: str) -> Path:
    with NamedTemporaryFile("w", encoding="utf-8", newline="", dir=scratch, delete=False) as copy:
        with path.open(encoding=encoding, errors="replace", newline="") as old:
            shutil.copyfileobj(old, copy, _CHUNK)
        return Path(copy.name)


def _header(path: Path) -> tuple[str, list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        line = stream.readline(_CHUNK)
    if "\0" in line:
        raise UnreadableError("is not text")
    unquoted = re.sub(r'"[^"]*"', "", line)
    delimiter = max(_DELIMITERS, key=unquoted.count)
    names = next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
    names = upper_names(names)
    if not any(names):
        raise UnreadableError("has no header line with column names")
    return delimiter, names


def _count_set_aside_lines(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Number rows as the file does: a line that was set aside counts."""
    lost = con.execute("select count(*) from reject_errors").fetchall()[0][0]
    if lost:
        con.execute(sql_file("staging/number_rows").replace("raw_table", table))
