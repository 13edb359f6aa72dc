"""A meeting as it is held: Thursday's list, the third patient by a clicker's keys, decided, corrected, taken along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
PROJECTOR = {"width": 1920, "height": 1080}
WAIT = 60_000  # milliseconds


@pytest.fixture(scope="module")
def board(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose journal is its own: what is decided here is on record nowhere else."""
    place = tmp_path_factory.mktemp("board")
    command = ["-m", "crlm_dash.cli", "serve", "--no-browser", "--port"]
    journal = f"sqlite:///{place}/journal.sqlite"
    with served(command, place, CRLM_STORE=str(demo_store), CRLM_JOURNAL=journal) as url:
        yield url


def test_a_meeting_from_its_list_to_its_minutes(browser: Browser, board: str) -> None:
    context = browser.new_context(viewport=PROJECTOR, base_url=board, accept_downloads=True)
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto("/meeting?trial=CRLM10&role=mdt")
    page.get_by_role("button", name="Save the list").click()
    page.get_by_text("Saved by").wait_for()
    assert re.search(r"meeting=\d{4}-\d\d-\d\d\+Liver\+board", page.url)
    for place in (1, 2, 3):
        page.keyboard.press("PageDown")
        page.get_by_text(f"{place} of ").first.wait_for()
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") > 20  # from two metres
    page.get_by_text("Resect", exact=True).first.click()
    rationale = page.get_by_label("Rationale").first
    rationale.fill("Two lesions; <b>remnant</b> 45 %")
    page.keyboard.press("PageDown")  # belongs to the text
    rationale.press("Tab")
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_text("Correct", exact=True).first.click()
    assert page.get_by_text("3 of ").first.is_visible()
    assert page.get_by_text("Two lesions; <b>remnant</b> 45 %", exact=True).first.is_visible()
    correction = page.get_by_test_id("stExpanderDetails").last
    correction.get_by_text("Ablate", exact=True).click()
    why = correction.get_by_label("Why is it corrected?")
    why.fill("One is a cyst")
    why.press("Tab")
    correction.get_by_role("button", name="Save the correction").click()
    page.get_by_text("2 writings").first.wait_for()
    page.get_by_role("button", name="List", exact=True).click()
    page.get_by_text("Saved by").wait_for()
    for label, ending in (("Word (.docx)", "docx"), ("CSV", "csv")):
        with page.expect_download() as taken:
            page.get_by_role("button", name=label).first.click()
        assert re.fullmatch(rf"CRLM10_cut2_meeting_\d{{4}}-\d\d-\d\d\.{ending}", taken.value.suggested_filename)
        content = taken.value.path().read_bytes()
        assert content[:2] == b"PK" if ending == "docx" else b"One is a cyst" in content
    context.close()
