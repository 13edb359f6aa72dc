"""A limit moved: the values there are, where the limit stands, where it is moved to."""

from __future__ import annotations

import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.style import ACCENT, ACCENT_LIGHT, ATTENTION, AXIS, FAINT, INK, frame_layout

_MOST_BARS = 40


def moved_limit(result: Result) -> go.Figure:
    """
    How the values of a limit's fact lie, for whom it alone decides, the protocol's limit and the one tried.

    Parameters
    ----------
    result : of the eligibility_limit analysis, with table `values`

    Returns
    -------
    One histogram; dark bars are patients for whom this limit alone decides, pale ones all others.
    """
    values, facts = result.tables["values"], result.facts
    others = values["n"] - values["n_hinging"]
    bins = {"nbinsx": _MOST_BARS} if values["value"].nunique() > _MOST_BARS else {"xbins": {"size": 1}}
    bars = [
        {
            "type": "histogram", "histfunc": "sum", "x": values["value"], "y": y, "name": name, "bingroup": 1,
            "marker": {"color": colour}, **bins,
            "hovertemplate": f"%{{x}}: <b>%{{y}}</b> {name.lower()}<extra></extra>",
        }
        for y, name, colour in (
            (values["n_hinging"], "All else met: this limit decides", ACCENT),
            (others, "Something else decides", ACCENT_LIGHT),
        )
    ]  # fmt: skip
    lines = [(facts["stated"], "Protocol", INK, "solid")]
    if facts["at"] != facts["stated"]:
        lines.append((facts["at"], "Tried", ATTENTION, "dash"))
    axis = f"{facts['label'][:1].upper()}{facts['label'][1:]}" + (f" ({facts['unit']})" if facts["unit"] else "")
    layout = frame_layout(
        height=420,
        barmode="stack",
        bargap=0.06,
        margin={"l": 24, "r": 24, "t": 64, "b": 16},
        shapes=[
            {
                "type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1,
                "line": {"color": colour, "width": 3, "dash": dash},
            }
            for x, _, colour, dash in lines
        ],
        annotations=[
            {
                "x": x, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
                "text": f"<b>{word} {x:g}</b>", "font": {"color": colour},
                "xanchor": "left" if x == max(at for at, *_ in lines) else "right",
            }
            for x, word, colour, _ in lines
        ],
        legend={"orientation": "h", "x": 0, "y": 1.1, "yanchor": "bottom", "traceorder": "normal"},
        xaxis=AXIS | {"title": {"text": axis}, "gridcolor": FAINT},
        yaxis=AXIS | {"title": {"text": "Patients"}, "gridcolor": FAINT, "rangemode": "tozero"},
    )  # fmt: skip
    return go.Figure({"data": bars, "layout": layout})
