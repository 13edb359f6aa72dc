"""What an observer finds: one page of numbers, everything else refused in words with the way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash import analyses
from crlm_dash.access import Role, Viewer
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import PAGES, Visit, plots, tables, words


@pytest.fixture(scope="module")
def known(demo_store: Path) -> set[str]:
    listed = analyses.patients(TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), "CRLM10"), limit=10_000)
    return set(listed.tables["subjects"]["USUBJID"])


def test_who_comes_in_by_the_front_door_finds_the_numbers(visit: Visit, known: set[str]) -> None:
    app = visit("overview", trial="CRLM10", role="observer")
    assert app.title[0].value == "Trial in numbers"
    assert not app.warning
    assert plots(app) == 5
    assert "not shown" in words(app)
    assert not any(subject in words(app) for subject in known)


def test_nothing_can_be_taken_along(visit: Visit) -> None:
    app = visit("totals", trial="CRLM10", role="Observer")
    assert not app.get("download_button")
    assert "may not download tables of numbers" in words(app)
    assert all("toImage" in chart.proto.config for chart in app.get("plotly_chart"))  # among the buttons taken away
    allowed = visit("totals", trial="CRLM10", role="PI")
    assert len(allowed.get("download_button")) == len(tables(allowed)) == 2
    assert not any('"toImage"' in chart.proto.config for chart in allowed.get("plotly_chart"))


@pytest.mark.parametrize("page", sorted(set(PAGES) - {"totals", "overview"}))
def test_every_other_page_is_refused_in_words(visit: Visit, known: set[str], page: str) -> None:
    app = visit(page, trial="CRLM10", role="Observer", usubjid=min(known), by="arm", where="SEX = 'F'")
    assert "An Observer may not" in app.warning[0].value
    assert (plots(app), tables(app), app.get("download_button")) == (0, [], [])
    assert "Trial in numbers" in str(app.get("page_link")[0].proto.label)


def test_the_menu_follows_the_role(visit: Visit) -> None:
    app = visit("totals", trial="CRLM10", role="PI")
    app.selectbox(key="role").select("Observer").run()
    assert "Counts of the whole trial only" in words(app)
    assert not app.get("download_button")
    app.selectbox(key="role").select("PI").run()
    assert app.get("download_button")
