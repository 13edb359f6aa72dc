"""Follow-up: whether patients are followed as planned, who is overdue, and how complete follow-up is."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import followup_controls, show
from crlm_dash.ui.session import ask

result = ask(analyses.followup, **followup_controls.chosen())
show.numbers(result)
show.headline(result)
st.subheader("Who is overdue", anchor=False)
show.table(tables.followup_overdue(result), key="followup_overdue", opens="Patient", empty="Nobody at this data cut.")
st.subheader("Every patient, every planned visit", anchor=False)
picture, numbers = st.tabs(["Picture", "Dates"])
with picture:
    show.figure(figures.visits(result), key="followup_visits", alt=result.sentence, empty="No visit is planned.")
with numbers:
    show.table(tables.followup_patients(result), key="followup_patients", opens="Patient", empty="No visit is known.")
st.subheader("How complete follow-up is", anchor=False)
show.finding(result)
show.table(tables.followup_summary(result), key="followup_summary", height="content", alt="Follow-up by group")
show.table(tables.followup_attendance(result), key="followup_attendance", empty="No visit was expected yet.")
show.notes(result)
