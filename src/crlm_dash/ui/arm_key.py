"""The key to the arms' codes on the screen: sealed, opened with a reason, closed again; and who opened it before."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from crlm_dash.access import Action, Role, Viewer
from crlm_dash.errors import AccessDenied, CrlmDashError
from crlm_dash.store.journal import Entry
from crlm_dash.store.key import MIN_REASON, when
from crlm_dash.ui import session
from crlm_dash.ui.trouble import plain

_OPENED = "_keys_opened"  # of this visitor, by trial and viewer: the hash of the journal's entry
_SHOWN = 10  # earlier openings; the command line lists all
_WHAT_HAPPENS = """
**What happens**
- You see which treatment stands behind each code, on every page of this trial, and the terms that were withheld.
- It is written into the journal: when, by which role, and your reason. Every DSMB member and the statistician see it,
  so the reason should not say what you suspect an arm to be.
- It holds for this visit only. What you have seen cannot be unseen.
"""


def with_key(viewer: Viewer, trial: str) -> Viewer:
    """The viewer, with the key of the trial where this visitor opened it and the journal still knows of it."""
    if (trial, viewer) not in _opened():
        return viewer
    bearer = replace(viewer, key=_opened()[trial, viewer])
    try:
        session.store().open(bearer, trial)
    except AccessDenied:
        del _opened()[trial, viewer]
        return viewer
    return bearer


def control() -> None:
    """Beside what is masked: open the key, for who may; close it again, for who opened it."""
    door = session.door()
    if door.opening:
        st.button("Close the key again", key="key_close", icon=":material/lock:", type="tertiary", on_click=_close)
    elif door.can(Action.OPEN_KEY) and not door.can(Action.SEE_ARM_NAMES):
        with st.popover("Open the key", icon=":material/key:", type="tertiary"):
            _form()


def told() -> None:
    """A line for who may open the key: when it was opened in this trial, by whom and why."""
    here = session.place()
    if not session.door().can(Action.OPEN_KEY):
        return
    try:
        openings = session.store().key_openings(here.viewer, here.cut.trial)
    except CrlmDashError as error:
        st.caption(plain(str(error)))
        return
    if openings:
        *before, last = [_sentence(entry) for entry in openings]
        often = f" It was opened {len(openings)} times in all." if before else ""
        st.caption(f":material/key: The key of this trial was opened {last}{often}", help=_listed(before) or None)


def _sentence(entry: Entry) -> str:
    who = f"a {Role(entry.role).label}" + (f" ({plain(entry.name)})" if entry.name else "")
    return f"on {when(entry)} by {who}: “{plain(entry.reason)}”."


def _listed(before: list[str]) -> str:
    return "\n".join(["Before that:", *(f"- {each}" for each in reversed(before[-_SHOWN:]))]) if before else ""


def _form() -> None:
    st.markdown(_WHAT_HAPPENS)
    with st.form("key_form", border=False):
        reason = st.text_area(
            "Why do you open it?", key="key_reason", max_chars=500, help=f"At least {MIN_REASON} characters."
        )
        confirmed = st.form_submit_button("Open the key and log it", key="key_open", type="primary")
    if confirmed:
        _open(reason)


def _open(reason: str) -> None:
    here = session.place()
    try:
        bearer = session.store().open_key(here.viewer, here.cut.trial, reason, here.cut.number)
    except CrlmDashError as error:
        st.warning(plain(str(error)))
        return
    _opened()[here.cut.trial, here.viewer] = bearer.key
    st.rerun()


def _close() -> None:
    here = session.place()
    _opened().pop((here.cut.trial, replace(here.viewer, key="")), None)


def _opened() -> dict[tuple[str, Viewer], str]:
    keys: dict[tuple[str, Viewer], str] = st.session_state.setdefault(_OPENED, {})
    return keys
