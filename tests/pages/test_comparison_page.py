"""The comparison page: design first; outcomes coded for the DSMB, none for investigators; limits drawn on demand."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.demo import simulate
from crlm_dash.store.build import build_cut
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import Visit, plots, visited, words

CAPTION = "Associated with the choice, not caused by it"


@pytest.fixture(scope="module")
def chosen_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with CRLM-EHD as large as its demonstration: smaller, its groups cannot be made alike."""
    folder = tmp_path_factory.mktemp("chosen")
    build_cut(simulate("CRLM-EHD", seed=11, out=folder / "source"), folder / "store", protocol="CRLM-EHD")
    return folder / "store"


@pytest.fixture
def large(chosen_store: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    monkeypatch.setenv("CRLM_STORE", str(chosen_store))
    return visited


def headings(app: object) -> list[str]:
    return [heading.value for heading in app.subheader]  # type: ignore[attr-defined]


def test_the_design_comes_first_and_the_caption_is_there(large: Visit) -> None:
    app = large("comparison", trial="CRLM-EHD", role="Statistician")
    assert not app.exception
    assert headings(app) == [
        "How alike the groups are", "What became of them", "In plain words", "How to read this",
    ]  # fmt: skip
    assert CAPTION in words(app)
    assert [tab.label for tab in app.tabs] == [
        "What was declared", "Balance in numbers", "Weights", "Not known",
    ]  # fmt: skip
    assert "left out, as declared" in words(app)
    assert "Hazard ratio" in words(app)
    assert "Asked otherwise" not in words(app)
    app.segmented_control(key="further").set_value("Does it hold?").run()
    assert "Asked otherwise" in words(app)


def test_the_dsmb_sees_codes_and_no_treatment_received(large: Visit, chosen_store: Path) -> None:
    door = TrialStore(chosen_store).open(Viewer(Role.STATISTICIAN), "CRLM-EHD")
    said = words(large("comparison", trial="CRLM-EHD", role="DSMB"))
    assert "Arm A" in said
    assert not any(word in said for word in {*door.arms, *(arm.name for arm in door.protocol.arms)})
    asked = large("comparison", trial="CRLM-EHD", role="DSMB", further="Treatment received")
    assert "Who was treated locally tells the arm" in words(asked)
    assert plots(asked) == 4


@pytest.mark.parametrize("role", ["PI", "MDT", "Data manager"])
def test_who_sees_no_outcomes_by_arm_gets_how_alike_the_groups_are(large: Visit, role: str) -> None:
    app = large("comparison", trial="CRLM-EHD", role=role)
    assert any("only how alike the groups are" in info.value for info in app.info)
    assert plots(app) == 2
    assert "azard ratio" not in words(app)
    assert "comparison_draw" not in [button.key for button in app.button]
    assert "Endpoint" not in [box.label for box in app.selectbox]  # it would change nothing


@pytest.mark.parametrize("role", ["PI", "DSMB"])
def test_a_trial_without_a_declared_comparison_says_why(visit: Visit, role: str) -> None:
    app = visit("comparison", trial="CRLM10", role=role)
    assert "No adjusted comparison is declared for CRLM10" in app.info[0].value
    assert plots(app) == 0


def test_limits_are_drawn_beside_the_page_and_kept(large: Visit) -> None:
    app = large("comparison", trial="CRLM-EHD", role="Statistician")
    app.button(key="comparison_draw").click().run()
    deadline = time.monotonic() + 120
    while "draws of the patients." not in words(app) and time.monotonic() < deadline:
        time.sleep(1)
        app.run()
    assert "Limits of 1,000 draws of the patients." in words(app)
    again = large("comparison", trial="CRLM-EHD", role="Statistician")
    assert "Limits of 1,000 draws of the patients." in words(again)
    assert "draws of the patients." not in words(large("comparison", trial="CRLM-EHD", role="DSMB"))


def test_treatment_received_from_time_zero_is_refused_with_its_reason(large: Visit) -> None:
    app = large("comparison", trial="CRLM-EHD", role="Statistician", method="plain", further="Treatment received")
    assert any("immortal time" in info.value for info in app.info)


def test_too_few_patients_are_told_and_nothing_is_drawn(visit: Visit) -> None:
    app = visit("comparison", trial="CRLM-EHD", role="Statistician")
    assert not app.exception
    assert "no weighting can make the groups alike" in app.info[0].value
    assert "comparison_draw" not in [button.key for button in app.button]
