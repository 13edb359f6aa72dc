"""The report page: refused, not yet prepared, prepared once, the files named after trial and cut."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from crlm_dash.ui import report_desk
from tests.pages.visiting import Visit, tables, words


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    st.cache_resource.clear()


def downloads(app: AppTest) -> list[str]:
    return [button.proto.label for button in app.get("download_button") if "CSV" not in button.proto.label]


@pytest.mark.parametrize(
    ("role", "kind", "refusal"),
    [
        ("MDT", "Open", "An MDT member may not prepare the open report"),
        ("PI", "Closed", "may not prepare the closed report"),
        ("Data manager", "Closed", "DSMB member and Unblinded statistician may"),
    ],
)
def test_who_may_not_have_it_is_told_so_and_sees_nothing(visit: Visit, role: str, kind: str, refusal: str) -> None:
    app = visit("report", trial="CRLM10", role=role, kind=kind)
    assert refusal in app.warning[0].value
    assert [button.key for button in app.button if button.key == "report_prepare"] == []
    assert downloads(app) == []
    assert tables(app) == []


def test_a_report_is_prepared_on_demand_and_kept(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    prepare = report_desk.report
    monkeypatch.setattr(report_desk, "report", lambda *given: made.append(given) or prepare(*given))
    app = visit("report", trial="CRLM10", role="PI")
    assert downloads(app) == []
    app.button(key="report_prepare").click().run()
    assert not app.exception
    assert downloads(app) == ["HTML, prints on A4", "Word (.docx)"]
    inside = tables(app)[0]
    assert inside["Section"].iloc[0] == "1 What the committee must know"
    assert inside["Tables"].sum() > 10
    assert not any(button.key == "report_prepare" for button in app.button)
    again = visit("report", trial="CRLM10", role="DSMB")
    assert downloads(again) == downloads(app)  # an open report is the same for all who may have it
    assert len(made) == 1


def test_a_closed_report_is_kept_for_who_sees_the_same_only(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit("report", trial="CRLM10", role="Statistician", kind="Closed")
    app.button(key="report_prepare").click().run()
    assert len(downloads(app)) == 2
    assert "Closed report – confidential" in words(app)
    other = visit("report", trial="CRLM10", role="DSMB", kind="Closed")
    assert downloads(other) == []
    assert other.button(key="report_prepare").label == "Prepare DSMB report"


def test_an_empty_store_says_what_to_do_here_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, visit: Visit) -> None:
    monkeypatch.setenv("CRLM_STORE", str(tmp_path))
    assert "crlm-dash ingest" in visit("report").code[0].value
