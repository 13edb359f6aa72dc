"""Enrolment: when the target will be reached, how sure that is, what holds it back; and the flow of patients."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import enrolment_controls as choose
from crlm_dash.ui import show
from crlm_dash.ui.session import ask

NOBODY, NO_FORECAST = "No subject has been enrolled yet.", "There is nothing to forecast."
result = shown = ask(analyses.enrolment)
show.numbers(result)
choose.answer(result)
show.answers(tables.enrolment_figures(result))
match choose.view():
    case "forecast":
        shown = ask(analyses.enrolment, **choose.scenario(result))
        choose.told(shown)
        show.figure(figures.forecast(shown), key="enrolment_forecast", alt=result.sentence, empty=NO_FORECAST)
        show.table(tables.enrolment_forecast(shown), key="enrolment_targets", alt="When targets are reached")
        st.subheader("What would have been said before", anchor=False)
        show.figure(figures.lookback(result), key="enrolment_lookback", alt="Forecasts made before", empty=NO_FORECAST)
        show.table(tables.enrolment_backtest(result), key="enrolment_backtest", empty="")
        show.table(tables.enrolment_coverage(result), key="enrolment_coverage", empty="No forecast has come due.")
        st.subheader("Rates of sites", anchor=False)
        show.table(tables.enrolment_rates(result), key="enrolment_rates", alt="Rates of sites")
    case "flow":
        show.figure(figures.consort(result), key="enrolment_consort", alt="Flow of patients through the trial")
        show.table(tables.enrolment_consort(result), key="enrolment_flow", alt="Flow of patients, as a list")
    case _:
        show.figure(figures.accrual(result), key="enrolment_accrual", alt=result.sentence, empty=NOBODY)
        show.table(tables.enrolment_pace(result), key="enrolment_pace", alt="Patients a month", empty=NOBODY)
        st.subheader("Who enrols how many", anchor=False)
        lines = figures.accrual_by(result, choose.grouping(result))
        show.figure(
            lines, key="enrolment_groups", alt="Patients enrolled, a line a group", empty="Not shown to this role."
        )
        show.figure(figures.sites(result), key="enrolment_sites", alt="Patients screened and enrolled by site")
        show.table(tables.enrolment_sites(result), key="enrolment_site_table", alt="Screening and enrolment by site")
show.notes(shown)
