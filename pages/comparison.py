"""Comparison: groups that chose their treatment, made alike by weights; how alike first, then what became of them."""

import streamlit as st

from crlm_dash import figures, tables
from crlm_dash.ui import comparison_controls, comparison_desk, comparison_views, show

chosen = comparison_controls.chosen()
result = comparison_desk.answer(chosen)
show.numbers(result)
comparison_views.caution(result)
st.subheader("How alike the groups are", anchor=False)
comparison_views.alike(result)
comparison_views.missing(result)
show.figure(figures.balance(result), key="comparison_balance", alt=result.facts["design"], empty="No balance to draw.")
show.figure(figures.propensity(result), key="comparison_propensity", alt="Propensities", empty="None is estimated.")
comparison_views.design(result)
st.subheader("What became of them", anchor=False)
comparison_views.reason(result)
if len(result.tables["curves"]):
    comparison_desk.limits(result, chosen)
    show.figure(figures.weighted_curves(result), key="comparison_curves", alt=result.sentence)
    show.figure(figures.hazard_ratios(result), key="comparison_forest", alt=result.sentence, empty="No ratio is given.")
comparison_views.in_plain_words(result)
if len(result.tables["hazard_ratio"]):
    view = comparison_controls.view()
    if view == comparison_controls.NUMBERS:
        show.table(tables.comparison.hazard_ratio(result), key="comparison_ratios", height="content")
        show.table(tables.comparison.differences(result), key="comparison_differences", height="content")
    elif view == comparison_controls.HOLDS:
        comparison_views.sensitivity(result)
    else:
        comparison_controls.received(chosen["endpoint"])
st.subheader("How to read this", anchor=False)
show.notes(result)
