"""How the targets' sum changed: the best change of each patient (waterfall) and its course (spider)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.response_looks import COLOURS, NAMES, known, limit_lines, months_axis
from crlm_dash.figures.style import AXIS, FAINT, faded, frame_layout, group_label, group_styles

_HEIGHT = 620
_TOP = 120.0  # per cent; what grew more is drawn here, its hover says how much
_CHANGE = "Change of the sum from baseline, %"


def response_waterfall(result: Result) -> go.Figure:
    """
    Best change of the targets' sum: a bar a patient, or how many of each group changed by how much.

    Parameters
    ----------
    result : of the response analysis

    Returns
    -------
    One figure; the customdata of a bar begins with the patient, where the viewer may open him.
    """
    shapes, words = limit_lines()
    if not result.facts["marks"]:
        return _histogram(result)
    rows = result.tables["changes"].assign(at=lambda frame: range(1, len(frame) + 1))
    traces = [
        {
            "type": "bar", "x": part["at"].to_numpy(), "y": part["change"].clip(upper=_TOP).to_numpy(), "name": name,
            "marker": {"color": colour, "line": {"color": colour, "width": 1.2}}, "customdata": _told(part),
            "hovertemplate": "<b>%{customdata[0]}</b><br>Best change <b>%{customdata[1]} %</b> on day "
            "%{customdata[2]}<br>Best response: %{customdata[3]}<extra></extra>",
        }
        for name, colour, part in _parts(result, rows)
    ]  # fmt: skip
    layout = _layout(shapes, words, showlegend=True, bargap=0.08)
    title = {"text": "Patients, from the largest growth to the largest shrinkage", "standoff": 10}
    layout |= {"xaxis": AXIS | {"showticklabels": False, "ticks": "", "title": title}, "yaxis": _change_axis(rows)}
    return go.Figure({"data": traces, "layout": layout})


def response_spider(result: Result) -> go.Figure:
    """
    The targets' sum over time from the baseline to the first progression: a line a patient, or median and quartiles.

    Parameters
    ----------
    result : of the response analysis

    Returns
    -------
    One figure; the customdata of a point begins with the patient, where the viewer may open him.
    """
    shapes, words = limit_lines()
    layout = _layout(shapes, words, showlegend=True)
    title = {"text": "Months since enrolment", "standoff": 8}
    if not result.facts["marks"]:
        rows = result.tables["spread"]
        ticks = {"dtick": 6, "title": title}
        layout |= {"xaxis": AXIS | ticks, "yaxis": _change_axis(rows.rename(columns={"q3": "change"}))}
        return go.Figure({"data": _spread(result), "layout": layout})
    rows = result.tables["lines"]
    traces = [_lines(name, colour, part) for name, colour, part in _parts(result, rows)]
    ticks = months_axis(float(rows["day"].max())) if len(rows) else {}
    layout |= {"xaxis": AXIS | ticks | {"title": title}, "yaxis": _change_axis(rows)}
    return go.Figure({"data": traces, "layout": layout})


def _parts(result: Result, rows: pd.DataFrame) -> list[tuple[str, str, pd.DataFrame]]:
    """The marks by group where groups are compared, else by best response: name, colour, rows."""
    if result.facts["by"]:
        styles = group_styles(result.facts["order"])
        found = [(group_label(each), styles[each].colour, rows[rows["strata"] == each]) for each in styles]
    else:
        found = [(NAMES[code], COLOURS[code], rows[rows["response"] == code]) for code in NAMES]
    return [(f"{name}   ", colour, part) for name, colour, part in found if len(part)]


def _told(rows: pd.DataFrame) -> list[list[str]]:
    """Patient, change, day and best response of each mark, as they are read."""
    return [
        [known(who), _signed(change), "?" if pd.isna(day) else f"{day:.0f}", NAMES[code].lower()]
        for who, change, day, code in rows[["USUBJID", "change", "day", "response"]].itertuples(index=False)
    ]


def _signed(value: float) -> str:
    return f"{value:+.0f}".replace("-", "−")


def _lines(name: str, colour: str, rows: pd.DataFrame) -> dict[str, Any]:
    """All lines of one colour as one trace, a gap between patients."""
    x: list[Any] = []
    y: list[Any] = []
    told: list[list[str]] = []
    for _, own in rows.groupby("mark", sort=False):
        x += [*own["day"].tolist(), None]
        y += [*own["change"].clip(upper=_TOP).tolist(), None]
        told += [*_told(own), ["", "", "", ""]]
    return {
        "type": "scatter", "mode": "lines+markers", "x": x, "y": y, "name": name, "customdata": told,
        "line": {"color": faded(colour, 0.55), "width": 2}, "marker": {"color": colour, "size": 7, "opacity": 0.8},
        "hovertemplate": "<b>%{customdata[0]}</b><br>Day %{customdata[2]}: <b>%{customdata[1]} %</b>"
        "<br>Best response: %{customdata[3]}<extra></extra>",
    }  # fmt: skip


def _histogram(result: Result) -> go.Figure:
    """How many of each group changed by how much, in steps of ten per cent; growth on the left as in a waterfall."""
    rows, styles = result.tables["histogram"], group_styles(result.facts["order"])
    traces = [
        {
            "type": "bar", "x": own["step"] + 5, "y": own["percent"], "name": f"{group_label(group)}   ",
            "marker": {"color": styles[group].colour}, "customdata": own[["n", "step"]].to_numpy(),
            "hovertemplate": f"<b>{group_label(group)}</b><br>From %{{customdata[1]:+d}} % on, ten points: "
            "<b>%{customdata[0]}</b> (%{y:.0f} %)<extra></extra>",
        }
        for group in styles
        if len(own := rows[rows["strata"] == group])
    ]  # fmt: skip
    layout = frame_layout(
        height=_HEIGHT, hovermode="closest", showlegend=True, barmode="group", bargap=0.12,
        margin={"l": 24, "r": 24, "t": 60, "b": 16},
        xaxis=AXIS | {
            "title": {"text": f"Best c{_CHANGE[1:]} (growth on the left)", "standoff": 8}, "autorange": "reversed",
            "tickvals": list(range(-100, 101, 20)), "gridcolor": FAINT,
        },
        yaxis=AXIS | {"title": {"text": "Patients of the group, %"}, "gridcolor": FAINT, "rangemode": "tozero"},
    )  # fmt: skip
    return go.Figure({"data": traces, "layout": layout})


def _spread(result: Result) -> list[dict[str, Any]]:
    """Median and quartiles of each group."""
    rows, styles, found = result.tables["spread"], group_styles(result.facts["order"]), []
    for group, style in styles.items():
        own = rows[rows["strata"] == group]
        if own.empty:
            continue
        shared = {"type": "scatter", "legendgroup": group, "hoverinfo": "skip", "mode": "lines", "line": {"width": 0}}
        x = own["month"].tolist()
        around = {"x": x + x[::-1], "y": own["q3"].tolist() + own["q1"].tolist()[::-1], "fill": "toself"}
        found.append(shared | around | {"fillcolor": faded(style.colour, 0.16), "showlegend": False})
        found.append({
            "type": "scatter", "mode": "lines+markers", "legendgroup": group, "name": f"{group_label(group)}   ",
            "x": x, "y": own["median"].tolist(), "line": {"color": style.colour, "dash": style.dash, "width": 3},
            "marker": {"symbol": style.symbol, "size": 10, "color": style.colour},
            "customdata": own[["n", "q1", "q3"]].to_numpy(),
            "hovertemplate": f"<b>{group_label(group)}</b> month %{{x}}<br>Median <b>%{{y:.0f}} %</b> (quartiles "
            "%{customdata[1]:.0f} to %{customdata[2]:.0f}) of %{customdata[0]} patients<extra></extra>",
        })  # fmt: skip
    return found


def _layout(shapes: list[dict[str, Any]], words: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    margin = {"l": 24, "r": 84, "t": 60, "b": 16}
    return frame_layout(height=_HEIGHT, hovermode="closest", margin=margin, shapes=shapes, annotations=words, **more)


def _change_axis(rows: pd.DataFrame) -> dict[str, Any]:
    top = min(max(rows["change"].max() if len(rows) else 0.0, 30.0), _TOP) + 8
    ticks = list(range(-100, int(top), 20))
    return AXIS | {
        "range": [-106, top], "tickvals": ticks, "ticktext": [_signed(each) if each else "0" for each in ticks],
        "gridcolor": FAINT, "title": {"text": _CHANGE, "standoff": 8},
    }  # fmt: skip
