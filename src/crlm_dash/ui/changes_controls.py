"""The controls of the page on changes, and its sentence on the overview."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crlm_dash import analyses
from crlm_dash.errors import CrlmDashError, RequestError
from crlm_dash.store.door import BY_ARM
from crlm_dash.ui import address, directory, session, widgets
from crlm_dash.ui.trouble import plain

PAGE = "changes"


def chosen() -> dict[str, Any]:
    """What the viewer asks of the analysis of changes, by the names of its options."""
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        asked: dict[str, Any] = {"since": _since(), "by": _by()}
    with right:
        return asked | {"where": widgets.where()}


def since_the_last_cut() -> None:
    """What changed since the cut before, in a sentence that leads to the page; nothing where this is the first."""
    try:
        result = session.ask(analyses.changes)
    except CrlmDashError as error:
        st.caption(plain(str(error)))
        return
    if result.empty:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(plain(result.sentence), width="stretch")
        st.page_link(directory.file_of(PAGE), label="More", icon=":material/arrow_forward:")


def _since() -> int | None:
    """Number of the earlier cut; None for the one before."""
    words = widgets.cut_words(session.door())
    if not words and not st.query_params.get("since"):
        return None
    first = next(iter(words), "")
    options = {"": words.pop(first)} | words if first else {"": "None is earlier"}
    number = address.choice("Compare with", options, key="since")
    if number and not number.isdigit():
        raise RequestError(f"'{number}' is not the number of a data cut.")
    return int(number) if number else None


def _by() -> str | None:
    """By arm for who may see it; and for who asks for it by the address: the door answers."""
    asked = st.query_params.get("by") == widgets.BY_ARM_WORD
    return BY_ARM if asked or BY_ARM in session.door().groupings() else None
