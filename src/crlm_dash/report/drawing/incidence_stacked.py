"""What comes first, as shares of all patients over time: one panel a group, its numbers at risk below each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from crlm_dash.analyses.result import Result
from crlm_dash.palette import CAUSE_COLOURS, INK, OTHER_CAUSE_COLOURS, GroupStyle, group_label, group_styles
from crlm_dash.report.drawing.risk_table import ticks_of
from crlm_dash.report.drawing.sheet import LINE, SMALL, WIDTH, Sheet, bare, on_paper, percent_axis
from crlm_dash.staircase import FEW, thinned

_CURVES, _AXIS, _TITLE, _BETWEEN = 2.3, 0.46, 0.22, 0.3
_LEFT, _GAP = 0.62, 0.22
_MOST_ACROSS = 2
_WORDS = (("n_risk", "at risk"), ("n_censor", "censored"), ("n_event", "failed"))
_TABLE = LINE * len(_WORDS)
_THINNEST = 0.06  # a thinner band has no room for its share
_LATE = 0.6  # of the axis: from here on words stand at the left of the rule
_MOST_TICKS = 7
# A second channel beside the colour, for a copy in grey.
_HATCHES = ("", "////", "", "....", "\\\\\\\\", "xxxx")


@on_paper
def first_failure(result: Result) -> Sheet:
    """Stacked cumulative incidence of every cause; what is left white is free of all."""
    groups = list(dict.fromkeys(result.tables["at_risk"]["strata"]))
    styles = group_styles(groups)
    looks = _looks(result.tables["causes"])
    columns = min(len(groups), _MOST_ACROSS)
    rows = -(-len(groups) // columns)
    legend = 0.19 * -(-len(looks) // 3) + 0.1
    one = _TITLE + _CURVES + _AXIS + _TABLE
    sheet = Sheet(legend + rows * one + (rows - 1) * _BETWEEN + 0.04)
    width = (WIDTH - _LEFT - 0.1 - _GAP * (columns - 1)) / columns
    for number, group in enumerate(groups):
        row, column = divmod(number, columns)
        left, top = _LEFT + column * (width + _GAP), legend + row * (one + _BETWEEN)
        _panel(sheet, result, group, styles[group], looks, (left, top, width), leftmost=column == 0)
    labels = dict(zip(result.tables["causes"]["cause"], result.tables["causes"]["label"], strict=True))
    handles = [Patch(**look) for look in looks.values()]
    sheet.legend(handles, [labels[cause] for cause in looks], left=0.05, top=0, columns=3)
    return sheet


def _looks(causes: pd.DataFrame) -> dict[int, dict[str, Any]]:
    """Colour and hatching of each cause."""
    others = iter(OTHER_CAUSE_COLOURS * len(causes))
    found = {}
    for place, (cause, kind) in enumerate(zip(causes["cause"], causes["kind"], strict=True)):
        colour = CAUSE_COLOURS[kind] if kind in CAUSE_COLOURS else next(others)
        found[int(cause)] = {
            "facecolor": colour, "hatch": _HATCHES[place % len(_HATCHES)], "edgecolor": "white", "linewidth": 0.6,
        }  # fmt: skip
    return found


def _panel(
    sheet: Sheet,
    result: Result,
    group: str,
    style: GroupStyle,
    looks: dict[int, dict[str, Any]],
    place: tuple[float, float, float],
    *,
    leftmost: bool,
) -> None:
    left, top, width = place
    tables = result.tables
    events = tables["first_events"]
    n = int(events.loc[events["strata"] == group, "n"].sum())
    title = {"fontsize": 8.5, "weight": "bold", "color": style.colour}
    sheet.words(left, top + _TITLE / 2, f"{group_label(group)}, n = {n:,}", **title)
    axes = sheet.axes(left, top + _TITLE, width, _CURVES)
    at_risk = tables["at_risk"][tables["at_risk"]["strata"] == group]
    ticks = ticks_of(tables["at_risk"])
    ticks = ticks if len(ticks) <= _MOST_TICKS else ticks[::2]
    end = float(max([*ticks, *tables["event_free"]["time"], 1.0]))
    _bands(axes, tables["curves"][tables["curves"]["strata"] == group], looks, end)
    _veil(axes, tables["event_free"][tables["event_free"]["strata"] == group], end)
    _shares(axes, result, group, end)
    axes.set_xlim(-0.04 * end, 1.02 * end)
    axes.set_xticks(ticks)
    axes.set_xlabel(result.facts.get("axis", ""))
    percent_axis(axes)
    axes.set_ylim(0, 1)
    axes.tick_params(labelleft=leftmost)
    _numbers(sheet.axes(left, top + _TITLE + _CURVES + _AXIS, width, _TABLE), at_risk, ticks, axes, leftmost=leftmost)


def _bands(axes: Axes, curves: pd.DataFrame, looks: dict[int, dict[str, Any]], end: float) -> None:
    """Each cause on top of those before it, over the times at which any of them rises."""
    shown = {cause: thinned(curves[curves["cause"] == cause]) for cause in sorted(set(curves["cause"]))}
    times = np.unique(np.concatenate([[0.0, end], *(rows["time"].to_numpy() for rows in shown.values())]))
    below = np.zeros(len(times))
    for cause in looks:
        if cause not in shown:
            continue
        rows = shown[cause]
        place = np.searchsorted(rows["time"].to_numpy(), times, side="right")
        above = below + np.concatenate([[0.0], rows["estimate"].to_numpy()])[place]
        last = times <= rows["time"].max()
        axes.fill_between(times[last], below[last], above[last], step="post", **looks[cause])
        below = above


def _veil(axes: Axes, free: pd.DataFrame, end: float) -> None:
    """Pale from where fewer than ten are at risk."""
    few = free.loc[(free["n_risk"] < FEW) & (free["time"] > 0), "time"]
    if len(few):
        axes.axvspan(float(few.min()), end, color="white", alpha=0.6, linewidth=0)


def _shares(axes: Axes, result: Result, group: str, end: float) -> None:
    """The share of each cause where the display is read, written in its band; above them who is free of all."""
    horizon = result.facts.get("horizon")
    if horizon is None:
        return
    axes.axvline(horizon, color=INK, linewidth=0.8, linestyle=":")
    landmarks = result.tables["landmarks"]
    there = landmarks[(landmarks["strata"] == group) & (landmarks["time"] == horizon)]
    side = ("left", 0.01 * end) if horizon < _LATE * end else ("right", -0.01 * end)
    box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    look: dict[str, Any] = {"ha": side[0], "va": "center", "fontsize": SMALL, "weight": "bold", "bbox": box}
    below = 0.0
    for share in there["estimate"]:
        if share >= _THINNEST:
            axes.text(horizon + side[1], below + share / 2, f"{100 * share:.0f} %", **look)
        below += share
    if len(there) and 1 - below >= _THINNEST:
        words = f"{100 * (1 - below):.0f} % free by {result.facts.get('horizon_words', '')}"
        axes.text(horizon + side[1], (1 + below) / 2, words, **look)


def _numbers(axes: Axes, at_risk: pd.DataFrame, ticks: list[float], above: Axes, *, leftmost: bool) -> None:
    bare(axes)
    axes.set_xlim(above.get_xlim())
    axes.set_ylim(len(_WORDS), 0)
    shown = at_risk[at_risk["time"].isin(ticks)]
    for line, (column, word) in enumerate(_WORDS):
        if leftmost:
            axes.text(
                -0.02, line + 0.5, word, transform=axes.get_yaxis_transform(), ha="right", va="center", fontsize=SMALL
            )
        for time, n in zip(shown["time"], shown[column], strict=True):
            axes.text(time, line + 0.5, f"{n:.0f}", ha="center", va="center", fontsize=SMALL)
