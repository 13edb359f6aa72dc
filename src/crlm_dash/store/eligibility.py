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

_ADEL = (
    "SUBJKEY integer, USUBJID varchar, CRITERION varchar, IECAT varchar, ORD integer, RECORDED varchar, RECDT date, "
    "RESULT varchar, VALUE varchar, UNIT varchar, LIMIT_TEXT varchar, DT date, SRCDOM varchar, SRCSEQ integer, "
    "DAYS_BEFORE integer"
)
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
    Make `elfacts`, `adel`, `elsum`, `criterion_facts`, `limits` and the views `elevidence` and `ellimit`.

    Parameters
    ----------
    con : connection with `adsl`, `origins`, `criteria`, `recorded` and `screening_ends` built
    protocol : declares the facts and rules
    """
    criteria = evaluated_criteria(con, protocol)
    facts = typed_facts(con, criteria)
    con.execute(f"create or replace table elfacts as {elfacts_sql(criteria, facts)}")
    con.execute(f"create or replace table adel ({_ADEL})")
    if criteria.all:
        con.execute(f"insert into adel by name {adel_sql(criteria)}")
    con.execute(f"create or replace table elsum as {elsum_sql(criteria)}")
    _fill(con, "criterion_facts", _CRITERION_FACTS, criterion_facts(criteria))
    _fill(con, "limits", _LIMITS, limit_rows(criteria))
    con.execute(f"create or replace view elevidence as {elevidence_sql(criteria)}")
    con.execute(f"create or replace view ellimit as {ellimit_sql(criteria)}")


def _fill(con: duckdb.DuckDBPyConnection, table: str, columns: str, rows: list[tuple[object, ...]]) -> None:
    con.execute(f"create or replace table {table} ({columns})")
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        con.executemany(f"insert into {table} values ({marks})", rows)
