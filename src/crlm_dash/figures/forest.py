"""A forest plot: a line of words and numbers for every level, and its hazard ratio on one logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from crlm_dash.figures.style import AXIS, FAINT, INK, MUTED, SMALL_SIZE, frame_layout

LINE = 30  # pixels a line
NBSP = "\N{NO-BREAK SPACE}"
_MOST_TICKS = 5  # as many as stand side by side on a narrow screen
_TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
_WIDEST = (0.05, 20.0)  # limits beyond are drawn up to here, with an arrow
_NARROWEST = (0.5, 2.0)
_ROOM = 1.1  # beside the outermost limit
_LEGEND, _FOOT, _HEAD_LINE = 40, 84, 22


@dataclass(frozen=True)
class Ratio:
    """A hazard ratio with its limits, and what is said when the pointer is on it."""

    estimate: float
    low: float
    high: float
    words: str


@dataclass(frozen=True)
class Line:
    """One line: its words, the cells beside it, and a ratio for each series (None: nothing to draw)."""

    words: str
    cells: tuple[str, ...]
    ratios: tuple[Ratio | None, ...] = ()
    heading: bool = False


@dataclass(frozen=True)
class Column:
    """Where a column of cells stands across the figure (0 to 1), towards which side, and what is above it."""

    head: str
    at: float
    right: bool = True


@dataclass(frozen=True)
class Series:
    """One mark a line: its name in the legend ('' for none), how it looks, how far below the middle it is."""

    name: str
    colour: str
    hollow: bool
    shift: float


@dataclass(frozen=True)
class Forest:
    """The frame of a forest plot: its columns, its series, and where across it the ratios are drawn."""

    columns: Sequence[Column]
    series: Sequence[Series]
    panel: tuple[float, float]

    def drawn(self, lines: Sequence[Line]) -> go.Figure:
        """The figure; without lines, or where no ratio is known, an empty one."""
        if not lines:
            return go.Figure()
        span = _span([ratio for line in lines for ratio in line.ratios if ratio])
        heads = 1 + max(column.head.count("<br>") for column in self.columns)
        top = -0.7 - heads * _HEAD_LINE / LINE
        traces = [*self._words(lines), *(trace for each in self._marks(lines, span) for trace in each)]
        named = any(each.name for each in self.series)
        above, body = 8 + _LEGEND * named, LINE * (len(lines) - 0.4 - top)
        layout = frame_layout(
            height=round(above + body + _FOOT),
            hovermode="closest",
            margin={"l": 8, "r": 8, "t": above, "b": _FOOT},
            showlegend=named,
            plot_bgcolor="rgba(0,0,0,0)",  # a panel over the words: the ground of a factor goes on below it
        )
        layout |= {
            # words over the whole width; on top of them, so that it is found by the pointer, the panel of ratios
            "xaxis": {"domain": [0, 1], "range": [0, 1], "visible": False, "fixedrange": True, "anchor": "y"},
            "yaxis": {"range": [len(lines) - 0.4, top], "visible": False, "fixedrange": True, "anchor": "x"},
            "xaxis2": _ratio_axis(span, self.panel),
            "yaxis2": {"matches": "y", "visible": False, "fixedrange": True, "anchor": "x2"},
            "shapes": [*_bands(lines), _line_of_no_effect(len(lines))],
            "annotations": [*self._heads(), *_directions(self.panel, body)],
        }
        return go.Figure({"data": traces, "layout": layout})

    def _words(self, lines: Sequence[Line]) -> list[dict[str, Any]]:
        """The words of every line, and each column of cells."""
        named = [f"<b>{line.words}</b>" if line.heading else 3 * NBSP + line.words for line in lines]
        shown = [_text(0, named, "middle right", range(len(lines)), "Levels")]
        for place, column in enumerate(self.columns):
            cells = [line.cells[place] for line in lines]
            side = "middle left" if column.right else "middle right"
            shown.append(_text(column.at, cells, side, range(len(lines)), column.head.replace("<br>", " ")))
        return shown

    def _heads(self) -> list[dict[str, Any]]:
        shared = {"xref": "paper", "yref": "y", "y": -0.6, "yanchor": "bottom", "showarrow": False}
        return [
            shared
            | {
                "x": column.at,
                "xanchor": "right" if column.right else "left",
                "align": "right" if column.right else "left",
                "text": f"<b>{column.head}</b>",
                "font": {"size": SMALL_SIZE - 1, "color": MUTED},
            }
            for column in self.columns
        ]

    def _marks(self, lines: Sequence[Line], span: tuple[float, float]) -> list[list[dict[str, Any]]]:
        found = []
        for number, look in enumerate(self.series):
            there = [(y + look.shift, line.ratios[number]) for y, line in enumerate(lines) if len(line.ratios) > number]
            found.append(_series([(y, ratio) for y, ratio in there if ratio], look, span))
        return found


def _series(marks: Sequence[tuple[float, Ratio]], look: Series, span: tuple[float, float]) -> list[dict[str, Any]]:
    """Limits, arrows where they go on beyond the axis, and the ratios themselves."""
    if not marks:
        return []
    x: list[float | None] = []
    y: list[float | None] = []
    for at, ratio in marks:
        x += [max(ratio.low, span[0]), min(ratio.high, span[1]), None]
        y += [at, at, None]
    beyond = [(span[0], at, "triangle-left") for at, ratio in marks if ratio.low < span[0]]
    beyond += [(span[1], at, "triangle-right") for at, ratio in marks if ratio.high > span[1]]
    inside = [(at, ratio) for at, ratio in marks if span[0] <= ratio.estimate <= span[1]]
    shared = {
        "type": "scatter", "xaxis": "x2", "yaxis": "y2", "legendgroup": look.name or "ratio", "showlegend": False,
    }  # fmt: skip
    return [
        shared
        | {"x": x, "y": y, "mode": "lines", "line": {"color": look.colour, "width": 2 if look.hollow else 3},
           "hoverinfo": "skip", "name": f"{look.name} limits".strip()},
        shared
        | {"x": [each[0] for each in beyond], "y": [each[1] for each in beyond], "mode": "markers",
           "marker": {"symbol": [each[2] for each in beyond], "size": 11, "color": look.colour},
           "hoverinfo": "skip", "name": f"{look.name} beyond the axis".strip()},
        shared
        | {"x": [ratio.estimate for _, ratio in inside], "y": [at for at, _ in inside], "mode": "markers",
           "marker": {"symbol": "circle" if look.hollow else "square", "size": 10 if look.hollow else 13,
                      "color": "#FFFFFF" if look.hollow else look.colour,
                      "line": {"color": look.colour, "width": 2}},
           "customdata": [ratio.words for _, ratio in inside], "hovertemplate": "%{customdata}<extra></extra>",
           "name": look.name + "   " if look.name else "Hazard ratio", "showlegend": bool(look.name)},
    ]  # fmt: skip


def _text(at: float, texts: list[str], side: str, y: range, name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [at] * len(texts),
        "y": list(y),
        "text": texts,
        "textposition": side,
        "textfont": {"size": SMALL_SIZE, "color": INK},
        "name": name,
        "hoverinfo": "skip",
        "showlegend": False,
        "cliponaxis": False,
    }


def _span(ratios: Sequence[Ratio]) -> tuple[float, float]:
    """The ends of the axis: as wide as the limits, neither too narrow nor without end."""
    low = min([_NARROWEST[0], *(ratio.low / _ROOM for ratio in ratios)])
    high = max([_NARROWEST[1], *(ratio.high * _ROOM for ratio in ratios)])
    return max(low, _WIDEST[0]), min(high, _WIDEST[1])


def _ratio_axis(span: tuple[float, float], panel: tuple[float, float]) -> dict[str, Any]:
    ticks = [tick for tick in _TICKS if span[0] <= tick <= span[1]]
    if len(ticks) > _MOST_TICKS:  # every other one, 1 among them
        ticks = [tick for tick in ticks if (_TICKS.index(tick) - _TICKS.index(1)) % 2 == 0]
    return AXIS | {
        "type": "log",
        "range": [math.log10(end) for end in span],
        "domain": list(panel),
        "tickvals": ticks,
        "ticktext": [f"{tick:g}" for tick in ticks],
        "ticks": "outside",
        "tickfont": {"size": SMALL_SIZE},
        "tickangle": 0,
        "gridcolor": FAINT,
        "anchor": "y2",
        "fixedrange": True,
    }


def _bands(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Every other factor on a grey ground, so that the eye keeps to its lines."""
    starts = [y for y, line in enumerate(lines) if line.heading]
    pairs = list(zip(starts, [*starts[1:], len(lines)], strict=True))[1::2]
    shared = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "layer": "below"}
    return [
        shared | {"y0": first - 0.5, "y1": last - 0.5, "fillcolor": FAINT, "opacity": 0.7, "line": {"width": 0}}
        for first, last in pairs
    ]


def _line_of_no_effect(n: int) -> dict[str, Any]:
    line = {"color": MUTED, "width": 2}
    return {
        "type": "line",
        "x0": 1,
        "x1": 1,
        "y0": -0.5,
        "y1": n - 0.4,
        "xref": "x2",
        "yref": "y2",
        "line": line,
        "layer": "below",
    }


def _directions(panel: tuple[float, float], height: float) -> list[dict[str, Any]]:
    """What either side of the line means."""
    shared = {"xref": "paper", "yref": "paper", "y": -34 / height, "yanchor": "top", "showarrow": False}
    font = {"size": SMALL_SIZE, "color": MUTED}
    return [
        shared | {"x": panel[0], "xanchor": "left", "text": "◂ fewer<br>events", "align": "left", "font": font},
        shared | {"x": panel[1], "xanchor": "right", "text": "more ▸<br>events", "align": "right", "font": font},
    ]
