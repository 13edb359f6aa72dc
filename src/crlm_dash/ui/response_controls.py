"""The controls of the response page: groups, the picture, and the patient behind a mark."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crlm_dash.analyses.result import Result
from crlm_dash.ui import widgets

WATERFALL, SPIDER, SWIMMER = "Waterfall", "Spider", "Swimmer"


def chosen() -> dict[str, Any]:
    """What the viewer asks of the analysis, by the names of its options."""
    left, right = st.columns([14, 3], vertical_alignment="bottom")
    with left:
        by = widgets.strata()
    with right, st.popover("More", icon=":material/tune:", width="stretch"):
        where = widgets.where()
    return {"by": by, "where": where}


def picture() -> str:
    """The picture that is shown: best change, its course, or time in response."""
    options = [WATERFALL, SPIDER, SWIMMER]
    return str(
        st.segmented_control("Picture", options, default=WATERFALL, key="picture", required=True, bind="query-params")
    )


def opens(result: Result) -> None:
    """The patient of the mark that was clicked, or chosen by name, and the way to his page."""
    listed = sorted(set(result.tables["courses"]["USUBJID"].dropna()))
    if not listed:
        return
    widgets.patient_of_mark("Patient", listed)
