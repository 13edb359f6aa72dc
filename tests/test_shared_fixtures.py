"""The shared fixtures hold what other tests rely on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crlm_dash.access import Role
from tests import pilot_like as foreign
from tests.conftest import StoreAt, ViewerOf, once_per_run
from tests.demo_store import TRIALS

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_the_demonstration_store_has_both_trials(store: StoreAt, viewer: ViewerOf) -> None:
    trials = store().trials(viewer("statistician"))
    assert [(each.trial, each.kind, each.cuts) for each in trials] == [
        ("CRLM-EHD", "simulated", 2),
        ("CRLM10", "simulated", 2),
    ]


def test_the_foreign_trial_becomes_a_cut_in_three_arms(foreign_store: Path, store: StoreAt, viewer: ViewerOf) -> None:
    door = store(foreign_store).open(viewer(Role.STATISTICIAN), foreign.STUDY)
    assert sorted(door.arms) == sorted(foreign.ARMS)
    funnel = door.ask("enrolment_funnel", population="SCRNFL").iloc[0]
    counted = (funnel["n_screened"], funnel["n_enrolled"], funnel["n_failed"])
    screened = foreign.N_RANDOMISED + foreign.N_SCREEN_FAILURES
    assert counted == (screened, foreign.N_RANDOMISED, foreign.N_SCREEN_FAILURES)
    deaths = door.ask("safety_deaths", population="SAFFL")
    assert deaths["n"].sum() == 1


def test_each_trial_is_built_once_whoever_comes_first(tmp_path: Path) -> None:
    built: list[str] = []

    def build(folder: Path, trial: str) -> None:
        built.append(trial)
        if len(built) == 1:  # meanwhile another worker comes, builds the other trial, and waits for this one no longer
            (tmp_path / f".{trial}" / "done").touch()
            assert once_per_run(tmp_path, build) == folder

    assert once_per_run(tmp_path, build) == tmp_path
    assert once_per_run(tmp_path, build) == tmp_path
    assert built == list(TRIALS)


def test_a_failed_build_fails_the_other_workers_too(tmp_path: Path) -> None:
    def breaks(folder: Path, trial: str) -> None:
        raise OSError(f"no space for {trial}")

    with pytest.raises(OSError, match=f"no space for {TRIALS[0]}"):
        once_per_run(tmp_path, breaks)
    with pytest.raises(pytest.fail.Exception, match=f"no space for {TRIALS[0]}"):
        once_per_run(tmp_path, lambda folder, trial: None)


@pytest.mark.browser
def test_the_app_is_seen_in_the_browser(app_server: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(app_server)
    heading = page.get_by_role("heading", level=1).first
    heading.wait_for(timeout=60_000)
    assert heading.inner_text() == "Overview"
    page.close()
