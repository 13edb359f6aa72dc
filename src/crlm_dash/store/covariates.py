"""The covariates of ADSL, each one value per subject from the protocol's source."""

from __future__ import annotations

import duckdb

from crlm_dash.ingest.raw import literal, quoted
from crlm_dash.protocol import Covariate, Protocol
from crlm_dash.store.sources import Reading, read_sources


def add_covariates(con: duckdb.DuckDBPyConnection, protocol: Protocol) -> None:
    """
    Give `adsl` one column per covariate of the protocol; a column the source filled is left as delivered.

    Parameters
    ----------
    con : a connection on which `adsl` and `origins` are built
    protocol : declares the covariates
    """
    there = _columns(con, "main", "adsl")
    wanted = [c for c in protocol.covariates_read if not (c.column in there and _is_filled(con, c.column))]
    if not wanted:
        return
    readings = read_sources(con, {c.column: c.source for c in wanted if c.source}, "covariates")
    tables = dict.fromkeys(reading.table for reading in readings.values())
    joins = [f"left join {table} using (SUBJKEY)" for table in tables]
    added = [(c.column, _value(c, readings[c.column]) if c.source else "cast(null as varchar)") for c in wanted]
    replaced = ", ".join(quoted(column) for column, _ in added if column in there)
    kept = f"a.* exclude ({replaced})" if replaced else "a.*"
    new = ", ".join(f"{value} as {quoted(column)}" for column, value in added)
    con.execute(f"create or replace table adsl as select {kept}, {new} from adsl a {' '.join(joins)} order by SUBJKEY")


def _value(covariate: Covariate, reading: Reading) -> str:
    value = f"{reading.table}.{quoted(covariate.column)}"
    if not covariate.cutpoints:
        return value
    number = f"try_cast({value} as double)"
    levels = ", ".join(literal(level) for level in covariate.levels)
    below = " + ".join(f"cast({number} >= {cut!r} as integer)" for cut in covariate.cutpoints)
    return f"if({number} is null, null, [{levels}][1 + {below}])"


def _columns(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> dict[str, str]:
    rows = con.execute(f"describe {schema}.{quoted(table)}").fetchall()
    return {row[0]: row[1] for row in rows}


def _is_filled(con: duckdb.DuckDBPyConnection, column: str) -> bool:
    row = con.execute(f"select count({quoted(column)}) > 0 from adsl").fetchone()
    return bool(row and row[0])
