"""`elfacts`: every fact of every screened subject, typed, with its record, and whether each requirement is met."""

from __future__ import annotations

import duckdb

from crlm_dash.ingest.raw import literal, quoted
from crlm_dash.protocol import DATE_COLUMN, Fact, to_sql
from crlm_dash.store.criteria import Criteria, EvaluatedCriterion, NumberedLimit
from crlm_dash.store.sources import Reading, read_sources


def typed_facts(con: duckdb.DuckDBPyConnection, criteria: Criteria) -> dict[str, Reading]:
    """
    Read every fact that a rule uses.

    Parameters
    ----------
    con : connection with `adsl`, `origins` and `units` built
    criteria : whose facts are wanted

    Returns
    -------
    Where each fact was read to, by its name.
    """
    return read_sources(con, criteria.facts, "facts")


def elfacts_sql(criteria: Criteria, readings: dict[str, Reading]) -> str:
    """
    The query that makes `elfacts`.

    Parameters
    ----------
    criteria : the criteria
    readings : where each of their facts was read to

    Returns
    -------
    SQL: one row per screened subject, in the order of SUBJKEY.
    """
    tables = dict.fromkeys(reading.table for reading in readings.values())
    joins = " ".join(f"left join {table} using (SUBJKEY)" for table in tables)
    facts = "".join(f", {column}" for fact in criteria.facts.values() for column in _columns(fact, readings[fact.name]))
    each_lost = ", ".join(f"if({_of(f, readings, '__LOST')}, {literal(f)}, null)" for f in criteria.facts)
    lost = f"nullif(concat_ws(' ', {each_lost}), '')" if each_lost else ""
    said = "".join(
        f", bool_or(UNMET) filter (where CRITERION = {literal(each.id)}) as c{each.ord}__UNMET, "
        f"min(RECDT) filter (where CRITERION = {literal(each.id)}) as c{each.ord}__RECDT"
        for each in criteria.all
    )
    recorded = "".join(f", {_recorded_sql(each)}, c{each.ord}__RECDT" for each in criteria.all)
    met = "".join(f", {_met_sql(each)} as {quoted(each.met)}" for each in criteria.all)
    limits = "".join(f", {column}" for limit in criteria.limits for column in _limit_columns(limit))
    still_open = " + ".join(f"cast({quoted(each.met)} is not true as integer)" for each in criteria.all)
    return f"""
        with said as (select SUBJKEY{said} from recorded group by SUBJKEY),
        facts as (
            select
                a.SUBJKEY, a.USUBJID,
                least(coalesce(o.ENRLDT, o.FAILEDDT, if(a.ENRLFL = 'Y', null, a.EOSDT), cutoff()), cutoff()) as REF__DT,
                {lost or "cast(null as varchar)"} as FACTS__LOST{facts}{recorded}
            from adsl a join origins o using (SUBJKEY) left join said using (SUBJKEY) {joins}
        ),
        results as (select *{met}{limits} from facts)
        select *, {still_open or "0"} as N__OPEN from results order by SUBJKEY"""


def _of(name: str, readings: dict[str, Reading], suffix: str = "") -> str:
    return f"{readings[name].table}.{quoted(name + suffix)}"


def _columns(fact: Fact, reading: Reading) -> list[str]:
    value = _typed(fact, f"{reading.table}.{quoted(fact.name)}", reading.type)
    date, seq = (f"{reading.table}.{quoted(fact.name + suffix)}" for suffix in ("__DT", "__SEQ"))
    if fact.type == "date" and fact.domain not in DATE_COLUMN:
        date = value
    return [
        f"{value} as {quoted(fact.name)}",
        f"{date} as {quoted(fact.name + '__DT')}",
        f"{seq} as {quoted(fact.name + '__SEQ')}",
    ]


def _typed(fact: Fact, value: str, kind: str) -> str:
    match fact.type:
        case "number":
            return f"significant(try_cast({value} as double))"
        case "boolean":
            return f"case upper(cast({value} as varchar)) when 'Y' then true when 'N' then false end"
        case "date":
            return value if kind == "DATE" else f"first_day(cast({value} as varchar))"
        case _:
            return f"cast({value} as varchar)"


def _recorded_sql(criterion: EvaluatedCriterion) -> str:
    """What the site said; who was enrolled without a record of it met the criterion, in the site's eyes."""
    unmet, name = f"c{criterion.ord}__UNMET", f"c{criterion.ord}__RECORDED"
    return f"case when {unmet} then 'not met' when {unmet} is not null or a.ENRLFL = 'Y' then 'met' end as {name}"


def _met_sql(criterion: EvaluatedCriterion) -> str:
    return _requirement(criterion, to_sql(criterion.rule)) if criterion.rule else "cast(null as boolean)"


def _requirement(criterion: EvaluatedCriterion, rule: str) -> str:
    """The rule of an exclusion is true of who is excluded: what is required is its opposite."""
    return f"cast({f'not {rule}' if criterion.is_exclusion else rule} as boolean)"


def _limit_columns(limit: NumberedLimit) -> list[str]:
    stated = limit.limit
    return [
        f"{_requirement(limit.criterion, to_sql(rule))} as limit_{limit.number}__{word}"
        for word, rule in (("TRUE", stated.if_true), ("FALSE", stated.if_false))
    ]
