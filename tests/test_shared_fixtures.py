"""The shared fixtures hold what other tests rely on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crlm_dash.access import Role
from crlm_dash.store.build import build_cut
from tests import pilot_like as foreign
from tests.conftest import StoreAt, ViewerOf, _once_per_run

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_the_demonstration_store_has_both_trials(store: StoreAt, viewer: ViewerOf) -> None:
    trials = store().trials(viewer("statistician"))
    assert [(each.trial, each.kind, each.cuts) for each in trials] == [
        ("CRLM-EHD", "simulated", 2),
        ("CRLM10", "simulated", 2),
    ]


def test_the_foreign_trial_becomes_a_cut_in_three_arms(
    pilot_like: Path, tmp_path: Path, store: StoreAt, viewer: ViewerOf
) -> None:
    build_cut(pilot_like, tmp_path)
    door = store(tmp_path).open(viewer(Role.STATISTICIAN), foreign.STUDY)
    assert sorted(door.arms) == sorted(foreign.ARMS)
    funnel = door.ask("enrolment_funnel", population="SCRNFL").iloc[0]
    counted = (funnel["n_screened"], funnel["n_enrolled"], funnel["n_failed"])
    screened = foreign.N_RANDOMISED + foreign.N_SCREEN_FAILURES
    assert counted == (screened, foreign.N_RANDOMISED, foreign.N_SCREEN_FAILURES)
    deaths = door.ask("safety_deaths", population="SAFFL")
    assert deaths["n"].sum() == 1


def test_only_the_first_worker_builds(tmp_path: Path) -> None:
    built: list[Path] = []
    first = _once_per_run(tmp_path, built.append)
    assert _once_per_run(tmp_path, built.append) == first
    assert built == [first]


def test_a_failed_build_fails_the_other_workers_too(tmp_path: Path) -> None:
    def breaks(folder: Path) -> None:
        raise OSError(f"no space for {folder.name}")

    with pytest.raises(OSError, match="no space for demo"):
        _once_per_run(tmp_path, breaks)
    with pytest.raises(pytest.fail.Exception, match="no space for demo"):
        _once_per_run(tmp_path, breaks)


@pytest.mark.browser
def test_the_app_is_seen_in_the_browser(app_server: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(app_server)
    heading = page.get_by_role("heading", level=1).first
    heading.wait_for(timeout=60_000)
    assert heading.inner_text() == "Overview"
    page.close()
