"""Who is there: somebody the identity provider names, or, where none is configured, whoever they choose to be."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import streamlit as st

from crlm_dash.access import Viewer
from crlm_dash.errors import AccessDenied, CrlmDashError
from crlm_dash.people import Person, listed_people
from crlm_dash.store.sign_ins import SignIns, visit_of
from crlm_dash.ui import address
from crlm_dash.ui.returning import go_on, sign_in
from crlm_dash.ui.trouble import plain

_PROMPT = "Trials in colorectal liver metastases"


@dataclass(frozen=True)
class SignedIn:
    """A person whose sign-in holds, `until` when (seconds since 1970), and what tells this sign-in from others."""

    person: Person
    until: float
    visit: str

    def viewer(self, trial: str) -> Viewer:
        """This person in a trial; raises `AccessDenied` where they have no role there."""
        return self.person.viewer(trial, self.visit)


def is_configured() -> bool:
    """Whether an identity provider is; then nobody may choose who they are."""
    return "is_logged_in" in st.user


def is_awaited() -> bool:
    """Whether somebody has yet to sign in, or may not come in: they have nowhere to go."""
    if not is_configured():
        return False
    try:
        return not (st.user.is_logged_in and signed_in(st.user.to_dict(), time.time()).person.grants)
    except CrlmDashError:
        return True


def settled(sign_ins: SignIns) -> SignedIn | None:
    """
    Who signed in; None where no provider is configured. Else the page to sign in, or why not, and nothing after it.
    """
    if not is_configured():
        return None
    if not st.user.is_logged_in:
        _ask()
    try:
        found = signed_in(st.user.to_dict(), time.time())
        sign_ins.admit(found.person.name, found.visit)
    except CrlmDashError as error:
        _ask(str(error))
    if not found.person.grants:
        _no_role(found.person.name, sign_ins)
    go_on()
    _end_in_time(found.until)
    return found


def signed_in(claims: Mapping[str, Any], now: float) -> SignedIn:
    """
    Whoever a token's claims are about.

    Raises
    ------
    AccessDenied : the token is not for this app, is over, or names nobody; StoreError : no list of people
    """
    people = listed_people()
    meant_for = claims.get("aud")
    ours = st.secrets.get("auth", {}).get("client_id")
    if not ours or ours not in (meant_for if isinstance(meant_for, list) else [meant_for]):
        raise AccessDenied("Your sign-in was meant for another application.")
    ends, began = claims.get("exp"), claims.get("iat")
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in (ends, began)):
        raise AccessDenied("Your sign-in does not say how long it holds.")
    until = min(float(ends), float(began) + people.longest_session * 3600)  # type: ignore[arg-type]
    if now >= until:
        raise AccessDenied("Your session is over. Sign in again to go on.")
    return SignedIn(people.person(claims), until, visit_of(claims))


def control(found: SignedIn, role: str, sign_ins: SignIns) -> None:
    """In the sidebar: who is signed in, as what, until when; and the way out."""
    with st.sidebar:
        st.markdown(f"Signed in as **{plain(found.person.name)}**  \n{plain(role)}")
        ends = dt.datetime.fromtimestamp(found.until, dt.UTC)
        st.caption(f"Until {ends:%H:%M} UTC. Signing out ends it in every tab and browser.")
        _way_out(found.person.name, sign_ins)


def _ask(reason: str = "") -> None:
    """The page to sign in, and nothing after it."""
    asked = (address.shown_page(), st.query_params.to_dict())
    with _card():
        if reason:
            st.warning(plain(reason), icon=":material/lock:")
        st.markdown("Sign in with your hospital account to see the trials in which you have a role.")
        st.button(
            "Sign in", key="sign_in", type="primary", icon=":material/login:", width="stretch", on_click=sign_in,
            args=asked,
        )  # fmt: skip
        st.caption(
            "Your hospital's own sign-in page opens, and leads back to what you wanted to see. Whose records you open "
            "is written down."
        )
    st.stop()


def _no_role(name: str, sign_ins: SignIns) -> None:
    with _card():
        st.info(
            "You are signed in, but have no role in any trial here. Please ask your data manager to add you to the "
            "list of people, by exactly this name:",
            icon=":material/person_search:",
        )
        st.code(name, language=None)
        _way_out(name, sign_ins)
    st.stop()


@contextmanager
def _card() -> Iterator[None]:
    """A frame in the middle of the page, with what this is."""
    st.space("large")
    _, middle, _ = st.columns([1, 2, 1])
    with middle, st.container(border=True, gap="medium"):
        st.title(_PROMPT, anchor=False)
        yield


def _way_out(name: str, sign_ins: SignIns) -> None:
    st.button("Sign out", key="sign_out", icon=":material/logout:", on_click=_sign_out, args=(name, sign_ins))


def _sign_out(name: str, sign_ins: SignIns) -> None:
    sign_ins.sign_out(name)
    st.session_state.clear()
    st.logout()


def _end_in_time(until: float) -> None:
    """Take the page away when the session ends, though nobody touches it."""

    @st.fragment(run_every=max(until - time.time(), 0) + 1)
    def watch() -> None:
        if time.time() >= until:
            st.rerun()

    watch()
