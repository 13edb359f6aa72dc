"""How many patients came, against the plan; and the way from screening to enrolment."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from crlm_dash.analyses.result import Result
from crlm_dash.figures.style import (
    ACCENT,
    ACCENT_LIGHT,
    FAINT,
    INK,
    MUTED,
    RULE,
    SMALL_SIZE,
    framed,
)


def accrual(result: Result) -> go.Figure:
    """
    Patients enrolled so far against the plan, above the number enrolled in each month.

    Parameters
    ----------
    result : of the enrolment analysis, with tables `monthly` and `plan`

    Returns
    -------
    One figure of two panels on one time axis.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.66, 0.34], vertical_spacing=0.1)
    _add_cumulative(figure, result)
    by_month = result.tables["monthly"]
    figure.add_trace(
        go.Bar(
            x=by_month["month"],
            y=by_month["n"],
            marker={"color": ACCENT_LIGHT, "line": {"color": ACCENT, "width": 1}},
            name="Enrolled in the month",
            showlegend=False,
            hovertemplate="%{x|%B %Y}<br><b>%{y} enrolled</b><extra></extra>",
        ),
        row=2,
        col=1,
    )
    framed(figure, height=540, bargap=0.25, margin={"l": 24, "r": 110, "t": 48, "b": 16}, hovermode="closest")
    figure.update_yaxes(gridcolor=FAINT, rangemode="tozero", ticks="")
    figure.update_yaxes(title={"text": "Patients in all", "standoff": 12}, row=1, col=1)
    figure.update_yaxes(title={"text": "A month", "standoff": 12}, nticks=4, row=2, col=1)
    figure.update_xaxes(showgrid=False, hoverformat="%B %Y")
    _mark_cutoff(figure, result)
    return figure


def _add_cumulative(figure: go.Figure, result: Result) -> None:
    plan = result.tables["plan"]
    if len(plan):
        figure.add_trace(
            go.Scatter(
                x=plan["month"],
                y=plan["planned_cumulative"],
                mode="lines",
                line={"color": MUTED, "width": 2.5, "dash": "dash"},
                name="Plan   ",
                hovertemplate="%{x|%B %Y}<br>Plan: <b>%{y:.0f}</b><extra></extra>",
            ),
            row=1,
            col=1,
        )
    reached = result.tables["monthly"]
    figure.add_trace(
        go.Scatter(
            x=reached["month"],
            y=reached["cumulative"],
            mode="lines",
            line={"color": ACCENT, "width": 4},
            name="Enrolled",
            hovertemplate="%{x|%B %Y}<br><b>%{y:.0f} enrolled so far</b><extra></extra>",
        ),
        row=1,
        col=1,
    )
    if len(reached):
        last = reached.iloc[-1]
        figure.add_annotation(
            x=last["month"],
            y=last["cumulative"],
            text=f"<b>{last['cumulative']:.0f}</b>",
            font={"size": 30, "color": ACCENT},
            showarrow=False,
            xanchor="left",
            xshift=10,
            row=1,
            col=1,
        )


def _mark_cutoff(figure: go.Figure, result: Result) -> None:
    if len(result.tables["plan"]):
        figure.add_vline(x=result.cutoff.isoformat(), line={"color": RULE, "width": 2})


def funnel(result: Result) -> go.Figure:
    """
    How many patients reached each step from screening to enrolment, as bars with the number at each.

    Parameters
    ----------
    result : of the enrolment analysis, with table `funnel`

    Returns
    -------
    One figure, steps from top to bottom; what was lost on the way is paler than what came through.
    """
    steps = result.tables["funnel"]
    kept = ("screened", "enrolled", "consented")
    colours = [ACCENT if str(step).lower().startswith(kept) else ACCENT_LIGHT for step in steps["step"]]
    figure = go.Figure(
        go.Bar(
            y=steps["step"],
            x=steps["n"],
            orientation="h",
            marker={"color": colours},
            text=[f"<b>{n:.0f}</b>" for n in steps["n"]],
            textposition="outside",
            textfont={"size": 24, "color": INK},
            cliponaxis=False,
            hovertemplate="%{y}: <b>%{x}</b><extra></extra>",
        )
    )
    framed(figure, height=96 + 54 * max(len(steps), 2), bargap=0.35, margin={"l": 8, "r": 72, "t": 16, "b": 8})
    figure.update_xaxes(visible=False, rangemode="tozero")
    figure.update_yaxes(autorange="reversed", ticks="", showline=False, tickfont={"size": SMALL_SIZE}, ticksuffix="  ")
    return figure


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
