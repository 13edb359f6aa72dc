"""What a sealed cut says of itself, read once: a cut never changes, and a page opens it several times."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import duckdb

from crlm_dash.access import TrialState, role_named
from crlm_dash.protocol import Protocol, parse_protocol
from crlm_dash.store.origins import counted_sql
from crlm_dash.store.rooms import COLUMNS
from crlm_dash.store.seal import CutInfo

Found = TypeVar("Found")
_kept: WeakKeyDictionary[duckdb.DuckDBPyConnection, dict[str, Any]] = WeakKeyDictionary()


def _once(read: Callable[..., Found]) -> Callable[..., Found]:
    """Keep what `read` finds as long as the connection to the cut lives."""

    @wraps(read)
    def kept(connection: duckdb.DuckDBPyConnection, *others: Any) -> Found:
        found: dict[str, Any] = _kept.setdefault(connection, {})
        if read.__name__ not in found:
            found[read.__name__] = read(connection, *others)
        answer: Found = found[read.__name__]
        return answer

    return kept


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        return cursor.execute(sql).fetchall()


@_once
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
    text = _rows(connection, "select PROTOCOL from cut.main.cut_info")[0][0]
    return parse_protocol(text, source=f"{cut.trial}, cut {cut.number}")


@_once
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
    rows = _rows(
        connection,
        "select table_name, column_name, data_type from duckdb_columns() "
        "where database_name = 'cut' and schema_name = 'main'",
    )
    types: dict[str, dict[str, str]] = {table: {} for table in COLUMNS}
    for table, column, kind in rows:
        types.setdefault(table, {})[column] = kind
    return types


@_once
def planned_arms(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """
    The arms of the enrolled subjects.

    Parameters
    ----------
    connection : to which the cut is attached as `cut`

    Returns
    -------
    The values of TRT01P, by name.
    """
    sql = "select distinct TRT01P from cut.main.adsl where ENRLFL = 'Y' and TRT01P is not null order by 1"
    return tuple(row[0] for row in _rows(connection, sql))


@_once
def dated(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """
    How many enrolled subjects have each date that times can be counted from, or that treatment received is told by.

    Parameters
    ----------
    connection : to which the cut is attached as `cut`

    Returns
    -------
    Column (of `origins.ORIGINS`, and LOCALDT) → subjects.
    """
    with connection.cursor() as cursor:
        found = cursor.execute(counted_sql())
        names = [each[0] for each in found.description or ()]
        return dict(zip(names, found.fetchall()[0], strict=True))


def trial_state(protocol: Protocol) -> TrialState:
    """
    What the access policy needs to know of a trial.

    Parameters
    ----------
    protocol : the trial's protocol

    Returns
    -------
    The roles that may see outcomes by arm.
    """
    return TrialState(frozenset(role_named(role) for role in protocol.access.outcomes_by_arm))
