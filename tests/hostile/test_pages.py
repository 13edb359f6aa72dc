"""The hostile trial on the screen: its texts are read, and none is run."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crlm_dash import analyses
from crlm_dash.access import Role, Viewer
from crlm_dash.store.shelf import TrialStore
from tests.conftest import served
from tests.hostile.conftest import BEGIN, TRIAL

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
RAN = '() => Boolean(window.hit) || document.querySelectorAll(\'img[src="x"], a[href^="javascript"]\').length > 0'
PAGES = {"patients": "", "patient": "usubjid", "events": "", "safety": "", "enrolment": "", "quality": ""}


@pytest.fixture(scope="module")
def server(hostile_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app, serving the hostile trial."""
    command = ["-m", "crlm_dash.cli", "serve", "--no-browser", "--port"]
    with served(command, tmp_path_factory.mktemp("served"), CRLM_STORE=str(hostile_store)) as url:
        yield url


def test_no_text_of_the_data_is_run_on_any_page(browser: Browser, server: str, hostile_store: Path) -> None:
    door = TrialStore(hostile_store).open(Viewer(Role.STATISTICIAN), TRIAL)
    subject = str(analyses.patients(door, sort="events", descending=True).tables["subjects"]["USUBJID"].iloc[0])
    page, said, seen = browser.new_page(), list[str](), list[str]()
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    for name, needs in PAGES.items():
        address = {"trial": TRIAL, "role": "Statistician"} | ({needs: subject} if needs else {})
        page.goto(f"{server}/{name}?{urllib.parse.urlencode(address)}")
        page.locator("h1").wait_for(timeout=60_000)
        page.locator(".js-plotly-plot .main-svg, [data-testid=stDataFrame]").first.wait_for(timeout=60_000)
        page.wait_for_timeout(400)
        assert not page.evaluate(RAN), name
        assert page.get_by_text("Something went wrong").count() == 0, name
        seen += [name] if BEGIN in page.locator("body").inner_text() or BEGIN in page.content() else []
    assert said == []
    assert len(seen) > 2  # the texts do stand on the screen; tables are drawn on a canvas
    page.evaluate("() => { const i = document.createElement('img'); i.src = 'x'; document.body.append(i); }")
    assert page.evaluate(RAN)  # the search finds what it is looking for
    page.close()
