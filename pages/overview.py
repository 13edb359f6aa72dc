"""Overview: the trial at a glance, what needs attention, and where to look."""

import streamlit as st

from crlm_dash import analyses, tables
from crlm_dash.ui import changes_controls, show
from crlm_dash.ui.session import ask

result = ask(analyses.overview)
st.markdown(f"#### {result.title}")
show.numbers(result)
show.key_figures(tables.overview_figures(result))
changes_controls.since_the_last_cut()
left, right = st.columns([5, 4], gap="medium")
with left:
    st.subheader("Needs attention", anchor=False)
    show.attention(result)
with right:
    st.subheader("Milestones", anchor=False)
    show.table(tables.overview_milestones(result), key="overview_milestones", alt="Dates of the trial")
st.subheader("Where to look", anchor=False)
show.page_cards()
show.notes(result)
