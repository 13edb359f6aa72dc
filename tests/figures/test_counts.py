"""Figures of counts: enrolment, eligibility, safety, by the values that are drawn."""

from __future__ import annotations

import dataclasses

import plotly.graph_objects as go

from crlm_dash.figures import accrual, criteria, funnel, grades, sites, terms
from crlm_dash.figures.style import GRADE_COLOURS
from tests.figures.results import eligibility_result, enrolment_result, safety_result


def named(figure: go.Figure, name: str) -> list[go.Bar | go.Scatter]:
    """Traces whose name begins so."""
    return [trace for trace in figure.data if (trace.name or "").startswith(name)]


def luminance(colour: str) -> int:
    """How light a hex colour is, roughly."""
    return sum(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def test_accrual_draws_what_was_reached_against_the_plan() -> None:
    figure = accrual(enrolment_result())
    assert list(named(figure, "Enrolled")[0].y) == [1, 3, 3, 6, 10, 12]
    assert list(named(figure, "Plan")[0].y)[:3] == [4, 8, 12]
    assert list(named(figure, "Enrolled in")[0].y) == [1, 2, 0, 3, 4, 2]
    assert figure.layout.xaxis.matches == "x2"
    assert "12" in figure.layout.annotations[0].text


def test_accrual_without_a_plan_draws_no_plan() -> None:
    result = enrolment_result()
    tables = result.tables | {"plan": result.tables["plan"].head(0)}
    figure = accrual(dataclasses.replace(result, tables=tables))
    assert named(figure, "Plan") == []
    assert not figure.layout.shapes


def test_the_funnel_keeps_the_order_of_the_steps() -> None:
    figure = funnel(enrolment_result())
    assert list(figure.data[0].y) == [
        "Screened",
        "Failed eligibility",
        "Declined before enrolment",
        "Pending",
        "Enrolled",
    ]
    assert list(figure.data[0].x) == [20, 5, 2, 1, 12]


def test_sites_are_ordered_by_enrolment() -> None:
    figure = sites(enrolment_result())
    assert list(named(figure, "Enrolled")[0].y)[-1] == "Site 01"
    assert list(named(figure, "Screened")[0].x) == [11, 9]


def test_criteria_are_ranked_and_those_nobody_failed_are_left_out() -> None:
    figure = criteria(eligibility_result())
    failed, first, sole = figure.data
    assert list(failed.x) == list(range(13, 3, -1))
    assert list(first.x)[:3] == [6, 6, 5]
    assert list(sole.x)[:3] == [4, 4, 3]
    assert failed.y[0] == "<b>I13</b>  In short"
    assert failed.y[1] == "<b>I12</b>  Criterion number 12"
    assert "+4" in figure.layout.annotations[0].text


def test_terms_are_ranked_without_totals_and_without_what_nobody_had() -> None:
    figure = terms(safety_result("Arm A", "Arm B"))
    assert list(figure.data[0].y) == ["Nausea", "Pain"]
    assert list(figure.data[0].x) == [50, 25]
    assert [trace.marker.symbol for trace in figure.data] == ["circle", "square"]


def test_grades_are_one_hue_from_light_to_dark_with_the_number_printed() -> None:
    figure = grades(safety_result("All"))
    assert [trace.name for trace in figure.data][-1] == "No grade"
    assert list(named(figure, "Grade 1")[0].text) == ["8", "4"]
    assert list(named(figure, "Grade 4")[0].text) == ["", ""]
    shades = [luminance(GRADE_COLOURS[grade]) for grade in "12345"]
    assert shades == sorted(shades, reverse=True)


def test_a_grade_of_nobody_is_a_gap_that_the_next_grade_is_stacked_on() -> None:
    for trace in grades(safety_result("All")).data:
        assert isinstance(trace.x, tuple)  # as an array a gap would be NaN, and the next bar would begin at zero
        assert all(x is None or x > 0 for x in trace.x)
    assert None in named(grades(safety_result("All")), "Grade 4")[0].x


def test_each_group_has_its_own_panel_of_grades() -> None:
    figure = grades(safety_result("Placebo", "Low", "High"))
    assert [note.text for note in figure.layout.annotations] == ["Placebo", "Low", "High"]
    assert len(figure.data) == 18
