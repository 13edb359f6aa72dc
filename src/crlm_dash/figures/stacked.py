"""Plots above one another over one x-axis, gathered as plain dictionaries and handed to plotly once.

Every change of a finished `go.Figure` walks its whole tree of properties: a figure of a dozen rows that is changed
forty times costs ten times as much as one made in a single step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

_DAY, _MILLISECOND = pd.Timedelta(days=1), pd.Timedelta(milliseconds=1)


class Stacked:
    """Rows of one figure, the first on top; row numbers begin at 1."""

    def __init__(self, heights: Sequence[float], *, spacing: float) -> None:
        self._traces: list[dict[str, Any]] = []
        self._shapes: list[dict[str, Any]] = []
        self._annotations: list[dict[str, Any]] = []
        self.rows = len(heights)
        self._x: dict[int, dict[str, Any]] = {
            row: {"anchor": axis_ref("y", row), "matches": axis_ref("x", self.rows)} for row in self._numbers()
        }
        del self._x[self.rows]["matches"]
        free = 1 - spacing * (self.rows - 1)
        domains, top = [], 1.0
        for height in heights:
            bottom = top - free * height / sum(heights)
            domains.append([max(bottom, 0.0), top])
            top = bottom - spacing
        self._y: dict[int, dict[str, Any]] = {
            row: {"anchor": axis_ref("x", row), "domain": domains[row - 1]} for row in self._numbers()
        }

    def _numbers(self) -> range:
        return range(1, self.rows + 1)

    def trace(self, row: int, trace: dict[str, Any]) -> None:
        """Draw a trace in a row."""
        self._traces.append({**trace, "xaxis": axis_ref("x", row), "yaxis": axis_ref("y", row)})

    def shape(self, **shape: Any) -> None:
        """Draw a shape."""
        self._shapes.append(shape)

    def across(self, row: int, y: float, line: dict[str, Any]) -> None:
        """A horizontal line through a row."""
        place = {"x0": 0, "x1": 1, "xref": f"{axis_ref('x', row)} domain", "y0": y, "y1": y, "yref": axis_ref("y", row)}
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

    def count_days(self, origin: pd.Timestamp) -> None:
        """Turn the x-axes from dates into days since `origin`; bars last as long in days as in milliseconds."""

        def days(date: Any) -> float:
            return (pd.Timestamp(date) - origin) / _DAY

        for trace in self._traces:
            if trace["type"] == "bar":
                trace["base"] = [days(date) for date in trace["base"]]
                trace["x"] = [length * _MILLISECOND / _DAY for length in trace["x"]]
            else:
                trace["x"] = [days(date) for date in trace["x"]]
        for drawn in (*self._shapes, *self._annotations):
            if drawn.get("xref", "").removeprefix("x").isdigit() or drawn.get("xref") == "x":
                drawn |= {key: days(drawn[key]) for key in ("x", "x0", "x1") if key in drawn}
        for axis in self._x.values():
            axis |= {"range": [days(date) for date in axis["range"]], "type": "linear"}

    def figure(self, layout: dict[str, Any]) -> go.Figure:
        """The finished figure."""
        axes = {_layout_name("x", row): each for row, each in self._x.items()}
        axes |= {_layout_name("y", row): each for row, each in self._y.items()}
        drawn = {"shapes": self._shapes, "annotations": self._annotations}
        return go.Figure({"data": self._traces, "layout": layout | axes | drawn})


def row_ref(kind: str, row: int) -> str:
    """How a shape or an annotation names the whole extent of a row's axis."""
    return f"{axis_ref(kind, row)} domain"


def axis_ref(kind: str, row: int) -> str:
    """How a shape or an annotation names a row's axis."""
    return kind if row == 1 else f"{kind}{row}"


def _layout_name(kind: str, row: int) -> str:
    return f"{kind}axis" if row == 1 else f"{kind}axis{row}"
