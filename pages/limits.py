"""Limits: one limit of one criterion moved, and how many patients that would gain."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import eligibility_widgets as choose
from crlm_dash.ui import show, widgets
from crlm_dash.ui.session import ask

where = widgets.where()
moved = ask(analyses.eligibility_limit, where=where, **choose.limit(where))
show.numbers(moved)
show.finding(moved)
show.figure(figures.moved_limit(moved), key="limits_values", alt=moved.sentence)
show.notes(moved)
st.subheader("Eligible with the limit at each value", anchor=False)
show.table(tables.eligibility_gain(moved), key="limits_gain", height=360)
