"""The patient timeline: how it counts time, stacks what is of one day, measures against limits, bears odd records."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from crlm_dash.figures import timeline
from tests.figures.results import timeline_result

ENROLLED = {"lane": "Trial status", "start": "2025-01-10", "start_day": 1, "label": "Enrolled", "code": "ENROLLED"}
SUM = {"lane": "Sum of diameters", "label": "Sum of 2 target lesions", "code": "SUMDIAM", "unit": "mm"}


def marks(figure: go.Figure, word: str) -> list[go.Scatter]:
    """Traces of marks whose hover or text holds the word."""
    return [t for t in figure.data if t.type == "scatter" and word in f"{t.hovertext} {t.text}"]


def lab(code: str, value: float, **limits: float) -> dict[str, Any]:
    """A liver test."""
    row = {"lane": "Liver function", "start": "2025-02-01", "label": code, "code": code, "value": value}
    return row | limits


def scan(date: str, value: float, **known: float) -> dict[str, Any]:
    """A row of the table `sums`."""
    return {"date": date, "sum": value, "measured": value, "n_target": 2, "n_measured": 2} | known


@pytest.mark.parametrize(
    ("count", "fact", "first", "line"),
    [("enrolment", "2025-01-10", 22, 0), ("diagnosis", "2024-12-11", 52, 30), ("diagnosis", None, None, None)],
)
def test_time_is_counted_in_days_from_a_known_day(count: str, fact: str | None, first: Any, line: Any) -> None:
    event = {"lane": "Adverse events", "start": "2025-02-01", "end": "2025-02-10", "label": "Nausea", "grade": 2}
    figure = timeline(timeline_result([ENROLLED, event], diagnosed=fact), count=count)
    (bar,) = [trace for trace in figure.data if trace.type == "bar"]
    if fact is None:
        assert figure.layout.xaxis.type == "date"
        return
    assert figure.layout.xaxis.type == "linear"
    assert (bar.base[0], bar.x[0]) == (first, 10)
    assert line in [shape.x0 for shape in figure.layout.shapes if shape.yref == "paper"]
    assert f"{first} days since {count}" in bar.hovertext[0]
    assert figure.layout.xaxis2.title.text == f"Days since {count}"


def test_days_and_dates_draw_the_same_things() -> None:
    rows = [ENROLLED, lab("ALT", 80, high=40), {"lane": "Visits", "start": "2025-03-01", "label": "V", "code": "done"}]
    dates, days = (timeline(timeline_result(rows), count=count) for count in ("", "enrolment"))
    for one, other in zip(dates.data, days.data, strict=True):
        assert [(pd.Timestamp(x) - pd.Timestamp("2025-01-10")).days for x in one.x] == list(other.x)


def test_things_of_one_day_are_one_mark_with_their_number() -> None:
    ablation = {"lane": "Local treatment", "start": "2025-02-01", "label": "Ablation", "code": "ABLATION"}
    rows = [ablation | {"detail": f"segment {n}"} for n in (2, 5, 8)] + [ablation | {"start": "2025-04-01"}]
    first, second = marks(timeline(timeline_result(rows)), "Ablation")
    assert (first.text[0], second.text[0]) == ("Ablation ×3", "Ablation")
    assert all(f"segment {n}" in first.hovertext[0] for n in (2, 5, 8))


def test_of_many_things_on_one_day_the_hover_tells_the_first_and_counts_the_rest() -> None:
    row = {"lane": "MDT decisions", "start": "2025-02-01", "code": "X", "source": "FA 1"}
    (mark,) = timeline(timeline_result([row | {"label": f"Q{n}: yes"} for n in range(13)])).data
    assert mark.text[0] == "×13"
    assert "… and 5 more in the table" in mark.hovertext[0]


@pytest.mark.parametrize(("code", "limit", "ratio"), [("BILI", "high", 2.0), ("PLAT", "low", 0.5), ("ALB", "low", 0.5)])
def test_liver_tests_are_drawn_against_the_limit_that_matters(code: str, limit: str, ratio: float) -> None:
    row = lab(code, 40.0, **{limit: 20.0 if limit == "high" else 80.0})
    assert list(timeline(timeline_result([row])).data[0].y) == [ratio]


def test_the_sum_is_drawn_in_per_cent_of_its_baseline_with_both_lines_of_recist() -> None:
    dates, values = ["2025-01-05", "2025-04-01", "2025-07-01"], [80.0, 40.0, 60.0]
    rows = [SUM | {"start": date, "value": value} for date, value in zip(dates, values, strict=True)]
    sums = [
        scan(dates[0], 80, base=80),
        scan(dates[1], 40, base=80, nadir=80, pchg=-50, pchgnad=-50),
        scan(dates[2], 60, base=80, nadir=40, pchg=-25, pchgnad=50),
    ]
    figure = timeline(timeline_result(rows, sums))
    course, limit = figure.data
    assert list(course.y) == [100, 50, 75]
    assert list(limit.y) == [120, 120, 60]  # a fifth above 80 mm, then above 40 mm
    assert 70 in [shape.y0 for shape in figure.layout.shapes]
    assert "-25 % of the baseline of 80 mm" in course.hovertext[2]
    assert "+50 % of the smallest sum before, 40 mm" in course.hovertext[2]
    assert any("60 mm, −25 %" in note.text for note in figure.layout.annotations)


def test_a_small_nadir_needs_five_millimetres_more() -> None:
    rows = [SUM | {"start": "2025-01-05", "value": 10.0}, SUM | {"start": "2025-04-01", "value": 0.0}]
    sums = [scan("2025-01-05", 10, base=10), scan("2025-04-01", 0, base=10, nadir=10, pchg=-100, pchgnad=-100)]
    _, limit = timeline(timeline_result(rows, sums)).data
    assert list(limit.y) == [150, 150]  # 15 mm, not 12 mm


def test_a_sum_of_which_a_target_is_missing_is_hollow_and_outside_the_line() -> None:
    rows = [SUM | {"start": "2025-01-05", "value": 80.0}, SUM | {"start": "2025-04-01", "value": 30.0}]
    sums = [
        scan("2025-01-05", 80, base=80),
        scan("2025-04-01", float("nan"), base=80, nadir=80) | {"measured": 30, "n_measured": 1},
    ]
    whole, part, _ = timeline(timeline_result(rows, sums)).data
    assert (list(whole.y), list(part.y)) == ([100], [37.5])
    assert part.marker.symbol == "circle-open"
    assert "1 of 2 target lesions measured" in part.hovertext[0]


def test_without_a_baseline_the_sum_is_in_millimetres() -> None:
    figure = timeline(timeline_result([SUM | {"start": "2025-04-01", "value": 30.0}], [scan("2025-04-01", 30)]))
    assert list(figure.data[0].y) == [30]
    assert all("mm" in word for word in figure.layout.yaxis.ticktext)


@pytest.mark.parametrize(
    ("assessed", "told"),
    [
        ([("2025-02-01", "LIVRRESP PD"), ("2025-02-01", "PD")], ["Liver progression"]),
        ([("2025-02-01", "LIVRRESP PD"), ("2025-05-01", "LIVRRESP PD")], ["Liver progression"]),
        (
            [("2025-02-01", "LIVRRESP PD"), ("2025-05-01", "LIVRRESP SD"), ("2025-08-01", "LIVRRESP PD")],
            ["Liver progression", "Liver progression"],
        ),
        ([("2025-02-01", "EXHPRESP PD")], ["Extrahepatic progression"]),
        ([("2025-02-01", "PD")], ["Progression"]),
        ([("2025-02-01", "SD")], []),
    ],
)
def test_where_a_progression_begins_it_is_named_in_the_lane_of_the_disease(
    assessed: list[tuple[str, str]], told: list[str]
) -> None:
    rows = [{"lane": "Imaging response", "start": day, "label": "It", "code": code} for day, code in assessed]
    figure = timeline(timeline_result([ENROLLED, *rows]))
    assert [t.text[0].strip() for t in figure.data if t.marker.symbol == "triangle-down"] == told


def test_who_has_not_died_has_a_last_contact_and_who_died_has_none() -> None:
    death = {"lane": "Trial status", "start": "2025-06-01", "label": "Death", "code": "DEATH"}
    for rows, word, other in (([ENROLLED], "Last contact", "Death"), ([ENROLLED, death], "Death", "Last contact")):
        figure = timeline(timeline_result(rows, last_contact="2025-06-01"))
        assert marks(figure, word)
        assert not marks(figure, other)


def test_an_end_before_the_start_is_said_and_drawn_as_a_day() -> None:
    event = {"lane": "Adverse events", "start": "2025-02-10", "end": "2025-02-01", "label": "Nausea", "grade": 1}
    figure = timeline(timeline_result([ENROLLED, event]))
    (bar,) = [trace for trace in figure.data if trace.type == "bar"]
    assert bar.x[0] > 0
    assert "its end is recorded before that: 01 Feb 2025" in bar.hovertext[0]


@pytest.mark.parametrize(
    ("precision", "first", "days"), [("D", "2024-02-01", 29), ("M", "2024-01-01", 366), ("", None, None)]
)
def test_a_partial_date_is_drawn_over_the_time_it_can_mean(precision: str, first: str | None, days: int | None) -> None:
    death = {"lane": "Trial status", "start": "2024-02-15", "label": "Death", "code": "DEATH", "precision": precision}
    pale = [t for t in timeline(timeline_result([death], enrolled=None)).data if t.type == "bar"]
    assert [(t.base[0], t.x[0] / 86_400_000) for t in pale] == ([(first, days)] if first else [])


def test_records_after_death_lengthen_the_axis() -> None:
    rows = [
        {"lane": "Trial status", "start": "2025-06-01", "label": "Death", "code": "DEATH"},
        {"lane": "Visits", "start": "2025-09-01", "label": "V", "code": "done"},
    ]
    assert pd.Timestamp(timeline(timeline_result([ENROLLED, *rows])).layout.xaxis.range[1]) > pd.Timestamp("2025-09-01")


def test_four_hundred_events_are_drawn_or_counted_and_fit_the_screen() -> None:
    days = pd.date_range("2025-01-12", "2026-06-01", periods=400)
    rows = [
        {"lane": "Adverse events", "start": day, "end": day + pd.Timedelta(days=40), "label": "It", "grade": n % 5 + 1}
        for n, day in enumerate(days)
    ]
    figure = timeline(timeline_result([ENROLLED, *rows]))
    (bar,) = [trace for trace in figure.data if trace.type == "bar"]
    (note,) = [note.text for note in figure.layout.annotations if "more" in note.text]
    assert len(bar.x) + int(note.split()[0]) == 400
    assert figure.layout.height <= 800


def test_nothing_but_consent_is_drawn_in_one_lane() -> None:
    consent = {"lane": "Trial status", "start": "2025-01-10", "label": "Consent", "code": "CONSENT"}
    figure = timeline(timeline_result([consent], enrolled=None))
    assert [trace.hovertext[0] for trace in figure.data] == ["<b>Consent</b><br>10 Jan 2025"]


def test_a_decision_of_a_meeting_is_written_out_beside_the_assessments() -> None:
    rows = [
        {
            "lane": "MDT decisions",
            "start": "2025-02-01",
            "label": "R0 feasible: yes",
            "code": "R0FEAS",
            "source": "FA 1",
        },
        {"lane": "MDT decisions", "start": "2025-02-01", "label": "Resect: both lobes", "code": "RESECT"},
    ]
    assessed, decided = timeline(timeline_result(rows)).data
    assert (list(assessed.text), list(decided.text)) == ([""], ["Resect: both lobes"])


@pytest.mark.parametrize(
    ("label", "code", "word"),
    [("Enrolled", "ENROLLED", ""), ("Withdrawal by subject", "WITHDRAWAL BY SUBJECT", "Withdrawal by subject")],
)
def test_the_end_of_participation_is_written_beside_its_mark(label: str, code: str, word: str) -> None:
    row = {"lane": "Trial status", "start": "2025-01-10", "label": label, "code": code}
    (mark,) = timeline(timeline_result([row])).data
    assert mark.text[0] == word


def test_few_records_are_drawn_larger_than_many() -> None:
    consent = {"lane": "Trial status", "start": "2025-01-10", "label": "Consent", "code": "CONSENT"}
    assert timeline(timeline_result([consent], enrolled=None)).layout.height < 150
    event = {"lane": "Adverse events", "start": "2025-02-01", "label": "It", "grade": 1}
    two, full = ([event] * n for n in (2, 40))
    heights = [timeline(timeline_result([ENROLLED, *rows])).layout.height for rows in (two, full)]
    assert heights[0] < heights[1] <= 800


def test_what_goes_on_when_a_patient_leaves_ends_in_an_arrow_at_the_last_contact() -> None:
    event = {"lane": "Adverse events", "start": "2025-02-01", "label": "Nausea", "grade": 1, "ongoing": "Y"}
    figure = timeline(timeline_result([ENROLLED, event], left="2025-03-02"))
    (bar,) = [trace for trace in figure.data if trace.type == "bar"]
    (arrow,) = [t for t in figure.data if t.type == "scatter" and t.marker.symbol == "triangle-right"]
    assert bar.x[0] == 30 * 86_400_000
    assert pd.Timestamp(arrow.x[0]) == pd.Timestamp("2025-03-02")
    assert "ongoing when last seen" in arrow.hovertext[0]
    assert pd.Timestamp(figure.layout.xaxis.range[1]) > pd.Timestamp("2026-06-30")


def test_the_global_health_status_is_drawn_where_it_is_scored() -> None:
    form = {"lane": "Quality of life", "label": "QLQ-C30 answered", "code": "QLQ-C30"}
    rows = [form | {"start": "2025-02-01"}, form | {"start": "2025-05-01"}, form | {"start": "2025-08-01"}]
    scored = timeline(timeline_result(rows, scores=[("2025-02-01", 23, 75.0), ("2025-08-01", 204, 50.0)]))
    course, unscored = scored.data
    assert (list(course.y), len(unscored.x)) == ([75, 50], 1)
    assert "Global health status 75 of 100" in course.hovertext[0]
    (marks_only,) = timeline(timeline_result(rows)).data
    assert len(marks_only.x) == 3
