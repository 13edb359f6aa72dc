"""Who came how far, and which criteria kept patients out: any, first and only reason."""

from __future__ import annotations

import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.criteria import names, wordings
from crlm_dash.figures.style import ACCENT, ACCENT_LIGHT, AXIS, FAINT, INK, SMALL_SIZE, frame_layout

SHOWN = 10  # criteria in the picture; the table has them all
_KINDS = (
    ("n_not_met", "Not met", ACCENT_LIGHT, 0.82),
    ("n_first", "First not met, in protocol order", "#5F9AC2", 0.56),
    ("n_sole", "Only reason: would be gained (+)", ACCENT, 0.30),
)


def criteria(result: Result) -> go.Figure:
    """
    Criteria by how many patients did not meet them; inside each bar, for how many it was the first or only reason.

    Parameters
    ----------
    result : of the eligibility analysis, with table `criteria`

    Returns
    -------
    One figure with the ten criteria that kept out most patients, the first at the top.
    """
    table = result.tables["criteria"]
    table = table[table["n_not_met"] > 0].sort_values("n_not_met", ascending=False, kind="stable").head(SHOWN)
    named, said = names(table), wordings(table)
    rows = [named[each] for each in table["criterion"]]
    hovers = [said[each] for each in table["criterion"]]
    bars = [
        {
            "type": "bar", "orientation": "h", "y": rows, "x": table[column], "name": label, "width": width,
            "marker": {"color": colour}, "customdata": hovers,
            "hovertemplate": f"%{{customdata}}<br>{label}: <b>%{{x}}</b><extra></extra>",
        }
        for column, label, colour, width in _KINDS
    ]  # fmt: skip
    numbers = [
        {
            "x": n, "y": each, "showarrow": False, "xanchor": "left", "xshift": 8, "font": {"size": 22},
            "text": f"<b>{n:.0f}</b>" + (_gained(gain) if gain else ""),
        }
        for n, gain, each in zip(table["n_not_met"], table["n_sole"], rows, strict=True)
    ]  # fmt: skip
    layout = frame_layout(
        height=110 + 44 * max(len(table), 2),
        barmode="overlay",
        hovermode="closest",
        margin={"l": 24, "r": 96, "t": 56, "b": 16},
        annotations=numbers,
        xaxis=AXIS | {"gridcolor": FAINT, "rangemode": "tozero", "tickformat": "d", "title": {"text": "Patients"}},
        yaxis=AXIS
        | {
            "autorange": "reversed",
            "ticks": "",
            "showline": False,
            "tickfont": {"size": SMALL_SIZE, "color": INK},
            "ticksuffix": "  ",
        },
    )
    return go.Figure({"data": bars, "layout": layout})


def _gained(n: int) -> str:
    return f"<span style='color:{ACCENT};font-size:19px'>  <b>+{n:.0f}</b></span>"


def screening(result: Result) -> go.Figure:
    """
    From screened to treated, and those who left on the way and why.

    Parameters
    ----------
    result : of the eligibility analysis, with table `funnel`

    Returns
    -------
    One figure, steps from top to bottom; who was lost is paler than who came through.
    """
    steps = result.tables["funnel"]
    colours = [ACCENT if kind == "step" else ACCENT_LIGHT for kind in steps["kind"]]
    names = [
        step if kind == "step" else f"<i>{step}</i>" for step, kind in zip(steps["step"], steps["kind"], strict=True)
    ]
    bar = {
        "type": "bar", "orientation": "h", "y": names, "x": steps["n"], "marker": {"color": colours},
        "text": [f"<b>{n:,.0f}</b>" for n in steps["n"]], "textposition": "outside", "cliponaxis": False,
        "textfont": {"size": 24, "color": INK}, "hovertemplate": "%{y}: <b>%{x}</b><extra></extra>",
    }  # fmt: skip
    layout = frame_layout(
        height=40 + 46 * max(len(steps), 2),
        bargap=0.32,
        margin={"l": 8, "r": 88, "t": 8, "b": 8},
        xaxis=AXIS | {"visible": False, "rangemode": "tozero"},
        yaxis=AXIS
        | {
            "autorange": "reversed",
            "ticks": "",
            "showline": False,
            "tickfont": {"size": SMALL_SIZE},
            "ticksuffix": "  ",
        },
    )
    return go.Figure({"data": [bar], "layout": layout})
