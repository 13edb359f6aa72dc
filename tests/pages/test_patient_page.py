"""The patient page: its views, by the switch and by the address."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import patient_qol, patients
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import Visit, plots, tables, words


@pytest.fixture(scope="module")
def subject(demo_store: Path) -> str:
    """A patient of CRLM10."""
    listed = patients(TrialStore(demo_store).open(Viewer(Role.MDT), "CRLM10")).tables["subjects"]
    return str(listed.loc[listed["status"] == "In follow-up", "USUBJID"].iloc[0])


@pytest.mark.parametrize(
    ("asked", "shown", "figures"),
    [("timeline", "Timeline", 1), ("table", "Table", 0), ("Eligibility", "Eligibility", 0), ("", "Timeline", 1)],
)
def test_a_view_is_chosen_by_the_address(visit: Visit, subject: str, asked: str, shown: str, figures: int) -> None:
    app = visit("patient", trial="CRLM10", role="MDT", usubjid=subject, **({"view": asked} if asked else {}))
    assert not app.exception
    assert app.segmented_control(key="view").value == shown
    assert plots(app) == figures
    assert bool(tables(app)) is (figures == 0)


def test_the_switch_shows_the_same_records_as_a_table(visit: Visit, subject: str) -> None:
    app = visit("patient", trial="CRLM10", role="MDT", usubjid=subject)
    app.segmented_control(key="view").set_value("Table").run()
    assert "Imaging response" in set(tables(app)[0]["Kind"])


def test_the_view_stays_for_the_next_patient(visit: Visit, subject: str) -> None:
    app = visit("patient", trial="CRLM10", role="MDT", usubjid=subject, view="table")
    app.button(key="patient_next").click().run()
    assert app.segmented_control(key="view").value == "Table"
    assert subject not in words(app)


@pytest.fixture(scope="module")
def unwell(demo_store: Path) -> str:
    """A patient of CRLM10 whose last form is much worse than the first."""
    door = TrialStore(demo_store).open(Viewer(Role.MDT), "CRLM10")
    for usubjid in patients(door).tables["subjects"]["USUBJID"]:
        if patient_qol(door, usubjid=usubjid).facts["alert"]:
            return str(usubjid)
    raise AssertionError("the demonstration has no such patient")


@pytest.mark.parametrize("role", ["MDT", "DSMB"])
def test_quality_of_life_of_a_patient_calls_out_what_is_much_worse(visit: Visit, unwell: str, role: str) -> None:
    app = visit("patient", trial="CRLM10", role=role, usubjid=unwell, view="Quality of life")
    assert not app.exception
    assert plots(app) == 1
    assert "more than twice the important difference" in app.warning[0].value
    assert "all arms and sites together" in words(app)
    assert not [code for code in ("Arm A", "Arm B") if code in words(app)]
    app.segmented_control(key="questionnaire").set_value("QLQ-LMC21").run()
    assert "Jaundice" in str(app.get("plotly_chart")[0].proto.spec)
