"""`adel`, `elsum` and `elevidence`: the result of every criterion, in one row per subject, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable

from crlm_dash.ingest.raw import literal, quoted
from crlm_dash.protocol import ULN_RATIO, Fact, fact_label, shown_unit
from crlm_dash.protocol.nodes import needed
from crlm_dash.store.criteria import Criteria, EvaluatedCriterion
from crlm_dash.store.limits import result_sql

_NOT_KNOWN = "not known"
_LOST = "unit not convertible"
_NO_LIMIT = "upper limit of normal not known"


def adel_sql(criteria: Criteria) -> str:
    """
    The rows of `adel`, one branch a criterion: of a view, what a query does not ask for is then not worked out.

    Parameters
    ----------
    criteria : the criteria

    Returns
    -------
    SQL over `elfacts`: one row per screened subject and criterion.
    """
    nothing = EvaluatedCriterion("", "", 0, None, evaluated=False, rule=None, facts=())
    rows = " union all ".join(f"select SUBJKEY, USUBJID, {_adel_row(each)} from elfacts" for each in criteria.all)
    return rows or f"select SUBJKEY, USUBJID, {_adel_row(nothing, said=False)} from elfacts where false"


def _adel_row(criterion: EvaluatedCriterion, *, said: bool = True) -> str:
    facts = criterion.facts
    values = {
        "CRITERION": literal(criterion.id),
        "IECAT": literal(criterion.iecat),
        "ORD": str(criterion.ord),
        "RECORDED": f"c{criterion.ord}__RECORDED" if said else "cast(null as varchar)",
        "RECDT": f"c{criterion.ord}__RECDT" if said else "cast(null as date)",
        "RESULT": result_sql(quoted(criterion.met)) if criterion.evaluated else "cast(null as varchar)",
        "VALUE": _value_sql(facts),
        "UNIT": _unit_sql(facts),
        "LIMIT_TEXT": literal(criterion.limit_text) if criterion.limit_text else "cast(null as varchar)",
        "DT": _latest_sql(facts),
        "SRCDOM": _domain_sql(facts),
        "SRCSEQ": quoted(f"{facts[0].name}__SEQ") if len(facts) == 1 else "cast(null as integer)",
        "DAYS_BEFORE": f"cast(datediff('day', {_latest_sql(facts)}, REF__DT) as integer)",
    }
    return ", ".join(f"{value} as {name}" for name, value in values.items())


def _value_sql(facts: tuple[Fact, ...]) -> str:
    """One fact: its value alone, NULL if not known. Several: each with its name, known or not."""
    if not facts:
        return "cast(null as varchar)"
    if len(facts) == 1:
        return f"coalesce({_text_sql(facts[0])}, {_lost_sql(facts[0])})"
    named = (
        f"{literal(fact_label(fact) + ': ')} || "
        f"coalesce({_text_sql(fact)}{_unit_after(fact)}, {_lost_sql(fact)}, '{_NOT_KNOWN}')"
        for fact in facts
    )
    return f"concat_ws('; ', {', '.join(named)})"


def _unit_after(fact: Fact) -> str:
    unit = shown_unit(fact.unit)
    return f" || {literal(' ' + unit)}" if unit and fact.type == "number" else ""


def _unit_sql(facts: tuple[Fact, ...]) -> str:
    unit = shown_unit(facts[0].unit) if len(facts) == 1 and facts[0].type == "number" else ""
    return f"if({quoted(facts[0].name)} is null, null, {literal(unit)})" if unit else "cast(null as varchar)"


def _text_sql(fact: Fact) -> str:
    """The fact as a clinician reads it; NULL if not known. Plain SQL: a macro would not be there in a sealed cut."""
    value = quoted(fact.name)
    match fact.type:
        case "boolean":
            return f"case {value} when true then 'yes' when false then 'no' end"
        case "number":
            whole = f"case when {value} = floor({value}) and abs({value}) < 1e15 "
            whole += f"then cast(cast({value} as bigint) as varchar)"
            return f"{whole} else cast(round({value}, if(abs({value}) >= 0.1, 3, 5)) as varchar) end"
        case "date":
            return f"cast({value} as varchar)"
        case _:
            return value


def _lost_sql(fact: Fact) -> str:
    lost = f"contains(' ' || FACTS__LOST || ' ', {literal(f' {fact.name} ')})"
    why = _NO_LIMIT if fact.unit == ULN_RATIO else _LOST
    return f"if({lost}, '{why}', null)" if fact.unit else "cast(null as varchar)"


def _latest_sql(facts: tuple[Fact, ...]) -> str:
    if not facts:
        return "cast(null as date)"
    return f"greatest({', '.join(quoted(f'{fact.name}__DT') for fact in facts)})"


def _domain_sql(facts: tuple[Fact, ...]) -> str:
    if not facts:
        return "cast(null as varchar)"
    domains = ", ".join(
        f"if({' or '.join(f'{quoted(fact.name)} is not null' for fact in mine)}, '{domain}', null)"
        for domain, mine in _by_domain(facts)
    )
    return f"nullif(concat_ws(' ', {domains}), '')"


def _by_domain(facts: Iterable[Fact]) -> list[tuple[str, list[Fact]]]:
    grouped: dict[str, list[Fact]] = {}
    for fact in facts:
        grouped.setdefault(fact.domain, []).append(fact)
    return list(grouped.items())


def elsum_sql(criteria: Criteria) -> str:
    """
    The query that makes `elsum`.

    Parameters
    ----------
    criteria : the criteria

    Returns
    -------
    SQL over `elfacts`, `recorded`, `screening_ends` and `adsl`: one row per screened subject.
    """
    ruled = criteria.all if criteria.evaluated else ()
    not_met = _listed((each.id, f"{quoted(each.met)} is false") for each in ruled)
    unknown = _listed((each.id, f"{quoted(each.met)} is null") for each in ruled)
    missing = _listed((name, _missing(criteria, name)) for name in criteria.facts)
    verdict = "case when NOT_MET <> '' then 'not eligible' when UNKNOWN <> '' then 'undecided' else 'eligible' end"
    return f"""
        with said as (
            select r.SUBJKEY, string_agg(r.CRITERION, ' ' order by c.ORD) as REC_NOT_MET, count(*) as N_REC_NOT_MET
            from recorded r join criteria c using (CRITERION) where r.UNMET group by r.SUBJKEY
        ),
        listed as (
            select
                SUBJKEY, USUBJID, REF__DT as REFDT, {not_met} as NOT_MET, {unknown} as UNKNOWN, {missing} as MISSING
            from elfacts
        ),
        ended as (
            select
                f.*, a.SITEID, cast(date_trunc('month', a.SCRNDT) as date) as SCRNMONTH, e.OUTCOME,
                coalesce(s.REC_NOT_MET, '') as REC_NOT_MET,
                cast(coalesce(s.N_REC_NOT_MET, 0) as integer) as N_REC_NOT_MET
            from listed f
            join adsl a using (SUBJKEY) join screening_ends e using (SUBJKEY) left join said s using (SUBJKEY)
        )
        select
            SUBJKEY, USUBJID, SITEID, SCRNMONTH, REFDT, OUTCOME,
            {verdict if criteria.evaluated else "cast(null as varchar)"} as VERDICT,
            NOT_MET, UNKNOWN, REC_NOT_MET, MISSING, {_words("NOT_MET")} as N_NOT_MET, {_words("UNKNOWN")} as N_UNKNOWN,
            N_REC_NOT_MET
        from ended order by SUBJKEY"""


def _missing(criteria: Criteria, name: str) -> str:
    """The fact is not known, and a criterion that needs it is unknown."""
    users = [
        quoted(each.met)
        for each in criteria.all
        if each.rule is not None and name in {fact.name for fact in needed(each.rule)}
    ]
    if not users:
        return "false"
    return f"{quoted(name)} is null and ({' or '.join(f'{met} is null' for met in users)})"


def _listed(words: Iterable[tuple[str, str]]) -> str:
    parts = [f"if({condition}, {literal(word)}, null)" for word, condition in words]
    return f"concat_ws(' ', {', '.join(parts)})" if parts else "''"


def _words(column: str) -> str:
    return f"cast(if({column} = '', 0, 1 + length({column}) - length(replace({column}, ' ', ''))) as integer)"


def criterion_facts(criteria: Criteria) -> list[tuple[object, ...]]:
    """
    The rows of `criterion_facts`.

    Parameters
    ----------
    criteria : the criteria

    Returns
    -------
    CRITERION, ORD, FACT, FACT_ORD, LABEL, DESCRIPTION, TYPE, UNIT, DOMAIN, TEST, WINDOW_DAYS of each fact of each.
    """
    return [
        (
            each.id, each.ord, fact.name, place, fact_label(fact), fact.description, fact.type, shown_unit(fact.unit),
            fact.domain, fact.test, fact.window_days,
        )
        for each in criteria.all
        for place, fact in enumerate(each.facts, start=1)
    ]  # fmt: skip


def elevidence_sql(criteria: Criteria) -> str:
    """
    The rows of `elevidence`: a subject's facts, unfolded.

    Parameters
    ----------
    criteria : the criteria

    Returns
    -------
    SQL over `elfacts`: one row per subject, criterion and fact its rule uses.
    """
    rows = [_evidence_row(each, fact, n) for each in criteria.all for n, fact in enumerate(each.facts, start=1)]
    if not rows:
        empty = "'' as CRITERION, 0 as ORD, '' as FACT, 0 as FACT_ORD, '' as LABEL, '' as DESCRIPTION, '' as VALUE, "
        empty += "'' as UNIT, cast(null as date) as DT, 0 as DAYS_BEFORE, '' as SRCDOM, 0 as SRCSEQ"
        return f"select SUBJKEY, USUBJID, {empty} from elfacts where false"
    return f"select SUBJKEY, USUBJID, unnest([{', '.join(rows)}], recursive := true) from elfacts"


def _evidence_row(criterion: EvaluatedCriterion, fact: Fact, place: int) -> str:
    date = quoted(f"{fact.name}__DT")
    values = {
        "CRITERION": literal(criterion.id),
        "ORD": str(criterion.ord),
        "FACT": literal(fact.name),
        "FACT_ORD": str(place),
        "LABEL": literal(fact_label(fact)),
        "DESCRIPTION": literal(fact.description),
        "VALUE": f"coalesce({_text_sql(fact)}, {_lost_sql(fact)})",
        "UNIT": _unit_sql((fact,)),
        "DT": date,
        "DAYS_BEFORE": f"cast(datediff('day', {date}, REF__DT) as integer)",
        "SRCDOM": literal(fact.domain),
        "SRCSEQ": quoted(f"{fact.name}__SEQ"),
    }
    return "{" + ", ".join(f"'{name}': {value}" for name, value in values.items()) + "}"
