"""Decisions on the patient page: recorded, corrected, read; refused in words; nothing for who sees codes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import patients
from crlm_dash.store.decisions import decisions_of
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import Visit, plots, words

TEXT = "=1+1 *bold* <script>alert(1)</script> $x$"


@pytest.fixture(autouse=True)
def _own_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/journal.sqlite")
    monkeypatch.setattr("crlm_dash.ui.session._opened", cache(lambda root: TrialStore(Path(root))))


@pytest.fixture
def door(demo_store: Path, _own_journal: None) -> Door:
    return TrialStore(demo_store).open(Viewer(Role.MDT), "CRLM10")


@pytest.fixture
def somebody(door: Door) -> str:
    return str(patients(door, status="In follow-up").tables["subjects"]["USUBJID"].iloc[0])


def control(app: AppTest, kind: str, begins: str) -> object:
    """The control of a kind whose key begins so."""
    return next(each for each in getattr(app, kind) if str(each.key).startswith(begins))


def recorded(visit: Visit, usubjid: str, role: str = "MDT") -> AppTest:
    """The page after somebody recorded a decision."""
    app = visit("patient", trial="CRLM10", role=role, usubjid=usubjid, view="Decisions")
    control(app, "button_group", "what ").set_value("Resect")  # type: ignore[attr-defined]
    control(app, "text_area", "why ").set_value(TEXT)  # type: ignore[attr-defined]
    return control(app, "button", "record ").click().run()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("role", ["MDT", "PI"])
def test_a_decision_is_recorded_and_corrected(visit: Visit, door: Door, somebody: str, role: str) -> None:
    app = recorded(visit, somebody, role)
    assert not app.exception
    (found,) = decisions_of(door, somebody)
    assert (found.now.said.recommendation, found.now.said.rationale) == ("resect", TEXT)
    assert TEXT in [text.value for text in app.text]  # letter by letter, not as Markdown
    assert control(app, "text_area", "why ").value == ""  # type: ignore[attr-defined]
    assert "no sign-in" in words(app)
    seen = found.now.entry.hash
    control(app, "button_group", f"what {seen}").set_value("Ablate")  # type: ignore[attr-defined]
    app.run()
    control(app, "button", f"correct {seen}").click().run()  # type: ignore[attr-defined]
    assert "Say why it is corrected" in app.warning[0].value
    control(app, "text_input", f"reason {seen}").set_value("wrong patient's scan")  # type: ignore[attr-defined]
    control(app, "button", f"correct {seen}").click().run()  # type: ignore[attr-defined]
    (found,) = decisions_of(door, somebody)
    assert [version.said.recommendation for version in found.versions] == ["resect", "ablate"]
    assert "2 writings" in words(app)
    assert any(re.search(r"corrected: “wrong patient", caption.value) for caption in app.caption)


def test_nothing_chosen_is_refused_and_the_text_stays(visit: Visit, door: Door, somebody: str) -> None:
    app = visit("patient", trial="CRLM10", role="MDT", usubjid=somebody, view="Decisions")
    control(app, "text_area", "why ").set_value("a long text")  # type: ignore[attr-defined]
    control(app, "button", "record ").click().run()  # type: ignore[attr-defined]
    assert "What is recommended?" in app.warning[0].value
    assert control(app, "text_area", "why ").value == "a long text"  # type: ignore[attr-defined]
    assert decisions_of(door) == ()


@pytest.mark.parametrize("role", ["Statistician", "Data manager"])
def test_others_read_and_cannot_write(visit: Visit, somebody: str, role: str) -> None:
    recorded(visit, somebody)
    app = visit("patient", trial="CRLM10", role=role, usubjid=somebody, view="Decisions")
    assert TEXT in [text.value for text in app.text]
    assert not [each for each in app.button if str(each.key).startswith(("record ", "correct "))]


@pytest.mark.parametrize("view", ["Decisions", "Timeline", "Table"])
def test_the_dsmb_reads_no_recommendation(visit: Visit, somebody: str, view: str) -> None:
    recorded(visit, somebody)
    shown = words(visit("patient", trial="CRLM10", role="MDT", usubjid=somebody, view=view))
    kept = visit("patient", trial="CRLM10", role="DSMB", usubjid=somebody, view=view)
    assert "Resect" in shown
    assert "Recommended: " not in words(kept)
    assert not [text.value for text in kept.text]
    if view == "Decisions":
        assert "not shown to this role" in words(kept)
        assert plots(kept) == 0
