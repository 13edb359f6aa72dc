"""The page of all patients: a filter is in the address, pages are turned, the file holds them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import patients
from crlm_dash.store.shelf import TrialStore
from crlm_dash.ui import patients_controls
from tests.pages.visiting import Visit, tables, words


def listed(root: Path, **asked: object) -> list[str]:
    return list(patients(TrialStore(root).open(Viewer(Role.MDT), "CRLM10"), **asked).tables["subjects"]["USUBJID"])


def test_the_address_filters_and_sorts(visit: Visit, demo_store: Path) -> None:
    app = visit("patients", trial="CRLM10", role="MDT", response="pd", sort="progressed", falling="true")
    asked = {"response": "PD", "sort": "progressed", "descending": True}
    assert tables(app)[0]["Patient"].tolist() == listed(demo_store, **asked)[: patients_controls.ROWS]
    assert "response\\: progression" in words(app)
    assert app.selectbox(key="sort").value == "progressed"


def test_pages_are_turned_and_another_question_begins_on_the_first(
    visit: Visit, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patients_controls, "ROWS", 10)
    every = listed(demo_store)
    app = visit("patients", trial="CRLM10", role="MDT")
    assert tables(app)[0]["Patient"].tolist() == every[:10]
    asked = dict.fromkeys(("search", "site", "status", "eligibility", "response"), "") | {"sort": "site"}
    app.session_state[
        patients_controls.page_key(asked | dict.fromkeys(("descending", "overdue", "progressed"), False))
    ] = 2
    app.run()
    assert tables(app)[0]["Patient"].tolist() == every[10:20]
    app.selectbox(key="status").select("Died").run()
    assert tables(app)[0]["Patient"].tolist() == listed(demo_store, status="Died")[:10]


def test_nobody_found_is_told(visit: Visit) -> None:
    app = visit("patients", trial="CRLM10", role="MDT", search="zz")
    assert app.info[0].value == "No patient's identifier holds 'zz'."
    assert not tables(app)


@pytest.mark.parametrize("role", ["MDT", "PI", "DSMB"])
@pytest.mark.parametrize("asked", [{"sort": "arm"}, {"status": "Zap"}])
def test_there_is_no_order_and_no_filter_by_arm(visit: Visit, role: str, asked: dict[str, str]) -> None:
    app = visit("patients", trial="CRLM10", role=role, **asked)
    assert "There are" in app.warning[0].value
    assert not tables(app)
