"""Love plot, propensities, weighted curves and forest: what is drawn is what the tables say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from crlm_dash.analyses import Result
from crlm_dash.analyses.comparison_design import COLUMNS as DESIGN
from crlm_dash.analyses.comparison_outcomes import COLUMNS as OUTCOMES
from crlm_dash.analyses.comparison_outcomes import empty_tables
from crlm_dash.analyses.framing import table
from crlm_dash.figures import balance, hazard_ratios, propensity, weighted_curves
from tests.figures.results import result

FACTS = {
    "groups": ["B", "A"], "order": ["A", "B"], "weights": "overlap", "region": [0.1, 0.9], "ticks": [0.0, 12.0],
    "competing": False, "label": "Overall survival", "cause_label": "", "unit": "months",
}  # fmt: skip


def shown(**tables: list[tuple[Any, ...]]) -> Result:
    known = DESIGN | OUTCOMES
    frames = {name: table(rows, known[name]) for name, rows in tables.items()}
    empty = {name: table([], columns) for name, columns in DESIGN.items()} | empty_tables()
    return replace(result("comparison", empty | frames), facts=FACTS)


BALANCE = [
    ("crude", "AGE", "Age", "", 60.0, 54.0, -0.6, 1.1), ("crude", "SEX", "Sex", "M", 0.5, 0.45, 0.1, np.nan),
    ("overlap", "AGE", "Age", "", 57.0, 57.0, 0.0, 1.0), ("overlap", "SEX", "Sex", "M", 0.5, 0.5, 0.0, np.nan),
    ("inverse probability", "AGE", "Age", "", 58.0, 57.0, -0.08, 1.0),
]  # fmt: skip


def test_the_love_plot_has_every_covariate_before_and_after_the_largest_on_top() -> None:
    drawn = balance(shown(balance=BALANCE))
    before, after = drawn.data
    assert dict(zip(before.y, before.x, strict=True)) == {"Age": 0.6, "Sex: M": 0.1}
    assert dict(zip(after.y, after.x, strict=True)) == {"Age": 0.0, "Sex: M": 0.0}
    assert list(drawn.layout.yaxis.categoryarray) == ["Sex: M", "Age"]
    assert 0.1 in [shape.x0 for shape in drawn.layout.shapes]


def test_without_a_balance_nothing_is_drawn() -> None:
    assert not balance(shown()).data
    assert not propensity(shown()).data
    assert not weighted_curves(shown()).data
    assert not hazard_ratios(shown()).data


def test_propensities_stand_on_both_sides_of_the_line() -> None:
    drawn = propensity(shown(propensity=[("A", 0.4, 0.45, 7), ("B", 0.4, 0.45, 3), ("B", 0.05, 0.1, 1)]))
    above, below = drawn.data
    assert (list(above.y), list(below.y)) == ([7], [-3, -1])
    assert above.marker.color != below.marker.color
    region = drawn.layout.shapes[0]
    assert (region.x0, region.x1) == (0.1, 0.9)
    assert "probability of choosing A" in drawn.layout.xaxis.title.text


def curve(method: str, strata: str, level: float) -> list[tuple[Any, ...]]:
    return [
        (method, strata, 0.0, 12, 9.0, 0.0, 0.0, 1.0, np.nan, np.nan),
        (method, strata, 5.0, 12, 9.0, 2.0, 0.0, level, level - 0.1, level + 0.1),
    ]


def test_weighted_curves_are_strong_crude_ones_dotted_and_both_numbers_stand_below() -> None:
    curves = [row for method in ("crude", "overlap") for group in "AB" for row in curve(method, group, 0.8)]
    at_risk = [(group, time, 12, 1, 2, 8.6) for group in "AB" for time in (0.0, 12.0)]
    drawn = weighted_curves(shown(curves=curves, at_risk=at_risk))
    dashes = [trace.line.dash for trace in drawn.data if trace.mode == "lines" and trace.hoverinfo == "skip"]
    assert dashes.count("dot") == 2
    lines = {trace.name: list(trace.text) for trace in drawn.data if trace.mode == "text"}
    assert lines["A, at risk"] == ["12", "12"]
    assert lines["A, weighted"] == ["9", "9"]
    assert lines["B, events"] == ["1", "1"]
    assert any("not caused by it" in note.text for note in drawn.layout.annotations)
    assert drawn.layout.xaxis.matches == "x2"


def test_the_forest_draws_limits_by_formulas_and_by_draws() -> None:
    limits = (0.5, 0.3, 0.9, 0.25, 1.0, 0.31, 0.95)
    unknown = (np.nan,) * 7
    rows = [("crude", "A vs B", 50, 20, *limits, ""), ("outcome model", "A vs B", 50, 20, *unknown, "not estimable")]
    drawn = hazard_ratios(shown(hazard_ratio=rows))
    marks = {trace.name.strip(): list(trace.x) for trace in drawn.data if trace.mode == "markers" and trace.showlegend}
    assert marks == {"By formulas": [0.5], "Patients drawn anew": [0.5]}
    written = [text for trace in drawn.data if trace.mode == "text" for text in trace.text]
    assert "0.50 (0.31 to 0.95)" in written  # those of the draws, where there are any
    assert "not estimable" in written
    assert not hazard_ratios(shown(hazard_ratio=[rows[1]])).data


def test_imputed_ratios_say_so_and_complete_cases_stand_beside_them() -> None:
    limits = (0.5, 0.3, 0.9, 0.25, 1.0, np.nan, np.nan)
    rows = [(method, "A vs B", n, 20, *limits, "") for method, n in (("overlap", 50), ("complete cases", 40))]
    shown_here = shown(hazard_ratio=rows, propensity=[("A", 0.4, 0.45, 7.25), ("B", 0.4, 0.45, 3.0)])
    filled = replace(shown_here, facts=FACTS | {"imputations": 20})
    written = [text.strip() for trace in hazard_ratios(filled).data if trace.mode == "text" for text in trace.text]
    assert "Overlap weights, imputed" in written
    assert "Complete cases" in written
    plain = [text.strip() for trace in hazard_ratios(shown_here).data if trace.mode == "text" for text in trace.text]
    assert "Overlap weights" in plain
    above, below = propensity(filled).data
    assert above.customdata[0].endswith("7.2 patients")
    assert below.customdata[0].endswith("3 patients")
    assert propensity(filled).layout.yaxis.title.text == "Patients (mean)"


def test_the_forest_without_draws_shows_the_formulas() -> None:
    rows = [("overlap", "A vs B", 50, 20, 0.5, 0.3, 0.9, 0.25, 1.0, np.nan, np.nan, "")]
    drawn = hazard_ratios(shown(hazard_ratio=rows))
    assert "0.50 (0.30 to 0.90)" in [text for trace in drawn.data if trace.mode == "text" for text in trace.text]
