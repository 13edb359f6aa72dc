"""The marks that lanes of the patient timeline are made of: points, bars, words, measured courses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from crlm_dash.figures.stacked import Stacked
from crlm_dash.figures.style import ACCENT, ATTENTION, INK, RULE
from crlm_dash.figures.timeline_words import together

DAY = 86_400_000  # plotly counts time in milliseconds
WORDS = {"size": 14, "color": INK}
_LETTER = 0.0165  # width of a letter as a share of the axis, on a narrow screen


@dataclass(frozen=True)
class Panel:
    """One lane on the figure: its records, its place, where time ends, and until when the patient was seen."""

    figure: Stacked
    row: int
    records: pd.DataFrame
    end: pd.Timestamp
    span: pd.Timedelta
    until: pd.Timestamp

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


def same_day(rows: pd.DataFrame, *alike: str) -> pd.DataFrame:
    """One row for what happened on one day and is `alike` in these columns: the first, with `n` and all hovers."""
    keys = list(zip(rows["start"], *(rows[column].fillna("") for column in alike), strict=True))
    texts: dict[tuple[Any, ...], list[str]] = {}
    for key, hover in zip(keys, rows["hover"], strict=True):
        texts.setdefault(key, []).append(hover)
    place = {key: n for n, key in reversed(list(enumerate(keys)))}
    first = rows.iloc[sorted(place.values())].reset_index(drop=True)
    told = list(texts.values())
    new = {key for key, news in zip(keys, rows["news"], strict=True) if news}
    marked = ["new" if key in new else "" for key in texts]
    return first.assign(n=[len(each) for each in told], hover=[together(each) for each in told], news=marked)


def counted(words: pd.Series, n: pd.Series) -> pd.Series:
    """Words with how many there are, where there are several: "Ablation ×3"."""
    return words.where(n == 1, words + " ×" + n.astype(str)).str.strip()


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
    intervals(panel, rows, [y] * len(rows))
    rings(panel, rows, [y] * len(rows), x=x)
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
            "hovertext": rows["hover"].tolist(),
            "hoverinfo": "text",
            "cliponaxis": False,
            "showlegend": False,
        }
    )


def rings(
    panel: Panel, rows: pd.DataFrame, y: list[float], *, x: pd.Series | None = None, symbol: str = "circle-open"
) -> None:
    """A ring around what is new or changed since the meeting before (`news`)."""
    new = (rows["news"] != "").tolist()
    if any(new):
        panel.add(
            {
                "type": "scatter",
                "x": (rows["start"] if x is None else x)[new],
                "y": [place for place, is_new in zip(y, new, strict=True) if is_new],
                "mode": "markers",
                "marker": {"symbol": symbol, "size": 23, "color": ATTENTION, "line": {"width": 2.5}},
                "hoverinfo": "skip",
                "cliponaxis": False,
                "showlegend": False,
            }
        )


def intervals(panel: Panel, rows: pd.DataFrame, y: list[float], *, width: float = 0.35, end: bool = False) -> None:
    """A pale bar over the month or year in which something begins (or ends) whose date is partial."""
    flag = rows["end_precision" if end else "precision"]
    rough = flag.isin(["D", "M"])
    if not rough.any():
        return
    days = rows.loc[rough, "end" if end else "start"]
    within = [_period(day, letter) for day, letter in zip(days, flag[rough], strict=True)]
    shown = rows[rough].assign(start=[first for first, _ in within])
    places = [place for place, is_rough in zip(y, rough, strict=True) if is_rough]
    lasting = [float((last - first).days + 1) * DAY for first, last in within]
    panel.add(bars(shown, places, lasting, color=RULE, width=width, opacity=0.8))


def _period(day: pd.Timestamp, precision: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of the month or the year."""
    period = day.to_period("M" if precision == "D" else "Y")
    return period.start_time, period.end_time.normalize()


def bars(
    rows: pd.DataFrame,
    y: list[float],
    lengths: list[float],
    *,
    width: float = 0.8,
    opacity: float = 1.0,
    hover: bool = True,
    words: dict[str, Any] | None = None,
    **look: object,
) -> dict[str, Any]:
    """Bars that begin at each record's date; lengths in milliseconds; `words` in them where there is room."""
    return {
        "type": "bar",
        "base": [f"{start:%Y-%m-%d}" for start in rows["start"]],
        "x": lengths,
        "y": y,
        "orientation": "h",
        "width": width,
        "opacity": opacity,
        "marker": {"line": {"width": 1, "color": "#FFFFFF"}} | look,
        "hovertext": rows["hover"].tolist() if hover else None,
        "hoverinfo": "text" if hover else "skip",
        "showlegend": False,
    } | (words or {})


def lengths(panel: Panel, rows: pd.DataFrame) -> list[float]:
    """How long each record lasts on the axis: to its end, else as long as the patient was seen, or one day."""
    ends = rows["end"].where(rows["end"].notna(), rows["start"])
    ends = ends.mask(rows["ongoing"] == "Y", panel.until)
    return [max((end - start).days + 1, 1) * DAY for start, end in zip(rows["start"], ends, strict=True)]


def arrows(panel: Panel, rows: pd.DataFrame, y: list[float]) -> None:
    """An arrow where a bar goes on beyond the cut-off, or beyond the last contact of who has left."""
    on = (rows["ongoing"] == "Y").tolist()
    if any(on):
        shown = rows[on]
        panel.add(
            {
                "type": "scatter",
                "x": [max(panel.until, start) for start in shown["start"]],
                "y": [place for place, goes_on in zip(y, on, strict=True) if goes_on],
                "mode": "markers",
                "marker": {"symbol": "triangle-right", "size": 13, "color": INK},
                "hovertext": shown["hover"].tolist(),
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
        "cliponaxis": False,
        "showlegend": False,
    }


def line(panel: Panel, rows: pd.DataFrame, values: pd.Series, colour: str, dash: str = "solid", **marker: Any) -> None:
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
            "marker": {"size": 7, "color": colour} | marker,
            "hovertext": rows["hover"].tolist(),
            "hoverinfo": "text",
            "showlegend": False,
        }
    )
