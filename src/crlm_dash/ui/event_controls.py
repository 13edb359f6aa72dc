"""The controls of the page of deaths and serious events: a search and a filter, and the whole list for a download."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from crlm_dash import analyses
from crlm_dash.analyses.result import Result
from crlm_dash.ui import session, widgets

WIDE = {"Adverse event": 280, "Cause": 280, "Last procedure": 230, "Why serious": 260, "Remarks of the site": 900}
_EVERY = 10_000_000  # rows: more than any trial has


def chosen() -> dict[str, Any]:
    """What the viewer asks of the lists, by the names of the analysis' options."""
    left, middle, right = st.columns([6, 6, 5], vertical_alignment="bottom")
    search = left.text_input(
        "Search",
        key="search",
        bind="query-params",
        placeholder="patient, cause or event",
        help="Finds what holds these letters in the patient's identifier, the site, the cause, the event or its class.",
    )
    where = widgets.where(middle)
    severe = right.toggle(
        "Grade ≥ 3 too",
        key="severe",
        bind="query-params",
        help="Lists events of grade 3 or higher also where the site did not call them serious.",
    )
    return {"search": search or "", "where": where, "severe": severe}


def whole(written: Callable[[Result], pd.DataFrame], asked: dict[str, Any]) -> Callable[[], pd.DataFrame]:
    """The whole of a list that the page shows the first rows of; made when it is downloaded."""
    door = session.door()
    return lambda: written(analyses.safety_events(door, **asked, limit=_EVERY))
