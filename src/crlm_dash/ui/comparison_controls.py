"""The controls of the comparison page: endpoint, weights, the cause where several compete; treatment received."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crlm_dash import analyses, figures, tables
from crlm_dash.access import Action
from crlm_dash.analyses.comparison import comparison_choices
from crlm_dash.analyses.survival_received import BY_RECEIVED
from crlm_dash.errors import RequestError
from crlm_dash.ui import address, session, show, survival_controls, widgets
from crlm_dash.ui.trouble import plain

NUMBERS, HOLDS, RECEIVED = "In numbers", "Does it hold?", "Treatment received"
_CAUSE = "cause"
NOT_TOLD = (
    "Who was treated locally tells the arm, so treatment received is shown to those who see outcomes by arm and know "
    "the arms' names."
)


def chosen() -> dict[str, Any]:
    """What the viewer asks of the comparison, by the names of its options."""
    door = session.door()
    choices, declared = comparison_choices(door), door.protocol.comparison
    if declared is None or not choices:
        return {"endpoint": "", "weights": "", "cause": 1}
    left, middle, right = st.columns([7, 5, 5], vertical_alignment="bottom")
    if not door.can(Action.SEE_OUTCOMES_BY_ARM):  # the design is the same for every endpoint
        with left:
            return {"endpoint": "", "weights": _weights(declared.weights), "cause": 1}
    with left:
        endpoint = address.choice("Endpoint", choices, key="endpoint", on_change=_forget_cause)
    with middle:
        weights = _weights(declared.weights)
    asked = {"endpoint": endpoint, "weights": weights}
    causes = session.ask(analyses.comparison, **asked).tables["causes"]
    if causes.empty:
        return asked | {"cause": 1}
    labels = {str(number): label for number, label in zip(causes["cause"], causes["label"], strict=True)}
    with right:
        word = address.choice("Cause", {"": labels.pop("1")} | labels, key=_CAUSE)
    return asked | {"cause": int(word) if word.isdigit() else 1}


def _weights(declared: str) -> str:
    """How the groups are made alike; '' as declared."""
    words = {each: word for each, word in widgets.WEIGHT_WORDS.items() if each != declared}
    return address.choice("Weights", {"": f"{widgets.WEIGHT_WORDS[declared]} (declared)"} | words, key="weights")


def view() -> str:
    """Which of three further views of the outcomes is shown."""
    return st.segmented_control(
        "Further",
        [NUMBERS, HOLDS, RECEIVED],
        default=NUMBERS,
        key="further",
        required=True,
        bind="query-params",
        label_visibility="collapsed",
    )


def received(endpoint: str) -> None:
    """Survival by local treatment received, in one of the two sound ways; the third is refused with its reason."""
    if not session.door().can_see_received():
        st.caption(NOT_TOLD)
        return
    asked = survival_controls.method()
    try:
        found = session.ask(analyses.survival, endpoint=endpoint, by=BY_RECEIVED, unit="months", **asked)
    except RequestError as refusal:
        st.info(plain(str(refusal)), icon=":material/block:")
        return
    if found.empty:
        st.caption(plain(found.empty))
        return
    show.figure(figures.survival(found), key="comparison_received", alt=found.sentence)
    show.table(tables.survival_numbers(found), key="comparison_received_numbers", height="content")
    show.notes(found)


def _forget_cause() -> None:
    """Another endpoint has other causes."""
    if _CAUSE in st.session_state:
        st.session_state[_CAUSE] = ""
