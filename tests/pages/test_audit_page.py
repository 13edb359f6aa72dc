"""The audit page: for the data manager, never kept, and without what an act was about."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crlm_dash import analyses
from crlm_dash.access import Role, Viewer
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import Visit, tables, visited, words


@pytest.fixture
def store(demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrialStore:
    """A copy of one demonstration trial, of which nothing has been written down yet."""
    shutil.copytree(demo_store / "CRLM10", tmp_path / "store" / "CRLM10")
    monkeypatch.setenv("CRLM_STORE", str(tmp_path / "store"))
    return TrialStore(tmp_path / "store")


def test_the_data_manager_sees_at_once_what_was_done(store: TrialStore) -> None:
    address = {"trial": "CRLM10", "role": "Data manager"}
    assert "Nothing of this trial has been written down yet." in words(visited("audit", **address))
    door = store.open(Viewer(Role.PI, name="p@x.org", visit="1"), "CRLM10")
    usubjid = analyses.patients(door).tables["subjects"]["USUBJID"][0]
    analyses.patient(door, usubjid=usubjid)
    store.open_key(Viewer(Role.DSMB, name="d@x.org", visit="1"), "CRLM10", "Many deaths in Arm A")
    app = visited("audit", **address)
    said = words(app)
    assert all(word in said for word in ("p@x.org", "patient opened", "key opened", "d@x.org"))
    assert "as they were written" in said
    assert usubjid not in said
    assert "Many deaths" not in said
    assert len(tables(app)) == 2


@pytest.mark.parametrize("role", ["PI", "MDT", "DSMB", "Statistician"])
def test_nobody_else_does(visit: Visit, role: str) -> None:
    app = visit("audit", trial="CRLM10", role=role)
    assert "may not see who saw what" in app.warning[0].value
    assert tables(app) == []
