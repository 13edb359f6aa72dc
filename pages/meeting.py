"""Meeting: a list of patients, one after another on the projector, and what is decided beside each."""

import streamlit as st

from crlm_dash import analyses
from crlm_dash.ui import decision_desk, meeting_desk, patient_strip
from crlm_dash.ui.session import ask, door

meeting_desk.larger()
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    meeting = meeting_desk.chosen()
    usubjid = meeting_desk.patient(meeting) if meeting else ""
if meeting is None:
    meeting_desk.make_list()
    st.stop()
if not usubjid:
    meeting_desk.overview(meeting)
    st.stop()
patient_strip.strip(ask(analyses.patient, usubjid=usubjid), views="meeting_view")
meeting_desk.news(meeting, usubjid)
story, decision = st.columns([8, 4], gap="medium")
with story:
    view = meeting_desk.view(meeting)
    view(door(), usubjid)
with decision:
    decision_desk.desk(door(), usubjid, meeting)
