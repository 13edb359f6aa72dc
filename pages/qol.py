"""Quality of life: better or worse than before, for whom, and how many answered, as far as may be seen."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import qol_controls as controls
from crlm_dash.ui import show
from crlm_dash.ui.session import ask

asked, scores = controls.chosen()
result = ask(analyses.qol, **asked)
show.numbers(result)
show.finding(result)
show.figure(figures.qol(result, score=scores), key="qol_course", alt=result.sentence)
st.subheader("Visit by visit", anchor=False)
show.table(tables.qol_visits(result), key="qol_visits", height="content", alt="Means, changes, better and worse")
st.subheader("Worse for the first time, or dead before", anchor=False)
none = "Nobody can be said to get worse: no important difference is declared, or there is no baseline."
show.table(tables.qol_deterioration(result), key="qol_deterioration", height="content", alt="Worse", empty=none)
st.subheader("Forms expected and received", anchor=False)
show.table(tables.qol_completion(result), key="qol_completion", height="content", alt="Forms by visit")
show.table(tables.qol_reasons(result), key="qol_reasons", height="content", empty="No reason is recorded.")
show.notes(result)
