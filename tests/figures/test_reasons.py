"""Reasons together, by site and by month, and a limit moved: by the values drawn."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.figures import by_month, by_site, moved_limit, screening, together
from tests.figures.results import eligibility_result, result


def test_sets_of_reasons_have_a_bar_and_their_dots() -> None:
    sets = pd.DataFrame([("I13", 1, 9), ("I12 I13", 2, 4)], columns=["reasons", "size", "n"])
    figure = together(result("eligibility", eligibility_result().tables | {"together": sets}))
    bars, empty, filled = figure.data
    assert list(bars.y) == [9, 4]
    assert set(zip(filled.x, filled.y, strict=True)) == {(0, 1), (1, 0), (1, 1)}
    assert list(zip(empty.x, empty.y, strict=True)) == [(0, 0)]
    assert [(line.x0, line.y0, line.y1) for line in figure.layout.shapes] == [(1, 0, 1)]
    assert [text.split("</b>")[0] for text in figure.layout.yaxis2.ticktext] == ["<b>I12", "<b>I13"]


def test_a_field_is_darker_where_a_larger_share_failed() -> None:
    places = pd.DataFrame(
        [("01", "I13", 4, 40), ("02", "I13", 4, 8), ("02", "I12", 1, 8)],
        columns=["place", "criterion", "n", "n_screened"],
    )
    tables = eligibility_result().tables
    (heat,) = by_site(result("eligibility", tables | {"sites": places})).data
    assert list(heat.x) == ["Site 01", "Site 02"]
    assert heat.z[0].tolist() == [10, 50]
    assert [list(row) for row in heat.text][:2] == [["4", "4"], ["", "1"]]
    assert "4 of 8 screened" in heat.customdata[0][1]
    (heat,) = by_month(
        result("eligibility", tables | {"months": places.assign(place=["2024 Q1", "2024 Q2", "2024 Q2"])})
    ).data
    assert list(heat.x) == ["Q1<br>2024", "Q2<br>2024"]


def test_who_came_through_is_darker_than_who_was_lost() -> None:
    steps = pd.DataFrame([("Screened", 9, "step"), ("Pending", 2, "lost")], columns=["step", "n", "kind"])
    (bar,) = screening(result("eligibility", {"funnel": steps})).data
    assert list(bar.x) == [9, 2]
    assert bar.y[1] == "<i>Pending</i>"
    assert bar.marker.color[0] != bar.marker.color[1]


def limit_result(**facts: Any) -> Any:
    """Twelve patients with three values; for half of each this limit alone decides."""
    values = pd.DataFrame([(8.0, 2, 1), (9.0, 4, 2), (10.0, 6, 3)], columns=["value", "n", "n_hinging"])
    known = {"label": "haemoglobin", "unit": "g/dL", "operator": ">=", "stated": 9.0, "at": 9.0}
    return result("eligibility_limit", {"values": values}, facts=known | facts)


def test_a_limit_stands_in_the_distribution_of_its_values() -> None:
    figure = moved_limit(limit_result())
    decides, other = figure.data
    assert list(decides.y) == list(other.y) == [1, 2, 3]
    assert [line.x0 for line in figure.layout.shapes] == [9.0]
    assert figure.layout.xaxis.title.text == "Haemoglobin (g/dL)"


def test_a_moved_limit_stands_beside_the_protocol_s() -> None:
    figure = moved_limit(limit_result(at=8.0))
    assert [(line.x0, line.line.dash) for line in figure.layout.shapes] == [(9.0, "solid"), (8.0, "dash")]
    assert [note.text for note in figure.layout.annotations] == ["<b>Protocol 9</b>", "<b>Tried 8</b>"]
