"""The view of one patient's quality of life: what calls for attention, the profile, every score."""

from __future__ import annotations

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.store.door import Door
from crlm_dash.ui import show
from crlm_dash.ui.session import ask
from crlm_dash.ui.trouble import plain


def quality_of_life(door: Door, usubjid: str) -> None:
    """The alert first, then each scale between worst and best, then the numbers."""
    result = ask(analyses.patient_qol, usubjid=usubjid)
    if result.empty:
        st.info(result.empty, icon=":material/info:")
        return
    if result.facts["alert"]:
        st.warning(plain(result.facts["alert"]), icon=":material/priority_high:")
    show.finding(result)
    there = result.facts["questionnaires"]
    chosen = there[0]
    if len(there) > 1:
        chosen = st.segmented_control(
            "Questionnaire", there, default=chosen, key="questionnaire", required=True, label_visibility="collapsed"
        )
    drawn = figures.patient_qol(result, chosen)
    show.figure(drawn, key="patient_qol", alt=f"{result.facts['alert']} {result.sentence}".strip())
    profile, scores, alerts = st.tabs(["Last form", "Every form", "Alerts so far"])
    with profile:
        last = tables.patient_qol.profile(result)
        show.table(last, key="patient_profile", private=True, height="content", wide={"Meaning": 135})
    with scores:
        show.table(tables.patient_qol.scores(result), key="patient_qol_scores", private=True)
    with alerts:
        none = "No form was worse than the baseline by more than twice the important difference."
        show.table(tables.patient_qol.alerts(result), key="patient_qol_alerts", private=True, empty=none)
    show.notes(result)
