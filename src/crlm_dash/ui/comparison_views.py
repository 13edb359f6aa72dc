"""What the comparison page says in words: the fixed caption, why outcomes are not there, four plain paragraphs."""

from __future__ import annotations

import streamlit as st

from crlm_dash import tables
from crlm_dash.analyses.result import Result
from crlm_dash.ui import show
from crlm_dash.ui.trouble import plain


def caution(result: Result) -> None:
    """The fixed caption of every comparison of groups that were not formed by chance."""
    st.markdown(f":orange-badge[:material/balance: Not randomised] **{plain(result.facts['caption'])}**")


def alike(result: Result) -> None:
    """How alike the groups are."""
    st.markdown(plain(result.facts["design"]))


def missing(result: Result) -> None:
    """What was done about covariates that are not known; nothing where all are."""
    if result.facts.get("missing"):
        st.markdown(plain(result.facts["missing"]))


def design(result: Result) -> None:
    """The design in words and numbers: what was declared, balance, weights, what is not known."""
    declared, balance, weights, gaps = st.tabs(["What was declared", "Balance in numbers", "Weights", "Not known"])
    with declared:  # in the protocol file, before any outcome was looked at
        for row in result.tables["design"].itertuples():
            st.markdown(f"**{plain(str(row.item))}.** {plain(str(row.value))}")
    with balance:
        show.table(tables.comparison.balance(result), key="comparison_covariates", height="content")
    with weights:
        show.table(tables.comparison.weights(result), key="comparison_weights", height="content")
    with gaps:
        found = tables.comparison.missing(result)
        if found.empty:
            st.caption("Every covariate is known in every patient." if result.n_total else "Nobody is in the groups.")
        else:
            show.table(found, key="comparison_missing", height="content")


def reason(result: Result) -> None:
    """Why outcomes are not compared; nothing where they are."""
    if result.facts["outcomes"]:
        st.info(plain(result.facts["outcomes"]), icon=":material/info:")


def sensitivity(result: Result) -> None:
    """The same question asked otherwise."""
    wide = {"Asked otherwise": 290, "Measure": 240, "Result (95 % CI)": 182, "Remark": 254}
    show.table(tables.comparison.sensitivity(result), key="comparison_sensitivity", height="content", wide=wide)


def in_plain_words(result: Result) -> None:
    """What was compared, how alike the groups are, what came out, what could still explain it."""
    if result.facts["plain"]:
        st.subheader("In plain words", anchor=False)
    for question, answer in result.facts["plain"]:
        st.markdown(f"**{plain(question)}.** {plain(answer)}")
