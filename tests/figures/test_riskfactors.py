"""Forest plots, by the values that are drawn."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from crlm_dash.analyses.result import Result
from crlm_dash.analyses.riskfactor_estimates import COLUMNS
from crlm_dash.figures import riskfactors, subgroups
from tests.figures.results import result

NAN = float("nan")
KNOWN = [
    ("SEX", "Sex", "F", True, 50, 20, 1.0, NAN, NAN, NAN, ""),
    ("SEX", "Sex", "M", False, 50, 30, 1.6, 0.9, 2.8, 0.1, ""),
    ("RAS", "RAS", "MUTANT", False, 6, 2, NAN, NAN, NAN, NAN, "n < 10"),
    ("AGE", "Age", "per 10 years", False, 100, 50, 4.0, 0.01, 60.0, 0.5, ""),
]


def factors(*, together: bool = True) -> Result:
    models = ("univariable", "multivariable") if together else ("univariable",)
    rows = [(model, *row) for model in models for row in KNOWN]
    frame = pd.DataFrame(rows, columns=COLUMNS["models"].split())
    doubled = frame["model"].eq("multivariable") & frame["level"].eq("M")
    return result("riskfactors", {"models": frame.assign(estimate=frame["estimate"].mask(doubled, 2.0))})


def effects(*comparisons: str) -> Result:
    rows = [
        (by, label, level, each, 30, 9, 40, 20, 0.5, 0.3, 0.9, 0.042 if by else NAN, "")
        for by, label, level in (("", "All patients", "All patients"), ("SEX", "Sex", "F"), ("SEX", "Sex", "M"))
        for each in comparisons
    ]
    return result("riskfactors", {"subgroups": pd.DataFrame(rows, columns=COLUMNS["subgroups"].split())})


def named(figure: go.Figure, name: str) -> go.Scatter:
    return next(trace for trace in figure.data if trace.name.strip() == name)


def test_every_level_has_a_line_with_its_numbers() -> None:
    figure = riskfactors(factors())
    assert [text.replace("\N{NO-BREAK SPACE}", "") for text in named(figure, "Levels").text] == [
        "<b>Sex</b>", "F", "M", "<b>RAS</b>", "MUTANT", "<b>Age</b>", "per 10 years",
    ]  # fmt: skip
    assert list(named(figure, "Patients").text) == ["", "50", "50", "", "6", "", "100"]
    assert list(named(figure, "Events").text) == ["", "20", "30", "", "2", "", "50"]
    assert list(named(figure, "Together (95 % CI)").text) == [
        "", "1 (reference)", "2.00 (0.90 to 2.80)", "", "n < 10", "", "4.00 (0.01 to 60.00)",
    ]  # fmt: skip


def test_ratios_stand_on_their_lines_alone_and_together() -> None:
    figure = riskfactors(factors())
    alone, together = named(figure, "Each factor alone"), named(figure, "All factors together")
    assert (list(alone.x), list(together.x)) == ([1.6, 4.0], [2.0, 4.0])
    assert [round(y) for y in alone.y] == [round(y) for y in together.y] == [2, 6]
    assert alone.y[0] < together.y[0]  # one above the other
    assert alone.marker.color == "#FFFFFF" != together.marker.color  # hollow and full: not by colour alone
    assert together.marker.symbol != alone.marker.symbol


def test_the_axis_is_logarithmic_with_a_line_at_one_and_arrows_beyond_its_ends() -> None:
    figure = riskfactors(factors())
    axis = figure.layout.xaxis2
    assert axis.type == "log"
    assert list(axis.range) == pytest.approx([math.log10(0.05), math.log10(20)])
    limits = named(figure, "All factors together limits")
    drawn = [x for x in limits.x if x is not None]
    assert drawn == [0.9, 2.8, 0.05, 20]
    assert list(named(figure, "All factors together beyond the axis").marker.symbol) == [
        "triangle-left", "triangle-right",
    ]  # fmt: skip
    assert [(s.x0, s.x1, s.xref) for s in figure.layout.shapes if s.type == "line"] == [(1, 1, "x2")]


def test_words_and_ratios_share_the_lines() -> None:
    layout = riskfactors(factors()).layout
    assert layout.yaxis2.matches == "y"
    assert layout.yaxis.range[0] > layout.yaxis.range[1]  # the first line is on top
    left, right = layout.xaxis2.domain
    heads = {note.text: note.x for note in layout.annotations if note.text.startswith("<b>")}
    assert heads["<b>Patients</b>"] < heads["<b>Events</b>"] < left < right < heads["<b>Together<br>(95 % CI)</b>"]


def test_without_a_model_of_several_the_numbers_are_those_of_each_alone() -> None:
    figure = riskfactors(factors(together=False))
    assert named(figure, "Together (95 % CI)").text[2] == "1.60 (0.90 to 2.80)"
    assert not [trace for trace in figure.data if trace.name.strip() == "All factors together"]


def test_subgroups_name_the_arms_and_say_the_interaction_once() -> None:
    figure = subgroups(effects("Arm B vs Arm A"))
    assert list(named(figure, "Arm B events / n").text) == ["", "9 / 30", "", "9 / 30", "9 / 30"]
    assert list(named(figure, "Arm A events / n").text) == ["", "20 / 40", "", "20 / 40", "20 / 40"]
    assert list(named(figure, "Inter- action, p").text) == ["", "", "0.042", "", ""]
    assert list(named(figure, "Hazard ratio").x) == [0.5, 0.5, 0.5]


def test_three_arms_are_lines_of_their_own() -> None:
    words = named(subgroups(effects("B vs A", "C vs A")), "Levels").text
    assert [text.replace("\N{NO-BREAK SPACE}", "") for text in words][3:6] == ["<b>Sex</b>", "F: B vs A", "F: C vs A"]


def test_nothing_to_draw() -> None:
    empty = {name: pd.DataFrame(columns=columns.split()) for name, columns in COLUMNS.items()}
    assert len(riskfactors(result("riskfactors", empty)).data) == 0
    assert len(subgroups(result("riskfactors", empty)).data) == 0
    unknown = factors().tables["models"].assign(estimate=np.nan, conf_low=np.nan, conf_high=np.nan, note="no events")
    figure = riskfactors(result("riskfactors", {"models": unknown}))
    assert not [trace for trace in figure.data if trace.mode == "markers"]
    assert "no events" in named(figure, "Together (95 % CI)").text
