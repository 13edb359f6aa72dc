"""Enrolment: patients against the plan, the way from screening to enrolment, and the sites."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import show
from crlm_dash.ui.session import ask

result = ask(analyses.enrolment)
show.numbers(result)
show.finding(result)
st.subheader("Enrolled over time", anchor=False)
show.figure(
    figures.accrual(result), key="enrolment_accrual", alt=result.sentence, empty="No subject has been enrolled yet."
)
left, right = st.columns([3, 2], gap="medium")
with left:
    st.subheader("From screening to enrolment", anchor=False)
    show.figure(figures.funnel(result), key="enrolment_funnel", alt=result.sentence)
with right:
    st.subheader("Enrolled by arm", anchor=False)
    show.table(tables.enrolment_arms(result), key="enrolment_arms", empty="Numbers by arm are not shown here.")
st.subheader("Sites", anchor=False)
picture, numbers = st.tabs(["Picture", "Numbers"])
with picture:
    show.figure(figures.sites(result), key="enrolment_sites", alt="Patients screened and enrolled by site")
with numbers:
    show.table(tables.enrolment_sites(result), key="enrolment_site_table", alt="Screening and enrolment by site")
show.notes(result)
