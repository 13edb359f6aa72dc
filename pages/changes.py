"""Since the last cut: what happened between an earlier data cut and this one, and what was corrected."""

import streamlit as st

from crlm_dash import analyses, tables
from crlm_dash.ui import changes_controls, show
from crlm_dash.ui.session import ask

NOT_BY_ARM = "Outcomes by arm are not shown to this role."
NO_TREATMENT = "New local procedures are shown only to who may see outcomes by arm and the arms' names."
result = ask(analyses.changes, **changes_controls.chosen())
show.numbers(result)
show.finding(result)
show.key_figures(tables.changes_figures(result))
st.subheader("In numbers", anchor=False)
show.table(tables.changes_headline(result), key="changes_headline", height="content", alt="Every number in both cuts")
st.subheader("By arm", anchor=False)
show.table(tables.changes_by_arm(result), key="changes_by_arm", height="content", empty=NOT_BY_ARM)
deaths, serious, regraded = st.tabs(["Deaths", "New serious events", "Regraded events"])
with deaths:
    show.table(tables.changes_deaths(result), key="changes_deaths", opens="Patient", empty="None at your sites.")
with serious:
    show.table(tables.changes_serious(result), key="changes_serious", opens="Patient", empty="None at your sites.")
with regraded:
    show.table(tables.changes_regraded(result), key="changes_regraded", opens="Patient", empty="None at your sites.")
with st.grid(2, min_column_width=520, gap="medium"):
    with st.container():
        st.subheader("Adverse events", anchor=False)
        show.table(tables.changes_events(result), key="changes_events", empty="No adverse event is new or changed.")
    with st.container():
        st.subheader("Patients", anchor=False)
        show.table(tables.changes_subjects(result), key="changes_subjects", empty="Nobody is new, has died or left.")
        show.table(tables.changes_procedures(result), key="changes_procedures", empty=NO_TREATMENT)
show.notes(result)
