"""Sites against what chance explains: funnel plots, without ranks."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.style import ACCENT, ATTENTION, AXIS, FAINT, INK, MUTED, SMALL_SIZE, frame_layout

_AXES = {
    "failure": ("Patients screened", "Failed eligibility, %", 100),
    "overdue": ("Patients with a visit expected", "With an overdue visit, %", 100),
    "deviations": ("Patients enrolled", "Deviations a patient", 1),
}
_SMALL = "#B4BDC6"
_ALL_NAMED = 12  # up to so many sites each is named; of more only those outside


def site_funnel(result: Result, measure: str) -> go.Figure:
    """
    A figure of each site against its size, between the limits that chance keeps.

    Parameters
    ----------
    result : of the sites analysis, with tables `funnel` and `limits`
    measure : failure, overdue or deviations

    Returns
    -------
    One figure; sites outside the limits are named and coloured, sites of fewer than ten patients are grey.
    """
    x_title, y_title, scale = _AXES[measure]
    sites = result.tables["funnel"].query("measure == @measure").sort_values("n", ignore_index=True)
    limits = result.tables["limits"].query("measure == @measure")
    drawn = []
    if len(sites):
        overall = scale * float(sites["overall"].iloc[0])
        drawn = [*_lines(limits, scale), _line(limits["n"], [overall] * len(limits), "All sites", MUTED, "solid", 2)]
        drawn += [_points(sites[mask], words, colour, scale) for mask, words, colour in _kinds(sites) if mask.any()]
    values = pd.concat([sites["value"], limits["high_95"].tail(len(limits) * 2 // 3)]).astype(float)
    top = scale * float(values.max()) * 1.15 if len(values) else 1.0
    axes = {
        "xaxis": AXIS | {"title": {"text": x_title}, "gridcolor": FAINT, "rangemode": "tozero", "tickformat": "d"},
        "yaxis": AXIS | {"title": {"text": y_title}, "gridcolor": FAINT, "range": [-0.04 * (top or 1), top or 1]},
    }
    legend = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": SMALL_SIZE}}
    return go.Figure({"data": drawn, "layout": frame_layout(height=520, legend=legend, hovermode="closest") | axes})


def _kinds(sites: pd.DataFrame) -> list[tuple[pd.Series, str, str]]:
    far, near = sites["outside"].str.endswith("99.8 %"), sites["outside"].str.endswith("95 %")
    return [
        (sites["small"], "Fewer than 10, not judged", _SMALL),
        (~sites["small"] & sites["outside"].eq(""), "Inside", ACCENT),
        (near, "Outside 95 %", "#C77B00"),
        (far, "Outside 99.8 %", ATTENTION),
    ]


def _lines(limits: pd.DataFrame, scale: float) -> list[dict[str, Any]]:
    drawn = []
    for level, words, dash in (("95", "95 % limits", "dash"), ("998", "99.8 % limits", "dot")):
        for end in ("low", "high"):
            line = _line(limits["n"], scale * limits[f"{end}_{level}"], words, MUTED, dash, 1.5)
            drawn.append(line | {"showlegend": end == "low", "legendgroup": words})
    return drawn


def _line(x: Any, y: Any, name: str, colour: str, dash: str, width: float) -> dict[str, Any]:
    line = {"color": colour, "dash": dash, "width": width}
    return {
        "type": "scatter", "mode": "lines", "x": list(x), "y": list(y), "line": line, "name": f"{name}  ",
        "hoverinfo": "skip",
    }  # fmt: skip


def _points(sites: pd.DataFrame, name: str, colour: str, scale: float) -> dict[str, Any]:
    named = name.startswith("Outside") or len(sites) <= _ALL_NAMED
    return {
        "type": "scatter",
        "mode": "markers+text" if named else "markers",
        "x": sites["n"].tolist(),
        "y": (scale * sites["value"]).tolist(),
        "text": sites["siteid"].astype(str).tolist(),
        "textposition": ["top center" if place % 2 else "bottom center" for place in range(len(sites))],
        "textfont": {"size": SMALL_SIZE, "color": INK if name.startswith("Outside") else MUTED},
        "marker": {"size": 14, "color": colour, "line": {"color": "#FFFFFF", "width": 1}},
        "customdata": sites["n_event"].tolist(),
        "cliponaxis": False,
        "name": f"{name}  ",
        "hovertemplate": "Site %{text}<br><b>%{customdata} of %{x}</b><extra></extra>",
    }
