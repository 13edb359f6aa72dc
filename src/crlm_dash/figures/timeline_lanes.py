"""The lanes of the patient timeline, each with its own way to be drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from crlm_dash.figures.stacked import row_ref
from crlm_dash.figures.style import ACCENT, ATTENTION, GRADE_COLOURS, GRADE_INK, INK, MUTED
from crlm_dash.figures.timeline_marks import (
    Panel,
    arrows,
    bars,
    free_heights,
    lengths,
    line,
    points,
    text,
    word_width,
)
from crlm_dash.figures.timeline_words import hovers
from crlm_dash.terms import Lane, Modality

MOST_ROWS = 7  # rows of adverse events; the table has them all
_MODALITIES = {
    Modality.HEPATECTOMY: ("square", "Resection"),
    Modality.ABLATION: ("circle", "Ablation"),
    Modality.SBRT: ("star", "SBRT"),
    Modality.TACE: ("diamond", "TACE"),
    Modality.HAIC: ("triangle-up", "HAIC"),
}
_RESPONSES = {"CR": "#08306B", "PR": "#3F7FB5", "SD": "#7B8794", "PD": "#C2520A", "NE": "#B8C1C9"}
_VISITS = {
    "missed": ("x", ATTENTION, 12),
    "overdue": ("x-open", ATTENTION, 12),
    "late": ("circle-open", ATTENTION, 11),
    "early": ("circle-open", MUTED, 11),
}
_TESTS = {"BILI": "#0B4F7D", "ALT": "#7A5195", "AST": "#B07AA1", "ALP": "#8C6D00", "GGT": "#5F7D8C"}
_MARKERS = {"CEA": (ACCENT, "solid"), "CA19_9AG": (MUTED, "dot")}
_TEST_NAMES = {"CA19_9AG": "CA 19-9", "BILI": "Bilirubin"}
_REGIMEN_HEIGHTS = (0.7, 1.25, 1.8)  # names of regimens stand above their bars, where there is room
_DIAGNOSIS_HEIGHTS = (1.0, 0.0, -1.0)
_LOCAL_HEIGHTS = (0.0, 1.1, -1.1)
_BEFORE = "before the trial"  # the timeline's words for an earlier line of therapy


def _disease(panel: Panel) -> None:
    """Diagnoses; one from before the axis begins stands at its left edge, with its date."""
    first = panel.end - panel.span
    early = panel.records["start"] < first
    plain = "  " + panel.records["label"].str.replace(" diagnosed", "")
    words = plain.mask(early, plain + panel.records["start"].dt.strftime(", %b %Y"))
    shown = panel.records["start"].mask(early, first)
    heights = free_heights(panel, shown, words, _DIAGNOSIS_HEIGHTS)
    for row, y in zip(panel.records.index, heights, strict=True):
        symbol = "triangle-left" if early[row] else "diamond"
        points(panel, panel.records.loc[[row]], x=shown[[row]], y=y, text=[words[row]], symbol=symbol, color=INK)
    panel.axis(range=[-1.5, 1.5])


def _local(panel: Panel) -> None:
    """A shape a kind of treatment, at the height where its name has room."""
    known = {each.value: look for each, look in _MODALITIES.items()}
    looks = [known.get(str(code).upper(), ("hexagon", str(code).capitalize())) for code in panel.records["code"]]
    words = pd.Series([word for _, word in looks])
    heights = free_heights(panel, panel.records["start"], words, _LOCAL_HEIGHTS)
    for (row, start), (symbol, _), word, y in zip(panel.records["start"].items(), looks, words, heights, strict=True):
        side = "middle left" if start > panel.end - word_width(panel, word) else "middle right"
        points(panel, panel.records.loc[[row]], y=y, text=[word], side=side, symbol=symbol, size=18)
    panel.axis(range=[-1.7, 1.7])


def _systemic(panel: Panel) -> None:
    rows = panel.records
    spans = lengths(panel, rows)
    courses = [part for _, part in rows.groupby(_courses(rows))]
    words = [f"{p['label'].iloc[0]} ×{len(p)}" if len(p) > 1 else str(p["label"].iloc[0]) for p in courses]
    starts = pd.Series([part["start"].iloc[0] for part in courses])
    heights = free_heights(panel, starts, pd.Series(words), _REGIMEN_HEIGHTS)
    for part, word, start, y in zip(courses, words, starts, heights, strict=True):
        whole = (part["start"].iloc[-1] - start) / pd.Timedelta(milliseconds=1) + spans[part.index[-1]]
        panel.add(bars(part.head(1), [0.0], [whole], color="#CFE0EC", width=0.6, hover=False))
        late = start > panel.end - word_width(panel, word)  # words begun here would run off the figure
        at, side = (panel.end, "middle left") if late else (start, "middle right")
        panel.add(text([at], [y], [word], side=side))
    panel.add(bars(rows, [0.0] * len(rows), spans, color="#6E9CBC", width=0.6))
    arrows(panel, rows, [0.0] * len(rows))
    panel.axis(range=[-0.4, _REGIMEN_HEIGHTS[-1] + 0.4])


def _courses(rows: pd.DataFrame) -> pd.Series:
    """A number for each run of records with one regimen; what was given before the trial is a run of its own."""
    regimen = rows["label"] + rows["detail"].astype(str).str.contains(_BEFORE).map({True: "|", False: ""})
    runs: pd.Series = (regimen != regimen.shift()).cumsum()
    return runs


def _response(panel: Panel) -> None:
    codes = panel.records["code"].astype(str)
    kinds = [
        ("overall", ~codes.str.contains(" ")),
        ("liver", codes.str.startswith("LIVRRESP")),
        ("outside liver", codes.str.startswith("EXHPRESP")),
        ("new lesion", codes == "NEW LESION"),
    ]
    shown = [(word, panel.records[mask]) for word, mask in kinds if mask.any()]
    for y, (_, rows) in enumerate(shown):
        marks = [code.split()[-1] if code != "NEW LESION" else "+" for code in rows["code"]]
        panel.add(
            {
                "type": "scatter",
                "x": rows["start"],
                "y": [y] * len(rows),
                "mode": "markers+text",
                "marker": {
                    "symbol": "square",
                    "size": 23,
                    "color": [_RESPONSES.get(mark, ATTENTION) for mark in marks],
                },
                "text": [f"<b>{mark}</b>" for mark in marks],
                "textposition": "middle center",
                "textfont": {"size": 12, "color": "#FFFFFF"},
                "hovertext": hovers(rows),
                "hoverinfo": "text",
                "showlegend": False,
            }
        )
    names = [word for word, _ in shown]
    panel.axis(range=[len(names) - 0.4, -0.6], tickvals=list(range(len(names))), ticktext=names)
    panel.axis(side="right", showticklabels=True, tickfont={"size": 13, "color": MUTED})


def _tumour_size(panel: Panel) -> None:
    line(panel, panel.records, panel.records["value"], ACCENT)
    top = max(panel.records["value"].max(), 10)
    panel.axis(range=[-0.16 * top, 1.16 * top], side="right", showticklabels=True, nticks=4, ticksuffix=" mm")
    panel.axis(tickfont={"size": 13})


def _marker(panel: Panel) -> None:
    positive = panel.records[panel.records["value"] > 0]
    for code, (colour, dash) in _MARKERS.items():
        rows = positive[positive["code"] == code]
        line(panel, rows, rows["value"], colour, dash)
        for limit in rows["high"].dropna().tail(1):
            panel.figure.across(panel.row, limit, {"color": colour, "width": 1.2, "dash": "dot"})
    panel.axis(type="log", side="right", showticklabels=True, dtick=1, tickfont={"size": 13})


def _liver(panel: Panel) -> None:
    """Tests of different units on one axis: each as a multiple of its own laboratory's upper limit."""
    known = panel.records[(panel.records["high"] > 0) & (panel.records["value"] > 0)]
    for code, colour in _TESTS.items():
        rows = known[known["code"] == code]
        line(panel, rows, rows["value"] / rows["high"], colour)
    panel.figure.across(panel.row, 1, {"color": MUTED, "width": 1.2, "dash": "dot"})
    panel.axis(type="log", side="right", showticklabels=True, ticksuffix=" ×", tickfont={"size": 13})
    panel.axis(tickvals=[0.1, 1, 10, 100])


def drawn_tests(lane: Lane, records: pd.DataFrame) -> str:
    """The names of a lane's courses in their colours; '' for a lane without courses."""
    colours = {code: colour for code, (colour, _) in _MARKERS.items()} if lane is Lane.MARKER else _TESTS
    if lane not in (Lane.MARKER, Lane.LIVER):
        return ""
    found = set(records["code"])
    words = [
        f'<span style="color:{colour}"><b>{_TEST_NAMES.get(code, code)}</b></span>'
        for code, colour in colours.items()
        if code in found
    ]
    half = (len(words) + 1) // 2 if len(words) > 3 else len(words)
    return "<br>".join(" ".join(part) for part in (words[:half], words[half:]) if part)


def packed(rows: pd.DataFrame, spans: list[float]) -> list[int]:
    """A line for each bar, the first in which it touches none placed before it; -1 where every line is taken."""
    taken: list[list[tuple[pd.Timestamp, pd.Timestamp]]] = [[] for _ in range(MOST_ROWS)]
    places = []
    for start, span in zip(rows["start"], spans, strict=True):
        end = start + pd.Timedelta(milliseconds=span)
        free = (i for i, others in enumerate(taken) if all(end <= a or b <= start for a, b in others))
        place = next(free, -1)
        if place >= 0:
            taken[place].append((start, end))
        places.append(place)
    return places


def _adverse(panel: Panel) -> None:
    worst_first = panel.records.sort_values(
        ["serious", "grade", "start"], ascending=[False, False, True], kind="stable", na_position="last"
    )
    shortest = panel.span / pd.Timedelta(milliseconds=1) * 0.013  # a digit fits in
    spans = [max(span, shortest) for span in lengths(panel, worst_first)]
    records = worst_first.assign(span=spans, place=packed(worst_first, spans))
    shown = records[records["place"] >= 0]
    places = [float(place) for place in shown["place"]]
    panel.add(_grade_bars(shown, places))
    grades = ["missing" if pd.isna(grade) else f"{grade:.0f}" for grade in shown["grade"]]
    digits = ["" if grade == "missing" else f"<b>{grade}</b>" for grade in grades]
    ink = [GRADE_INK[grade] for grade in grades]
    panel.add(text(shown["start"].tolist(), places, digits, size=13, color=ink))
    arrows(panel, shown, places)
    hidden = len(records) - len(shown)
    if hidden:
        panel.figure.note(
            x=1, xref=row_ref("x", panel.row), y=0.5, yref=row_ref("y", panel.row), xanchor="left", xshift=10,
            text=f"{hidden} more<br>in the table", align="left", font={"size": 14, "color": MUTED},
        )  # fmt: skip
    panel.axis(range=[max([*places, 3.0]) + 0.6, -0.6])


def _grade_bars(shown: pd.DataFrame, places: list[float]) -> dict[str, Any]:
    """One hue from light to dark by grade; a dark outline where the event was serious."""
    grades = ["missing" if pd.isna(grade) else f"{grade:.0f}" for grade in shown["grade"]]
    serious = [each == "Y" for each in shown["serious"]]
    edges = {"width": [3 if each else 1 for each in serious], "color": [INK if each else MUTED for each in serious]}
    return bars(shown, places, shown["span"].tolist(), color=[GRADE_COLOURS[grade] for grade in grades], line=edges)


def _qol(panel: Panel) -> None:
    points(panel, panel.records, symbol="circle", color="#9FB3C0", size=11)


def _visit(panel: Panel) -> None:
    for code, rows in panel.records.groupby("code", sort=False):
        symbol, colour, size = _VISITS.get(str(code), ("circle", "#9FB3C0", 10))
        points(panel, rows, symbol=symbol, color=colour, size=size)


def _decision(panel: Panel) -> None:
    points(panel, panel.records, symbol="diamond-wide", color=MUTED, size=14)


def _status(panel: Panel) -> None:
    ecog = panel.records["code"] == "ECOG"
    if ecog.any():
        rows = panel.records[ecog]
        points(panel, rows, text=[f"{v:.0f}" for v in rows["value"]], y=1, symbol="circle", color=MUTED, size=6)
    rows = panel.records[~ecog]
    died = ["diamond" if code == "DEATH" else "circle" for code in rows["code"]]
    words = [f"  {label}" if code == "DEATH" else "" for label, code in rows[["label", "code"]].values]
    points(panel, rows, text=words, symbol=died, color=INK, size=13)
    panel.axis(range=[-0.7, 1.7 if ecog.any() else 0.7])


LANES: dict[Lane, tuple[Callable[[Panel], None], int]] = {
    Lane.DISEASE: (_disease, 54),
    Lane.LOCAL: (_local, 62),
    Lane.SYSTEMIC: (_systemic, 74),
    Lane.RESPONSE: (_response, 62),
    Lane.TUMOUR_SIZE: (_tumour_size, 56),
    Lane.MARKER: (_marker, 58),
    Lane.LIVER: (_liver, 64),
    Lane.ADVERSE: (_adverse, 90),
    Lane.QOL: (_qol, 24),
    Lane.VISIT: (_visit, 24),
    Lane.STATUS: (_status, 42),
    Lane.DECISION: (_decision, 24),
}
