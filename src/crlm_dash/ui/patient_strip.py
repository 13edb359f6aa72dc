"""Who the patient is, in a line or two above every view; the verdict on eligibility leads to its evidence."""

from __future__ import annotations

import streamlit as st

from crlm_dash import tables
from crlm_dash.analyses.result import Result
from crlm_dash.ui.trouble import plain

_VERDICTS = {
    "eligible": (":material/check_circle:", "Eligible", "Every criterion is met by the data."),
    "not eligible": (":material/cancel:", "Not eligible", "Not met by the data: {}."),
    "undecided": (":material/help:", "Undecided", "Unknown from the data: {}."),
}


def strip(result: Result, views: str) -> None:
    """The facts that are known, and the verdict, which leads to its evidence: a view of the control `views`."""
    facts = tables.patient_summary(result)[["item", "value"]].itertuples(index=False)
    with st.container(horizontal=True, gap="medium", key="patient_strip"):
        st.markdown(f":small[{' · '.join(_fact(item, value) for item, value in facts)}]", width="stretch")
        _verdict(result, views)


def _verdict(result: Result, views: str) -> None:
    """Whether the patient is eligible by the data; nothing where no rule is evaluated."""
    found = result.facts["eligibility"]
    if not found["verdict"]:
        return
    icon, word, meaning = _VERDICTS[found["verdict"]]
    criteria = found["not_met"] if found["verdict"] == "not eligible" else found["unknown"]
    told = f"{meaning.format(', '.join(criteria))} Opens the evidence."
    st.button(
        word, key="patient_verdict", icon=icon, help=told, on_click=_open_evidence, args=(views,), type="tertiary"
    )


def _fact(item: str, value: str) -> str:
    return f":gray[{plain(item)}] **{plain(value)}**" if item else f"**{plain(value)}**"


def _open_evidence(views: str) -> None:
    st.session_state[views] = "Eligibility"
