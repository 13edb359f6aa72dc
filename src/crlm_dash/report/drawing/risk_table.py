"""The numbers at risk below a curve, each under its time, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from crlm_dash.palette import GroupStyle, group_label
from crlm_dash.report.drawing.sheet import LINE, SMALL, bare

_MOST_IN_FULL = 3  # with more groups only the numbers at risk
_FEWEST_GAPS = 12  # between ticks: with more of them every second is left out


def risk_kinds(groups: Sequence[str], failed: str = "events") -> tuple[tuple[str, str], ...]:
    """Which numbers stand below the curves: column of `at_risk` and its word."""
    kinds = (("n_risk", "at risk"), ("n_censor", "censored"), ("n_event", failed))
    return kinds if len(groups) <= _MOST_IN_FULL else kinds[:1]


def risk_height(groups: Sequence[str]) -> float:
    """Inches the table needs: a line for the name of a group and one for each of its numbers."""
    return LINE * len(groups) * (1 + len(risk_kinds(groups)))


def ticks_of(at_risk: pd.DataFrame) -> list[float]:
    """Times that stand on the axis, no more than there is room for."""
    times = list(dict.fromkeys(at_risk["time"]))
    return times if len(times) <= _FEWEST_GAPS else times[::2]


def write_risk_table(
    axes: Axes, at_risk: pd.DataFrame, styles: dict[str, GroupStyle], ticks: Sequence[float], failed: str = "events"
) -> None:
    """Write the table into axes that share the curve's time axis; words stand at their left."""
    bare(axes)
    groups = list(styles)
    kinds = risk_kinds(groups, failed)
    lines = len(groups) * (1 + len(kinds))
    axes.set_ylim(lines, 0)
    at = axes.get_yaxis_transform()
    line = 0
    for group in groups:
        colour = styles[group].colour
        axes.text(
            -0.01,
            line + 0.5,
            group_label(group),
            transform=at,
            fontsize=SMALL,
            weight="bold",
            color=colour,
            va="center",
            ha="left",
        )
        mine = at_risk[(at_risk["strata"] == group) & at_risk["time"].isin(ticks)]
        for place, (column, word) in enumerate(kinds, start=line + 1):
            look: dict[str, Any] = {"fontsize": SMALL, "va": "center", "color": colour}
            axes.text(-0.02, place + 0.5, word, transform=at, ha="right", **look)
            for time, n in zip(mine["time"], mine[column], strict=True):
                axes.text(time, place + 0.5, f"{n:.0f}", ha="center", **look)
        line += 1 + len(kinds)
