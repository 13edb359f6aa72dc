"""A lane for every lesion: its diameter as the width of a band over time, its state as the colour, what was done."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.lesion_looks import LOOKS, hover, name_of, rows_of
from crlm_dash.figures.style import ACCENT, AXIS, FAINT, INK, MUTED, SMALL_SIZE, frame_layout

_ROW = 30  # pixels
_HALF = 0.44  # of a row, the half width of the largest lesion
_THIN = 0.05
_GLYPHS = {
    "HEPATECTOMY": ("square", "Hepatectomy"),
    "ABLATION": ("circle", "Ablation"),
    "SBRT": ("star", "SBRT"),
    "TACE": ("diamond", "TACE"),
    "HAIC": ("triangle-up", "HAIC"),
}
_OTHER = ("hexagon", "Other local treatment")

Rows = list[dict[str, Any]]


def lesion_lanes(result: Result, scan: int) -> go.Figure:
    """
    Each lesion over time, those of the liver by segment, then those elsewhere by organ.

    Parameters
    ----------
    result : of the lesions analysis
    scan : number of the scan that is marked

    Returns
    -------
    One figure; a band is as wide as the lesion, and takes the colour of the state in which the next scan found it.
    """
    lesions = _ordered(rows_of(result.tables["lesions"]))
    states = {str(lesion): rows_of(rows) for lesion, rows in result.tables["states"].groupby("lesion")}
    largest = max((each["largest"] for each in lesions if pd.notna(each["largest"])), default=0.0) or 1.0
    done = _treated_on(result)
    bands: dict[str, tuple[list[Any], list[Any]]] = {}
    quiet: tuple[list[Any], list[Any]] = ([], [])
    for row, each in enumerate(lesions):
        _draw(states[each["lesion"]], row, largest, done.get(each["lesion"], []), bands, quiet)
    traces = [_quiet_lines(quiet), *(_band(state, *line) for state, line in bands.items())]
    traces += [_points(lesions, states), *_glyphs(result, lesions)]
    scans = result.tables["scans"]
    layout = frame_layout(
        height=_ROW * len(lesions) + 130,
        margin={"l": 16, "r": 112, "t": 66, "b": 40},
        hovermode="closest",
        showlegend=True,
        xaxis=AXIS | {"type": "date", "range": _span(scans), "tickformat": "%b %Y", "nticks": 6, "showgrid": False},
        yaxis=AXIS | {
            "range": [len(lesions) - 0.4, -0.6], "tickvals": list(range(len(lesions))), "showgrid": False,
            "ticktext": [_name(each) for each in lesions], "tickfont": {"size": 16}, "ticks": "",
            "linecolor": "#FFFFFF",
        },
        shapes=[*_stripes(lesions), *_scan_lines(scans, scan)],
        annotations=[*_scan_names(scans, scan), *_sizes(lesions, states)],
    )  # fmt: skip
    layout["legend"] |= {"y": 1 + 34 / (_ROW * max(len(lesions), 1))}
    return go.Figure({"data": traces, "layout": layout})


def _ordered(lesions: Rows) -> Rows:
    """Of the liver by segment, the unplaced of it, then the others by organ; the targets first."""
    roles = {"TARGET": 0, "NON-TARGET": 1}
    places = ("liver", "liver, segment unknown", "elsewhere", "organ unknown")
    return sorted(
        lesions,
        key=lambda each: (
            places.index(each["place"]), each["drawn_in"], str(each["organ"]), roles.get(each["role"], 2),
            each["lesion"],
        ),
    )  # fmt: skip


def _name(lesion: dict[str, Any]) -> str:
    if lesion["place"] == "liver":
        where = f"S{lesion['segment']}"
    elif lesion["place"] == "elsewhere":
        where = str(lesion["organ"]).capitalize()
    else:
        where = "Liver, ?" if lesion["place"] == "liver, segment unknown" else "?"
    return f"<b>{where}</b>  {lesion['lesion']}  "


def _treated_on(result: Result) -> dict[str, list[pd.Timestamp]]:
    named = result.tables["treated"].merge(result.tables["treatments"][["treatment", "date"]], on="treatment")
    return {str(lesion): sorted(rows["date"]) for lesion, rows in named.groupby("lesion")}


def _draw(
    states: Rows,
    row: int,
    largest: float,
    treated: list[pd.Timestamp],
    bands: dict[str, tuple[list[Any], list[Any]]],
    quiet: tuple[list[Any], list[Any]],
) -> None:
    """The pieces of one lane between its scans: bands by state, thin lines where nothing was measured."""
    for before, after in pairwise(states):
        start, end = before["date"], after["date"]
        first, last = _half(before, largest), _half(after, largest)
        if first is None or (last is None and after["state"] != "gone"):
            quiet[0].extend((start, end, None))
            quiet[1].extend((row, row, None))
            continue
        state = str(after["state"])
        if last is None:  # gone: until it was treated, or tapering off
            cuts = [day for day in treated if start <= day <= end]
            end, last, state = (cuts[-1], first, "present") if cuts else (end, 0.0, "controlled")
        xs, ys = bands.setdefault(state, ([], []))
        xs.extend((start, end, end, start, start, None))
        ys.extend((row - first, row - last, row + last, row + first, row - first, None))


def _half(state: dict[str, Any], largest: float) -> float | None:
    """Half the width of the band at a scan, the least where it is there but was not measured; None where it is not."""
    if state["state"] in ("gone", "not assessed"):
        return None
    if pd.isna(state["diameter"]):
        return _THIN
    return max(_HALF * float(state["diameter"]) / largest, _THIN)


def _band(state: str, xs: list[Any], ys: list[Any]) -> dict[str, Any]:
    look = LOOKS[state]
    return {
        "type": "scatter", "mode": "lines", "x": xs, "y": ys, "fill": "toself", "fillcolor": look.fill,
        "line": {"width": 0.5, "color": look.fill}, "name": f"{name_of(state)}   ", "hoverinfo": "skip",
        "opacity": 0.85,
    }  # fmt: skip


def _quiet_lines(line: tuple[list[Any], list[Any]]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": line[0], "y": line[1], "hoverinfo": "skip",
        "line": {"color": "#B8C1C9", "width": 1.5, "dash": "dot"}, "name": "Gone, or not assessed   ",
        "showlegend": bool(line[0]),
    }  # fmt: skip


def _points(lesions: Rows, states: dict[str, Rows]) -> dict[str, Any]:
    """A dot at every scan, to be pointed at."""
    found = [(row, each, state) for row, each in enumerate(lesions) for state in states[each["lesion"]]]
    looks = [LOOKS[state["state"]] for _, _, state in found]
    return {
        "type": "scatter", "mode": "markers", "showlegend": False,
        "x": [state["date"] for _, _, state in found], "y": [row for row, _, _ in found],
        "marker": {
            "size": [13 if look.sign else 8 for look in looks],
            "symbol": [look.sign.removesuffix("-thin") or "circle" for look in looks],
            "color": [look.fill for look in looks], "line": {"color": [look.edge for look in looks], "width": 1.5},
        },
        "customdata": [[each["lesion"]] for _, each, _ in found],
        "hovertext": [hover(each, state) for _, each, state in found], "hoverinfo": "text",
    }  # fmt: skip


def _glyphs(result: Result, lesions: Rows) -> Rows:
    """What was done, at the lanes of the lesions whose place it was done at; a sign each kind."""
    rows = {each["lesion"]: row for row, each in enumerate(lesions)}
    named = result.tables["treated"].merge(result.tables["treatments"], on="treatment")
    found = []
    for modality, part in named.groupby("modality", sort=True):
        symbol, name = _GLYPHS.get(str(modality).upper(), (_OTHER[0], str(modality).capitalize()))
        found.append({
            "type": "scatter", "mode": "markers", "name": f"{name}   ", "x": part["date"].tolist(),
            "y": [rows[lesion] for lesion in part["lesion"]],
            "marker": {"symbol": symbol, "size": 13, "color": "#FFFFFF", "line": {"color": INK, "width": 2.2}},
            "hovertext": [_treatment(each) for each in rows_of(part)], "hoverinfo": "text",
        })  # fmt: skip
    return found


def _treatment(row: dict[str, Any]) -> str:
    date = pd.Timestamp(row["date"])
    day = "" if pd.isna(row["day"]) else f", day {int(row['day'])}"
    detail = f"<br>{row['detail']}" if isinstance(row["detail"], str) else ""
    return f"<b>{str(row['modality']).capitalize()}</b> {date.day} {date:%b %Y}{day}{detail}<br>Of its {row['by']}"


def _span(scans: pd.DataFrame) -> list[pd.Timestamp]:
    first, last = scans["date"].min(), scans["date"].max()
    room = max((last - first) * 0.03, pd.Timedelta(days=20))
    return [first - room, last + room]


def _stripes(lesions: Rows) -> Rows:
    """Every other lane on a faint ground."""
    place = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "layer": "below", "line": {"width": 0}}
    return [place | {"y0": row - 0.5, "y1": row + 0.5, "fillcolor": "#F6F8FA"} for row in range(0, len(lesions), 2)]


def _scan_lines(scans: pd.DataFrame, chosen: int) -> Rows:
    return [
        {
            "type": "line", "x0": date, "x1": date, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
            "line": {"color": ACCENT if number == chosen else FAINT, "width": 3 if number == chosen else 1.5},
        }
        for number, date in zip(scans["scan"], scans["date"], strict=True)
    ]  # fmt: skip


def _scan_names(scans: pd.DataFrame, chosen: int) -> Rows:
    """The name of the chosen scan above its line."""
    here = scans[scans["scan"] == chosen]
    return [
        {
            "x": date, "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False, "yshift": 2,
            "text": f"<b>{str(visit).capitalize() if isinstance(visit, str) else 'This scan'}</b>",
            "font": {"size": SMALL_SIZE, "color": ACCENT},
        }
        for visit, date in zip(here["visit"], here["date"], strict=True)
    ]  # fmt: skip


def _sizes(lesions: Rows, states: dict[str, Rows]) -> Rows:
    """At the right end what each lesion came to."""
    found = []
    for row, each in enumerate(lesions):
        last = states[each["lesion"]][-1]
        word = f"{last['diameter']:g} mm" if pd.notna(last["diameter"]) and last["state"] != "gone" else last["state"]
        found.append({
            "xref": "paper", "x": 1, "xanchor": "left", "xshift": 4, "y": row, "showarrow": False,
            "text": "–" if word == "not assessed" else word, "font": {"size": 15, "color": MUTED},
        })  # fmt: skip
    return found
