"""Weighted curves of two groups, the crude ones faint behind them, and both numbers at risk below on one axis."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.risk_table import LINE_HEIGHT, RiskLine, risk_axis, risk_names, risk_traces
from crlm_dash.figures.stacked import Stacked, row_ref
from crlm_dash.figures.style import AXIS, FAINT, MUTED, SMALL_SIZE, GroupStyle, frame_layout, group_styles
from crlm_dash.figures.survival import by_risk, limits
from crlm_dash.staircase import thinned

CURVES, TABLE = 1, 2
CRUDE = "crude"
_HEIGHT, _GAP = 420, 96
_KINDS = (("n_risk", "at risk"), ("n_weighted", "weighted"), ("n_event", "events"))


def weighted_curves(result: Result) -> go.Figure:
    """
    Weighted survival (of a competing cause: incidence) with 95 % limits; at risk, counted and weighted, below.

    Parameters
    ----------
    result : of the comparison analysis, with tables `curves` and `at_risk`

    Returns
    -------
    One figure whose two panels share the time axis; dotted and pale, the curves without weights.
    """
    curves = result.tables["curves"]
    if curves.empty:
        return go.Figure()
    groups = [group for group in result.facts["order"] if group in set(curves["strata"])]
    styles = group_styles(result.facts["order"])
    lines = _lines(groups, styles)
    below = LINE_HEIGHT * (len(lines) + 1)
    plot = Stacked([_HEIGHT, below], spacing=_GAP / (_HEIGHT + below + _GAP))
    for number, group in enumerate(groups):
        mine = curves[curves["strata"] == group]
        crude = thinned(mine[mine["method"] == CRUDE])
        plot.trace(CURVES, _crude(crude, styles[group], named=number == 0))
        curve = thinned(mine[mine["method"] == result.facts["weights"]])
        for limit in limits(curve, group, styles[group]):
            plot.trace(CURVES, limit)
        for trace in _weighted(curve, group, styles[group]):
            plot.trace(CURVES, trace)
    for numbers in risk_traces(result.tables["at_risk"], lines):
        plot.trace(TABLE, numbers)
    plot.note(**_caption(result))
    for note in risk_names(lines, row_ref("x", TABLE), "y2"):
        plot.note(**note)
    _axes(plot, result, lines)
    layout = frame_layout(height=_HEIGHT + below + 140, hovermode="closest", margin={"l": 24, "r": 36, "t": 56, "b": 8})
    return plot.figure(layout)


def _caption(result: Result) -> dict[str, Any]:
    """What the curves do not say, in the corner they leave free, so that a picture of them says it too."""
    top = bool(result.facts["competing"])
    words = "Associated with the choice, not caused by it"
    place = {"xref": row_ref("x", CURVES), "yref": row_ref("y", CURVES), "x": 0.01, "y": 0.98 if top else 0.03}
    corner = {"xanchor": "left", "yanchor": "top" if top else "bottom", "font": {"size": SMALL_SIZE, "color": MUTED}}
    return place | corner | {"text": words}


def _lines(groups: list[str], styles: dict[str, GroupStyle]) -> list[RiskLine]:
    """A line for each group's name, then who is at risk, what that is worth, and the events."""
    found = []
    for group in groups:
        colour = styles[group].colour
        found.append(RiskLine(group, "name", group, colour))
        found += [RiskLine(group, column, words, colour) for column, words in _KINDS]
    return found


def _crude(curve: pd.DataFrame, style: GroupStyle, *, named: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": curve["time"].to_numpy(),
        "y": curve["estimate"].to_numpy(),
        "line": {"shape": "hv", "color": style.colour, "width": 1.6, "dash": "dot"},
        "opacity": 0.65,
        "name": "Dotted: without weights   ",
        "legendgroup": CRUDE,
        "legendrank": 2000,
        "showlegend": named,
        "hoverinfo": "skip",
    }


def _weighted(curve: pd.DataFrame, group: str, style: GroupStyle) -> list[dict[str, Any]]:
    shared = {
        "type": "scatter",
        "mode": "lines",
        "name": f"<b>{group}</b>   ",
        "legendgroup": group,
        "hovertemplate": (
            f"<b>{group}</b><br>%{{x:.1f}} months: <b>%{{y:.0%}}</b> "
            "(95 % %{customdata[1]:.0%}–%{customdata[2]:.0%})<br>"
            "%{customdata[0]:.0f} at risk, worth %{customdata[3]:.0f}<extra></extra>"
        ),
    }
    return [
        shared
        | {
            "x": part["time"].to_numpy(),
            "y": part["estimate"].to_numpy(),
            "customdata": part[["n_risk", "conf_low", "conf_high", "n_weighted"]].to_numpy(),
            "line": {"shape": "hv", "color": style.colour, "dash": style.dash, "width": look["width"]},
            "opacity": look["opacity"],
            "showlegend": legend,
        }
        for part, look, legend in by_risk(curve)
    ]


def _axes(plot: Stacked, result: Result, lines: list[RiskLine]) -> None:
    ticks = result.facts["ticks"]
    end = float(max([*ticks, result.tables["curves"]["time"].max(), 1.0]))
    plot.x_axis(**AXIS, range=[-0.03 * end, 1.015 * end], tickvals=ticks, ticks="outside", showgrid=False)
    plot.x_axis(CURVES, title={"text": "Months since enrolment", "standoff": 8}, showticklabels=True)
    plot.x_axis(TABLE, showticklabels=False, ticks="", showline=False)
    plot.y_axis(
        CURVES,
        **AXIS,
        range=[-0.02, 1.02],
        tickformat=".0%",
        dtick=0.25,
        gridcolor=FAINT,
        ticks="",
        title={"text": _axis_words(result), "standoff": 12, "font": {"size": SMALL_SIZE + 1}},
    )
    plot.y_axis(TABLE, **AXIS | risk_axis(lines))


def _axis_words(result: Result) -> str:
    if result.facts["competing"]:
        return str(result.facts["cause_label"])
    label = str(result.facts["label"])
    return label if len(label) <= 30 else "Free of the event"
