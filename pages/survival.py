"""Survival: one endpoint, pooled or by group, as far as the viewer may see it."""

import streamlit as st

from crlm_dash import analyses, figures
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
st.markdown(result.sentence)
