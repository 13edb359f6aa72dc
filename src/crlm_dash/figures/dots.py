"""A dot plot: a line an event with its numbers, a mark a group, and aligned with them the differences with limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from crlm_dash.figures.style import (
    AXIS,
    FAINT,
    INK,
    LEGEND_LINE,
    MUTED,
    RULE,
    SMALL_SIZE,
    GroupStyle,
    frame_layout,
    legend_rows,
    shortened,
)
from crlm_dash.terms import POOLED

LINE = 30  # pixels a line
LONGEST = 30  # letters of a line's name
_HEAD, _FOOT, _MARKS_ABOVE = 18, 96, 26
_NAMES, _CELL, _GAP = 0.33, 0.1, 0.035  # of the width: the names, a column of numbers, between the panels
_MOST_COLUMNS = 2  # of numbers; of more groups they are in the table only
_LIMIT_WIDTH, _LEAST_SPAN = 3, 10.0  # percentage points to either side at least


@dataclass(frozen=True)
class Mark:
    """Where a group stands on a line, its number in a few letters, and what is said when the pointer is on it."""

    at: float
    cell: str
    words: str


@dataclass(frozen=True)
class Difference:
    """A difference with its limits in percentage points, and what is said when the pointer is on it."""

    estimate: float
    low: float
    high: float
    words: str


@dataclass(frozen=True)
class DotLine:
    """One line: its name, a mark a group, a difference a comparison (by the group compared)."""

    name: str
    marks: dict[str, Mark]
    differences: dict[str, Difference] = field(default_factory=dict)


@dataclass(frozen=True)
class Dots:
    """
    The frame of a dot plot.

    `groups`: how each looks, and its name in the legend; `title` of the axis of the marks; `reference`: the group that
    others are compared with (None: nothing is compared).
    """

    groups: dict[str, tuple[GroupStyle, str]]
    title: str
    reference: str | None = None

    def drawn(self, lines: Sequence[DotLine]) -> go.Figure:
        """The figure, the first line on top; without lines an empty one."""
        if not lines:
            return go.Figure()
        compared = [name for name in self.groups if any(name in line.differences for line in lines)]
        traces = [_reach(lines), *(self._marks(group, lines) for group in self.groups)]
        names = [shortened(line.name, LONGEST) for line in lines]
        traces.append(_texts("names", _NAMES - 0.01, names, SMALL_SIZE - 2))
        columns = self._columns()
        for place, group in enumerate(columns):
            at = _NAMES + (place + 1) * _CELL + _GAP / 4
            traces.append(_texts(f"{group}, numbers", at, _cells(group, lines)))
            if len(columns) > 1:
                traces.append(self._head(group, at - 0.035))
        if POOLED in self.groups and columns and POOLED not in columns:
            traces.append(_texts("not by group", _NAMES + (len(columns) + 1) / 2 * _CELL, _cells(POOLED, lines)))
        for place, group in enumerate(compared):
            traces += self._differences(group, lines, _shift(place, len(compared)), alone=len(compared) == 1)
        named = len(self.groups) > 1
        head = _HEAD + named * LEGEND_LINE * legend_rows(name for _, name in self.groups.values())
        layout = frame_layout(
            height=head + _MARKS_ABOVE + LINE * len(lines) + _FOOT,
            hovermode="closest",
            margin={"l": 8, "r": 12, "t": head, "b": _FOOT},
            showlegend=named,
            legend={"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top"}
            | {"font": {"size": SMALL_SIZE}},
        )
        return go.Figure({"data": traces, "layout": layout | self._axes(lines, compared)})

    def _marks(self, group: str, lines: Sequence[DotLine]) -> dict[str, Any]:
        there = [(place, line.marks[group]) for place, line in enumerate(lines) if group in line.marks]
        style, name = self.groups[group]
        return {
            "type": "scatter",
            "mode": "markers",
            "x": [mark.at for _, mark in there],
            "y": [place for place, _ in there],
            "customdata": [mark.words for _, mark in there],
            "marker": {"symbol": style.symbol, "size": 14, "color": style.colour},
            "name": name + "   ",
            "cliponaxis": False,
            "hovertemplate": "%{customdata}<extra></extra>",
        }

    def _columns(self) -> list[str]:
        """The groups whose numbers stand beside the marks."""
        single = [group for group in self.groups if group != POOLED] or list(self.groups)
        return single if len(single) <= _MOST_COLUMNS else []

    def _head(self, group: str, at: float) -> dict[str, Any]:
        """The mark of a group over its column of numbers; the legend names it."""
        style = self.groups[group][0]
        marker = {"symbol": style.symbol, "size": 12, "color": style.colour}
        where = {"xaxis": "x3", "yaxis": "y3", "x": [at], "y": [-0.5 - _MARKS_ABOVE / LINE / 2]}
        quiet = {"hoverinfo": "skip", "showlegend": False, "cliponaxis": False, "name": f"{group}, head"}
        return {"type": "scatter", "mode": "markers", "marker": marker} | where | quiet

    def _differences(self, group: str, lines: Sequence[DotLine], shift: float, *, alone: bool) -> list[dict[str, Any]]:
        """Limits and estimates of one comparison; in one colour of its own where it is the only one."""
        there = [
            (place + shift, line.differences[group]) for place, line in enumerate(lines) if group in line.differences
        ]
        style = self.groups[group][0]
        colour = INK if alone else style.colour
        x: list[float | None] = []
        y: list[float | None] = []
        for at, each in there:
            x += [each.low, each.high, None]
            y += [at, at, None]
        name = f"{group} vs {self.reference}"
        shared = {"type": "scatter", "xaxis": "x2", "yaxis": "y2", "name": name, "showlegend": False}
        line = {"color": colour, "width": _LIMIT_WIDTH if alone else _LIMIT_WIDTH - 1}
        return [
            shared | {"mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip", "name": f"{name}, limits"},
            shared
            | {
                "mode": "markers",
                "x": [each.estimate for _, each in there],
                "y": [at for at, _ in there],
                "customdata": [each.words for _, each in there],
                "marker": {"color": colour, "size": 10, "symbol": "diamond" if alone else style.symbol},
                "hovertemplate": "%{customdata}<extra></extra>",
            },
        ]

    def _axes(self, lines: Sequence[DotLine], compared: list[str]) -> dict[str, Any]:
        n, left = len(lines), _NAMES + _CELL * len(self._columns()) + _GAP / 4
        span = [n - 0.5, -0.5 - _MARKS_ABOVE / LINE]
        upright = AXIS | {"range": span, "fixedrange": True, "tickvals": list(range(n)), "ticks": ""}
        upright |= {"gridcolor": FAINT, "showline": False, "showticklabels": False}
        flat = AXIS | {"fixedrange": True, "gridcolor": FAINT, "ticks": "outside", "tickangle": 0, "nticks": 4}
        flat |= {"tickfont": {"size": SMALL_SIZE - 1}}
        title = {"font": {"size": SMALL_SIZE - 1}, "standoff": 6}
        middle = left + (1 - left) * 0.54
        layout = {
            "xaxis": flat
            | {"domain": [left + _GAP / 2, middle - _GAP / 2 if compared else 1], "rangemode": "tozero"}
            | {"anchor": "y", "title": title | {"text": self.title}},
            "yaxis": upright,
            "xaxis3": {"domain": [0, left], "range": [0, left], "anchor": "y3", "visible": False, "fixedrange": True},
            "yaxis3": {"matches": "y", "anchor": "x3", "visible": False, "fixedrange": True},
        }
        if not compared:
            return layout
        zero = {"type": "line", "xref": "x2", "yref": "y2", "x0": 0, "x1": 0, "y0": -0.5, "y1": n - 0.5}
        return layout | {
            "xaxis2": flat
            | {"domain": [middle + _GAP / 2, 1], "anchor": "y2"}
            | {"range": _span([each for line in lines for each in line.differences.values()])}
            | {"title": title | {"text": self._direction(compared)}},
            "yaxis2": upright | {"matches": "y", "anchor": "x2"},
            "shapes": [zero | {"line": {"color": MUTED, "width": 2}, "layer": "below"}],
        }

    def _direction(self, compared: list[str]) -> str:
        """What either side of no difference means."""
        name = compared[0] if len(compared) == 1 else str(self.reference)
        who = shortened(name, LONGEST)
        return f"◂ fewer    more ▸<br>{'with' if len(compared) == 1 else 'than with'} {who}<br>% points (95 % CI)"


def _reach(lines: Sequence[DotLine]) -> dict[str, Any]:
    """A thin line from the lowest to the highest group."""
    x: list[float | None] = []
    y: list[float | None] = []
    for place, line in enumerate(lines):
        if len(line.marks) > 1:
            ends = [mark.at for mark in line.marks.values()]
            x += [min(ends), max(ends), None]
            y += [place, place, None]
    quiet = {"hoverinfo": "skip", "showlegend": False, "name": "reach"}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"color": RULE, "width": 3}} | quiet


def _cells(group: str, lines: Sequence[DotLine]) -> list[str]:
    """The numbers of a group."""
    return [line.marks[group].cell if group in line.marks else "" for line in lines]


def _texts(name: str, at: float, texts: Sequence[str], size: int = SMALL_SIZE - 3) -> dict[str, Any]:
    """A column of words that ends at a place across the figure."""
    return {
        "type": "scatter",
        "mode": "text",
        "xaxis": "x3",
        "yaxis": "y3",
        "x": [at] * len(texts),
        "y": list(range(len(texts))),
        "text": list(texts),
        "textposition": "middle left",
        "textfont": {"size": size, "color": INK},
        "name": name,
        "hoverinfo": "skip",
        "showlegend": False,
        "cliponaxis": False,
    }


def _shift(place: int, n: int) -> float:
    """How far below the middle of its line a comparison is drawn."""
    return 0.0 if n == 1 else 0.36 * (place / (n - 1) - 0.5)


def _span(differences: list[Difference]) -> list[float]:
    low = min([-_LEAST_SPAN, *(each.low for each in differences)])
    high = max([_LEAST_SPAN, *(each.high for each in differences)])
    room = 0.04 * (high - low)
    return [low - room, high + room]
