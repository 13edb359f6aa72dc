"""The larger views of the safety page: adverse events by class and term, and what followed each treatment."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.analyses.result import Result
from crlm_dash.ui import safety_controls as choose
from crlm_dash.ui import show
from crlm_dash.ui.session import ask

NONE = "No such event is recorded."
NO_PROCEDURE = "No procedure with a date is recorded."
ROW = "Choose a row to list its patients below. A click on the head of a column sorts by it."
HEIGHT = 520  # pixels of the table


def terms_view(result: Result, chosen: dict[str, Any]) -> None:
    """Everything about adverse events by class and term; `chosen`: what was asked of the safety analysis."""
    lines = choose.lines(result)
    drawn = figures.terms(result, lines.picture, lines.count)
    show.figure(drawn, key="safety_terms", alt=result.sentence, empty=NONE)
    row = show.table(
        tables.safety_term_lines(result, lines.table, lines.count),
        key="safety_term_table",
        choose=ROW,
        numbers=tables.safety_term_numbers(result, lines.table, lines.count),
        height=HEIGHT,
        wide={"Adverse event": 240},
        empty=NONE,
        alt="Each adverse event by group",
    )
    if term := choose.term(lines.table, row):
        _patients(term, chosen)
    st.subheader("Worst grade", anchor=False)
    drawn = figures.grades(result, lines.picture)
    show.figure(drawn, key="safety_grades", alt="Patients by worst grade", empty=NONE)


def treatments_view(result: Result) -> None:
    """Deaths, complications and events after each treatment; in one calm line why there is nothing to see."""
    if why := result.facts["no_treatments"]:
        st.info(why, icon=":material/info:")
        return
    st.subheader("Deaths after procedures", anchor=False)
    show.table(tables.safety_procedures(result), key="safety_procedures", height="content", empty=NO_PROCEDURE)
    st.subheader("Complications of procedures (Clavien–Dindo)", anchor=False)
    unit = choose.unit()
    drawn = figures.complications(result, unit)
    show.figure(drawn, key="safety_complications", alt="Worst complication of each treatment", empty=NO_PROCEDURE)
    numbers = tables.safety_complications(result, unit)
    show.table(numbers, key="safety_complication_grades", height="content", empty=NO_PROCEDURE)
    often, attributed = st.tabs(["Most frequent complications", "Events attributed to each treatment"])
    with often:
        show.table(tables.safety_complication_terms(result), key="safety_complication_terms", empty=NONE)
    with attributed:
        show.table(tables.safety_modalities(result), key="safety_modalities", height="content", empty=NONE)


def _patients(term: dict[str, str], chosen: dict[str, Any]) -> None:
    """Who had the event of the chosen row, as far as the viewer may see."""
    asked = {name: chosen[name] for name in ("by", "where", "measure")}
    listed = ask(analyses.safety_subjects, **term, **asked)
    st.subheader(listed.population.partition(", ")[0], anchor=False)
    empty = listed.empty or "None to list."
    show.table(tables.safety_subjects(listed), key="safety_subjects", opens="Patient", on_day="Day", empty=empty)
    show.notes(listed)
