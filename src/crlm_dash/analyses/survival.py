"""Survival: Kaplan–Meier curves of one endpoint, pooled or by group, with what is read off them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash import stats
from crlm_dash.access import Action
from crlm_dash.analyses import survival_words as words
from crlm_dash.analyses.endpoints import endpoints_of, exclusions, known_groups, too_small, unit_named
from crlm_dash.analyses.framing import group_order, population_words, result_of, table, whole
from crlm_dash.analyses.result import Exclusion, Result
from crlm_dash.analyses.survival_times import landmark_times, rescaled, restricted_horizon, ticks
from crlm_dash.errors import NotFound
from crlm_dash.protocol import Endpoint
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import TimeUnit, is_event

COLUMNS = {
    "curves": "strata time n_risk n_event n_censor estimate std_error conf_low conf_high",
    "summary": "strata n n_event median conf_low conf_high followup_median",
    "landmarks": "strata time n_risk estimate conf_low conf_high",
    "differences": "comparison time estimate conf_low conf_high",
    "tests": "test statistic df p_value",
    "hazard_ratio": "comparison estimate conf_low conf_high ph_p_value",
    "rmst": "strata horizon estimate std_error conf_low conf_high",
    "at_risk": "strata time n_entered n_risk n_event n_censor",
}


def survival(
    door: Door,
    *,
    endpoint: str = "",
    by: str | None = None,
    where: str = "",
    population: str = "ENRLFL",
    unit: str = "",
) -> Result:
    """
    Survival to one endpoint, in all patients or by group.

    Parameters
    ----------
    endpoint : PARAMCD; '' is the protocol's primary endpoint, else the first there is
    by : 'arm', or a covariate of the protocol; None pools everyone
    where : a filter text; makes the display exploratory and removes every test
    population : ADSL flag of those the display is about
    unit : 'days', 'months' or 'years'; '' is the unit in which the endpoint is stored

    Returns
    -------
    Tables `curves`, `summary`, `landmarks`, `differences`, `tests`, `hazard_ratio`, `rmst`, `at_risk`,
    `endpoints`, times in `facts["unit"]`. Comparisons are with the control arm, else the first group shown.

    Raises
    ------
    AccessDenied : the viewer may not see outcomes by arm; NotFound : no such endpoint
    """
    if by == BY_ARM:
        door.check_can(Action.SEE_OUTCOMES_BY_ARM)
    endpoints = endpoints_of(door, where, population)
    chosen = _chosen(door, endpoints, endpoint)
    asked: dict[str, Any] = {"by": by, "where": where, "population": population}
    denominators = door.ask("survival_denominators", **asked, endpoint=chosen.paramcd if chosen else "")
    n_total, excluded = whole(denominators["n_total"].sum()), exclusions(denominators, chosen)
    n_used = n_total - sum(each.n for each in excluded)
    tables = {name: table([], columns) for name, columns in COLUMNS.items()} | {"endpoints": endpoints}
    facts = _facts(chosen, by, unit)
    if chosen is not None and chosen.type == "competing_risks" and n_used:
        excluded.append(Exclusion("competing risks: no Kaplan–Meier curve", n_used))
    empty, sentence, notes = words.nothing(chosen, n_total, n_used), "", []
    if chosen is not None and not empty:
        shown = TimeUnit(facts["unit"])
        order = group_order(door, by, denominators["strata"])
        counts = rescaled(_counts(door, asked, chosen, order), chosen.unit, shown)
        reference = door.control if by == BY_ARM else None
        tables |= _estimates(counts, chosen, shown, reference, tested=by is not None and not where.strip())
        landmarks = sorted(tables["landmarks"]["time"].unique().tolist())
        facts |= {"order": order, "ticks": ticks(counts, shown), "landmarks": landmarks}
        sentence = words.finding(chosen, shown, tables, population_words(door, population))
        notes = words.notes(door, chosen, shown, denominators, tables, by, where)
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


def _facts(endpoint: Endpoint | None, by: str | None, unit: str) -> dict[str, Any]:
    """What a figure needs besides the tables."""
    facts: dict[str, Any] = {"by": by, "order": [], "ticks": [], "landmarks": []}
    shown = unit_named(unit)
    if endpoint is None:
        return facts
    shown = shown or endpoint.unit
    named = {"unit": str(shown), "endpoint": endpoint.paramcd, "label": endpoint.label}
    return facts | named | {"axis": words.axis(endpoint, shown)}


def _chosen(door: Door, endpoints: pd.DataFrame, wanted: str) -> Endpoint | None:
    """The endpoint asked for; without a wish the primary one that has records, else the first that has."""
    declared = {each.paramcd: each for each in door.protocol.endpoints}
    filled = endpoints.loc[endpoints["n"] > 0, "PARAMCD"].tolist()
    primary = [code for code, each in declared.items() if each.primary and code in filled]
    plain = [code for code in filled if code not in declared or declared[code].type == "time_to_event"]
    code = wanted.strip().upper() or next(iter([*primary, *plain, *filled, *declared]), "")
    if not code:
        return None
    if code not in set(endpoints["PARAMCD"]):
        there = ", ".join(endpoints["PARAMCD"]) or "none"
        raise NotFound(f"{door.cut.trial} has no endpoint '{wanted}'. Endpoints: {there}.")
    label = dict(zip(endpoints["PARAMCD"], endpoints["PARAM"], strict=True))[code]
    return declared.get(code) or Endpoint(paramcd=code, label=label, delivered=True)


def _counts(door: Door, asked: dict[str, Any], endpoint: Endpoint, order: list[str]) -> pd.DataFrame:
    """Counts as `stats` takes them, groups in the order shown."""
    found = door.ask("survival_counts", **asked, endpoint=endpoint.paramcd)
    strata = pd.Categorical(found["strata"], categories=order)
    return found.assign(strata=strata, event=is_event(found["cnsr"]).astype(int)).drop(columns="cnsr")


def _estimates(
    counts: pd.DataFrame, endpoint: Endpoint, unit: TimeUnit, reference: str | None, *, tested: bool
) -> dict[str, pd.DataFrame]:
    """Every table of the display. `tested`: groups are pre-specified and nothing is filtered."""
    times = landmark_times(endpoint, unit, counts)
    compared = known_groups(counts)
    reference = reference if reference in compared["strata"].cat.categories else None
    summary = stats.median_survival(counts)
    followup = stats.followup_median(counts)[["strata", "followup_median"]]
    tables = {
        "curves": stats.kaplan_meier(counts),
        "summary": summary.merge(followup, on="strata", how="left"),
        "landmarks": stats.survival_at(counts, times),
        "at_risk": stats.number_at_risk(counts, ticks(counts, unit)),
        "differences": stats.survival_differences(compared, times, reference=reference),
        "tests": _tests(compared) if tested else table([], COLUMNS["tests"]),
        "hazard_ratio": _hazard_ratio(compared, reference, tested),
        "rmst": table([], COLUMNS["rmst"]),
    }
    horizon = restricted_horizon(tables["landmarks"])
    if horizon is not None:
        tables["rmst"] = stats.rmst(counts, horizon)
    return {name: frame[COLUMNS[name].split()] for name, frame in tables.items()}


def _tests(counts: pd.DataFrame) -> pd.DataFrame:
    found = stats.log_rank(counts)
    return found.assign(statistic=float("nan"), p_value=float("nan")) if too_small(counts) else found


def _hazard_ratio(counts: pd.DataFrame, reference: str | None, tested: bool) -> pd.DataFrame:
    """Cox estimates against the reference; blank where a group is too small, no p-value where filtered."""
    found = stats.hazard_ratio(counts, reference=reference)
    if too_small(counts):
        blank = dict.fromkeys(found.columns.drop("comparison"), float("nan"))
        return found.assign(**blank)
    return found if tested else found.assign(ph_p_value=float("nan"))
