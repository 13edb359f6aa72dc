"""Patients enrolled so far against the plan, and in each month."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.palette import ACCENT, ACCENT_LIGHT, MUTED
from crlm_dash.report.drawing.sheet import SMALL, WIDTH, Sheet, on_paper, whole_numbers

_LEFT, _RIGHT = 0.6, 0.35
_SUM, _MONTHS = 2.0, 0.9
_MOST_TICKS = 9


@on_paper
def accrual(result: Result) -> Sheet:
    """The number enrolled by the end of each month and as planned; below it the number of each month."""
    sheet = Sheet(0.28 + _SUM + 0.16 + _MONTHS + 0.28)
    width = WIDTH - _LEFT - _RIGHT
    above = sheet.axes(_LEFT, 0.28, width, _SUM)
    below = sheet.axes(_LEFT, 0.28 + _SUM + 0.16, width, _MONTHS)
    reached, plan = result.tables["monthly"], result.tables["plan"]
    (line,) = above.plot(reached["month"], reached["cumulative"], color=ACCENT, linewidth=2.0)
    handles, labels = [line], ["Enrolled"]
    if len(plan):
        (planned,) = above.plot(
            plan["month"], plan["planned_cumulative"], color=MUTED, linewidth=1.2, linestyle=(0, (5, 2))
        )
        handles, labels = [line, planned], ["Enrolled", "Planned"]
    if len(reached):
        last = reached.iloc[-1]
        above.annotate(
            f"{last['cumulative']:.0f}", (last["month"], last["cumulative"]), xytext=(4, 0), textcoords="offset points",
            va="center", weight="bold", fontsize=10, color=ACCENT,
        )  # fmt: skip
    below.bar(
        reached["month"], reached["n"], width=24, align="edge", color=ACCENT_LIGHT, edgecolor=ACCENT, linewidth=0.5
    )
    above.sharex(below)
    above.tick_params(labelbottom=False)
    for axes, word in ((above, "Patients in all"), (below, "A month")):
        axes.set_ylabel(word, fontsize=SMALL)
        axes.set_ylim(bottom=0)
        axes.grid(axis="y")
        axes.tick_params(axis="y", length=0)
        axes.yaxis.set_major_locator(whole_numbers())
    months = sorted({*reached["month"], *plan["month"]})
    shown = months[:: -(-len(months) // _MOST_TICKS) or 1]
    below.set_xticks(shown, [f"{pd.Timestamp(month):%Y-%m}" for month in shown])
    sheet.legend(handles, labels, left=_LEFT, top=0.02, columns=2)
    return sheet
