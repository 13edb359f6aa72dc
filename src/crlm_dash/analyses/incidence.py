"""Cumulative incidence: what happens first to how many, pooled or by group, each cause against the others."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses import incidence_words as words
from crlm_dash.analyses import survival_words
from crlm_dash.analyses.endpoints import COUNTED, endpoints_of, exclusions, of_adverse_events, unit_named
from crlm_dash.analyses.framing import group_order, population_words, result_of, table, whole
from crlm_dash.analyses.imaging import uneven_scans
from crlm_dash.analyses.incidence_causes import causes_of
from crlm_dash.analyses.incidence_estimates import COLUMNS, estimates, overstatement, reading_time
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.survival_times import rescaled, ticks
from crlm_dash.errors import NotFound
from crlm_dash.protocol import Endpoint
from crlm_dash.store.door import BY_ARM, Door


def incidence(
    door: Door,
    *,
    endpoint: str = "",
    by: str | None = None,
    where: str = "",
    population: str = "ENRLFL",
    unit: str = "",
    overstated: bool = False,
) -> Result:
    """
    Cumulative incidence of every cause of one endpoint (Aalen–Johansen), in all patients or by group.

    Parameters
    ----------
    endpoint : PARAMCD; '' is the endpoint that tells the most causes apart
    by : 'arm', or a covariate of the protocol; None pools everyone
    where : a filter text; makes the display exploratory and removes every test
    population : ADSL flag of those the display is about
    unit : 'days', 'months' or 'years'; '' is the unit in which the endpoint is stored
    overstated : whether to give 1 − Kaplan–Meier of each cause too, as a warning against it

    Returns
    -------
    Tables `curves`, `tests`, `first_events`, `landmarks`, `subdistribution`, `hazard_ratio`, `event_free`,
    `at_risk`, `overstated`, `causes`, `endpoints`, times in `facts["unit"]`. Comparisons are with the control arm,
    else the first group shown.

    Raises
    ------
    AccessDenied : the viewer may not see outcomes by arm; NotFound : no such endpoint
    """
    if by == BY_ARM:
        door.check_can(Action.SEE_OUTCOMES_BY_ARM)
    there = endpoints_of(door, where, population)
    offered = _with_causes(door, there)
    chosen = _chosen(door, there, offered, endpoint)
    asked: dict[str, Any] = {"by": by, "where": where, "population": population}
    denominators = door.ask("survival_denominators", **asked, endpoint=chosen.paramcd if chosen else "")
    n_total, excluded = whole(denominators["n_total"].sum()), exclusions(denominators, chosen)
    n_used = n_total - sum(each.n for each in excluded)
    tables = {"endpoints": offered}
    facts: dict[str, Any] = {"by": by, "order": [], "ticks": [], "landmarks": [], "horizon": None}
    shown = unit_named(unit) or (chosen.unit if chosen else None)
    empty, sentence, notes = words.nothing(chosen, n_total, n_used), "", []
    if chosen is not None and shown is not None:
        named = {"unit": str(shown), "endpoint": chosen.paramcd, "label": chosen.label}
        facts |= named | {"axis": survival_words.axis(chosen, shown)}
    if chosen is not None and shown is not None and not empty:
        order = group_order(door, by, denominators["strata"])
        counts = rescaled(_counts(door, asked, chosen, order), chosen.unit, shown)
        tables["causes"] = causes_of(door, chosen, asked, counts)
        reference = door.control if by == BY_ARM else None
        tested = by is not None and not where.strip()
        tables |= estimates(counts, tables["causes"], chosen, shown, reference, tested=tested)
        if overstated:
            tables["overstated"] = overstatement(counts)
        landmarks = sorted(tables["landmarks"]["time"].unique().tolist())
        horizon = reading_time(tables["landmarks"])
        facts |= {"order": order, "ticks": ticks(counts, shown), "landmarks": landmarks, "horizon": horizon}
        facts["horizon_words"] = survival_words.length(horizon, shown) if horizon else ""
        sentence = words.finding(chosen, shown, tables, horizon, population_words(door, population))
        notes = words.notes(door, chosen, shown, denominators, tables, by, where)
        notes.insert(0, uneven_scans(door, chosen, by, where, population))
    tables = {name: tables[name] if name in tables else table([], COLUMNS[name]) for name in (*COLUMNS, "endpoints")}
    return result_of(
        door,
        "incidence",
        tables,
        population=population_words(door, population),
        n_used=n_used if not empty else 0,
        n_total=n_total,
        notes=notes,
        excluded=excluded,
        filters=where,
        sentence=sentence,
        empty=empty,
        facts=facts,
    )


def competing_choices(door: Door) -> dict[str, str]:
    """Endpoints with competing risks, code → label; the one shown without a wish is first, under ''."""
    offered = _with_causes(door, endpoints_of(door, "", "ENRLFL"))
    labels = dict(zip(offered["PARAMCD"], offered["PARAM"], strict=True))
    most = _most_causes(door, offered)
    return {"": labels.pop(most)} | labels if most else {}


def _with_causes(door: Door, there: pd.DataFrame) -> pd.DataFrame:
    """The endpoints with competing risks, of those there are; those about adverse events only where asked for."""
    competing = [
        each.paramcd
        for each in door.protocol.endpoints
        if each.type == "competing_risks" and not of_adverse_events(each)
    ]
    return there[there["PARAMCD"].isin(competing)].reset_index(drop=True)


def _most_causes(door: Door, offered: pd.DataFrame) -> str:
    """Of the endpoints with competing risks, first those with records, the one with most causes; '' of none."""
    declared = {each.paramcd: each for each in door.protocol.endpoints}
    filled = offered.loc[offered["n"] > 0, "PARAMCD"].tolist() or offered["PARAMCD"].tolist()
    return max(filled, key=lambda code: len(declared[code].competing), default="")


def _chosen(door: Door, there: pd.DataFrame, offered: pd.DataFrame, wanted: str) -> Endpoint | None:
    """The endpoint asked for; without a wish the one with most causes."""
    declared = {each.paramcd: each for each in door.protocol.endpoints}
    code = wanted.strip().upper() or _most_causes(door, offered)
    if not code:
        return None
    labels = dict(zip(there["PARAMCD"], there["PARAM"], strict=True))
    if code not in labels:
        raise NotFound(
            f"{door.cut.trial} has no endpoint '{wanted}'. Endpoints with competing risks: "
            f"{', '.join(offered['PARAMCD']) or 'none'}; all: {', '.join(labels) or 'none'}."
        )
    return declared.get(code) or Endpoint(paramcd=code, label=labels[code], delivered=True)


def _counts(door: Door, asked: dict[str, Any], endpoint: Endpoint, order: list[str]) -> pd.DataFrame:
    """Counts as `stats` takes them, groups in the order shown."""
    found = door.ask("survival_counts", **asked, endpoint=endpoint.paramcd)
    strata = pd.Categorical(found["strata"], categories=order)
    return found.assign(strata=strata, event=found["cause"])[COUNTED]
