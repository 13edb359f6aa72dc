"""Stopping lines: whether what is known so far crosses a line at which the protocol would stop the trial."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import show
from crlm_dash.ui.session import ask

NONE = "The protocol file declares none."
result = ask(analyses.monitoring)
show.numbers(result)
show.headline(result)
st.subheader("After local procedures", anchor=False)
show.figure(figures.stopping_rules(result), key="stopping_rules", alt=result.sentence, empty=NONE)
show.table(tables.monitoring_rules(result), key="stopping_rules_table", alt="Each rule and where it stands", empty=NONE)
st.subheader("Comparison of the arms", anchor=False)
show.figure(figures.boundary(result), key="stopping_boundary", alt=result.sentence, empty=NONE)
show.table(tables.monitoring_boundary(result), key="stopping_looks", alt="z and bound at each look", empty=NONE)
chances, line = st.tabs(["How often the rules would stop", "The lines in numbers"])
with chances:
    show.table(tables.monitoring_operating(result), key="stopping_chances", height="content", empty=NONE)
with line:
    show.table(tables.monitoring_line(result), key="stopping_line", empty=NONE)
st.subheader("How to read this", anchor=False)
show.notes(result)
