"""Adverse events: how often by term, and at what worst grade."""

from __future__ import annotations

import textwrap

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from crlm_dash.analyses.result import Result
from crlm_dash.figures.style import (
    FAINT,
    GRADE_COLOURS,
    GRADE_INK,
    INK,
    RULE,
    SMALL_SIZE,
    framed,
    group_label,
    group_styles,
)
from crlm_dash.terms import POOLED

SHOWN = 15  # terms in the picture; the table has them all
ANY = "Any"
GRADES = ("1", "2", "3", "4", "5", "missing")


def terms(result: Result) -> go.Figure:
    """
    Share of patients with each of the most frequent terms, one mark a group.

    Parameters
    ----------
    result : of the safety analysis, with table `terms`

    Returns
    -------
    One figure, the most frequent term (in any group) at the top.
    """
    table = result.tables["terms"]
    names = _frequent(table)
    groups = list(dict.fromkeys(result.tables["overview"]["strata"]))
    if _only_pooled(table):
        groups.append(POOLED)
    styles = group_styles(groups)
    figure = go.Figure()
    for group in groups:
        mine = table[(table["strata"] == group) & _is_term(table)]
        if group == POOLED and len(groups) > 1:
            mine = mine[mine["AEDECOD"].isin(_only_pooled(table))]
        of_group = mine.set_index("AEDECOD").reindex(names)
        figure.add_trace(
            go.Scatter(
                x=of_group["percent"],
                y=[_label(name) for name in names],
                customdata=of_group[["n_subjects", "n_events"]].astype(float).fillna(0),
                mode="markers",
                cliponaxis=False,
                marker={"symbol": styles[group].symbol, "size": 17, "color": styles[group].colour},
                name=group_label(group) + "   ",
                hovertemplate=(
                    f"<b>%{{y}}</b><br>{group_label(group)}: <b>%{{customdata[0]:.0f}} patients (%{{x:.0f}} %)</b>, "
                    "%{customdata[1]:.0f} events<extra></extra>"
                ),
            )
        )
    framed(figure, height=130 + 42 * max(len(names), 3), hovermode="closest")
    figure.update_xaxes(gridcolor=FAINT, rangemode="tozero", ticksuffix=" %", title={"text": "Patients with the event"})
    _term_axis(figure, names)
    return figure


def grades(result: Result) -> go.Figure:
    """
    Patients with each of the most frequent terms, stacked by worst grade; the number is printed in the bar.

    Parameters
    ----------
    result : of the safety analysis, with table `grades`

    Returns
    -------
    One figure, one panel a group; one hue from light (grade 1) to dark (grade 5), white where no grade was given.
    """
    table = result.tables["grades"].assign(grade=lambda frame: frame["grade"].astype(str))
    names = [name for name in _frequent(result.tables["terms"]) if name not in _only_pooled(result.tables["terms"])]
    groups = list(dict.fromkeys(result.tables["overview"]["strata"]))
    titles = [group_label(group) for group in groups] if len(groups) > 1 else None
    figure = make_subplots(rows=1, cols=max(len(groups), 1), shared_yaxes=True, subplot_titles=titles)
    for column, group in enumerate(groups, start=1):
        of_group = table[(table["strata"] == group) & _is_term(table)]
        for grade in GRADES:
            counts = of_group[of_group["grade"] == grade].set_index("AEDECOD")["n_subjects"].reindex(names).fillna(0)
            figure.add_trace(_grade_bar(grade, counts, column == 1), row=1, col=column)
    framed(figure, height=150 + 42 * max(len(names), 3), barmode="stack", bargap=0.28, hovermode="closest")
    figure.update_layout(
        margin={"l": 24, "r": 24, "t": 96 if titles else 56, "b": 16},
        legend={"traceorder": "normal", "yref": "container", "y": 0.995, "yanchor": "top"},
    )
    figure.update_xaxes(gridcolor=FAINT, rangemode="tozero", tickformat="d", title={"text": "Patients"}, matches="x")
    _term_axis(figure, names)
    return figure


def _grade_bar(grade: str, counts: pd.Series, legend: bool) -> go.Bar:
    word = "No grade" if grade == "missing" else f"Grade {grade}"
    return go.Bar(
        y=[_label(name) for name in counts.index],
        # A bar of nobody would leave its outline behind; a NaN would let the next grade begin at zero.
        x=[n if n else None for n in counts],
        orientation="h",
        name=word,
        legendgroup=grade,
        showlegend=legend,
        marker={
            "color": GRADE_COLOURS[grade],
            "line": {"color": RULE if grade != "missing" else INK, "width": 1},
        },
        text=[f"{n:.0f}" if n else "" for n in counts],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"size": SMALL_SIZE, "color": GRADE_INK[grade]},
        hovertemplate=f"<b>%{{y}}</b><br>worst {word.lower()}: <b>%{{x}} patients</b><extra></extra>",
    )


def _is_term(table: pd.DataFrame) -> pd.Series:
    return ~table["AEDECOD"].str.startswith(ANY)


def _only_pooled(table: pd.DataFrame) -> list[str]:
    """Terms that are counted for all arms together only."""
    return list(table.loc[_is_term(table) & table["n_subjects"].isna(), "AEDECOD"].unique())


def _frequent(table: pd.DataFrame) -> list[str]:
    found = table[_is_term(table) & (table["n_subjects"] > 0)]
    return list(found.groupby("AEDECOD")["percent"].max().sort_values(ascending=False, kind="stable").index[:SHOWN])


def _label(term: str) -> str:
    return textwrap.shorten(term.capitalize() if term.isupper() else term, 44, placeholder=" …")


def _term_axis(figure: go.Figure, names: list[str]) -> None:
    figure.update_yaxes(
        autorange="reversed",
        categoryorder="array",
        categoryarray=[_label(name) for name in names],
        gridcolor=FAINT,
        ticks="",
        showline=False,
        tickfont={"size": SMALL_SIZE},
        ticksuffix="  ",
    )
