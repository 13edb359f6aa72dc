"""What a page refuses: nothing is drawn, nothing is listed, the reason is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st

from crlm_dash import analyses
from crlm_dash.access import Role, Viewer
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import PAGES, Visit, plots, tables, visited, words


def arm_words(root: Path) -> set[str]:
    """Names and labels of the arms of CRLM10."""
    door = TrialStore(root).open(Viewer(Role.STATISTICIAN), "CRLM10")
    return set(door.arms) | {arm.name for arm in door.protocol.arms}


@pytest.mark.parametrize("page", ["survival", "progression", "safety", "laboratory"])
@pytest.mark.parametrize("role", ["PI", "MDT", "Data manager"])
@pytest.mark.parametrize("by", ["arm", "Arm"])
def test_outcomes_by_arm_are_refused(visit: Visit, demo_store: Path, page: str, role: str, by: str) -> None:
    app = visit(page, trial="CRLM10", role=role, by=by)
    assert "may not see outcomes by arm" in app.warning[0].value
    assert (plots(app), tables(app)) == (0, [])
    assert not any(word in words(app) for word in arm_words(demo_store))


def test_the_refusal_stays_when_the_role_changes_on_the_page(visit: Visit) -> None:
    app = visit("survival", trial="CRLM10", role="DSMB", by="arm")
    assert plots(app) == 1
    app.selectbox(key="role").select("PI").run()
    assert app.warning
    assert plots(app) == 0


def test_the_dsmb_sees_coded_arms_and_never_their_names(visit: Visit, demo_store: Path) -> None:
    app = visit("survival", trial="CRLM10", role="DSMB", by="arm")
    assert "Arm A" in words(app)
    assert "Arms coded, key sealed" in words(app)
    assert not any(word in words(app) for word in arm_words(demo_store))


def test_a_statistician_s_answer_is_not_kept_for_others(visit: Visit, demo_store: Path) -> None:
    shown = visit("survival", trial="CRLM10", role="Statistician", by="arm")
    assert any(word in words(shown) for word in arm_words(demo_store))
    for role in ("DSMB", "PI", "MDT"):
        app = visit("survival", trial="CRLM10", role=role, by="arm")
        assert not any(word in words(app) for word in arm_words(demo_store))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", ["PI", "Statistician"])
def test_a_trial_of_real_patients_is_shown_to_nobody(
    real_store: Path, monkeypatch: pytest.MonkeyPatch, page: str, role: str
) -> None:
    monkeypatch.setenv("CRLM_STORE", str(real_store))
    app = visited(page, role=role)
    assert "sign-in is not configured" in app.warning[0].value
    assert "crlm-dash ingest SOURCE --public" in app.warning[0].value
    assert (plots(app), tables(app)) == (0, [])
    assert [box.label for box in app.selectbox] == ["Trial", "Data cut"]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ({"trial": "XXX"}, "There is no trial 'XXX' in the store."),
        ({"cut": "99"}, "has no data cut 99"),
        ({"role": "king"}, "'king' is not a role."),
        ({"by": "HAIR"}, "'HAIR' cannot be grouped by."),
        ({"endpoint": "XYZ"}, "has no endpoint 'XYZ'"),
        ({"where": "HAIR = 'red'"}, "'HAIR' cannot be filtered on."),
    ],
)
def test_an_address_that_means_nothing_is_refused(visit: Visit, address: dict[str, str], reason: str) -> None:
    app = visit("survival", **address)
    assert reason in app.warning[0].value.replace("\\", "")
    assert (plots(app), tables(app)) == (0, [])


def test_a_fault_of_ours_is_told_calmly_and_without_details(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setitem(analyses.ANALYSES, "enrolment", breaks)
    monkeypatch.setattr(analyses, "enrolment", breaks)
    st.cache_data.clear()
    app = visit("enrolment", trial="CRLM10")
    assert "Something went wrong on our side" in app.error[0].value
    assert "secret detail" not in words(app)
    assert plots(app) == 0
