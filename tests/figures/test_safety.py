"""Figures of safety by the values that are drawn: marks, numbers and differences on one line; grades stacked."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import pytest

from crlm_dash.analyses.safety_terms import term_lines
from crlm_dash.figures import complications, grades, measures, terms
from crlm_dash.figures.style import GRADE_COLOURS, GROUP_COLOURS, INK, legend_rows, shortened
from tests.figures.results import safety_result

PAIR = ("Arm A", "Arm B")
THREE = ("Placebo", "Low", "High")


def trace(figure: go.Figure, name: str) -> Any:
    """The one trace of this name."""
    (found,) = (each for each in figure.data if (each.name or "").strip() == name)
    return found


def luminance(colour: str) -> int:
    """How light a hex colour is, roughly."""
    return sum(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def test_terms_are_ranked_without_totals_and_without_what_nobody_had() -> None:
    figure = terms(safety_result(*PAIR))
    assert trace(figure, "names").text == ("Nausea", "Pain")
    for arm, symbol in zip(PAIR, ("circle", "square"), strict=True):
        marks = trace(figure, f"{arm} (n = 40)")
        assert (marks.x, marks.y, marks.marker.symbol) == ((50.0, 25.0), (0, 1), symbol)
        assert trace(figure, f"{arm}, numbers").text == ("20 (50 %)", "10 (25 %)")
    assert not any(each.name.startswith("All") for each in figure.data)


def test_differences_stand_on_the_line_of_their_term() -> None:
    figure = terms(safety_result(*PAIR))
    estimates = trace(figure, "Arm B vs Arm A")
    assert list(estimates.x) == pytest.approx([5, -20])
    assert list(estimates.y) == [0, 1]
    assert estimates.marker.color == INK
    limits = trace(figure, "Arm B vs Arm A, limits")
    assert list(limits.x)[:2] == pytest.approx([-5, 15])
    assert figure.layout.yaxis2.matches == "y"
    assert figure.layout.yaxis2.range == figure.layout.yaxis.range
    assert "with Arm B" in figure.layout.xaxis2.title.text


def test_three_arms_are_compared_with_the_first_each_in_its_colour_beside_the_other() -> None:
    figure = terms(safety_result(*THREE))
    low, high = (trace(figure, f"{arm} vs Placebo") for arm in THREE[1:])
    assert [low.marker.color, high.marker.color] == list(GROUP_COLOURS[1:3])
    assert low.y[0] < 0 < high.y[0] < 0.5
    assert "than with Placebo" in figure.layout.xaxis2.title.text
    assert not any("numbers" in each.name for each in figure.data)  # three columns have no room; the table has them


def test_one_group_has_no_panel_of_differences_and_no_legend() -> None:
    figure = terms(safety_result("All"))
    assert not figure.layout.showlegend
    assert "xaxis2" not in figure.layout
    assert trace(figure, "All, numbers").text == ("20 (50 %)", "10 (25 %)")


def test_events_are_drawn_per_patient_year() -> None:
    figure = terms(safety_result(*PAIR), count="events")
    assert trace(figure, "Arm A (n = 40)").x == (250.0, 125.0)
    assert trace(figure, "Arm A, numbers").text == ("40", "20")
    assert "Events per 100" in figure.layout.xaxis.title.text


def test_the_picture_follows_the_lines_it_is_given() -> None:
    result = safety_result(*PAIR)
    assert trace(terms(result, term_lines(result, rank="difference")), "names").text == ("Pain", "Nausea")
    assert trace(terms(result, term_lines(result, rank="frequent", least=30)), "names").text == ("Nausea",)
    assert trace(terms(result, term_lines(result, search="PAI")), "names").text == ("Pain",)
    assert trace(terms(result, term_lines(result, search="general")), "names").text == ("Nausea", "Pain")
    assert terms(result, term_lines(result, search="rash")).data == ()


def test_the_lines_by_class_have_every_class_before_its_terms_and_zero_rows_of_no_group() -> None:
    lines = term_lines(safety_result(*PAIR))
    assert lines["AEDECOD"].tolist() == ["Any", "NAUSEA", "PAIN"]


def test_kinds_of_events_are_drawn_in_their_order_and_deaths_only_where_counted_by_group() -> None:
    assert trace(measures(safety_result(*PAIR)), "names").text == ("Any adverse event", "Fatal")
    pooled = measures(safety_result("All"))
    assert trace(pooled, "names").text == ("Any adverse event", "Fatal", "Died within 30 days of a proc…")
    assert trace(pooled, "All patients (n = 40)").x == (75.0, 0.0, 10.0)
    assert list(trace(measures(safety_result(*PAIR)), "Arm B vs Arm A").x) == [-20.0]


def test_grades_are_one_hue_from_light_to_dark_with_the_number_printed() -> None:
    figure = grades(safety_result("All"))
    assert [each.name for each in figure.data][-1] == "No grade"
    assert trace(figure, "Grade 1").text == ("8", "4")
    assert trace(figure, "Grade 4").text == ("", "")
    shades = [luminance(GRADE_COLOURS[grade]) for grade in "12345"]
    assert shades == sorted(shades, reverse=True)


def test_a_grade_of_nobody_is_a_gap_that_the_next_grade_is_stacked_on() -> None:
    bars = [each for each in grades(safety_result("All")).data if each.type == "bar"]
    for each in bars:
        assert isinstance(each.x, tuple)  # as an array a gap would be NaN, and the next bar would begin at zero
        assert all(x is None or x > 0 for x in each.x)
    assert bars[3].x == (None, None)


def test_each_group_has_its_own_panel_of_grades() -> None:
    figure = grades(safety_result(*THREE))
    assert [note.text for note in figure.layout.annotations] == [f"<b>{arm}</b>" for arm in THREE]
    assert sum(each.type == "bar" for each in figure.data) == 18
    assert trace(figure, "names").xaxis == "x4"


@pytest.mark.parametrize(("unit", "n", "none"), [("", "10", (40.0,)), ("patients", "5", (None,))])
def test_complications_are_shares_of_procedures_or_patients(unit: str, n: str, none: tuple[Any, ...]) -> None:
    figure = complications(safety_result(*PAIR), unit)
    assert trace(figure, "names").text == (f"Hepatectomy (n = {n})",)
    assert trace(figure, "None").x == none
    assert sum(each.x[0] or 0 for each in figure.data if each.type == "bar") == 100
    assert trace(figure, "V").marker.color == GRADE_COLOURS["5"]


def test_without_rows_there_is_no_picture() -> None:
    result = safety_result(*PAIR)
    for name in ("terms", "grades", "complications"):
        result.tables[name] = result.tables[name].head(0)
    assert [len(draw(result).data) for draw in (terms, grades, complications)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("names", "rows"),
    [(["A", "B"], 1), (["Xanomeline Low Dose (n = 84)"] * 2, 1), (["x" * 30] * 3, 2), (["x" * 90], 1)],
)
def test_a_legend_takes_as_many_rows_as_its_names_need(names: list[str], rows: int) -> None:
    assert legend_rows(names) == rows


def test_long_names_are_shortened_by_letters() -> None:
    assert shortened("Nausea", 6) == "Nausea"
    assert shortened("Palmar-plantar erythrodysaesthesia syndrome", 20) == "Palmar-plantar eryt…"
