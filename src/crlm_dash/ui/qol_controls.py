"""The controls of the quality-of-life page: groups, the scale, and changes or scores."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crlm_dash.analyses.qol_scale import scale_choices
from crlm_dash.ui import address, session, widgets

CHANGE, SCORE = "Change", "Score"


def chosen() -> tuple[dict[str, Any], bool]:
    """What the viewer asks of the analysis, by the names of its options, and whether scores are drawn, not changes."""
    groups, scales, kinds, more = st.columns([5, 6, 4, 3], vertical_alignment="bottom")
    with groups:
        asked: dict[str, Any] = {"by": widgets.strata()}
    with more, st.popover("More", icon=":material/tune:", width="stretch"):
        asked["where"] = widgets.where()
    with scales:
        scale = _scale()
    with kinds:
        options = [CHANGE, SCORE]
        word = st.segmented_control("Shown", options, default=CHANGE, key="shown", required=True, bind="query-params")
    return asked | {"scale": scale}, word == SCORE


def _scale() -> str:
    """A scale by its name, the protocol's first."""
    names = scale_choices(session.door())
    if not names:
        return ""
    first = next(iter(names))
    return address.choice("Scale", {"": names.pop(first)} | names, key="scale")
