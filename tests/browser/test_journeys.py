"""A few journeys in a real browser, one a role; and the coldest start there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import patients, safety_events
from crlm_dash.store.shelf import TrialStore

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
SCREEN = {"width": 1600, "height": 1000}
WAIT = 30_000  # milliseconds


@pytest.fixture(scope="module")
def visitors(browser: Browser, app_server: str) -> Iterator[BrowserContext]:
    """One browser profile for all journeys: the app's own scripts are fetched once."""
    context = browser.new_context(viewport=SCREEN, base_url=app_server)
    context.set_default_timeout(WAIT)
    yield context
    context.close()


@pytest.fixture
def screen(visitors: BrowserContext, app_server: str) -> Iterator[Page]:
    """A page of its own, which fails the test when anything is fetched from elsewhere."""
    page = visitors.new_page()
    elsewhere: list[str] = []
    here = (app_server, app_server.replace("http", "ws"), "data:", "blob:")
    page.on("request", lambda each: None if each.url.startswith(here) else elsewhere.append(each.url))
    yield page
    page.close()
    assert elsewhere == []


def main(page: Page) -> str:
    """The words in the main part of the page."""
    return page.get_by_test_id("stMain").inner_text()


def choose(page: Page, box: str, option: str) -> None:
    """Pick an option of a list."""
    page.get_by_role("combobox", name=box).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_cold_start_on_outcomes_by_arm_is_refused(screen: Page, demo_store: Path) -> None:
    screen.goto("/survival?by=arm&trial=CRLM10")
    screen.get_by_text("may not see outcomes by arm").wait_for()
    assert screen.locator(".js-plotly-plot").count() == 0
    assert screen.get_by_test_id("stDataFrame").count() == 0
    door = TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), "CRLM10")
    assert not any(arm in screen.content() for arm in door.arms)


def test_the_mdt_opens_a_patient_and_goes_on_to_the_next(screen: Page, demo_store: Path) -> None:
    listed = patients(TrialStore(demo_store).open(Viewer(Role.MDT), "CRLM10")).tables["subjects"]["USUBJID"]
    screen.goto("/patient?trial=CRLM10&role=mdt")
    table = screen.get_by_test_id("stDataFrame").locator("canvas").first
    table.wait_for()
    table.click(position={"x": 22, "y": 60}, force=True)  # its scroller lies over the canvas
    screen.locator(".js-plotly-plot").wait_for()
    assert f"usubjid={listed[0]}" in screen.evaluate("location.href")
    screen.get_by_role("button", name="Next").click()
    screen.wait_for_url(lambda url: f"usubjid={listed[1]}" in url)
    assert "MDT member" in main(screen)


def test_the_pi_sees_enrolment_from_the_overview(screen: Page) -> None:
    screen.goto("/?trial=CRLM10")
    screen.get_by_role("heading", name="Needs attention").wait_for()
    screen.get_by_test_id("stMain").get_by_role("link", name="Enrolment").last.click()
    screen.get_by_role("heading", name="Who enrols how many").wait_for()
    screen.locator(".js-plotly-plot").first.wait_for()
    assert "SIMULATED DATA" in main(screen)
    assert screen.evaluate("location.pathname + location.search") == "/enrolment?trial=CRLM10"


def test_the_dsmb_compares_coded_arms(screen: Page) -> None:
    screen.goto("/survival?trial=CRLM10&role=DSMB")
    choose(screen, "Compare", "Arm")
    screen.locator(".js-plotly-plot .legendtext", has_text="Arm A").wait_for()
    assert "Arms coded, key sealed" in main(screen)
    screen.wait_for_url(lambda url: "by=Arm" in url)


def test_the_data_manager_sees_what_was_delivered(screen: Page) -> None:
    screen.goto("/quality?trial=CRLM10&role=data_manager")
    screen.get_by_role("heading", name="What was delivered").wait_for()
    screen.get_by_test_id("stDataFrame").last.wait_for()
    assert "Data manager" in main(screen)
    assert "role=Data+manager" in screen.evaluate("location.search")


def test_from_a_serious_event_to_the_patient_s_timeline_at_that_day(screen: Page, demo_store: Path) -> None:
    door = TrialStore(demo_store).open(Viewer(Role.DSMB), "CRLM10")
    first = safety_events(door).tables["serious"].iloc[0]
    screen.goto("/events?trial=CRLM10&role=dsmb")
    screen.get_by_role("tab", name="Serious events").click()
    table = screen.get_by_test_id("stDataFrame").locator("canvas:visible").first
    table.wait_for()
    table.click(position={"x": 22, "y": 60}, force=True)  # its scroller lies over the canvas
    screen.locator(".js-plotly-plot").wait_for()
    assert f"usubjid={first['USUBJID']}" in screen.evaluate("location.search")
    assert f"day={first['day']}" in screen.evaluate("location.search")
    screen.locator(".annotation-text", has_text=f"Day {first['day']}").wait_for()
    is_last = patients(door).tables["subjects"]["USUBJID"].iloc[-1] == first["USUBJID"]
    screen.get_by_role("button", name="Previous" if is_last else "Next").click()
    screen.wait_for_url(lambda url: "day=" not in url)
    screen.locator(".annotation-text", has_text="Day ").wait_for(state="detached")
