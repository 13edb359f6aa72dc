"""Survival: Kaplan–Meier curves of one endpoint, pooled or by group, with what is read off them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses import published as published_rates
from crlm_dash.analyses import survival_received as received
from crlm_dash.analyses import survival_words as words
from crlm_dash.analyses.endpoints import endpoints_of, exclusions, unit_named
from crlm_dash.analyses.framing import group_order, population_words, result_of, whole
from crlm_dash.analyses.imaging import uneven_scans
from crlm_dash.analyses.result import Exclusion, Result
from crlm_dash.analyses.survival_display import Display, display_of, endpoint_named
from crlm_dash.analyses.survival_estimates import band as half_interval
from crlm_dash.analyses.survival_estimates import counts_of, empty_tables, estimates, naive_curves
from crlm_dash.analyses.survival_received import BY_RECEIVED, LANDMARK, TIME_VARYING
from crlm_dash.analyses.survival_times import landmark_in, rescaled, ticks
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.store.rooms import RECEIVED_NEEDS


def survival(
    door: Door,
    *,
    endpoint: str = "",
    by: str | None = None,
    where: str = "",
    population: str = "ENRLFL",
    unit: str = "",
    origin: str = "",
    method: str = "",
    landmark: int = 6,
    band: bool = False,
    naive: bool = False,
    published: bool = False,
) -> Result:
    """
    Survival to one endpoint, in all patients or by group.

    Parameters
    ----------
    endpoint : PARAMCD; '' is the protocol's primary endpoint, else the first there is
    by : 'arm', a covariate of the protocol, or 'received' (local treatment received); None pools everyone
    where : a filter text; makes the display exploratory and removes every test
    population : ADSL flag of those the display is about
    unit : 'days', 'months' or 'years'; '' is the unit in which the endpoint is stored
    origin : 'diagnosis', 'chemotherapy', 'enrolment' or 'treatment'; another than the protocol's is exploratory;
        '' is the endpoint's own (by treatment received: enrolment)
    method : by treatment received only: 'landmark' or 'time-varying'
    landmark : months after time zero, for that method
    band, naive, published : also half the interval of the difference (two groups), the curves that ignore late entry,
        published rates

    Returns
    -------
    The tables of `survival_estimates.COLUMNS` and `endpoints`, times in `facts["unit"]`. Comparisons are with the
    control arm, else the first group shown.

    Raises
    ------
    AccessDenied : the viewer may not see outcomes by arm, or by treatment received; NotFound : no such endpoint;
    RequestError : an option is not understood, or treatment received is to be compared from time zero
    """
    if by == BY_ARM:
        door.check_can(Action.SEE_OUTCOMES_BY_ARM)
    by_received = by == BY_RECEIVED
    if by_received:
        for action in RECEIVED_NEEDS:
            door.check_can(action)
        received.check_method(method, landmark)
    shown = unit_named(unit)
    endpoints = endpoints_of(door, where, population)
    chosen = endpoint_named(door, endpoints, endpoint)
    if chosen is None:
        return _nothing(door, endpoints, by, where, population)
    display = display_of(
        door, chosen, shown or chosen.unit, by=by, where=where, population=population,
        origin=origin or ("enrolment" if by_received else ""),
    )  # fmt: skip
    method = method.strip().lower() if by_received else ""
    denominators = _denominators(display, method, landmark)
    excluded = _excluded(denominators, display, method, landmark)
    n_total = whole(denominators["n_total"].sum())
    n_used = n_total - sum(each.n for each in excluded)
    if display.endpoint.type == "competing_risks" and n_used:
        excluded.append(Exclusion("competing risks: no Kaplan–Meier curve", n_used))
    facts = words.facts(display) | {"method": method}
    if method == LANDMARK:
        facts["axis"] = received.axis(display, landmark)
    tables = empty_tables() | {"endpoints": endpoints}
    empty, sentence, notes = words.nothing(display.endpoint, n_total, n_used), "", []
    if not empty:
        counts, order = _counts(display, denominators, method, landmark)
        tables |= _tables(display, counts, method)
        tables |= _on_demand(display, counts, denominators, band=band and method != TIME_VARYING, naive=naive)
        if published:
            tables["published"] = published_rates.published(display)
        landmarks = sorted(tables["landmarks"]["time"].unique().tolist())
        facts |= {"order": order, "ticks": ticks(counts, display.unit), "landmarks": landmarks}
        sentence = words.finding(display, tables, population_words(door, population), method)
        notes = [
            received.note(denominators, display, method, landmark) if by_received else "",
            uneven_scans(door, display.endpoint, by, where, population),
            *words.notes(display, denominators, tables, method),
            published_rates.note(display, tables["published"]) if published else "",
        ]
    return result_of(
        door,
        "survival",
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


def _nothing(door: Door, endpoints: pd.DataFrame, by: str | None, where: str, population: str) -> Result:
    """The display of a trial without any endpoint."""
    sizes = door.ask("survival_denominators", by=None, where=where, population=population, endpoint="")
    n_total = whole(sizes["n_total"].sum())
    return result_of(
        door,
        "survival",
        empty_tables() | {"endpoints": endpoints},
        population=population_words(door, population),
        n_used=0,
        n_total=n_total,
        filters=where,
        empty=words.nothing(None, n_total, 0),
        facts={"by": by, "order": [], "ticks": [], "landmarks": []},
    )


def _denominators(display: Display, method: str, landmark: int) -> pd.DataFrame:
    code = display.endpoint.paramcd
    if not method:
        return display.door.ask("survival_denominators", by=display.by, **display.asked, endpoint=code)
    at = landmark_in(landmark, display.endpoint.unit)
    return display.door.ask(received.queries(method)[0], **display.asked, endpoint=code, landmark=at)


def _excluded(denominators: pd.DataFrame, display: Display, method: str, landmark: int) -> list[Exclusion]:
    if method == LANDMARK:
        return received.excluded_by_landmark(denominators, display, landmark)
    return exclusions(denominators, display.endpoint, words.origin(display.endpoint) if display.origin else "")


def _counts(display: Display, denominators: pd.DataFrame, method: str, landmark: int) -> tuple[pd.DataFrame, list[str]]:
    """Counts as `stats` takes them, in the unit shown, and the groups in the order shown."""
    code, stored = display.endpoint.paramcd, display.endpoint.unit
    if method:
        at = landmark_in(landmark, stored)
        found = display.door.ask(received.queries(method)[1], **display.asked, endpoint=code, landmark=at)
        found, order = found.assign(strata=found["strata"].map(received.GROUPS)), list(received.GROUPS.values())
    else:
        found = display.door.ask("survival_counts", by=display.by, **display.asked, endpoint=code)
        order = group_order(display.door, display.by, denominators["strata"])
    return rescaled(counts_of(found, order), stored, display.unit), order


def _tables(display: Display, counts: pd.DataFrame, method: str) -> dict[str, pd.DataFrame]:
    reference = display.door.control if display.by == BY_ARM else None
    tables = estimates(counts, display.endpoint, display.unit, reference, tested=display.tested and not method)
    if method != TIME_VARYING:
        return tables
    # The groups change hands with time: a median or a rate would be nobody's.
    kept = {name: tables[name] for name in ("curves", "at_risk", "hazard_ratio") if name in tables}
    blank = dict.fromkeys(("median", "conf_low", "conf_high", "followup_median"), float("nan"))
    return kept | {"summary": tables["summary"].assign(**blank)}


def _on_demand(
    display: Display, counts: pd.DataFrame, denominators: pd.DataFrame, *, band: bool, naive: bool
) -> dict[str, Any]:
    found = {}
    if band:
        found["band"] = half_interval(counts, display.door.control if display.by == BY_ARM else None)
    if naive and int(denominators["n_late"].sum()) and (counts["entry"] > 0).any():
        found["naive"] = naive_curves(counts)
    return found
