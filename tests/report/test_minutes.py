"""The minutes of a meeting for Word: every decision with its earlier writings, and text that stays text."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import docx
import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import decisions
from crlm_dash.report.minutes import minutes_word
from crlm_dash.store.decisions import Said, correct_decision, record_decision
from crlm_dash.store.shelf import TrialStore
from tests.pairs import NOW, person, sealed

DAY, BOARD = dt.date(2026, 1, 15), "2026-01-15 Board"
TEXT = "=1+1 <b>Zwei</b> & “drei”\x07\nnext line"


def test_the_minutes_hold_what_was_decided_and_what_was_said_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/journal.sqlite")
    sealed(tmp_path / "store", {"adsl": [person(1), person(2)]}, NOW)
    door = TrialStore(tmp_path / "store").open(Viewer(Role.MDT, name="Zoë Ü."), "TINY")
    first = record_decision(door, "P-02", Said(DAY, "resect", TEXT, "Why?", ("Surgeon", "Oncologist"), BOARD))
    correct_decision(door, first.hash, Said(DAY, "ablate", "A cyst", meeting=BOARD), "third lesion is a cyst")
    record_decision(door, "P-01", Said(DAY, "TACE/HAIC", meeting=BOARD))
    record_decision(door, "P-01", Said(DAY, "observe", meeting="2026-01-22 Other"))
    file = docx.Document(io.BytesIO(minutes_word(decisions(door, meeting=BOARD), BOARD)))
    lines = [(each.style.name if each.style else "", each.text) for each in file.paragraphs]
    assert lines[0] == ("Title", f"Decisions: {BOARD}")
    assert [text for style, text in lines if style == "Heading 1"] == ["P-02", "P-01"]
    told = [text for style, text in lines if style == "Normal"]
    assert [each for each in told if each.startswith("Recommended")] == [
        "Recommended\tAblate, decided 2026-01-15",
        "Recommended\tResect, decided 2026-01-15",
        "Recommended\tTACE/HAIC, decided 2026-01-15",
    ]
    assert any(each.startswith("Rationale\t=1+1 <b>Zwei</b> & “drei”") and "next line" in each for each in told)
    assert "Why corrected\tthird lesion is a cyst" in told
    assert "Attended\tSurgeon, Oncologist" in told
    assert any(each.startswith("Written by\tZoë Ü., MDT member, 20") for each in told)
    assert told.count("Then\tnothing yet") == 2
    assert "Observe" not in " ".join(text for _, text in lines[:-2])
    assert "TINY · data cut 1" in file.sections[0].header.paragraphs[0].text
