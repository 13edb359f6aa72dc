"""What all figures share: colours, line types, type sizes, the frame around a plot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import plotly.graph_objects as go

from crlm_dash.palette import (
    ACCENT,
    ACCENT_LIGHT,
    ATTENTION,
    FAINT,
    GRADE_COLOURS,
    GRADE_INK,
    GROUP_COLOURS,
    GROUP_DASHES,
    GROUP_SYMBOLS,
    INK,
    MUTED,
    POOLED_COLOUR,
    RULE,
    GroupStyle,
    group_label,
    group_styles,
)

__all__ = [
    "ACCENT", "ACCENT_LIGHT", "ATTENTION", "AXIS", "FAINT", "FONT", "GRADE_COLOURS", "GRADE_INK", "GROUP_COLOURS",
    "GROUP_DASHES", "GROUP_SYMBOLS", "INK", "LEGEND_LINE", "MUTED", "POOLED_COLOUR", "RULE", "SMALL_SIZE", "TEXT_SIZE",
    "GroupStyle", "faded", "frame_layout", "framed", "group_label", "group_styles", "legend_rows", "shortened",
]  # fmt: skip

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"
TEXT_SIZE, SMALL_SIZE = 20, 17
LEGEND_LINE = 26  # pixels a row of a legend
_ENTRY, _LEGEND_LETTERS = 6, 80  # a mark is as wide as so many letters; so many stand side by side


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


def shortened(name: str, letters: int) -> str:
    """A name of at most so many letters."""
    return name if len(name) <= letters else name[: letters - 1].rstrip() + "…"


def legend_rows(names: Iterable[str]) -> int:
    """How many rows a horizontal legend takes on a narrow screen; in several, its entries are equally wide."""
    widths = [len(name) + _ENTRY for name in names]
    if sum(widths) <= _LEGEND_LETTERS:
        return 1
    return -(-len(widths) // max(_LEGEND_LETTERS // max(widths), 1))


def framed(figure: go.Figure, *, height: int, **layout: Any) -> go.Figure:
    """A figure in the house's frame, with quiet axes."""
    figure.update_layout(frame_layout(height=height, **layout))
    figure.update_xaxes(**AXIS)
    figure.update_yaxes(**AXIS)
    return figure
