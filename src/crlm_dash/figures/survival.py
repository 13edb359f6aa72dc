"""Survival curves and the numbers at risk below them, in one figure on one time axis."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from crlm_dash.analyses.result import Result
from crlm_dash.figures.risk_table import RiskLine, risk_axis, risk_height, risk_lines, risk_traces
from crlm_dash.figures.style import (
    FAINT,
    MUTED,
    GroupStyle,
    faded,
    framed,
    group_label,
    group_styles,
)

FEW = 10  # below this many at risk a curve is drawn thin
PIXELS = 1200  # a curve is thinned to what a screen can show
_CURVE_HEIGHT = 420


def survival(result: Result) -> go.Figure:
    """
    Curves by group with 95 % limits, censoring ticks and median guides; at risk, censored and events below.

    Parameters
    ----------
    result : of the survival analysis, with tables `curves`, `summary`, `at_risk`

    Returns
    -------
    One figure whose two panels share the time axis. A curve is thin and pale where fewer than 10 are at risk.
    """
    groups = list(dict.fromkeys(result.tables["summary"]["strata"]))
    styles = group_styles(groups)
    lines = risk_lines(groups, styles)
    below = risk_height(lines)
    figure = make_subplots(
        rows=2,
        cols=1,
        shared_xaxes=True,
        row_heights=[_CURVE_HEIGHT, below],
        vertical_spacing=96 / (_CURVE_HEIGHT + below + 96),
    )
    for group in groups:
        _add_group(figure, result, group, styles[group])
    _add_medians(figure, result, styles)
    for numbers in risk_traces(result.tables["at_risk"], lines):
        figure.add_trace(numbers, row=2, col=1)
    framed(
        figure,
        height=_CURVE_HEIGHT + below + 140,
        hovermode="closest",
        margin={"l": 24, "r": 36, "t": 56, "b": 8},
    )
    _axes(figure, result, lines)
    return figure


def _add_group(figure: go.Figure, result: Result, group: str, style: GroupStyle) -> None:
    curves = result.tables["curves"]
    curve = thinned(curves[curves["strata"] == group].sort_values("time"))
    if curve.empty:
        return
    _add_limits(figure, curve, group, style)
    enough = curve["n_risk"] >= FEW
    last = curve.index[enough][-1] if enough.any() else curve.index[0]
    name = _name(result, group)
    parts = ((curve.loc[:last], 4.0, 1.0, True), (curve.loc[last:], 1.8, 0.6, not enough.any()))
    for part, width, opacity, legend in parts:
        figure.add_trace(
            go.Scatter(
                x=part["time"],
                y=part["estimate"],
                customdata=part[["n_risk", "conf_low", "conf_high"]],
                mode="lines",
                line={"shape": "hv", "color": style.colour, "dash": style.dash, "width": width},
                opacity=opacity,
                name=name,
                legendgroup=group,
                showlegend=legend,
                hovertemplate=(
                    f"<b>{group_label(group)}</b><br>%{{x:.1f}} {result.facts.get('unit', 'months')}: "
                    "<b>%{y:.0%}</b> (95 % %{customdata[1]:.0%}–%{customdata[2]:.0%})"
                    "<br>%{customdata[0]:.0f} at risk<extra></extra>"
                ),
            ),
            row=1,
            col=1,
        )
    _add_censoring(figure, curve[curve["n_censor"] > 0], group, style)


def thinned(curve: pd.DataFrame) -> pd.DataFrame:
    """The last row of each screen pixel, besides the first and last rows: what a screen can show and no more."""
    if len(curve) <= PIXELS:
        return curve.reset_index(drop=True)
    pixel = (curve["time"] / curve["time"].max() * PIXELS).round()
    kept = ~pixel.duplicated(keep="last")
    kept.iloc[0] = True
    shown: pd.DataFrame = curve[kept]
    return shown.reset_index(drop=True)


def _add_limits(figure: go.Figure, curve: pd.DataFrame, group: str, style: GroupStyle) -> None:
    known = curve.dropna(subset=["conf_low", "conf_high"])
    for column, fill in (("conf_low", None), ("conf_high", "tonexty")):
        figure.add_trace(
            go.Scatter(
                x=known["time"],
                y=known[column],
                mode="lines",
                line={"shape": "hv", "width": 0, "color": style.colour},
                fill=fill,
                fillcolor=faded(style.colour, 0.13),
                name=f"{group_label(group)}, 95 % limits",
                legendgroup=group,
                showlegend=False,
                hoverinfo="skip",
            ),
            row=1,
            col=1,
        )


def _add_censoring(figure: go.Figure, censored: pd.DataFrame, group: str, style: GroupStyle) -> None:
    figure.add_trace(
        go.Scatter(
            x=censored["time"],
            y=censored["estimate"],
            mode="markers",
            marker={"symbol": "line-ns-open", "size": 10, "color": style.colour, "line": {"width": 1.6}},
            opacity=0.75,
            name=f"{group_label(group)}, censoring",
            legendgroup=group,
            showlegend=False,
            hoverinfo="skip",
        ),
        row=1,
        col=1,
    )


def _name(result: Result, group: str) -> str:
    summary = result.tables["summary"].set_index("strata").loc[group]
    median = summary["median"]
    found: str = (
        "median not reached" if pd.isna(median) else f"median {median:.1f} {result.facts.get('unit', 'months')}"
    )
    return f"<b>{group_label(group)}</b>  n = {summary['n']:.0f}, {found}   "


def _add_medians(figure: go.Figure, result: Result, styles: dict[str, GroupStyle]) -> None:
    reached = result.tables["summary"].dropna(subset=["median"])
    if reached.empty:
        return
    guide = {"color": MUTED, "width": 1.5, "dash": "dot"}
    figure.add_shape(
        type="line", x0=0, x1=reached["median"].max(), y0=0.5, y1=0.5, line=guide, layer="below", row=1, col=1
    )
    for group, median in zip(reached["strata"], reached["median"], strict=True):
        drop = guide | {"color": styles[group].colour}
        figure.add_shape(type="line", x0=median, x1=median, y0=0, y1=0.5, line=drop, layer="below", row=1, col=1)


def _axes(figure: go.Figure, result: Result, lines: list[RiskLine]) -> None:
    ticks = list(dict.fromkeys(result.tables["at_risk"]["time"]))
    curves = result.tables["curves"]
    end = max([*ticks, curves["time"].max() if len(curves) else 0.0, 1.0])
    limits = [-0.015 * end, 1.015 * end]
    figure.update_xaxes(range=limits, tickvals=ticks, ticks="outside", showgrid=False)
    axis = result.facts.get("axis") or f"Time ({result.facts.get('unit', 'months')})"
    figure.update_xaxes(title={"text": axis, "standoff": 8}, showticklabels=True, row=1, col=1)
    figure.update_xaxes(showticklabels=False, ticks="", showline=False, row=2, col=1)
    figure.update_yaxes(
        range=[-0.02, 1.02],
        tickformat=".0%",
        dtick=0.25,
        gridcolor=FAINT,
        ticks="",
        title={"text": _share_of(result.facts.get("label", "")), "standoff": 12},
        row=1,
        col=1,
    )
    figure.update_yaxes(**risk_axis(lines), row=2, col=1)


def _share_of(endpoint: str) -> str:
    """What the curve is a share of: "time to …" names the event, not who is without it."""
    return endpoint if "survival" in endpoint.casefold() else "Without the event"
