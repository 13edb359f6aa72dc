"""Laboratory safety: the liver at its worst, and trends of the tests that treatment moves first."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullLocator

from crlm_dash.analyses.result import Result
from crlm_dash.palette import FAINT, INK, MUTED, GroupStyle, group_label, group_styles
from crlm_dash.report.drawing.sheet import LINE, LINE_STYLES, MARKS, SMALL, WIDTH, Sheet, on_paper

LOWEST = 0.05  # a smaller multiple is drawn here: there is no zero on this scale
FEW = 10  # below this many the median is drawn hollow
_TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_CORNERS = {
    "Hy's law range": (1, 1), "Temple's corollary": (1, 0), "Cholestasis": (0, 1), "Normal range": (0, 0),
}  # fmt: skip
_LEFT, _RIGHT, _LEGEND = 0.62, 0.12, 0.26
_SQUARE = 3.6
_PANEL, _BELOW, _COLUMNS, _GAP = 1.25, 0.42, 2, 0.62
_UNITS = {"RATIO": "", "umol/L": "µmol/L", "10^9/L": "×10⁹/L", "GI/L": "×10⁹/L"}


@on_paper
def liver(result: Result) -> Sheet:
    """Each patient's peak enzyme against peak bilirubin after baseline, as multiples; how many are in each quadrant."""
    marks, facts = result.tables["edish"], result.facts
    groups = list(facts["order"])
    styles = group_styles(groups)
    sheet = Sheet(_LEGEND + _SQUARE + 0.5)
    axes = sheet.axes(_LEFT, _LEGEND, WIDTH - _LEFT - _RIGHT, _SQUARE)
    x, y = facts["enzyme_cut"], facts["bilirubin_cut"]
    axes.set_xscale("log")
    axes.set_yscale("log")
    for group in groups:
        mine = marks[marks["strata"] == group]
        axes.plot(
            mine["enzyme"].clip(lower=LOWEST).to_numpy(), mine["bilirubin"].clip(lower=LOWEST).to_numpy(),
            linestyle="", marker=MARKS[styles[group].symbol], color=styles[group].colour, markersize=4.5,
            alpha=0.75, markeredgecolor="white", markeredgewidth=0.4, clip_on=False,
        )  # fmt: skip
    low_x, high_x = _span(marks["enzyme"], x)
    low_y, high_y = _span(marks["bilirubin"], y)
    axes.set_xlim(low_x, high_x)
    axes.set_ylim(low_y, high_y)
    axes.add_patch(Rectangle((x, y), high_x - x, high_y - y, facecolor="#FBEFE6", zorder=0))
    axes.axvline(x, color=MUTED, linestyle="--", linewidth=0.8, zorder=0)
    axes.axhline(y, color=MUTED, linestyle="--", linewidth=0.8, zorder=0)
    multiple = "ULN" if facts["against"] == "uln" else "baseline"
    axes.set_xlabel(f"Peak {facts['enzyme']} (× {multiple})")
    axes.set_ylabel(f"Peak bilirubin (× {multiple})")
    for axis, (low, high) in ((axes.xaxis, (low_x, high_x)), (axes.yaxis, (low_y, high_y))):
        ticks = [tick for tick in (*_TICKS, 3) if low <= tick <= high]
        axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
        axis.set_minor_locator(NullLocator())
    _write_quadrants(axes, result, styles)
    if len(groups) > 1:
        handles = [_mark(styles[group]) for group in groups]
        sheet.legend(handles, [group_label(group) for group in groups], left=_LEFT, top=0.04, columns=4)
    return sheet


@on_paper
def trends(result: Result) -> Sheet:
    """Median and quartiles of each test month by month, a panel a test, the patients below."""
    table = result.tables["trends"]
    groups = [group for group in result.facts["order"] if group in set(table["strata"])]
    styles = group_styles(list(result.facts["order"]))
    labels = list(dict.fromkeys(table["label"]))
    numbers = LINE * (len(groups) + 1)
    row = 0.24 + _PANEL + _BELOW + numbers
    n_rows = -(-len(labels) // _COLUMNS)
    sheet = Sheet(_LEGEND + max(n_rows, 1) * row)
    width = (WIDTH - _COLUMNS * _GAP - _RIGHT) / _COLUMNS
    for place, label in enumerate(labels):
        line, column = divmod(place, _COLUMNS)
        left, top = _GAP + column * (width + _GAP), _LEGEND + line * row + 0.24
        axes = sheet.axes(left, top, width, _PANEL)
        _draw_trend(axes, table[table["label"] == label], groups, styles)
        _write_numbers(sheet, axes, table[table["label"] == label], groups, styles, left, top + _PANEL + _BELOW, width)
    if len(groups) > 1:
        handles = [_mark(styles[group]) for group in groups]
        sheet.legend(handles, [group_label(group) for group in groups], left=_GAP, top=0.04, columns=4)
    return sheet


def _span(values: pd.Series, cut: float) -> tuple[float, float]:
    known = values.dropna().clip(lower=LOWEST)
    low = min(known.min() if len(known) else 1.0, 0.5)
    high = max(known.max() if len(known) else 1.0, 3 * cut)
    return low / 2.2, high * 1.6


def _write_quadrants(axes: Axes, result: Result, styles: dict[str, GroupStyle]) -> None:
    table = result.tables["quadrants"]
    for quadrant, (right, top) in _CORNERS.items():
        here = table[table["quadrant"] == quadrant]
        lines = [quadrant]
        for group, n, percent in zip(here["strata"], here["n"], here["percent"], strict=True):
            share = "" if pd.isna(percent) else f" ({percent:.0f} %)"
            lines.append(f"{'' if len(styles) == 1 else f'{group_label(group)}: '}{n:,}{share}")
        axes.text(
            0.99 if right else 0.015, 0.985 if top else 0.015, "\n".join(lines), transform=axes.transAxes,
            ha="right" if right else "left", va="top" if top else "bottom", fontsize=SMALL, color=INK,
            bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip


def _draw_trend(axes: Axes, table: pd.DataFrame, groups: list[str], styles: dict[str, GroupStyle]) -> None:
    months = sorted(set(table["month"]))
    for place, group in enumerate(groups):
        mine = table[table["strata"] == group].dropna(subset=["median"])
        style, shift = styles[group], (place - (len(groups) - 1) / 2) * 0.16
        at = mine["month"].map(months.index).to_numpy() + shift
        axes.plot(at, mine["median"], color=style.colour, linestyle=LINE_STYLES[style.dash], linewidth=1.0)
        axes.vlines(at, mine["q1"], mine["q3"], color=style.colour, linewidth=0.8)
        for x, y, n in zip(at, mine["median"], mine["n"], strict=True):
            face = style.colour if n >= FEW else "white"
            axes.plot(
                [x], [y], marker=MARKS[style.symbol], color=style.colour, markerfacecolor=face, markersize=3.6,
                markeredgewidth=0.8,
            )  # fmt: skip
    units = table["unit"].dropna()
    unit = _UNITS.get(str(units.iloc[0]), str(units.iloc[0])) if len(units) else ""
    label = str(table["label"].iloc[0])
    axes.set_title(f"{label} ({unit})" if unit else label, fontsize=8, weight="bold", loc="left", pad=4)
    axes.set_xlim(-0.6, len(months) - 0.4)
    axes.set_xticks(range(len(months)), ["Start" if month == 0 else f"{month}" for month in months])
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=FAINT)
    axes.tick_params(axis="both", length=0, labelsize=SMALL - 0.5)
    axes.set_xlabel("Months since enrolment (not to scale)", fontsize=SMALL - 0.5, labelpad=1)


def _write_numbers(
    sheet: Sheet, axes: Axes, table: pd.DataFrame, groups: list[str], styles: dict[str, GroupStyle], left: float,
    top: float, width: float,
) -> None:  # fmt: skip
    """How many patients each mark stands for, below the axis it belongs to."""
    months = sorted(set(table["month"]))
    low, high = axes.get_xlim()
    look: dict[str, Any] = {"fontsize": SMALL - 1}
    sheet.words(left - 0.08, top, "n", ha="right", color=MUTED, **look)
    for place, group in enumerate(groups):
        mine = table[table["strata"] == group].set_index("month")["n"]
        for at, month in enumerate(months):
            if month in mine.index:
                x = left + (at - low) / (high - low) * width
                sheet.words(
                    x, top + place * LINE * 0.8, f"{mine[month]:,}", ha="center", color=styles[group].colour, **look
                )


def _mark(style: GroupStyle) -> Line2D:
    return Line2D([], [], color=style.colour, linestyle=LINE_STYLES[style.dash], marker=MARKS[style.symbol])
