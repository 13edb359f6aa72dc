"""What a sealed cut says of itself, read once: a cut never changes, and a page opens it several times."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import duckdb

from crlm_dash.access import TrialState, role_named
from crlm_dash.errors import OtherVersion
from crlm_dash.protocol import Protocol, parse_protocol
from crlm_dash.store.origins import counted_sql
from crlm_dash.store.rooms import COLUMNS, MASKED
from crlm_dash.store.seal import CutInfo

Found = TypeVar("Found")
_kept: WeakKeyDictionary[duckdb.DuckDBPyConnection, dict[tuple[Any, ...], Any]] = WeakKeyDictionary()


def once(read: Callable[..., Found]) -> Callable[..., Found]:
    """
    Keep what a function finds out about a cut as long as the connection to it lives.

    Parameters
    ----------
    read : of the connection; what else it is given by name tells one answer from another

    Returns
    -------
    The same function, which asks once.
    """

    @wraps(read)
    def kept(connection: duckdb.DuckDBPyConnection, *others: Any, **named: str) -> Found:
        found, question = _kept.setdefault(connection, {}), (read.__name__, *named.values())
        if question not in found:
            found[question] = read(connection, *others, **named)
        answer: Found = found[question]
        return answer

    return kept


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        return cursor.execute(sql).fetchall()


@once
def protocol_of(connection: duckdb.DuckDBPyConnection, cut: CutInfo, *, catalog: str = "cut") -> Protocol:
    """
    The protocol a cut was built with.

    Parameters
    ----------
    connection : to which the cut is attached as `catalog`
    cut : named in messages

    Returns
    -------
    The protocol, frozen.
    """
    text = _rows(connection, f"select PROTOCOL from {catalog}.main.cut_info")[0][0]
    return parse_protocol(text, source=f"{cut.trial}, cut {cut.number}")


@once
def column_types(connection: duckdb.DuckDBPyConnection, *, catalog: str = "cut") -> dict[str, dict[str, str]]:
    """
    The analysis tables of a cut.

    Parameters
    ----------
    connection : to which the cut is attached as `catalog`

    Returns
    -------
    Table → column → type, with every table that displays know, also where the cut lacks it.
    """
    rows = _rows(
        connection,
        "select table_name, column_name, data_type from duckdb_columns() "
        f"where database_name = '{catalog}' and schema_name = 'main'",
    )
    types: dict[str, dict[str, str]] = {table: {} for table in COLUMNS}
    for table, column, kind in rows:
        types.setdefault(table, {})[column] = kind
    return types


def check_built(cut: CutInfo, types: dict[str, dict[str, str]]) -> None:
    """
    Raise `OtherVersion` unless a cut has every documented table and column.

    Parameters
    ----------
    cut : named in the message
    types : its `column_types`
    """
    wanted = {table: (*columns, *MASKED.get(table, ())) for table, columns in COLUMNS.items()}
    lacking = [f"{t}.{c}" for t, columns in wanted.items() for c in columns if c not in types[t]]
    if lacking:
        raise OtherVersion(
            f"{cut.trial}, cut {cut.number} was built by another version of crlm-dash and lacks "
            f"{', '.join(lacking[:3])}. Load its source again: crlm-dash ingest SOURCE."
        )


@once
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


@once
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
