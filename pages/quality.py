"""Data quality: what was wrong with the source, what was delivered, and every data cut."""

import streamlit as st

from crlm_dash import analyses, tables
from crlm_dash.ui import show
from crlm_dash.ui.session import ask

result = ask(analyses.quality)
show.finding(result)
st.subheader("What was found", anchor=False)
show.table(tables.quality_counts(result), key="quality_counts", empty="No fault was found in the source.")
st.subheader("Data cuts", anchor=False)
show.table(tables.quality_cuts(result), key="quality_cuts", alt="Data cuts of this trial")
st.subheader("Row by row", anchor=False)
show.table(tables.quality_faults(result), key="quality_faults", empty="No fault was found in the source.")
st.subheader("What was delivered", anchor=False)
show.table(tables.quality_delivered(result), key="quality_delivered", alt="Datasets and their rows")
show.notes(result)
