"""What became of the patients: adverse events and deaths; in a closed report survival and first failure by arm."""

from __future__ import annotations

import pandas as pd

from crlm_dash import analyses, tables
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.safety_treatments import UNSPLIT
from crlm_dash.report import drawing
from crlm_dash.report.document import Section
from crlm_dash.report.drawing import Picture
from crlm_dash.report.sections.scope import Scope, figure, section, table

UNIT = "months"
EVERYBODY = "All patients"  # as the tables name all arms together
RATED = "System organ class"


def safety(scope: Scope) -> Section:
    """Patients with each kind of adverse event, the most frequent ones, and deaths."""
    result = analyses.safety(scope.door, by=scope.by)
    pictures = (
        figure("Most frequent adverse events", result, drawing.terms(result)),
        figure("Most frequent adverse events by worst grade", result, drawing.grades(result)),
    )
    return section(
        "Safety",
        result,
        table("Patients with adverse events", result, tables.safety_overview(result)),
        table("Events per patient-year (95 % CI)", result, _of_everything(tables.safety_rates(result))),
        *(pictures if len(result.tables["terms"]) else ()),
        vital=True,
    )


def _of_everything(rates: pd.DataFrame) -> pd.DataFrame:
    """The rates without those of each class: they stand with the terms."""
    return rates[rates[RATED].isin(("", "All classes"))].drop(columns=RATED)


def treatments(scope: Scope) -> Section:
    """What became of patients after each treatment: deaths, complications, events attributed to it."""
    result = analyses.safety(scope.door, by=scope.by)
    complications = tables.safety_complication_terms(result)
    return section(
        "Safety by treatment",
        result,
        table("Deaths after procedures", result, tables.safety_procedures(result)),
        table(
            "Procedures by worst complication (Clavien–Dindo)", result, tables.safety_complications(result), wide=True
        ),
        table("Patients with adverse events attributed to each treatment", result, tables.safety_modalities(result)),
        table("Complications of each treatment", result, complications, outline=True),
        sentence="" if len(tables.safety_modalities(result)) else "No treatment in the trial is recorded.",
        notes=(UNSPLIT,) if scope.by and UNSPLIT in result.notes else (),
    )


def safety_terms(scope: Scope) -> Section:
    """Every adverse event by class and term, and by worst grade."""
    result = analyses.safety(scope.door, by=scope.by)
    grades = _by_arm_only(tables.safety_grades(result)).replace("Any", "Any event")
    return section(
        "Adverse events term by term",
        result,
        table("Patients with each adverse event", result, tables.safety_terms(result), outline=True),
        table("Events per patient-year by class (95 % CI)", result, tables.safety_rates(result), outline=True),
        table("Patients by worst grade of each adverse event", result, grades, outline=True),
        sentence="Every system organ class and preferred term, with rows of nobody kept.",
        notes=(),
    )


def _by_arm_only(grades: pd.DataFrame) -> pd.DataFrame:
    """Without the lines of all patients of a term that has lines by arm: they are in the table before."""
    events = ["System organ class", "Adverse event"]
    is_total = grades["Group"] == EVERYBODY
    of_arms = pd.MultiIndex.from_frame(grades.loc[~is_total, events])
    has_arms = pd.MultiIndex.from_frame(grades[events]).isin(of_arms)
    return grades[~(is_total & has_arms)]


def survival(scope: Scope) -> list[Section]:
    """Each time to an event: curves by arm with the numbers at risk, and every number read off them."""
    first = analyses.survival(scope.door, by=scope.by, unit=UNIT)
    competing = {each.paramcd for each in scope.door.protocol.endpoints if each.type == "competing_risks"}
    offered = first.tables["endpoints"]
    codes = [code for code in offered.loc[offered["n"] > 0, "PARAMCD"] if code not in competing]
    shown = str(first.facts.get("endpoint", ""))
    others = [analyses.survival(scope.door, by=scope.by, unit=UNIT, endpoint=code) for code in codes if code != shown]
    results = [first, *others]
    parts = [_curves(result, vital=place < 2) for place, result in enumerate(results)]
    return [Section("Survival and progression"), *parts]


def _curves(result: Result, *, vital: bool) -> Section:
    label = str(result.facts.get("label", "Time to event"))
    drawn = None if result.empty else figure(label, result, drawing.survival(result))
    numbers = None if result.empty else table(f"{label}: in numbers", result, tables.survival_numbers(result))
    return section(label, result, drawn, numbers, level=2, vital=vital)


def incidence(scope: Scope) -> list[Section]:
    """What comes first, and the cumulative incidence of each endpoint with competing risks."""
    first = analyses.incidence(scope.door, by=scope.by, unit=UNIT)
    offered = first.tables["endpoints"]
    shown = str(first.facts.get("endpoint", ""))
    codes = [code for code in offered.loc[offered["n"] > 0, "PARAMCD"] if code != shown]
    others = [analyses.incidence(scope.door, by=scope.by, unit=UNIT, endpoint=code) for code in codes]
    stacked = None if first.empty else drawing.first_failure(first)
    parts = [
        _causes(first, stacked, vital=True),
        *(_causes(result, None if result.empty else drawing.incidence(result, 1)) for result in others),
    ]
    return [Section("What comes first, and competing risks"), *parts]


def _causes(result: Result, picture: Picture | None, *, vital: bool = False) -> Section:
    label = str(result.facts.get("label", "First failure"))
    return section(
        label,
        result,
        figure(label, result, picture) if picture else None,
        table(f"{label}: what came first", result, tables.incidence_first_events(result)),
        table(f"{label}: cumulative incidence", result, tables.incidence_landmarks(result), outline=True),
        table(f"{label}: between the arms", result, tables.incidence_contrasts(result)),
        level=2,
        vital=vital,
    )
