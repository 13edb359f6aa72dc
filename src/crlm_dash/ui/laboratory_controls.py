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
        view = widgets.one_of("View", _VIEWS, "lab_view")
    measure = ""
    if view == LIVER:
        with middle:
            asked["enzyme"] = widgets.one_of("Enzyme", dict(zip(ENZYMES, ENZYMES, strict=True)), "enzyme")
        with right:
            asked["against"] = widgets.one_of("Peaks as", _MULTIPLES, "against")
    else:
        with middle:
            asked["test"] = _test(asked, TRENDS if view == TREND else ())
        if view == TREND:
            with right:
                measure = widgets.one_of("Values", _MEASURES, "measure")
    return view, asked, measure == _ULN


def patient_of(result: Result) -> str:
    """USUBJID of the mark whose values over time are shown, with the way to his page; '' where none is chosen."""
    return widgets.patient_of_mark("Values over time", result.tables["edish"]["USUBJID"].dropna().tolist())


def _test(asked: dict[str, Any], first: tuple[str, ...]) -> str:
    """A graded test, those of `first` before the others."""
    tests = session.ask(analyses.laboratory, **asked).facts["tests"]
    codes = [*(code for code in first if code in tests), *(code for code in tests if code not in first)]
    if not codes:
        return ""
    default, *others = codes
    options = {"": tests[default]} | {code: tests[code] for code in others}
    return address.choice("Test", options, key="test") or default
