"""How many have got worse by when: for the first time above, for good below, death competing."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.stacked import Stacked
from crlm_dash.figures.style import AXIS, FAINT, GroupStyle, frame_layout, group_label, group_styles
from crlm_dash.figures.survival import by_risk, limits
from crlm_dash.staircase import thinned

_ROWS = {"first": "Worse for the<br>first time", "definitive": "Worse<br>for good"}
_HEIGHT, _GAP, _STEP, _WORSE = 220, 36, 6, 1


def qol_deterioration(result: Result) -> go.Figure:
    """
    Cumulative incidence of first and of definitive deterioration, with 95 % limits, one curve a group.

    Parameters
    ----------
    result : of the analysis `qol`

    Returns
    -------
    One figure whose two panels share the time axis; without a trace where nobody can be called worse. A curve is thin
    and pale where fewer than 10 are still followed.
    """
    curves = result.tables["deterioration_curves"]
    if curves.empty:
        return go.Figure()
    styles = group_styles(list(result.facts["order"]))
    plot = Stacked([_HEIGHT] * len(_ROWS), spacing=_GAP / (len(_ROWS) * _HEIGHT + _GAP))
    end = float(curves["time"].max())
    for row, (kind, title) in enumerate(_ROWS.items(), 1):
        mine = curves[(curves["kind"] == kind) & (curves["cause"] == _WORSE)]
        for group in result.facts["order"]:
            for trace in _curve(thinned(mine[mine["strata"] == group]), group, styles[group], named=row == 1):
                plot.trace(row, trace)
        plot.y_axis(
            row, **AXIS, range=[-0.02, 1.02], dtick=0.25, tickformat=".0%", gridcolor=FAINT, ticks="",
            title={"text": title, "standoff": 12},
        )  # fmt: skip
    ticks = list(range(0, int(end) + 1, _STEP if end < 60 else 2 * _STEP))
    plot.x_axis(**AXIS, range=[-0.02 * end, 1.015 * end], tickvals=ticks, ticks="outside", showgrid=False)
    plot.x_axis(1, showticklabels=False)
    plot.x_axis(2, title={"text": "Months since enrolment", "standoff": 8})
    margin = {"l": 24, "r": 36, "t": 56, "b": 8}
    return plot.figure(frame_layout(height=2 * _HEIGHT + _GAP + 140, margin=margin, hovermode="closest"))


def _curve(curve: pd.DataFrame, group: str, style: GroupStyle, *, named: bool) -> list[dict[str, Any]]:
    if curve.empty:
        return []
    shared = {
        "type": "scatter", "mode": "lines", "name": group_label(group) + "   ", "legendgroup": group,
        "hovertemplate": (
            f"<b>{group_label(group)}</b><br>%{{x:.1f}} months: <b>%{{y:.0%}}</b> worse "
            "(95 % %{customdata[1]:.0%}–%{customdata[2]:.0%})<br>%{customdata[0]:.0f} still followed<extra></extra>"
        ),
    }  # fmt: skip
    drawn = [
        shared | {
            "x": part["time"].to_numpy(), "y": part["estimate"].to_numpy(),
            "customdata": part[["n_risk", "conf_low", "conf_high"]].to_numpy(),
            "line": {"shape": "hv", "color": style.colour, "dash": style.dash, "width": look["width"]},
            "opacity": look["opacity"], "showlegend": legend and named,
        }
        for part, look, legend in by_risk(curve)
    ]  # fmt: skip
    return [*limits(curve, group, style), *drawn]
