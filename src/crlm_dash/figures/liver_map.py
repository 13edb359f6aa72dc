"""The lesions of one patient at one scan: on a liver in its segments, and beside it what is not in the liver."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.lesion_looks import LETTER_NAMES, LETTERS, LOOKS, hover, letters, name_of, rows_of
from crlm_dash.figures.liver_outline import GALLBLADDER, HEIGHT, Region, box, outline, segments
from crlm_dash.figures.liver_places import Circle, places, radius
from crlm_dash.figures.style import INK, MUTED, RULE, SMALL_SIZE, TEXT_SIZE, frame_layout

_LIVER, _EDGE, _BORDER, _GROUND = "#F1DDD3", "#A97F6F", "#FFFFFF", "#F6F8FA"
_BESIDE, _BESIDE_WIDTH, _GAP = 1040.0, 470.0, 14.0
_ONE_COLUMN, _TALLEST = 3, 230.0
_UNPLACED = {"liver, segment unknown": "Segment unknown", "organ unknown": "Organ unknown"}
_PIXELS = 600
_ROW_OF = 6  # lesions, about, that stand beside one another in a box
_NARROW_SIZE = 15  # of a name in two columns
_TITLE = 58.0  # of a box, kept clear
_ASIDE = 12.0  # of a sign, from its circle
_LARGE = 18.0  # radius in which a number has room in larger type

Rows = list[dict[str, Any]]


def liver_map(result: Result, scan: int) -> go.Figure:
    """
    Where the lesions seen up to a scan sit, how large they are at it, and in which state.

    Parameters
    ----------
    result : of the lesions analysis
    scan : number of the scan

    Returns
    -------
    One figure; the customdata of a mark begins with the lesion. Circles are in proportion to one another, and a lesion
    keeps its place from scan to scan. One that is gone is an empty ring as large as it was.
    """
    lesions: Rows = rows_of(result.tables["lesions"])
    states = result.tables["states"]
    here = {row["lesion"]: row for row in rows_of(states[states["scan"] == scan])}
    groups = _grouped(lesions)
    beside = _boxes(groups)
    regions = segments() | beside
    wanted = {
        name: tuple((each["lesion"], _size(each["largest"])) for each in groups.get(name, [])) for name in regions
    }
    circles, scale = places(wanted, regions)
    shown = [each for each in lesions if each["lesion"] in here]
    done = _done(result, here)
    shapes = [*_liver(), *_beside(beside)]
    marks: Rows = []
    for each in shown:
        state, circle = here[each["lesion"]], circles[each["lesion"]]
        r = _drawn_radius(state, circle, scale)
        shapes.append(_circle(circle, r, state["state"]))
        marks.append(_mark(each, state, circle, r, done.get(each["lesion"], "")))
    layout = frame_layout(
        height=_PIXELS,
        margin={"l": 4, "r": 4, "t": 52, "b": 4},
        hovermode="closest",
        showlegend=True,
        shapes=shapes,
        annotations=[*_names(groups, beside, here), *_key(done)],
        xaxis=_axis(-10, _BESIDE + _BESIDE_WIDTH + 10),
        yaxis=_axis(HEIGHT + 92, -14) | {"scaleanchor": "x", "constraintoward": "top"},
    )
    layout["legend"] |= {"y": 1.0, "itemclick": False, "itemdoubleclick": False}
    return go.Figure({"data": [*_legend(here), *_signs(marks), _numbers(marks)], "layout": layout})


def _grouped(lesions: Rows) -> dict[str, Rows]:
    """Lesions by the region they are drawn in: a segment, an organ, or where it is not known."""
    found: dict[str, Rows] = {}
    for each in lesions:
        place = each["place"]
        region = each["drawn_in"] if place == "liver" else _UNPLACED.get(place) or str(each["organ"]).capitalize()
        found.setdefault(region, []).append(each)
    return found


def _boxes(groups: dict[str, Rows]) -> dict[str, Region]:
    """The boxes beside the liver, in two columns where there are many, the unknown last."""
    known = segments()
    last = [*_UNPLACED.values()]
    names = sorted(each for each in groups if each not in known and each not in last)
    names += [each for each in last if each in groups]
    columns = 1 if len(names) <= _ONE_COLUMN else 2
    rows = -(-len(names) // columns) or 1
    width = (_BESIDE_WIDTH - _GAP * (columns - 1)) / columns
    shares = [1 + len(groups[name]) // _ROW_OF if columns == 1 else 1 for name in names]
    unit = min((HEIGHT - _GAP * (rows - 1)) / (sum(shares) / columns if shares else 1), _TALLEST)
    found = {}
    top = 0.0
    for place, (name, share) in enumerate(zip(names, shares, strict=True)):
        top = 0.0 if place % rows == 0 else top
        left, height = _BESIDE + (place // rows) * (width + _GAP), share * unit
        inner = box(left + 12, top + _TITLE, width - 24, height - _TITLE - 6)
        outer = box(left, top, width, height)
        found[name] = Region(outer.path, inner.points, (left + 14, top), in_rows=True)
        top += height + _GAP
    return found


def _size(value: Any) -> float:
    return float(value) if pd.notna(value) else 0.0


def _drawn_radius(state: dict[str, Any], circle: Circle, scale: float) -> float:
    """Of the diameter at this scan; as large as it ever was where there is none."""
    if pd.isna(state["diameter"]) or state["state"] == "gone":
        return min(circle[2], 20.0) if state["state"] == "gone" else circle[2]
    return min(radius(float(state["diameter"]), scale), circle[2])


def _done(result: Result, here: dict[str, Any]) -> dict[str, str]:
    """Lesion → letters of what was done at its place by this scan; not what went through the whole liver."""
    treatments, treated = result.tables["treatments"], result.tables["treated"]
    named = treated[treated["by"] != "whole liver"].merge(treatments[["treatment", "modality", "date"]], on="treatment")
    found = {}
    for lesion, rows in named.groupby("lesion", sort=False):
        if lesion in here:
            found[str(lesion)] = letters(rows[rows["date"] <= here[str(lesion)]["date"]])
    return {lesion: word for lesion, word in found.items() if word}


def _liver() -> Rows:
    """The liver: its ground, a white line between the segments, a line around."""
    below = {"type": "path", "layer": "below"}
    gall = {"path": GALLBLADDER, "fillcolor": "#DDE5CE", "line": {"color": "#A9B58D", "width": 1.5}}
    parts = [
        below | {"path": each.path, "fillcolor": _LIVER, "line": {"color": _BORDER, "width": 4}}
        for each in segments().values()
    ]
    around = below | {"path": outline(), "line": {"color": _EDGE, "width": 3}}
    return [below | gall, *parts, around]


def _beside(boxes: dict[str, Region]) -> Rows:
    return [
        {"type": "path", "layer": "below", "path": each.path, "fillcolor": _GROUND, "line": {"color": RULE, "width": 2}}
        for each in boxes.values()
    ]


def _circle(circle: Circle, r: float, state: str) -> dict[str, Any]:
    x, y, _ = circle
    look = LOOKS[state]
    line = {"color": look.edge, "width": 2.5 if state in ("new", "progressing", "gone") else 1.5, "dash": look.dash}
    return {
        "type": "circle",
        "layer": "below",
        "x0": x - r,
        "x1": x + r,
        "y0": y - r,
        "y1": y + r,
        "fillcolor": look.fill,
        "line": line,
    }


def _mark(lesion: dict[str, Any], state: dict[str, Any], circle: Circle, r: float, done: str) -> dict[str, Any]:
    word = done or "×" if state["state"] == "gone" else ""
    if not word and pd.notna(state["diameter"]):
        word = f"{state['diameter']:g}"
    return {
        "lesion": lesion["lesion"], "x": circle[0], "y": circle[1], "r": r, "state": state["state"],
        "word": f"<b>{word}</b>" if word else "", "hover": hover(lesion, state),
    }  # fmt: skip


def _numbers(marks: Rows) -> dict[str, Any]:
    """The diameter in each circle, what was done in each ring; the place that is pointed at."""
    return {
        "type": "scatter", "mode": "markers+text", "showlegend": False, "cliponaxis": False,
        "x": [each["x"] for each in marks], "y": [each["y"] for each in marks],
        "text": [each["word"] for each in marks], "textposition": "middle center",
        "textfont": {
            "size": [17 if each["r"] >= _LARGE else 13 for each in marks],
            "color": [LOOKS[each["state"]].ink for each in marks]},
        "marker": {"size": 26, "opacity": 0},
        "customdata": [[each["lesion"]] for each in marks],
        "hovertext": [each["hover"] for each in marks], "hoverinfo": "text",
    }  # fmt: skip


def _signs(marks: Rows) -> Rows:
    """The sign of a state at the upper right of its circle, on a white ground."""
    found: Rows = []
    for state, look in LOOKS.items():
        rows = [each for each in marks if each["state"] == state] if look.sign else []
        if not rows:
            continue
        at = {
            "type": "scatter", "mode": "markers", "showlegend": False, "hoverinfo": "skip", "cliponaxis": False,
            "x": [each["x"] + 0.8 * each["r"] + _ASIDE for each in rows],
            "y": [each["y"] - 0.8 * each["r"] - _ASIDE for each in rows],
        }  # fmt: skip
        ground = {"symbol": "circle", "size": 17, "color": "#FFFFFF", "line": {"color": INK, "width": 1.5}}
        sign = {"symbol": look.sign, "size": 9, "color": look.fill, "line": {"color": INK, "width": 2}}
        found += [at | {"marker": ground}, at | {"marker": sign}]
    return found


def _legend(here: dict[str, Any]) -> Rows:
    """Each state with how many lesions are in it."""
    states = [each["state"] for each in here.values()]
    return [
        {
            "type": "scatter", "mode": "markers", "x": [None], "y": [None], "hoverinfo": "skip",
            "name": f"{name_of(state)} <b>{states.count(state)}</b>   ",
            "marker": {
                "symbol": "circle", "size": 18, "color": look.fill, "line": {"color": look.edge, "width": 2},
            },
        }
        for state, look in LOOKS.items()
        if state in states
    ]  # fmt: skip


def _names(groups: dict[str, Rows], boxes: dict[str, Region], here: dict[str, Any]) -> Rows:
    """The number of each segment, the name of each box."""
    shared: dict[str, Any] = {"showarrow": False, "xref": "x", "yref": "y"}
    found = [
        shared | {
            "x": each.label[0], "y": each.label[1], "text": f"<b>{name}</b>", "font": {"size": 21, "color": _EDGE},
        }
        for name, each in segments().items()
    ]  # fmt: skip
    for name, each in boxes.items():
        top = each.label[1]
        font = {"size": SMALL_SIZE if len(boxes) <= _ONE_COLUMN else _NARROW_SIZE, "color": INK}
        at = {"x": each.label[0], "y": top + 22, "xanchor": "left", "yanchor": "middle"}
        known = any(lesion["lesion"] in here for lesion in groups[name])
        words = f"<b>{name}</b>" + ("" if known else "  nothing yet")
        found.append(shared | at | {"text": words, "font": font})
    if not boxes:
        at = {"x": _BESIDE + _BESIDE_WIDTH / 2, "y": HEIGHT / 2}
        words = "No lesion is recorded<br>outside the liver."
        found.append(shared | at | {"text": words, "font": {"size": TEXT_SIZE, "color": MUTED}})
    sides = [(70, "Right"), (930, "Left")]
    font = {"size": SMALL_SIZE, "color": MUTED}
    return found + [shared | {"x": x, "y": HEIGHT - 4, "text": word, "font": font} for x, word in sides]


def _key(done: dict[str, str]) -> Rows:
    """What the letters in rings mean, as far as they are there; that circles are in proportion."""
    used = {letter for word in done.values() for letter in word}
    spoken = {LETTERS[code]: name for code, name in LETTER_NAMES.items()}
    parts = [f"<b>{letter}</b> {spoken[letter]}" for letter in dict.fromkeys(LETTERS.values()) if letter in used]
    words = "Numbers are mm, circles in proportion."
    if parts:
        words += "<br>Letters: what was done where the lesion was: " + ", ".join(parts) + "."
    return [
        {
            "showarrow": False, "x": 0, "y": HEIGHT + 18, "xref": "x", "yref": "y", "xanchor": "left", "text": words,
            "yanchor": "top", "align": "left",
            "font": {"size": SMALL_SIZE, "color": MUTED},
        }
    ]  # fmt: skip


def _axis(low: float, high: float) -> dict[str, Any]:
    return {"range": [low, high], "visible": False, "fixedrange": True, "constrain": "domain"}
