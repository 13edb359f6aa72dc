"""One laboratory test month by month: median and quartiles of each group, and how many below the axis."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.stacked import Stacked
from crlm_dash.figures.style import (
    AXIS,
    FAINT,
    INK,
    MUTED,
    RULE,
    SMALL_SIZE,
    TEXT_SIZE,
    GroupStyle,
    frame_layout,
    group_label,
    group_styles,
)

FEW = 10  # below this many the median is drawn pale
PLOT, NUMBERS = 1, 2  # rows of the figure
_HEIGHT, _LINE, _GAP = 460, 32, 104


def lab_trends(result: Result, *, multiples: bool = False) -> go.Figure:
    """
    The trend of one test by group.

    Parameters
    ----------
    result : of the laboratory analysis for one test, with table `trends`
    multiples : draw multiples of the upper limit of normal instead of the values as measured

    Returns
    -------
    One figure: medians with quartiles over the months, patients below. The months stand in order, not to scale.
    """
    table = result.tables["trends"]
    groups = [group for group in result.facts["order"] if group in set(table["strata"])]
    styles = group_styles(list(result.facts["order"]))
    months = sorted(set(table["month"]))
    below = _LINE * (len(groups) + 1)
    plot = Stacked([_HEIGHT, below], spacing=_GAP / (_HEIGHT + below + _GAP))
    named = {"n": "n_uln", "q1": "uln_q1", "median": "uln_median", "q3": "uln_q3"} if multiples else {}
    for place, group in enumerate(groups):
        rows = table[table["strata"] == group].assign(at=lambda frame: frame["month"].map(months.index))
        drawn = rows.assign(**{name: rows[column] for name, column in named.items()}).dropna(subset=["median"])
        unit = "× ULN" if multiples else _unit(table)
        for trace in _group(drawn, group, styles[group], unit, (place - (len(groups) - 1) / 2) * 0.14):
            plot.trace(PLOT, trace)
        plot.trace(NUMBERS, _counts(drawn, group, styles[group], place))
    if multiples:
        plot.across(PLOT, 1, {"color": RULE, "width": 2})
    _axes(plot, table, groups, months, multiples, styles)
    layout = frame_layout(
        height=_HEIGHT + below + 130,
        hovermode="closest",
        showlegend=len(groups) > 1,
        margin={"l": 24, "r": 24, "t": 56 if len(groups) > 1 else 24, "b": 8},
    )
    return plot.figure(layout)


def _unit(table: pd.DataFrame) -> str:
    units = table["unit"].dropna()
    word = str(units.iloc[0]) if len(units) else ""
    return {"RATIO": "", "umol/L": "µmol/L", "10^9/L": "×10⁹/L", "GI/L": "×10⁹/L"}.get(word, word)


def _group(rows: pd.DataFrame, group: str, style: GroupStyle, unit: str, shift: float) -> list[dict[str, Any]]:
    """Medians joined by a line, quartiles as whiskers; pale where there are few."""
    shared = {"type": "scatter", "legendgroup": group, "name": group_label(group) + "   "}
    line = shared | {
        "x": (rows["at"] + shift).to_numpy(),
        "y": rows["median"].to_numpy(),
        "mode": "lines",
        "line": {"color": style.colour, "dash": style.dash, "width": 3},
        "showlegend": False,
        "hoverinfo": "skip",
    }
    marks = shared | {
        "x": (rows["at"] + shift).to_numpy(),
        "y": rows["median"].to_numpy(),
        "mode": "markers",
        "marker": {
            "symbol": style.symbol,
            "size": 14,
            "color": style.colour,
            "opacity": [1.0 if n >= FEW else 0.35 for n in rows["n"]],
        },
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": (rows["q3"] - rows["median"]).to_numpy(),
            "arrayminus": (rows["median"] - rows["q1"]).to_numpy(),
            "color": style.colour,
            "thickness": 2,
            "width": 6,
        },
        "customdata": list(zip(rows["n"], rows["q1"], rows["q3"], map(_month, rows["month"]), strict=True)),
        "hovertemplate": (
            f"<b>{group_label(group)}</b>, %{{customdata[3]}}<br>median <b>%{{y:.3~g}} {unit}</b> "
            "(quartiles %{customdata[1]:.3~g} to %{customdata[2]:.3~g})<br>%{customdata[0]:,} patients<extra></extra>"
        ),
    }
    return [line, marks]


def _month(month: int) -> str:
    return "baseline" if month == 0 else f"month {month}"


def _counts(rows: pd.DataFrame, group: str, style: GroupStyle, place: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": rows["at"].tolist(),
        "y": [place] * len(rows),
        "mode": "text",
        "text": [f"{n:,}" for n in rows["n"]],
        "textfont": {"size": TEXT_SIZE, "color": style.colour},
        "showlegend": False,
        "hoverinfo": "skip",
        "cliponaxis": False,
        "name": f"{group_label(group)}, patients",
    }


def _axes(
    plot: Stacked,
    table: pd.DataFrame,
    groups: list[str],
    months: list[int],
    multiples: bool,
    styles: dict[str, GroupStyle],
) -> None:
    words = ["Baseline" if month == 0 else str(month) for month in months]
    ticks: dict[str, Any] = {
        "range": [-0.5, len(months) - 0.5],
        "tickvals": list(range(len(months))),
        "ticktext": words,
    }
    plot.x_axis(**AXIS, **ticks, ticks="outside", showgrid=False)
    plot.x_axis(PLOT, title={"text": "Months since enrolment (not to scale)", "standoff": 8}, showticklabels=True)
    plot.x_axis(NUMBERS, showticklabels=False, ticks="", showline=False)
    label = str(table["label"].iloc[0]) if len(table) else ""
    unit = "× ULN" if multiples else _unit(table)
    title = {"text": f"{label} ({unit})" if unit else label, "standoff": 12}
    plot.y_axis(PLOT, **AXIS, gridcolor=FAINT, ticks="", title=title, rangemode="tozero")
    named = [
        f'<span style="color:{styles[group].colour if len(groups) > 1 else MUTED}">{group_label(group)}</span> '
        for group in groups
    ]
    plot.y_axis(
        NUMBERS,
        **AXIS
        | {
            "range": [len(groups) - 0.3, -0.7],
            "tickvals": list(range(len(groups))),
            "ticktext": named,
            "tickfont": {"size": SMALL_SIZE, "color": INK},
            "showgrid": False,
            "showline": False,
            "ticks": "",
            "fixedrange": True,
        },
    )
