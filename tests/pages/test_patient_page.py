"""The patient page: its views, by the switch and by the address."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import patients
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
