"""What comes first, as shares of all patients over time: one panel a group, its numbers at risk below each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.risk_table import LINE_HEIGHT, RiskLine, risk_axis, risk_traces
from crlm_dash.figures.style import (
    AXIS,
    FAINT,
    INK,
    SMALL_SIZE,
    GroupStyle,
    frame_layout,
    group_label,
    group_styles,
)
from crlm_dash.palette import CAUSE_COLOURS, OTHER_CAUSE_COLOURS
from crlm_dash.staircase import FEW, thinned

_WORDS = (("n_risk", "at risk"), ("n_censor", "censored"), ("n_event", "failed"))
_MOST_ACROSS = 3
_TITLE, _CURVES, _GAP, _BETWEEN = 40, 360, 84, 36  # pixels, from the top of a panel
_TABLE = LINE_HEIGHT * len(_WORDS)
_THINNEST = 0.07  # a thinner band has no room for its share
_LATE = 0.6  # of the axis: from here on words stand at the left of the rule
_MOST_TICKS = 6  # of panels side by side


@dataclass(frozen=True)
class _Panel:
    """One group's place in the figure: its axes, and where they lie."""

    group: str
    number: int
    across: tuple[float, float]
    curves: tuple[float, float]
    table: tuple[float, float]
    leftmost: bool

    @property
    def x(self) -> str:
        return _axis("x", self.number)

    @property
    def y(self) -> str:
        return _axis("y", 2 * self.number - 1)

    @property
    def y_table(self) -> str:
        return _axis("y", 2 * self.number)


def first_failure(result: Result) -> go.Figure:
    """
    Stacked cumulative incidence of every cause, group by group on one scale; what is left white is free of all.

    Parameters
    ----------
    result : of the incidence analysis, with tables `curves`, `event_free`, `at_risk`, `causes`, `landmarks`

    Returns
    -------
    One figure; the shares are written where the display is read (`facts["horizon"]`), and a panel is pale from
    where fewer than 10 are at risk.
    """
    groups = list(dict.fromkeys(result.tables["at_risk"]["strata"]))
    panels, height = _panels(groups)
    styles = group_styles(groups)
    looks = _looks(result.tables["causes"])
    ticks = list(dict.fromkeys(result.tables["at_risk"]["time"]))
    if len(groups) > 1 and len(ticks) > _MOST_TICKS:
        ticks = ticks[::2]
    times = result.tables["event_free"]["time"]
    end = float(max([*ticks, times.max() if len(times) else 0.0, 1.0]))
    traces: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    for panel in panels:
        traces += _bands(result, panel, looks) + _numbers(result, panel, styles[panel.group], ticks)
        shapes += _pale(result, panel, end) + _reading(result, panel)
        notes += [_title(result, panel, styles[panel.group]), *_shares(result, panel, end, roomy=len(groups) <= 2)]
        axes |= _axes(result, panel, ticks, end)
    layout = frame_layout(height=height, hovermode="x unified", margin={"l": 24, "r": 24, "t": 64, "b": 8})
    still = {"itemclick": False, "itemdoubleclick": False}  # a band taken out would let the others fall
    layout["legend"] |= still | {"x": 0, "xref": "container", "font": {"size": SMALL_SIZE + 1}}
    layout["legend"] |= {"traceorder": "normal", "y": 1.0, "yref": "container", "yanchor": "top"}
    return go.Figure({"data": traces, "layout": layout | axes | {"shapes": shapes, "annotations": notes}})


def _panels(groups: list[str]) -> tuple[list[_Panel], int]:
    """Where each group's panel lies, at most three side by side; the height of the figure."""
    columns = max(min(len(groups), _MOST_ACROSS), 1)
    rows = -(-len(groups) // columns)
    one = _TITLE + _CURVES + _GAP + _TABLE
    inside = max(rows * one + (rows - 1) * _BETWEEN, 1)
    gap = 0.035
    width = (1 - gap * (columns - 1)) / columns
    found = []
    for number, group in enumerate(groups):
        row, column = divmod(number, columns)
        top = inside - row * (one + _BETWEEN) - _TITLE
        left = column * (width + gap)
        found.append(
            _Panel(
                group,
                number + 1,
                (left, min(left + width, 1.0)),
                ((top - _CURVES) / inside, top / inside),
                (max(top - _CURVES - _GAP - _TABLE, 0) / inside, (top - _CURVES - _GAP) / inside),
                column == 0,
            )
        )
    return found, inside + 72


def _looks(causes: pd.DataFrame) -> dict[int, str]:
    """Colour of each cause."""
    others = iter(OTHER_CAUSE_COLOURS * len(causes))
    pairs = zip(causes["cause"], causes["kind"], strict=True)
    return {int(cause): CAUSE_COLOURS[kind] if kind in CAUSE_COLOURS else next(others) for cause, kind in pairs}


def _bands(result: Result, panel: _Panel, looks: dict[int, str]) -> list[dict[str, Any]]:
    curves = result.tables["curves"]
    mine = curves[curves["strata"] == panel.group]
    labels = dict(zip(result.tables["causes"]["cause"], result.tables["causes"]["label"], strict=True))
    found = []
    for cause in sorted(set(mine["cause"])):
        shown = thinned(mine[mine["cause"] == cause])
        found.append(
            {
                "type": "scatter",
                "x": shown["time"].to_numpy(),
                "y": shown["estimate"].to_numpy(),
                "mode": "lines",
                "line": {"shape": "hv", "width": 1, "color": "#FFFFFF"},
                "stackgroup": panel.group,
                "fillcolor": looks[cause],
                "name": labels[cause],
                "legendgroup": labels[cause],
                "showlegend": panel.number == 1,
                "hovertemplate": "<b>%{y:.0%}</b>",
                "xaxis": panel.x,
                "yaxis": panel.y,
            }
        )
    return found


def _numbers(result: Result, panel: _Panel, style: GroupStyle, ticks: list[float]) -> list[dict[str, Any]]:
    at_risk = result.tables["at_risk"]
    shown = at_risk[at_risk["time"].isin(ticks)]
    place = {"xaxis": panel.x, "yaxis": panel.y_table}
    return [trace | place for trace in risk_traces(shown, _risk_lines(panel, style.colour))]


def _risk_lines(panel: _Panel, colour: str) -> list[RiskLine]:
    return [RiskLine(panel.group, column, words, colour) for column, words in _WORDS]


def _pale(result: Result, panel: _Panel, end: float) -> list[dict[str, Any]]:
    """A veil over what rests on fewer than ten at risk."""
    free = result.tables["event_free"]
    mine = free[free["strata"] == panel.group]
    few = mine.loc[(mine["n_risk"] < FEW) & (mine["time"] > 0), "time"]
    if few.empty:
        return []
    veil = {"type": "rect", "x0": float(few.min()), "x1": end, "y0": 0, "y1": 1, "layer": "above"}
    return [veil | {"fillcolor": "rgba(255,255,255,0.6)", "line": {"width": 0}, "xref": panel.x, "yref": panel.y}]


def _reading(result: Result, panel: _Panel) -> list[dict[str, Any]]:
    """A rule at the time whose shares are written."""
    horizon = result.facts.get("horizon")
    if horizon is None:
        return []
    look = {"width": 1.5, "dash": "dot", "color": INK}
    rule = {"type": "line", "x0": horizon, "x1": horizon, "y0": 0, "y1": 1, "layer": "above", "line": look}
    return [rule | {"xref": panel.x, "yref": panel.y}]


def _shares(result: Result, panel: _Panel, end: float, *, roomy: bool) -> list[dict[str, Any]]:
    """The share of each cause at the reading time, written in its band; above them who is free of all."""
    landmarks, horizon = result.tables["landmarks"], result.facts.get("horizon")
    if horizon is None:
        return []
    there = landmarks[(landmarks["strata"] == panel.group) & (landmarks["time"] == horizon)]
    place = {"x": horizon, "xref": panel.x, "yref": panel.y, "showarrow": False, **_beside(horizon < _LATE * end)}
    found, below = [], 0.0
    for share in there["estimate"]:
        if share >= _THINNEST:
            found.append(place | {"y": below + share / 2, "text": f"<b>{share:.0%}</b>"})
        below += share
    if len(there) and 1 - below >= _THINNEST:
        when = f" by {result.facts.get('horizon_words', '')}" if roomy else ""
        found.append(place | {"y": (1 + below) / 2, "text": f"<b>{1 - below:.0%}</b> free{when}"})
    return found


def _beside(right: bool) -> dict[str, Any]:
    """Words at the right or the left of a rule, readable over any band."""
    side = {"xanchor": "left", "xshift": 5} if right else {"xanchor": "right", "xshift": -5}
    box = {"bgcolor": "rgba(255,255,255,0.85)", "borderpad": 1}
    return side | box | {"font": {"size": SMALL_SIZE, "color": INK}}


def _title(result: Result, panel: _Panel, style: GroupStyle) -> dict[str, Any]:
    events = result.tables["first_events"]
    n = int(events.loc[events["strata"] == panel.group, "n"].sum())
    return {
        "text": f'<b style="color:{style.colour}">{group_label(panel.group)}</b>  n = {n:,}',
        "x": panel.across[0], "xref": "paper", "xanchor": "left", "y": panel.curves[1], "yref": "paper",
        "yanchor": "bottom", "yshift": 4, "showarrow": False, "font": {"size": SMALL_SIZE + 1},
    }  # fmt: skip


def _axes(result: Result, panel: _Panel, ticks: list[float], end: float) -> dict[str, Any]:
    title = {"text": result.facts.get("axis", ""), "standoff": 6, "font": {"size": SMALL_SIZE + 1}}
    when = f"<b>{group_label(panel.group)}</b>, %{{x:.1f}} {result.facts.get('unit', 'months')}"
    x = AXIS | {
        "domain": list(panel.across), "anchor": panel.y, "range": [-0.06 * end, 1.03 * end], "tickvals": ticks,
        "ticks": "outside", "showgrid": False, "title": title,
        "unifiedhovertitle": {"text": when},
    }  # fmt: skip
    if panel.number > 1:
        x["matches"] = "x"
    y = AXIS | {
        "domain": list(panel.curves), "anchor": panel.x, "range": [0, 1], "tickformat": ".0%", "dtick": 0.25,
        "gridcolor": FAINT, "ticks": "", "fixedrange": True, "showticklabels": panel.leftmost,
    }  # fmt: skip
    lines = _risk_lines(panel, INK)
    table = AXIS | risk_axis(lines) | {"domain": list(panel.table), "anchor": panel.x}
    table |= {"ticktext": [f"{line.words} " for line in lines], "showticklabels": panel.leftmost}
    return {_layout(panel.x): x, _layout(panel.y): y, _layout(panel.y_table): table}


def _axis(kind: str, number: int) -> str:
    return kind if number == 1 else f"{kind}{number}"


def _layout(axis: str) -> str:
    return f"{axis[0]}axis{axis[1:]}"
