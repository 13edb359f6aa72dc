"""The risk table under a curve, on the curve's own time axis: at risk, censored and events, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crlm_dash.figures.style import INK, RULE, SMALL_SIZE, TEXT_SIZE, GroupStyle, group_label

LINE_HEIGHT = 28
_KINDS = (("n_risk", "at risk"), ("n_censor", "censored"), ("n_event", "events"))
_MOST_IN_FULL = 3  # with more groups only the numbers at risk


@dataclass(frozen=True)
class RiskLine:
    """One line of the table: which numbers of which group."""

    group: str
    column: str
    words: str
    colour: str

    @property
    def label(self) -> str:
        """What stands before the numbers, in the colour of the curve."""
        named = f"<b>{group_label(self.group)}</b> {self.words}" if self.column == "n_risk" else self.words
        return f'<span style="color:{self.colour}">{named}</span> '


def risk_lines(groups: Sequence[str], styles: dict[str, GroupStyle]) -> list[RiskLine]:
    """The lines of the table, from the top: three a group, or only those at risk where there are many groups."""
    kinds = _KINDS if len(groups) <= _MOST_IN_FULL else _KINDS[:1]
    return [RiskLine(group, column, words, styles[group].colour) for group in groups for column, words in kinds]


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
    return [_numbers(of_group.get(line.group, at_risk[:0]), line, level) for level, line in enumerate(lines)]


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
