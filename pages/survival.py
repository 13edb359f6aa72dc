"""Survival: one endpoint, pooled or by group, as far as the viewer may see it."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import show, survival_controls
from crlm_dash.ui.session import ask

chosen = survival_controls.chosen()
result = ask(analyses.survival, **chosen, unit="months")
show.numbers(result)
show.figure(figures.survival(result), key="survival_curves", alt=result.sentence, picture=survival_controls.picture())
show.finding(result)
st.subheader("In numbers", anchor=False)
show.table(
    tables.survival_numbers(result), key="survival_numbers", height="content", alt="Every number read off the curves"
)
if chosen["published"]:
    st.subheader("Published rates, not from this trial", anchor=False)
    show.table(tables.survival_published(result), key="survival_published", empty="None fits this display.")
st.subheader("How to read this", anchor=False)
show.notes(result)
