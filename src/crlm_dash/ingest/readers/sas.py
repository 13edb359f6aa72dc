"""SAS transport (XPT) and SAS data files. Dates and times are numbers; their SAS format decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import duckdb
import pyreadstat

from crlm_dash.ingest.raw import (
    RawTable,
    SourceFile,
    UnreadableError,
    described,
    keep_as_table,
    quoted,
    upper_names,
)

_ENCODINGS = (None, "WINDOWS-1252")
_DATETIME = re.compile(r"^(DATETIME|E8601DT|B8601DT|NLDATM|DATEAMPM|MDYAMPM)")
_DATE = re.compile(r"^(DATE|DAY|YYMMDD|MMDDYY|DDMMYY|E8601DA|B8601DA|IS8601DA|JULIAN|MONYY|YYMM|WORDDAT|NLDATE)")
_TIME = re.compile(r"^(TIME|HHMM|E8601TM|B8601TM|TOD|HOUR)")


def read_xpt(con: duckdb.DuckDBPyConnection, file: SourceFile, table: str) -> list[RawTable]:
    """Read a SAS transport file, in UTF-8 or else Windows-1252."""
    if (members := _member_count(file)) > 1:
        raise UnreadableError(f"holds {members} datasets; write one dataset a file")
    return [_read(con, file, table, pyreadstat.read_xport)]


def read_sas7bdat(con: duckdb.DuckDBPyConnection, file: SourceFile, table: str) -> list[RawTable]:
    """Read a SAS data file."""
    return [_read(con, file, table, pyreadstat.read_sas7bdat)]


def _member_count(file: SourceFile) -> int:
    mark, n, kept = b"HEADER RECORD*******MEMBER  HEADER RECORD", 0, b""
    with file.content.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            n += (kept + chunk).count(mark)
            kept = chunk[-len(mark) + 1 :]
    return n


def _read(con: duckdb.DuckDBPyConnection, file: SourceFile, table: str, reader: Callable[..., Any]) -> RawTable:
    frame, meta = _frame(file, reader)
    names = upper_names(list(meta.column_names))
    frame.columns = names
    formats = dict(zip(names, (meta.original_variable_types[c] for c in meta.column_names), strict=True))
    kinds = dict(zip(names, (meta.readstat_variable_types[c] for c in meta.column_names), strict=True))
    if not names:
        raise UnreadableError("has no columns")
    for name, kind in kinds.items():
        frame[name] = frame[name].astype("object" if kind == "string" else "float64")
    select = ", ".join(f"{_expression(name, kinds[name], formats[name])} as {quoted(name)}" for name in names)
    con.register("_sas_frame", frame)
    try:
        keep_as_table(con, table, f"select {select} from _sas_frame")
    finally:
        con.unregister("_sas_frame")
    return RawTable(table, file.name, file, described(con, table), meta.table_name or "")


def _frame(file: SourceFile, reader: Callable[..., Any]) -> tuple[Any, Any]:
    trouble = ""
    for encoding in _ENCODINGS:
        try:
            frame, meta = reader(str(file.content), encoding=encoding, disable_datetime_conversion=True)
            return frame, meta
        except (UnicodeDecodeError, pyreadstat.ReadstatError, ValueError) as error:
            trouble = str(error)
    raise UnreadableError(f"is not a readable SAS file: {trouble}")


def _expression(name: str, kind: str, sas_format: str | None) -> str:
    column, fmt = quoted(name), (sas_format or "").upper()
    if kind == "string":
        return f"clean(cast({column} as varchar))"
    if _DATETIME.match(fmt):
        return f"sas_datetime({column})"
    if _DATE.match(fmt):
        return f"sas_date({column})"
    if _TIME.match(fmt):
        return f"sas_time({column})"
    return f"finite({column})"
