"""The controls of the risk factor page: the endpoint and the view in sight, a filter under "More"."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crlm_dash.analyses.riskfactor_covariates import arm_is_seen
from crlm_dash.analyses.riskfactors import riskfactor_choices
from crlm_dash.ui import address, session, widgets

FACTORS, SUBGROUPS = "Factors", "Arms within subgroups"


def chosen() -> dict[str, Any]:
    """What the viewer asks of the risk factor analysis, by the names of its options."""
    left, right = st.columns([14, 3], vertical_alignment="bottom")
    with left:
        endpoint = _endpoint()
    with right, st.popover("More", icon=":material/tune:", width="stretch"):
        where = widgets.where()
    return {"endpoint": endpoint, "where": where, "subgroups": _subgroups()}


def _subgroups() -> bool:
    """Whether the arms within subgroups are shown; not offered to who may not compare the arms."""
    if not arm_is_seen(session.door()):
        return False
    chosen = st.segmented_control(
        "View",
        [FACTORS, SUBGROUPS],
        default=FACTORS,
        key="view",
        required=True,
        bind="query-params",
        label_visibility="collapsed",
    )
    return chosen == SUBGROUPS


def _endpoint() -> str:
    """PARAMCD of an endpoint; one with competing risks only where the address asks: it is refused with reason."""
    door = session.door()
    choices, asked = riskfactor_choices(door), st.query_params.get("endpoint")
    if asked not in choices.values():
        choices |= {each.paramcd: each.label for each in door.protocol.endpoints if each.label == asked}
    return address.choice("Endpoint", choices, key="endpoint") if choices else ""
