"""Eligible, not eligible or undecided: one glance, and what is still needed before a decision."""

from __future__ import annotations

import streamlit as st

from crlm_dash.analyses.result import Result
from crlm_dash.ui.trouble import plain

_WORDS = {
    "eligible": (":material/check_circle:", "Eligible", "every criterion is met by the data"),
    "not eligible": (":material/cancel:", "Not eligible", "not met"),
    "undecided": (":material/help:", "Undecided", "unknown"),
}


def verdict(result: Result) -> None:
    """The patient's eligibility by the data, and what is missing."""
    found = result.facts["eligibility"]
    if not found["verdict"]:
        st.caption("No rule of this trial is evaluated: criteria are shown as the site recorded them.")
        return
    icon, word, what = _WORDS[found["verdict"]]
    criteria = {"not eligible": found["not_met"], "undecided": found["unknown"]}.get(found["verdict"], [])
    with st.container(border=True, gap="xsmall"):
        st.subheader(f"{icon} {word} by the data", anchor=False)
        st.markdown(f"{', '.join(criteria)} {what}." if criteria else f"{what.capitalize()}.")
        if found["missing"]:
            st.markdown(f"**Still needed:** {plain('; '.join(found['missing']))}.")
        if found["outcome"] == "enrolled" and found["verdict"] == "not eligible":
            st.markdown(":orange-badge[:material/priority_high: Enrolled although a criterion is not met]")
