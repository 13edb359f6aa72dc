"""Which criteria kept patients out: any, first and sole reason."""

from __future__ import annotations

import re
import textwrap
from html import escape

import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.style import ACCENT, ACCENT_LIGHT, FAINT, INK, SMALL_SIZE, TEXT_SIZE, framed

SHOWN = 12  # criteria in the picture; the table has them all
_KINDS = (
    ("n_not_met", "Not met", ACCENT_LIGHT, 0.82),
    ("n_first", "First not met", "#5F9AC2", 0.56),
    ("n_sole", "Only one not met", ACCENT, 0.30),
)


def criteria(result: Result) -> go.Figure:
    """
    Criteria by how many patients did not meet them; inside each bar, for how many it was the first or only reason.

    Parameters
    ----------
    result : of the eligibility analysis, with table `criteria`

    Returns
    -------
    One figure with the twelve criteria that kept out most patients, the first at the top.
    """
    table = result.tables["criteria"]
    table = table[table["n_not_met"] > 0].sort_values("n_not_met", ascending=False, kind="stable").head(SHOWN)
    names = [_name(*row) for row in zip(table["criterion"], table["text"], strict=True)]
    figure = go.Figure(
        [
            go.Bar(
                y=names,
                x=table[column],
                orientation="h",
                name=label,
                width=width,
                marker={"color": colour},
                customdata=table[["text"]],
                hovertemplate=f"%{{customdata[0]}}<br>{label}: <b>%{{x}}</b><extra></extra>",
            )
            for column, label, colour, width in _KINDS
        ]
    )
    for name, n in zip(names, table["n_not_met"], strict=True):
        figure.add_annotation(
            x=n,
            y=name,
            text=f"<b>{n:.0f}</b>",
            showarrow=False,
            xanchor="left",
            xshift=8,
            font={"size": TEXT_SIZE},
        )
    framed(figure, height=120 + 58 * max(len(table), 2), barmode="overlay", hovermode="closest")
    figure.update_layout(margin={"l": 24, "r": 64, "t": 56, "b": 16})
    figure.update_xaxes(gridcolor=FAINT, rangemode="tozero", tickformat="d", title={"text": "Patients"})
    figure.update_yaxes(
        autorange="reversed",
        ticks="",
        showline=False,
        tickfont={"size": SMALL_SIZE, "color": INK},
        ticksuffix="  ",
    )
    return figure


def _name(criterion: str, text: str) -> str:
    words = re.sub(r"\\([<>])", r"\1", text) if isinstance(text, str) else ""
    lines = textwrap.wrap(textwrap.shorten(words, 108, placeholder=" …"), 56)
    return f"<b>{escape(criterion)}</b>  " + "  <br>".join(escape(line) for line in lines)
