"""Cumulative incidence of one cause by group, and the numbers at risk below it, in one figure on one time axis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.risk_table import RiskLine, risk_axis, risk_height, risk_lines, risk_traces
from crlm_dash.figures.stacked import Stacked
from crlm_dash.figures.style import AXIS, FAINT, MUTED, SMALL_SIZE, GroupStyle, frame_layout, group_label, group_styles
from crlm_dash.figures.survival import by_risk, limits
from crlm_dash.staircase import thinned

OVERSTATED = "1 − Kaplan–Meier (overstates: it treats death as if it could<br>be followed by progression)   "
CURVES, TABLE = 1, 2  # rows of the figure
_CURVE_HEIGHT = 380
_GAP = 96
_HEADROOM, _LOWEST_TOP = 1.15, 0.25  # a scale shows no less than a quarter
_NOBODY = {
    "text": "Nobody so far",
    "x": 0.5,
    "xref": "x domain",
    "y": 0.5,
    "yref": "y domain",
    "font": {"color": MUTED},
}


def incidence(result: Result, cause: int) -> go.Figure:
    """
    Cumulative incidence of one cause with 95 % limits in each group; at risk, censored and events below.

    Parameters
    ----------
    result : of the incidence analysis; 1 − Kaplan–Meier is drawn where its table has rows
    cause : number of the cause, as in the table `causes`

    Returns
    -------
    One figure whose two panels share the time axis. A curve is thin and pale where fewer than 10 are at risk.
    """
    groups = list(dict.fromkeys(result.tables["at_risk"]["strata"]))
    styles = group_styles(groups)
    lines = [_any_cause(line) for line in risk_lines(groups, styles)]
    below = risk_height(lines)
    plot = Stacked([_CURVE_HEIGHT, below], spacing=_GAP / (_CURVE_HEIGHT + below + _GAP))
    curves = _of_cause(result.tables["curves"], cause)
    overstated = _of_cause(result.tables["overstated"], cause)
    for group in groups:
        for trace in _curve(result, thinned(curves[curves["strata"] == group]), group, styles[group]):
            plot.trace(CURVES, trace)
    for number, group in enumerate(groups):
        for trace in _overstated(overstated[overstated["strata"] == group], group, styles[group], number == 0):
            plot.trace(CURVES, trace)
    if curves.empty:
        plot.note(**_NOBODY)
    for numbers in risk_traces(result.tables["at_risk"], lines):
        plot.trace(TABLE, numbers)
    _axes(plot, result, cause, lines, [curves["conf_high"], curves["estimate"], overstated["estimate"]])
    layout = frame_layout(
        height=_CURVE_HEIGHT + below + 140, hovermode="closest", margin={"l": 24, "r": 36, "t": 56, "b": 8}
    )
    return plot.figure(layout)


def _any_cause(line: RiskLine) -> RiskLine:
    """The table counts who had an event of any cause: none of them is at risk of this one any more."""
    return replace(line, words="event, any cause") if line.column == "n_event" else line


def _of_cause(table: pd.DataFrame, cause: int) -> pd.DataFrame:
    return table[table["cause"] == cause]


def _curve(result: Result, curve: pd.DataFrame, group: str, style: GroupStyle) -> list[dict[str, Any]]:
    if curve.empty:
        return []
    shared = {
        "type": "scatter",
        "mode": "lines",
        "name": f"<b>{group_label(group)}</b>  n = {_size(result, group):,}   ",
        "legendgroup": group,
        "hovertemplate": (
            f"<b>{group_label(group)}</b><br>%{{x:.1f}} {result.facts.get('unit', 'months')}: <b>%{{y:.0%}}</b> "
            "(95 % %{customdata[1]:.0%}–%{customdata[2]:.0%})<br>%{customdata[0]:.0f} at risk<extra></extra>"
        ),
    }
    drawn = [
        shared
        | {
            "x": part["time"].to_numpy(),
            "y": part["estimate"].to_numpy(),
            "customdata": part[["n_risk", "conf_low", "conf_high"]].to_numpy(),
            "line": {"shape": "hv", "color": style.colour, "dash": style.dash, "width": look["width"]},
            "opacity": look["opacity"],
            "showlegend": legend,
        }
        for part, look, legend in by_risk(curve)
    ]
    return [*limits(curve, group, style), *drawn]


def _overstated(curve: pd.DataFrame, group: str, style: GroupStyle, legend: bool) -> list[dict[str, Any]]:
    """What 1 − Kaplan–Meier would say, dashed in the group's colour under a name that warns."""
    if curve.empty:
        return []
    shown = thinned(curve)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": shown["time"].to_numpy(),
            "y": shown["estimate"].to_numpy(),
            "line": {"shape": "hv", "width": 2, "dash": "4px,4px", "color": style.colour},
            "opacity": 0.8,
            "name": OVERSTATED,
            "legendgroup": "overstated",
            "showlegend": legend,
            "hovertemplate": f"<b>1 − Kaplan–Meier, {group_label(group)}</b>: overstates (%{{y:.0%}})<extra></extra>",
        }
    ]


def _size(result: Result, group: str) -> int:
    events = result.tables["first_events"]
    return int(events.loc[events["strata"] == group, "n"].sum())


def _axes(plot: Stacked, result: Result, cause: int, lines: list[RiskLine], drawn: list[pd.Series]) -> None:
    ticks = list(dict.fromkeys(result.tables["at_risk"]["time"]))
    times = result.tables["curves"]["time"]
    end = float(max([*ticks, times.max() if len(times) else 0.0, 1.0]))
    plot.x_axis(**AXIS, range=[-0.03 * end, 1.015 * end], tickvals=ticks, ticks="outside", showgrid=False)
    axis = result.facts.get("axis") or f"Time ({result.facts.get('unit', 'months')})"
    plot.x_axis(CURVES, title={"text": axis, "standoff": 8}, showticklabels=True)
    plot.x_axis(TABLE, showticklabels=False, ticks="", showline=False)
    labels = dict(zip(result.tables["causes"]["cause"], result.tables["causes"]["label"], strict=True))
    highest = max([float(values.max()) for values in drawn if values.notna().any()], default=0.0)
    top = min(max(_HEADROOM * highest, _LOWEST_TOP), 1.0)
    plot.y_axis(
        CURVES,
        **AXIS,
        range=[-0.02 * top, 1.02 * top],
        tickformat=".0%",
        dtick=0.25 if top > 0.5 else 0.1,
        gridcolor=FAINT,
        ticks="",
        title={"text": labels.get(cause, ""), "standoff": 12, "font": {"size": SMALL_SIZE + 1}},
    )
    plot.y_axis(TABLE, **AXIS | risk_axis(lines))
