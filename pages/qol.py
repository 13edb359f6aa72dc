"""Quality of life: better or worse than before, for whom, and how many answered, as far as may be seen."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import qol_controls as controls
from crlm_dash.ui import show
from crlm_dash.ui.session import ask

asked, scores = controls.chosen()
result = ask(analyses.qol, **asked)
show.numbers(result)
show.headline(result)
show.figure(figures.qol(result, score=scores), key="qol_course", alt=result.sentence)
show.finding(result)
visits, forms, reasons = st.tabs(["Visit by visit", "Forms expected and received", "Why forms were not given"])
with visits:
    show.table(tables.qol_visits(result), key="qol_visits", height="content", alt="Means, changes, better and worse")
with forms:
    show.table(tables.qol_completion(result), key="qol_completion", height="content", alt="Forms by visit")
with reasons:
    show.table(tables.qol_reasons(result), key="qol_reasons", height="content", empty="No reason is recorded.")
st.subheader("Worse for the first time, and for good", anchor=False)
none = "Nobody can be said to get worse: no important difference is declared, or there is no baseline."
show.figure(figures.qol_deterioration(result), key="qol_worse", alt="Worse by month", empty=none)
show.table(tables.qol_deterioration(result), key="qol_deterioration", height="content", alt="Worse", empty=none)
st.subheader("Whose answers are missing", anchor=False)
with st.spinner("Fitting the model of all visits", show_time=True):
    model = ask(analyses.qol_model, **asked)
missing = tables.qol_model.patterns(model)
show.table(missing, key="qol_patterns", height="content", alt="Patterns of missing forms")
st.subheader("All visits in one model", anchor=False)
show.numbers(model)
show.finding(model)
show.figure(figures.qol_model(model), key="qol_model", alt=model.sentence, empty="There is no model to draw.")
show.table(tables.qol_model.means(model), key="qol_modelled", height="content", alt="Modelled changes")
show.notes(model)
st.subheader("How to read this", anchor=False)
show.notes(result)
