"""Planned visits as a heat map: a row a patient, a column a visit."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.style import ACCENT_LIGHT, ATTENTION, AXIS, FAINT, INK, MUTED, SMALL_SIZE, frame_layout
from crlm_dash.terms import VISIT_STATUSES

# Made is blue, open is yellow, not made is brown; what does not count is nearly white. No red, no green.
_COLOURS = {
    "done": ACCENT_LIGHT,
    "early": "#6BA3CC",
    "late": "#2F6F9F",
    "missed": "#D9A37A",
    "overdue": ATTENTION,
    "due soon": "#F0D264",
    "not yet": FAINT,
    "not applicable": "#FFFFFF",
}
_ROW, _TALLEST_ROW = 11, 30  # height of a patient's row, by how many there are
_LABEL = 17  # height that the name of a site needs


def visits(result: Result) -> go.Figure:
    """
    Every planned visit of every patient shown, by its status; patients by site and day of enrolment.

    Parameters
    ----------
    result : of the followup analysis, with table `heat`

    Returns
    -------
    One figure; overdue visits are the darkest cells.
    """
    heat = result.tables["heat"]
    columns = [name for name in heat.columns if name not in ("SITEID", "USUBJID")]
    row = min(_TALLEST_ROW, max(_ROW, 420 // max(len(heat), 1)))
    codes = {status: code for code, status in enumerate(_COLOURS)}
    cells = heat[columns].apply(lambda column: column.map(codes)).astype("Float64")
    words = heat[columns].apply(lambda column: column.map(VISIT_STATUSES)).fillna("No day known")
    drawn = {
        "type": "heatmap",
        "z": [[None if pd.isna(cell) else cell for cell in line] for line in cells.to_numpy().tolist()],
        "x": list(range(len(columns))) if len(heat) else [],
        "y": list(range(len(heat))),
        "text": words.to_numpy().tolist(),
        "customdata": [[f"{patient}, {name}" for name in columns] for patient in heat["USUBJID"]],
        "colorscale": _steps(list(_COLOURS.values())),
        "zmin": -0.5,
        "zmax": len(codes) - 0.5,
        "showscale": False,
        "xgap": 3,
        "ygap": 1,
        "hovertemplate": "%{customdata}<br><b>%{text}</b><extra></extra>",
    }
    there = set(heat[columns].stack()) if len(heat) else set()
    legend = [_square(VISIT_STATUSES[status], colour) for status, colour in _COLOURS.items() if status in there]
    marks, between = _sites(heat, row)
    ticks, word = _short(columns)
    axes = {
        "xaxis": AXIS
        | {
            "side": "top",
            "tickvals": list(range(len(columns))),
            "ticktext": ticks,
            "tickangle": 0,
            "title": {"text": word, "font": {"size": SMALL_SIZE}, "standoff": 4},
            "tickfont": {"size": SMALL_SIZE - 1},
            "range": [-0.5, len(columns) - 0.5],
            "showgrid": False,
            "showline": False,
            "ticks": "",
            "fixedrange": True,
        },
        "yaxis": AXIS
        | {
            "autorange": False,
            "range": [len(heat) - 0.5, -0.5],
            "tickvals": list(marks),
            "ticktext": list(marks.values()),
            "tickfont": {"size": SMALL_SIZE},
            "showgrid": False,
            "showline": False,
            "ticks": "",
            "fixedrange": True,
        },
    }
    at_top = {"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top", "font": {"size": SMALL_SIZE}}
    layout = frame_layout(
        height=150 + row * max(len(heat), 1), margin={"l": 16, "r": 16, "t": 130, "b": 16}, legend=at_top
    )
    return go.Figure({"data": [drawn, *legend], "layout": layout | axes | {"shapes": between}})


def _steps(colours: list[str]) -> list[list[Any]]:
    """A colour scale without transitions."""
    width = 1 / len(colours)
    return [[place, colour] for n, colour in enumerate(colours) for place in (n * width, (n + 1) * width)]


def _square(name: str, colour: str) -> dict[str, Any]:
    marker = {"symbol": "square", "size": 16, "color": colour, "line": {"color": MUTED, "width": 1}}
    return {"type": "scatter", "x": [None], "y": [None], "mode": "markers", "marker": marker, "name": f"{name}  "}


def _sites(heat: pd.DataFrame, row: int) -> tuple[dict[float, str], list[dict[str, Any]]]:
    """Where the names of sites stand, as far as there is room for them, and the lines between sites."""
    names = heat["SITEID"].fillna("(missing)").tolist()
    starts = [n for n, name in enumerate(names) if n == 0 or names[n - 1] != name]
    marks: dict[float, str] = {}
    for start, end in pairwise([*starts, len(names)]):
        middle = (start + end - 1) / 2
        if not marks or (middle - list(marks)[-1]) * row >= _LABEL:
            marks[middle] = f"Site {names[start]}  "
    line = {"color": INK, "width": 1}
    across = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "line": line}
    return marks, [across | {"y0": start - 0.5, "y1": start - 0.5} for start in starts[1:]]


def _short(names: list[str]) -> tuple[list[str], str]:
    """The names of visits without the word most of them begin with ("Month"), and that word, for the axis."""
    shown = [name.capitalize() if name.isupper() else name for name in names]
    first = Counter(name.partition(" ")[0] for name in shown if " " in name)
    word, n = first.most_common(1)[0] if first else ("", 0)
    if n < 2:
        return shown, ""
    return [name.removeprefix(f"{word} ") for name in shown], word
