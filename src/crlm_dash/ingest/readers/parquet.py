"""Parquet: left where it is and streamed by DuckDB, so that a million subjects never pass through Python."""

from __future__ import annotations

import duckdb

from crlm_dash.ingest.raw import (
    RawTable,
    SourceFile,
    UnreadableError,
    described,
    literal,
    quoted,
    upper_names,
)
from crlm_dash.ingest.sql import is_plain_type


def read_parquet(con: duckdb.DuckDBPyConnection, file: SourceFile, table: str) -> list[RawTable]:
    """Make a view of a Parquet file."""
    scan = f"read_parquet({literal(str(file.content))}, file_row_number = true, hive_partitioning = false)"
    try:
        delivered = described(con, f"select * exclude (file_row_number) from {scan}")
    except duckdb.Error as error:
        raise UnreadableError(f"is not a readable Parquet file: {str(error).splitlines()[0]}") from None
    names = upper_names(list(delivered))
    kept = ", ".join(
        f"{_value(old, kind)} as {quoted(new)}"
        for (old, kind), new in zip(delivered.items(), names, strict=True)
        if new not in ("_ROW", "_FILE")
    )
    con.execute(f"create or replace temp view {table} as select file_row_number + 1 as _row, {kept} from {scan}")
    return [RawTable(table, file.name, file, described(con, table))]


def _value(name: str, delivered: str) -> str:
    if delivered == "VARCHAR":
        return f"clean({quoted(name)})"
    return quoted(name) if is_plain_type(delivered) else f"clean(cast({quoted(name)} as varchar))"
