"""How many patients came, against the plan; and the way from screening to enrolment."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.stacked import Stacked
from crlm_dash.figures.style import (
    ACCENT,
    ACCENT_LIGHT,
    ATTENTION,
    AXIS,
    FAINT,
    MUTED,
    RULE,
    SMALL_SIZE,
    frame_layout,
    framed,
    group_styles,
)

_HEIGHTS = (330, 130, 110)  # pixels: in all, a month, sites open
_MOST_LINES = 8  # groups drawn
_FEW = {"nticks": 7, "tickangle": 0}  # days that stand upright on a small screen


def accrual(result: Result) -> go.Figure:
    """
    Patients enrolled so far against the plan, above the number enrolled in each month and the sites that were open.

    Parameters
    ----------
    result : of the enrolment analysis, with tables `monthly`, `plan`, `openings` and `against_plan`

    Returns
    -------
    One figure of three panels on one time axis.
    """
    figure = Stacked(_HEIGHTS, spacing=0.075)
    _add_cumulative(figure, result)
    by_month, plan = result.tables["monthly"], result.tables["plan"]
    figure.trace(
        2,
        {
            "type": "bar", "x": by_month["month"], "y": by_month["n"], "name": "Enrolled in the month",
            "showlegend": False, "marker": {"color": ACCENT_LIGHT, "line": {"color": ACCENT, "width": 1}},
            "hovertemplate": "%{x|%B %Y}<br><b>%{y} enrolled</b><extra></extra>",
        },
    )  # fmt: skip
    if len(plan):
        wanted = _line(plan, "planned", "Plan of the month", MUTED, "%{x|%B %Y}<br>Plan: <b>%{y:.1f}</b>", "dash")
        wanted["line"] |= {"shape": "hvh", "width": 2}
        figure.trace(2, wanted | {"showlegend": False})
    _add_openings(figure, result.tables["openings"])
    if len(plan):
        _mark_cutoff(figure, result)
    figure.x_axis(**AXIS | {"showgrid": False, "hoverformat": "%B %Y", "showticklabels": False, **_FEW})
    figure.x_axis(3, showticklabels=True)
    figure.y_axis(**AXIS | {"gridcolor": FAINT, "rangemode": "tozero", "ticks": ""})
    for row, words in enumerate(("Patients in all", "A month", "Sites open"), start=1):
        figure.y_axis(row, title={"text": words, "standoff": 12}, **({} if row == 1 else {"nticks": 4}))
    margin = {"l": 24, "r": 110, "t": 48, "b": 16}
    return figure.figure(frame_layout(height=660, bargap=0.25, margin=margin, hovermode="closest"))


def _add_cumulative(figure: Stacked, result: Result) -> None:
    plan, reached = result.tables["plan"], result.tables["monthly"]
    if len(plan):
        figure.trace(
            1, _line(plan, "planned_cumulative", "Plan   ", MUTED, "%{x|%B %Y}<br>Plan: <b>%{y:.0f}</b>", "dash")
        )
    told = "%{x|%B %Y}<br><b>%{y:.0f} enrolled so far</b>"
    figure.trace(1, _line(reached, "cumulative", "Enrolled", ACCENT, told, "solid"))
    if len(reached):
        last = reached.iloc[-1]
        figure.note(
            x=result.cutoff.isoformat(), y=last["cumulative"], xref="x", yref="y",
            text=f"<b>{last['cumulative']:.0f}</b>", font={"size": 30, "color": ACCENT}, xanchor="left", xshift=10,
        )  # fmt: skip


def _line(
    frame: pd.DataFrame, column: str, name: str, colour: str, told: str, dash: str, x: str = "month"
) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": frame[x], "y": frame[column], "name": name,
        "line": {"color": colour, "width": 4 if dash == "solid" else 2.5, "dash": dash},
        "hovertemplate": f"{told}<extra></extra>",
    }  # fmt: skip


def _add_openings(figure: Stacked, openings: pd.DataFrame) -> None:
    """Steps: a site counts from the day it opened on."""
    for column, colour, dash, told in (
        ("planned", MUTED, "dash", "%{x|%-d %B %Y}<br>Planned: <b>%{y:.0f}</b>"),
        ("n_open", ACCENT, "solid", "%{x|%-d %B %Y}<br><b>%{y:.0f} sites open</b>"),
    ):
        known = openings[openings[column].notna()]
        if len(known):
            line = _line(known, column, "Sites", colour, told, dash, "date")
            line["line"] |= {"shape": "hv", "width": 3 if dash == "solid" else 2}
            figure.trace(3, line | {"showlegend": False})


def _mark_cutoff(figure: Stacked, result: Result) -> None:
    """The cut-off through all panels, and on it how far enrolment is behind the plan."""
    day = result.cutoff.isoformat()
    figure.shape(
        type="line", x0=day, x1=day, xref="x", yref="paper", y0=0, y1=1, line={"color": RULE, "width": 2}, layer="below"
    )
    behind = result.tables["against_plan"]
    for _, row in behind[behind["deficit"] >= 1].iterrows():
        figure.shape(
            type="line", x0=day, x1=day, xref="x", yref="y", y0=row["n_enrolled"], y1=row["planned"],
            line={"color": ATTENTION, "width": 4},
        )  # fmt: skip
        figure.note(
            x=day, y=(row["n_enrolled"] + row["planned"]) / 2, xref="x", yref="y", xanchor="right", xshift=-10,
            text=f"<b>{row['deficit']:.0f} behind</b>", font={"color": ATTENTION}, bgcolor="#FFFFFF",
        )  # fmt: skip


def accrual_by(result: Result, by: str) -> go.Figure:
    """
    Patients enrolled so far, a line a group; of many groups the largest.

    Parameters
    ----------
    result : of the enrolment analysis, with table `groups`
    by : 'site', 'country' or 'arm'

    Returns
    -------
    One figure; each line is named at its end.
    """
    groups = result.tables["groups"]
    groups = groups[groups["by"] == by]
    everyone = list(dict.fromkeys(groups["strata"]))
    order = everyone[:_MOST_LINES]
    styles = group_styles(order)
    last = groups["month"].max() if len(groups) else None
    named = {group: f"Site {group}" if by == "site" else group for group in order}
    traces: list[dict[str, Any]] = []
    for group in order:
        mine = groups[groups["strata"] == group]
        in_all = mine["cumulative"].iloc[-1]
        traces.append(
            {
                "type": "scatter", "mode": "lines", "name": f"{named[group]}  <b>{in_all}</b>",
                "x": [*mine["month"], last], "y": [*mine["cumulative"], in_all],
                "line": {"color": styles[group].colour, "dash": styles[group].dash, "width": 3.5, "shape": "hv"},
                "hovertemplate": f"{named[group]}, %{{x|%B %Y}}<br><b>%{{y}} enrolled so far</b><extra></extra>",
            }
        )  # fmt: skip
    few = f"{len(order)} largest of {len(everyone)}" if len(order) < len(everyone) else ""
    legend: dict[str, Any] = {"orientation": "v", "x": 1.02, "y": 1, "yanchor": "top", "traceorder": "normal"}
    legend["title"] = {"text": few, "font": {"size": SMALL_SIZE}}
    layout = frame_layout(height=420, hovermode="closest", legend=legend, margin={"l": 24, "r": 24, "t": 16, "b": 16})
    axes = {
        "xaxis": AXIS | {"showgrid": False, "hoverformat": "%B %Y", **_FEW},
        "yaxis": AXIS | {"gridcolor": FAINT, "rangemode": "tozero", "ticks": "", "title": {"text": "Patients in all"}},
    }
    return go.Figure({"data": traces, "layout": layout | axes})


def sites(result: Result) -> go.Figure:
    """
    Patients enrolled, and patients screened but not enrolled, at each site.

    Parameters
    ----------
    result : of the enrolment analysis, with table `sites`

    Returns
    -------
    One figure, the site with most enrolled at the top.
    """
    table = result.tables["sites"].sort_values(["n_enrolled", "n_screened"], ascending=[True, True])
    names = "Site " + table["siteid"].astype(str)
    figure = go.Figure(
        [
            _site_bar(names, table["n_screened"], "Screened", ACCENT_LIGHT, 0.8),
            _site_bar(names, table["n_enrolled"], "Enrolled", ACCENT, 0.5),
        ]
    )
    framed(figure, height=110 + 40 * max(len(table), 3), barmode="overlay", hovermode="y unified")
    figure.update_xaxes(gridcolor=FAINT, rangemode="tozero", title={"text": "Patients"}, tickformat="d")
    figure.update_yaxes(ticks="", showline=False, tickfont={"size": SMALL_SIZE}, ticksuffix="  ", type="category")
    return figure


def _site_bar(names: pd.Series, values: pd.Series, label: str, colour: str, width: float) -> go.Bar:
    return go.Bar(
        y=names,
        x=values,
        orientation="h",
        name=label,
        width=width,
        marker={"color": colour},
        hovertemplate=f"{label}: <b>%{{x}}</b><extra></extra>",
    )
