"""Quality of life on paper: mean changes from baseline by visit, and how many answered."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from crlm_dash.analyses.result import Result
from crlm_dash.palette import FAINT, INK, MUTED, RULE, GroupStyle, group_label, group_styles
from crlm_dash.report.drawing.sheet import LINE, LINE_STYLES, MARKS, SMALL, WIDTH, Sheet, on_paper

FEW = 10  # below this many a mean is hollow and has no limits
_LEFT, _RIGHT, _LEGEND, _PLOT, _BELOW = 0.95, 0.12, 0.3, 2.3, 0.36


@on_paper
def qol(result: Result) -> Sheet:
    """Mean change of each group at each planned visit, up is better; below, forms answered of those expected."""
    visits, forms = result.tables["visits"], result.tables["completion"]
    groups = [group for group in result.facts["order"] if group in set(forms["strata"])]
    styles = group_styles(list(result.facts["order"]))
    named = forms.drop_duplicates("visitnum").sort_values("day")
    numbers = named["visitnum"].tolist()
    sheet = Sheet(_LEGEND + _PLOT + _BELOW + LINE * (len(groups) + 1))
    axes = sheet.axes(_LEFT, _LEGEND, WIDTH - _LEFT - _RIGHT, _PLOT)
    if result.facts["points"]:
        axes.axhspan(-result.facts["points"], result.facts["points"], color=FAINT, linewidth=0, zorder=0)
    axes.axhline(0, color=RULE, linewidth=1.0, zorder=1)
    for place, group in enumerate(groups):
        shift = (place - (len(groups) - 1) / 2) * 0.14
        _draw(axes, visits[visits["strata"] == group], numbers, styles[group], shift)
    axes.set_xlim(-0.6, len(numbers) - 0.4)
    axes.set_xticks(range(len(numbers)), [str(visit).capitalize() for visit in named["visit"]])
    low, high = axes.get_ylim()
    reach = max(abs(low), abs(high))
    axes.set_ylim((-reach, reach) if result.facts["better"] == "higher" else (reach, -reach))
    axes.set_ylabel("Change from baseline\n(up is better)")
    axes.tick_params(axis="both", length=0)
    axes.grid(axis="y", color=FAINT)
    top = _LEGEND + _PLOT + _BELOW
    sheet.words(_LEFT - 0.08, top, "answered", ha="right", color=MUTED)
    for place, group in enumerate(groups):
        mine = forms[forms["strata"] == group].set_index("visitnum")
        for at, number in enumerate(numbers):
            row = mine.loc[number]
            x = _LEFT + (at + 0.6) / len(numbers) * (WIDTH - _LEFT - _RIGHT)
            words = f"{row['received'] + row['outside_window']:,} of {row['expected']:,}"
            colour = styles[group].colour if len(groups) > 1 else INK
            sheet.words(x, top + place * LINE, words, ha="center", color=colour, fontsize=SMALL - 0.5)
    if len(groups) > 1:
        handles = [_mark(styles[group]) for group in groups]
        sheet.legend(handles, [group_label(group) for group in groups], left=_LEFT, top=0.04, columns=3)
    return sheet


def _draw(axes: Axes, rows: Any, numbers: list[float], style: GroupStyle, shift: float) -> None:
    drawn = rows[rows["n_change"] > 0]
    at = drawn["visitnum"].map(numbers.index).to_numpy() + shift
    axes.plot(at, drawn["mean_change"], color=style.colour, linestyle=LINE_STYLES[style.dash], linewidth=1.0)
    enough = (drawn["n_change"] >= FEW).to_numpy()
    known = drawn[enough]
    axes.vlines(at[enough], known["change_low"], known["change_high"], color=style.colour, linewidth=0.9)
    for x, y, full in zip(at, drawn["mean_change"], enough, strict=True):
        axes.plot(
            [x], [y], marker=MARKS[style.symbol], color=style.colour, markersize=4.2, markeredgewidth=0.8,
            markerfacecolor=style.colour if full else "white",
        )  # fmt: skip


def _mark(style: GroupStyle) -> Line2D:
    return Line2D([], [], color=style.colour, linestyle=LINE_STYLES[style.dash], marker=MARKS[style.symbol])
