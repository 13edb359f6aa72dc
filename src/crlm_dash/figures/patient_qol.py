"""The profile of one patient: every scale from worst to best, baseline, now, and the trial's median."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.style import ACCENT, ATTENTION, AXIS, FAINT, INK, MUTED, SMALL_SIZE, frame_layout

LINE = 28  # pixels a scale
Row = dict[Any, Any]


def patient_qol(result: Result, questionnaire: str) -> go.Figure:
    """
    Each scale of a questionnaire as a line from its worst end to its best.

    Parameters
    ----------
    result : of the analysis `patient_qol`
    questionnaire : whose scales are drawn

    Returns
    -------
    One figure: hollow where the patient began, full where they are now (another colour and shape where it is worse by
    more than twice the important difference), a stroke for the trial's median; empty without scales.
    """
    table = result.tables["profile"]
    found = table[table["questionnaire"] == questionnaire].to_dict("records")
    if not found:
        return go.Figure()
    traces = [
        _ways(found),
        _marks("Trial's median then", found, "median", lambda row: True, "line-ns-open", INK, 20),
        _marks("Baseline", found, "baseline", lambda row: True, "circle-open", MUTED, 14),
        _marks("Last form", found, "score", lambda row: _after(row) and not row["alert"], "circle", ACCENT, 14),
        _marks("Last form: much worse", found, "score", lambda row: bool(row["alert"]), "diamond", ATTENTION, 17),
    ]
    layout = frame_layout(
        height=LINE * len(found) + 130, margin={"l": 24, "r": 36, "t": 48, "b": 24}, hovermode="closest",
        xaxis=AXIS | {
            "range": [-3, 103], "tickvals": [0, 25, 50, 75, 100], "ticktext": ["worst", "", "", "", "best"],
            "gridcolor": FAINT, "showline": False, "ticks": "", "fixedrange": True,
        },
        yaxis=AXIS | {
            "range": [len(found) - 0.4, -0.6], "tickvals": list(range(len(found))), "showgrid": False, "ticks": "",
            "ticktext": [row["label"] for row in found], "tickfont": {"size": SMALL_SIZE}, "fixedrange": True,
        },
    )  # fmt: skip
    return go.Figure({"data": traces, "layout": layout})


def _after(row: Row) -> bool:
    """Whether there is a score after baseline: it has a change, or there is no baseline it could be."""
    return bool(row["change"] == row["change"] or row["baseline"] != row["baseline"])


def _place(row: Row, score: float) -> float:
    """Where a score stands between the worst end (0) and the best (100) of its scale."""
    return float(100 * (score - row["worst"]) / (row["best"] - row["worst"]))


def _ways(found: list[Row]) -> dict[str, Any]:
    """From where each scale began to where it is."""
    x: list[float | None] = []
    y: list[int | None] = []
    for line, row in enumerate(found):
        if row["change"] == row["change"]:
            x += [_place(row, row["baseline"]), _place(row, row["score"]), None]
            y += [line, line, None]
    return {
        "type": "scatter", "mode": "lines", "x": x or [None], "y": y or [None], "line": {"color": MUTED, "width": 3},
        "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


def _marks(
    name: str, found: list[Row], column: str, shown: Callable[[Row], bool], symbol: str, colour: str, size: int
) -> dict[str, Any]:
    there = [
        (line, row)
        for line, row in enumerate(found)
        if row[column] == row[column] and row[column] is not None and shown(row)
    ]
    words = [
        f"<b>{row['label']}</b><br>{name}: <b>{row[column]:.3g}</b> ({row['better']} is better)" for _, row in there
    ]
    return {
        "type": "scatter", "mode": "markers", "name": name + "   ", "x": [_place(row, row[column]) for _, row in there],
        "y": [line for line, _ in there], "customdata": words, "hovertemplate": "%{customdata}<extra></extra>",
        "marker": {"symbol": symbol, "size": size, "color": colour, "line": {"width": 3, "color": colour}},
        "showlegend": bool(there),
    }  # fmt: skip
