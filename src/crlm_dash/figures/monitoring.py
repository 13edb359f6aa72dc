"""Stopping lines: the path of each rate below its line, and z at the looks between its bounds."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.style import (
    ACCENT,
    ATTENTION,
    AXIS,
    FAINT,
    INK,
    MUTED,
    RULE,
    SMALL_SIZE,
    faded,
    frame_layout,
)

_STOP = faded(ATTENTION, 0.14)
_PANELS = 2  # side by side
_PANEL_HEIGHT = 480
_TITLE_WIDTH = 30  # letters a line


def stopping_rules(result: Result) -> go.Figure:
    """
    Events against patients for each rule: the path so far, the line, and beyond it the region where it stops.

    Parameters
    ----------
    result : of the monitoring analysis, with tables `rules`, `line` and `path`

    Returns
    -------
    One figure, a panel a rule, two beside each other.
    """
    rules = _records(result.tables["rules"])
    rows = max(-(-len(rules) // _PANELS), 1)
    traces: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    notes: list[dict[str, Any]] = []
    for place, rule in enumerate(rules):
        panel = _panel(place, min(len(rules), _PANELS), rows)
        line, path = (_of(result, name, str(rule["rule"])) for name in ("line", "path"))
        top = max([*line["n_stop"], *path["n_event"], 0]) + 2
        traces += [{**trace, **panel["on"]} for trace in (*_region(line, top), *_walked(path))]
        axes |= _axes(panel, max([*line["n"], *path["n"], 1]), top)
        notes += _heading(panel, rule, line)
    layout = frame_layout(
        height=_PANEL_HEIGHT * rows,
        showlegend=False,
        hovermode="closest",
        margin={"l": 24, "r": 24, "t": 108, "b": 16},
        annotations=notes,
    )
    return go.Figure({"data": traces, "layout": layout | axes})


def boundary(result: Result) -> go.Figure:
    """
    z of the comparison at each look, between the bounds beyond which the trial would stop.

    Parameters
    ----------
    result : of the monitoring analysis, with tables `boundary` and `looks`

    Returns
    -------
    One figure; the present cut is named, with the bound that it would have as a look.
    """
    bounds, looks, facts = result.tables["boundary"], result.tables["looks"], result.facts
    planned, now = bounds[bounds["look"].notna()], bounds[bounds["look"].isna()]
    edge = max([3.5, *bounds["bound"].dropna(), *looks["z"].abs().dropna()]) + 0.8
    traces = [each for side in (1, -1) for each in _side(planned, side, edge)]
    traces += [_bound_now(now, side) for side in (1, -1) if len(now)]
    traces.append(_z_path(looks))
    end = max([facts.get("events", 0), *bounds["events"], 1])
    layout = frame_layout(
        height=520,
        showlegend=False,
        hovermode="closest",
        margin={"l": 24, "r": 40, "t": 56, "b": 16},
        xaxis=AXIS | {"title": {"text": "Events so far"}, "range": [0, 1.04 * end], "showgrid": False},
        yaxis=AXIS | {"title": {"text": "z (log-rank)"}, "range": [-edge, edge], "gridcolor": FAINT, "dtick": 1},
        shapes=[_zero(), *(_at_look(events) for events in planned["events"])],
        annotations=[
            *(_look_name(row) for row in _records(planned)),
            *_directions(facts, edge),
            *(_stop(planned, side * edge) for side in (1, -1) if len(planned)),
        ],
    )
    return go.Figure({"data": traces, "layout": layout})


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _of(result: Result, table: str, rule: str) -> pd.DataFrame:
    frame = result.tables[table]
    return frame[frame["rule"] == rule]


def _panel(place: int, columns: int, rows: int) -> dict[str, Any]:
    """Where a panel lies: names of its axes, their stretches of the figure."""
    row, column = divmod(place, columns)
    number = "" if place == 0 else str(place + 1)
    width, height = 1 / columns, 1 / rows
    gap_x, gap_y = (0.035 if columns > 1 else 0.0), (0.1 if rows > 1 else 0.0)
    return {
        "number": number,
        "on": {"xaxis": f"x{number}", "yaxis": f"y{number}"},
        "x": [column * width + (gap_x if column else 0), (column + 1) * width - (gap_x if column + 1 < columns else 0)],
        "y": [1 - (row + 1) * height + (gap_y if row + 1 < rows else 0), 1 - row * height - (gap_y if row else 0)],
    }


def _axes(panel: dict[str, Any], last: int, top: int) -> dict[str, Any]:
    number = panel["number"]
    title = {"text": "Patients with known outcome", "font": {"size": SMALL_SIZE}}
    across = {"title": title, "range": [0, 1.03 * last], "showgrid": False}
    up = {"range": [0, top], "gridcolor": FAINT, "tickformat": "d"}
    return {
        f"xaxis{number}": AXIS | across | {"domain": panel["x"], "anchor": f"y{number}"},
        f"yaxis{number}": AXIS | up | {"domain": panel["y"], "anchor": f"x{number}", "nticks": 8},
    }


def _region(line: pd.DataFrame, top: int) -> list[dict[str, Any]]:
    """The line, and the ground above it."""
    words = "After %{x} patients or more: <b>stop at %{y}</b><extra></extra>"
    steps = {
        "type": "scatter",
        "mode": "lines",
        "x": line["n"],
        "line": {"shape": "hv", "color": ATTENTION, "width": 3},
    }
    return [
        steps | {"y": line["n_stop"], "hovertemplate": words},
        steps
        | {"y": [top] * len(line), "line": {"width": 0}, "fill": "tonexty", "fillcolor": _STOP, "hoverinfo": "skip"},
    ]


def _walked(path: pd.DataFrame) -> list[dict[str, Any]]:
    """The path so far, and a mark where it stands."""
    day = path["day"].map(lambda each: f"{each:%Y-%m-%d}")
    shared = {
        "type": "scatter",
        "customdata": day,
        "hovertemplate": "<b>%{y} of %{x}</b> by %{customdata}<extra></extra>",
        "cliponaxis": False,
    }
    line = {"mode": "lines", "line": {"shape": "hv", "color": ACCENT, "width": 4}}
    mark = {"mode": "markers", "marker": {"size": 15, "color": ACCENT, "line": {"color": "#FFFFFF", "width": 2}}}
    here = path.iloc[-1:]
    last = {"x": here["n"], "y": here["n_event"], "customdata": day.iloc[-1:]}
    return [shared | line | {"x": path["n"], "y": path["n_event"]}, shared | mark | last]


def _heading(panel: dict[str, Any], rule: dict[str, Any], line: pd.DataFrame) -> list[dict[str, Any]]:
    """What the panel is about and where the path stands, above it; what lies above the line, in it."""
    said = "<br>".join(textwrap.wrap(str(rule["label"]), _TITLE_WIDTH))
    at = "" if pd.isna(rule["n_stop"]) else f", the line is at {rule['n_stop']}"
    stands = f"<span style='color:{ACCENT}'>{rule['n_event']} of {rule['n']}{at}</span>"
    shared = {"showarrow": False, "xanchor": "left"}
    above = {"xref": "paper", "yref": "paper", "x": panel["x"][0], "y": panel["y"][1], "yanchor": "bottom", "yshift": 8}
    inside = {"xref": f"x{panel['number']}", "yref": f"y{panel['number']} domain", "y": 0.97, "yanchor": "top"}
    stop = {"xshift": 10, "text": "<b>Stop</b>", "font": {"color": ATTENTION, "size": 24}}
    heading = shared | above | {"text": f"{said}<br><b>{stands}</b>", "align": "left"}
    return [heading, *(shared | inside | stop | {"x": first} for first in line["n"].iloc[:1])]


def _side(planned: pd.DataFrame, side: int, edge: float) -> list[dict[str, Any]]:
    """The bounds of one side, and the ground beyond them."""
    known = planned.dropna(subset="bound")
    shared = {"type": "scatter", "x": known["events"]}
    words = "Look %{customdata[0]}, %{x} events (%{customdata[1]:.0%})<br><b>stop at %{y:.2f}</b><extra></extra>"
    return [
        shared
        | {"y": side * known["bound"], "mode": "lines+markers", "customdata": known[["look", "information"]]}
        | {"line": {"color": ATTENTION, "width": 3}, "marker": {"size": 13, "symbol": "line-ew-open"}}
        | {"hovertemplate": words},
        shared
        | {"y": [side * edge] * len(known), "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        | {"fill": "tonexty", "fillcolor": _STOP},
    ]


def _bound_now(now: pd.DataFrame, side: int) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "markers", "x": now["events"], "y": side * now["bound"],
        "marker": {"symbol": "diamond-open", "size": 14, "color": ATTENTION, "line": {"width": 3, "color": ATTENTION}},
        "hovertemplate": "The bound if the present cut were a look: <b>%{y:.2f}</b><extra></extra>",
    }  # fmt: skip


def _z_path(looks: pd.DataFrame) -> dict[str, Any]:
    """z at each look; the last is written beside its mark."""
    named = looks["look"].map(lambda look: "Now" if pd.isna(look) else f"Look {look}")
    written = [f"<b>z = {z:+.2f}</b>".replace("-", "−") if pd.notna(z) else "" for z in looks["z"]]
    return {
        "type": "scatter", "mode": "lines+markers+text", "x": looks["events"], "y": looks["z"],
        "line": {"color": ACCENT, "width": 4}, "marker": {"size": 17, "color": ACCENT}, "cliponaxis": False,
        "text": [""] * (len(looks) - 1) + written[-1:], "textfont": {"size": 24, "color": ACCENT},
        "textposition": ["bottom center" if z < 0 else "top center" for z in looks["z"]],
        "customdata": pd.DataFrame({"name": named, "day": looks["day"].map(lambda day: f"{day:%Y-%m-%d}")}),
        "hovertemplate": "%{customdata[0]}, %{x} events by %{customdata[1]}<br><b>z = %{y:.2f}</b><extra></extra>",
    }  # fmt: skip


def _zero() -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "x domain",
        "x0": 0,
        "x1": 1,
        "y0": 0,
        "y1": 0,
        "line": {"color": MUTED, "width": 2},
    }


def _at_look(events: int) -> dict[str, Any]:
    line = {"color": RULE, "width": 2, "dash": "dot"}
    return {
        "type": "line",
        "x0": events,
        "x1": events,
        "yref": "y domain",
        "y0": 0,
        "y1": 1,
        "line": line,
        "layer": "below",
    }


def _look_name(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "showarrow": False, "x": row["events"], "yref": "paper", "y": 1, "yanchor": "bottom",
        "text": f"Look {row['look']}<br>{100 * row['information']:.0f} %", "font": {"size": SMALL_SIZE, "color": INK},
    }  # fmt: skip


def _stop(planned: pd.DataFrame, y: float) -> dict[str, Any]:
    return {
        "showarrow": False, "x": planned["events"].iloc[-1], "y": y, "xanchor": "right", "xshift": -12,
        "yanchor": "top" if y > 0 else "bottom", "text": "<b>Stop</b>", "font": {"color": ATTENTION, "size": 24},
    }  # fmt: skip


def _directions(facts: dict[str, Any], edge: float) -> list[dict[str, Any]]:
    """Which arm each side of zero speaks for."""
    if len(facts.get("arms", [])) != 2:
        return []
    shared = {"showarrow": False, "xref": "x domain", "x": 0.01, "xanchor": "left", "align": "left"}
    first, second = facts["arms"]
    return [
        shared | {"y": edge, "yanchor": "top", "text": f"↑ fewer events in<br>{first}", "font": {"color": MUTED}},
        shared | {"y": -edge, "yanchor": "bottom", "text": f"↓ fewer events in<br>{second}", "font": {"color": MUTED}},
    ]
