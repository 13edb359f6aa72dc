"""The controls of the list of patients: what is searched, filtered and sorted, and which page of it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from crlm_dash import analyses, tables
from crlm_dash.analyses.patients import RESPONSES, SORTS, STATUSES, VERDICTS
from crlm_dash.analyses.result import Result
from crlm_dash.ui import address, session

ROWS = 25  # of a page
_EVERY = 10_000_000  # rows: more than any trial has
_CHOICES = {
    "status": ("Status", {"": "Every status"} | dict(zip(STATUSES, STATUSES, strict=True))),
    "eligibility": ("Eligibility", {"": "Any verdict"} | VERDICTS),
    "response": ("Last response", {"": "Any response"} | RESPONSES),
    "sort": ("Sort by", SORTS),
}
WORDS = {key: options for key, (_, options) in _CHOICES.items()}  # as an address may name them


def chosen() -> dict[str, Any]:
    """What the viewer asks of the list, by the names of the analysis' options."""
    asked: dict[str, Any] = {}
    with st.grid(5, min_column_width=210, gap="small", vertical_alignment="bottom"):
        asked["search"] = st.text_input(
            "Search", key="search", bind="query-params", placeholder="part of the identifier"
        )
        for key in ("status", "response", "sort"):
            asked[key] = _one(key)
        with st.popover("More", icon=":material/tune:", width="stretch"):
            asked["site"] = address.choice("Site", {"": "Every site"} | {each: each for each in _sites()}, key="site")
            asked["eligibility"] = _one("eligibility")
            asked["overdue"] = st.toggle("With visits overdue", key="late", bind="query-params")
            asked["progressed"] = st.toggle("With a progression", key="progressed", bind="query-params")
            asked["descending"] = st.toggle("Latest or largest first", key="falling", bind="query-params")
    return asked


def _one(key: str) -> str:
    label, options = _CHOICES[key]
    return address.choice(label, options, key=key)


def page(asked: dict[str, Any]) -> dict[str, int]:
    """Which page is turned to; another question begins on its first."""
    return {"limit": ROWS, "page": st.session_state.get(page_key(asked), 1)}


def turn(asked: dict[str, Any], result: Result) -> None:
    """The pages there are, below the list; a click on one shows it."""
    if result.facts["pages"] > 1:
        st.pagination(result.facts["pages"], default=result.facts["page"], key=page_key(asked), max_visible_pages=9)
        st.caption("A click on the head of a column sorts this page only; “Sort by” sorts all patients.")


def whole(asked: dict[str, Any]) -> Callable[[], pd.DataFrame]:
    """All pages for a download; made when it is asked for."""
    door = session.door()
    return lambda: tables.patients_list(analyses.patients(door, **asked, limit=_EVERY))


def _sites() -> list[str]:
    found: list[str] = session.ask(analyses.patients, limit=1).tables["sites"]["siteid"].tolist()
    return found


def page_key(asked: dict[str, Any]) -> str:
    """What the page turned to is kept under: of each question its own."""
    return "page of " + repr(sorted(asked.items()))
