"""The model of quality of life: the difference of the groups at each visit, or without groups the change."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.qol import bands, visit_axis
from crlm_dash.figures.stacked import Stacked
from crlm_dash.figures.style import AXIS, FAINT, MUTED, GroupStyle, faded, frame_layout, group_label, group_styles

_HEIGHT = 300
_BAND = {  # of the legend only
    "type": "scatter", "mode": "markers", "x": [None], "y": [None], "hoverinfo": "skip",
    "marker": {"symbol": "square", "size": 16, "color": faded(MUTED, 0.25)},
}  # fmt: skip


def qol_model(result: Result) -> go.Figure:
    """
    Differences of the groups by visit with 95 % limits, up is better; without groups the modelled changes.

    Parameters
    ----------
    result : of the analysis `qol_model`

    Returns
    -------
    One figure; without a trace where there is no model.
    """
    many = len(result.tables["differences"]) > 0
    found = result.tables["differences" if many else "means"]
    if found.empty:
        return go.Figure()
    styles = group_styles(list(result.facts["order"]))
    names = found["comparison"].str.partition(" vs ")[0] if many else found["strata"]
    drawn = list(dict.fromkeys(names))
    visits = dict(found.drop_duplicates("visitnum").sort_values("day")[["visitnum", "visit"]].to_numpy().tolist())
    places = {number: place for place, number in enumerate(visits)}
    reference = str(found["comparison"].iloc[0]).partition(" vs ")[2] if many else ""
    plot = Stacked([1], spacing=0)
    for place, group in enumerate(drawn):
        shift = (place - (len(drawn) - 1) / 2) * 0.12
        label = f"{group_label(group)} less {group_label(reference)}" if many else group_label(group)
        plot.trace(1, _marks(found[names == group], places, label, styles[group], shift))
    upright = result.facts["better"] == "higher"
    bands(plot, result.facts["points"], upright=upright, words=False)
    if result.facts["points"]:
        plot.trace(1, _BAND | {"name": f"less than {result.facts['points']:g} points"})
    visit_axis(plot, [str(visit).capitalize() for visit in visits.values()])
    plot.x_axis(showticklabels=True, ticks="outside")
    reach = found[["conf_low", "conf_high"]].abs().max().max()
    extent = 1.15 * max(reach, 1.6 * (result.facts["points"] or 0.0), 0.1)
    what = f"Difference from<br>{group_label(reference)}" if len(drawn) > 1 else "Difference" if many else "Change"
    plot.y_axis(
        1, **AXIS, gridcolor=FAINT, ticks="", title={"text": f"{what}<br>(up is better)", "standoff": 12},
        range=[-extent, extent] if upright else [extent, -extent],
    )  # fmt: skip
    margin = {"l": 24, "r": 24, "t": 56, "b": 40}
    legend = {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"}
    layout = frame_layout(height=_HEIGHT, margin=margin, legend=legend, showlegend=True, hovermode="closest")
    return plot.figure(layout)


def _marks(rows: pd.DataFrame, places: dict[float, int], label: str, style: GroupStyle, shift: float) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "markers", "name": label + "   ",
        "x": [places[number] + shift for number in rows["visitnum"]], "y": rows["estimate"].tolist(),
        "marker": {"symbol": style.symbol, "size": 14, "color": style.colour},
        "error_y": {
            "type": "data", "symmetric": False, "array": (rows["conf_high"] - rows["estimate"]).tolist(),
            "arrayminus": (rows["estimate"] - rows["conf_low"]).tolist(), "color": style.colour, "thickness": 2,
            "width": 6,
        },
        "customdata": list(zip(rows["conf_low"], rows["conf_high"], rows["visit"].str.capitalize(), strict=True)),
        "hovertemplate": (
            f"<b>{label}</b>, %{{customdata[2]}}<br><b>%{{y:.3~g}}</b> (95 % CI %{{customdata[0]:.3~g}} to "
            "%{customdata[1]:.3~g})<extra></extra>"
        ),
    }  # fmt: skip
