"""Survival figures, by the values that are drawn."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import pytest

from crlm_dash.figures import survival
from crlm_dash.figures.survival import PIXELS, thinned
from tests.figures.results import survival_result


def traces(figure: go.Figure, name: str) -> list[go.Scatter]:
    """Traces whose name holds `name`."""
    return [trace for trace in figure.data if name in (trace.name or "")]


def curve(figure: go.Figure, group: str) -> list[go.Scatter]:
    """The thick and the thin part of one group's curve."""
    return [t for t in figure.data if t.legendgroup == group and t.mode == "lines" and t.line.width]


def test_a_curve_is_drawn_as_steps_through_the_estimates() -> None:
    result = survival_result("All")
    parts = curve(survival(result), "All")
    drawn = dict(zip([*parts[0].x, *parts[1].x], [*parts[0].y, *parts[1].y], strict=True))
    table = result.tables["curves"]
    assert drawn == pytest.approx(dict(zip(table["time"], table["estimate"], strict=True)))
    assert {part.line.shape for part in parts} == {"hv"}


def test_it_is_thin_where_fewer_than_ten_are_at_risk() -> None:
    thick, thin = curve(survival(survival_result("All")), "All")
    assert min(thick.customdata[:, 0]) == 10
    assert max(thin.customdata[1:, 0]) == 9
    assert thick.line.width > thin.line.width
    assert (thick.opacity, thin.opacity) == (1.0, 0.6)
    assert thin.x[0] == thick.x[-1]


def test_censoring_is_marked_where_someone_was_censored() -> None:
    (marks,) = traces(survival(survival_result("All")), "censoring")
    assert list(marks.x) == [2, 5, 8, 11, 14, 17, 20, 23]


@pytest.mark.parametrize(
    ("groups", "colours", "dashes"),
    [
        (["All"], ["#595959"], ["solid"]),
        (["Arm A", "Arm B"], ["#0072B2", "#D55E00"], ["solid", "dash"]),
        (["X", "Y", "Z"], ["#0072B2", "#D55E00", "#009E73"], ["solid", "dash", "dashdot"]),
    ],
)
def test_groups_differ_in_colour_and_line(groups: list[str], colours: list[str], dashes: list[str]) -> None:
    figure = survival(survival_result(*groups))
    lines = [curve(figure, group)[0].line for group in groups]
    assert [line.color for line in lines] == colours
    assert [line.dash for line in lines] == dashes


def test_the_risk_table_stands_under_its_ticks_in_the_colour_of_the_curve() -> None:
    figure = survival(survival_result("Arm A", "Arm B"))
    at_risk, censored, events = (traces(figure, f"Arm B, {word}")[0] for word in ("at risk", "censored", "events"))
    assert list(at_risk.text) == ["24", "19", "13", "7"]
    assert [int(a) + int(b) + int(c) for a, b, c in zip(at_risk.text, censored.text, events.text, strict=True)] == [
        24
    ] * 4
    assert list(at_risk.x) == list(figure.layout.xaxis.tickvals) == [0, 6, 12, 18]
    assert figure.layout.xaxis.range == figure.layout.xaxis2.range
    assert at_risk.textfont.color == "#D55E00"
    assert "#D55E00" in figure.layout.yaxis2.ticktext[3]


def test_many_groups_show_only_who_is_at_risk() -> None:
    figure = survival(survival_result("A", "B", "C", "D"))
    assert len(figure.layout.yaxis2.ticktext) == 4
    assert traces(figure, "events") == []


def test_medians_are_guided_to_only_where_reached() -> None:
    figure = survival(survival_result("Arm A", "Arm B"))
    assert [(shape.x0, shape.x1) for shape in figure.layout.shapes] == [(0, 12), (12, 12)]
    names = [trace.name for trace in figure.data if trace.showlegend]
    assert "median 12.0 months" in names[0]
    assert "median not reached" in names[1]


def test_a_curve_of_many_steps_is_thinned_to_pixels() -> None:
    n = 50_000
    steps = pd.DataFrame({"time": range(n), "estimate": [1 - k / n for k in range(n)]})
    few = thinned(steps)
    assert len(few) <= PIXELS + 2
    assert few["time"].iloc[0] == 0
    assert few["time"].iloc[-1] == n - 1


def test_limits_are_a_band_between_low_and_high() -> None:
    low, high = traces(survival(survival_result("All")), "95 % limits")
    assert high.fill == "tonexty"
    assert all(a <= b for a, b in zip(low.y, high.y, strict=True))
