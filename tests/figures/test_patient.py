"""The patient timeline, by what is drawn in which lane."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from crlm_dash.figures import timeline
from crlm_dash.figures.style import GRADE_COLOURS
from crlm_dash.figures.timeline_bands import BANDS
from crlm_dash.figures.timeline_events import packed
from crlm_dash.terms import Lane
from tests.figures.results import timeline_result

ENROLLED = {"lane": "Trial status", "start": "2025-01-10", "start_day": 1, "label": "Enrolled", "code": "ENROLLED"}


def event(start: str, end: str | None = None, grade: float | None = 2, **more: Any) -> dict[str, Any]:
    """An adverse event."""
    row = {"lane": "Adverse events", "start": start, "end": end, "label": "Nausea", "code": "NAUSEA"}
    return row | {"grade": grade, "serious": "N"} | more


def lane_names(figure: go.Figure) -> list[str]:
    """Names of the lanes, from top to bottom."""
    return [note.text for note in figure.layout.annotations if note.xshift == -164]


def bars(figure: go.Figure) -> list[go.Bar]:
    """Every bar trace."""
    return [trace for trace in figure.data if trace.type == "bar"]


def hover(figure: go.Figure, word: str) -> str:
    """The first hover text that holds `word`."""
    texts = [text for trace in figure.data if trace.hovertext is not None for text in trace.hovertext]
    return next(text for text in texts if word in text)


def test_lanes_keep_their_order_and_empty_ones_are_left_out() -> None:
    rows = [ENROLLED, event("2025-02-01"), {"lane": "Disease", "start": "2024-12-01", "label": "Cancer diagnosed"}]
    figure = timeline(timeline_result(rows))
    assert [name.split("<br>")[0] for name in lane_names(figure)] == ["Disease", "Adverse events", "Trial status"]


def test_every_lane_can_be_drawn() -> None:
    rows = [
        {"lane": lane.value, "start": "2025-02-01", "label": "It", "code": code, "value": 3.0, "high": 2.0, "low": 1.0}
        for lane in Lane
        for code in ("X", "CEA", "ALT", "PLAT")
    ]
    drawn = [name.split("<br>")[0] for name in lane_names(timeline(timeline_result(rows)))]
    assert drawn == [band.name.split("<br>")[0] or band.lane.value for band in BANDS]
    assert {band.lane for band in BANDS} == set(Lane)


def test_all_lanes_share_one_axis_of_dates() -> None:
    figure = timeline(timeline_result([ENROLLED, event("2025-02-01")]))
    assert figure.layout.xaxis.matches == "x2"
    assert figure.layout.xaxis.type == figure.layout.xaxis2.type == "date"


def test_two_events_a_week_apart_get_a_sensible_axis() -> None:
    figure = timeline(timeline_result([{**ENROLLED, "start": "2026-06-20"}, event("2026-06-27")]))
    first, last = figure.layout.xaxis.range
    assert pd.Timestamp(last) - pd.Timestamp(first) > pd.Timedelta(days=100)
    assert figure.layout.height > 130


def test_lines_mark_enrolment_treatment_and_cutoff() -> None:
    figure = timeline(timeline_result([ENROLLED], treated="2025-01-20"))
    dates = [str(shape.x0)[:10] for shape in figure.layout.shapes if shape.yref == "paper"]
    assert dates == ["2025-01-10", "2025-01-20", "2026-06-30"]


def test_an_adverse_event_lasts_from_start_to_end_in_the_colour_of_its_grade() -> None:
    (drawn,) = bars(timeline(timeline_result([event("2025-02-01", "2025-03-02", 3)])))
    assert drawn.base[0] == "2025-02-01"
    assert drawn.x[0] == 30 * 86_400_000
    assert drawn.marker.color[0] == GRADE_COLOURS["3"]


@pytest.mark.parametrize(("serious", "width"), [("Y", 3), ("N", 1), (None, 1)])
def test_a_serious_event_is_outlined(serious: str | None, width: int) -> None:
    (drawn,) = bars(timeline(timeline_result([event("2025-02-01", "2025-03-01", serious=serious)])))
    assert drawn.marker.line.width[0] == width


def test_an_event_without_a_grade_is_white_without_a_digit() -> None:
    figure = timeline(timeline_result([event("2025-02-01", grade=None)]))
    (drawn,) = bars(figure)
    assert drawn.marker.color[0] == GRADE_COLOURS["missing"]
    assert "no grade given" in hover(figure, "Nausea")


def test_an_ongoing_event_ends_in_an_arrow_at_the_cutoff() -> None:
    figure = timeline(timeline_result([event("2026-06-01", ongoing="Y")]))
    (arrow,) = [t for t in figure.data if t.type == "scatter" and t.marker.symbol == "triangle-right"]
    assert pd.Timestamp(arrow.x[0]) == pd.Timestamp("2026-06-30")
    assert bars(figure)[0].x[0] == 30 * 86_400_000
    assert "ongoing at the cut-off" in arrow.hovertext[0]


def test_the_worst_events_are_shown_first_when_there_is_no_room() -> None:
    rows = [event("2025-02-01", "2025-06-01", 1) for _ in range(30)] + [event("2025-02-01", "2025-06-01", 4)]
    figure = timeline(timeline_result(rows))
    (drawn,) = bars(figure)
    assert len(drawn.x) == 12
    assert GRADE_COLOURS["4"] in drawn.marker.color
    assert any(note.text.startswith("19 more") for note in figure.layout.annotations)


def test_bars_on_one_line_never_overlap() -> None:
    starts = pd.to_datetime(["2025-01-01", "2025-01-05", "2025-01-11", "2025-01-02"])
    days = [10.0 * 86_400_000] * 4
    assert packed(pd.DataFrame({"start": starts}), days, 7) == [0, 1, 0, 2]


def test_cycles_of_one_regimen_are_one_course_and_an_earlier_line_is_another() -> None:
    course = {"lane": "Systemic therapy", "label": "FOLFOX", "code": "FOLFOX"}
    rows = [course | {"start": "2024-10-01", "end": "2024-12-01", "detail": "before the trial, line 1"}]
    rows += [course | {"start": f"2025-02-{day:02d}", "detail": "line 2"} for day in (1, 15)]
    figure = timeline(timeline_result(rows))
    words = [t.text[0] for t in figure.data if t.type == "scatter" and t.mode == "text"]
    assert words == ["L1 FOLFOX", "L2 FOLFOX ×2"]


@pytest.mark.parametrize(
    ("code", "symbol", "word"),
    [
        ("HEPATECTOMY", "square", "Resection"),
        ("ABLATION", "circle", "Ablation"),
        ("SBRT", "star", "SBRT"),
        ("TACE", "diamond", "TACE"),
        ("HAIC", "triangle-up", "HAIC"),
        ("RADIOEMBOLISATION", "hexagon", "Radio"),
    ],
)
def test_local_treatments_differ_by_shape(code: str, symbol: str, word: str) -> None:
    row = {"lane": "Local treatment", "start": "2025-02-01", "label": code.capitalize(), "code": code}
    (mark,) = timeline(timeline_result([row])).data
    assert mark.marker.symbol == symbol
    assert mark.text[0].startswith(word)


def test_a_response_is_written_in_its_mark() -> None:
    rows = [
        {"lane": "Imaging response", "start": "2025-02-01", "label": "Partial response", "code": "PR"},
        {"lane": "Imaging response", "start": "2025-02-01", "label": "Progression (liver)", "code": "LIVRRESP PD"},
    ]
    figure = timeline(timeline_result(rows))
    marks = [trace.text[0] for trace in figure.data if trace.marker.symbol == "square"]
    assert marks == ["<b>PR</b>", "<b>PD</b>"]
    assert list(figure.layout.yaxis2.ticktext) == ["overall", "liver"]


def test_a_diagnosis_long_before_stands_at_the_edge_with_its_date() -> None:
    rows = [{"lane": "Disease", "start": "2015-05-01", "label": "Colorectal cancer diagnosed"}, ENROLLED]
    figure = timeline(timeline_result(rows))
    mark = next(t for t in figure.data if "Colorectal" in str(t.text))
    assert mark.text[0].strip() == "Colorectal cancer, May 2015"
    assert pd.Timestamp(mark.x[0]).year == 2025
    assert "01 May 2015" in mark.hovertext[0]


def test_a_partial_date_is_shown_as_the_time_it_may_be_in() -> None:
    rows = [{"lane": "Disease", "start": "2024-12-01", "label": "Cancer diagnosed", "precision": "D"}, ENROLLED]
    figure = timeline(timeline_result(rows))
    assert bars(figure)[0].x[0] == 31 * 86_400_000
    assert "day unknown" in hover(figure, "Cancer")


def test_a_liver_test_is_drawn_against_its_own_upper_limit() -> None:
    row = {"lane": "Liver function", "start": "2025-02-01", "start_day": 23, "label": "ALT", "code": "ALT"}
    figure = timeline(timeline_result([row | {"value": 120, "unit": "U/L", "low": 5, "high": 40}]))
    assert list(figure.data[0].y) == [3]
    assert hover(figure, "ALT") == "<b>ALT</b><br>01 Feb 2025 (day 23)<br>120 U/L (normal from 5 to 40)"


def test_a_missed_visit_is_marked() -> None:
    figure = timeline(
        timeline_result([{"lane": "Visits", "start": "2025-02-01", "label": "V: missed", "code": "missed"}])
    )
    assert figure.data[0].marker.symbol == "x"


def test_words_from_the_data_are_not_read_as_markup() -> None:
    figure = timeline(timeline_result([event("2025-02-01", label="<b>odd</b>")]))
    assert "&lt;b&gt;odd" in hover(figure, "odd")


def test_nobody_s_empty_timeline_is_drawn_without_failing() -> None:
    assert timeline(timeline_result([])).data == ()


@pytest.mark.parametrize(("day", "date"), [(23, "2025-02-01"), (1, "2025-01-10"), (-1, "2025-01-09")])
def test_the_day_it_was_opened_for_is_marked(day: int, date: str) -> None:
    figure = timeline(timeline_result([ENROLLED, event("2025-02-01", start_day=23)]), day)
    assert pd.Timestamp(date) in [pd.Timestamp(line.x0) for line in figure.layout.shapes if line.line.dash == "dot"]
    assert f"Day {day}" in [note.text for note in figure.layout.annotations]


def test_no_day_is_marked_where_none_is_asked_for_or_none_is_known() -> None:
    for rows, day in (([ENROLLED], None), ([{"lane": "Disease", "start": "2024-12-01", "label": "Cancer"}], 5)):
        figure = timeline(timeline_result(rows), day)
        assert not [note.text for note in figure.layout.annotations if str(note.text).startswith("Day")]


def decided(day: str) -> dict[str, Any]:
    return {"lane": "MDT decisions", "start": day, "label": "Recommended: Resect", "code": "RECOMMENDED"}


@pytest.mark.parametrize("day", ["2025-03-01", "2035-09-01"])
def test_what_is_decided_after_the_data_end_is_still_on_the_axis(day: str) -> None:
    rows = [ENROLLED, event("2025-02-01") | {"ongoing": "Y"}]
    cutoff = pd.Timestamp(timeline_result(rows).cutoff)
    with_it, without = timeline(timeline_result([*rows, decided(day)])), timeline(timeline_result(rows))
    last = pd.Timestamp(with_it.layout.xaxis.range[1])
    assert last >= pd.Timestamp(day)
    assert (last > pd.Timestamp(without.layout.xaxis.range[1])) == (pd.Timestamp(day) > cutoff)
    assert "Recommended: Resect" in hover(with_it, "Resect")


def test_where_the_data_of_an_earlier_meeting_end_is_marked() -> None:
    result = timeline_result([ENROLLED, event("2025-02-01")])
    marked = timeline(replace(result, facts=result.facts | {"since": "2025-02-15"}))
    (note,) = [note for note in marked.layout.annotations if "new or changed" in note.text]
    assert pd.Timestamp(note.x) == pd.Timestamp("2025-02-15")
    (ground,) = [shape for shape in marked.layout.shapes if shape.type == "rect" and shape.yref == "paper"]
    assert pd.Timestamp(ground.x0) == pd.Timestamp("2025-02-15")
    assert not [note for note in timeline(result).layout.annotations if "new or changed" in note.text]


def ringed(figure: go.Figure) -> list[str]:
    """Days of the marks that a ring is around."""
    rings = [
        t for t in figure.data if t.type == "scatter" and str(t.marker.symbol).endswith("-open") and t.marker.size == 23
    ]
    return sorted({f"{pd.Timestamp(day):%Y-%m-%d}" for t in rings for day in t.x})


def test_what_is_new_or_changed_has_a_ring_and_says_so() -> None:
    rows = [
        ENROLLED,
        event("2025-02-01") | {"news": "changed: grade"},  # before the earlier cut-off, and so easily overlooked
        event("2025-03-01", label="Rash") | {"news": "new"},
        event("2025-04-01", label="Cough"),
        {"lane": "Imaging response", "start": "2025-03-02", "label": "PD", "code": "PD", "news": "entered late"},
        {"lane": "Imaging response", "start": "2025-01-12", "label": "SD", "code": "SD"},
        {"lane": "Systemic therapy", "start": "2025-03-03", "label": "FOLFOX", "code": "FOLFOX", "news": "new"},
        {"lane": "Local treatment", "start": "2025-03-04", "label": "Ablation", "code": "ABLATION", "news": "new"},
        {"lane": "Visits", "start": "2025-03-05", "label": "V", "code": "done", "news": "new"},
    ]
    figure = timeline(timeline_result(rows))
    assert ringed(figure) == ["2025-02-01", "2025-03-01", "2025-03-02", "2025-03-03", "2025-03-04", "2025-03-05"]
    assert "<b>Since the meeting before: changed: grade</b>" in hover(figure, "Nausea")
    assert ringed(timeline(timeline_result([row | {"news": ""} for row in rows]))) == []


def test_of_several_on_one_day_one_new_one_rings_the_mark() -> None:
    both = {"lane": "Local treatment", "start": "2025-03-04", "label": "Ablation", "code": "ABLATION"}
    assert ringed(timeline(timeline_result([ENROLLED, both | {"news": ""}, both | {"news": "new"}]))) == ["2025-03-04"]


@pytest.mark.parametrize(
    ("end", "precision", "days"), [("2025-05-31", "D", 31), ("2025-12-31", "M", 365), ("2025-05-31", "", None)]
)
def test_a_partial_end_of_a_treatment_is_drawn_as_the_time_it_may_be_in(
    end: str, precision: str, days: int | None
) -> None:
    row = {"lane": "Systemic therapy", "start": "2025-03-03", "label": "FOLFOX", "code": "FOLFOX"}
    figure = timeline(timeline_result([ENROLLED, row | {"end": end, "end_precision": precision}]))
    lasting = [length / 86_400_000 for bar in bars(figure) if bar.width == 0.25 for length in bar.x]
    assert lasting == ([] if days is None else [days])
    assert ("unknown" in hover(figure, "FOLFOX")) == bool(precision)


def words_of(figure: go.Figure, word: str) -> list[tuple[pd.Timestamp, str]]:
    """Where words that hold `word` stand, and to which side of that day they run."""
    traces = [t for t in figure.data if t.type == "scatter" and t.text is not None]
    return [
        (pd.Timestamp(x), t.textposition)
        for t in traces
        for x, text in zip(t.x, t.text, strict=True)
        if word in str(text)
    ]


def test_the_name_of_a_regimen_stays_above_its_course() -> None:
    cutoff = pd.Timestamp(timeline_result([]).cutoff)
    start, end = (f"{cutoff - pd.Timedelta(days=days):%Y-%m-%d}" for days in (200, 100))
    name = "Trifluridine/tipiracil + Bevacizumab"
    rows = [
        {"lane": "Systemic therapy", "start": "2025-02-01", "end": "2025-08-01", "label": "FOLFOX", "code": "A"},
        {"lane": "Systemic therapy", "start": start, "end": end, "label": name, "code": "B"},
    ]
    figure = timeline(timeline_result([ENROLLED, *rows]))
    assert words_of(figure, "FOLFOX") == [(pd.Timestamp("2025-02-01"), "middle right")]
    ((at, side),) = words_of(figure, "Trifluridine")
    assert abs(at - pd.Timestamp(end)) <= pd.Timedelta(days=1)  # it ends with its course, not at the edge of the figure
    assert side == "middle left"


def test_consent_alone_says_so_and_its_axis_tells_days_apart() -> None:
    consent = {"lane": "Trial status", "start": "2025-10-20", "label": "Consent", "code": "CONSENT"}
    figure = timeline(timeline_result([consent], enrolled=None))
    assert len(words_of(figure, "Consent")) == 1
    assert figure.layout.xaxis.tickformat == "%d %b\n%Y"
    enrolled = timeline(timeline_result([consent, ENROLLED, event("2023-02-01")]))
    assert words_of(enrolled, "Consent") == []  # the line through all lanes says it
    ticks = [axis for axis in (enrolled.layout.xaxis, enrolled.layout.xaxis2) if axis.tickformat]
    assert [axis.tickformat for axis in ticks] == ["%b\n%Y"]


def test_of_four_hundred_events_the_worst_are_drawn_and_the_others_counted() -> None:
    days = pd.date_range("2025-02-01", periods=400, freq="6h")
    rows = [event(f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d}", 1 + n % 4) for n, day in enumerate(days)]
    figure = timeline(timeline_result([ENROLLED, *rows]))
    (note,) = [each.text for each in figure.layout.annotations if "in the table" in str(each.text)]
    shown = max(len(bar.x) for bar in bars(figure))
    assert note.startswith(f"{400 - shown} more<br>in the table<br>(to grade ")
    assert 0 < shown < 400
    assert figure.layout.height <= 800  # one screen


def test_what_is_recorded_twice_is_drawn_twice_and_what_ends_before_it_begins_as_a_day() -> None:
    twice, backward = event("2025-02-01", "2025-02-03"), event("2025-03-10", "2025-03-01", label="Rash")
    figure = timeline(timeline_result([ENROLLED, twice, twice, backward]))
    (drawn,) = [bar for bar in bars(figure) if len(bar.x) == 3]
    assert sorted(drawn.base) == ["2025-02-01", "2025-02-01", "2025-03-10"]
    assert len(set(zip(drawn.base, drawn.y, strict=True))) == 3  # beside one another, not one over the other
    assert "its end is recorded before that: 01 Mar 2025" in hover(figure, "Rash")
