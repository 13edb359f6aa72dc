"""The risk table under a curve, on the curve's own time axis: at risk, censored and events, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crlm_dash.figures.style import INK, RULE, SMALL_SIZE, TEXT_SIZE, GroupStyle, group_label

LINE_HEIGHT = 28
NAME = "name"  # column of a line that holds only the group's name
LONG_NAME = 14  # letters: from here on a name before the numbers takes the room of the curves
_KINDS = (("n_risk", "at risk"), ("n_censor", "censored"), ("n_event", "events"))
_MOST_IN_FULL = 3  # with more groups only the numbers at risk


@dataclass(frozen=True)
class RiskLine:
    """One line of the table: which numbers of which group."""

    group: str
    column: str
    words: str
    colour: str
    named: bool = False  # the group's name stands before the words

    @property
    def label(self) -> str:
        """What stands before the numbers, in the colour of the curve; nothing on a line of a name."""
        if self.column == NAME:
            return ""
        named = f"<b>{group_label(self.group)}</b> {self.words}" if self.named else self.words
        return f'<span style="color:{self.colour}">{named}</span> '


def risk_lines(groups: Sequence[str], styles: dict[str, GroupStyle]) -> list[RiskLine]:
    """
    The lines of the table, from the top: three a group, or only those at risk where there are many groups.

    A short name stands before "at risk"; where a name is long each stands on a line of its own.
    """
    kinds = _KINDS if len(groups) <= _MOST_IN_FULL else _KINDS[:1]
    apart = len(kinds) > 1 and any(len(group_label(group)) > LONG_NAME for group in groups)
    lines = []
    for group in groups:
        colour = styles[group].colour
        if apart:
            lines.append(RiskLine(group, NAME, group_label(group), colour))
        for column, words in kinds:
            lines.append(RiskLine(group, column, words, colour, named=column == "n_risk" and not apart))
    return lines


def risk_height(lines: Sequence[RiskLine]) -> int:
    """Pixels the table needs."""
    return LINE_HEIGHT * (len(lines) + 1)


def risk_traces(at_risk: pd.DataFrame, lines: Sequence[RiskLine]) -> list[dict[str, Any]]:
    """
    The numbers, each under its time: one trace a line, at y = 0, 1, 2 … from the top.

    Parameters
    ----------
    at_risk : the table `at_risk` of a result: `strata`, `time`, `n_risk`, `n_event`, `n_censor`
    lines : from `risk_lines`

    Returns
    -------
    Plain traces without axes: the caller says in which row of its figure they stand.
    """
    of_group = dict(iter(at_risk.groupby("strata", sort=False)))
    return [
        _numbers(of_group.get(line.group, at_risk[:0]), line, level)
        for level, line in enumerate(lines)
        if line.column != NAME
    ]


def risk_names(lines: Sequence[RiskLine], x_axis: str, y_axis: str) -> list[dict[str, Any]]:
    """
    The names that stand on lines of their own, as annotations.

    Parameters
    ----------
    lines : from `risk_lines`
    x_axis : the extent of the panel's x-axis as annotations name it ("x2 domain")
    y_axis : the panel's y-axis ("y2")

    Returns
    -------
    One annotation a name, at the left of its panel; none where names stand before the numbers.
    """
    place = {"xref": x_axis, "yref": y_axis, "x": 0, "xanchor": "left", "yanchor": "middle", "showarrow": False}
    return [
        place | {"y": level, "text": f"<b>{line.words}</b>", "font": {"size": SMALL_SIZE, "color": line.colour}}
        for level, line in enumerate(lines)
        if line.column == NAME
    ]


def _numbers(rows: pd.DataFrame, line: RiskLine, level: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": rows["time"].tolist(),
        "y": [level] * len(rows),
        "mode": "text",
        "text": [f"{n:.0f}" for n in rows[line.column]],
        "textfont": {"size": TEXT_SIZE if line.column == "n_risk" else SMALL_SIZE, "color": line.colour},
        "name": f"{group_label(line.group)}, {line.words}",
        "showlegend": False,
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def risk_axis(lines: Sequence[RiskLine]) -> dict[str, Any]:
    """The y-axis of the table: what each line counts, and no rule or grid."""
    return {
        "range": [len(lines) - 0.4, -0.6],
        "tickvals": list(range(len(lines))),
        "ticktext": [line.label for line in lines],
        "tickfont": {"size": SMALL_SIZE, "color": INK},
        "showgrid": False,
        "showline": False,
        "ticks": "",
        "zerolinecolor": RULE,
        "fixedrange": True,
    }
