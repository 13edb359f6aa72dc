"""The stopping lines: one sentence at the top, coded arms, the friendly refusal, a trial without rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import monitoring
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import Visit, plots, tables, visited, words

TRIALS = ["CRLM10", "CRLM-EHD"]


def arm_words(root: Path, trial: str) -> set[str]:
    door = TrialStore(root).open(Viewer(Role.STATISTICIAN), trial)
    return set(door.arms) | {arm.name for arm in door.protocol.arms}


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("role", ["DSMB", "Statistician"])
def test_the_board_reads_at_once_whether_a_line_is_crossed(
    visit: Visit, demo_store: Path, trial: str, role: str
) -> None:
    result = monitoring(TrialStore(demo_store).open(Viewer(Role(role.lower())), trial))
    app = visit("stopping", trial=trial, role=role)
    assert not app.exception
    assert not app.warning
    assert app.subheader[0].value.replace("\\", "") == result.facts["verdict"]
    assert plots(app) == 2
    assert [len(table) for table in tables(app)][:2] == [2, len(result.tables["boundary"])]
    assert "SIMULATED DATA" in app.markdown[0].value
    said = words(app)
    for word in ("Assumed", "Not a randomised comparison", "Patients with known outcome", "Stop"):
        assert word in said


@pytest.mark.parametrize("trial", TRIALS)
def test_the_dsmb_sees_codes_and_never_a_name_or_a_treatment(visit: Visit, demo_store: Path, trial: str) -> None:
    app = visit("stopping", trial=trial, role="DSMB")
    said = words(app)
    assert "above 0 where Arm A has fewer events" in said
    assert not any(word in said for word in arm_words(demo_store, trial))
    for treatment in ("HEPATECTOMY", "ABLATION", "TACE", "HAIC", "SBRT", "Hepatectomy", "Ablation"):
        assert treatment not in said


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("role", ["PI", "MDT", "Data manager"])
def test_everybody_else_is_refused_in_words(visit: Visit, trial: str, role: str) -> None:
    app = visit("stopping", trial=trial, role=role)
    assert "may not see outcomes by arm" in app.warning[0].value
    assert "DSMB member and Unblinded statistician may" in app.warning[0].value
    assert (plots(app), tables(app), [each.value for each in app.subheader]) == (0, [], [])
    assert "crossed" not in words(app)


def test_the_refusal_stays_when_the_role_changes_on_the_page(visit: Visit) -> None:
    app = visit("stopping", trial="CRLM10", role="DSMB")
    assert plots(app) == 2
    app.selectbox(key="role").select("PI").run()
    assert app.warning
    assert plots(app) == 0
    assert "crossed" not in words(app)


def test_a_foreign_trial_declares_none_and_the_page_says_so_calmly(
    foreign_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRLM_STORE", str(foreign_store))
    app = visited("stopping", role="Statistician")
    assert not app.exception
    assert not app.warning
    assert "declares no stopping rules" in app.info[0].value
    assert plots(app) == 0
