"""Kaplan–Meier curves by group, the numbers at risk below them on one time axis."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from crlm_dash.analyses.result import Result
from crlm_dash.palette import FAINT, MUTED, GroupStyle, group_label, group_styles
from crlm_dash.report.drawing.risk_table import risk_height, ticks_of, write_risk_table
from crlm_dash.report.drawing.sheet import LINE_STYLES, SMALL, WIDTH, Sheet, on_paper, percent_axis
from crlm_dash.staircase import parts, thinned

LEFT, RIGHT = 0.78, 0.12  # inches beside the curves
_CURVES = 2.35
_LEGEND_LINE = 0.19
_AXIS = 0.46  # below the curves: ticks and their title
THICK: dict[str, Any] = {"linewidth": 1.6, "alpha": 1.0}
THIN: dict[str, Any] = {"linewidth": 0.8, "alpha": 0.7}


@on_paper
def survival(result: Result) -> Sheet:
    """Curves with 95 % limits, censoring marks, medians and landmarks; at risk, censored and events below."""
    tables = result.tables
    groups = list(dict.fromkeys(tables["summary"]["strata"]))
    styles = group_styles(groups)
    top = _LEGEND_LINE * len(groups) + 0.08
    sheet = Sheet(top + _CURVES + _AXIS + risk_height(groups) + 0.04)
    axes = sheet.axes(LEFT, top, WIDTH - LEFT - RIGHT, _CURVES)
    for group in groups:
        curve = thinned(tables["curves"][tables["curves"]["strata"] == group])
        if len(curve):
            draw_curve(axes, curve, styles[group])
            _mark_censoring(axes, curve[curve["n_censor"] > 0], styles[group])
    ticks = ticks_of(tables["at_risk"])
    end = settle_time(axes, result, ticks)
    percent_axis(axes)
    _guides(axes, result, styles, end)
    below = sheet.axes(LEFT, top + _CURVES + _AXIS, WIDTH - LEFT - RIGHT, risk_height(groups))
    below.set_xlim(axes.get_xlim())
    write_risk_table(below, tables["at_risk"], styles, ticks)
    sheet.legend(
        [handle(styles[group]) for group in groups],
        [_name(result, group) for group in groups],
        left=LEFT, top=0, columns=1,
    )  # fmt: skip
    return sheet


def draw_curve(axes: Axes, curve: pd.DataFrame, style: GroupStyle) -> None:
    """One curve of steps with its limits; thin and pale where fewer than ten are at risk."""
    known = curve.dropna(subset=["conf_low", "conf_high"])
    axes.fill_between(
        known["time"], known["conf_low"], known["conf_high"], step="post", color=style.colour, alpha=0.12, linewidth=0
    )
    for part, enough, _ in parts(curve):
        look = THICK if enough else THIN
        axes.step(
            part["time"], part["estimate"], where="post", color=style.colour, linestyle=LINE_STYLES[style.dash], **look
        )


def handle(style: GroupStyle) -> Line2D:
    """A group's line for the legend."""
    return Line2D([], [], color=style.colour, linestyle=LINE_STYLES[style.dash], linewidth=THICK["linewidth"])


def settle_time(axes: Axes, result: Result, ticks: list[float]) -> float:
    """The time axis from nothing to the last time shown; its end."""
    curves = result.tables["curves"]
    end = float(max([*ticks, curves["time"].max() if len(curves) else 0.0, 1.0]))
    axes.set_xlim(-0.015 * end, 1.015 * end)
    axes.set_xticks(ticks)
    axes.set_xlabel(result.facts.get("axis", ""))
    return end


def _mark_censoring(axes: Axes, censored: pd.DataFrame, style: GroupStyle) -> None:
    axes.plot(
        censored["time"], censored["estimate"], linestyle="", marker="|", markersize=4, markeredgewidth=0.6,
        color=style.colour,
    )  # fmt: skip


def _guides(axes: Axes, result: Result, styles: dict[str, GroupStyle], end: float) -> None:
    """A faint rule at each landmark, dotted lines to the medians, and the hazard ratio of two groups."""
    for time in result.facts.get("landmarks", []):
        if time <= end:
            axes.axvline(time, color=FAINT, linewidth=0.8, zorder=0)
    reached = result.tables["summary"].dropna(subset=["median"])
    if len(reached):
        look: dict[str, Any] = {"linestyle": ":", "linewidth": 0.8}
        axes.plot([0, reached["median"].max()], [0.5, 0.5], color=MUTED, zorder=1, **look)
        for group, median in zip(reached["strata"], reached["median"], strict=True):
            axes.plot([median, median], [0, 0.5], color=styles[group].colour, zorder=1, **look)
    ratios = result.tables["hazard_ratio"]
    if len(ratios) == 1 and not pd.isna(ratios["conf_low"].iloc[0]):
        row = ratios.iloc[0]
        text = (
            f"Hazard ratio {row['estimate']:.2f} ({row['conf_low']:.2f} to {row['conf_high']:.2f})\n{row['comparison']}"
        )
        axes.text(0.995, 0.985, text, transform=axes.transAxes, ha="right", va="top", fontsize=SMALL)


def _name(result: Result, group: str) -> str:
    row = result.tables["summary"].set_index("strata").loc[group]
    reached = not pd.isna(row["median"])
    median = f"{row['median']:.1f} {result.facts.get('unit', '')}" if reached else "not reached"
    return f"{group_label(group)}, n = {row['n']:.0f}, median {median}"
