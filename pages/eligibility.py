"""Eligibility: which criteria keep patients out, and who did not meet them."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import show
from crlm_dash.ui.session import ask

result = ask(analyses.eligibility)
show.numbers(result)
show.finding(result)
st.subheader("Criteria not met", anchor=False)
show.figure(
    figures.criteria(result),
    key="eligibility_criteria",
    alt=result.sentence,
    empty="No criterion is recorded as not met.",
)
left, right = st.columns(2, gap="medium")
with left:
    st.subheader("What became of everyone screened", anchor=False)
    show.table(tables.eligibility_outcomes(result), key="eligibility_outcomes", alt="Outcomes of screening")
with right:
    st.subheader("How to read this", anchor=False)
    show.notes(result)
st.subheader("All criteria", anchor=False)
show.table(tables.eligibility_criteria(result), key="eligibility_criterion_table", alt="Criteria, met and not met")
st.subheader("Patients with a criterion not met", anchor=False)
show.table(
    tables.eligibility_subjects(result),
    key="eligibility_subjects",
    empty="No criterion is recorded as not met.",
    opens="Patient",
)
