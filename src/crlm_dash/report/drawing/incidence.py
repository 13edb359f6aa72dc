"""Cumulative incidence of one cause by group, the numbers at risk below it."""

from __future__ import annotations

from crlm_dash.analyses.result import Result
from crlm_dash.palette import MUTED, group_label, group_styles
from crlm_dash.report.drawing.risk_table import risk_height, ticks_of, write_risk_table
from crlm_dash.report.drawing.sheet import WIDTH, Sheet, on_paper, percent_axis
from crlm_dash.report.drawing.survival import LEFT, RIGHT, draw_curve, handle, settle_time
from crlm_dash.staircase import thinned

_CURVES = 2.1
_LEGEND_LINE, _AXIS = 0.19, 0.46
_HEADROOM, _LOWEST_TOP = 1.15, 0.25  # a scale shows no less than a quarter


@on_paper
def incidence(result: Result, cause: int) -> Sheet:
    """Curves of one cause with 95 % limits; at risk, censored and failed of any cause below."""
    tables = result.tables
    groups = list(dict.fromkeys(tables["at_risk"]["strata"]))
    styles = group_styles(groups)
    top = _LEGEND_LINE * len(groups) + 0.08
    sheet = Sheet(top + _CURVES + _AXIS + risk_height(groups) + 0.04)
    axes = sheet.axes(LEFT, top, WIDTH - LEFT - RIGHT, _CURVES)
    curves = tables["curves"][tables["curves"]["cause"] == cause]
    for group in groups:
        mine = thinned(curves[curves["strata"] == group])
        if len(mine):
            draw_curve(axes, mine, styles[group])
    if curves.empty:
        axes.text(0.5, 0.5, "Nobody so far", transform=axes.transAxes, ha="center", color=MUTED)
    ticks = ticks_of(tables["at_risk"])
    settle_time(axes, result, ticks)
    highest = max(
        [float(curves[name].max()) for name in ("conf_high", "estimate") if curves[name].notna().any()], default=0.0
    )
    percent_axis(axes, min(max(_HEADROOM * highest, _LOWEST_TOP), 1.0))
    below = sheet.axes(LEFT, top + _CURVES + _AXIS, WIDTH - LEFT - RIGHT, risk_height(groups))
    below.set_xlim(axes.get_xlim())
    write_risk_table(below, tables["at_risk"], styles, ticks, "failed")
    sizes = tables["first_events"].groupby("strata")["n"].sum()
    sheet.legend(
        [handle(styles[group]) for group in groups],
        [f"{group_label(group)}, n = {sizes[group]:,}" for group in groups],
        left=LEFT, top=0, columns=1,
    )  # fmt: skip
    return sheet
