"""The risk factor page: coded arms for the DSMB, none for the investigators, refusals and filters in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import Visit, plots, tables, words


def test_the_dsmb_sees_coded_arms_and_never_their_names(visit: Visit, demo_store: Path) -> None:
    door = TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), "CRLM-EHD")
    app = visit("riskfactors", trial="CRLM-EHD", role="DSMB")
    said = words(app)
    assert "Arm B vs Arm A" in said
    assert not any(word in said for word in {*door.arms, *(arm.name for arm in door.protocol.arms)})
    assert plots(app) == 2


@pytest.mark.parametrize("role", ["PI", "MDT", "Data manager"])
def test_who_sees_no_outcomes_by_arm_gets_no_arm(visit: Visit, role: str) -> None:
    app = visit("riskfactors", trial="CRLM-EHD", role=role)
    assert plots(app) == 1
    assert all("Arm" not in set(table.iloc[:, 0]) for table in tables(app))
    assert "The arm is in no model" in words(app)
    assert [heading.value for heading in app.subheader] == ["In numbers", "How to read this"]


def test_an_endpoint_with_competing_risks_is_not_offered_and_refused_by_its_address(visit: Visit) -> None:
    app = visit("riskfactors", trial="CRLM10", role="PI")
    offered = app.selectbox(key="endpoint").options
    assert "Progression-free survival" in offered
    assert not any("Liver progression" in option or "First failure" in option for option in offered)
    asked = visit("riskfactors", trial="CRLM10", role="PI", endpoint="LIVPD")
    assert "has competing risks" in asked.info[0].value
    assert plots(asked) == 0


def test_a_filter_takes_every_p_value(visit: Visit) -> None:
    app = visit("riskfactors", trial="CRLM-EHD", role="Statistician", where="SEX = 'F'")
    assert "Exploratory" in words(app)
    models = next(table for table in tables(app) if "Alone: p" in table and "Level" in table)
    assert set(models["Alone: p"]) == {"–"} == set(models["Together: p"])


def test_a_display_of_nobody_says_so(visit: Visit) -> None:
    app = visit("riskfactors", trial="CRLM-EHD", where="AGE > 200")
    assert app.info[0].value == "No subject is in this population."
    assert plots(app) == 0
