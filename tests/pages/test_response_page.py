"""The response page: every picture for every role, and no patient beside a code."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import response
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import Visit, plots, words

PICTURES = ("Waterfall", "Spider", "Swimmer")


@pytest.mark.parametrize("picture", PICTURES)
def test_the_dsmb_sees_codes_and_no_patient_beside_them(visit: Visit, demo_store: Path, picture: str) -> None:
    door = TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), "CRLM10")
    names = {*door.arms, *(arm.name for arm in door.protocol.arms)}
    app = visit("response", trial="CRLM10", role="DSMB", by="Arm", picture=picture)
    said = words(app)
    assert plots(app) == 1
    assert "Arm A" in said
    assert "Arm B" in said
    assert "SIM-CRLM10-" not in said
    assert not any(name in said for name in names)
    assert [box.key for box in app.selectbox if box.key == "mark"] == []


@pytest.mark.parametrize("picture", PICTURES)
def test_the_pi_sees_all_together_and_can_open_whom_he_may(visit: Visit, picture: str) -> None:
    app = visit("response", trial="CRLM10", role="PI", picture=picture)
    assert plots(app) == 1
    assert "Arm" not in app.selectbox(key="by").options
    assert app.button(key="mark_open").disabled
    box = app.selectbox(key="mark")
    box.set_value(box.options[1]).run()
    assert not app.button(key="mark_open").disabled


def test_who_sees_no_outcomes_by_arm_is_refused(visit: Visit) -> None:
    refused = visit("response", trial="CRLM10", role="MDT", by="Arm")
    assert "may not see outcomes by arm" in refused.warning[0].value
    assert plots(refused) == 0


def test_the_finding_is_that_of_the_analysis(visit: Visit, demo_store: Path) -> None:
    door = TrialStore(demo_store).open(Viewer(Role.PI), "CRLM10")
    expected = response(door).sentence
    shown = [each.value.replace("\\", "") for each in visit("response", trial="CRLM10", role="PI").markdown]
    assert expected in shown
