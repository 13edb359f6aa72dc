"""Waterfall, spider and swimmer: every patient drawn once, in the right place, and who he is only where that may be."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import plotly.graph_objects as go
import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import Result, response
from crlm_dash.figures import response_spider, response_swimmer, response_waterfall
from tests.analyses.responders import BEST, responders
from tests.analyses.tiny import cut_of, door_into

CHANGED = {f"T-{number:02d}": row[0] for number, row in BEST.items() if row[0] is not None}


def asked(role: Role = Role.PI, sites: Any = None, **options: Any) -> Result:
    return response(door_into(cut_of(responders()), role, sites), **options)


def marks(figure: go.Figure, column: str = "y") -> list[tuple[str, Any]]:
    return [
        (told[0], value)
        for trace in figure.data
        for told, value in zip(trace.customdata, trace[column], strict=True)
        if value is not None
    ]


def names(figure: go.Figure) -> list[str]:
    return [trace.name.strip() for trace in figure.data if trace.name]


def test_a_bar_of_the_waterfall_is_a_patient() -> None:
    figure = response_waterfall(asked())
    assert dict(marks(figure)) == CHANGED
    assert sorted(x for trace in figure.data for x in trace.x) == list(range(1, 15))
    assert names(figure) == ["Complete response", "Partial response", "Stable", "Progression"]


def test_arms_have_their_colours_for_who_sees_them() -> None:
    figure = response_waterfall(asked(Role.STATISTICIAN, by="arm"))
    assert names(figure) == ["Zap now", "Pills only"]
    assert [len(trace.x) for trace in figure.data] == [8, 6]


def test_a_line_of_the_spider_is_a_patient_and_starts_at_nought() -> None:
    figure = response_spider(asked())
    assert sum(list(trace.x).count(None) for trace in figure.data) == len(CHANGED)
    first = {trace.y[0] for trace in figure.data}
    assert first == {0}
    assert {who for who, _ in marks(figure)} == set(CHANGED)


def test_swimmers_are_all_enrolled_patients_the_longest_followed_on_top() -> None:
    result = asked()
    figure = response_swimmer(result)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert {y for trace in bars for y in trace.y} == set(range(20))
    ends = next(trace for trace in figure.data if trace.name.strip() == "Died")
    assert sorted(ends.x) == [80, 120, 150]
    assert min(ends.y) > 16  # the shortest are at the bottom
    for trace in bars:
        assert all(width >= 0 for width in trace.x)


@pytest.mark.parametrize("draw", [response_waterfall, response_spider, response_swimmer])
def test_no_picture_by_code_names_or_draws_a_patient(draw: Any) -> None:
    figure = draw(asked(Role.DSMB, by="arm"))
    said = figure.to_json()
    assert "T-0" not in said
    assert "T-1" not in said
    assert "Arm A" in said
    assert "Arm B" in said


@pytest.mark.parametrize("draw", [response_waterfall, response_spider, response_swimmer])
def test_beyond_the_most_marks_all_are_drawn_together(draw: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("crlm_dash.analyses.response"), "MOST_MARKS", 5)
    figure = draw(asked())
    assert len(figure.data)
    assert "T-0" not in figure.to_json()


def test_shares_add_up_to_everybody_at_enrolment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("crlm_dash.analyses.response"), "MOST_MARKS", 5)
    figure = response_swimmer(asked())
    assert sum(trace.y[0] for trace in figure.data) == pytest.approx(100)
    assert all(sum(trace.y[i] for trace in figure.data) <= 100 + 1e-9 for i in range(len(figure.data[0].x)))
