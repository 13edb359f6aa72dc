"""What all figures share: colours, line types, type sizes, the frame around a plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from crlm_dash.terms import POOLED

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"
INK, MUTED, RULE, FAINT = "#17232E", "#52606D", "#CBD3DA", "#EEF1F4"
ACCENT = "#0B4F7D"
ACCENT_LIGHT = "#B9D3E6"
ATTENTION = "#A34700"  # dark vermilion: missed, behind, beyond a limit
TEXT_SIZE, SMALL_SIZE = 20, 17

# Okabe–Ito, in the order arms are shown; line type is the second channel.
GROUP_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D00")
GROUP_DASHES = ("solid", "dash", "dashdot", "dot", "longdash", "longdashdot", "solid", "dash")
GROUP_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "hexagon")
POOLED_COLOUR = "#595959"

# One hue, light to dark; the digit is printed in the mark as well.
GRADE_COLOURS = {
    "1": "#E4DDF0",
    "2": "#C4B5DD",
    "3": "#9679BE",
    "4": "#66448F",
    "5": "#3A1D5C",
    "missing": "#FFFFFF",
}
GRADE_INK = {"1": INK, "2": INK, "3": "#FFFFFF", "4": "#FFFFFF", "5": "#FFFFFF", "missing": INK}


@dataclass(frozen=True)
class GroupStyle:
    """How one group looks, the same on every page."""

    colour: str
    dash: str
    symbol: str


def group_styles(groups: list[str]) -> dict[str, GroupStyle]:
    """The look of each group, by its place in the order shown; all patients together are grey."""
    if groups == [POOLED]:
        return {POOLED: GroupStyle(POOLED_COLOUR, "solid", "circle")}
    n = len(GROUP_COLOURS)
    return {
        group: GroupStyle(GROUP_COLOURS[i % n], GROUP_DASHES[i % n], GROUP_SYMBOLS[i % n])
        for i, group in enumerate(groups)
    }


def group_label(group: str) -> str:
    """The group's name on the screen."""
    return "All patients" if group == POOLED else group


def faded(colour: str, opacity: float) -> str:
    """A hex colour with an opacity, as plotly reads it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


AXIS: dict[str, Any] = {"automargin": True, "linecolor": RULE, "tickcolor": RULE, "zeroline": False}


def frame_layout(*, height: int, **layout: Any) -> dict[str, Any]:
    """The house's frame as a plain layout: white ground, generous type, hover that can be read from two metres."""
    return {
        "template": "none",
        "height": height,
        "font": {"family": FONT, "size": TEXT_SIZE, "color": INK},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "margin": {"l": 24, "r": 24, "t": 24, "b": 24},
        "hoverlabel": {
            "bgcolor": "#FFFFFF",
            "bordercolor": RULE,
            "font": {"family": FONT, "size": 18, "color": INK},
        },
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": TEXT_SIZE}},
        "dragmode": False,
    } | layout


def framed(figure: go.Figure, *, height: int, **layout: Any) -> go.Figure:
    """A figure in the house's frame, with quiet axes."""
    figure.update_layout(frame_layout(height=height, **layout))
    figure.update_xaxes(**AXIS)
    figure.update_yaxes(**AXIS)
    return figure
