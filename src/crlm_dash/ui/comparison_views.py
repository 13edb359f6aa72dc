"""What the comparison page says in words: the fixed caption, why outcomes are not there, four plain paragraphs."""

from __future__ import annotations

import streamlit as st

from crlm_dash.analyses.result import Result
from crlm_dash.ui.trouble import plain


def caution(result: Result) -> None:
    """The fixed caption of every comparison of groups that were not formed by chance."""
    st.markdown(f":orange-badge[:material/balance: Not randomised] **{plain(result.facts['caption'])}**")


def alike(result: Result) -> None:
    """How alike the groups are."""
    st.markdown(plain(result.facts["design"]))


def declared(result: Result) -> None:
    """What the protocol file declares, before any outcome was looked at."""
    for row in result.tables["design"].itertuples():
        st.markdown(f"**{plain(str(row.item))}.** {plain(str(row.value))}")


def reason(result: Result) -> None:
    """Why outcomes are not compared; nothing where they are."""
    if result.facts["outcomes"]:
        st.info(plain(result.facts["outcomes"]), icon=":material/info:")


def in_plain_words(result: Result) -> None:
    """What was compared, how alike the groups are, what came out, what could still explain it."""
    if result.facts["plain"]:
        st.subheader("In plain words", anchor=False)
    for question, answer in result.facts["plain"]:
        st.markdown(f"**{plain(question)}.** {plain(answer)}")
