"""Deaths and serious events: who died of what, what was serious, the latest first, and on to the patient's timeline."""

import streamlit as st

from crlm_dash import analyses, tables
from crlm_dash.ui import event_controls, show
from crlm_dash.ui.session import ask

asked = event_controls.chosen()
result = ask(analyses.safety_events, **asked)
show.numbers(result)
show.finding(result)
deaths, serious, causes = st.tabs(["Deaths", "Serious events", "Causes of death"])
with deaths:
    show.table(
        tables.events_deaths(result),
        key="events_deaths",
        opens="Patient",
        on_day="Day",
        whole=event_controls.whole(tables.events_deaths, asked),
        empty="No death is found.",
        height=600,
        wide=event_controls.WIDE,
    )
with serious:
    show.table(
        tables.events_serious(result),
        key="events_serious",
        opens="Patient",
        on_day="Day",
        whole=event_controls.whole(tables.events_serious, asked),
        empty="No serious adverse event is found.",
        height=600,
        wide=event_controls.WIDE,
    )
with causes:
    show.table(tables.events_causes(result), key="events_causes", alt="Deaths by cause and group")
show.notes(result)
