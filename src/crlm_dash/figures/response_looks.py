"""How responses look, the same in every picture of them: dark to light blue where it shrinks, orange where it grows."""

from __future__ import annotations

from typing import Any

from crlm_dash.figures.style import INK, MUTED, SMALL_SIZE

COLOURS = {
    "CR": "#08306B",
    "PR": "#3F7FB5",
    "SD": "#A9B4BE",
    "NON-CR/NON-PD": "#A9B4BE",
    "PD": "#C2520A",
    "NE": "#D9DEE3",
    "none": "#D9DEE3",
    "no scan": "#FFFFFF",
    "not known": "#E6EAEE",
    "died": "#3C4650",
}
NAMES = {
    "CR": "Complete response",
    "PR": "Partial response",
    "SD": "Stable",
    "NON-CR/NON-PD": "Neither response nor progression",
    "PD": "Progression",
    "NE": "Not evaluable",
    "none": "No response given",
    "no scan": "No scan after baseline",
    "not known": "Not known",
    "died": "Died",
}
SHRUNK, GROWN = -30, 20  # per cent: partial response from baseline, progression from the smallest sum

_HALF_YEAR = 182.625  # days


def known(usubjid: object) -> str:
    """The patient of a mark, where the viewer may open him; else ''."""
    return usubjid if isinstance(usubjid, str) else ""


def months_axis(last_day: float) -> dict[str, Any]:
    """Days since enrolment, read in months."""
    halves = range(0, int(last_day / _HALF_YEAR) + 2)
    step = 1 if len(halves) <= 12 else 2
    ticks = [n for n in halves if n % step == 0]
    return {"tickvals": [n * _HALF_YEAR for n in ticks], "ticktext": [str(6 * n) for n in ticks]}


def limit_lines() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lines of 30 % less and 20 % more, and their words at the right edge."""
    shapes, words = [], []
    for value in (SHRUNK, 0, GROWN):
        line = {"color": INK if value == 0 else MUTED, "width": 1.5, "dash": "solid" if value == 0 else "dash"}
        shapes.append({"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value, "line": line})
        if value:
            words.append({
                "xref": "paper", "x": 1, "xanchor": "left", "y": value, "showarrow": False, "xshift": 4,
                "text": f"{value:+d} %".replace("-", "−"), "font": {"size": SMALL_SIZE, "color": MUTED},
            })  # fmt: skip
    return shapes, words
