"""A limit of a criterion moved: who would become eligible, everything else being equal. Exploration, not a proposal."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import assumed, filter_note, population_words, records, result_of, table, whole
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import plural
from crlm_dash.errors import NotFound
from crlm_dash.store.door import Door

HOLDS: dict[str, Callable[[Any, float], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
MARKS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
EXPLORATION = "Exploration of these data, not a proposal: everything else is held equal."


def eligibility_limit(door: Door, *, limit: str = "", at: float | None = None, where: str = "") -> Result:
    """
    How many of those screened would be eligible if one limit of one criterion stood elsewhere.

    Parameters
    ----------
    limit : criterion and place of the comparison in its rule ('I12', 'I06:2'); '' is the first there is
    at : where the limit is moved to; None leaves it where the protocol has it
    where : a filter text

    Returns
    -------
    Tables `limits` (every limit that could be moved: id, criterion, place, fact, label, operator, value, unit, key),
    `values` (value, n: screened subjects with it; n_hinging: of whom all other criteria are met and this comparison
    decides), `gain` (value, n_eligible: eligible if the limit stood there). `facts`: key, label, unit, operator,
    stated, at, n_now, n_at.

    Raises
    ------
    NotFound : no such limit
    """
    limits = _limits(door)
    tables = {"limits": limits, "values": table([], "value n n_hinging"), "gain": table([], "value n_eligible")}
    population = population_words(door, "SCRNFL")
    if limits.empty:
        empty = "This trial has no criterion with a limit that could be moved."
        return result_of(door, "eligibility_limit", tables, population=population, n_used=0, n_total=0, empty=empty)
    chosen = _chosen(limit, limits)
    found = door.ask("eligibility_limit", population="SCRNFL", where=where, limit_id=chosen["id"])
    known = found[found["value"].notna()]
    n_total, n_used = whole(found["n"].sum()), whole(known["n"].sum())
    moved = chosen["value"] if at is None else at
    places = sorted({*known["value"], chosen["value"], moved})
    eligible = {place: _eligible(found, chosen["operator"], place) for place in places}
    tables |= {
        "values": known[["value", "n", "n_hinging"]].reset_index(drop=True),
        "gain": table(list(eligible.items()), "value n_eligible"),
    }
    facts = {"stated": chosen["value"], "at": moved, "n_now": eligible[chosen["value"]], "n_at": eligible[moved]}
    facts |= {name: chosen[name] for name in ("key", "criterion", "label", "unit", "operator")}
    return result_of(
        door,
        "eligibility_limit",
        tables,
        population=population,
        n_used=n_used,
        n_total=n_total,
        notes=[
            EXPLORATION,
            f"{plural(n_total - n_used, 'patient')} without this value." if n_used < n_total else "",
            filter_note(where),
            *assumed(door, "criteria", "facts"),
        ],
        filters=where,
        sentence=_sentence(facts),
        empty="" if n_total else "No subject has been screened yet.",
        facts=facts,
    )


def _limits(door: Door) -> pd.DataFrame:
    """Every limit of the protocol; its key is the criterion, with the place in the rule where there are several."""
    found = door.ask("eligibility_limits")
    alone = ~found["criterion"].duplicated(keep=False)
    key = found["criterion"].where(alone, found["criterion"] + ":" + found["place"].astype(str))
    return found.assign(key=key)


def _chosen(wanted: str, limits: pd.DataFrame) -> dict[str, Any]:
    key = wanted.strip() or limits["key"].iloc[0]
    if key not in set(limits["key"]):
        raise NotFound(f"There is no limit '{wanted}'. Limits: {', '.join(limits['key'])}.")
    return records(limits[limits["key"] == key])[0]


def _eligible(found: pd.DataFrame, sign: str, place: float) -> int:
    """Eligible if the limit stood at `place`; who has no value stays as he is."""
    known = found["value"].notna()
    holds = known & HOLDS[sign](found["value"], place)
    return whole(
        found.loc[holds, "n_true"].sum()
        + found.loc[known & ~holds, "n_false"].sum()
        + found.loc[~known, "n_unmoved"].sum()
    )


def _sentence(facts: dict[str, Any]) -> str:
    mark, unit = MARKS[facts["operator"]], facts["unit"] or ""
    stated = f"{facts['criterion']}, {facts['label']} {mark} {facts['stated']:g} {unit}".strip()
    if facts["at"] == facts["stated"]:
        return f"{stated}: {plural(facts['n_now'], 'patient')} eligible with the limit of the protocol."
    change = facts["n_at"] - facts["n_now"]
    there = f"{mark} {facts['at']:g} {unit}".strip()
    return (
        f"{stated}: at {there} {plural(abs(change), 'patient')} {'more' if change >= 0 else 'fewer'} would be "
        f"eligible ({facts['n_at']:,} instead of {facts['n_now']:,})."
    )
