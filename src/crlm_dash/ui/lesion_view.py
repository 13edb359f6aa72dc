"""The view of one patient's lesions: scan by scan on the liver, and each lesion over time."""

from __future__ import annotations

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.analyses.lesion_words import scan_word
from crlm_dash.analyses.result import Result
from crlm_dash.store.door import Door
from crlm_dash.ui import address, show
from crlm_dash.ui.session import ask
from crlm_dash.ui.trouble import plain

BEFORE, AFTER = "Shift+Left", "Shift+Right"  # keys; the arrows alone move a focused slider


def lesions(door: Door, usubjid: str) -> None:
    """The liver map at a scan and what happened since the scan before, a lane for every lesion, and all as tables."""
    whole = ask(analyses.lesions, usubjid=usubjid)
    if whole.empty:
        st.info(whole.empty, icon=":material/info:")
        return
    shown = _scan(whole, usubjid)
    result = ask(analyses.lesions, usubjid=usubjid, scan=shown)
    between = ask(analyses.between_scans, usubjid=usubjid, scan=shown)
    st.markdown(f"**{plain(result.sentence)}** {plain(result.facts['headline'])}")
    with st.container(horizontal=True, gap="medium"):
        with st.container(key="scan_words", gap="xsmall"):
            _between(between)
        with st.container(key="scan_liver"):
            drawn = figures.liver_map(result, shown)
            show.figure(drawn, key="patient_liver", alt=result.sentence, height="stretch")
    words = f"The size of each of {result.n_used} lesions from scan to scan"
    show.figure(figures.lesion_lanes(result, shown), key="patient_lanes", alt=words)
    _tables(result, between)
    show.notes(result)


def _between(result: Result) -> None:
    """What was given, what grew, what was severe: each question with its answer."""
    st.markdown(f"**{plain(result.facts['heading'])}**")
    for item, value in result.tables["told"].itertuples(index=False):
        st.markdown(f":gray[{plain(item)}] &nbsp; {plain(value)}")


def _tables(result: Result, between: Result) -> None:
    scans, since, each, sizes = st.tabs(["Scans", "Since the scan before", "Lesions", "Every measurement"])
    with scans:
        show.table(tables.lesion_scans(result), key="patient_scans", private=True, height="content")
    with since:
        for name, make, empty in (
            ("changes", tables.between_changes, "There is no scan before this one."),
            ("given", tables.between_given, "No treatment is on record, or it is withheld."),
            ("severe", tables.between_severe, "No adverse event of grade 3 or worse was active."),
            ("procedures", tables.between_procedures, "No local treatment is on record, or it is withheld."),
        ):
            show.table(make(between), key=f"patient_between_{name}", private=True, height="content", empty=empty)
        show.notes(between)
    with each:
        listed = tables.lesion_list(result)
        show.table(listed, key="patient_lesion_list", private=True, height="content", wide=("Done where it sits",))
    with sizes:
        show.table(tables.lesion_states(result), key="patient_lesion_states", private=True)


def _scan(whole: Result, usubjid: str) -> int:
    """The scan that is shown: of the address, else the last; then as it is stepped to, by button, key or slider."""
    scans = whole.tables["scans"]
    words = {int(scan["scan"]): scan_word(scan) for _, scan in scans.iterrows()}
    numbers, key = list(words), f"lesion_scan_{usubjid}"
    if key not in st.session_state:
        st.session_state[key] = _asked_for(numbers)
    chosen = int(st.session_state[key])
    left, middle, right = st.columns([4, 9, 4], vertical_alignment="bottom")
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
    address.keep_scan(chosen if chosen != numbers[-1] else None)
    return chosen


def _asked_for(numbers: list[int]) -> int:
    """The scan that the address asks for, the last where it asks for none; one that is not there is told of."""
    word = address.scan()
    if word and (not word.isdecimal() or int(word) not in numbers):
        st.info(f"There is no scan “{plain(word)}” of this patient: the last is shown.", icon=":material/info:")
        word = ""
    return int(word) if word else numbers[-1]


def _step_to(key: str, scan: int) -> None:
    st.session_state[key] = scan
