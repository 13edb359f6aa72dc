"""The trial in numbers, a bar a line; a number that is left out says so in place of its bar."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.style import ACCENT, AXIS, FAINT, INK, MUTED, SMALL_SIZE, frame_layout, shortened

_ROW = 32  # pixels
_LETTERS = 34  # of a line beside its bar
_ROOM = 1.8  # times the longest bar: numbers stand behind


def totals(result: Result, view: str, *, half: int | None = None) -> go.Figure:
    """
    The displays of one view under one another, each with a heading.

    Parameters
    ----------
    result : of the analysis of the trial in numbers, with table `displays`
    view : course, state, patients or screening
    half : 0 or 1 for the first or second half of the displays, where two stand side by side

    Returns
    -------
    One figure: a row a line, its share of those it is counted of as a bar, the number behind it.
    """
    shown = result.tables["displays"]
    shown = shown[shown["view"] == view]
    if half is not None:
        titles = _halves(shown)[half]
        shown = shown[shown["title"].isin(titles)]
    labels, percents, numbers = [], [], []
    for title, lines in shown.groupby("title", sort=False):
        labels += [f"<b>{escape(str(title))}</b>", *(escape(shortened(str(each), _LETTERS)) for each in lines["line"])]
        percents += [None, *(None if pd.isna(each) else float(each) for each in lines["percent"])]
        numbers += ["", *(_number(*each) for each in lines[["n", "percent"]].itertuples(index=False))]
    places, full = list(range(len(labels))), _full(shown)
    track = {"x": [full if number else 0 for number in numbers], "marker": {"color": FAINT}, "hoverinfo": "skip"}
    bar = {"x": [each or 0 for each in percents], "marker": {"color": ACCENT}, "hoverinfo": "skip"}
    bars = [{"type": "bar", "orientation": "h", "y": places, "width": 0.62, "showlegend": False} | each
            for each in (track, bar)]  # fmt: skip
    written = {
        "type": "scatter", "mode": "text", "x": [1.02 * full for _ in places], "y": places, "text": numbers,
        "textposition": "middle right", "textfont": {"size": SMALL_SIZE, "color": INK}, "hoverinfo": "skip",
        "showlegend": False, "cliponaxis": False,
    }  # fmt: skip
    layout = frame_layout(
        height=_ROW * max(len(labels), 1) + 24,
        barmode="overlay",
        margin={"l": 8, "r": 8, "t": 8, "b": 16},
        xaxis=AXIS | {"visible": False, "range": [0, _ROOM * full], "fixedrange": True},
        yaxis=AXIS | {
            "showline": False, "ticks": "", "showgrid": False, "range": [len(labels) - 0.4, -0.6], "fixedrange": True,
            "tickvals": places, "ticktext": [f"{each}  " for each in labels], "tickfont": {"size": SMALL_SIZE},
        },
    )  # fmt: skip
    return go.Figure({"data": [*bars, written] if labels else [], "layout": layout})


def _full(shown: pd.DataFrame) -> float:
    """What the whole width of a bar stands for, in per cent: all, but of many small shares the largest."""
    largest = shown["percent"].max()
    return 100.0 if pd.isna(largest) or largest > 50 else float(largest)


def _halves(shown: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Titles of the displays, halved where the rows are."""
    rows = shown.groupby("title", sort=False).size() + 1
    first = rows.cumsum() <= (rows.sum() + rows.max()) / 2
    return list(rows.index[first]), list(rows.index[~first])


def _number(n: object, percent: object) -> str:
    if pd.isna(n):  # type: ignore[call-overload]
        return f'<span style="color:{MUTED}">not shown</span>'
    return f"<b>{n:,}</b>" if pd.isna(percent) else f"<b>{n:,}</b>  {percent:.0f} %"  # type: ignore[call-overload]
