"""Controls: each owns its words, its options and its place in the address."""

from __future__ import annotations

import streamlit as st

from crlm_dash import analyses
from crlm_dash.access import Role, Viewer
from crlm_dash.store.seal import CutInfo
from crlm_dash.store.shelf import TrialInfo
from crlm_dash.terms import TrialKind
from crlm_dash.ui import address, session

ROLE_WORDS = {
    Role.MDT: "MDT",
    Role.PI: "PI",
    Role.DSMB: "DSMB",
    Role.STATISTICIAN: "Statistician",
    Role.DATA_MANAGER: "Data manager",
}
NEWEST = "newest"
EVERYONE = "All patients together"


def trial(trials: tuple[TrialInfo, ...]) -> str:
    """The trial that is shown; one that may be opened freely comes first."""
    ordered = sorted(trials, key=lambda each: each.kind == TrialKind.REAL)
    return address.choice(
        "Trial",
        {each.trial: each.trial for each in ordered},
        key="trial",
        where=st.sidebar,
        on_change=address.forget_page_choices,
    )


def cut_number(cuts: tuple[CutInfo, ...]) -> int | None:
    """The data cut that is shown; None for the newest, whichever that will be."""
    options = {NEWEST: f"Newest (no. {cuts[-1].number})"}
    options |= {str(cut.number): f"No. {cut.number}, {cut.cutoff:%d %b %Y}" for cut in reversed(cuts[:-1])}
    chosen = address.choice("Data cut", options, key="cut", where=st.sidebar)
    return int(chosen) if chosen.isdigit() else None


def viewer() -> Viewer:
    """Who looks: chosen freely, which the shell allows for simulated and public data only."""
    chosen = address.choice(
        "View as",
        {role.value: word for role, word in _least_first().items()},
        key="role",
        where=st.sidebar,
        help="For demonstration with simulated or public data: see the trial as each member of the team would.",
    )
    st.sidebar.caption("Demonstration: choose freely who looks.")
    return Viewer(Role(chosen) if chosen in set(Role) else Role.PI)


def _least_first() -> dict[Role, str]:
    return {Role.PI: ROLE_WORDS[Role.PI]} | ROLE_WORDS


def endpoint() -> str:
    """PARAMCD of an endpoint of the trial; '' for the primary one."""
    found = session.ask(analyses.survival).tables["endpoints"]
    labels = dict(zip(found["PARAMCD"], found["PARAM"], strict=True))
    primary = session.ask(analyses.survival).facts.get("endpoint", "")
    options = {primary: labels.pop(primary)} if primary in labels else {}
    return address.choice("Endpoint", options | labels, key="endpoint") if options | labels else ""


def strata() -> str | None:
    """What outcomes are grouped by; None for all patients together."""
    chosen = address.choice("Compare", {"": EVERYONE} | session.door().groupings(), key="by")
    return chosen or None


def where() -> str:
    """A filter, as text; '' for everyone."""
    columns = ", ".join(session.door().filter_columns())
    return (
        st.text_input(
            "Only patients with",
            key="where",
            bind="query-params",
            placeholder="everyone, or for instance: SEX = 'F' and AGE >= 65",
            help=f"Compares these: {columns}. A filtered display is exploratory and carries no p-values.",
        )
        or ""
    )


def patient() -> str:
    """USUBJID of the patient to open; '' where none is chosen."""
    listed = session.ask(analyses.patients).tables["subjects"]
    options = {"": "Choose a patient …"}
    for usubjid, status in zip(listed["USUBJID"], listed["status"], strict=True):
        options[usubjid] = usubjid
        del status
    return address.choice("Patient", options, key="usubjid", label_visibility="collapsed")
