"""Where decisions are read, recorded and corrected: beside the patient, on the patient page and in a meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from crlm_dash import analyses
from crlm_dash.access import Action, Role
from crlm_dash.analyses.decisions_followed import AGREED, DIFFERS
from crlm_dash.analyses.framing import records
from crlm_dash.analyses.patient_decisions import NO_DECISIONS
from crlm_dash.analyses.words import day as written_day
from crlm_dash.errors import CrlmDashError
from crlm_dash.store.decisions import LONGEST, Said, correct_decision, record_decision
from crlm_dash.store.door import Door
from crlm_dash.store.journal import Entry
from crlm_dash.store.meetings import Meeting
from crlm_dash.terms import ATTENDANCE, Recommendation
from crlm_dash.ui.trouble import plain

_WRITTEN = "_decisions_written"  # by this visitor: after each the form is a new one
_THEN = {AGREED: ":blue-badge[✓ agreed]", DIFFERS: ":orange-badge[≠ differs]"}
_WITHHELD = (
    "What meetings recommend names a treatment, and that would tell which arm a patient is in: decisions are not shown "
    "to this role."
)


def on_timeline(door: Door, usubjid: str) -> pd.DataFrame:
    """The decisions about a patient for the timeline: RECORDED_AT (their day), CODE, LABEL, DETAIL."""
    if not door.can(Action.SEE_ARM_NAMES) or door.shelf is None:
        return NO_DECISIONS
    rows = analyses.decisions(door, usubjid=usubjid).tables["decisions"]
    return pd.DataFrame(
        {
            "RECORDED_AT": rows["decided"],
            "CODE": "RECOMMENDED",
            "LABEL": [f"Recommended: {Recommendation(each).label}" for each in rows["recommendation"]],
            "DETAIL": rows["rationale"].replace("", None),
        }
    )


def desk(door: Door, usubjid: str, meeting: Meeting | None = None) -> None:
    """What is on record for a patient, and, for who may, what can be recorded and corrected."""
    if not door.can(Action.SEE_ARM_NAMES):
        st.caption(_WITHHELD)
        return
    if door.can(Action.RECORD_DECISION):
        _new(door, usubjid, meeting)
    result = analyses.decisions(door, usubjid=usubjid)  # never from a cache: others write too
    if result.empty:
        st.caption(result.empty)
        return
    written = records(result.tables["versions"])
    for row in records(result.tables["decisions"]):
        with st.container(border=True):
            _card(door, row, [each for each in written if each["decision"] == row["decision"]])
    st.caption("What was then done stands beside the recommendation.", help=plain(" ".join(result.notes)))


def author(door: Door) -> str:
    """As whom this visitor writes, honestly."""
    viewer = door.viewer
    if viewer.name:
        return f"Recorded as **{plain(viewer.name)}**, {viewer.role.label}."
    return f"Recorded as **{viewer.role.label}**, no sign-in: the journal keeps the role, not a person."


def role_of(entry: Entry) -> str:
    """The role in which an entry was written."""
    return Role(entry.role).label


def _new(door: Door, usubjid: str, meeting: Meeting | None) -> None:
    key = f"{door.cut.trial} {usubjid} {st.session_state.get(_WRITTEN, 0)}"
    sitting = f"{door.cut.trial} {meeting.title if meeting else ''}"
    said = _asked(key, sitting, meeting)
    if st.button("Record the decision", key=f"record {key}", type="primary", icon=":material/edit_note:"):
        _write(lambda: record_decision(door, usubjid, said))
    st.caption(author(door))


def _asked(key: str, sitting: str, meeting: Meeting | None, was: dict[str, Any] | None = None) -> Said:
    """What is filled in; kept while this visitor is here, whichever patient is looked at meanwhile."""
    was = was or {}
    kept: dict[str, Any] = {"persist_state": "session"}
    codes = {each.label: each.value for each in Recommendation}
    labels = {value: label for label, value in codes.items()}
    chosen = st.pills(
        "Recommendation",
        list(codes),
        default=labels.get(was.get("recommendation", "")),
        key=f"what {key}",
        wrap=True,
        **kept,
    )
    text: dict[str, Any] = {"max_chars": LONGEST, "height": 84, **kept}
    rationale = st.text_area("Rationale", was.get("rationale", ""), key=f"why {key}", **text)
    questions = st.text_area("Open questions", was.get("questions", ""), key=f"open {key}", **text | {"height": 68})
    with st.popover("Who attended, and when", width="stretch"):
        there = [each for each in str(was.get("attended", "")).split(", ") if each]
        attended = st.pills(
            "Attended", ATTENDANCE, selection_mode="multi", default=there, key=f"who {sitting}", wrap=True, **kept
        )
        on = was.get("decided") or (meeting.day if meeting else "today")
        decided = st.date_input("Decided on", on, key=f"on {sitting}", format="YYYY-MM-DD", **kept)
    assert isinstance(decided, dt.date)
    return Said(
        decided=decided,
        recommendation=codes.get(str(chosen), ""),
        rationale=rationale or "",
        questions=questions or "",
        attended=tuple(attended),
        meeting=str(was.get("meeting", meeting.title if meeting else "")),
    )


def _card(door: Door, row: dict[str, Any], writings: list[dict[str, Any]]) -> None:
    done = f" {plain(row['done'])}, {row['done_on']:%d %b %Y}" if row["done"] else ""
    then = _THEN.get(row["followed"], ":gray-badge[nothing yet]" if row["followed"] else "")
    st.markdown(f"**{Recommendation(row['recommendation']).label}** · {written_day(row['decided'])} {then}{done}")
    _texts(row)
    st.caption(_signed(row, len(writings)))
    if row["contested"]:
        st.warning("Two people corrected the same writing at once. Both are kept below; please settle it.")
    if len(writings) > 1:
        with st.expander(f"Earlier writings ({len(writings) - 1})", icon=":material/history:"):
            for earlier in reversed(writings[:-1]):
                st.markdown(
                    f"**{Recommendation(earlier['recommendation']).label}** · {written_day(earlier['decided'])}"
                )
                _texts(earlier)
                st.caption(_signed(earlier, 1))
    if door.can(Action.RECORD_DECISION):
        with st.expander("Correct", icon=":material/edit:"):
            _correction(door, row, writings[-1]["hash"])


def _texts(row: dict[str, Any]) -> None:
    """What people wrote, letter by letter: nothing in it is Markdown or HTML."""
    if row["rationale"]:
        st.text(row["rationale"])
    if row["questions"]:
        st.caption("Open questions")
        st.text(row["questions"])


def _signed(row: dict[str, Any], n_writings: int) -> str:
    who = f"{plain(row['name'])}, {row['role']}" if row["name"] else f"{row['role']} (no sign-in)"
    parts = [
        f"Attended: {row['attended']}" if row["attended"] else "",
        plain(row["meeting"]),
        f"written by {who} on {row['recorded']:%d %b %Y, %H:%M} UTC at data cut {row['cut']}",
        f"corrected: “{plain(row['reason'])}”" if row["reason"] else "",
        f"{n_writings} writings" if n_writings > 1 else "",
    ]
    return " · ".join(part for part in parts if part)


def _correction(door: Door, row: dict[str, Any], seen: str) -> None:
    said = _asked(seen, seen, None, row)
    reason = st.text_input("Why is it corrected?", key=f"reason {seen}", max_chars=500, persist_state="session")
    if st.button("Save the correction", key=f"correct {seen}", type="primary"):
        _write(lambda: correct_decision(door, seen, said, reason or ""))
    st.caption(author(door) + " The earlier writing stays.")


def _write(act: Callable[[], object]) -> None:
    """Write, and begin anew; where it was not written, say why and keep what was filled in."""
    try:
        act()
    except CrlmDashError as error:
        st.warning(plain(str(error)))
        return
    st.session_state[_WRITTEN] = st.session_state.get(_WRITTEN, 0) + 1
    st.toast("Recorded in the journal.", icon=":material/check:")
    st.rerun()
