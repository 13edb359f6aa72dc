"""The trial in numbers, drawn: a bar a line, and words where a number is left out."""

from __future__ import annotations

import pytest

from crlm_dash import figures
from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import Result, totals
from tests.conftest import StoreAt

VIEWS = ("course", "state", "patients", "screening")


@pytest.fixture(scope="module")
def result(store: StoreAt) -> Result:
    return totals(store().open(Viewer(Role.OBSERVER), "CRLM10"))


@pytest.mark.parametrize("view", VIEWS)
def test_every_line_stands_there_with_its_number_or_the_words_that_it_has_none(result: Result, view: str) -> None:
    lines = result.tables["displays"].query("view == @view")
    track, bar, written = figures.totals(result, view).data
    assert len(bar.x) == len(lines) + lines["title"].nunique()  # a heading a display
    said = [text for text in written.text if text]
    assert [("not shown" in text) for text in said] == lines["n"].isna().tolist()
    shown = [length for length, text in zip(bar.x, written.text, strict=True) if text]
    assert shown == pytest.approx(lines["percent"].astype(float).fillna(0).tolist())
    assert max(track.x) >= max(bar.x)


def test_two_halves_are_the_whole(result: Result) -> None:
    whole = figures.totals(result, "patients").layout.yaxis.ticktext
    halves = [figures.totals(result, "patients", half=half).layout.yaxis.ticktext for half in (0, 1)]
    assert (*halves[0], *halves[1]) == whole
    assert all(len(half) > len(whole) / 4 for half in halves)


def test_a_view_without_a_line_is_blank(result: Result) -> None:
    assert len(figures.totals(result, "elsewhere").data) == 0
