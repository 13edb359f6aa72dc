"""Controls: each owns its words, its options and its place in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crlm_dash import analyses
from crlm_dash.access import Role, Viewer, role_named
from crlm_dash.analyses.eligibility import BASES
from crlm_dash.analyses.qol_scale import scale_choices
from crlm_dash.analyses.safety_measures import MEASURES
from crlm_dash.analyses.survival_received import BY_RECEIVED, LANDMARK, TIME_VARYING
from crlm_dash.analyses.words import day
from crlm_dash.stats.group_comparison import INVERSE, OVERLAP
from crlm_dash.store.comparing import comparable
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.store.origins import ORIGINS
from crlm_dash.store.seal import CutInfo
from crlm_dash.store.shelf import TrialInfo
from crlm_dash.terms import TrialKind
from crlm_dash.ui import address, patients_controls, session
from crlm_dash.ui.eligibility_widgets import limit_words
from crlm_dash.ui.patient_views import TIMES
from crlm_dash.ui.patient_views import VIEWS as VIEWS_OF_PATIENT

ROLE_WORDS = {
    Role.MDT: "MDT",
    Role.PI: "PI",
    Role.DSMB: "DSMB",
    Role.STATISTICIAN: "Statistician",
    Role.DATA_MANAGER: "Data manager",
    Role.OBSERVER: "Observer",
}
NEWEST = "newest"
BY_ARM_WORD = "Arm"
BY_RECEIVED_WORD = "Local treatment received"
METHODS = {
    "": "From a landmark on",
    TIME_VARYING: "As it changes with time",
    "plain": "From time zero",
}  # how treatment received counts; the last is refused with its reason
WEIGHT_WORDS = {OVERLAP: "Overlap", INVERSE: "Inverse probability"}
VISITS = {"": "Every visit", "imaging": "Imaging", "qol": "Quality of life"}
EVERYONE = "All patients together"


def in_order(trials: tuple[TrialInfo, ...]) -> list[TrialInfo]:
    """Trials as they are listed: simulated, public, real."""
    order = [TrialKind.SIMULATED, TrialKind.PUBLIC, TrialKind.REAL]
    return sorted(trials, key=lambda each: order.index(TrialKind(each.kind)))


def trial(trials: tuple[TrialInfo, ...]) -> str:
    """The trial that is shown, simulated ones first; a link names it even where it is the first."""
    return address.choice(
        "Trial",
        {each.trial: each.trial for each in in_order(trials)},
        key="trial",
        where=st.sidebar,
        on_change=address.forget_page_choices,
        always=True,
    )


def cut_number(cuts: tuple[CutInfo, ...]) -> int | None:
    """The data cut that is shown; None for the newest, whichever that will be."""
    options = {NEWEST: "Newest"} | {str(cut.number): str(cut.number) for cut in reversed(cuts)}
    chosen = address.choice("Data cut", options, key="cut", where=st.sidebar)
    return int(chosen) if chosen.isdigit() else None


def viewer() -> Viewer:
    """Who looks: chosen freely, which the shell allows for simulated and public data only."""
    chosen = address.choice(
        "View as",
        role_words(),
        key="role",
        where=st.sidebar,
        help="For demonstration with simulated or public data: see the trial as each member of the team would.",
    )
    st.sidebar.caption("Demonstration: choose freely who looks.")
    return Viewer(role_named(chosen))


def role_words() -> dict[str, str]:
    """Code and word of each role; the one that sees least comes first."""
    least_first = [Role.PI, *(role for role in ROLE_WORDS if role is not Role.PI)]
    return {role.value: ROLE_WORDS[role] for role in least_first}


def page_words(door: Door) -> dict[str, dict[str, str]]:
    """Codes and words of the pages' own choices, as an address may name them."""
    return {
        "by": {BY_ARM: BY_ARM_WORD, BY_RECEIVED: BY_RECEIVED_WORD} | door.groupings(),
        "endpoint": {each.paramcd: each.label for each in door.protocol.endpoints},
        "origin": {code: each.label.capitalize() for code, each in ORIGINS.items()},
        "method": {code or LANDMARK: word for code, word in METHODS.items()},
        "basis": BASES,
        "visits": VISITS,
        "measure": MEASURES,
        "weights": WEIGHT_WORDS,
        "scale": scale_choices(door),
        "limit": limit_words(analyses.eligibility_limit(door)),
        "since": cut_words(door),
        "view": {name.casefold(): name for name in VIEWS_OF_PATIENT},
        "time": TIMES,
        **patients_controls.WORDS,
    }


def cut_words(door: Door) -> dict[str, str]:
    """Number of each cut that this one can be compared with → its number and cut-off, the latest first."""
    cuts = door.shelf.cuts(door.viewer, door.cut.trial) if door.shelf else ()
    return {
        str(each.number): f"Data cut {each.number} of {day(each.cutoff)}"
        for each in reversed(comparable(door.cut, cuts))
    }


def strata(more: Mapping[str, str] | None = None) -> str | None:
    """What outcomes are grouped by, with what a page offers besides; None for all patients together."""
    options = {"": EVERYONE} | session.door().groupings() | dict(more or {})
    if st.query_params.get("by") == BY_ARM_WORD:
        options.setdefault(BY_ARM, BY_ARM_WORD)  # asked for by the address: the door answers, with its reason
    chosen = address.choice("Compare", options, key="by")
    return chosen or None


def where(place: Any = st) -> str:
    """A filter, as text; '' for everyone."""
    columns = ", ".join(session.door().filter_columns())
    return (
        place.text_input(
            "Only patients with",
            key="where",
            bind="query-params",
            placeholder="everyone, or for instance: SEX = 'F' and AGE >= 65",
            help=f"Compares these: {columns}. A filtered display is exploratory and carries no p-values.",
        )
        or ""
    )


def one_of(label: str, words: Mapping[str, str], key: str, *, visible: bool = True) -> str:
    """One of a few, side by side, kept in the address; the first by default. Its code."""
    picked = st.segmented_control(
        label,
        list(words.values()),
        default=next(iter(words.values())),
        key=key,
        required=True,
        bind="query-params",
        label_visibility="visible" if visible else "collapsed",
    )
    return next(code for code, word in words.items() if word == picked)


def patient_of_mark(label: str, listed: list[str]) -> str:
    """The patient whose mark was clicked, or who was chosen by name, and the way to his page; '' nobody yet."""
    left, right = st.columns([12, 5], vertical_alignment="bottom")
    with left:
        options = {"": "Click on a mark, or choose a patient …"} | {each: each for each in listed}
        usubjid = address.choice(label, options, key="mark")
    right.button(
        "Open patient",
        key="mark_open",
        icon=":material/person:",
        disabled=not usubjid,
        on_click=address.open_patient,
        args=(usubjid,),
        width="stretch",
    )
    return usubjid


def patient() -> str:
    """USUBJID of the patient to open, with a step to the one before and after; '' where none is chosen."""
    listed = session.ask(analyses.patients).tables["subjects"]["USUBJID"].tolist()
    before = st.container(width="content")
    options = {"": "Choose a patient …"} | {each: each for each in listed}
    settings: dict[str, Any] = {"label_visibility": "collapsed", "on_change": address.leave_patient, "width": 240}
    chosen = address.choice("Patient", options, key="usubjid", **settings)
    after = st.container(width="content")
    place = listed.index(chosen) if chosen in listed else None
    steps = ((before, "Previous", -1, "patient_previous"), (after, "Next", 1, "patient_next"))
    for where, word, step, key in steps:
        goal = place + step if place is not None else -1
        reachable = 0 <= goal < len(listed)
        where.button(word, key=key, disabled=not reachable, on_click=_go_to, args=(listed[goal] if reachable else "",))
    return chosen


def _go_to(usubjid: str) -> None:
    address.leave_patient()
    st.session_state["usubjid"] = usubjid
