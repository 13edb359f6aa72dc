"""Which reasons come together, and where and when they are found."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.criteria import names, wordings
from crlm_dash.figures.stacked import Stacked
from crlm_dash.figures.style import ACCENT, AXIS, FAINT, INK, RULE, SMALL_SIZE, frame_layout

_ROW = 40  # height of a criterion's row
_BARS = 260
_PLACES = 10  # criteria in the picture of sites or months


def together(result: Result) -> go.Figure:
    """
    Sets of criteria that are not met together (an UpSet picture): a column a set, with how many patients have it.

    Parameters
    ----------
    result : of the eligibility analysis, with tables `together` and `criteria`

    Returns
    -------
    One figure: bars above, below them a row a criterion, filled dots where it belongs to the set.

    Source: Lex et al., IEEE Trans Vis Comput Graph 20 (2014) 1983-1992.
    """
    sets = result.tables["together"]
    members = [reasons.split() for reasons in sets["reasons"]]
    order = [each for each in result.tables["criteria"]["criterion"] if any(each in found for found in members)]
    named = names(result.tables["criteria"])
    figure = Stacked([_BARS, max(_ROW * len(order), _ROW)], spacing=0.02)
    columns = list(range(len(sets)))
    figure.trace(
        1,
        {
            "type": "bar", "x": columns, "y": sets["n"], "marker": {"color": ACCENT}, "width": 0.6,
            "text": [f"<b>{n:,}</b>" for n in sets["n"]], "textposition": "outside", "cliponaxis": False,
            "textfont": {"size": 20, "color": INK}, "customdata": [" + ".join(found) for found in members],
            "hovertemplate": "%{customdata}: <b>%{y}</b><extra></extra>", "showlegend": False,
        },
    )  # fmt: skip
    grid = [(column, row, each in found) for column, found in enumerate(members) for row, each in enumerate(order)]
    figure.trace(2, _dots([dot for dot in grid if not dot[2]], RULE))
    figure.trace(2, _dots([dot for dot in grid if dot[2]], ACCENT))
    for column, found in enumerate(members):
        rows = [order.index(each) for each in found]
        if len(rows) > 1:
            line = {"color": ACCENT, "width": 4}
            figure.shape(type="line", xref="x2", yref="y2", x0=column, x1=column, y0=min(rows), y1=max(rows), line=line)
    figure.x_axis(**AXIS | {"visible": False, "range": [-0.6, max(len(sets), 6) - 0.4]})
    figure.y_axis(1, **AXIS | {"gridcolor": FAINT, "rangemode": "tozero", "title": {"text": "Patients"}})
    figure.y_axis(
        2,
        **AXIS | {"showline": False, "ticks": "", "showgrid": False},
        range=[len(order) - 0.5, -0.5], tickvals=list(range(len(order))), tickfont={"size": SMALL_SIZE},
        ticktext=[named[each] + "  " for each in order],
    )  # fmt: skip
    height = _BARS + _ROW * max(len(order), 1) + 60
    return figure.figure(frame_layout(height=height, hovermode="closest", margin={"l": 24, "r": 24, "t": 40, "b": 16}))


def _dots(dots: list[tuple[int, int, bool]], colour: str) -> dict[str, object]:
    return {
        "type": "scatter", "mode": "markers", "x": [dot[0] for dot in dots], "y": [dot[1] for dot in dots],
        "marker": {"size": 16, "color": colour}, "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


def by_site(result: Result) -> go.Figure:
    """
    The most frequent reasons at each site, the number in each field, darker where a larger share of those screened.

    Parameters
    ----------
    result : of the eligibility analysis, with tables `sites` and `criteria`

    Returns
    -------
    One figure: a row a criterion, a column a site.
    """
    sites = result.tables["sites"]
    return _places(result, sites, [f"Site {each}" for each in sorted(sites["place"].unique())])


def by_month(result: Result) -> go.Figure:
    """
    The most frequent reasons by month (or quarter) of screening, as `by_site` shows them by site.

    Parameters
    ----------
    result : of the eligibility analysis, with tables `months` and `criteria`

    Returns
    -------
    One figure: a row a criterion, a column a month or quarter.
    """
    months = result.tables["months"]
    return _places(result, months, [_two_lines(each) for each in sorted(months["place"].unique())])


def _two_lines(place: str) -> str:
    """'2024-03' and '2024 Q1' as "Mar", "Q1" above the year."""
    if " " in place:
        year, quarter = place.split()
        return f"{quarter}<br>{year}"
    return f"{pd.Timestamp(place + '-01'):%b<br>%Y}"


def _places(result: Result, found: pd.DataFrame, columns: list[str]) -> go.Figure:
    criteria = result.tables["criteria"].sort_values("n_not_met", ascending=False, kind="stable")
    shown = criteria[criteria["n_not_met"] > 0].head(_PLACES)
    places = sorted(found["place"].unique())
    numbers = found.pivot(index="criterion", columns="place", values="n")
    numbers = numbers.reindex(index=shown["criterion"], columns=places).fillna(0)
    screened = found.drop_duplicates("place").set_index("place")["n_screened"].reindex(places)
    share = numbers.div(screened, axis=1) * 100
    named, said = names(shown), wordings(shown)
    heat = {
        "type": "heatmap", "z": share.to_numpy(), "x": columns,
        "y": [named[each] + "  " for each in shown["criterion"]],
        "text": [[f"{n:.0f}" if n else "" for n in row] for row in numbers.to_numpy()], "texttemplate": "%{text}",
        "textfont": {"size": 18}, "colorscale": [[0, "#FFFFFF"], [1, ACCENT]], "zmin": 0, "showscale": False,
        "xgap": 2, "ygap": 2,
        "customdata": [
            [f"{said[each]}<br>{n:.0f} of {all_:.0f} screened" for n, all_ in zip(row, screened, strict=True)]
            for each, row in zip(shown["criterion"], numbers.to_numpy(), strict=True)
        ],
        "hovertemplate": "%{x}<br>%{customdata} (%{z:.0f} %)<extra></extra>",
    }  # fmt: skip
    quiet = AXIS | {"showline": False, "ticks": "", "showgrid": False, "tickfont": {"size": SMALL_SIZE}}
    layout = frame_layout(
        height=96 + 44 * max(len(shown), 1),
        margin={"l": 24, "r": 24, "t": 64, "b": 8},
        xaxis=quiet | {"side": "top", "type": "category", "tickangle": 0},
        yaxis=quiet | {"autorange": "reversed"},
    )
    return go.Figure({"data": [heat], "layout": layout})
