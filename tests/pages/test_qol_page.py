"""The page of quality of life: the finding first, codes for the DSMB, a scale by its name, refusals in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import Visit, plots, tables, words


def test_the_finding_says_better_or_worse_and_who_answered(visit: Visit) -> None:
    app = visit("qol", trial="CRLM10", role="PI")
    finding = next(each.value for each in app.markdown if "against baseline" in each.value)
    assert "Global health status at month" in finding
    assert "answered by" in finding
    assert "95 % CI" in finding
    assert plots(app) == 3
    assert "Group" not in tables(app)[0].columns


def test_how_answers_are_missing_stands_before_the_model(visit: Visit) -> None:
    app = visit("qol", trial="CRLM-EHD", role="PI")
    heads = [each.value for each in app.subheader]
    assert heads.index("Whose answers are missing") < heads.index("All visits in one model")
    shown = words(app)
    assert "by a model of all visits" in shown
    assert "missing at random" in shown
    assert "Stopped answering" in shown


def test_the_dsmb_sees_codes_and_never_a_name(visit: Visit, demo_store: Path) -> None:
    door = TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), "CRLM10")
    said = words(visit("qol", trial="CRLM10", role="DSMB", by="Arm"))
    assert "Arm A" in said
    assert "Arm B" in said
    assert not any(name in said for name in {*door.arms, *(arm.name for arm in door.protocol.arms)})


@pytest.mark.parametrize("role", ["PI", "MDT", "Data manager"])
def test_who_sees_no_outcomes_by_arm_is_refused(visit: Visit, role: str) -> None:
    assert "Arm" not in visit("qol", trial="CRLM10", role=role).selectbox(key="by").options
    refused = visit("qol", trial="CRLM10", role=role, by="Arm")
    assert "may not see outcomes by arm" in refused.warning[0].value
    assert plots(refused) == 0


def test_a_scale_is_chosen_by_its_name_or_code(visit: Visit) -> None:
    app = visit("qol", trial="CRLM10", role="PI")
    assert app.selectbox(key="scale").options[0] == "Global health status · QLQ-C30"
    app.selectbox(key="scale").set_value("PA").run()
    assert "Pain at month" in words(app)
    assert "lower values are better" in words(app)
    app.segmented_control(key="shown").set_value("Score").run()
    assert "Mean score" in words(app)
    refused = visit("qol", trial="CRLM10", role="PI", scale="NOTHING")
    assert "has no quality-of-life scale" in refused.warning[0].value
