"""The meeting on the screen: which list, a new one, from patient to patient, and what was decided to take along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from crlm_dash import analyses, tables
from crlm_dash.access import Action
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import day as written_day
from crlm_dash.errors import CrlmDashError
from crlm_dash.report.minutes import minutes_word
from crlm_dash.store.door import Door
from crlm_dash.store.meetings import Meeting, meetings_of, save_meeting, title_of
from crlm_dash.tables.comma import comma_separated
from crlm_dash.terms import Recommendation
from crlm_dash.ui import address, decision_desk, downloads, patient_views, session, show
from crlm_dash.ui.trouble import plain

_AT = "at"  # of the address: the place on the list of the patient who is shown, from 1; none: the list itself
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_GOAL = "_meeting_saved"  # the list to open next
_SINCE = "_meeting_since"  # number of the cut that the meeting before looked at
_THURSDAY = 3
# Readable from two metres: type grows with the screen, and what every page says at its top takes less room.
_LARGER = """<style>
html { font-size: clamp(18px, 1.15vw, 26px); }
[data-testid="stMain"] h1 { font-size: 1.5rem; padding: 0; }
[data-testid="stMainBlockContainer"] { padding: 4.4rem 2.2rem 2rem; }
</style>"""


def larger() -> None:
    """Type for a projector, and room for the patient: who has trial and role chosen needs no sidebar."""
    st.set_page_config(initial_sidebar_state="collapsed")
    st.html(_LARGER)


def chosen() -> Meeting | None:
    """The meeting that is open; None while a new list is made."""
    known = {each.title: each for each in meetings_of(session.door())}
    if goal := st.session_state.pop(_GOAL, ""):  # a control may be set only before it is drawn
        st.session_state["meeting"] = goal
    none = "New list …" if session.door().can(Action.RECORD_DECISION) else "No list"
    options = {each: each for each in known} | {"": none}
    title = address.choice(
        "Meeting", options, key="meeting", on_change=_to_the_list, always=True, label_visibility="collapsed", width=340
    )
    if title and title not in known:
        st.info(f"No list is called “{plain(title)}”: it was never saved in this trial, or names nobody of your sites.")
        st.stop()
    st.session_state[_SINCE] = _looked_at_before(known, title)
    return known.get(title)


def listed(meeting: Meeting) -> Result:
    """The patients of the meeting, with what is new."""
    return session.ask(analyses.meeting_patients, subjects=meeting.subjects, since=st.session_state[_SINCE])


def patient(meeting: Meeting) -> str:
    """The patient who is spoken of, with a step to the one before and after; '' while the list is shown."""
    n = len(meeting.subjects)
    word = st.query_params.get(_AT, "")
    at = min(int(word), n) if word.isdecimal() else 0
    st.button("List", key="meeting_back", icon=":material/list:", on_click=_to_the_list, disabled=not at)
    for label, goal, key in (("Previous", at - 1, "PageUp"), ("Next", at + 1, "PageDown")):
        st.button(
            label, key=f"meeting_{label.lower()}", shortcut=key, on_click=_go_to, args=(goal,),
            disabled=not 1 <= goal <= n,
        )  # fmt: skip
    usubjid = meeting.subjects[at - 1] if at else ""
    st.markdown(f"**{at} of {n}** · **{plain(usubjid)}**" if at else f"**{n}** patients", width="content")
    return usubjid


def overview(meeting: Meeting) -> None:
    """The list: what is new, what was decided; a row leads to the patient."""
    result, decided = listed(meeting), _decided(meeting)
    show.finding(result)
    rows = tables.meeting_patients(result)
    now = decided.tables["decisions"].drop_duplicates("USUBJID").set_index("USUBJID")["recommendation"]
    words = rows["Patient"].map({who: f"✓ {Recommendation(what).label}" for who, what in now.items()})
    rows.insert(3, "Decided", words)
    row = show.table(
        rows, key="meeting_list", choose="Choose a row to show the patient.", height="content",
        wide={"Patient": 200, "New": 530, "Decided": 170, "Status": 125},
    )  # fmt: skip
    if row is not None:
        _go_to(row + 1)
        st.rerun()
    _minutes(meeting, decided)
    _saved(meeting)
    show.notes(result)


def news(meeting: Meeting, usubjid: str) -> None:
    """What is new about the patient, in a line."""
    found = listed(meeting)
    row = found.tables["patients"].set_index("USUBJID").loc[usubjid]
    when = found.facts.get("since_cutoff")
    if when is not None:
        words = plain(row["news"]) if row["news"] else "nothing"
        st.markdown(f":blue-badge[New since {written_day(when)}] {words}")


def view(meeting: Meeting) -> Callable[[Door, str], None]:
    """The view of the patient that is shown: those of the patient page, and what is new since the meeting before."""
    views = {name: each for name, each in patient_views.VIEWS.items() if each is not decision_desk.desk}
    changes = partial(session.ask, analyses.patient_changes, since=st.session_state[_SINCE])
    views |= {"Timeline": partial(patient_views.timeline, changes=changes), "New": partial(_changed, meeting)}
    picked = st.segmented_control(
        "View", list(views), default=next(iter(views)), key="meeting_view", required=True, label_visibility="collapsed",
        bind="query-params",
    )  # fmt: skip
    return views[picked]


def _changed(meeting: Meeting, _door: Door, usubjid: str) -> None:
    """Every dated thing that is new or changed since the meeting before."""
    result = session.ask(analyses.patient_changes, usubjid=usubjid, since=st.session_state[_SINCE])
    show.finding(result)
    show.table(tables.patient_changes(result), key="meeting_changed", private=True, empty="Nothing is new or changed.")


def _looked_at_before(known: dict[str, Meeting], title: str) -> int | None:
    """The data cut that the meeting before this one looked at; None where that is no earlier one: the cut before."""
    if title not in known:
        return None
    before = [each.saved.cut for each in known.values() if each.day < known[title].day]
    number = session.place().cut.number
    return before[0] if before and before[0] is not None and before[0] < number else None


def make_list() -> None:
    """A new list: from filters, by hand, or both."""
    door = session.door()
    if not door.can(Action.RECORD_DECISION):
        st.info("No list is saved yet. The MDT and the principal investigator make them.", icon=":material/info:")
        return
    left, middle, right = st.columns([3, 2, 5], vertical_alignment="bottom")
    name = left.text_input("Name", "Liver board", key="meeting_name", max_chars=80)
    day = middle.date_input("Day", _next_thursday(), key="meeting_day", format="YYYY-MM-DD")
    with right:
        kinds = st.pills(
            "Propose", list(_KINDS), selection_mode="multi", default=list(_KINDS), key="meeting_kinds", wrap=True
        )
    assert isinstance(day, dt.date)
    asked: dict[str, Any] = {option: word in kinds for word, option in _KINDS.items()}
    found = session.ask(analyses.meeting_candidates, day=day.isoformat(), **asked)
    rows = tables.meeting_candidates(found)
    show.table(rows, key="meeting_candidates", empty=found.empty, wide={"Patient": 240, "Why": 760}, alt=found.sentence)
    proposed = rows["Patient"].tolist()
    subjects = st.multiselect("On the list", proposed, default=proposed, key=f"meeting_on {day} {sorted(kinds)}")
    by_hand = st.text_input("And by hand", key="meeting_hand", placeholder="identifiers, separated by commas")
    if st.button("Save the list", key="meeting_save", type="primary", icon=":material/save:"):
        named = [*subjects, *(each.strip() for each in (by_hand or "").split(",") if each.strip())]
        _save(name or "", day, named, made_from=", ".join(kinds))
    st.caption(decision_desk.author(door))
    show.notes(found)


_KINDS = {"Due for restaging": "restaging", "Progression since": "progressed", "Newly screened": "screened"}


def _save(name: str, day: dt.date, subjects: list[str], *, seen: str = "", made_from: str = "") -> None:
    try:
        save_meeting(session.door(), name, day, subjects, seen=seen, made_from=made_from)
    except CrlmDashError as error:
        st.warning(plain(str(error)))
        return
    st.session_state[_GOAL] = title_of(" ".join(name.split()), day)
    st.rerun()


def _saved(meeting: Meeting) -> None:
    """By whom and when it was saved; and, for who may, a change."""
    entry = meeting.saved
    often = f", {meeting.n_saved} times in all" if meeting.n_saved > 1 else ""
    who = plain(entry.name) or f"{decision_desk.role_of(entry)} (no sign-in)"
    st.caption(f"Saved by {who} on {entry.at:%d %b %Y, %H:%M} UTC at data cut {entry.cut}{often}.")
    if meeting.is_joined:
        st.caption("Two people saved this list at once: the patients of both are on it.")
    if session.door().can(Action.RECORD_DECISION):
        with st.popover("Change the list", icon=":material/edit:"):
            kept = st.multiselect("Patients", meeting.subjects, default=meeting.subjects, key=f"keep {entry.hash}")
            more = st.text_input("Add by hand", key=f"more {entry.hash}", placeholder="identifiers, by commas")
            if st.button("Save the change", key=f"save {entry.hash}", type="primary"):
                named = [*kept, *(each.strip() for each in (more or "").split(",") if each.strip())]
                _save(meeting.name, meeting.day, named, seen=entry.hash)


def _decided(meeting: Meeting) -> Result:
    return analyses.decisions(session.door(), meeting=meeting.title)  # never from a cache: others write too


def _minutes(meeting: Meeting, decided: Result) -> None:
    """What was decided, to take along: for Word, and as a table."""
    if refused := session.door().refusal(Action.TAKE_MINUTES):
        st.caption(plain(refused))
        return
    if decided.empty:
        st.caption("Nothing is decided yet in this meeting.")
        return
    cut = session.place().cut
    name = f"{cut.trial}_cut{cut.number}_meeting_{meeting.day.isoformat()}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(decided.sentence)}**", width="content")
        for label, make, ending, kind in (
            ("Word (.docx)", partial(minutes_word, decided, meeting.title), "docx", _WORD),
            ("CSV", partial(_csv, decided), "csv", "text/csv"),
        ):
            st.download_button(
                label,
                downloads.taken(make, f"minutes.{ending}", named=True, needs=Action.TAKE_MINUTES),
                f"{name}.{ending}",
                kind,
                key=f"minutes_{ending}",
                on_click="ignore",
                icon=":material/download:",
            )


def _csv(decided: Result) -> bytes:
    return comma_separated(tables.decisions_minutes(decided)).encode("utf-8-sig")


def _next_thursday() -> dt.date:
    today = dt.date.today()
    return today + dt.timedelta(days=(_THURSDAY - today.weekday()) % 7)


def _go_to(place: int) -> None:
    address.leave_patient()
    st.query_params[_AT] = str(place)


def _to_the_list() -> None:
    address.leave_patient()
    st.query_params.pop(_AT, None)
