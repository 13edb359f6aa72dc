"""Figures of the forecast and of the flow of patients, by what is drawn."""

from __future__ import annotations

import dataclasses

import pandas as pd
import plotly.graph_objects as go
import pytest

from crlm_dash.figures import accrual_by, consort, forecast, lookback
from tests.figures.results import consort_result, enrolment_result


def named(figure: go.Figure, name: str) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.name == name]


def words(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_the_forecast_goes_on_where_the_count_ends() -> None:
    figure = forecast(enrolment_result())
    so_far, expected = named(figure, "Enrolled")[0], named(figure, "Expected")[0]
    assert so_far.y[-1] == expected.y[0] == 12
    assert pd.Timestamp(so_far.x[-1]) == pd.Timestamp(expected.x[0])
    assert list(expected.y) == [12, 32]


def test_intervals_are_filled_the_wider_one_paler() -> None:
    figure = forecast(enrolment_result())
    wide, narrow = named(figure, "95 % sure")[0], named(figure, "80 % sure")[0]
    assert (list(wide.y), list(narrow.y)) == ([12, 42], [12, 38])
    assert wide.fill == narrow.fill == "tonexty"
    assert float(wide.fillcolor.split(",")[3][:-1]) < float(narrow.fillcolor.split(",")[3][:-1])


def test_the_target_says_when_and_how_sure() -> None:
    figure = forecast(enrolment_result())
    assert "Target: <b>48 patients</b>" in words(figure)
    assert "Target: <b>30 events</b> (Overall survival)" in words(figure)
    assert "<b>May 2027</b>" in words(figure)
    hover = [trace.hovertemplate for trace in figure.data if trace.hovertemplate and "May 2027" in trace.hovertemplate]
    assert hover[0] == "<b>May 2027</b><br>80 %: Feb to Sep 2027<br>95 %: Jan to Dec 2027<extra></extra>"


def test_milestones_stand_in_order_each_with_its_day() -> None:
    told = [text for text in words(forecast(enrolment_result())) if ": <b>" in text and not text.startswith("Target")]
    assert told == [
        "Planned start: <b>1 Dec 2025</b>",
        "First patient in: <b>9 Jan 2026</b>",
        "Last patient in: <b>May 2027</b> (Feb to Sep 2027)",
        "Final analysis (30 events): <b>Mar 2028</b> (Oct 2027 or never)",
    ]


def test_without_events_there_are_two_panels() -> None:
    result = enrolment_result()
    bands = result.tables["bands"]
    tables = result.tables | {"bands": bands[bands["what"] == "patients"]}
    figure = forecast(dataclasses.replace(result, tables=tables))
    assert "xaxis3" not in figure.layout.to_plotly_json()
    assert named(figure, "Events") == []


def test_a_change_is_a_dotted_line_beside() -> None:
    result = enrolment_result()
    other = result.tables["bands"].assign(scenario="changed")
    both = pd.concat([result.tables["bands"], other], ignore_index=True)
    figure = forecast(dataclasses.replace(result, tables=result.tables | {"bands": both}))
    assert [trace.line.dash for trace in named(figure, "Expected after the change")] == ["dot", "dot"]
    assert len(named(figure, "95 % sure")) == 2  # of as now only, in two panels


def test_nothing_to_forecast_draws_what_is_known() -> None:
    result = enrolment_result()
    empty = {name: result.tables[name].head(0) for name in ("bands", "forecast", "plan")}
    figure = forecast(dataclasses.replace(result, tables=result.tables | empty))
    assert len(named(figure, "Enrolled")) == 1
    assert named(figure, "Expected") == []


def test_the_look_back_shows_the_truth_across() -> None:
    figure = lookback(enrolment_result())
    wide, narrow, middle = figure.data
    assert (list(wide.x), list(narrow.x), list(middle.x)) == ([8, 24], [10, 20], [15])
    assert wide.line.width < narrow.line.width
    assert figure.layout.shapes[0].x0 == 12
    assert words(figure) == ["<b>12 are enrolled</b>"]


def test_lines_are_named_with_their_numbers() -> None:
    figure = accrual_by(enrolment_result(), "site")
    assert [trace.name for trace in figure.data] == ["Site 01  <b>8</b>", "Site 02  <b>4</b>"]
    assert list(figure.data[1].y) == [4, 4]  # carried on to the last month of any
    assert not accrual_by(enrolment_result(), "arm").data


def test_of_many_groups_the_largest_are_drawn() -> None:
    result = enrolment_result()
    month = pd.Timestamp("2026-01-01")
    rows = [("site", f"{k:02d}", month, 30 - k, 30 - k) for k in range(17)]
    many = pd.DataFrame(rows, columns="by strata month n cumulative".split())
    figure = accrual_by(dataclasses.replace(result, tables=result.tables | {"groups": many}), "site")
    assert len(figure.data) == 8
    assert figure.layout.legend.title.text == "8 largest of 17"


def rectangles(figure: go.Figure) -> list[go.layout.Shape]:
    return [shape for shape in figure.layout.shapes if shape.type == "rect" and shape.line.width]


def arrows(figure: go.Figure) -> int:
    return sum(note.showarrow is not False for note in figure.layout.annotations)


@pytest.mark.parametrize(("groups", "boxes"), [((), 4 + 2 + 2), (("A", "B"), 4 + 6), (("A", "B", "C"), 4 + 9)])
def test_the_flow_has_a_box_for_each_step_and_arm(groups: tuple[str, ...], boxes: int) -> None:
    figure = consort(consort_result(*groups))
    assert len(rectangles(figure)) == boxes
    assert arrows(figure) == boxes - 1  # one into each but the first
    text = " ".join(words(figure))
    assert "Assessed for eligibility: <b>40</b>" in text
    assert ("All arms together" in text) == (not groups)


def test_boxes_do_not_overlap_and_hold_their_lines() -> None:
    figure = consort(consort_result("A", "B", "C"))
    found = rectangles(figure)
    for one in found:
        for other in found:
            apart = one.x1 <= other.x0 or other.x1 <= one.x0 or one.y1 <= other.y0 or other.y1 <= one.y0
            assert one is other or apart
    assert max(shape.x1 for shape in found) <= 1
    longest = max(len(line) for note in words(figure) for line in note.replace("&nbsp;", "").split("<br>"))
    assert longest < 50  # "I02 A criterion with rather many words …" is broken


def test_a_trial_without_patients_has_no_flow_to_draw() -> None:
    result = consort_result()
    nothing = {"consort": result.tables["consort"].head(0)}
    assert not consort(dataclasses.replace(result, tables=nothing)).data
