"""Columns a delivered ADSL, ADTTE or ADAE has besides the documented ones: kept, if they hold anything."""

from __future__ import annotations

import duckdb

from crlm_dash.ingest.raw import quoted

_ROW = "_row"
_KEYS = {"adsl": ("USUBJID",), "adtte": ("USUBJID", "PARAMCD"), "adae": ("USUBJID", _ROW)}
_ORDER = {
    "adsl": "USUBJID",
    "adtte": "PARAMCD, USUBJID",
    "adae": "USUBJID, ASTDT nulls last, AESEQ, AEDECOD",
}


def add_extras(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """
    Add to an analysis table the other filled columns of the delivered dataset of its name.

    Parameters
    ----------
    con : a connection on which the table has just been built
    table : 'adsl', 'adtte' or 'adae'
    """
    built = [row[0] for row in con.execute(f"describe {table}").fetchall()]
    extras = _filled(con, table, built)
    if not extras and _ROW not in built:
        return
    kept = f"a.* exclude ({_ROW})" if _ROW in built else "a.*"
    added = "".join(f", d.{quoted(name)}" for name in extras)
    join = f"left join staging.{table} d using ({', '.join(_KEYS[table])})" if extras else ""
    con.execute(
        f"create or replace table {table} as select {kept}{added} from {table} a {join} order by {_ORDER[table]}"
    )


def _filled(con: duckdb.DuckDBPyConnection, table: str, built: list[str]) -> list[str]:
    names = [row[0] for row in con.execute(f"describe staging.{table}").fetchall()]
    others = [name for name in names if name not in (*built, _ROW, "_file")]
    counts = ", ".join(f"count({quoted(name)})" for name in others)
    row = con.execute(f"select {counts} from staging.{table}").fetchall()[0]
    return [name for name, n in zip(others, row, strict=True) if n]
