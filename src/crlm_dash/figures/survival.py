"""Survival curves and the numbers at risk below them, in one figure on one time axis."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.risk_table import RiskLine, risk_axis, risk_height, risk_lines, risk_names, risk_traces
from crlm_dash.figures.stacked import Stacked, row_ref
from crlm_dash.figures.style import (
    AXIS,
    FAINT,
    MUTED,
    RULE,
    SMALL_SIZE,
    GroupStyle,
    faded,
    frame_layout,
    group_label,
    group_styles,
)
from crlm_dash.figures.survival_overlays import half_interval, naive_curves, published_names, published_rates
from crlm_dash.staircase import parts, thinned

CURVES, TABLE = 1, 2  # rows of the figure
_CURVE_HEIGHT = 420
_GAP = 96
_THICK, _THIN = {"width": 4.0, "opacity": 1.0}, {"width": 1.8, "opacity": 0.6}


def survival(result: Result) -> go.Figure:
    """
    Curves by group with 95 % limits, censoring ticks, median and landmark guides; the risk table below.

    Parameters
    ----------
    result : of the survival analysis; what is shown on demand (band, naive curves, published rates) is drawn where
        its table has rows

    Returns
    -------
    One figure whose two panels share the time axis. A curve is thin and pale where fewer than 10 are at risk.
    """
    tables = result.tables
    groups = list(dict.fromkeys(tables["summary"]["strata"]))
    styles = _styles(result, groups)
    lines = risk_lines(groups, styles)
    below = risk_height(lines)
    plot = Stacked([_CURVE_HEIGHT, below], spacing=_GAP / (_CURVE_HEIGHT + below + _GAP))
    for trace in (*half_interval(result), *naive_curves(result)):
        plot.trace(CURVES, trace)
    for group in groups:
        _add_group(plot, result, group, styles[group])
    for trace in published_rates(result):
        plot.trace(CURVES, trace)
    _add_medians(plot, result, styles)
    for numbers in risk_traces(tables["at_risk"], lines):
        plot.trace(TABLE, numbers)
    for note in (*risk_names(lines, row_ref("x", TABLE), "y2"), *published_names(result), *_ratio(result)):
        plot.note(**note)
    end = _axes(plot, result, lines)
    _add_landmarks(plot, result, end)
    layout = frame_layout(
        height=_CURVE_HEIGHT + below + 140, hovermode="closest", margin={"l": 24, "r": 36, "t": 56, "b": 8}
    )
    return plot.figure(layout)


def _styles(result: Result, groups: list[str]) -> dict[str, GroupStyle]:
    """The look of each group; treatment received is not the arm, so it has other colours than arms have."""
    others = ["first arm", "second arm"] if result.facts.get("by") == "received" else []
    return group_styles([*others, *groups])


def _add_group(plot: Stacked, result: Result, group: str, style: GroupStyle) -> None:
    curves = result.tables["curves"]
    curve = thinned(curves[curves["strata"] == group])
    if curve.empty:
        return
    for limit in limits(curve, group, style):
        plot.trace(CURVES, limit)
    unit = result.facts.get("unit", "months")
    shared = {
        "type": "scatter",
        "mode": "lines",
        "name": _name(result, group),
        "legendgroup": group,
        "hovertemplate": (
            f"<b>{group_label(group)}</b><br>%{{x:.1f}} {unit}: <b>%{{y:.0%}}</b> "
            "(95 % %{customdata[1]:.0%}–%{customdata[2]:.0%})<br>%{customdata[0]:.0f} at risk<extra></extra>"
        ),
    }
    for part, look, legend in by_risk(curve):
        drawn = {
            "x": part["time"].to_numpy(),
            "y": part["estimate"].to_numpy(),
            "customdata": part[["n_risk", "conf_low", "conf_high"]].to_numpy(),
            "line": {"shape": "hv", "color": style.colour, "dash": style.dash, "width": look["width"]},
            "opacity": look["opacity"],
            "showlegend": legend,
        }
        plot.trace(CURVES, shared | drawn)
    plot.trace(CURVES, _censoring(curve[curve["n_censor"] > 0], group, style))


def by_risk(curve: pd.DataFrame) -> list[tuple[pd.DataFrame, dict[str, float], bool]]:
    """The curve in parts, thin before and after ten are at risk; one of them is in the legend."""
    return [(part, _THICK if enough else _THIN, named) for part, enough, named in parts(curve)]


def limits(curve: pd.DataFrame, group: str, style: GroupStyle) -> list[dict[str, Any]]:
    """The 95 % limits of a curve as a faint band; nothing where none is known."""
    known = curve.dropna(subset=["conf_low", "conf_high"])
    shared = {
        "type": "scatter",
        "x": known["time"].to_numpy(),
        "mode": "lines",
        "line": {"shape": "hv", "width": 0, "color": style.colour},
        "fillcolor": faded(style.colour, 0.13),
        "name": f"{group_label(group)}, 95 % limits",
        "legendgroup": group,
        "showlegend": False,
        "hoverinfo": "skip",
    }
    low, high = (known[column].to_numpy() for column in ("conf_low", "conf_high"))
    return [shared | {"y": low}, shared | {"y": high, "fill": "tonexty"}]


def _censoring(censored: pd.DataFrame, group: str, style: GroupStyle) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": censored["time"].to_numpy(),
        "y": censored["estimate"].to_numpy(),
        "mode": "markers",
        "marker": {"symbol": "line-ns-open", "size": 10, "color": style.colour, "line": {"width": 1.6}},
        "opacity": 0.75,
        "name": f"{group_label(group)}, censoring",
        "legendgroup": group,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _name(result: Result, group: str) -> str:
    summary = result.tables["summary"].set_index("strata").loc[group]
    named = f"<b>{group_label(group)}</b>  n = {summary['n']:.0f}"
    median = summary["median"]
    if result.facts.get("method") == "time-varying":
        return f"{named}   "
    unit = result.facts.get("unit", "months")
    return f"{named}, {'median not reached' if pd.isna(median) else f'median {median:.1f} {unit}'}   "


def _add_medians(plot: Stacked, result: Result, styles: dict[str, GroupStyle]) -> None:
    reached = result.tables["summary"].dropna(subset=["median"])
    if reached.empty:
        return
    guide = {"color": MUTED, "width": 1.5, "dash": "dot"}
    shared = {"type": "line", "layer": "below", "xref": "x", "yref": "y", "y1": 0.5}
    plot.shape(**shared, x0=0, x1=float(reached["median"].max()), y0=0.5, line=guide)
    for group, median in zip(reached["strata"], reached["median"], strict=True):
        plot.shape(**shared, x0=median, x1=median, y0=0, line=guide | {"color": styles[group].colour})


def _add_landmarks(plot: Stacked, result: Result, end: float) -> None:
    """A faint rule at each landmark that the axis reaches."""
    line = {"color": RULE, "width": 1}
    for time in result.facts.get("landmarks", []):
        if time <= end:
            plot.shape(
                type="line", layer="below", xref="x", yref=row_ref("y", CURVES), x0=time, x1=time, y0=0, y1=1, line=line
            )


def _ratio(result: Result) -> list[dict[str, Any]]:
    """The hazard ratio of two groups, and which of them to which, in the corner a falling curve leaves free."""
    ratios = result.tables["hazard_ratio"] if "hazard_ratio" in result.tables else pd.DataFrame()
    if len(ratios) != 1 or pd.isna(ratios["conf_low"].iloc[0]):
        return []
    row = ratios.iloc[0]
    ratio = f"Hazard ratio <b>{row['estimate']:.2f}</b> (95 % CI {row['conf_low']:.2f} to {row['conf_high']:.2f})"
    text = f"{ratio}<br>{row['comparison']}"
    place = {"xref": row_ref("x", CURVES), "yref": row_ref("y", CURVES), "x": 1, "y": 1}
    corner = {"xanchor": "right", "yanchor": "top", "align": "right", "bgcolor": "rgba(255,255,255,0.8)"}
    return [place | corner | {"text": text}]


def _axes(plot: Stacked, result: Result, lines: list[RiskLine]) -> float:
    """Settle the axes; the end of the time axis."""
    ticks = list(dict.fromkeys(result.tables["at_risk"]["time"]))
    curves = result.tables["curves"]
    end = float(max([*ticks, curves["time"].max() if len(curves) else 0.0, 1.0]))
    plot.x_axis(**AXIS, range=[-0.015 * end, 1.015 * end], tickvals=ticks, ticks="outside", showgrid=False)
    axis = result.facts.get("axis") or f"Time ({result.facts.get('unit', 'months')})"
    plot.x_axis(CURVES, title={"text": axis, "standoff": 8}, showticklabels=True)
    plot.x_axis(TABLE, showticklabels=False, ticks="", showline=False)
    plot.y_axis(
        CURVES,
        **AXIS,
        range=[-0.02, 1.02],
        tickformat=".0%",
        dtick=0.25,
        gridcolor=FAINT,
        ticks="",
        title={"text": _share_of(result.facts.get("label", "")), "standoff": 12, "font": {"size": SMALL_SIZE + 1}},
    )
    plot.y_axis(TABLE, **AXIS | risk_axis(lines))
    return end


def _share_of(endpoint: str) -> str:
    """What the curve is a share of: "time to …" names the event, not who is without it."""
    return endpoint if "survival" in endpoint.casefold() else "Without the event"
