"""The controls of the laboratory page: groups and view in sight, what each view can be asked beside it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crlm_dash import analyses
from crlm_dash.analyses.laboratory import TRENDS
from crlm_dash.analyses.laboratory_liver import BASELINE, ENZYMES, ULN
from crlm_dash.analyses.result import Result
from crlm_dash.ui import address, session, widgets

LIVER, GRADES, TREND = "liver", "grades", "trend"
_VIEWS = {LIVER: "Liver", GRADES: "Grades", TREND: "Trends"}
_MULTIPLES = {ULN: "× ULN", BASELINE: "× baseline"}
_ULN = "uln"
_MEASURES = {"": "As measured", _ULN: "× ULN"}


def chosen() -> tuple[str, dict[str, Any], bool]:
    """The view, what the viewer asks of the analysis by the names of its options, and whether trends are multiples."""
    left, right = st.columns([14, 3], vertical_alignment="bottom")
    with left:
        asked: dict[str, Any] = {"by": widgets.strata()}
    with right, st.popover("More", icon=":material/tune:", width="stretch"):
        asked["where"] = widgets.where()
    left, middle, right = st.columns([6, 4, 7], vertical_alignment="bottom")
    with left:
        view = _one_of("View", _VIEWS, "lab_view")
    measure = ""
    if view == LIVER:
        with middle:
            asked["enzyme"] = _one_of("Enzyme", dict(zip(ENZYMES, ENZYMES, strict=True)), "enzyme")
        with right:
            asked["against"] = _one_of("Peaks as", _MULTIPLES, "against")
    else:
        with middle:
            asked["test"] = _test(asked, TRENDS if view == TREND else ())
        if view == TREND:
            with right:
                measure = _one_of("Values", _MEASURES, "measure")
    return view, asked, measure == _ULN


def patient_of(result: Result) -> str:
    """USUBJID of the mark whose values over time are shown, with the way to his page; '' where none is chosen."""
    listed = result.tables["edish"]["USUBJID"].dropna().tolist()
    left, right = st.columns([12, 5], vertical_alignment="bottom")
    with left:
        options = {"": "Click on a mark, or choose a patient …"} | {each: each for each in listed}
        usubjid = address.choice("Values over time", options, key="mark")
    right.button(
        "Open patient",
        key="laboratory_open",
        icon=":material/person:",
        disabled=not usubjid,
        on_click=address.open_patient,
        args=(usubjid,),
        width="stretch",
    )
    return usubjid


def _one_of(label: str, options: dict[str, str], key: str) -> str:
    """One of a few, side by side, kept in the address; the first by default."""
    first = next(iter(options.values()))
    word = st.segmented_control(
        label, list(options.values()), default=first, key=key, required=True, bind="query-params"
    )
    return next(code for code, each in options.items() if each == word)


def _test(asked: dict[str, Any], first: tuple[str, ...]) -> str:
    """A graded test, those of `first` before the others."""
    tests = session.ask(analyses.laboratory, **asked).facts["tests"]
    codes = [*(code for code in first if code in tests), *(code for code in tests if code not in first)]
    if not codes:
        return ""
    default, *others = codes
    options = {"": tests[default]} | {code: tests[code] for code in others}
    return address.choice("Test", options, key="test") or default
