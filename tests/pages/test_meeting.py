"""The meeting: a list is made and saved, the third patient is opened, decided, corrected; minutes for who may."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import meeting_candidates
from crlm_dash.store.decisions import decisions_of
from crlm_dash.store.door import Door
from crlm_dash.store.journal import Entry
from crlm_dash.store.meetings import Meeting, meetings_of
from crlm_dash.store.shelf import TrialStore
from crlm_dash.ui import meeting_desk
from tests.pages.visiting import Visit, plots, tables, words


@pytest.fixture(autouse=True)
def _own_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/journal.sqlite")
    monkeypatch.setattr("crlm_dash.ui.session._opened", cache(lambda root: TrialStore(Path(root))))


@pytest.fixture
def door(demo_store: Path, _own_journal: None) -> Door:
    return TrialStore(demo_store).open(Viewer(Role.MDT), "CRLM10")


def saved(visit: Visit) -> AppTest:
    """The page after the MDT saved the list it was proposed."""
    return visit("meeting", trial="CRLM10", role="MDT").button(key="meeting_save").click().run()


def control(app: AppTest, kind: str, begins: str) -> Any:
    return next(each for each in getattr(app, kind) if str(each.key).startswith(begins))


def downloads(app: AppTest) -> list[str]:
    return [button.proto.label for button in app.get("download_button")]


def test_a_list_is_proposed_saved_and_opened_by_its_address(visit: Visit, door: Door) -> None:
    proposed = meeting_candidates(door, day="2027-01-01").tables["candidates"]["USUBJID"].tolist()
    app = visit("meeting", trial="CRLM10", role="MDT")
    app.multiselect(key=next(str(each.key) for each in app.multiselect)).set_value(proposed[:2])
    app.text_input(key="meeting_name").set_value(" Thursday   board")
    app.text_input(key="meeting_hand").set_value(f"{proposed[3]}, {proposed[2]}").run()
    app.button(key="meeting_save").click().run()
    assert not app.exception
    (meeting,) = meetings_of(door)
    assert meeting.subjects == (proposed[0], proposed[1], proposed[3], proposed[2])
    assert meeting.name == "Thursday board"
    assert tables(app)[0]["Patient"].tolist() == list(meeting.subjects)
    again = visit("meeting", trial="CRLM10", role="PI", meeting=meeting.title)
    assert tables(again)[0]["Patient"].tolist() == list(meeting.subjects)


def test_from_patient_to_patient_and_a_decision_beside_the_third(visit: Visit, door: Door) -> None:
    app = saved(visit)
    (meeting,) = meetings_of(door)
    for _ in range(3):
        app.button(key="meeting_next").click().run()
    third = meeting.subjects[2]
    assert f"**3 of {len(meeting.subjects)}** · **{third}**" in [text.value for text in app.markdown]
    assert app.query_params["at"] == "3"
    assert plots(app) == 1
    assert "New since 30 April 2026" in words(app)
    assert "Since the meeting before: new" in words(app)  # on the marks themselves
    control(app, "button_group", "what ").set_value("Observe")
    control(app, "text_area", "why ").set_value("Stable for a year")
    control(app, "button", "record ").click().run()
    (decision,) = decisions_of(door)
    assert (decision.usubjid, decision.now.said.meeting, decision.now.said.decided) == (
        third,
        meeting.title,
        meeting.day,
    )
    app.button(key="meeting_previous").click().run()
    assert f"**{meeting.subjects[1]}**" in words(app)
    app.button(key="meeting_back").click().run()
    assert tables(app)[0]["Decided"].tolist()[2] == "✓ Observe"
    assert downloads(app) == ["Word (.docx)", "CSV"]


def test_a_draft_waits_while_another_patient_is_looked_at(visit: Visit) -> None:
    app = saved(visit)
    app.button(key="meeting_next").click().run()
    control(app, "text_area", "why ").set_value("half a sentence").run()
    app.button(key="meeting_next").click().run()
    assert control(app, "text_area", "why ").value == ""
    app.button(key="meeting_previous").click().run()
    assert control(app, "text_area", "why ").value == "half a sentence"


def test_what_is_new_is_a_view(visit: Visit, door: Door) -> None:
    saved(visit)
    (meeting,) = meetings_of(door)
    app = visit("meeting", trial="CRLM10", role="MDT", meeting=meeting.title, at="1")
    control(app, "button_group", "meeting_view").set_value("New").run()
    assert "What changed" in words(app)


def test_a_list_that_nobody_saved_is_told_of(visit: Visit) -> None:
    app = visit("meeting", trial="CRLM10", role="MDT", meeting="Friday")
    assert "No list is called “Friday”" in app.info[0].value
    assert not tables(app)


def test_a_wrong_identifier_is_refused_and_nothing_saved(visit: Visit, door: Door) -> None:
    app = visit("meeting", trial="CRLM10", role="MDT")
    app.text_input(key="meeting_hand").set_value("SIM-NOBODY").run()
    app.button(key="meeting_save").click().run()
    assert "'SIM-NOBODY' is no patient of your sites" in app.warning[0].value.replace("\\", "")
    assert meetings_of(door) == ()


@pytest.mark.parametrize("role", ["DSMB"])
def test_who_sees_codes_reads_no_list(visit: Visit, role: str) -> None:
    saved(visit)
    app = visit("meeting", trial="CRLM10", role=role)
    assert "which treatment stands behind" in app.warning[0].value
    assert not tables(app)


@pytest.mark.parametrize("role", ["Statistician", "Data manager"])
def test_others_read_and_make_none(visit: Visit, role: str) -> None:
    empty = visit("meeting", trial="CRLM10", role=role)
    assert "No list is saved yet." in words(empty)
    assert not [button for button in empty.button if button.key == "meeting_save"]
    saved(visit)
    app = visit("meeting", trial="CRLM10", role=role)
    assert tables(app)
    assert not [button for button in app.button if str(button.key).startswith("save ")]


#   cuts that earlier meetings looked at (the latest first), cut now → cut to tell against (None: the one before)
@pytest.mark.parametrize(
    ("looked_at", "now", "against"),
    [([], 3, None), ([1], 3, 1), ([2, 1], 3, 2), ([3, 1], 3, None), ([4], 3, None)],
)
def test_new_is_told_against_the_data_of_the_meeting_before(
    monkeypatch: pytest.MonkeyPatch, looked_at: list[int], now: int, against: int | None
) -> None:
    monkeypatch.setattr(meeting_desk.session, "place", lambda: SimpleNamespace(cut=SimpleNamespace(number=now)))
    days = [dt.date(2026, 3, 1) - dt.timedelta(days=7 * n) for n in range(len(looked_at) + 1)]
    cuts = [now, *looked_at]
    known = [Meeting("Board", day, ("P-1",), Entry("x", cut=cut), 1) for day, cut in zip(days, cuts, strict=True)]
    titled = {meeting.title: meeting for meeting in known}
    assert meeting_desk._looked_at_before(titled, known[0].title) == against
    assert meeting_desk._looked_at_before(titled, "") is None
