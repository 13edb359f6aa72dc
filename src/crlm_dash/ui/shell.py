"""The entry script: who looks at which trial and cut, then the page. Nothing is shown before that is settled."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import streamlit as st

from crlm_dash.access import Action, Role, Viewer
from crlm_dash.errors import AccessDenied, NotFound
from crlm_dash.store.shelf import TrialInfo
from crlm_dash.terms import TrialKind
from crlm_dash.ui import address, arm_key, session, show, signin, trouble, widgets
from crlm_dash.ui.directory import FOR_OBSERVERS, OVERVIEW, PAGES, SECTIONS, file_of, icon_of

ICON = Path(__file__).parent / "icon.svg"  # a named icon would be fetched from outside
MARGINS = ICON.with_name("frame.css")
SIDEBAR = 240  # pixels: what is shown needs the width
WORDMARK = ICON.with_name("wordmark.svg")


def main() -> None:
    """Draw the frame, settle who looks at what, run the page; refusals are told in words."""
    st.set_page_config(page_title="CRLM trials", page_icon=str(ICON), layout="wide", initial_sidebar_state=SIDEBAR)
    st.logo(str(WORDMARK), size="large", icon_image=str(ICON))
    st.html(MARGINS)
    observes = session.observes()
    sections = {section: [_page(name, observes) for name in names] for section, names in SECTIONS.items()}
    # At the side they would push trial and role off the screen; who has not signed in has nowhere to go.
    page = st.navigation(sections, position="hidden" if signin.is_awaited() else "top")
    address.remember_page(page)
    try:
        settle()
        if session.observes() != observes:
            st.rerun()  # with the other menu
        show.banner(page.title)
        page.run()
    except Exception as error:
        trouble.tell(error)
        show.way_back()


def _page(name: str, observes: bool) -> st.Page:
    title, _, words = PAGES[name]
    settings: dict[str, Any] = {"visibility": "hidden"} if observes and name not in FOR_OBSERVERS else {}
    first = FOR_OBSERVERS[0] if observes else OVERVIEW
    return st.Page(file_of(name), title=title, icon=icon_of(name), help=words, default=name == first, **settings)


def settle() -> None:
    """Who looks, then trial and cut, from the sidebar and the address."""
    somebody = signin.settled(session.store().sign_ins)
    # Without sign-in anybody may list the trials; opening one is asked of the door.
    lister = Viewer(Role.PI, trials=somebody.person.trials if somebody else None)
    trials = session.store().trials(lister)
    if not trials:
        show.empty_store(session.store_root())
        st.stop()
    tidy_address(trials, somebody)
    trial = widgets.trial(trials)
    cuts = session.store().cuts(lister, trial)
    chosen = widgets.cut_number(cuts)
    cut = next((each for each in cuts if each.number == chosen), None) if chosen else cuts[-1]
    if cut is None:
        there = ", ".join(str(each.number) for each in cuts)
        raise NotFound(f"{trial} has no data cut {chosen}. Data cuts: {there}.")
    if somebody:
        viewer = somebody.viewer(cut.trial)
        signin.control(somebody, viewer.role.label, session.store().sign_ins)
        until = somebody.until
    else:
        check_open(cut.kind, trial)
        viewer, until = widgets.viewer(), math.inf
    session.stand_at(session.Place(arm_key.with_key(viewer, trial), cut, until))


def tidy_address(trials: tuple[TrialInfo, ...], somebody: signin.SignedIn | None) -> None:
    """Once a visit, before any control exists: codes in the address become the words that controls show."""
    if session.has_place():
        return
    readings, instead = {"role": widgets.role_words()}, dict[str, str]()
    first = widgets.in_order(trials)[0].trial
    named = st.query_params.get("trial", first)
    if any(each.trial == named and (somebody or each.kind != TrialKind.REAL) for each in trials):
        viewer = somebody.viewer(named) if somebody else Viewer(chosen_role(readings["role"]))
        door = session.store().open(viewer, named)
        if door.can(Action.SEE_COUNTS):
            readings |= widgets.page_words(door)
        else:
            instead = {"": FOR_OBSERVERS[0]}  # the overview is not for them
    address.tidy(readings, {"trial": first}, instead)


def chosen_role(words: dict[str, str]) -> Role:
    """The role that the address names, where it may be chosen; else the one that sees least."""
    word = st.query_params.get("role", "").casefold()
    return next((Role(code) for code, label in words.items() if word in (code, label.casefold())), Role.PI)


def check_open(kind: str, trial: str) -> None:
    """Roles may be chosen freely only where no patient is real or all data are public."""
    if kind in (TrialKind.SIMULATED, TrialKind.PUBLIC):
        return
    raise AccessDenied(
        f"{trial} holds real patients' data, and sign-in is not configured here, so nobody can be shown it. "
        "If these data are a published example, load them as such: crlm-dash ingest SOURCE --public"
    )


if __name__ == "__main__":
    main()
