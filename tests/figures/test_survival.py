"""Survival figures, by the values that are drawn."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import pytest

from crlm_dash.figures import survival
from crlm_dash.staircase import PIXELS, thinned
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


def test_it_is_thin_before_ten_are_at_risk_when_patients_enter_late() -> None:
    result = survival_result("All")
    curves = result.tables["curves"]
    curves.loc[curves["time"] < 4, "n_risk"] = 3
    before, thick, after = curve(survival(result), "All")
    assert (before.line.width, after.line.width) == (1.8, 1.8)
    assert list(before.x) == [0, 1, 2, 3, 4]
    assert thick.x[0] == 4
    assert [part.showlegend for part in (before, thick, after)] == [False, True, False]


def test_a_landmark_is_ruled_where_the_axis_reaches_it() -> None:
    result = survival_result("All")
    result.facts["landmarks"] = [12.0, 24.0]
    rules = [shape for shape in survival(result).layout.shapes if shape.yref == "y domain"]
    assert [(shape.x0, shape.x1) for shape in rules] == [(12, 12)]  # the axis ends at 23 months


def test_a_long_name_stands_above_its_numbers() -> None:
    figure = survival(survival_result("Palliative chemotherapy", "Local treatment"))
    names = [note for note in figure.layout.annotations if note.yref == "y2"]
    assert [(note.text, note.y) for note in names] == [
        ("<b>Palliative chemotherapy</b>", 0),
        ("<b>Local treatment</b>", 4),
    ]
    assert [note.font.color for note in names] == ["#0072B2", "#D55E00"]
    assert "Palliative" not in "".join(figure.layout.yaxis2.ticktext)
    (at_risk,) = traces(figure, "Palliative chemotherapy, at risk")
    assert set(at_risk.y) == {1}


def test_the_hazard_ratio_of_two_groups_stands_in_the_corner() -> None:
    result = survival_result("Arm A", "Arm B")
    columns = ["comparison", "estimate", "conf_low", "conf_high", "ph_p_value"]
    result.tables["hazard_ratio"] = pd.DataFrame([("Arm B vs Arm A", 0.5, 0.3, 0.84, 0.2)], columns=columns)
    assert "Hazard ratio <b>0.50</b> (95 % CI 0.30 to 0.84)<br>Arm B vs Arm A" in [
        note.text for note in survival(result).layout.annotations
    ]
    result.tables["hazard_ratio"]["conf_low"] = float("nan")
    assert not any("Hazard" in note.text for note in survival(result).layout.annotations)


def test_treatment_received_never_wears_the_colours_of_arms() -> None:
    result = survival_result("No local treatment", "Local treatment received")
    result.facts["by"] = "received"
    colours = {curve(survival(result), group)[0].line.color for group in result.facts["order"]}
    assert colours == {"#009E73", "#CC79A7"}


def test_where_groups_change_hands_no_median_is_told() -> None:
    result = survival_result("No local treatment", "Local treatment received")
    result.facts["method"] = "time-varying"
    names = [trace.name for trace in survival(result).data if trace.showlegend]
    assert not any("median" in name for name in names)


def test_the_band_of_no_difference_lies_under_the_curves() -> None:
    result = survival_result("Arm A", "Arm B")
    result.tables["band"] = pd.DataFrame({"time": [0.0, 6.0], "conf_low": [1.0, 0.6], "conf_high": [1.0, 0.8]})
    figure = survival(result)
    low, high = traces(figure, "Half the 95 % interval")
    assert (list(low.y), list(high.y), high.fill) == ([1.0, 0.6], [1.0, 0.8], "tonexty")
    assert figure.data[0] is low
    assert (low.showlegend, high.showlegend) == (False, True)


def test_the_naive_curve_is_grey_dashed_and_says_what_is_wrong_with_it() -> None:
    result = survival_result("Arm A", "Arm B")
    table = result.tables["curves"][["strata", "time", "estimate"]]
    result.tables["naive"] = table.assign(estimate=table["estimate"] + 0.05)
    first, second = traces(survival(result), "Ignores late entry: overstates survival")
    assert (first.line.dash, first.line.color) == ("dash", "#8A949E")
    assert (first.showlegend, second.showlegend) == (True, False)
    assert first.y[0] == pytest.approx(1.05)


def test_published_rates_are_diamonds_that_say_they_are_not_of_this_trial() -> None:
    result = survival_result("All")
    columns = "study group n endpoint origin time estimate conf_low conf_high source".split()
    rows = [
        ("Lin", "converted", None, "OS", "not stated", 12.0, 0.582, 0.422, 0.804, "x"),
        ("Allard", "all", 529, "OS", "not stated", 12.0, 0.30, float("nan"), float("nan"), "x"),
    ]
    result.tables["published"] = pd.DataFrame(rows, columns=columns)
    figure = survival(result)
    (marks,) = traces(figure, "Published, not from this trial")
    assert (list(marks.x), list(marks.y)) == ([12, 12], [0.30, 0.582])
    assert "not from this trial" in marks.customdata[1]
    assert "58% (42%–80%); from: not stated" in marks.customdata[1]
    named = [note for note in figure.layout.annotations if note.xref == "x"]
    assert [(note.text, note.xanchor) for note in named] == [("Allard 30%", "left"), ("Lin 58%", "right")]
