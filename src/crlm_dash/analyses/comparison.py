"""Two groups that chose their treatment, made alike and compared: the design first, then the outcomes by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses import comparison_missing
from crlm_dash.analyses import comparison_plain as plain
from crlm_dash.analyses import comparison_words as words
from crlm_dash.analyses.comparison_design import COLUMNS as OF_DESIGN
from crlm_dash.analyses.comparison_design import Design, design_over
from crlm_dash.analyses.comparison_imputed import Imputed, imputed_of
from crlm_dash.analyses.comparison_outcomes import Outcomes, empty_tables, outcomes_of
from crlm_dash.analyses.comparison_received import as_it_changes
from crlm_dash.analyses.comparison_sample import Sample, asked_of, sample_of
from crlm_dash.analyses.endpoints import endpoints_of, of_adverse_events
from crlm_dash.analyses.framing import population_words, result_of, table
from crlm_dash.analyses.incidence_causes import causes_of
from crlm_dash.analyses.result import Exclusion, Result
from crlm_dash.analyses.survival_display import endpoint_named
from crlm_dash.analyses.survival_times import rescaled
from crlm_dash.errors import RequestError
from crlm_dash.protocol import Comparison, Endpoint
from crlm_dash.stats.group_comparison import INVERSE, OVERLAP
from crlm_dash.store.door import Door
from crlm_dash.terms import TimeUnit

POPULATION = "ENRLFL"
WEIGHTS = (OVERLAP, INVERSE)
TIME_ZERO = ("ENRLDT", "RANDDT")
Tell = Callable[[int, int], None]


def comparison(door: Door, *, endpoint: str = "", weights: str = "", cause: int = 1, draws: int = 0) -> Result:
    """
    The groups compared as the protocol file declares it.

    Parameters
    ----------
    endpoint : PARAMCD, counted from enrolment; '' is the primary one
    weights : 'overlap' or 'inverse probability', of curves and differences; '' as the protocol declares
    cause : of an endpoint with competing risks, the cause looked at
    draws : patients drawn anew so many times, for limits that know of everything that was estimated; 0 none

    Returns
    -------
    Tables of `comparison_design.COLUMNS`, for everybody; of `comparison_outcomes.COLUMNS` and `causes`, with rows for
    who may see outcomes by arm. Times in months.

    Raises
    ------
    NotFound : no such endpoint; RequestError : weights, cause or draws are not understood, or time zero is another day
    """
    return comparison_told(door, lambda done, total: None, endpoint=endpoint, weights=weights, cause=cause, draws=draws)


def comparison_told(door: Door, tell: Tell, *, endpoint: str, weights: str, cause: int, draws: int) -> Result:
    """As `comparison`; `tell` is called with how many draws are done and how many there are."""
    declared = door.protocol.comparison
    weighted = weights.strip().lower() or (declared.weights if declared else OVERLAP)
    if weighted not in WEIGHTS:
        raise RequestError(f"'{weights}' are no weights. There are: {', '.join(WEIGHTS)}.")
    if draws < 0:
        raise RequestError(f"Patients cannot be drawn {draws} times.")
    chosen = _endpoint(door, endpoint)
    if declared is None or len(door.arms) != 2:
        return _not_here(door)
    compared = door.can(Action.SEE_OUTCOMES_BY_ARM) and chosen is not None
    found, causes = _rows(door, declared, chosen if compared else None)
    complete = sample_of(door, declared, found)
    if chosen and chosen.type == "competing_risks" and compared and cause not in set(causes["cause"]):
        raise RequestError(f"{cause} is no cause of {chosen.paramcd}. Causes: {', '.join(map(str, causes['cause']))}.")
    of_cause = cause if chosen and chosen.type == "competing_risks" else 0
    imputed = imputed_of(door, declared, found, complete, of_cause)
    sets = imputed.sets if imputed else (complete,)
    sample, design = sets[0], design_over(sets, declared, imputed)
    outcomes = None
    if compared and chosen is not None and not design.refused:
        outcomes = outcomes_of(
            sets, declared, chosen, imputed, cause=of_cause, weights=weighted, draws=draws, tell=tell
        )  # fmt: skip
    received = as_it_changes(door, chosen) if outcomes and chosen else None
    return _result(door, declared, chosen, sample, imputed, design, outcomes, weighted, cause, causes, received)


def comparison_choices(door: Door) -> dict[str, str]:
    """Endpoints counted from time zero, code → label; the one shown without a wish is first, under ''."""
    labels = {
        each.paramcd: each.label
        for each in door.protocol.endpoints
        if each.origin in TIME_ZERO and not of_adverse_events(each)
    }
    first = _endpoint(door, "")
    return {"": labels.pop(first.paramcd)} | labels if first and first.paramcd in labels else labels


def _endpoint(door: Door, wanted: str) -> Endpoint | None:
    """The endpoint asked for; refused where its time does not begin when the groups were formed."""
    chosen = endpoint_named(door, endpoints_of(door, "", POPULATION), wanted)
    if chosen is not None and chosen.origin not in TIME_ZERO and wanted:
        raise RequestError(words.other_time_zero(chosen))
    return chosen if chosen is not None and chosen.origin in TIME_ZERO else None


def _rows(door: Door, declared: Comparison, endpoint: Endpoint | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Everyone compared, with their follow-up where outcomes may be compared; and the causes of the endpoint."""
    asked = asked_of(declared)
    if endpoint is None:
        found = door.ask("comparison_design", **asked, population=POPULATION)
        found = found.assign(time=0.0, entry=0.0, cnsr=1, cause=0)
        return found, table([], "cause label kind n")
    found = door.ask("comparison_outcomes", **asked, population=POPULATION, endpoint=endpoint.paramcd)
    causes = causes_of(door, endpoint, {"population": POPULATION}, found.assign(event=found["cause"]))
    causes = causes if endpoint.type == "competing_risks" else causes[:0]
    return rescaled(found, endpoint.unit, TimeUnit.MONTHS), causes


def _not_here(door: Door) -> Result:
    """A trial without an adjusted comparison, and why."""
    found = door.ask("group_sizes", by=None, population=POPULATION)
    n_total = int(found["n"].sum())
    tables = {name: table([], columns) for name, columns in OF_DESIGN.items()} | empty_tables()
    why = words.NOBODY if door.protocol.comparison and not n_total else words.does_not_apply(door)
    return result_of(
        door, "comparison", tables | {"causes": table([], "cause label kind n")},
        population=population_words(door, POPULATION), n_used=0, n_total=n_total,
        empty=why, facts={"caption": "", "outcomes": ""},
    )  # fmt: skip


def _result(
    door: Door,
    declared: Comparison,
    endpoint: Endpoint | None,
    sample: Sample,
    imputed: Imputed | None,
    design: Design,
    outcomes: Outcomes | None,
    weighted: str,
    cause: int,
    causes: pd.DataFrame,
    received: pd.DataFrame | None,
) -> Result:
    tables = design.tables | (outcomes.tables if outcomes else empty_tables()) | {"causes": causes}
    if received is not None and outcomes and not outcomes.refused:
        tables["sensitivity"] = pd.concat([tables["sensitivity"], received], ignore_index=True)
    n_used = 0 if imputed and imputed.refused else len(sample.rows)
    nobody = words.NOBODY if not sample.n_total else ""
    facts: dict[str, Any] = {
        "groups": list(sample.groups), "weights": weighted, "declared": declared.weights, "caption": words.CAPTION,
        "order": list(door.arms),
        "region": list(declared.region), "draws": outcomes.draws if outcomes else 0, "asked_draws": declared.draws,
        "unit": "months", "endpoint": endpoint.paramcd if endpoint else "", "label": endpoint.label if endpoint else "",
        "competing": bool(len(causes)), "cause": cause, "ticks": outcomes.ticks if outcomes else [],
        "cause_label": next((row.label for row in causes.itertuples() if row.cause == cause), ""),
        "outcomes": words.no_outcomes(door, endpoint, design, outcomes),
        "design": words.alike(design, weighted),
        "missing": comparison_missing.told(sample, imputed, declared, design, outcomes, endpoint),
        "imputations": len(imputed.sets) if imputed and not imputed.refused else 0,
        "fmi": outcomes.fmi if outcomes else float("nan"),
        "plain": plain.plainly(sample, design, outcomes, endpoint, weighted),
    }  # fmt: skip
    return result_of(
        door, "comparison", tables,
        population=population_words(door, POPULATION), n_used=0 if nobody else n_used, n_total=sample.n_total,
        excluded=[
            Exclusion("no group is recorded", sample.n_no_group),
            Exclusion(words.incomplete(sample), sample.n_incomplete),
        ],
        notes=words.notes(door, endpoint, sample, imputed, design, outcomes, declared),
        sentence=plain.finding(design, outcomes, declared, endpoint),
        empty=nobody, facts=facts,
    )  # fmt: skip
