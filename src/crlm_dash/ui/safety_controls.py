"""The controls of the safety page: whom and which events, the view, which terms in which order, which patients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from crlm_dash.analyses.endpoints import adverse_event_endpoint
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.safety_measures import KINDS, MEASURES
from crlm_dash.analyses.safety_terms import term_lines
from crlm_dash.ui import address, session, widgets

VIEWS = {
    "": "Overview",
    "terms": "Events by term",
    "treatments": "By treatment",
    "time": "Over time",
    "deaths": "Deaths",
}
RANKS = {"": "By organ class", "frequent": "Most frequent", "difference": "Largest difference"}
PATIENTS, EVENTS, PROCEDURES = "Patients", "Events", "Procedures"
_SOC, _TERM, _FROM_ROW = "soc", "term", "_term_from_row"


@dataclass(frozen=True)
class Lines:
    """Which terms are shown: in the table, in the pictures (no classes), and whether events or patients are counted."""

    table: pd.DataFrame
    picture: pd.DataFrame
    count: str


def chosen() -> dict[str, Any]:
    """What the viewer asks of the safety analysis, by the names of its options."""
    left, middle, right = st.columns([6, 6, 8], vertical_alignment="bottom")
    with left:
        by = widgets.strata()
    with middle:
        kinds = {"": "Every adverse event"} | {kind: MEASURES[kind] for kind in KINDS if kind != "any"}
        measure = address.choice(
            "Events", kinds, key="measure", help="Which events the tables by term and class count."
        )
    with right:
        where = widgets.where()
    return {"by": by, "measure": measure, "where": where}


def timed(asked: dict[str, Any]) -> dict[str, Any]:
    """What is asked of the incidence analysis: the first severe event; empty where the protocol declares none."""
    endpoint = adverse_event_endpoint(session.door())
    shared = {"by": asked["by"], "where": asked["where"]}
    return {"endpoint": endpoint, "population": "SAFFL", "unit": "months"} | shared if endpoint else {}


def view() -> str:
    """Which of the page's views is shown; '' for the first."""
    return widgets.one_of("View", VIEWS, "view", visible=False)


def unit() -> str:
    """Whether complications are counted by procedures ('') or patients."""
    return widgets.one_of("Complications of", {"": PROCEDURES, "patients": PATIENTS}, "unit")


def lines(result: Result) -> Lines:
    """The terms that the viewer wants to see, and in which order."""
    find, least, rank, count = st.columns([4, 3, 5, 5], vertical_alignment="bottom")
    with find:
        search = st.text_input("Find", key="find", bind="query-params", placeholder="a term or an organ class") or ""
    with rank:
        order = address.choice("Order", RANKS, key="rank")
    with least:
        least_help = "Only what at least so many percent of some group had."
        percent = st.slider("At least, %", 0, 50, 0, key="least", bind="query-params", help=least_help)
    with count:
        counted = widgets.one_of("Count", {"": PATIENTS, "events": EVENTS}, "count")
    asked: dict[str, Any] = {"least": percent, "search": search}
    table = term_lines(result, **asked, rank=order)
    return Lines(table, table if order else term_lines(result, **asked, rank="frequent"), counted)


def term(table: pd.DataFrame, row: int | None) -> dict[str, str]:
    """
    The class and term whose patients are listed: of the row that was chosen, else of the address; empty of none.

    A row puts its term into the address; letting go of it takes the term out again.
    """
    if row is not None:
        body_system, name = (str(word) for word in table.iloc[row])
        st.query_params[_SOC], st.query_params[_TERM] = body_system, name
        st.session_state[_FROM_ROW] = True
    elif st.session_state.pop(_FROM_ROW, False):
        for key in (_SOC, _TERM):
            st.query_params.pop(key, None)
    found = {key: st.query_params.get(key, "") for key in (_SOC, _TERM)}
    return found if found[_TERM] else {}
