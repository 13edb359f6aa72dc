"""Risk factors: Cox models of the pre-specified covariates, one by one and together, and the arms within subgroups."""

from __future__ import annotations

from typing import Any

from crlm_dash.analyses import riskfactor_words as words
from crlm_dash.analyses.endpoints import endpoints_of, exclusions
from crlm_dash.analyses.framing import population_words, result_of, table, whole, withhold_arm_names
from crlm_dash.analyses.result import Exclusion, Result
from crlm_dash.analyses.riskfactor_covariates import arm_is_seen, covariates_of, factors_of
from crlm_dash.analyses.riskfactor_estimates import COLUMNS, estimates
from crlm_dash.analyses.survival_display import endpoint_named
from crlm_dash.store.door import Door


def riskfactors(
    door: Door, *, endpoint: str = "", where: str = "", population: str = "ENRLFL", subgroups: bool = False
) -> Result:
    """
    Hazard ratios of every pre-specified covariate, alone and together; on demand of the arms within their levels.

    Parameters
    ----------
    endpoint : PARAMCD; '' is the protocol's primary endpoint, else the first there is
    where : a filter text; makes the display exploratory and removes every test
    population : ADSL flag of those the display is about
    subgroups : the arms within the levels of every covariate too, which takes longer than all the rest

    Returns
    -------
    Tables `models`, `tests`, `subgroups`, `facts`, `covariates`. The arm is a factor, and there are subgroups, only
    where the viewer may see outcomes by arm; `subgroups` has no row unless asked for. The multivariable model rests
    on those in whom every factor is known.

    Raises
    ------
    NotFound : no such endpoint; RequestError : the filter or the population is not understood

    Source: Cox, J R Stat Soc B 34 (1972) 187-220.
    """
    endpoints = endpoints_of(door, where, population)
    chosen = endpoint_named(door, endpoints, endpoint)
    asked: dict[str, Any] = {"where": where, "population": population}
    sizes = door.ask("survival_denominators", **asked, endpoint=chosen.paramcd if chosen else "")
    n_total, excluded = whole(sizes["n_total"].sum()), exclusions(sizes, chosen)
    n_used = n_total - sum(each.n for each in excluded)
    covariates = covariates_of(door)
    empty, sentence, notes = words.nothing(chosen, covariates, n_total, n_used), "", []
    tables = {name: table([], columns) for name, columns in COLUMNS.items()}
    if empty and n_used and chosen is not None:
        excluded.append(Exclusion("no model of this endpoint", n_used))
    if chosen is not None and not empty:
        factors = factors_of(door, chosen.paramcd, asked)
        tables |= estimates(factors, tested=not where.strip(), subgroups=subgroups)
        sentence = words.finding(chosen, tables, population_words(door, population), where)
        if len(tables["subgroups"]):
            sentence = words.within_subgroups(chosen, tables["subgroups"], population_words(door, population))
        notes = words.notes(door, chosen, sizes, factors, tables, where)
    return result_of(
        door,
        "riskfactors",
        {name: withhold_arm_names(door, frame) for name, frame in tables.items()},
        population=population_words(door, population),
        n_used=0 if empty else n_used,
        n_total=n_total,
        notes=notes,
        excluded=excluded,
        filters=where,
        sentence=sentence,
        empty=empty,
        facts={"endpoint": chosen.paramcd, "label": chosen.label, "by_arm": arm_is_seen(door)} if chosen else {},
    )


def riskfactor_choices(door: Door) -> dict[str, str]:
    """Endpoints a model can be fitted to, code → label; the one shown without a wish is first, under ''."""
    endpoints = endpoints_of(door, "", "ENRLFL")
    competing = {each.paramcd for each in door.protocol.endpoints if each.type == "competing_risks"}
    offered = endpoints[~endpoints["PARAMCD"].isin(competing)]
    labels = dict(zip(offered["PARAMCD"], offered["PARAM"], strict=True))
    first = endpoint_named(door, endpoints, "")
    if first is None or first.paramcd not in labels:
        return labels
    return {"": labels.pop(first.paramcd)} | labels
