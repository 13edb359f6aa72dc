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
    factors = words(app)
    assert "Arm B vs Arm A" not in factors
    assert "view" in [each.key for each in app.segmented_control]
    app.segmented_control(key="view").set_value("Arms within subgroups").run()
    said = words(app)
    assert "Arm B vs Arm A" in said
    assert not any(word in factors + said for word in {*door.arms, *(arm.name for arm in door.protocol.arms)})
    assert plots(app) == 1


@pytest.mark.parametrize("role", ["PI", "MDT", "Data manager"])
def test_who_sees_no_outcomes_by_arm_gets_no_arm(visit: Visit, role: str) -> None:
    app = visit("riskfactors", trial="CRLM-EHD", role=role)
    assert plots(app) == 1
    assert "view" not in [each.key for each in app.segmented_control]
    assert all("Arm" not in set(table.iloc[:, 0]) for table in tables(app))
    assert "The arm is in no model" in words(app)
    assert [heading.value for heading in app.subheader] == ["In numbers", "How to read this"]


def test_a_view_by_its_address_is_not_shown_to_who_sees_no_outcomes_by_arm(visit: Visit) -> None:
    asked = {"trial": "CRLM-EHD", "view": "Arms within subgroups"}
    assert "Interaction, p" in words(visit("riskfactors", role="Statistician", **asked))
    refused = visit("riskfactors", role="PI", **asked)
    assert "Interaction, p" not in words(refused)
    assert "In numbers" in [heading.value for heading in refused.subheader]


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


@pytest.mark.parametrize("view", ["Factors", "Arms within subgroups"])
def test_a_display_of_nobody_says_so(visit: Visit, view: str) -> None:
    app = visit("riskfactors", trial="CRLM-EHD", role="Statistician", where="AGE > 200", view=view)
    assert app.info[0].value == "No subject is in this population."
    assert plots(app) == 0
