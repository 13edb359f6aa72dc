"""Risk factors: what goes with the outcome, one factor at a time and all together; the arms within subgroups."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import riskfactor_controls, show
from crlm_dash.ui.session import ask

chosen = riskfactor_controls.chosen()
result = ask(analyses.riskfactors, **chosen)
show.numbers(result)
show.finding(result)
if chosen["subgroups"]:
    show.figure(figures.subgroups(result), key="riskfactors_subgroups", alt="Hazard ratio of the arms by subgroup")
    show.table(tables.riskfactor_subgroups(result), key="riskfactors_subgroup_numbers", empty="No arms to compare.")
else:
    show.figure(figures.riskfactors(result), key="riskfactors_forest", alt=result.sentence)
    show.table(tables.riskfactor_facts(result), key="riskfactors_facts", alt="Events per parameter of the model")
    st.subheader("In numbers", anchor=False)
    show.table(tables.riskfactor_models(result), key="riskfactors_models", alt="Hazard ratios of every factor")
    show.table(tables.riskfactor_tests(result), key="riskfactors_tests", empty="No tests: the display is filtered.")
    show.table(tables.riskfactor_covariates(result), key="riskfactors_covariates", alt="Missing values of each factor")
st.subheader("How to read this", anchor=False)
show.notes(result)
