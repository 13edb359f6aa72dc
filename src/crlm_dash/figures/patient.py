"""Everything about one patient on one time axis, in lanes."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.stacked import Stacked, row_ref
from crlm_dash.figures.style import AXIS, FAINT, INK, MUTED, frame_layout
from crlm_dash.figures.timeline_axis import extent, landmarks, mark_day, origin_of, time_axis
from crlm_dash.figures.timeline_bands import BANDS, Band, rows_of
from crlm_dash.figures.timeline_events import adverse_events, drawn_spans, packed, worst_first
from crlm_dash.figures.timeline_lanes import response_rows
from crlm_dash.figures.timeline_marks import Panel
from crlm_dash.figures.timeline_words import hovers
from crlm_dash.terms import Lane

_TOP, _BOTTOM = 30, 44
_DAY_ROOM = 26  # above the landmarks' words, where the bar of tools does not reach
_HEIGHT = 764  # of the whole: with the strip above it fills a screen of 1080 lines
_SCORES = 34  # pixels of the lane of questionnaires where they are scored
_GAP = 5  # pixels between lanes
_STRETCH = 1.4  # at most
_EVENT = 15  # pixels a line of adverse events
_LINES = (4, 12)  # fewest and most of them
_QUIET: dict[str, Any] = {
    "showticklabels": False,
    "showgrid": False,
    "ticks": "",
    "showline": False,
    "automargin": False,
    "fixedrange": True,
}


def timeline(result: Result, day: int | None = None, count: str = "") -> go.Figure:
    """
    The patient's records in lanes over one time axis; lanes without records are left out.

    Parameters
    ----------
    result : of the patient analysis, with tables `timeline` and `sums`
    day : study day that is marked, of the event the patient was opened for
    count : what days are counted from: 'enrolment' or 'diagnosis'; '' for dates

    Returns
    -------
    One figure; lines through all lanes mark enrolment, start of treatment, the data cut-off (not drawn for who died
    before it: the axis ends with the last record), and `day`.
    """
    since = origin_of(result, count)
    table = _records(result)
    table = table.assign(news=table["news"].fillna("") if "news" in table else "")
    left = result.facts.get("left")
    table = table.assign(hover=hovers(table, since, has_left=bool(left)))
    end, span = extent(table, pd.Timestamp(result.cutoff))
    until = min(pd.Timestamp(left), end) if left else end
    found = [(band, rows_of(band, result, table).sort_values("start", kind="stable")) for band in BANDS]
    shown = [(band, rows.reset_index(drop=True)) for band, rows in found if len(rows)]
    others = sum(_height(band, rows) + _GAP for band, rows in shown)
    lines = _lines(shown, (end, span, until), _HEIGHT - _TOP - _BOTTOM - others)
    heights = _stretched([_height(band, rows) or lines * _EVENT for band, rows in shown] or [60])
    spacing = _GAP / (sum(heights) + _GAP * (len(heights) - 1))
    figure = Stacked(heights, spacing=spacing)
    figure.y_axis(**AXIS | _QUIET, range=[-0.7, 0.7])
    for row, (band, rows) in enumerate(shown, start=1):
        panel = Panel(figure, row, rows, end, span, until)
        if band.draw:
            band.draw(panel)
        else:
            adverse_events(panel, lines)
        _name_lane(figure, row, _name(band, rows))
    time_axis(figure, span, end, since, _last_decided(table))
    landmarks(figure, result, end, span)
    mark_day(figure, table, day)
    if since:
        figure.count_days(since[0])
    top = _TOP if day is None and not result.facts.get("since") else _TOP + _DAY_ROOM
    return figure.figure(
        frame_layout(
            height=top + _BOTTOM + sum(heights) + _GAP * (len(heights) - 1),
            barmode="overlay",
            hovermode="closest",
            dragmode="zoom",
            uniformtext={"minsize": 11, "mode": "hide"},
            margin={"l": 168, "r": 104, "t": top, "b": _BOTTOM},
        )
    )


def _last_decided(table: pd.DataFrame) -> pd.Timestamp | None:
    decided = table.loc[table["lane"] == Lane.DECISION.value, "start"]
    return None if decided.empty else pd.Timestamp(decided.max())


def _records(result: Result) -> pd.DataFrame:
    """What has a date, and the last contact of who is not known to have died."""
    table = result.tables["timeline"].dropna(subset=["start"]).reset_index(drop=True)
    contact = result.facts.get("last_contact")
    if not contact or (table["code"] == "DEATH").any():
        return table
    last = {"lane": Lane.DISEASE.value, "start": pd.Timestamp(contact), "label": "Last contact", "code": "LAST CONTACT"}
    row = pd.DataFrame([last | {"precision": "", "end_precision": ""}])
    parts = [each.dropna(axis="columns", how="all") for each in (table, row)]
    return pd.concat([part for part in parts if len(part)], ignore_index=True).reindex(columns=table.columns)


def _height(band: Band, rows: pd.DataFrame) -> int:
    """Height of a lane in pixels; 0 for adverse events, which take what is left."""
    if band.lane is Lane.QOL and rows["score"].notna().any():
        return _SCORES
    return band.height * response_rows(rows) if band.lane is Lane.RESPONSE else band.height


def _stretched(heights: list[int]) -> list[int]:
    """Heights of lanes, larger where the screen has room, so that few records are not drawn small."""
    room = _HEIGHT - _TOP - _BOTTOM - _GAP * len(heights)
    factor = min(max(room / sum(heights), 1), _STRETCH)
    return [round(height * factor) for height in heights]


def _lines(shown: list[tuple[Band, pd.DataFrame]], times: tuple[Any, Any, Any], room: int) -> int:
    """How many lines adverse events get: as many as they need and as there is room for."""
    events = next((rows for band, rows in shown if band.lane is Lane.ADVERSE), None)
    if events is None:
        return 0
    least, most = _LINES
    ordered = worst_first(events)
    panel = Panel(Stacked([1], spacing=0), 1, ordered, *times)
    needed = max(packed(ordered, drawn_spans(panel, ordered), most)) + 1
    return min(max(needed, least), max(room // _EVENT, least))


def _name(band: Band, rows: pd.DataFrame) -> str:
    """A lane's name and, of courses, which tests are drawn, in their colours."""
    name = band.name or band.lane.value
    if band.lane is Lane.STATUS and (rows["code"] == "ECOG").any():
        return f"{name}<br>{_small('ECOG score above')}"
    if band.lane is Lane.TUMOUR_SIZE:
        return f"{name}<br>{_latest_size(rows)}"
    if band.lane is Lane.QOL and rows["score"].notna().any():
        return f"{name}<br>{_small('global health, 0–100')}"
    found = [(colour, word) for code, (colour, _, word) in (band.tests or {}).items() if (rows["code"] == code).any()]
    words = [f'<span style="color:{colour}"><b>{word}</b></span>' for colour, word in found]
    return "<br>".join(part for part in (name, " ".join(words)) if part)


def _latest_size(rows: pd.DataFrame) -> str:
    last = rows.iloc[-1]
    if pd.isna(last["pchg"]):
        return _small(f"{last['value']:g} mm")
    return _small(f"{last['value']:g} mm, {last['pchg']:+.0f} %".replace("-", "−"))


def _small(words: str) -> str:
    return f'<span style="font-size:13px;color:{MUTED}">{words}</span>'


def _name_lane(figure: Stacked, row: int, name: str) -> None:
    figure.note(
        x=0, xref="paper", xshift=-164, xanchor="left", y=0.5, yref=row_ref("y", row), yanchor="middle", align="left",
        text=name, font={"size": 14, "color": INK},
    )  # fmt: skip
    if row > 1:
        figure.shape(
            type="line", xref="paper", x0=-0.12, x1=1.06, yref=row_ref("y", row), y0=1.04, y1=1.04,
            line={"color": FAINT, "width": 1.5},
        )  # fmt: skip
