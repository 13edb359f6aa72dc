"""The controls of the progression page: endpoint and groups in sight, the rest under "More"; the cause below."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crlm_dash.analyses.incidence import competing_choices
from crlm_dash.analyses.result import Result
from crlm_dash.errors import RequestError
from crlm_dash.ui import address, session, widgets

_CAUSE = "cause"


def chosen() -> dict[str, Any]:
    """What the viewer asks of the incidence analysis, by the names of its options."""
    left, middle, right = st.columns([8, 6, 3], vertical_alignment="bottom")
    choices = competing_choices(session.door())
    with left:
        endpoint = address.choice("Endpoint", choices, key="endpoint", on_change=_forget_cause) if choices else ""
    with middle:
        by = widgets.strata()
    with right, st.popover("More", icon=":material/tune:", width="stretch"):
        where = widgets.where()
        overstated = st.toggle(
            "1 − Kaplan–Meier (a warning)",
            key="overstated",
            bind="query-params",
            help="Drawn dashed beside the curves of one cause. It overstates: it treats death as if it could be "
            "followed by progression.",
        )
    return {"endpoint": endpoint, "by": by, "where": where, "overstated": overstated}


def cause(result: Result) -> int:
    """Number of the cause whose curves are shown; the first by default."""
    causes = result.tables["causes"]
    labels = {str(number): label for number, label in zip(causes["cause"], causes["label"], strict=True)}
    first = next(iter(labels))
    options = {"": labels[first]} | {number: label for number, label in labels.items() if number != first}
    word = address.choice("One cause by itself", options, key=_CAUSE)
    if word not in options:
        raise RequestError(f"'{word}' is not a cause here. There are: {', '.join(labels.values())}.")
    return int(word or first)


def _forget_cause() -> None:
    """Another endpoint has other causes."""
    if _CAUSE in st.session_state:
        st.session_state[_CAUSE] = ""
