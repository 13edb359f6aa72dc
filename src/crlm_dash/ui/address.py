"""Choices that live in the address: a link opens the same view, and an unknown word is refused, not ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from crlm_dash.ui.directory import file_of

_PAGE = "_page"
_DAY = "day"
_SCAN = "scan"
PAGE_CHOICES = (
    "endpoint",
    "by",
    "population",
    "where",
    "search",
    "usubjid",
    "basis",
    "limit",
    "origin",
    "method",
    "cause",
    "visits",
    "site",
    "since",
    "measure",
    "rank",
    "find",
    "test",
    "scale",
    "mark",
    "weights",
    "picture",
    "relax",
    "stop",
    "status",
    "eligibility",
    "response",
    "meeting",
)  # what a change of trial makes meaningless


def remember_page(page: Any) -> None:
    """The page that is being shown, for redirects to itself."""
    st.session_state[_PAGE] = page


def shown_page() -> str:
    """How the address names the page that is being shown; '' for the first."""
    page: str = st.session_state[_PAGE].url_path
    return page


def choice(
    label: str,
    options: Mapping[str, str],
    *,
    key: str,
    where: Any = st,
    on_change: Callable[[], None] | None = None,
    always: bool = False,
    **settings: Any,
) -> str:
    """
    One of `options` (code → label), kept in the address as `?key=label`.

    What the address asks for but is not among the options becomes one, so that the door can refuse it with its
    reason instead of something else being shown in silence. `always`: stands in the address even by default.
    """
    asked = st.query_params.get(key) or None
    shown = dict(options)
    if asked is not None and asked not in shown.values():
        shown[asked] = shown.pop(asked, asked)
    if always:  # without a default the choice is never left out of the address
        settings["index"] = None
        if asked is None and st.session_state.get(key) is None:
            st.session_state[key] = next(iter(shown))
    held = st.session_state.get(key)
    if held is not None and held not in shown:
        shown[held] = _as_written(held)
    chosen: str = where.selectbox(
        label,
        list(shown),
        key=key,
        format_func=lambda code: shown.get(code, code),
        on_change=on_change or "rerun",
        bind="query-params",
        **settings,
    )
    return chosen


def tidy(readings: Mapping[str, Mapping[str, str]], always: Mapping[str, str], instead: Mapping[str, str]) -> None:
    """
    Go to the same address with labels for codes (`role=dsmb` → `role=DSMB`) and with what it must always name.

    `instead`: page to go to in place of another.
    """
    asked = st.query_params.to_dict()
    wanted = {**always} | {key: _reading(readings.get(key, {}), word) for key, word in asked.items()}
    page = st.session_state[_PAGE]
    if page.url_path in instead:
        st.switch_page(file_of(instead[page.url_path]), query_params=wanted)
    if wanted != asked:
        st.switch_page(page, query_params=wanted)


def _reading(options: Mapping[str, str], word: str) -> str:
    known = {each.casefold(): label for code, label in options.items() for each in (code, label)}
    return known.get(word.casefold(), word)


def forget_page_choices() -> None:
    """Back to the defaults of a page's own controls: they mean nothing in another trial."""
    for key in PAGE_CHOICES:
        if key in st.session_state:
            st.session_state[key] = ""
    for key in ("soc", "term"):
        st.query_params.pop(key, None)


def open_patient(usubjid: str, day: int | None = None) -> None:
    """Go to the patient, at a study day where one is given, from a choice of a row; trial, cut and role stay."""
    st.session_state["usubjid"] = usubjid
    if st.session_state[_PAGE].url_path != "patient":
        at = {} if day is None else {_DAY: str(day)}
        st.switch_page(file_of("patient"), query_params={"usubjid": usubjid} | at)


def day() -> int | None:
    """The study day at which the patient was opened; None where the address names none."""
    word = st.query_params.get(_DAY, "")
    return int(word) if word.removeprefix("-").isdecimal() else None


def scan() -> str:
    """The scan of the patient that the address asks for, as it is written there; '' where it asks for none."""
    return st.query_params.get(_SCAN, "")


def keep_scan(number: int | None) -> None:
    """Let the address name the scan that is shown, so that a link opens it again; None: the last needs no name."""
    if number is None:
        st.query_params.pop(_SCAN, None)
    else:
        st.query_params[_SCAN] = str(number)


def leave_patient() -> None:
    """Forget day and scan: they were of another patient."""
    for key in (_DAY, _SCAN):
        st.query_params.pop(key, None)


def _as_written(code: str) -> str:
    return code.capitalize() if code.islower() else code
