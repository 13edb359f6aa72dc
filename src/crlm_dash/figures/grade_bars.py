"""Bars stacked by grade, one hue from light to dark with the number printed; a panel a group, lines aligned."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from crlm_dash.figures.style import (
    AXIS,
    FAINT,
    INK,
    LEGEND_LINE,
    RULE,
    SMALL_SIZE,
    frame_layout,
    group_label,
    legend_rows,
    shortened,
)

LINE = 34  # pixels a line
LONGEST = 30  # letters of a line's name
_HEAD, _TITLES, _FOOT = 18, 46, 64
_NAMES, _GAP = 0.33, 0.03  # of the width: the names, between panels
_TITLE = 42  # letters of all titles together
_NARROW = 0.03  # of the axis: a bar below it is too narrow for its number


@dataclass(frozen=True)
class Grade:
    """One grade: its code, its name in the legend, its colours."""

    code: str
    name: str
    colour: str
    ink: str


@dataclass(frozen=True)
class GradeBars:
    """The frame: grades from left to right, the title of the axis, its unit, and what a bar counts ("patients")."""

    grades: Sequence[Grade]
    title: str
    counted: str
    unit: str = ""

    def drawn(self, names: Sequence[str], panels: Mapping[str, Mapping[str, Sequence[tuple[float, int]]]]) -> go.Figure:
        """
        The figure; without lines an empty one.

        `panels`: group → grade → for each of `names` the length of the bar and the number printed in it.
        """
        if not names or not panels:
            return go.Figure()
        longest = max(
            sum(bars[grade.code][place][0] for grade in self.grades)
            for bars in panels.values()
            for place in range(len(names))
        )
        several = len(panels) > 1
        top = _HEAD + LEGEND_LINE * legend_rows(grade.name for grade in self.grades) + (_TITLES if several else 0)
        traces = [
            self._bar(grade, names, bars[grade.code], place, _NARROW * longest * len(panels))
            for place, bars in enumerate(panels.values(), start=1)
            for grade in self.grades
        ]
        layout = frame_layout(
            height=top + LINE * len(names) + _FOOT,
            barmode="stack",
            bargap=0.24,
            hovermode="closest",
            margin={"l": 8, "r": 12, "t": top, "b": _FOOT},
            legend={"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top"}
            | {"traceorder": "normal", "itemclick": False, "itemdoubleclick": False, "font": {"size": SMALL_SIZE}},
        )
        shown = [shortened(name, LONGEST) for name in names]
        return go.Figure(
            {
                "data": [_names(shown, len(panels) + 1), *traces],
                "layout": layout | self._axes(len(names), list(panels), longest),
            }
        )

    def _bar(
        self, grade: Grade, names: Sequence[str], bars: Sequence[tuple[float, int]], panel: int, narrow: float
    ) -> dict[str, Any]:
        axis = "" if panel == 1 else str(panel)
        return {
            "type": "bar",
            "orientation": "h",
            "xaxis": f"x{axis}",
            "yaxis": f"y{axis}",
            "y": list(range(len(names))),
            "x": [length if n else None for length, n in bars],  # a bar of nobody would leave its outline behind
            "customdata": [[name, n] for name, (_, n) in zip(names, bars, strict=True)],
            "name": grade.name,
            "showlegend": panel == 1,
            "marker": {
                "color": grade.colour,
                "line": {"color": INK if grade.colour == "#FFFFFF" else RULE, "width": 1},
            },
            "text": [str(n) if n and length >= narrow else "" for length, n in bars],
            "constraintext": "none",
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "textfont": {"size": SMALL_SIZE, "color": grade.ink},
            "hovertemplate": f"<b>%{{customdata[0]}}</b><br>{grade.name}: <b>%{{customdata[1]}} {self.counted}</b>"
            "<extra></extra>",
        }

    def _axes(self, n: int, groups: list[str], longest: float) -> dict[str, Any]:
        width = (1 - _NAMES - _GAP * (len(groups) - 1)) / len(groups)
        beside = {"domain": [0, _NAMES], "range": [0, _NAMES], "anchor": "y", "visible": False, "fixedrange": True}
        layout: dict[str, Any] = {"annotations": [], f"xaxis{len(groups) + 1}": beside}
        for place, group in enumerate(groups):
            axis = "" if place == 0 else str(place + 1)
            left = _NAMES + place * (width + _GAP)
            layout[f"xaxis{axis}"] = AXIS | {
                "domain": [left, left + width],
                "anchor": f"y{axis}",
                "range": [0, 1.02 * longest],
                "fixedrange": True,
                "gridcolor": FAINT,
                "ticksuffix": self.unit,
                "nticks": 5,
                "tickformat": ",d",
                "tickfont": {"size": SMALL_SIZE},
                "title": {"text": self.title, "font": {"size": SMALL_SIZE}, "standoff": 6},
            }
            layout[f"yaxis{axis}"] = AXIS | {
                "anchor": f"x{axis}",
                "range": [n - 0.5, -0.5],
                "fixedrange": True,
                "showgrid": False,
                "ticks": "",
                "showline": False,
                "showticklabels": False,
            }
            if len(groups) > 1:
                name = "<br>".join(textwrap.wrap(group_label(group), _TITLE // len(groups)))
                title = {"text": f"<b>{name}</b>", "align": "left", "showarrow": False, "font": {"size": SMALL_SIZE}}
                where = {
                    "xref": f"x{axis} domain",
                    "x": 0,
                    "xanchor": "left",
                    "yref": "paper",
                    "y": 1,
                    "yanchor": "bottom",
                }
                layout["annotations"].append(title | where)
        return layout


def _names(names: Sequence[str], axis: int) -> dict[str, Any]:
    """The names of the lines, to the left of the first panel."""
    return {
        "type": "scatter",
        "mode": "text",
        "xaxis": f"x{axis}",
        "yaxis": "y",
        "x": [_NAMES - 0.01] * len(names),
        "y": list(range(len(names))),
        "text": list(names),
        "textposition": "middle left",
        "textfont": {"size": SMALL_SIZE - 2, "color": INK},
        "name": "names",
        "hoverinfo": "skip",
        "showlegend": False,
        "cliponaxis": False,
    }
