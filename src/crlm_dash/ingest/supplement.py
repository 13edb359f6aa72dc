"""SUPPxx rows become columns (QNAM) of the rows they qualify."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from crlm_dash.contract import dataset_contract
from crlm_dash.ingest.faults import add_fault
from crlm_dash.ingest.raw import literal, quoted
from crlm_dash.ingest.sql import kind_type
from crlm_dash.ingest.tables import staged
from crlm_dash.terms import Severity


def join_supplements(con: duckdb.DuckDBPyConnection, supplement: str, delivered: Collection[str]) -> None:
    """Join `staging.<supplement>` to every parent it names (RDOMAIN)."""
    parents = con.execute(
        f"select distinct lower(RDOMAIN) from {staged(supplement)} where RDOMAIN is not null order by 1"
    ).fetchall()
    for (parent,) in parents:
        if parent not in delivered:
            message = f"{supplement}: it qualifies {parent.upper()}, which is not there; its values are not used"
            add_fault(con, Severity.WARNING, "supplement", message, domain=supplement)
            continue
        keys = con.execute(
            f"""select coalesce(upper(IDVAR), ''), list(distinct upper(QNAM) order by upper(QNAM))
            from {staged(supplement)} where lower(RDOMAIN) = $1 and QNAM is not null group by 1 order by 1""",
            [parent],
        ).fetchall()
        for id_column, names in keys:
            _join(con, supplement, parent, id_column, names)


def _join(con: duckdb.DuckDBPyConnection, supplement: str, parent: str, id_column: str, names: list[str]) -> None:
    columns = _columns(con, parent)
    if id_column and id_column not in columns:
        message = f"{supplement}: IDVAR {id_column} is not a column of {parent.upper()}; its values are not used"
        add_fault(con, Severity.WARNING, "supplement", message, domain=supplement, column="IDVAR", value=id_column)
        return
    _tell_unmatched(con, supplement, parent, id_column, columns)
    values = ", ".join(
        f"min_by(QVAL, (_file, _row)) filter (where upper(QNAM) = {literal(name)}) as {quoted(name)}" for name in names
    )
    wide = f"""
        select USUBJID as supp_subject, {_id_value(id_column, columns)} as supp_key, {values}
        from {staged(supplement)}
        where lower(RDOMAIN) = {literal(parent)} and coalesce(upper(IDVAR), '') = {literal(id_column)}
        group by 1, 2"""
    kept = [quoted(column) for column in columns if column not in names and not column.startswith("_")]
    filled = [_merged(parent, name, columns) for name in names]
    match = "parent.USUBJID is not distinct from wide.supp_subject" if "USUBJID" in columns else "true"
    key_match = f" and parent.{quoted(id_column)} = wide.supp_key" if id_column else ""
    con.execute(
        f"""create or replace table {staged(parent)} as
        select {", ".join(f"parent.{column}" for column in kept)}, {", ".join(filled)}, 
            parent._row, parent._file
        from {staged(parent)} as parent left join ({wide}) as wide on {match}{key_match}
        order by parent._file, parent._row"""
    )


def _merged(parent: str, name: str, columns: dict[str, str]) -> str:
    """A qualifier in its promised type; a value of the parent itself comes first."""
    promised = dataset_contract(parent).columns.get(name)
    kind = kind_type(promised.type) if promised else "varchar"
    kind = columns.get(name, kind)
    value = f"try_cast(wide.{quoted(name)} as {kind})"
    return (
        f"coalesce(parent.{quoted(name)}, {value}) as {quoted(name)}"
        if name in columns
        else f"{value} as {quoted(name)}"
    )


def _id_value(id_column: str, columns: dict[str, str]) -> str:
    if not id_column:
        return "cast(null as varchar)"
    return "as_number(IDVARVAL)" if columns[id_column] == "DOUBLE" else "IDVARVAL"


def _tell_unmatched(
    con: duckdb.DuckDBPyConnection, supplement: str, parent: str, id_column: str, columns: dict[str, str]
) -> None:
    key_match = f" and parent.{quoted(id_column)} = {_id_value(id_column, columns)}" if id_column else ""
    con.execute(
        f"""insert into main.faults (SEVERITY, DOMAIN, FILE, ROW, USUBJID, COLUMN_NAME, RULE, VALUE, MESSAGE)
        select 'warning', $1, _file, _row, USUBJID, 'IDVARVAL', 'supplement', IDVARVAL,
            place_text(_file, _row, 'IDVARVAL') || ': ' || coalesce('''' || IDVARVAL || '''', 'the row')
            || ' has no row in {parent.upper()} to qualify'
        from {staged(supplement)} as supp
        where lower(RDOMAIN) = $2 and coalesce(upper(IDVAR), '') = $3 and not exists (
            select 1 from {staged(parent)} as parent
            where parent.USUBJID is not distinct from supp.USUBJID{key_match})""",
        [supplement.upper(), parent, id_column],
    )


def _columns(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    return {row[0]: row[1] for row in con.execute(f"describe {staged(name)}").fetchall()}
