"""The time axis of the patient timeline: where it begins and ends, how it counts, and the lines through all lanes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.figures.stacked import Stacked
from crlm_dash.figures.style import ACCENT, ATTENTION, AXIS, FAINT, MUTED, faded
from crlm_dash.figures.timeline_words import Since
from crlm_dash.terms import Lane

ORIGINS = {"enrolment": "enrolled", "diagnosis": "diagnosed"}  # what days are counted from → its fact
_DIAGNOSED_BEFORE = pd.Timedelta(days=365)  # an earlier diagnosis stands at the left edge, with its date
_MONTHS_ENOUGH = pd.Timedelta(days=300)  # below it ticks can stand within a month
_LEAST_SPAN = pd.Timedelta(days=120)  # two events a week apart are not drawn a metre apart


def origin_of(result: Result, count: str) -> Since | None:
    """The day from which days are counted; None where the axis shows dates, or that day is not known."""
    date = result.facts.get(ORIGINS.get(count, ""))
    return (pd.Timestamp(date), count) if date else None


def extent(table: pd.DataFrame, cutoff: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timedelta]:
    """Where the axis ends, and how long it is."""
    end = _end(table, cutoff)
    return end, max(end - _first(table), _LEAST_SPAN) if len(table) else _LEAST_SPAN


def _first(table: pd.DataFrame) -> pd.Timestamp:
    """Where the axis begins: at the first record; a diagnosis long before all others does not stretch it."""
    others = table.loc[table["lane"] != Lane.DISEASE.value, "start"]
    since = others.min() - _DIAGNOSED_BEFORE if len(others) else table["start"].min()
    return pd.Timestamp(table.loc[table["start"] >= since, "start"].min())


def _end(table: pd.DataFrame, cutoff: pd.Timestamp) -> pd.Timestamp:
    """Where the axis ends: at the cut-off, or with the last record of who died before it."""
    if not (table["code"] == "DEATH").any():
        return cutoff
    last = max(table["start"].max(), table["end"].max()) if table["end"].notna().any() else table["start"].max()
    return min(pd.Timestamp(last), cutoff)


def time_axis(
    figure: Stacked, span: pd.Timedelta, end: pd.Timestamp, since: Since | None, last: pd.Timestamp | None = None
) -> None:
    """One axis under all lanes, of dates or of days; it goes on to what was decided after the data end (`last`)."""
    limits = [end - span * 1.02, max(end, last or end) + span * 0.02]
    figure.x_axis(
        **AXIS | {"gridcolor": FAINT, "showline": False, "ticks": "", "showticklabels": False},
        type="date", range=limits, hoverformat="%d %b %Y",
    )  # fmt: skip
    figure.x_axis(figure.rows, showticklabels=True, tickfont={"size": 15}, nticks=12)
    if since is None:
        figure.x_axis(figure.rows, tickformat="%b\n%Y" if span > _MONTHS_ENOUGH else "%d %b\n%Y")
        return
    title = {"text": f"Days since {since[1]}", "font": {"size": 15}, "standoff": 2}
    figure.x_axis(figure.rows, tickformat=",d", title=title)


def landmarks(figure: Stacked, result: Result, end: pd.Timestamp, span: pd.Timedelta) -> None:
    """Lines through all lanes; where two fall together their words go to either side."""
    enrolled, treated = result.facts.get("enrolled"), result.facts.get("treated")
    marks = [(enrolled, "Enrolled ", "right", ACCENT), (treated, " Treatment", "left", ACCENT)]
    if pd.Timestamp(result.cutoff) <= end:
        marks.append((result.cutoff.isoformat(), "Cut-off", "center", MUTED))
    if before := result.facts.get("since"):  # the cut-off of the data that a meeting looked at before
        marks.append((before, "◯ new or changed ", "right", ATTENTION))
        _shade(figure, max(pd.Timestamp(before), end - span), end + span * 0.02)
    for date, word, anchor, colour in marks:
        if not date or pd.Timestamp(date) < end - span:
            continue
        dash = {MUTED: "dash", ATTENTION: "dot"}.get(colour, "solid")
        _through(figure, pd.Timestamp(date), {"color": colour, "width": 1.5, "dash": dash}, layer="below")
        figure.note(
            x=date, xref="x", y=1, yref="paper", yanchor="bottom", yshift=24 if colour == ATTENTION else 4, text=word,
            xanchor=anchor, font={"size": 15, "color": colour},
        )  # fmt: skip


def mark_day(figure: Stacked, table: pd.DataFrame, day: int | None) -> None:
    """A line at a study day, its word above those of the landmarks; the date follows from any record with both."""
    known = table.dropna(subset=["start_day"])
    if day is None or known.empty:
        return
    first = known.iloc[0]
    date = first["start"] + pd.Timedelta(days=_since_day_one(day) - _since_day_one(int(first["start_day"])))
    _through(figure, date, {"color": ATTENTION, "width": 2.5, "dash": "dot"}, layer="above")
    figure.note(
        x=date, xref="x", y=1, yref="paper", yanchor="bottom", yshift=24, text=f"Day {day}",
        font={"size": 15, "color": ATTENTION},
    )  # fmt: skip


def _shade(figure: Stacked, first: pd.Timestamp, last: pd.Timestamp) -> None:
    """A ground behind all that is of after a day."""
    figure.shape(
        type="rect", x0=first, x1=last, xref="x", y0=0, y1=1, yref="paper", fillcolor=faded(ATTENTION, 0.07),
        layer="below", line={"width": 0},
    )  # fmt: skip


def _through(figure: Stacked, date: pd.Timestamp, line: dict[str, Any], layer: str) -> None:
    figure.shape(type="line", x0=date, x1=date, xref="x", y0=0, y1=1, yref="paper", line=line, layer=layer)


def _since_day_one(day: int) -> int:
    """Days after study day 1; there is no day 0."""
    return day - 1 if day > 0 else day
