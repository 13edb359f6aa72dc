"""The last step of adsl, adtte and adae: what a delivered dataset has besides the documented columns is kept."""

from __future__ import annotations

import duckdb

from crlm_dash.ingest.raw import quoted

_ROW = "_row"
_KEYS = {"adsl": ("USUBJID",), "adtte": ("USUBJID", "PARAMCD"), "adae": ("USUBJID", _ROW)}
_ORDER = {
    "adsl": "a.SUBJKEY",
    "adtte": "a.PARAMCD, a.SUBJKEY",
    "adae": "a.SUBJKEY, a.ASTDT nulls last, a.AESEQ, a.AEDECOD",
}


def finish_table(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """
    Make an analysis table from `built_<table>` and the other filled columns of the delivered dataset of its name.

    Parameters
    ----------
    con : a connection on which the table's model has just run
    table : 'adsl', 'adtte' or 'adae'
    """
    built = [row[0] for row in con.execute(f"describe built_{table}").fetchall()]
    extras = "".join(f", d.{quoted(name)}" for name in _filled(con, table, built))
    kept = f"a.* exclude ({_ROW})" if _ROW in built else "a.*"
    join = f"left join staging.{table} d using ({', '.join(_KEYS[table])})" if extras else ""
    con.execute(
        f"create or replace table {table} as select {kept}{extras} from built_{table} a {join} order by {_ORDER[table]}"
    )
    con.execute(f"drop table built_{table}")


def _filled(con: duckdb.DuckDBPyConnection, table: str, built: list[str]) -> list[str]:
    names = [row[0] for row in con.execute(f"describe staging.{table}").fetchall()]
    others = [name for name in names if name not in (*built, _ROW, "_file")]
    counts = ", ".join(f"count({quoted(name)})" for name in others)
    row = con.execute(f"select {counts} from staging.{table}").fetchall()[0]
    return [name for name, n in zip(others, row, strict=True) if n]
