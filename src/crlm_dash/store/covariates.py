"""One value per subject from a protocol's `Source`, and the covariates of ADSL made from such values."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from crlm_dash.ingest.raw import literal, quoted
from crlm_dash.protocol import DATE_COLUMN, TEST_COLUMN, ULN_RATIO, Covariate, Protocol, Source

_TAKEN = {
    "last": "arg_max(VALUE, (coalesce(DAY, date '0001-01-01'), SEQ)) filter (where MATCHES and VALUE is not null)",
    "first": "arg_min(VALUE, (coalesce(DAY, date '9999-12-31'), SEQ)) filter (where MATCHES and VALUE is not null)",
    "min": "min(VALUE) filter (where MATCHES)",
    "max": "max(VALUE) filter (where MATCHES)",
    "count": "cast(count(distinct VALUE) filter (where MATCHES) as double)",
    "any": "if(bool_or(MATCHES), 'Y', 'N')",
    "single": "case count(distinct VALUE) filter (where MATCHES) when 0 then 'NONE' "
    "when 1 then min(VALUE) filter (where MATCHES) else 'MULTIPLE' end",
}


def source_values_sql(source: Source, columns: Mapping[str, str]) -> str:
    """
    The query for one value per subject, as the protocol's source says.

    Parameters
    ----------
    source : where the value is read; every name in it is quoted here
    columns : the columns there are in the source's domain, and their types

    Returns
    -------
    SQL with columns USUBJID, VALUE; a subject without any record has no row. It reads `staging` and the temporary
    table `origins` (the reference is ENRLDT, else the date of the screen failure, else the cut-off).
    """
    date, seq = DATE_COLUMN.get(source.domain), f"{source.domain}SEQ"
    test = TEST_COLUMN.get(source.domain)
    day = f"first_day(r.{quoted(date)})" if date and date in columns else "cast(null as date)"
    limits = ["(DAY is null or DAY <= least(coalesce(ENRLDT, FAILEDDT, cutoff()), cutoff()))"]
    if source.window_days is not None:
        limits.append(f"(DAY is null or DAY >= coalesce(ENRLDT, FAILEDDT, date '0001-01-01') - {source.window_days})")
    tested = f"upper(r.{quoted(test)}) = upper({literal(source.test)})" if test and source.test else "true"
    relation = "adsl" if source.domain == "ADSL" else f"staging.{quoted(source.domain.lower())}"
    return f"""
        with records as (
            select r.USUBJID, o.ENRLDT, o.FAILEDDT, {day} as DAY,
                {"r." + quoted(seq) if seq in columns else "0"} as SEQ,
                {_value_sql(source, columns)} as VALUE, {_matches_sql(source, columns)} as MATCHES
            from {relation} r join origins o using (USUBJID)
            where {tested}
        )
        select USUBJID, {_TAKEN[source.take]} as VALUE
        from records where {" and ".join(limits)} group by USUBJID"""


def add_covariates(con: duckdb.DuckDBPyConnection, protocol: Protocol) -> None:
    """
    Give `adsl` one column per covariate of the protocol; a column the source filled is left as delivered.

    Parameters
    ----------
    con : a connection on which `adsl` and `origins` are built
    protocol : declares the covariates
    """
    there = _columns(con, "main", "adsl")
    wanted = [c for c in protocol.covariates if not (c.column in there and _is_filled(con, c.column))]
    joins, added = [], []
    for number, covariate in enumerate(wanted):
        table = f"covariate_{number}"
        if covariate.source is None:
            added.append((covariate.column, "cast(null as varchar)"))
            continue
        _make_values(con, covariate, table)
        joins.append(f"left join {table} using (USUBJID)")
        added.append((covariate.column, f"{table}.VALUE"))
    if not added:
        return
    replaced = ", ".join(quoted(column) for column, _ in added if column in there)
    kept = f"a.* exclude ({replaced})" if replaced else "a.*"
    new = ", ".join(f"{value} as {quoted(column)}" for column, value in added)
    con.execute(f"create or replace table adsl as select {kept}, {new} from adsl a {' '.join(joins)} order by SUBJKEY")


def _make_values(con: duckdb.DuckDBPyConnection, covariate: Covariate, table: str) -> None:
    source = covariate.source
    assert source is not None
    schema = ("main", "adsl") if source.domain == "ADSL" else ("staging", source.domain.lower())
    query = source_values_sql(source, _columns(con, *schema))
    value = "VALUE"
    if covariate.cutpoints:
        levels = ", ".join(literal(level) for level in covariate.levels)
        below = " + ".join(f"cast(V >= {cut!r} as integer)" for cut in covariate.cutpoints)
        query = f"select USUBJID, try_cast(VALUE as double) as V from ({query})"
        value = f"if(V is null, null, [{levels}][1 + {below}])"
    con.execute(f"create or replace temp table {table} as select USUBJID, {value} as VALUE from ({query})")


def _value_sql(source: Source, columns: Mapping[str, str]) -> str:
    if source.column not in columns:
        return "cast(null as varchar)"
    value = f"r.{quoted(source.column)}"
    if source.unit == ULN_RATIO:
        limit = f"{source.domain}STNRHI"
        return f"{value} / nullif(r.{quoted(limit)}, 0)" if limit in columns else "cast(null as double)"
    unit = f"{source.domain}STRESU"
    if source.unit and source.column.endswith("STRESN") and unit in columns:
        return _converted_sql(source, value, f"r.{quoted(unit)}")
    return value


def _converted_sql(source: Source, value: str, unit: str) -> str:
    """The value in the unit asked for; NULL where the record's unit is not convertible to it."""
    known = "'' as U" if source.domain == "LB" else f"unit_key({literal(source.unit)}) as U"
    return f"""{value} * (
        select any_value(f.FACTOR / t.FACTOR)
        from units f, units t
        where f.UNIT = coalesce(unit_key({unit}), (select {known}))
            and f.TESTCD in ('', {literal(source.test)}) and t.TESTCD in ('', {literal(source.test)})
            and t.UNIT = unit_key({literal(source.unit)}) and f.BASE = t.BASE
    )"""


def _matches_sql(source: Source, columns: Mapping[str, str]) -> str:
    parts = [_in_sql(column, values, columns) for column, values in source.where.items()]
    parts += [f"not {_in_sql(column, values, columns)}" for column, values in source.unless.items()]
    return " and ".join(parts) or "true"


def _in_sql(column: str, values: tuple[str, ...], columns: Mapping[str, str]) -> str:
    if column not in columns or not values:
        return "false"
    listed = ", ".join(f"upper({literal(value)})" for value in values)
    return f"coalesce(upper(cast(r.{quoted(column)} as varchar)) in ({listed}), false)"


def _columns(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> dict[str, str]:
    rows = con.execute(f"describe {schema}.{quoted(table)}").fetchall()
    return {row[0]: row[1] for row in rows}


def _is_filled(con: duckdb.DuckDBPyConnection, column: str) -> bool:
    row = con.execute(f"select count({quoted(column)}) > 0 from adsl").fetchone()
    return bool(row and row[0])
