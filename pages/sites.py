"""Sites: how each recruits, follows and records, and which lie further from the others than chance explains."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import show
from crlm_dash.ui.session import ask

NONE = "Nothing to compare yet."
result = ask(analyses.sites)
show.numbers(result)
show.headline(result)
failed, overdue, deviations = st.tabs(["Failed eligibility", "Overdue visits", "Deviations"])
with failed:
    show.figure(figures.site_funnel(result, "failure"), key="sites_failure", alt=result.sentence, empty=NONE)
with overdue:
    show.figure(figures.site_funnel(result, "overdue"), key="sites_overdue", alt=result.sentence, empty=NONE)
with deviations:
    show.figure(figures.site_funnel(result, "deviations"), key="sites_deviations", alt=result.sentence, empty=NONE)
st.subheader("Every site", anchor=False)
show.table(tables.sites_table(result), key="sites_table", height="content", alt="Each site in numbers")
show.notes(result)
