"""The controls of the survival page: endpoint and groups in sight, the rest under "More"."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crlm_dash.analyses.survival_display import endpoint_choices
from crlm_dash.analyses.survival_received import BY_RECEIVED, LANDMARK
from crlm_dash.ui import address, session, widgets

FORMATS = {"": "SVG, for print", "png": "PNG, for slides"}
LONGEST_LANDMARK = 24  # months


def chosen() -> dict[str, Any]:
    """What the viewer asks of the survival analysis, by the names of its options."""
    left, middle, right = st.columns([8, 6, 3], vertical_alignment="bottom")
    with left:
        asked: dict[str, Any] = {"endpoint": _endpoint()}
    with middle:
        asked["by"] = widgets.strata(_received())
    with right, st.popover("More", icon=":material/tune:", width="stretch"):
        asked |= _more(asked["by"])
    if asked["by"] == BY_RECEIVED:
        asked |= method()
    return asked


def picture() -> str:
    """The format in which the camera button saves the figure."""
    return st.session_state.get("picture") or "svg"


def _endpoint() -> str:
    """PARAMCD of an endpoint of the trial; '' for the primary one, or the first that has records."""
    labels = endpoint_choices(session.door())
    return address.choice("Endpoint", labels, key="endpoint") if labels else ""


def _received() -> dict[str, str]:
    """Treatment received, for who may see it; and for who asks for it by the address: the door answers."""
    by_address = st.query_params.get("by") == widgets.BY_RECEIVED_WORD
    return {BY_RECEIVED: widgets.BY_RECEIVED_WORD} if by_address or session.door().can_see_received() else {}


def _more(by: str | None) -> dict[str, Any]:
    origins = {"": "As the protocol counts"} | {
        code: label.capitalize() for code, label in session.door().time_origins().items()
    }
    found: dict[str, Any] = {
        "origin": address.choice(
            "Time counted from",
            origins,
            key="origin",
            help="Another day than the protocol's makes the display exploratory, without p-values.",
        ),
        "where": widgets.where(),
    }
    if by:
        found["band"] = st.toggle(
            "Band of no difference (two groups)",
            key="band",
            bind="query-params",
            help="Half the 95 % interval of the difference, between the curves. Where it touches both, they do not "
            "differ at that time.",
        )
    found["published"] = st.toggle("Published rates, not from this trial", key="published", bind="query-params")
    found["naive"] = st.toggle(
        "Curve that ignores late entry (a warning)",
        key="naive",
        bind="query-params",
        help="Where patients come under observation after time zero. It overstates survival.",
    )
    address.choice("Camera button saves", FORMATS, key="picture")
    return found


def method() -> dict[str, Any]:
    """How treatment received counts: from a landmark on, or as it changes with time."""
    left, right = st.columns([6, 11], vertical_alignment="bottom")
    with left:
        counted = address.choice("Treatment received counts", widgets.METHODS, key="method")
    if counted:
        return {"method": counted}
    with right:
        months = st.slider(
            "Landmark: months after time zero", 1, LONGEST_LANDMARK, 6, key="landmark", bind="query-params"
        )
    return {"method": LANDMARK, "landmark": months}
