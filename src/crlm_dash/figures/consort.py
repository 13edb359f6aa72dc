"""The flow of patients through the trial, drawn as the CONSORT diagram is: boxes, and arrows between them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.style import ACCENT, ACCENT_LIGHT, FAINT, INK, RULE, frame_layout
from crlm_dash.terms import POOLED

_TEXT, _LINE, _PAD, _GAP = 16, 20.8, 14, 44  # pixels: type, line, inside a box, between boxes
_NARROWEST, _LETTER = 900, 8.9  # pixels: the figure on a narrow screen, a letter; lines are broken to fit
_LEFT, _MIDDLE = 0.07, 0.47  # of the width: stages stand at the left, those excluded right of the middle
_STRIP = 0.045  # of the width: a stage's name
_STAGES = (("Allocation", ("allocated", "treated")), ("Follow-up", ("followed",)), ("Analysis", ("analysed",)))
_Items = list[tuple[str, int, int]]  # what, level, how many


@dataclass(frozen=True)
class _Box:
    """A box: its place (x of the width, y in pixels from the top) and its lines."""

    left: float
    right: float
    top: float
    lines: tuple[str, ...]

    @property
    def bottom(self) -> float:
        return self.top + len(self.lines) * _LINE + 2 * _PAD

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


class _Drawing:
    """Shapes and words, from the top downwards."""

    def __init__(self) -> None:
        self.shapes: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []

    def box(self, box: _Box, *, strong: bool = False) -> None:
        self.shapes.append(
            {
                "type": "rect", "x0": box.left, "x1": box.right, "y0": box.top, "y1": box.bottom,
                "line": {"color": ACCENT if strong else RULE, "width": 2}, "fillcolor": FAINT if strong else "#FFFFFF",
            }
        )  # fmt: skip
        self.notes.append(
            {
                "x": box.left, "y": box.top, "xanchor": "left", "yanchor": "top", "xshift": 8, "yshift": 4 - _PAD,
                "align": "left", "showarrow": False, "text": "<br>".join(box.lines), "font": {"size": _TEXT},
            }
        )  # fmt: skip

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        line = {"color": INK, "width": 1.5}
        self.shapes.append({"type": "line", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": line})

    def arrow(self, x0: float, y0: float, x1: float, y1: float) -> None:
        place = {"x": x1, "y": y1, "ax": x0, "ay": y0, "axref": "x", "ayref": "y"}
        self.notes.append(place | {"arrowhead": 2, "arrowsize": 1.2, "arrowwidth": 1.5, "arrowcolor": INK, "text": ""})

    def stage(self, name: str, top: float, bottom: float) -> None:
        place = {"x0": 0, "x1": _STRIP, "y0": top, "y1": bottom}
        self.shapes.append({"type": "rect", "line": {"width": 0}, "fillcolor": ACCENT_LIGHT} | place)
        self.notes.append(
            {
                "x": _STRIP / 2, "y": (top + bottom) / 2, "text": f"<b>{name}</b>", "textangle": -90,
                "showarrow": False, "font": {"size": _TEXT - 2, "color": ACCENT},
            }
        )  # fmt: skip


def consort(result: Result) -> go.Figure:
    """
    The CONSORT diagram of the trial as it stands: assessed, excluded, enrolled, allocated, treated, followed, analysed.

    Parameters
    ----------
    result : of the enrolment analysis, with table `consort`

    Returns
    -------
    One figure of plain shapes, an arm a column as far as numbers are by arm; where they are not, one box across.
    """
    drawing, found = _Drawing(), _items(result)
    above = [_screening(drawing, found)] if found else []
    for title, names in _STAGES:
        top = 0.0
        for name in names:
            columns = [(group, items) for (box, group), items in found.items() if box == name]
            if columns:
                above = _row(drawing, above, columns, named=name != "allocated")
                top = top or above[0].top
        if top:
            drawing.stage(title, top, max(box.bottom for box in above))
    bottom = max((box.bottom for box in above), default=0.0)
    layout = frame_layout(height=int(bottom) + 24, margin={"l": 4, "r": 4, "t": 8, "b": 8}, hovermode=False)
    axis = {"visible": False, "fixedrange": True}
    layout |= {
        "xaxis": axis | {"range": [-0.002, 1.004]},
        "yaxis": axis | {"range": [bottom + 4, -4]},
        "shapes": drawing.shapes,
        "annotations": drawing.notes,
    }
    corners: dict[str, Any] = {"type": "scatter", "mode": "markers", "marker": {"opacity": 0}, "hoverinfo": "skip"}
    drawn = [corners | {"x": [0, 1], "y": [0, bottom], "showlegend": False}] if found else []
    return go.Figure({"data": drawn, "layout": layout})


def _items(result: Result) -> dict[tuple[str, str], _Items]:
    """What stands in each box, by its name and group."""
    flow = result.tables["consort"]
    columns = ["item", "level", "n"]
    return {
        (str(box), str(group)): [(str(item), int(level), int(n)) for item, level, n in mine[columns].to_numpy()]
        for (box, group), mine in flow.groupby(["box", "strata"], sort=False)
    }


def _lines(items: _Items, width: float) -> tuple[str, ...]:
    """The lines of a box so wide (of the width), broken to fit on a narrow screen, the number in bold."""
    letters = int((width * _NARROWEST - 16) / _LETTER)
    lines: list[str] = []
    for item, level, n in items:
        indent = "&nbsp;" * 3 * level
        *full, last = textwrap.wrap(f"{item}: {n:,}", max(letters - 2 * level, 12))
        lines += [indent + part for part in full]
        lines.append(f"{indent}{last.removesuffix(f'{n:,}')}<b>{n:,}</b>")
    return tuple(lines)


def _screening(drawing: _Drawing, found: dict[tuple[str, str], _Items]) -> _Box:
    """Assessed, excluded, still in screening, enrolled; the last box of them."""
    width, right = _MIDDLE - _LEFT - 0.02, _MIDDLE + 0.02
    first = _Box(_LEFT, _LEFT + width, 0, _lines(found["assessed", POOLED], width))
    drawing.box(first, strong=True)
    top = first.bottom + 20
    for name in ("excluded", "pending"):
        if (name, POOLED) in found:
            side = _Box(right, 1.0, top, _lines(found[name, POOLED], 1 - right))
            drawing.box(side)
            drawing.arrow(first.centre, (side.top + side.bottom) / 2, side.left, (side.top + side.bottom) / 2)
            top = side.bottom + 16
    last = _Box(_LEFT, _LEFT + width, top + 8, _lines(found["enrolled", POOLED], width))
    drawing.box(last, strong=True)
    drawing.arrow(first.centre, first.bottom, first.centre, last.top)
    drawing.stage("Enrolment", 0, last.bottom)
    return last


def _row(drawing: _Drawing, above: list[_Box], columns: list[tuple[str, _Items]], *, named: bool) -> list[_Box]:
    """Boxes side by side, an arm a column."""
    gap = 0.025
    width = (1 - _LEFT - gap * (len(columns) - 1)) / len(columns)
    top = max(box.bottom for box in above) + _GAP
    boxes = []
    for place, (group, items) in enumerate(columns):
        left = _LEFT + place * (width + gap)
        title = "All arms together" if group == POOLED else group
        head = (f"<i>{title}</i>",) if named else ()
        boxes.append(_Box(left, left + width, top, head + _lines(items, width)))
        drawing.box(boxes[-1], strong=not named)
    _connect(drawing, above, boxes)
    return boxes


def _connect(drawing: _Drawing, above: list[_Box], below: list[_Box]) -> None:
    """Column to column; where their numbers differ, by a line across."""
    if len(above) == len(below) > 1:
        for one, other in zip(above, below, strict=True):
            drawing.arrow(one.centre, one.bottom, other.centre, other.top)
        return
    half = below[0].top - _GAP / 2
    centres = [box.centre for box in [*above, *below]]
    for box in above:
        drawing.line(box.centre, box.bottom, box.centre, half)
    drawing.line(min(centres), half, max(centres), half)
    for box in below:
        drawing.arrow(box.centre, half, box.centre, box.top)
