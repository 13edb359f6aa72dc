"""Eligibility: who came how far, which criteria keep patients out, what is missing, what should not have happened."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import eligibility_widgets as choose
from crlm_dash.ui import show, widgets
from crlm_dash.ui.session import ask

left, right = st.columns([3, 4], vertical_alignment="bottom")
basis, where = choose.basis(left), widgets.where(right)
result = ask(analyses.eligibility, basis=basis, where=where)
show.numbers(result)
show.finding(result)
with st.grid(2, min_column_width=520, gap="medium"):
    with st.container():
        st.subheader("Criteria not met", anchor=False)
        show.figure(figures.criteria(result), key="eligibility_criteria", alt=result.sentence, empty="None is known.")
    with st.container():
        st.subheader("From screening to treatment", anchor=False)
        show.figure(figures.screening(result), key="eligibility_funnel", alt="Patients at each step")
match choose.view():
    case "together":
        show.figure(figures.together(result), key="eligibility_together", alt="Criteria not met together")
    case "places":
        show.figure(figures.by_site(result), key="eligibility_sites", alt="Criteria not met by site")
        show.figure(figures.by_month(result), key="eligibility_months", alt="Criteria not met by month")
    case "missing":
        show.table(tables.eligibility_facts(result), key="eligibility_facts", empty="Nothing is evaluated.")
        show.table(tables.eligibility_missing(result), key="eligibility_missing", opens="Patient")
    case "deviations":
        show.table(tables.eligibility_verdicts(result), key="eligibility_verdicts")
        show.table(tables.eligibility_deviations(result), key="eligibility_deviations", empty="None.", opens="Patient")
    case _:
        show.table(tables.eligibility_criteria(result), key="eligibility_table")
        show.table(tables.eligibility_subjects(result), key="eligibility_subjects", opens="Patient")
show.notes(result)
