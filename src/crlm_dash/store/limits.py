"""`limits` and `ellimit`: what would become of each subject if one limit of one criterion were moved."""

from __future__ import annotations

from crlm_dash.ingest.raw import quoted
from crlm_dash.protocol import fact_label, shown_unit
from crlm_dash.store.criteria import Criteria, NumberedLimit

_NOBODY = (
    "select SUBJKEY, USUBJID, cast(null as integer) as LIMIT_ID, cast(null as double) as VALUE, "
    "cast(null as varchar) as RESULT, cast(null as varchar) as IF_TRUE, cast(null as varchar) as IF_FALSE, "
    "cast(null as boolean) as PIVOTAL, cast(null as boolean) as OTHERS_MET from elfacts where false"
)


def limit_rows(criteria: Criteria) -> list[tuple[object, ...]]:
    """
    The rows of `limits`.

    Parameters
    ----------
    criteria : the criteria

    Returns
    -------
    LIMIT_ID, CRITERION, IECAT, FACT, LABEL, DESCRIPTION, OPERATOR, LIMIT_VALUE, UNIT, PLACE of each limit.
    """
    return [
        (
            each.number, each.criterion.id, each.criterion.iecat, each.fact.name, fact_label(each.fact),
            each.fact.description, each.limit.operator, each.limit.value, shown_unit(each.fact.unit), each.limit.place,
        )
        for each in criteria.limits
    ]  # fmt: skip


def ellimit_sql(criteria: Criteria) -> str:
    """
    The rows of `ellimit`, one branch a limit: a view asked for one limit reads that limit's columns only.

    Parameters
    ----------
    criteria : the criteria

    Returns
    -------
    SQL over `elfacts`: one row per subject and limit.
    """
    return " union all ".join(_branch(each) for each in criteria.limits) or _NOBODY


def _branch(limit: NumberedLimit) -> str:
    met, true, false = (
        quoted(name) for name in (limit.criterion.met, f"limit_{limit.number}__TRUE", f"limit_{limit.number}__FALSE")
    )
    return (
        f"select SUBJKEY, USUBJID, {limit.number} as LIMIT_ID, {quoted(limit.fact.name)} as VALUE, "
        f"{result_sql(met)} as RESULT, {result_sql(true)} as IF_TRUE, {result_sql(false)} as IF_FALSE, "
        f"({true} is true) <> ({false} is true) as PIVOTAL, "
        f"N__OPEN - cast({met} is not true as integer) = 0 as OTHERS_MET from elfacts"
    )


def result_sql(met: str) -> str:
    """
    A requirement in words.

    Parameters
    ----------
    met : a boolean expression

    Returns
    -------
    SQL: 'met', 'not met' or 'unknown'.
    """
    return f"case {met} when true then 'met' when false then 'not met' else 'unknown' end"
