"""Survival: one endpoint, pooled or by group, as far as the viewer may see it."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import show, widgets
from crlm_dash.ui.session import ask

left, middle, right = st.columns([3, 2, 3])
with left:
    endpoint = widgets.endpoint()
with middle:
    by = widgets.strata()
with right:
    where = widgets.where()
result = ask(analyses.survival, endpoint=endpoint, by=by, where=where, unit="months")
show.numbers(result)
show.figure(figures.survival(result), key="survival_curves", alt=result.sentence)
show.finding(result)
st.subheader("In numbers", anchor=False)
show.table(tables.survival_summary(result), key="survival_summary", alt="Median and follow-up")
show.table(tables.survival_landmarks(result), key="survival_landmarks", alt="Survival at landmark times")
if by:
    st.subheader("Between groups", anchor=False)
    show.table(tables.survival_differences(result), key="survival_differences", empty="No two groups to compare.")
    show.table(tables.survival_hazard_ratios(result), key="survival_hazard_ratios", empty="No hazard ratio.")
    show.table(tables.survival_tests(result), key="survival_tests", empty="No test: the display is filtered.")
show.table(tables.survival_rmst(result), key="survival_rmst", empty="No mean survival time: follow-up is too short.")
show.notes(result)
