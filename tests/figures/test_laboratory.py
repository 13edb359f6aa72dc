"""The picture of the liver, a patient's way there, shifts, worst grades and trends: what is drawn, and how."""

from __future__ import annotations

from math import log10
from typing import Any

import plotly.graph_objects as go
import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import laboratory
from crlm_dash.figures import edish, grade_shifts, lab_trends, liver_path, worst_grades
from crlm_dash.figures.style import ATTENTION, FAINT, GRADE_COLOURS, GROUP_COLOURS, POOLED_COLOUR
from crlm_dash.store.door import Door
from tests.analyses.tiny import cut_of, door_into, full


@pytest.fixture(scope="module")
def door() -> Door:
    return door_into(cut_of(full()))


def texts(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def corner(figure: go.Figure, name: str) -> go.layout.Annotation:
    return next(note for note in figure.layout.annotations if note.text.startswith(f"<b>{name}</b>"))


def test_each_patient_is_a_mark_in_the_colour_of_the_arm(door: Door) -> None:
    figure = edish(laboratory(door, by="arm"))
    zap, pills = figure.data
    assert [trace.marker.color for trace in figure.data] == list(GROUP_COLOURS[:2])
    assert [trace.marker.symbol for trace in figure.data] == ["circle", "square"]
    assert (len(zap.x), len(pills.x)) == (8, 7)
    assert (zap.x[0], zap.y[0], zap.customdata[0][0]) == (10.0, 3.0, "T-01")
    assert "<b>%{customdata[1]:.1f} × ULN</b> on day %{customdata[3]}" in zap.hovertemplate
    assert zap.customdata[0][5] == "<br>Peak ALP 1.5 × ULN"


def test_the_counts_of_each_quadrant_stand_in_its_corner(door: Door) -> None:
    figure = edish(laboratory(door, by="arm"))
    hy = corner(figure, "Hy's law range")
    assert "Zap now: <b>1</b> (12 %)" in hy.text
    assert "Pills only: <b>1</b> (14 %)" in hy.text
    assert (hy.x > 0.9, hy.y > 0.9, hy.font.color) == (True, True, ATTENTION)
    normal = corner(figure, "Normal range")
    assert (normal.x < 0.1, normal.y < 0.1) == (True, True)
    pooled = edish(laboratory(door))
    assert corner(pooled, "Normal range").text.endswith("<b>11</b> (73 %)</span>")
    assert pooled.data[0].marker.color == POOLED_COLOUR


def test_axes_are_logarithmic_with_the_limits_drawn(door: Door) -> None:
    figure = edish(laboratory(door, against="baseline"))
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("log", "log")
    assert figure.layout.xaxis.title.text == "Peak ALT (× baseline)"
    assert [(shape.x0, shape.y0) for shape in figure.layout.shapes if shape.type == "rect"] == [(3.8, 4.8)]
    assert {" 3.8 ×", "4.8 × "} <= set(texts(figure))
    low, high = figure.layout.yaxis.range
    assert low < log10(1.0) < log10(5.0) < high  # every mark lies inside, and words have room beyond


def test_a_peak_of_zero_is_drawn_at_the_edge_and_told_as_zero(door: Door) -> None:
    result = laboratory(door)
    result.tables["edish"].loc[0, "bilirubin"] = 0.0
    trace = edish(result).data[0]
    assert trace.y[0] == 0.05
    assert trace.customdata[0][2] == 0.0
    low, _ = edish(result).layout.yaxis.range
    assert low <= log10(0.05)


def test_no_marks_and_three_groups_are_drawn_all_the_same(door: Door) -> None:
    nobody = edish(laboratory(door, enzyme="AST"))
    assert len(nobody.data[0].x) == 0
    assert corner(nobody, "Hy's law range").text.endswith("<b>0</b></span>")
    assert len(edish(laboratory(door, by="ECOG")).data) == 2


def test_who_may_not_be_opened_has_no_name(door: Door) -> None:
    other = door_into(cut_of(full()), Role.PI, frozenset({"02"}))
    who = {custom[0] for custom in edish(laboratory(other)).data[0].customdata}
    assert "" in who
    assert "T-01" not in who


def test_a_path_draws_each_test_over_the_days_with_other_colours_than_arms(door: Door) -> None:
    figure = liver_path(laboratory(door, usubjid="T-01"))
    (alt,) = figure.data
    assert (list(alt.x), list(alt.y)) == ([-2, 11], [2.0, 10.0])
    assert alt.line.color not in GROUP_COLOURS[:2]
    assert alt.customdata[0][3] == " (baseline)"
    assert alt.customdata[1][2] == ", grade 3"
    assert {"ALT 3 ×", "Bilirubin 2 ×"} == set(texts(figure))
    relative = liver_path(laboratory(door, usubjid="T-01", against="baseline")).data[0]
    assert list(relative.y) == [1.0, 5.0]


def cells(figure: go.Figure, x: str = "x") -> dict[tuple[int, int], Any]:
    """Place of each cell → colour of its ground."""
    return {
        (round(shape.x0 + 0.48), round(shape.y0 + 0.46)): shape.fillcolor
        for shape in figure.layout.shapes
        if shape.xref == x
    }


def test_a_shift_is_a_grid_in_which_what_became_worse_has_its_grades_colour(door: Door) -> None:
    figure = grade_shifts(laboratory(door, by="arm", test="ALT"))
    zap = cells(figure)
    assert len(zap) == 6 * 7
    assert zap[3, 1] == GRADE_COLOURS["3"]  # from 1 to 3
    assert zap[4, 0] == GRADE_COLOURS["4"]
    assert zap[0, 0] == zap[2, 2] == FAINT  # as before
    assert zap[4, 3] == "#FFFFFF"  # worse, but nobody
    numbers = {(note.x, note.y): note.text for note in figure.layout.annotations if note.xref == "x"}
    assert numbers == {(0, 0): "<b>6</b>", (3, 1): "<b>1</b>", (4, 0): "<b>1</b>", (5, 0): "<b>1</b>"}
    assert [text for text in texts(figure) if "n =" in text] == ["<b>Zap now</b>  n = 9", "<b>Pills only</b>  n = 9"]
    assert list(figure.layout.xaxis.ticktext)[-2:] == ["not<br>known", "no<br>value"]


def test_a_test_graded_in_both_directions_has_a_row_for_each(door: Door) -> None:
    figure = grade_shifts(laboratory(door, test="K"))
    assert cells(figure)[2, 0] == GRADE_COLOURS["2"]
    assert cells(figure, "x2")[2, 0] == "#FFFFFF"
    assert [text for text in texts(figure) if "n =" in text] == [
        "<b>All patients</b>  n = 18, low values",
        "<b>All patients</b>  n = 18, high values",
    ]
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]


def test_worst_grades_are_shares_stacked_from_light_to_dark(door: Door) -> None:
    figure = worst_grades(laboratory(door, by="arm"))
    assert [trace.name for trace in figure.data] == [f"Grade {grade}" for grade in "1234"] * 2
    third, fourth = figure.data[2], figure.data[3]
    place = list(third.y).index("ALT")
    assert (third.x[place], fourth.x[place], fourth.text[place]) == (12.5, 12.5, "1")
    assert figure.data[0].x[place] is None  # a gap that the next grade is stacked on
    assert {"Potassium low", "Potassium high", "Bilirubin"} <= set(third.y)
    assert figure.layout.xaxis.range == figure.layout.xaxis2.range == (0, 100)
    assert fourth.marker.color == GRADE_COLOURS["4"]


def test_trends_have_medians_quartiles_and_patients_below(door: Door) -> None:
    figure = lab_trends(laboratory(door, by="arm", test="ALT"))
    medians = [trace for trace in figure.data if trace.mode == "markers"]
    assert list(medians[0].y) == [180.0, 60.0]
    assert (list(medians[0].error_y.array), list(medians[0].error_y.arrayminus)) == ([80.0, 20.0], [80.0, 20.0])
    assert list(medians[0].marker.opacity) == [0.35, 0.35]  # fewer than ten
    numbers = [trace for trace in figure.data if trace.mode == "text"]
    assert [list(trace.text) for trace in numbers] == [["9", "3"], ["8", "2"]]
    assert list(figure.layout.xaxis.ticktext) == ["Baseline", "3"]
    assert figure.layout.yaxis.title.text == "ALT (U/L)"


def test_trends_as_multiples_count_who_has_an_upper_limit(door: Door) -> None:
    figure = lab_trends(laboratory(door, by="arm", test="ALT"), multiples=True)
    numbers = [trace for trace in figure.data if trace.mode == "text"]
    assert list(numbers[0].text) == ["8", "2"]
    assert figure.layout.yaxis.title.text == "ALT (× ULN)"
    assert [shape.y0 for shape in figure.layout.shapes] == [1]
    empty = lab_trends(laboratory(door, test="BILI"))
    assert len(empty.data) == 0
