"""The marks that lanes of the patient timeline are made of: points, bars, words, measured courses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from crlm_dash.figures.stacked import Stacked
from crlm_dash.figures.style import ACCENT, INK, RULE
from crlm_dash.figures.timeline_words import hovers

DAY = 86_400_000  # plotly counts time in milliseconds
WORDS = {"size": 15, "color": INK}
_LETTER = 0.018  # width of a letter as a share of the axis, on a narrow screen


@dataclass(frozen=True)
class Panel:
    """One lane on the figure: its records, its place, and where time ends."""

    figure: Stacked
    row: int
    records: pd.DataFrame
    end: pd.Timestamp
    span: pd.Timedelta

    def add(self, trace: dict[str, Any]) -> None:
        """Draw a trace in this lane."""
        self.figure.trace(self.row, trace)

    def axis(self, **settings: object) -> None:
        """Settle this lane's own axis."""
        self.figure.y_axis(self.row, **settings)


def word_width(panel: Panel, word: str) -> pd.Timedelta:
    """How much of the time axis a word covers, about."""
    return panel.span * _LETTER * len(word)


def free_heights(panel: Panel, starts: pd.Series, words: pd.Series, heights: tuple[float, ...]) -> list[float]:
    """A height for each word, the first at which no word before it reaches so far; else the one free soonest."""
    free = [panel.end - panel.span * 2] * len(heights)
    places = []
    for start, word in zip(starts, words, strict=True):
        width = word_width(panel, word)
        begins = min(start, panel.end - width)
        place = next((i for i, end in enumerate(free) if end <= begins), free.index(min(free)))
        free[place] = begins + width
        places.append(heights[place])
    return places


def points(
    panel: Panel,
    rows: pd.DataFrame,
    *,
    x: pd.Series | None = None,
    y: float = 0,
    text: list[str] | None = None,
    side: str = "middle right",
    **marker: object,
) -> None:
    """Marks at each record's date (at `x` where given), over a pale bar where the date is partial."""
    if rows.empty:
        return
    _intervals(panel, rows, y)
    panel.add(
        {
            "type": "scatter",
            "x": rows["start"] if x is None else x,
            "y": [y] * len(rows),
            "mode": "markers+text" if text else "markers",
            "text": text,
            "textposition": side,
            "textfont": WORDS,
            "marker": {"size": 14, "color": ACCENT, "line": {"width": 1.5, "color": "#FFFFFF"}} | marker,
            "hovertext": hovers(rows),
            "hoverinfo": "text",
            "cliponaxis": False,
            "showlegend": False,
        }
    )


def _intervals(panel: Panel, rows: pd.DataFrame, y: float) -> None:
    """A pale bar over the month or year in which something with a partial date happened."""
    rough = rows[rows["precision"].isin(["D", "M"])]
    if len(rough):
        days = [30 if precision == "D" else 365 for precision in rough["precision"]]
        panel.add(bars(rough, [y] * len(rough), [day * DAY for day in days], color=RULE, width=0.35, opacity=0.8))


def bars(
    rows: pd.DataFrame,
    y: list[float],
    lengths: list[float],
    *,
    width: float = 0.8,
    opacity: float = 1.0,
    hover: bool = True,
    **look: object,
) -> dict[str, Any]:
    """Bars that begin at each record's date; lengths in milliseconds."""
    return {
        "type": "bar",
        "base": [f"{start:%Y-%m-%d}" for start in rows["start"]],
        "x": lengths,
        "y": y,
        "orientation": "h",
        "width": width,
        "opacity": opacity,
        "marker": {"line": {"width": 1, "color": "#FFFFFF"}} | look,
        "hovertext": hovers(rows),
        "hoverinfo": "text" if hover else "skip",
        "showlegend": False,
    }


def lengths(panel: Panel, rows: pd.DataFrame) -> list[float]:
    """How long each record lasts on the axis: to its end, to the cut-off where it goes on, else one day."""
    ends = rows["end"].where(rows["end"].notna(), rows["start"])
    ends = ends.mask(rows["ongoing"] == "Y", panel.end)
    return [max((end - start).days + 1, 1) * DAY for start, end in zip(rows["start"], ends, strict=True)]


def arrows(panel: Panel, rows: pd.DataFrame, y: list[float]) -> None:
    """An arrow where a bar goes on beyond the cut-off."""
    goes_on = [(row_y, text) for row_y, on, text in zip(y, rows["ongoing"], hovers(rows), strict=True) if on == "Y"]
    if goes_on:
        panel.add(
            {
                "type": "scatter",
                "x": [panel.end] * len(goes_on),
                "y": [row_y for row_y, _ in goes_on],
                "mode": "markers",
                "marker": {"symbol": "triangle-right", "size": 13, "color": INK},
                "hovertext": [text for _, text in goes_on],
                "hoverinfo": "text",
                "cliponaxis": False,
                "showlegend": False,
            }
        )


def text(
    x: list[pd.Timestamp], y: list[float], words: list[str], side: str = "middle right", **font: object
) -> dict[str, Any]:
    """Words without a mark."""
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "text",
        "text": words,
        "textposition": side,
        "textfont": WORDS | font,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def line(panel: Panel, rows: pd.DataFrame, values: pd.Series, colour: str, dash: str = "solid") -> None:
    """A measured course; nothing where nothing was measured."""
    if rows.empty:
        return
    panel.add(
        {
            "type": "scatter",
            "x": rows["start"],
            "y": values,
            "mode": "lines+markers",
            "line": {"color": colour, "width": 2.5, "dash": dash},
            "marker": {"size": 7, "color": colour},
            "hovertext": hovers(rows),
            "hoverinfo": "text",
            "showlegend": False,
        }
    )
