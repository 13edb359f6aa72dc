"""Progression: what comes first and for how many, as far as the viewer may see it."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import progression_controls, show
from crlm_dash.ui.session import ask

chosen = progression_controls.chosen()
result = ask(analyses.incidence, **chosen, unit="months")
show.numbers(result)
show.figure(figures.first_failure(result), key="progression_first", alt=result.sentence)
st.caption("Pale: fewer than 10 patients at risk.")
show.finding(result)
st.subheader("Where do they fail first", anchor=False)
show.table(tables.incidence_first_events(result), key="progression_first_events", alt="What came first, by group")
st.caption("Patients counted so far. The curves also allow for how long each has been followed.")
st.subheader("Cause by cause", anchor=False)
cause = progression_controls.cause(result)
show.figure(figures.incidence(result, cause), key="progression_cause", alt="Cumulative incidence of one cause")
show.table(tables.incidence_landmarks(result), key="progression_landmarks", empty="Follow-up is too short.")
if chosen["by"]:
    st.subheader("Between groups", anchor=False)
    show.table(tables.incidence_contrasts(result), key="progression_contrasts", empty="No two groups to compare.")
st.subheader("How to read this", anchor=False)
show.notes(result)
