"""Trial in numbers: counts of everybody, without small ones; for sponsors, ethics committees and management."""

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.ui import show
from crlm_dash.ui.session import ask

NOTHING = "Nothing to count yet."
result = ask(analyses.totals)
show.numbers(result)
show.finding(result)
show.key_figures(tables.totals_figures(result))
course, patients, screening, sites, every = st.tabs(["Course", "Patients", "Screening", "Sites", "All numbers"])
with course, st.grid(2, min_column_width=520, gap="medium"):
    show.figure(figures.totals(result, "course"), key="totals_course", alt=result.sentence, empty=NOTHING)
    show.figure(figures.totals(result, "state"), key="totals_state", alt="How patients are", empty=NOTHING)
with patients, st.grid(2, min_column_width=520, gap="medium"):
    show.figure(figures.totals(result, "patients", half=0), key="totals_who", alt="Who was enrolled", empty=NOTHING)
    show.figure(figures.totals(result, "patients", half=1), key="totals_more", alt="Who was enrolled", empty=NOTHING)
with screening:
    show.figure(figures.totals(result, "screening"), key="totals_screening", alt="Why not enrolled", empty="Nobody.")
with sites:
    show.table(tables.totals_sites(result), key="totals_sites", height="content", alt="Each site in numbers")
with every:
    show.table(tables.totals_displays(result), key="totals_displays", height="content", alt="Every number")
show.notes(result)
