"""Faults of a source: each says where, what was found and what would do. All are kept in `main.faults`."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from crlm_dash.terms import Severity

_TOLD = 1000


@dataclass(frozen=True)
class Fault:
    """One fault as told to a person."""

    severity: Severity
    domain: str
    file: str
    row: int | None
    usubjid: str
    column: str
    rule: str
    value: str
    message: str


def add_fault(
    con: duckdb.DuckDBPyConnection,
    severity: Severity,
    rule: str,
    message: str,
    *,
    domain: str = "",
    file: str = "",
    column: str = "",
    value: str = "",
) -> None:
    """Keep one fault of a file or of the source as a whole."""
    con.execute(
        """insert into main.faults (SEVERITY, DOMAIN, FILE, COLUMN_NAME, RULE, VALUE, MESSAGE)
        values ($1, nullif($2, ''), nullif($3, ''), nullif($4, ''), $5, nullif($6, ''), $7)""",
        [str(severity), domain.upper(), file, column, rule, value, message],
    )


def add_faults(
    con: duckdb.DuckDBPyConnection,
    severity: Severity,
    rule: str,
    domain: str,
    rows: str,
    *,
    column: str,
    words: str,
) -> None:
    """
    Keep one fault a row of the query `rows` (columns _file, _row, USUBJID, found).

    `words` is an SQL text expression over those columns: what is said after the place.
    """
    con.execute(
        f"""insert into main.faults
            (SEVERITY, DOMAIN, FILE, ROW, USUBJID, COLUMN_NAME, RULE, VALUE, MESSAGE)
        select $1, $2, _file, _row, USUBJID, $3, $4, found, place_text(_file, _row, $3) || ': ' || {words}
        from ({rows}) as broken
        order by _file, _row""",
        [str(severity), domain.upper(), column, rule],
    )


def told_faults(con: duckdb.DuckDBPyConnection) -> tuple[Fault, ...]:
    """The faults found so far, the worst first, at most a thousand."""
    rows = con.execute(
        """select SEVERITY, coalesce(DOMAIN, ''), coalesce(FILE, ''), ROW, coalesce(USUBJID, ''),
            coalesce(COLUMN_NAME, ''), RULE, coalesce(VALUE, ''), MESSAGE
        from main.faults
        order by case SEVERITY when 'fatal' then 0 when 'error' then 1 else 2 end, FILE, ROW
        limit $1""",
        [_TOLD],
    ).fetchall()
    return tuple(Fault(Severity(row[0]), *row[1:]) for row in rows)


def fault_counts(con: duckdb.DuckDBPyConnection) -> dict[Severity, int]:
    """Number of faults of each severity, zero included."""
    found = dict(con.execute("select SEVERITY, count(*) from main.faults group by SEVERITY").fetchall())
    return {severity: int(found.get(severity.value, 0)) for severity in Severity}
