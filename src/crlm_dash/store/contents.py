"""What a sealed cut says of itself: its protocol and the columns of its tables."""

from __future__ import annotations

from functools import lru_cache

import duckdb

from crlm_dash.protocol import Protocol, parse_protocol
from crlm_dash.store.rooms import COLUMNS
from crlm_dash.store.seal import CutInfo

_parsed = lru_cache(maxsize=32)(parse_protocol)  # a protocol never changes, and a page opens its cut several times


def protocol_of(connection: duckdb.DuckDBPyConnection, cut: CutInfo) -> Protocol:
    """
    The protocol a cut was built with.

    Parameters
    ----------
    connection : to which the cut is attached as `cut`
    cut : named in messages

    Returns
    -------
    The protocol, frozen.
    """
    with connection.cursor() as cursor:
        row = cursor.execute("select PROTOCOL from cut.main.cut_info").fetchone()
    assert row is not None
    return _parsed(row[0], source=f"{cut.trial}, cut {cut.number}")


def column_types(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """
    The analysis tables of a cut.

    Parameters
    ----------
    connection : to which the cut is attached as `cut`

    Returns
    -------
    Table → column → type, with every table that displays know, also where the cut lacks it.
    """
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "select table_name, column_name, data_type from duckdb_columns() "
            "where database_name = 'cut' and schema_name = 'main'"
        ).fetchall()
    types: dict[str, dict[str, str]] = {table: {} for table in COLUMNS}
    for table, column, kind in rows:
        types.setdefault(table, {})[column] = kind
    return types
