"""What a protocol declares, put into temporary tables that the analysis SQL joins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import duckdb

from crlm_dash.protocol import Criterion, Endpoint, Protocol, criterion_rule, rule_words
from crlm_dash.store.revealing import give_away_pattern
from crlm_dash.terms import WITHHELD_TERMS

_TABLES = {
    "protocol_values": "STUDYID varchar, TITLE varchar, DIAGNOSIS varchar, TE_START varchar, TE_DAYS integer, "
    "CUTOFF_STATED boolean, BOTH_DAYS integer, PROC_DAYS integer",
    "endpoints": "PARAMCD varchar, PARAM varchar, KIND varchar, UNIT varchar, ORIGIN varchar, ENTRY varchar, "
    "COMPETES boolean, ORD integer",
    "endpoint_sources": "PARAMCD varchar, SOURCE varchar, ROLE varchar, CAUSE integer, LABEL varchar, ORD integer",
    "planned_visits": "VISITNUM double, VISIT varchar, DAY integer, WINDOW_BEFORE integer, WINDOW_AFTER integer, "
    "WINDOWED boolean, QOL boolean, IMAGING boolean",
    "planned_criteria": "CRITERION varchar, IECAT varchar, TEXT varchar, ORD integer, READING varchar, "
    "ASSESSED_BY varchar, LIMIT_TEXT varchar, EVALUATED boolean",
    "eq_values": "PROFILE varchar, VALUE double",
    "planned_arms": "CODE varchar, NAME varchar",
    "fact_units": "FACT varchar, DOMAIN varchar, TEST varchar, UNIT varchar",
}


def declare_value_set(con: duckdb.DuckDBPyConnection, values: Mapping[str, float]) -> None:
    """
    Put the value set of EQ-5D-5L where the analysis SQL reads it.

    Parameters
    ----------
    con : connection on which the analysis SQL will run, the protocol declared
    values : profile → index; empty without a value set
    """
    _fill(con, "eq_values", values.items())


def declare(
    con: duckdb.DuckDBPyConnection, protocol: Protocol, study_id: str, cutoff: dt.date, *, cutoff_stated: bool
) -> None:
    """
    Put the protocol's values and the cut-off where the analysis SQL reads them.

    Parameters
    ----------
    con : connection on which the analysis SQL will run
    protocol, study_id : the trial
    cutoff, cutoff_stated : the date the cut is as of, and whether a person named it
    """
    con.execute("set variable cutoff = cast($1 as date)", [cutoff])
    con.execute("set variable give_away = $1", [give_away_pattern(protocol)])
    con.execute("set variable withheld_terms = $1", [WITHHELD_TERMS])
    for table, columns in _TABLES.items():
        con.execute(f"create or replace temp table {table} ({columns})")
    safety = protocol.safety
    _fill(
        con,
        "protocol_values",
        [
            (
                study_id,
                protocol.title,
                protocol.diagnosis.term,
                safety.treatment_emergent_start,
                safety.days_after_end,
                cutoff_stated,
                protocol.progression.both_within_days,
                max(safety.procedure_days, default=0),
            )
        ],
    )
    _fill(con, "endpoints", (_endpoint_row(n, endpoint) for n, endpoint in enumerate(protocol.endpoints)))
    _fill(con, "endpoint_sources", (row for endpoint in protocol.endpoints for row in _source_rows(endpoint)))
    _fill(
        con,
        "planned_visits",
        (
            (
                v.visitnum,
                v.visit,
                v.day,
                v.window_before,
                v.window_after,
                v.window_before + v.window_after > 0,
                v.qol,
                v.imaging,
            )
            for v in protocol.visits
        ),
    )
    _fill(
        con,
        "planned_criteria",
        (_criterion_row(n, criterion, protocol) for n, criterion in enumerate(protocol.criteria, start=1)),
    )
    _fill(con, "planned_arms", ((arm.code, arm.name) for arm in protocol.arms))
    _fill(con, "fact_units", ((f.name, f.domain, f.test, f.unit) for f in protocol.facts if f.test and f.unit))


def _criterion_row(number: int, criterion: Criterion, protocol: Protocol) -> tuple[object, ...]:
    """`EVALUATED`: any criterion of the protocol has a rule; one without is then unknown, not left unevaluated."""
    limit, rule = None, criterion_rule(protocol, criterion)
    if rule is not None:
        words = rule_words(rule, {fact.name: fact for fact in protocol.facts})
        limit = words if criterion.type == "inclusion" else f"excluded if {words}"
    evaluated = any(each.rule for each in protocol.criteria)
    stated = (criterion.id, criterion.type.upper(), criterion.text, number)
    return (*stated, criterion.reading, criterion.assessed_by, limit, evaluated)


def _endpoint_row(number: int, endpoint: Endpoint) -> tuple[object, ...]:
    return (
        endpoint.paramcd,
        endpoint.label,
        endpoint.type,
        str(endpoint.unit),
        endpoint.origin,
        endpoint.entry,
        endpoint.type == "competing_risks",
        number,
    )


def _source_rows(endpoint: Endpoint) -> list[tuple[object, ...]]:
    """Events are cause 1, the competing causes 2, 3, … in their order, censorings cause 0."""
    rows: list[tuple[str, str, int, str | None]] = [(s, "event", 1, None) for s in endpoint.events]
    for cause, competing in enumerate(endpoint.competing, start=2):
        rows += [(s, "competing", cause, competing.label) for s in competing.sources]
    rows += [(s, "censor", 0, None) for s in endpoint.censor]
    return [(endpoint.paramcd, *row, order) for order, row in enumerate(rows)]


def _fill(con: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Sequence[object]]) -> None:
    for row in rows:
        marks = ", ".join("?" for _ in row)
        con.execute(f"insert into {table} values ({marks})", list(row))
