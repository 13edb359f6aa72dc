"""The liver at its worst: peak ALT or AST against peak bilirubin, one mark a patient, and one patient's way there."""

from __future__ import annotations

from itertools import product
from math import log10
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.style import (
    ATTENTION,
    AXIS,
    FAINT,
    INK,
    MUTED,
    RULE,
    SMALL_SIZE,
    TEXT_SIZE,
    frame_layout,
    group_label,
    group_styles,
)

TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100, 200)
LOWEST = 0.05  # a smaller multiple is drawn here: there is no zero on this scale
_MARGIN = 1.2  # between the outermost mark and the edge
_HEIGHT, _LINE = 600, 27  # pixels of the plot, and of a line of words in it
_CORNERS = {
    "Hy's law range": (1, 1),
    "Temple's corollary": (1, 0),
    "Cholestasis": (0, 1),
    "Normal range": (0, 0),
}


def edish(result: Result) -> go.Figure:
    """
    Each patient's peak enzyme against peak bilirubin after baseline, both as multiples, on logarithmic axes.

    Parameters
    ----------
    result : of the laboratory analysis, with tables `edish` and `quadrants`

    Returns
    -------
    One figure; the counts of each quadrant stand in its corner, those of Hy's law range on a ground of its own. A
    mark's customdata begins with the patient, where the viewer may open him.
    """
    marks, facts = result.tables["edish"], result.facts
    groups = facts["order"]
    styles = group_styles(groups)
    multiple = "ULN" if facts["against"] == "uln" else "baseline"
    traces = [
        _marks(marks[marks["strata"] == group], group, styles[group].colour, styles[group].symbol, facts, multiple)
        for group in groups
    ]
    x_span = _span(marks["enzyme"], facts["enzyme_cut"], 0)
    y_span = _span(marks["bilirubin"], facts["bilirubin_cut"], _LINE / _HEIGHT * (len(groups) + 1))
    layout = frame_layout(
        height=_HEIGHT + 130,
        hovermode="closest",
        showlegend=len(groups) > 1,
        margin={"l": 24, "r": 24, "t": 56 if len(groups) > 1 else 16, "b": 16},
        xaxis=_axis(f"Peak {facts['enzyme']} (× {multiple})", x_span),
        yaxis=_axis(f"Peak bilirubin (× {multiple})", y_span),
        shapes=_limits(facts),
        annotations=[*_counts(result, styles), *_cut_names(facts)],
    )
    return go.Figure({"data": traces, "layout": layout})


def _marks(
    rows: pd.DataFrame, group: str, colour: str, symbol: str, facts: dict[str, Any], multiple: str
) -> dict[str, Any]:
    days = (
        rows[["enzyme_day", "bilirubin_day"]].astype(object).where(rows[["enzyme_day", "bilirubin_day"]].notna(), "?")
    )
    alp = [("" if pd.isna(value) else f"<br>Peak ALP {value:.1f} × ULN") for value in rows["alp_uln"]]
    who = [name if isinstance(name, str) else "" for name in rows["USUBJID"]]
    custom = list(
        zip(who, rows["enzyme"], rows["bilirubin"], days["enzyme_day"], days["bilirubin_day"], alp, strict=True)
    )
    return {
        "type": "scatter",
        "x": rows["enzyme"].clip(lower=LOWEST).to_numpy(),
        "y": rows["bilirubin"].clip(lower=LOWEST).to_numpy(),
        "customdata": custom,
        "mode": "markers",
        "cliponaxis": False,
        "marker": {
            "symbol": symbol,
            "size": 13,
            "color": colour,
            "opacity": 0.72,
            "line": {"color": "#FFFFFF", "width": 1},
        },
        "name": group_label(group) + "   ",
        "hovertemplate": (
            f"<b>%{{customdata[0]}}</b> {group_label(group)}<br>"
            f"Peak {facts['enzyme']} <b>%{{customdata[1]:.1f}} × {multiple}</b> on day %{{customdata[3]}}<br>"
            f"Peak bilirubin <b>%{{customdata[2]:.1f}} × {multiple}</b> on day %{{customdata[4]}}"
            "%{customdata[5]}<extra></extra>"
        ),
    }  # fmt: skip


def _span(values: pd.Series, cut: float, free: float) -> tuple[float, float]:
    """Smallest and largest multiple of an axis; `free` is the share of it kept clear of marks at either end."""
    known = values.dropna().clip(lower=LOWEST)
    low = min(known.min() if len(known) else 1.0, 0.5) / _MARGIN
    high = max(known.max() if len(known) else 1.0, 3 * cut) * _MARGIN
    more = (high / low) ** (free / (1 - 2 * free))
    return low / more, high * more


def _axis(title: str, span: tuple[float, float]) -> dict[str, Any]:
    ticks = [tick for tick in TICKS if span[0] <= tick <= span[1]]
    return AXIS | {
        "type": "log",
        "range": [log10(span[0]), log10(span[1])],
        "tickvals": ticks,
        "ticktext": [f"{tick:g}" for tick in ticks],
        "gridcolor": FAINT,
        "title": {"text": title, "standoff": 8},
    }


def _limits(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The ground of Hy's law range, and the two limits."""
    x, y = facts["enzyme_cut"], facts["bilirubin_cut"]
    ground = {"type": "rect", "x0": x, "x1": 1e6, "y0": y, "y1": 1e6, "fillcolor": "#FBEFE6", "line": {"width": 0}}
    line = {"type": "line", "line": {"color": MUTED, "width": 2, "dash": "dash"}, "layer": "below"}
    return [
        ground | {"layer": "below"},
        line | {"x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1},
        line | {"y0": y, "y1": y, "xref": "paper", "x0": 0, "x1": 1},
    ]


def _cut_names(facts: dict[str, Any]) -> list[dict[str, Any]]:
    shared = {"showarrow": False, "font": {"size": SMALL_SIZE, "color": MUTED}, "bgcolor": "rgba(255,255,255,0.85)"}
    x, y = facts["enzyme_cut"], facts["bilirubin_cut"]
    return [
        shared | {"x": log10(x), "yref": "paper", "y": 0, "yanchor": "bottom", "xanchor": "left", "text": f" {x:g} ×"},
        shared | {"y": log10(y), "xref": "paper", "x": 0, "xanchor": "left", "yanchor": "bottom", "text": f"{y:g} × "},
    ]


def _counts(result: Result, styles: dict[str, Any]) -> list[dict[str, Any]]:
    """The name of each quadrant and how many are in it, in its corner."""
    rows = result.tables["quadrants"]
    found = []
    for quadrant, (right, top) in _CORNERS.items():
        lines = [f"<b>{quadrant}</b>"]
        here = rows[rows["quadrant"] == quadrant]
        for group, n, percent in zip(here["strata"], here["n"], here["percent"], strict=True):
            share = "" if pd.isna(percent) else f" ({percent:.0f} %)"
            who = "" if len(styles) == 1 else f"{group_label(group)}: "
            lines.append(f'<span style="color:{styles[group].colour}">{who}<b>{n:,}</b>{share}</span>')
        found.append({
            "xref": "paper", "yref": "paper", "x": 0.995 if right else 0.01, "y": 0.99 if top else 0.045,
            "xanchor": "right" if right else "left", "yanchor": "top" if top else "bottom",
            "align": "right" if right else "left", "showarrow": False, "text": "<br>".join(lines),
            "font": {"size": TEXT_SIZE, "color": ATTENTION if right and top else INK},
        })  # fmt: skip
    return found


def liver_path(result: Result) -> go.Figure:
    """
    One patient's liver tests over time, as multiples on a logarithmic axis.

    Parameters
    ----------
    result : of the laboratory analysis, with table `paths`

    Returns
    -------
    One figure: a line a test, the limits of the picture across.
    """
    rows, facts = result.tables["paths"], result.facts
    column, multiple = ("uln", "ULN") if facts["against"] == "uln" else ("baseline", "baseline")
    tests = list(dict.fromkeys(rows["label"]))
    styles = group_styles(["first arm", "second arm", *tests])  # a test is no arm: it has other colours
    known = rows.dropna(subset=[column])
    traces = [_line(known[known["label"] == test], test, column, multiple, styles[test]) for test in tests]
    span = _span(known[column], facts["enzyme_cut"], 0)
    layout = frame_layout(
        height=460,
        hovermode="closest",
        margin={"l": 24, "r": 24, "t": 48, "b": 16},
        xaxis=AXIS | {"title": {"text": "Study day", "standoff": 8}, "gridcolor": FAINT},
        yaxis=_axis(f"× {multiple}", span),
        shapes=[
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "layer": "below", "line": line}
            for y, line in (
                (1, {"color": RULE, "width": 2}),
                *product(
                    (facts["enzyme_cut"], facts["bilirubin_cut"]), [{"color": MUTED, "width": 2, "dash": "dash"}]
                ),
            )
        ],
        annotations=[
            {
                "xref": "paper", "x": 1, "xanchor": "right", "y": log10(cut), "yanchor": "bottom", "showarrow": False,
                "text": f"{name} {cut:g} ×", "font": {"size": SMALL_SIZE, "color": MUTED},
            }
            for name, cut in ((facts["enzyme"], facts["enzyme_cut"]), ("Bilirubin", facts["bilirubin_cut"]))
        ],
    )  # fmt: skip
    return go.Figure({"data": traces, "layout": layout})


def _line(rows: pd.DataFrame, test: str, column: str, multiple: str, style: Any) -> dict[str, Any]:
    grades = ["" if pd.isna(grade) else f", grade {grade}" for grade in rows["grade"]]
    before = [" (baseline)" if flag else "" for flag in rows["is_baseline"]]
    units = rows["unit"].fillna("")
    return {
        "type": "scatter",
        "x": rows["day"].to_numpy(),
        "y": rows[column].clip(lower=LOWEST).to_numpy(),
        "customdata": list(zip(rows["value"], units, grades, before, rows[column], strict=True)),
        "mode": "lines+markers",
        "line": {"color": style.colour, "dash": style.dash, "width": 3},
        "marker": {"symbol": style.symbol, "size": 10, "color": style.colour},
        "name": f"{test}   ",
        "hovertemplate": (
            f"<b>{test}</b> day %{{x}}%{{customdata[3]}}<br><b>%{{customdata[4]:.2f}} × {multiple}</b> "
            "(%{customdata[0]:.1f} %{customdata[1]}%{customdata[2]})<extra></extra>"
        ),
    }
