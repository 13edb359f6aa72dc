"""Audit: who signed in, saw, took along or was refused what of this trial."""

import streamlit as st

from crlm_dash import analyses, tables
from crlm_dash.ui import show
from crlm_dash.ui.session import ask_anew

result = ask_anew(analyses.audit)
show.finding(result)
show.numbers(result)
st.subheader("How often", anchor=False)
show.table(tables.audit_totals(result), key="audit_totals", height="content", alt="How often each thing was done")
st.subheader("Entry by entry", anchor=False)
show.table(
    tables.audit_entries(result),
    key="audit_entries",
    wide={"Who": 230, "As": 110, "About": 300},
    private=True,
    alt="Who did what, and when",
)
show.notes(result)
