"""Time in response: a bar a patient from enrolment to death or last contact (swimmer), or the shares of a group."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.response_looks import COLOURS, NAMES, known, months_axis
from crlm_dash.figures.stacked import Stacked, row_ref
from crlm_dash.figures.style import AXIS, FAINT, INK, TEXT_SIZE, frame_layout, group_label

_STATES = ("CR", "PR", "SD", "PD", "not known")
_LEAST = 460  # pixels
_THICK = ((40, 14), (80, 8), (200, 5), (10**9, 3))  # up to so many patients, pixels a bar


def response_swimmer(result: Result) -> go.Figure:
    """
    How long each response lasted, and how it ended.

    Parameters
    ----------
    result : of the response analysis

    Returns
    -------
    One figure; the longest followed on top, groups below one another. The customdata of a bar begins with the patient,
    where the viewer may open him.
    """
    return _single(result) if result.facts["marks"] else _together(result)


def _single(result: Result) -> go.Figure:
    rows = result.tables["courses"]
    order, by = list(result.facts["order"]), result.facts["by"]
    marks = rows.drop_duplicates("mark")
    if by:
        marks = marks.sort_values("strata", key=lambda each: each.map(order.index), kind="stable")
    places = {mark: place for place, mark in enumerate(marks["mark"])}
    thick = next(pixels for most, pixels in _THICK if len(marks) <= most)
    traces: list[dict[str, Any]] = []
    for state in _STATES:
        own = rows[rows["state"] == state]
        if own.empty:
            continue
        told = [
            [known(who), NAMES[state].lower(), start, end]
            for who, start, end in own[["USUBJID", "start_day", "end_day"]].itertuples(index=False)
        ]
        traces.append({
            "type": "bar", "orientation": "h", "y": own["mark"].map(places).to_numpy(),
            "base": own["start_day"].to_numpy(),
            "x": (own["end_day"] - own["start_day"]).to_numpy(), "name": f"{NAMES[state]}   ",
            "marker": {"color": COLOURS[state], "line": {"width": 0}}, "customdata": told,
            "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]} from day %{customdata[2]} to %{customdata[3]}"
            "<extra></extra>",
        })  # fmt: skip
    size = max(min(thick, 10), 6)
    for died, symbol, name in ((True, "diamond", "Died"), (False, "triangle-right-open", "Alive at last contact")):
        own = marks[marks["died"] == died]
        told = [[known(who), name.lower()] for who in own["USUBJID"]]
        traces.append({
            "type": "scatter", "mode": "markers", "x": own["last_day"].to_numpy(),
            "y": own["mark"].map(places).to_numpy(),
            "name": f"{name}   ", "customdata": told, "cliponaxis": False,
            "marker": {"symbol": symbol, "size": size, "color": INK, "line": {"color": INK, "width": 1.2}},
            "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}, day %{x}<extra></extra>",
        })  # fmt: skip
    last = float(rows["last_day"].max()) if len(rows) else 0.0
    height = max(thick * len(marks), _LEAST - 130)
    layout = frame_layout(
        height=height + 130, hovermode="closest", barmode="overlay", bargap=0.12, showlegend=True,
        margin={"l": 24, "r": 36, "t": 84, "b": 16},
        xaxis=AXIS | months_axis(last) | {
            "title": {"text": "Months since enrolment"}, "gridcolor": FAINT, "range": [0, 1.03 * last or 1],
        },
        yaxis=AXIS | {"range": [len(marks) - 0.4, -0.6], "showticklabels": False, "ticks": "", "showgrid": False},
        annotations=_group_names(result, marks["strata"].tolist()) if by else [],
    )  # fmt: skip
    layout["legend"] |= {"y": 1 + 16 / height}
    return go.Figure({"data": traces, "layout": layout})


def _group_names(result: Result, strata: list[str]) -> list[dict[str, Any]]:
    """The name of each group at its first bar, in the right corner where bars are short."""
    return [
        {
            "xref": "paper", "x": 1, "xanchor": "right", "y": strata.index(group), "yanchor": "top", "showarrow": False,
            "text": f"<b>{group_label(group)}</b>", "font": {"size": TEXT_SIZE, "color": INK},
            "bgcolor": "rgba(255,255,255,0.85)",
        }
        for group in result.facts["order"]
        if group in strata
    ]  # fmt: skip


def _together(result: Result) -> go.Figure:
    """The share of each group in each state, quarter by quarter; a plot a group."""
    rows = result.tables["states"]
    groups = [group for group in result.facts["order"] if group in set(rows["strata"])]
    plot = Stacked([1.0] * max(len(groups), 1), spacing=0.16 / max(len(groups), 1))
    for number, group in enumerate(groups, start=1):
        for state in (*_STATES, "died"):
            own = rows[(rows["strata"] == group) & (rows["state"] == state)]
            plot.trace(number, {
                "type": "scatter", "mode": "lines", "stackgroup": group, "x": own["month"].tolist(),
                "y": own["percent"].tolist(), "line": {"width": 0.5, "color": COLOURS[state]}, "legendgroup": state,
                "fillcolor": COLOURS[state], "name": f"{NAMES[state]}   ", "showlegend": number == 1,
                "customdata": own["n"].tolist(),
                "hovertemplate": f"<b>{group_label(group)}</b> month %{{x}}<br>{NAMES[state]}: <b>%{{customdata}}</b> "
                "patients (%{y:.0f} %)<extra></extra>",
            })  # fmt: skip
        size = result.facts["sizes"][group]
        plot.note(
            xref="paper", x=1, xanchor="right", yref=row_ref("y", number), y=0.97, yanchor="top",
            text=f"<b>{group_label(group)}</b>, {size:,} patients", font={"size": TEXT_SIZE, "color": INK},
            bgcolor="rgba(255,255,255,0.85)",
        )  # fmt: skip
    plot.x_axis(**AXIS | {"dtick": 6, "showticklabels": False, "gridcolor": FAINT})
    plot.x_axis(plot.rows, showticklabels=True, title={"text": "Months since enrolment", "standoff": 8})
    plot.y_axis(**AXIS | {"range": [0, 100], "ticksuffix": " %", "gridcolor": FAINT})
    margin = {"l": 24, "r": 24, "t": 84, "b": 16}
    return plot.figure(frame_layout(height=300 * len(groups) + 150, margin=margin, hovermode="closest"))
