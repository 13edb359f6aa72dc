"""Safety: adverse events by kind, by term and by treatment, and deaths, as far as the viewer may see them."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import safety_controls as choose
from crlm_dash.ui import show
from crlm_dash.ui.safety_views import terms_view, treatments_view
from crlm_dash.ui.session import ask

chosen = choose.chosen()
told = result = ask(analyses.safety, **chosen)
show.numbers(result)
show.finding(result)
match choose.view():
    case "terms":
        terms_view(result, chosen)
    case "treatments":
        treatments_view(result)
    case "time" if choose.timed(chosen):
        told = ask(analyses.incidence, **choose.timed(chosen))
        show.figure(figures.incidence(told, 1), key="safety_time", alt=told.sentence)
        show.finding(told)
        show.table(tables.incidence_landmarks(told), key="safety_landmarks", empty="Follow-up is too short.")
    case "time":
        st.info("The protocol of this trial declares no time to a first severe adverse event.", icon=":material/info:")
    case "deaths":
        show.table(tables.safety_deaths(result), key="safety_deaths", empty="No patient has died.")
    case _:
        show.figure(figures.measures(result), key="safety_measures", alt=result.sentence)
        show.table(tables.safety_overview(result), key="safety_overview", height="content", alt="Kinds of events")
        st.subheader("Events per patient-year", anchor=False)
        show.table(tables.safety_rates(result), key="safety_rates", alt="Rates with exact limits")
st.subheader("How to read this", anchor=False)
show.notes(told)
