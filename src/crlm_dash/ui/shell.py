"""The entry script: who looks at which trial and cut, then the page. Nothing is shown before that is settled."""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from crlm_dash.access import Role, Viewer
from crlm_dash.errors import AccessDenied, CrlmDashError, NotFound
from crlm_dash.terms import TrialKind
from crlm_dash.ui import address, session, show, widgets

LOG = logging.getLogger("crlm_dash.ui")
PAGES = {
    "overview": ("Overview", "home", "The trial at a glance, and what needs attention."),
    "enrolment": ("Enrolment", "group_add", "Patients enrolled against the plan, and by site."),
    "eligibility": ("Eligibility", "checklist", "Which criteria keep patients out."),
    "survival": ("Survival", "show_chart", "Survival curves with the numbers at risk."),
    "safety": ("Safety", "health_and_safety", "Adverse events by term and worst grade."),
    "patient": ("Patient", "person", "Everything about one patient on one timeline."),
    "quality": ("Data quality", "fact_check", "What was wrong with the data, and every data cut."),
}


def main() -> None:
    """Draw the frame, settle who looks at what, run the page; refusals are told in words."""
    st.set_page_config(page_title="CRLM trials", page_icon=":material/clinical_notes:", layout="wide")
    pages = [
        st.Page(
            session.ROOT / "pages" / f"{name}.py",
            title=title,
            icon=f":material/{icon}:",
            help=words,
            default=name == "overview",
        )
        for name, (title, icon, words) in PAGES.items()
    ]
    page = st.navigation(pages)
    address.remember_page(page)
    try:
        settle()
        show.banner(page.title)
        page.run()
    except CrlmDashError as error:
        show.refusal(error)
    except Exception:
        number = secrets.token_hex(4)
        LOG.exception("Error %s on page %s", number, page.title)
        show.trouble(number)


def settle() -> None:
    """Trial, cut and viewer, from the sidebar and the address."""
    nobody = Viewer(Role.PI)  # may list trials; opening one is asked of the door
    trials = session.store().trials(nobody)
    if not trials:
        show.empty_store(session.store_root())
        st.stop()
    trial = widgets.trial(trials)
    cuts = session.store().cuts(nobody, trial)
    chosen = widgets.cut_number(cuts)
    cut = next((each for each in cuts if each.number == chosen), None) if chosen else cuts[-1]
    if cut is None:
        there = ", ".join(str(each.number) for each in cuts)
        raise NotFound(f"{trial} has no data cut {chosen}. Data cuts: {there}.")
    check_open(cut.kind, trial)
    session.stand_at(session.Place(widgets.viewer(), cut))


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
