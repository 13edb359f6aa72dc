"""Grades of laboratory values: the worst of every test, and the way from the baseline's grade to the worst one."""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.style import (
    AXIS,
    FAINT,
    GRADE_COLOURS,
    GRADE_INK,
    INK,
    RULE,
    SMALL_SIZE,
    TEXT_SIZE,
    frame_layout,
    group_label,
)

GRADES = ("1", "2", "3", "4")
_ROWS = ("0", "1", "2", "3", "4", "missing")
_COLUMNS = (*_ROWS, "no value after baseline")
_WORDS = {"missing": "not known", "no value after baseline": "no value"}
_PANEL = 470  # pixels of a row of panels
_GAP = 0.04  # between panels, as a share of the width
_BETWEEN = 0.22  # between rows of panels, as a share of the height
_ROOM = 0.035  # of the axis: a shorter bar has no room for its number


def worst_grades(result: Result) -> go.Figure:
    """
    Share of patients with each worst grade after baseline, test by test; the number of patients is printed in the bar.

    Parameters
    ----------
    result : of the laboratory analysis, with table `worst`

    Returns
    -------
    One figure, one panel a group; grades 1 to 4 from light to dark, grade 0 is the room to the right.
    """
    table = result.tables["worst"]
    groups = list(result.facts["order"])
    names, end = _names(table), _end(table)
    traces = [
        _bar(table[table["strata"] == group], grade, place, end)
        for place, group in enumerate(groups, start=1)
        for grade in GRADES
    ]
    layout = frame_layout(
        height=150 + 40 * max(len(names), 3),
        barmode="stack",
        bargap=0.24,
        hovermode="closest",
        margin={"l": 24, "r": 24, "t": 96 if len(groups) > 1 else 60, "b": 72},
        legend={"orientation": "h", "x": 0, "yref": "container", "y": 0.995, "yanchor": "top", "traceorder": "normal"},
        annotations=[
            *(_title(each, _domain(place, len(groups))[0], 1) for place, each in enumerate(groups, 1) if groups[1:]),
            _below("Patients with a graded value after baseline"),
        ],
    )
    for place in range(1, len(groups) + 1):
        layout |= {
            _axis("xaxis", place): AXIS
            | {
                "domain": _domain(place, len(groups)),
                "anchor": _axis("y", place),
                "range": [0, end],
                "tickvals": [share * end / 4 for share in range(4)],
                "ticktext": ["0", *(f"{share * end / 4:g} %" for share in range(1, 4))],
                "gridcolor": FAINT,
            },
            _axis("yaxis", place): AXIS
            | {
                "anchor": _axis("x", place),
                "categoryorder": "array",
                "categoryarray": names[::-1],
                "range": [-0.5, max(len(names), 3) - 0.5],
                "showticklabels": place == 1,
                "ticks": "",
                "showline": False,
                "ticksuffix": "  ",
                "tickfont": {"size": TEXT_SIZE},
            },
        }
    return go.Figure({"data": traces, "layout": layout})


def _end(table: pd.DataFrame) -> float:
    """Where the axis ends: the first of these shares that no bar reaches beyond."""
    longest = table[[f"percent_{grade}" for grade in GRADES]].sum(axis=1).max()
    return next((end for end in (20, 40, 60, 80) if longest <= end), 100.0)


def _below(words: str, lines: int = 1) -> dict[str, Any]:
    """The title of all panels' axes, under the middle of them and the lines of their ticks."""
    place = {
        "xref": "paper",
        "x": 0.5,
        "yref": "paper",
        "y": 0,
        "yshift": -12 - 22 * lines,
        "yanchor": "top",
        "showarrow": False,
    }
    return place | {"text": words, "font": {"size": TEXT_SIZE}}


def _bar(rows: pd.DataFrame, grade: str, place: int, end: float) -> dict[str, Any]:
    n, percent = rows[f"grade_{grade}"], rows[f"percent_{grade}"]
    return {
        "type": "bar",
        "orientation": "h",
        # A bar of nobody would leave its outline behind; a NaN would let the next grade begin at zero.
        "x": [share if each else None for each, share in zip(n, percent, strict=True)],
        "y": _names(rows),
        "customdata": list(zip(n, rows["n_graded"], strict=True)),
        "text": [f"{each:,}" if share >= _ROOM * end else "" for each, share in zip(n, percent, strict=True)],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": SMALL_SIZE, "color": GRADE_INK[grade]},
        "name": f"Grade {grade}",
        "legendgroup": grade,
        "showlegend": place == 1,
        "marker": {"color": GRADE_COLOURS[grade], "line": {"color": RULE, "width": 1}},
        "xaxis": _axis("x", place),
        "yaxis": _axis("y", place),
        "hovertemplate": (
            f"<b>%{{y}}</b><br>worst grade {grade}: <b>%{{customdata[0]:,}} of %{{customdata[1]:,}} patients "
            "(%{x:.0f} %)</b><extra></extra>"
        ),
    }


def _names(table: pd.DataFrame) -> list[str]:
    """Each test once; the direction is said where a test is graded in both."""
    pairs = table[["test", "label", "direction"]].drop_duplicates()
    both = pairs["test"].duplicated(keep=False)
    return [
        f"{label} {side}" if twice else str(label)
        for label, side, twice in zip(pairs["label"], pairs["direction"], both, strict=True)
    ]


def grade_shifts(result: Result) -> go.Figure:
    """
    How many patients went from which grade at baseline to which worst grade after it, for one test.

    Parameters
    ----------
    result : of the laboratory analysis for one test, with table `shifts`

    Returns
    -------
    One figure, one panel a group, in one row a direction the test is graded in: a line a grade at baseline, a column a
    worst grade. A cell where the grade became worse has the colour of that grade.
    """
    table, groups = result.tables["shifts"], list(result.facts["order"])
    sides = list(dict.fromkeys(table["direction"]))
    layout = frame_layout(
        height=_PANEL * max(len(sides), 1) + 40,
        hovermode="closest",
        margin={"l": 24, "r": 24, "t": 72, "b": 88},
        showlegend=False,
    )
    shapes: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = [_below("Worst grade after baseline", lines=2)]
    traces = []
    for place, (side, group) in enumerate(product(sides, groups), start=1):
        rows = table[(table["strata"] == group) & (table["direction"] == side)]
        across, down = _domain(1 + groups.index(group), len(groups)), _down(sides.index(side), len(sides))
        traces.append(_cells(rows, place))
        drawn = [_cell(row, place) for row in rows.to_dict("records")]
        shapes += [shape for shape, _ in drawn]
        annotations += [note for _, note in drawn if note]
        words = f"  n = {result.facts['sizes'][group]:,}" + (f", {side} values" if len(sides) > 1 else "")
        annotations.append(_title(group, across[0], down[1], words))
        layout |= _grid(place, across, down, first=group == groups[0])
    return go.Figure({"data": traces, "layout": layout | {"shapes": shapes, "annotations": annotations}})


def _cells(rows: pd.DataFrame, place: int) -> dict[str, Any]:
    """The hover of each cell."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [_COLUMNS.index(worst) for worst in rows["worst"]],
        "y": [_ROWS.index(before) for before in rows["baseline"]],
        "customdata": [
            (f"{n:,}", _WORDS.get(before, f"grade {before}"), _WORDS.get(worst, f"grade {worst}"))
            for n, before, worst in zip(rows["n"], rows["baseline"], rows["worst"], strict=True)
        ],
        "marker": {"size": 30, "opacity": 0},
        "xaxis": _axis("x", place),
        "yaxis": _axis("y", place),
        "hovertemplate": (
            "<b>%{customdata[0]} patients</b><br>baseline: %{customdata[1]}<br>"
            "worst after: %{customdata[2]}<extra></extra>"
        ),
    }


def _cell(row: dict[str, Any], place: int) -> tuple[dict[str, Any], dict[str, Any] | None]:
    x, y = _COLUMNS.index(row["worst"]), _ROWS.index(row["baseline"])
    worse = row["worst"] in GRADES and (row["baseline"] == "missing" or row["worst"] > row["baseline"])
    ground = (
        GRADE_COLOURS[row["worst"]] if worse and row["n"] else FAINT if row["worst"] == row["baseline"] else "#FFFFFF"
    )
    ink = GRADE_INK[row["worst"]] if worse and row["n"] else INK
    axes = {"xref": _axis("x", place), "yref": _axis("y", place)}
    shape = axes | {
        "type": "rect", "x0": x - 0.48, "x1": x + 0.48, "y0": y - 0.46, "y1": y + 0.46, "fillcolor": ground,
        "line": {"color": RULE, "width": 1}, "layer": "below",
    }  # fmt: skip
    if not row["n"]:
        return shape, None
    font = {"size": TEXT_SIZE + 2, "color": ink}
    return shape, axes | {"x": x, "y": y, "text": f"<b>{row['n']:,}</b>", "showarrow": False, "font": font}


def _grid(place: int, across: list[float], down: list[float], *, first: bool) -> dict[str, Any]:
    bare = AXIS | {"showgrid": False, "ticks": "", "showline": False, "fixedrange": True}
    return {
        _axis("xaxis", place): bare
        | {
            "domain": across,
            "anchor": _axis("y", place),
            "range": [-0.55, len(_COLUMNS) - 0.45],
            "tickvals": list(range(len(_COLUMNS))),
            "ticktext": [_WORDS.get(word, word).replace(" ", "<br>") for word in _COLUMNS],
            "tickangle": 0,
            "tickfont": {"size": SMALL_SIZE},
        },
        _axis("yaxis", place): bare
        | {
            "domain": down,
            "anchor": _axis("x", place),
            "range": [len(_ROWS) - 0.45, -0.55],
            "tickvals": list(range(len(_ROWS))),
            "ticktext": [_WORDS.get(word, word) for word in _ROWS],
            "showticklabels": first,
            "title": {"text": "Grade at baseline", "standoff": 8} if first else {},
        },
    }


def _title(group: str, x: float, y: float, words: str = "") -> dict[str, Any]:
    """The name of a panel, above its left corner."""
    place = {"xref": "paper", "x": x, "xanchor": "left", "yref": "paper", "y": y, "yanchor": "bottom", "yshift": 8}
    text = f"<b>{group_label(group)}</b>{words}"
    return place | {"text": text, "showarrow": False, "font": {"size": TEXT_SIZE, "color": INK}}


def _down(row: int, n_rows: int) -> list[float]:
    """The height of a row of panels, the first on top, with room for words between them."""
    height = (1 - _BETWEEN * (n_rows - 1)) / n_rows
    top = 1 - row * (height + _BETWEEN)
    return [max(top - height, 0.0), top]


def _domain(place: int, n_panels: int) -> list[float]:
    width = (1 - _GAP * (n_panels - 1)) / n_panels
    start = (place - 1) * (width + _GAP)
    return [start, min(start + width, 1.0)]


def _axis(kind: str, place: int) -> str:
    return kind if place == 1 else f"{kind}{place}"
