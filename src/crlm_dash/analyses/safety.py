"""Safety: treatment-emergent adverse events, a subject counted once a term at the worst grade, and deaths."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses import safety_words as words
from crlm_dash.analyses.framing import (
    assumed,
    comparison_note,
    filter_note,
    group_order,
    population_words,
    result_of,
    whole,
)
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.safety_contrasts import reference_of, risk_differences
from crlm_dash.analyses.safety_measures import MEASURES, kind_named, overview, with_total
from crlm_dash.analyses.safety_rates import per_year, rates, years_of
from crlm_dash.analyses.safety_terms import TERM, grades, in_order, terms, worst_grades
from crlm_dash.analyses.safety_treatments import ANY, Treatments, treatments
from crlm_dash.analyses.withheld import is_unsplit, not_by_arm, tells, unsplit, withheld_notes
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import POOLED, WITHHELD_TERMS


def safety(
    door: Door, *, by: str | None = None, population: str = "SAFFL", where: str = "", measure: str = ""
) -> Result:
    """
    Treatment-emergent adverse events and deaths, in all patients or by group (arms as treated).

    Parameters
    ----------
    by : 'arm', a covariate of the protocol, or None
    population : ADSL flag of the denominators
    where : a filter text
    measure : which events the tables by term count: '' every one, 'severe' (grade 3 or higher), 'serious', 'related',
        'stopped' (led to discontinuation), 'fatal'

    Returns
    -------
    Tables `overview` (counts missing where the data never record the measure), `differences`, `terms`,
    `term_differences`, `grades` ('Any' rows stand for every class, or every term of a class; zero rows stay), `rates`,
    `deaths`, and of `safety_treatments` `procedures`, `complications`, `complication_terms`, `modalities`.
    By group, counts are there for all patients together too (strata 'All'), after the groups. `percent` is of the
    group's subjects, 0–100, missing in a group of nobody; `rate` is events per patient-year; `estimate` and its limits
    are shares, 0–1, or in `rates` events per patient-year. By coded arm, what would tell the arm is counted for 'All'
    arms together only (`analyses.withheld`), numbers of all events by arm are missing, and rates by arm leave those
    events out.

    Raises
    ------
    AccessDenied : the viewer may not see outcomes by arm; RequestError : no such measure
    """
    if by == BY_ARM:
        door.check_can(Action.SEE_OUTCOMES_BY_ARM)
    kind = kind_named(measure)
    asked: dict[str, Any] = {"by": by, "where": where, "population": population}
    sizes = door.ask("group_sizes", **asked).set_index("strata")["n"]
    order = group_order(door, by, sizes.index) if by else [POOLED]
    groups = {name: whole(sizes.get(name, 0)) for name in order}
    n_total = sum(groups.values())
    shown = groups | {POOLED: n_total}
    measured = with_total(door.ask("safety_measures", **asked), [])
    exposure = with_total(door.ask("safety_exposure", **asked), [])
    worst, deaths = worst_grades(door, kind, asked), door.ask("safety_deaths", **asked)
    pairs = in_order(worst)
    withheld = is_unsplit(door, by) and tells(worst["AEBODSYS"], deaths["cause"])
    worst = unsplit(worst, "AEBODSYS") if withheld else with_total(worst, [*TERM, "grade"])
    tables = {
        "overview": overview(measured, shown),
        "terms": terms(worst, pairs, shown),
        "grades": grades(worst, pairs, shown),
        "deaths": _by_group(unsplit(deaths, "cause") if withheld else deaths, shown),
    }
    if withheld:
        tables = {name: not_by_arm(table) for name, table in tables.items()}
        measured = _told(measured, door.ask("safety_told", **asked, withheld=WITHHELD_TERMS))
    years = years_of(exposure, shown)
    tables["terms"] = per_year(tables["terms"], years)
    received = treatments(door, groups, by, where, population)
    reference = reference_of(order, door.control if by == BY_ARM else None)
    compared = pd.concat([tables["overview"], _mortality(received)], ignore_index=True)
    tables |= {
        "differences": risk_differences(compared, order, reference, ["measure"]),
        "term_differences": risk_differences(_sized(tables["terms"], shown), order, reference, TERM),
        "rates": rates(measured, tables["terms"], kind, years),
    } | received.tables
    return result_of(
        door,
        "safety",
        tables,
        population=population_words(door, population),
        n_used=n_total,
        n_total=n_total,
        notes=[
            *words.counting(measured),
            comparison_note(door, by),
            *words.comparing(tables["term_differences"], reference),
            *withheld_notes(door, by, tables["terms"]),
            *words.exposed(door, n_total, exposure, unsplit=withheld),
            *received.notes,
            filter_note(where),
            *assumed(door, "safety"),
        ],
        filters=where,
        sentence=words.finding(tables["overview"], groups),
        empty=words.empty(n_total, measured, population),
        facts={
            "order": order,
            "by": by,
            "sizes": groups,
            "reference": reference,
            "kind": kind,
            "kind_words": MEASURES[kind],
            "no_treatments": received.empty,
        },
    )


def _by_group(deaths: pd.DataFrame, shown: dict[str, int]) -> pd.DataFrame:
    places = list(shown)
    return deaths.sort_values(by="strata", kind="stable", key=lambda names: names.map(places.index))


def _told(measured: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """The records of each kind with those of single arms taken from `told`, which leaves out what is withheld."""
    known = told.set_index("strata")
    changed = measured.set_index("strata")
    changed.loc[changed.index != POOLED, known.columns] = known.reindex(changed.index.drop(POOLED)).fillna(0)
    return changed.reset_index()


def _sized(terms_of_groups: pd.DataFrame, shown: dict[str, int]) -> pd.DataFrame:
    return terms_of_groups.assign(n=terms_of_groups["strata"].map(shown))


def _mortality(received: Treatments) -> pd.DataFrame:
    """Deaths after any procedure, of those of whom it is known, as a measure of the overview."""
    died = received.tables["procedures"]
    died = died[died["modality"] == ANY]
    labels = [f"Died within {days} days of a procedure" for days in died["days"]]
    return pd.DataFrame(
        {"strata": died["strata"], "n": died["n_known"], "measure": labels, "n_subjects": died["n_died"]}
    ).astype({"n_subjects": "Int64"})
