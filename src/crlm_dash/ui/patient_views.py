"""The views of one patient: each draws what it shows of the patient, and the page shows the one that was chosen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.analyses.patient_changes import with_news
from crlm_dash.analyses.patient_decisions import with_decisions
from crlm_dash.analyses.result import Result
from crlm_dash.store.door import Door
from crlm_dash.ui import address, decision_desk, show
from crlm_dash.ui.lesion_view import lesions
from crlm_dash.ui.qol_view import quality_of_life
from crlm_dash.ui.session import ask
from crlm_dash.ui.verdict import verdict

View = Callable[[Door, str], None]

_WIDE = {"To": 110, "What": 270, "Detail": 260}  # pixels


def decisions(door: Door, usubjid: str) -> pd.DataFrame:
    """What meetings decided for the patient: RECORDED_AT, CODE, LABEL, DETAIL."""
    return decision_desk.on_timeline(door, usubjid)


def timeline(door: Door, usubjid: str, *, count: str = "", changes: Callable[..., Result] | None = None) -> None:
    """Everything dated, in lanes over one time axis; `changes` says of a patient what is new to a meeting."""
    result = ask(analyses.patient, usubjid=usubjid)
    result = with_news(result, changes(usubjid=usubjid)) if changes else result
    result = with_decisions(door, result, decisions(door, usubjid))
    drawn = figures.timeline(result, address.day(), count)
    show.figure(drawn, key="patient_timeline", alt=result.sentence)
    show.notes(result)


def table(door: Door, usubjid: str) -> None:
    """The same as a table; beside it who the patient is, every lesion, every laboratory value."""
    result = _with_decisions(door, usubjid)
    records, baseline, measured, labs = st.tabs(["Records", "Baseline", "Lesions", "Laboratory"])
    with records:
        empty = "Nothing dated is recorded."
        show.table(
            tables.patient_timeline(result), key="patient_records", private=True, empty=empty, height=560, wide=_WIDE
        )
        left_out = tables.patient_left_out(result)
        show.table(left_out, key="patient_left_out", private=True, empty="Every dated record is on the timeline.")
    with baseline:
        show.table(tables.patient_subject(result), key="patient_baseline", private=True, alt="Facts about the patient")
    with measured:
        empty = "No lesion is recorded."
        show.table(tables.patient_sums(result), key="patient_sums", private=True, empty="No target was measured.")
        show.table(tables.patient_lesions(result), key="patient_lesions", private=True, empty=empty)
    with labs:
        empty = "No laboratory value is recorded."
        show.table(tables.patient_labs(result), key="patient_labs", private=True, empty=empty)
    show.notes(result)


def eligibility(door: Door, usubjid: str) -> None:
    """The verdict, each criterion, and the record behind each fact."""
    result = ask(analyses.patient, usubjid=usubjid)
    verdict(result)
    criteria, evidence = tables.patient_criteria(result), tables.patient_evidence(result)
    wide = ("Found", "Wanted")
    show.table(criteria, key="patient_criteria", private=True, empty="None is known.", wide=wide)
    show.table(evidence, key="patient_evidence", private=True, empty="No fact is declared.")
    show.notes(result)


VIEWS: dict[str, View] = {
    "Timeline": timeline,
    "Lesions": lesions,
    "Quality of life": quality_of_life,
    "Table": table,
    "Eligibility": eligibility,
    "Decisions": decision_desk.desk,
}

TIMES = {"": "Dates", "enrolment": "Days since enrolment", "diagnosis": "Days since diagnosis"}


def chosen(usubjid: str) -> View:
    """The view that is shown, the first unless the address names another (`view=table`); no switch for nobody."""
    if not usubjid:
        return timeline
    switch: dict[str, Any] = {"required": True, "bind": "query-params", "label_visibility": "collapsed"}
    view = VIEWS[st.segmented_control("View", list(VIEWS), default=next(iter(VIEWS)), key="view", **switch)]
    if view is timeline:
        counted = address.choice("Time axis", TIMES, key="time", label_visibility="collapsed", width=230)
        view = partial(timeline, count=counted)
    return view


def _with_decisions(door: Door, usubjid: str) -> Result:
    return with_decisions(door, ask(analyses.patient, usubjid=usubjid), decisions(door, usubjid))
