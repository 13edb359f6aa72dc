"""Patient: everything about one patient, in several views; without a patient, the list to choose from."""

import streamlit as st

from crlm_dash import analyses, tables
from crlm_dash.ui import patient_strip, patient_views, show, widgets
from crlm_dash.ui.session import ask, door

with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    usubjid = widgets.patient()
    view = patient_views.chosen(usubjid)
if not usubjid:
    listed = ask(analyses.patients)
    show.numbers(listed)
    widths = {"Patient": 195, "Status": 150}
    show.table(tables.patients_list(listed), key="patient_list", opens="Patient", height=720, wide=widths)
    st.stop()
patient_strip.strip(ask(analyses.patient, usubjid=usubjid), views="view")
view(door(), usubjid)
