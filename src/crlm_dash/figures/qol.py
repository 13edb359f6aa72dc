"""Quality of life over the planned visits: change or score of each group, and below who answered and who did not."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.stacked import Stacked, axis_ref
from crlm_dash.figures.style import (
    AXIS,
    FAINT,
    INK,
    MUTED,
    RULE,
    SMALL_SIZE,
    GroupStyle,
    faded,
    frame_layout,
    group_label,
    group_styles,
    shortened,
)

FEW = 10  # below this many a mean is drawn pale
FATES = {  # column of `completion` → words, colour
    "received": ("Received", "#56B4E9"),
    "outside_window": ("Received outside the window", "#B3DDF5"),
    "not_given": ("Not given", "#E69F00"),
    "unknown": ("Nothing known", "#F4D48E"),
    "dead": ("Dead", "#4D4D4D"),
    "withdrawn": ("Withdrawn", "#9A9A9A"),
    "not_due": ("Not due", "#E6E6E6"),
}
_PLOT, _STRIP, _GAP = 310, 84, 62
_FEW_VISITS, _MANY, _CROWDED = 6, 10, 13  # visits beyond which words are short, numbers small


def qol(result: Result, *, score: bool = False) -> go.Figure:
    """
    One scale over the planned visits, up is better, with a strip of forms for each group.

    Parameters
    ----------
    result : of the analysis `qol`
    score : draw the scores themselves instead of the changes from baseline

    Returns
    -------
    One figure: means with 95 % limits above, each group's forms as shares of its patients below.
    """
    visits, forms = result.tables["visits"], result.tables["completion"]
    styles = group_styles(list(result.facts["order"]))
    days = dict(forms.drop_duplicates("visitnum").sort_values("day")[["visitnum", "visit"]].to_numpy().tolist())
    places = {number: place for place, number in enumerate(days)}
    groups = [group for group in result.facts["order"] if group in set(forms["strata"])]
    plot = Stacked([_PLOT, *[_STRIP] * len(groups)], spacing=_GAP / (_PLOT + (_STRIP + _GAP) * max(len(groups), 1)))
    for place, group in enumerate(groups):
        shift = (place - (len(groups) - 1) / 2) * 0.12
        rows = visits[visits["strata"] == group]
        for trace in _means(rows, places, group, styles[group], shift, score, len(groups) > 1):
            plot.trace(1, trace)
        mine = forms[forms["strata"] == group]
        for trace in _strip(mine, places, first=place == 0):
            plot.trace(place + 2, trace)
        words = f"<b>{shortened(group_label(group), 20)}</b> <br>answered " if len(groups) > 1 else "Answered "
        _strip_axis(plot, place + 2, mine, places, words, styles[group])
    if not score:
        bands(plot, result.facts["points"], upright=result.facts["better"] == "higher")
    _axes(plot, result, [str(visit).capitalize() for visit in days.values()], score)
    height = _PLOT + (_STRIP + _GAP) * len(groups) + 150
    margin = {"l": 24, "r": 24, "t": 56 if len(groups) > 1 else 20, "b": 96}
    legend = {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"}
    below = {"orientation": "h", "x": 0, "y": -0.02, "yanchor": "top", "font": {"size": SMALL_SIZE}}
    layout = {"legend": legend, "legend2": below, "barmode": "stack", "hovermode": "closest", "bargap": 0.25}
    return plot.figure(frame_layout(height=height, margin=margin, showlegend=True, **layout))


def _means(
    rows: pd.DataFrame, places: dict[float, int], group: str, style: GroupStyle, shift: float, score: bool, many: bool
) -> list[dict[str, Any]]:
    """Means joined by a line, with limits; pale and without them where there are few."""
    names = (
        ("mean", "conf_low", "conf_high", "n") if score else ("mean_change", "change_low", "change_high", "n_change")
    )
    value, low, high, size = names
    drawn = rows[rows[size] > 0]
    x = [places[number] + shift for number in drawn["visitnum"]]
    shared = {"type": "scatter", "legendgroup": group, "name": group_label(group) + "   ", "x": x, "y": drawn[value]}
    line = shared | {
        "mode": "lines", "line": {"color": style.colour, "dash": style.dash, "width": 3}, "showlegend": False,
        "hoverinfo": "skip",
    }  # fmt: skip
    enough = drawn[size] >= FEW
    marks = shared | {
        "mode": "markers",
        "marker": {
            "symbol": style.symbol, "size": 14, "color": style.colour,
            "opacity": [1.0 if n >= FEW else 0.35 for n in drawn[size]],
        },
        "error_y": {
            "type": "data", "symmetric": False, "array": (drawn[high] - drawn[value]).where(enough).tolist(),
            "arrayminus": (drawn[value] - drawn[low]).where(enough).tolist(), "color": style.colour, "thickness": 2,
            "width": 6,
        },
        "customdata": list(zip(drawn[low], drawn[high], drawn[size], drawn["visit"].str.capitalize(), strict=True)),
        "hovertemplate": (
            f"<b>{group_label(group)}</b>, %{{customdata[3]}}<br>{'mean' if score else 'change'} <b>%{{y:.3~g}}</b> "
            "(95 % CI %{customdata[0]:.3~g} to %{customdata[1]:.3~g})<br>%{customdata[2]:,} patients<extra></extra>"
        ),
        "showlegend": many,
    }  # fmt: skip
    return [line, marks]


def _strip(forms: pd.DataFrame, places: dict[float, int], *, first: bool) -> list[dict[str, Any]]:
    """What became of the forms, as shares of the group, stacked at each visit."""
    traces = []
    for column, (words, colour) in FATES.items():
        traces.append(
            {
                "type": "bar", "name": words, "legend": "legend2", "legendgroup": column, "showlegend": first,
                "x": [places[number] for number in forms["visitnum"]], "y": (100 * forms[column] / forms["n"]).tolist(),
                "marker": {"color": colour, "line": {"color": "#FFFFFF", "width": 1}},
                "customdata": list(zip(forms[column], forms["n"], forms["visit"].str.capitalize(), strict=True)),
                "hovertemplate": (
                    f"%{{customdata[2]}}<br><b>{words}: %{{customdata[0]:,}}</b> of %{{customdata[1]:,}}<extra></extra>"
                ),
            }
        )  # fmt: skip
    return traces


def _strip_axis(
    plot: Stacked, row: int, forms: pd.DataFrame, places: dict[float, int], words: str, style: GroupStyle
) -> None:
    """The strip's name on its left, and above each bar how many answered of those expected."""
    plot.y_axis(
        row, **AXIS | {"range": [0, 100], "showgrid": False, "showline": False, "ticks": "", "fixedrange": True},
        tickvals=[50], ticktext=[words],
        tickfont={"size": SMALL_SIZE, "color": style.colour if "<br>" in words else INK},
    )  # fmt: skip
    crowded, between = len(places) > _MANY, "/" if len(places) > _FEW_VISITS else " of "
    for each in forms.to_dict("records"):
        received = int(each["received"] + each["outside_window"])
        plot.note(
            text=f"{received:,}{between}{int(each['expected']):,}", x=places[each["visitnum"]], y=100,
            xref=axis_ref("x", row), yref=axis_ref("y", row), yanchor="bottom",
            font={"size": _CROWDED if crowded else SMALL_SIZE, "color": INK},
        )  # fmt: skip


def bands(plot: Stacked, points: float | None, *, upright: bool, words: bool = True) -> None:
    """
    No change, and the band within which a change is less than important.

    Parameters
    ----------
    plot : the figure, whose first row gets them
    points : the important difference, if one is declared
    upright : whether higher values are drawn above lower ones
    words : whether the band says what it is
    """
    if points is not None:
        place = {"x0": 0, "x1": 1, "xref": "x domain", "y0": -points, "y1": points, "yref": "y"}
        plot.shape(type="rect", layer="below", line={"width": 0}, fillcolor=faded(MUTED, 0.12), **place)
    if points is not None and words:
        plot.note(
            text=f" less than {points:g} points", x=0, xref="x domain", xanchor="left",
            y=points if upright else -points, yref="y", yshift=-12, font={"size": SMALL_SIZE, "color": MUTED},
        )  # fmt: skip
    plot.across(1, 0, {"color": RULE, "width": 2})


def visit_axis(plot: Stacked, names: list[str]) -> None:
    """
    The planned visits side by side, shorter words where they are many.

    Parameters
    ----------
    plot : the figure
    names : of the visits
    """
    many = len(names) > _MANY
    short = ["Base" if name == "Baseline" else name.removeprefix("Month ") for name in names]
    if many and short != names:
        place = {"x": 0, "xref": "paper", "xanchor": "right", "y": 0, "yref": "y domain", "yanchor": "top"}
        plot.note(text="Month ", yshift=-6, font={"size": SMALL_SIZE, "color": INK}, **place)
    ticks: dict[str, Any] = {
        "range": [-0.6, len(names) - 0.4],
        "tickvals": list(range(len(names))),
        "ticktext": short if many else names,
        "tickangle": 0,
        "tickfont": {"size": SMALL_SIZE},
    }
    plot.x_axis(**AXIS, **ticks, showgrid=False, ticks="", showticklabels=False)


def _axes(plot: Stacked, result: Result, names: list[str], score: bool) -> None:
    visit_axis(plot, names)
    plot.x_axis(1, showticklabels=True, ticks="outside")
    higher = result.facts["better"] == "higher"
    what = "Mean score" if score else "Change from baseline"
    settings = AXIS | {"gridcolor": FAINT, "ticks": "", "title": {"text": f"{what}<br>(up is better)", "standoff": 12}}
    plot.y_axis(1, **settings, **_range(result, score, higher))


def _range(result: Result, score: bool, higher: bool) -> dict[str, Any]:
    """The extent of the axis, with up for better: the whole scale for scores, what is drawn for changes."""
    worst, best = result.facts["ends"]
    if score:
        return {"range": [worst, best]}
    table = result.tables["visits"]
    reach = table.loc[table["n_change"] >= FEW, ["change_low", "change_high", "mean_change"]].abs().max().max()
    points = result.facts["points"] or 0.0
    extent = 1.15 * max(reach if pd.notna(reach) else 0.0, 1.6 * points, 0.02 * abs(best - worst))
    return {"range": [-extent, extent] if higher else [extent, -extent]}
