"""Plots above one another over one x-axis, gathered as plain dictionaries and handed to plotly once.

Every change of a finished `go.Figure` walks its whole tree of properties: a figure of a dozen rows that is changed
forty times costs ten times as much as one made in a single step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go


class Stacked:
    """Rows of one figure, the first on top; row numbers begin at 1."""

    def __init__(self, heights: Sequence[float], *, spacing: float) -> None:
        self._traces: list[dict[str, Any]] = []
        self._shapes: list[dict[str, Any]] = []
        self._annotations: list[dict[str, Any]] = []
        self.rows = len(heights)
        self._x: dict[int, dict[str, Any]] = {
            row: {"anchor": _axis("y", row), "matches": _axis("x", self.rows)} for row in self._numbers()
        }
        del self._x[self.rows]["matches"]
        free = 1 - spacing * (self.rows - 1)
        domains, top = [], 1.0
        for height in heights:
            bottom = top - free * height / sum(heights)
            domains.append([max(bottom, 0.0), top])
            top = bottom - spacing
        self._y: dict[int, dict[str, Any]] = {
            row: {"anchor": _axis("x", row), "domain": domains[row - 1]} for row in self._numbers()
        }

    def _numbers(self) -> range:
        return range(1, self.rows + 1)

    def trace(self, row: int, trace: dict[str, Any]) -> None:
        """Draw a trace in a row."""
        self._traces.append({**trace, "xaxis": _axis("x", row), "yaxis": _axis("y", row)})

    def shape(self, **shape: Any) -> None:
        """Draw a shape."""
        self._shapes.append(shape)

    def across(self, row: int, y: float, line: dict[str, Any]) -> None:
        """A horizontal line through a row."""
        place = {"x0": 0, "x1": 1, "xref": f"{_axis('x', row)} domain", "y0": y, "y1": y, "yref": _axis("y", row)}
        self.shape(type="line", line=line, **place)

    def note(self, **annotation: Any) -> None:
        """Write words without an arrow."""
        self._annotations.append({"showarrow": False, **annotation})

    def x_axis(self, row: int | None = None, **settings: Any) -> None:
        """Settle the x-axis of one row, or of all."""
        for number in [row] if row else self._numbers():
            self._x[number] |= settings

    def y_axis(self, row: int | None = None, **settings: Any) -> None:
        """Settle the y-axis of one row, or of all."""
        for number in [row] if row else self._numbers():
            self._y[number] |= settings

    def figure(self, layout: dict[str, Any]) -> go.Figure:
        """The finished figure."""
        axes = {_layout_name("x", row): each for row, each in self._x.items()}
        axes |= {_layout_name("y", row): each for row, each in self._y.items()}
        drawn = {"shapes": self._shapes, "annotations": self._annotations}
        return go.Figure({"data": self._traces, "layout": layout | axes | drawn})


def row_ref(kind: str, row: int) -> str:
    """How a shape or an annotation names the whole extent of a row's axis."""
    return f"{_axis(kind, row)} domain"


def _axis(kind: str, row: int) -> str:
    return kind if row == 1 else f"{kind}{row}"


def _layout_name(kind: str, row: int) -> str:
    return f"{kind}axis" if row == 1 else f"{kind}axis{row}"
