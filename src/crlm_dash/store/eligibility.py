"""Eligibility of every screened subject, from the data: facts, every criterion, its evidence and its limits.

The SQL is made here, not read from a file, because its columns are what the protocol declares. Rules come from their
trees (`protocol.to_sql`); every name and text is quoted. What the tables hold: `docs/architecture.md`.
"""

from __future__ import annotations

import duckdb

from crlm_dash.protocol import Protocol
from crlm_dash.store.criteria import evaluated_criteria
from crlm_dash.store.evidence import adel_sql, criterion_facts, elevidence_sql, elsum_sql
from crlm_dash.store.facts import elfacts_sql, typed_facts
from crlm_dash.store.limits import ellimit_sql, limit_rows

WRITTEN_OUT = 50_000  # subjects
_CRITERION_FACTS = (
    "CRITERION varchar, ORD integer, FACT varchar, FACT_ORD integer, LABEL varchar, DESCRIPTION varchar, TYPE varchar, "
    "UNIT varchar, DOMAIN varchar, TEST varchar, WINDOW_DAYS integer"
)
_LIMITS = (
    "LIMIT_ID integer, CRITERION varchar, IECAT varchar, FACT varchar, LABEL varchar, DESCRIPTION varchar, "
    "OPERATOR varchar, LIMIT_VALUE double, UNIT varchar, PLACE integer"
)


def build_eligibility(con: duckdb.DuckDBPyConnection, protocol: Protocol) -> None:
    """
    Make `elfacts`, `elsum`, `criterion_facts` and `limits`, and from them `adel`, `elevidence` and `ellimit`.

    Of many subjects the last three are views: a million times thirty-four rows take longer to write than to work out
    for whom they are asked. Of few they are tables: planning a view of hundreds of columns would be most of a query.

    Parameters
    ----------
    con : connection with `adsl`, `origins`, `criteria`, `recorded` and `screening_ends` built
    protocol : declares the facts and rules
    """
    criteria = evaluated_criteria(con, protocol)
    facts = typed_facts(con, criteria)
    con.execute(f"create or replace table elfacts as {elfacts_sql(criteria, facts)}")
    con.execute(f"create or replace table elsum as {elsum_sql(criteria)}")
    _fill(con, "criterion_facts", _CRITERION_FACTS, criterion_facts(criteria))
    _fill(con, "limits", _LIMITS, limit_rows(criteria))
    kind = "table" if _is_small(con) else "view"
    for name, (rows, order) in {
        "adel": (adel_sql(criteria), "SUBJKEY, ORD"),
        "elevidence": (elevidence_sql(criteria), "SUBJKEY, ORD, FACT_ORD"),
        "ellimit": (ellimit_sql(criteria), "LIMIT_ID, SUBJKEY"),
    }.items():
        ordered = f"select * from ({rows}) order by {order}" if kind == "table" else rows
        con.execute(f"create or replace {kind} {name} as {ordered}")


def _is_small(con: duckdb.DuckDBPyConnection) -> bool:
    row = con.execute("select count(*) <= $1 from elfacts", [WRITTEN_OUT]).fetchone()
    return bool(row and row[0])


def _fill(con: duckdb.DuckDBPyConnection, table: str, columns: str, rows: list[tuple[object, ...]]) -> None:
    con.execute(f"create or replace table {table} ({columns})")
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        con.executemany(f"insert into {table} values ({marks})", rows)
