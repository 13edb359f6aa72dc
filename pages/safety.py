"""Safety: adverse events by term and worst grade, and deaths, as far as the viewer may see them."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import show, widgets
from crlm_dash.ui.session import ask

NONE = "No adverse event on treatment is recorded."
left, right = st.columns([2, 3])
with left:
    by = widgets.strata()
with right:
    where = widgets.where()
result = ask(analyses.safety, by=by, where=where)
show.numbers(result)
show.finding(result)
show.table(tables.safety_overview(result), key="safety_overview", alt="Patients with each kind of event")
often, worst, every, deaths = st.tabs(["How often", "Worst grade", "Every term", "Deaths"])
with often:
    show.figure(
        figures.terms(result),
        key="safety_terms",
        alt=result.sentence,
        empty=NONE,
    )
with worst:
    show.figure(
        figures.grades(result),
        key="safety_grades",
        alt="Patients by worst grade",
        empty=NONE,
    )
with every:
    show.table(tables.safety_terms(result), key="safety_term_table", alt="Patients with each term")
    show.table(tables.safety_grades(result), key="safety_grade_table", alt="Patients by term and worst grade")
with deaths:
    show.table(tables.safety_deaths(result), key="safety_deaths", empty="No patient has died.")
show.notes(result)
