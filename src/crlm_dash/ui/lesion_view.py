"""The view of one patient's lesions: scan by scan on the liver, and each lesion over time."""

from __future__ import annotations

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.analyses.lesion_words import scan_word
from crlm_dash.analyses.result import Result
from crlm_dash.store.door import Door
from crlm_dash.ui import show
from crlm_dash.ui.session import ask

BEFORE, AFTER = "Shift+Left", "Shift+Right"  # keys; the arrows alone move a focused slider


def lesions(door: Door, usubjid: str) -> None:
    """The liver map at a scan, a lane for every lesion, and both as tables."""
    whole = ask(analyses.lesions, usubjid=usubjid)
    if whole.empty:
        st.info(whole.empty, icon=":material/info:")
        return
    result = ask(analyses.lesions, usubjid=usubjid, scan=_scan(whole, usubjid))
    shown = result.facts["scan"]
    st.markdown(f"**{result.sentence}** {result.facts['headline']}")
    show.figure(figures.liver_map(result, shown), key="patient_liver", alt=result.sentence)
    words = f"The size of each of {result.n_used} lesions from scan to scan"
    show.figure(figures.lesion_lanes(result, shown), key="patient_lanes", alt=words)
    scans, each, sizes = st.tabs(["Scans", "Lesions", "Every measurement"])
    with scans:
        show.table(tables.lesion_scans(result), key="patient_scans", private=True, height="content")
    with each:
        listed = tables.lesion_list(result)
        show.table(listed, key="patient_lesion_list", private=True, height="content", wide=("Done where it sits",))
    with sizes:
        show.table(tables.lesion_states(result), key="patient_lesion_states", private=True)
    show.notes(result)


def _scan(whole: Result, usubjid: str) -> int:
    """The scan that is shown: the last at first, then as it is stepped through, by button, key or slider."""
    scans = whole.tables["scans"]
    words = {int(scan["scan"]): scan_word(scan) for _, scan in scans.iterrows()}
    numbers, key = list(words), f"lesion_scan_{usubjid}"
    chosen = int(st.session_state.setdefault(key, numbers[-1]))
    left, middle, right = st.columns([3, 9, 3], vertical_alignment="bottom")
    with middle:
        if len(numbers) > 1:
            st.select_slider("Scan", numbers, key=key, format_func=words.__getitem__, label_visibility="collapsed")
        else:
            st.markdown(f"**{words[chosen]}**, the only scan", text_alignment="center")
    steps = ((left, "Earlier", -1, "lesion_before", BEFORE), (right, "Later", 1, "lesion_after", AFTER))
    for where, word, step, name, shortcut in steps:
        goal = chosen + step
        where.button(
            word,
            key=name,
            disabled=goal not in words,
            shortcut=shortcut,
            on_click=_step_to,
            args=(key, goal),
            width="stretch",
        )
    return chosen


def _step_to(key: str, scan: int) -> None:
    st.session_state[key] = scan
