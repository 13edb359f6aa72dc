"""Adverse events on the patient timeline: bars by grade, packed into lines, the worst first."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.figures.stacked import row_ref
from crlm_dash.figures.style import GRADE_COLOURS, GRADE_INK, INK, MUTED
from crlm_dash.figures.timeline_marks import Panel, arrows, bars, intervals, lengths, rings, text

_DIGIT = 0.013  # width of a mark in which a digit can be read, as a share of the axis
_WORDS: dict[str, Any] = {
    "textposition": "inside", "insidetextanchor": "start", "textangle": 0, "constraintext": "inside",
}  # fmt: skip


def worst_first(records: pd.DataFrame) -> pd.DataFrame:
    """The order in which events get their place."""
    return records.sort_values(
        ["serious", "grade", "start"], ascending=[False, False, True], kind="stable", na_position="last"
    )


def packed(rows: pd.DataFrame, spans: list[float], most: int) -> list[int]:
    """A line for each bar, the first of `most` in which it touches none placed before it; -1 where all are taken."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(most)]
    begins = (rows["start"] - pd.Timestamp(0)) / pd.Timedelta(milliseconds=1)
    places = []
    for start, span in zip(begins, spans, strict=True):
        end = start + span
        free = (i for i, others in enumerate(taken) if all(end <= a or b <= start for a, b in others))
        place = next(free, -1)
        if place >= 0:
            taken[place].append((start, end))
        places.append(place)
    return places


def drawn_spans(panel: Panel, rows: pd.DataFrame) -> list[float]:
    """How long each bar is drawn: never so short that its digit could not be read."""
    shortest = panel.span / pd.Timedelta(milliseconds=1) * _DIGIT
    return [max(span, shortest) for span in lengths(panel, rows)]


def adverse_events(panel: Panel, most: int) -> None:
    """Bars in one hue, light to dark by grade, with its digit; outlined where serious; what has no room is counted."""
    ordered = worst_first(panel.records)
    spans = drawn_spans(panel, ordered)
    records = ordered.assign(span=spans, place=packed(ordered, spans, most))
    shown = records[records["place"] >= 0]
    places = [float(place) for place in shown["place"]]
    panel.add(_grade_bars(shown, places))
    intervals(panel, shown, places, width=0.25)
    intervals(panel, shown, places, width=0.25, end=True)
    grades = ["missing" if pd.isna(grade) else f"{grade:.0f}" for grade in shown["grade"]]
    digits = ["" if grade == "missing" else f"<b>{grade}</b>" for grade in grades]
    ink = [GRADE_INK[grade] for grade in grades]
    panel.add(text(shown["start"].tolist(), places, digits, size=13, color=ink))
    rings(panel, shown, places)
    arrows(panel, shown, places)
    hidden = records.loc[records["place"] < 0, "grade"]
    if len(hidden):
        worst = "" if pd.isna(hidden.max()) else f"<br>(to grade {hidden.max():.0f})"
        panel.figure.note(
            x=1, xref=row_ref("x", panel.row), y=0.5, yref=row_ref("y", panel.row), xanchor="left", xshift=14,
            text=f"{len(hidden)} more<br>in the table{worst}", align="left", font={"size": 13, "color": MUTED},
        )  # fmt: skip
    panel.axis(range=[max([*places, 3.0]) + 0.6, -0.6])


def _grade_bars(shown: pd.DataFrame, places: list[float]) -> dict[str, Any]:
    grades = ["missing" if pd.isna(grade) else f"{grade:.0f}" for grade in shown["grade"]]
    serious = [each == "Y" for each in shown["serious"]]
    edges = {"width": [3 if each else 1 for each in serious], "color": [INK if each else MUTED for each in serious]}
    ink = [GRADE_INK[grade] for grade in grades]
    names = {"text": [f"     {label}" for label in shown["label"]], "textfont": {"size": 12, "color": ink}} | _WORDS
    return bars(
        shown, places, shown["span"].tolist(), words=names, color=[GRADE_COLOURS[grade] for grade in grades], line=edges
    )
