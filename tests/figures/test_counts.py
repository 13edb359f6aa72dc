"""Figures of counts: enrolment and eligibility, by the values that are drawn."""

from __future__ import annotations

import dataclasses

import plotly.graph_objects as go

from crlm_dash.figures import accrual, criteria, sites
from tests.figures.results import eligibility_result, enrolment_result


def named(figure: go.Figure, name: str) -> list[go.Bar | go.Scatter]:
    """Traces whose name begins so."""
    return [trace for trace in figure.data if (trace.name or "").startswith(name)]


def test_accrual_draws_what_was_reached_against_the_plan() -> None:
    figure = accrual(enrolment_result())
    assert list(named(figure, "Enrolled")[0].y) == [1, 3, 3, 6, 10, 12]
    assert list(named(figure, "Plan")[0].y)[:3] == [4, 8, 12]
    assert list(named(figure, "Enrolled in")[0].y) == [1, 2, 0, 3, 4, 2]
    assert list(named(figure, "Plan of the month")[0].y) == [4.0] * 12
    assert figure.layout.xaxis.matches == figure.layout.xaxis2.matches == "x3"
    assert "12" in figure.layout.annotations[0].text
    assert "16 behind" in figure.layout.annotations[1].text
    planned, opened = named(figure, "Sites")
    assert (list(planned.y), list(opened.y)) == ([2, 2], [1, 2])
    assert opened.line.shape == "hv"


def test_accrual_without_a_plan_draws_no_plan() -> None:
    result = enrolment_result()
    tables = result.tables | {"plan": result.tables["plan"].head(0)}
    figure = accrual(dataclasses.replace(result, tables=tables))
    assert named(figure, "Plan") == []
    assert not figure.layout.shapes


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
