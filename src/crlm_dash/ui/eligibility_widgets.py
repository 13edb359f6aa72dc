"""Controls of the eligibility pages: which reasons, which view, which limit and where it is moved to."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crlm_dash import analyses
from crlm_dash.analyses.result import Result
from crlm_dash.ui import address, session

VIEWS = {
    "": "Every criterion",
    "together": "Reasons together",
    "places": "By site and month",
    "missing": "Missing facts",
    "deviations": "Deviations",
}
_STEPS = 40  # of the slider, about


def basis(place: Any = st) -> str:
    """What the reasons rest on; '' for the first that the trial has."""
    bases = session.ask(analyses.eligibility).facts["bases"]
    first, *others = bases.items()
    return address.choice("Reasons", {"": first[1]} | dict(others), key="basis", where=place)


def view() -> str:
    """Which of the page's views is shown; '' for the first."""
    chosen = st.segmented_control(
        "View",
        list(VIEWS.values()),
        default=VIEWS[""],
        key="view",
        required=True,
        bind="query-params",
        label_visibility="collapsed",
    )
    return next(code for code, word in VIEWS.items() if word == chosen)


def limit_words(result: Result) -> dict[str, str]:
    """Key of each limit that could be moved → criterion and fact in words."""
    limits = result.tables["limits"]
    named = zip(limits["key"], limits["criterion"], limits["label"], strict=True)
    return {str(key): f"{criterion} · {label}" for key, criterion, label in named}


def limit(where: str) -> dict[str, Any]:
    """The limit that is moved, and where to: options of the analysis `eligibility_limit`."""
    words = limit_words(session.ask(analyses.eligibility_limit))
    if not words:
        return {}
    left, right = st.columns([3, 4], gap="medium")
    first = next(iter(words))
    with left:
        key = address.choice("Limit", {"": words.pop(first)} | words, key="limit") or first
    plain = session.ask(analyses.eligibility_limit, limit=key, where=where)
    values, stated = plain.tables["values"]["value"], plain.facts["stated"]
    low, high = min([*values, stated]), max([*values, stated])
    if low == high:
        return {"limit": key}
    step = _step(high - low)
    with right:
        at = st.slider(
            f"Move it from {stated:g} to",
            float(low // step * step),
            float(-(-high // step) * step),
            float(stated),
            step,
            key=f"at_{key}",
            format="%g",
        )
    return {"limit": key, "at": at}


def _step(span: float) -> float:
    """A round step that divides the span into about as many as the slider has."""
    for exponent in range(-4, 9):
        for digit in (1, 2, 5):
            if digit * 10.0**exponent * _STEPS >= span:
                return float(f"{digit}e{exponent}")
    return span / _STEPS
