"""A meeting as it is held: Thursday's list, the third patient by a clicker's keys, decided, corrected, taken along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import pytest

from crlm_dash.terms import regimen
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


class Case(NamedTuple):
    """What the source files say of one patient, for the questions a chair asks."""

    usubjid: str
    others: list[str]  # who stand before him on the list
    given: list[str]  # from the second scan until before the third
    grew: list[str]  # lesions larger at the third scan than at the second
    severe: list[str]  # events of grade 3 or worse active on the day of the second procedure


@pytest.fixture(scope="module")
def case(demo_sources: dict[str, Path]) -> Case:
    """The first patient of CRLM-EHD about whom each question has an answer, recounted from the delivered files."""
    folder = demo_sources["CRLM-EHD"]
    ae, ex, pr, tr = (pd.read_csv(folder / f"{name}.csv", dtype=str) for name in ("ae", "ex", "pr", "tr"))
    sizes = tr[tr["TRTESTCD"] == "LDIAM"].assign(mm=pd.to_numeric(tr["TRSTRESN"]))
    for usubjid, procedures in pr.groupby("USUBJID", sort=True):
        mine = sizes[sizes["USUBJID"] == usubjid].pivot_table(index="TRLNKID", columns="TRDTC", values="mm")
        days = sorted(procedures["PRSTDTC"].dropna().unique())
        if len(mine.columns) < 3 or len(days) < 2:
            continue
        second, third = sorted(mine.columns)[1:3]
        grew = (mine[third] - mine[second])[mine[third] > mine[second]].sort_values(ascending=False)
        cycles = ex[(ex["USUBJID"] == usubjid) & (ex["EXSTDTC"] >= second) & (ex["EXSTDTC"] < third)]
        there = (ae["USUBJID"] == usubjid) & (ae["AESTDTC"] <= days[1]) & (ae["AEENDTC"].fillna("9999") >= days[1])
        severe = ae[there & ae["AETOXGR"].isin(["3", "4", "5"]) & (ae["AESTDTC"].str.len() == 10)]
        if len(grew) and len(cycles) and len(severe):
            regimens = [regimen(each) for each in cycles["EXTRT"].unique()]
            others = [str(each) for each in tr["USUBJID"].unique() if each != usubjid][:2]
            return Case(str(usubjid), others, regimens, [str(each) for each in grew.index], severe["AEDECOD"].tolist())
    raise AssertionError("the demonstration has no such patient")


def test_a_chair_finds_what_was_given_what_grew_and_what_was_severe(browser: Browser, board: str, case: Case) -> None:
    context = browser.new_context(viewport=PROJECTOR, base_url=board)
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto("/meeting?trial=CRLM-EHD&role=mdt")
    page.get_by_text("And by hand").wait_for()
    number = case.usubjid.removeprefix("SIM-CRLMEHD-")
    page.get_by_label("And by hand").fill(", ".join([*case.others, case.usubjid]))
    page.get_by_label("And by hand").press("Tab")
    for kind in ("Due for restaging", "Progression since", "Newly screened"):
        page.get_by_role("button", name=kind).click()
    page.get_by_role("button", name="Save the list").click()
    page.get_by_text("Saved by").wait_for()
    for place in (1, 2, 3):
        page.keyboard.press("PageDown")
        page.get_by_text(f"{place} of 3").first.wait_for()
    page.get_by_text(number).first.wait_for()
    page.get_by_text("Lesions", exact=True).first.click()
    words = page.locator(".st-key-scan_words")
    words.wait_for()
    page.goto(page.url + "&scan=3")
    words.get_by_text("Between scan 2 (").wait_for()
    given, grew, *_, at = (each.inner_text() for each in words.locator("p").all()[1:])
    assert all(each in given for each in case.given)
    assert f"{len(case.grew)} grew" in grew
    assert case.grew[0] in grew
    assert all(event in at.split("2. ")[1].split("; 3.")[0] for event in case.severe)
    page.reload()
    words.get_by_text("Between scan 2 (").wait_for()
    box, screen = words.bounding_box(), page.viewport_size
    assert box
    assert screen
    assert box["y"] + box["height"] < screen["height"]
    context.close()
