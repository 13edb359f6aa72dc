"""The lesions of a patient on the page: stepping scan by scan, and what each role reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import lesions, patients
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import Visit, plots, words

TREATMENTS = ("Hepatectomy", "Ablation", "resected", "ablated")


@pytest.fixture(scope="module")
def followed(demo_store: Path) -> str:
    """A patient of CRLM10 who was treated locally and has had four scans or more."""
    door = TrialStore(demo_store).open(Viewer(Role.MDT), "CRLM10")
    for usubjid in patients(door).tables["subjects"]["USUBJID"]:
        tables = lesions(door, usubjid=usubjid).tables
        if len(tables["scans"]) >= 4 and len(tables["treated"]):
            return str(usubjid)
    raise AssertionError("the demonstration has no such patient")


def test_the_scan_is_stepped_through_by_buttons(visit: Visit, followed: str) -> None:
    app = visit("patient", trial="CRLM10", role="MDT", usubjid=followed, view="Lesions")
    assert plots(app) == 2
    slider = app.select_slider[0]
    last = slider.value
    assert app.button(key="lesion_after").disabled
    app.button(key="lesion_before").click().run()
    assert app.select_slider[0].value == last - 1
    assert not app.button(key="lesion_after").disabled
    app.select_slider[0].set_value(1).run()
    assert app.button(key="lesion_before").disabled
    assert "Baseline" in words(app)


def test_the_address_names_the_scan_unless_it_is_the_last(visit: Visit, followed: str) -> None:
    app = visit("patient", trial="CRLM10", role="MDT", usubjid=followed, view="Lesions", scan="2")
    assert app.select_slider[0].value == 2
    assert "Between scan 1 (" in words(app)
    app.button(key="lesion_after").click().run()
    assert app.query_params["scan"] == "3"
    last = app.select_slider[0].options[-1]
    app.select_slider[0].set_value(len(app.select_slider[0].options)).run()
    assert "scan" not in app.query_params, last
    app.button(key="lesion_before").click().run()
    app.button(key="patient_next").click().run()
    assert "scan" not in app.query_params


@pytest.mark.parametrize("word", ["99", "0", "last", "-1"])
def test_a_scan_that_is_not_there_is_told_of(visit: Visit, followed: str, word: str) -> None:
    app = visit("patient", trial="CRLM10", role="MDT", usubjid=followed, view="Lesions", scan=word)
    assert f"There is no scan “{word}” of this patient: the last is shown." in words(app)
    assert app.button(key="lesion_after").disabled


def test_what_was_given_and_what_grew_between_two_scans_is_read_at_one_look(visit: Visit, followed: str) -> None:
    told = words(visit("patient", trial="CRLM10", role="MDT", usubjid=followed, view="Lesions", scan="2"))
    for item in ("Given", "Lesions", "Active grade ≥ 3", "Grade ≥ 3 at procedures"):
        assert f":gray[{item}]" in told
    coded = words(visit("patient", trial="CRLM10", role="DSMB", usubjid=followed, view="Lesions", scan="2"))
    assert ":gray[Lesions]" in coded
    assert ":gray[Given]" not in coded


def test_the_meeting_reads_what_was_done_and_the_board_does_not(visit: Visit, followed: str) -> None:
    told = words(visit("patient", trial="CRLM10", role="MDT", usubjid=followed, view="Lesions"))
    assert any(word in told for word in TREATMENTS)
    coded = words(visit("patient", trial="CRLM10", role="DSMB", usubjid=followed, view="Lesions"))
    assert not any(word in coded for word in TREATMENTS)
    assert "Local treatments are withheld because they would show the arm." in coded


def test_a_patient_without_lesions_is_told_of(foreign_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.pages.visiting import visited

    monkeypatch.setenv("CRLM_STORE", str(foreign_store))
    door = next(iter(TrialStore(foreign_store).trials(Viewer(Role.STATISTICIAN))))
    opened = TrialStore(foreign_store).open(Viewer(Role.STATISTICIAN), door.trial)
    usubjid = patients(opened).tables["subjects"]["USUBJID"].iloc[0]
    app = visited("patient", role="Statistician", usubjid=usubjid, view="Lesions")
    assert plots(app) == 0
    assert "No lesion is recorded." in [info.value for info in app.info]
