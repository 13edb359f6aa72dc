"""Excel workbooks: one dataset a sheet, the first row the column names."""

from __future__ import annotations

from typing import Any
from zipfile import BadZipFile

import duckdb
import openpyxl
import pyarrow as pa
from openpyxl.utils.exceptions import InvalidFileException

from crlm_dash.ingest.raw import RawTable, SourceFile, UnreadableError, described, keep_as_table, upper_names
from crlm_dash.ingest.readers.values import cell_text


def read_xlsx(con: duckdb.DuckDBPyConnection, file: SourceFile, table: str) -> list[RawTable]:
    """Read every sheet that has a header row."""
    try:
        book = openpyxl.load_workbook(file.content, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise UnreadableError(f"is not a readable Excel workbook: {error}") from None
    try:
        sheets = [(sheet.title, _rows(sheet)) for sheet in book.worksheets]
    finally:
        book.close()
    filled = [(title, rows) for title, rows in sheets if rows]
    if not filled:
        raise UnreadableError("has no sheet with a header row")
    return [
        _table(con, file, f"{table}_{i}", title, rows, alone=len(filled) == 1) for i, (title, rows) in enumerate(filled)
    ]


def _rows(sheet: Any) -> list[list[str | None]]:
    rows = [[cell_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _table(
    con: duckdb.DuckDBPyConnection,
    file: SourceFile,
    table: str,
    title: str,
    rows: list[list[str | None]],
    *,
    alone: bool,
) -> RawTable:
    names = upper_names([name or "" for name in rows[0]])
    kept = {
        name: pa.array([row[i] if i < len(row) else None for row in rows[1:]], pa.string())
        for i, name in enumerate(names)
        if name
    }
    con.register("_sheet_rows", pa.table(kept))
    try:
        keep_as_table(con, table, "select * from _sheet_rows")
    finally:
        con.unregister("_sheet_rows")
    label = file.name if alone else f"{file.name}[{title}]"
    return RawTable(table, label, file, described(con, table), title)
