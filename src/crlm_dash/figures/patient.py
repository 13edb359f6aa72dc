"""Everything about one patient on one time axis, in lanes."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.stacked import Stacked, row_ref
from crlm_dash.figures.style import ACCENT, ATTENTION, AXIS, FAINT, INK, MUTED, frame_layout
from crlm_dash.figures.timeline_lanes import LANES, drawn_tests
from crlm_dash.figures.timeline_marks import Panel
from crlm_dash.terms import Lane

_TOP, _BOTTOM = 44, 58
_DAY_ROOM = 32  # above the landmarks' words, where the bar of tools does not reach
_QUIET: dict[str, Any] = {
    "showticklabels": False,
    "showgrid": False,
    "ticks": "",
    "showline": False,
    "automargin": False,
    "fixedrange": True,
}
_MEASURED = (Lane.TUMOUR_SIZE, Lane.MARKER, Lane.LIVER)
_DIAGNOSED_BEFORE = pd.Timedelta(days=365)  # an earlier diagnosis stands at the left edge, with its date
_LEAST_SPAN = pd.Timedelta(days=120)  # two events a week apart are not drawn a metre apart
_NAMES = {
    Lane.MARKER: "Tumour markers, log",
    Lane.LIVER: "Liver, × upper limit",
    Lane.ADVERSE: "Adverse events<br>(grade; serious<br>outlined)",
}


def timeline(result: Result, day: int | None = None) -> go.Figure:
    """
    The patient's records in lanes over one time axis; lanes without records are left out.

    Parameters
    ----------
    result : of the patient analysis, with table `timeline`
    day : study day that is marked, of the event the patient was opened for

    Returns
    -------
    One figure; lines through all lanes mark enrolment, start of treatment, the data cut-off (not drawn for who died
    before it: the axis ends with the last record), and `day`.
    """
    table = result.tables["timeline"].dropna(subset=["start"])
    end = _end(table, pd.Timestamp(result.cutoff))
    span = max(end - _first(table), _LEAST_SPAN) if len(table) else _LEAST_SPAN
    present = [lane for lane in LANES if (table["lane"] == lane.value).any()]
    heights = [LANES[lane][1] for lane in present] or [60]
    figure = Stacked(heights, spacing=min(0.012, 0.2 / len(heights)))
    figure.y_axis(**AXIS | _QUIET, range=[-0.7, 0.7])
    for row, lane in enumerate(present, start=1):
        if lane in _MEASURED:
            figure.y_axis(row, range=None)
        records = table[table["lane"] == lane.value].sort_values("start", kind="stable").reset_index(drop=True)
        LANES[lane][0](Panel(figure, row, records, end, span))
        _name_lane(figure, lane, row, _inside(lane, records))
    _time_axis(figure, span, end)
    _landmarks(figure, result, end)
    _mark_day(figure, table, day)
    top = _TOP if day is None else _TOP + _DAY_ROOM
    return figure.figure(
        frame_layout(
            height=top + _BOTTOM + int(sum(heights) * 1.12),
            barmode="overlay",
            hovermode="closest",
            dragmode="zoom",
            margin={"l": 176, "r": 108, "t": top, "b": _BOTTOM},
        )
    )


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


def _inside(lane: Lane, records: pd.DataFrame) -> str:
    """What a lane's name does not say: which tests are drawn, and the score above the status."""
    if lane is Lane.STATUS and (records["code"] == "ECOG").any():
        return "(ECOG score above)"
    return drawn_tests(lane, records)


def _name_lane(figure: Stacked, lane: Lane, row: int, tests: str) -> None:
    name = "<br>".join(each for each in (_NAMES.get(lane, lane.value), tests) if each)
    figure.note(
        x=0, xref="paper", xshift=-168, xanchor="left", y=0.5, yref=row_ref("y", row), yanchor="middle", align="left",
        text=name, font={"size": 15, "color": INK},
    )  # fmt: skip
    if row > 1:
        figure.shape(
            type="line", xref="paper", x0=-0.12, x1=1.06, yref=row_ref("y", row), y0=1.04, y1=1.04,
            line={"color": FAINT, "width": 1.5},
        )  # fmt: skip


def _time_axis(figure: Stacked, span: pd.Timedelta, end: pd.Timestamp) -> None:
    limits = [end - span * 1.02, end + span * 0.02]
    figure.x_axis(
        **AXIS | {"gridcolor": FAINT, "showline": False, "ticks": "", "showticklabels": False},
        type="date", range=limits, hoverformat="%d %b %Y",
    )  # fmt: skip
    figure.x_axis(figure.rows, showticklabels=True, tickfont={"size": 16}, nticks=12, tickformat="%b\n%Y")


def _landmarks(figure: Stacked, result: Result, end: pd.Timestamp) -> None:
    """Lines through all lanes; where two fall together their words go to either side."""
    enrolled, treated = result.facts.get("enrolled"), result.facts.get("treated")
    marks = [(enrolled, "Enrolled ", "right", ACCENT), (treated, " Treatment", "left", ACCENT)]
    if pd.Timestamp(result.cutoff) <= end:
        marks.append((result.cutoff.isoformat(), "Cut-off", "center", MUTED))
    for date, word, anchor, colour in marks:
        if not date:
            continue
        figure.shape(
            type="line", x0=date, x1=date, xref="x", y0=0, y1=1, yref="paper",
            line={"color": colour, "width": 1.5, "dash": "dash" if colour == MUTED else "solid"}, layer="below",
        )  # fmt: skip
        figure.note(
            x=date, xref="x", y=1, yref="paper", yanchor="bottom", yshift=6, text=word,
            xanchor=anchor, font={"size": 16, "color": colour},
        )  # fmt: skip


def _mark_day(figure: Stacked, table: pd.DataFrame, day: int | None) -> None:
    """A line at a study day, its word above those of the landmarks; the date follows from any record with both."""
    known = table.dropna(subset=["start_day"])
    if day is None or known.empty:
        return
    first = known.iloc[0]
    date = first["start"] + pd.Timedelta(days=_since_day_one(day) - _since_day_one(int(first["start_day"])))
    figure.shape(
        type="line", x0=date, x1=date, xref="x", y0=0, y1=1, yref="paper",
        line={"color": ATTENTION, "width": 2.5, "dash": "dot"}, layer="above",
    )  # fmt: skip
    figure.note(
        x=date, xref="x", y=1, yref="paper", yanchor="bottom", yshift=26, text=f"Day {day}",
        font={"size": 16, "color": ATTENTION},
    )  # fmt: skip


def _since_day_one(day: int) -> int:
    """Days after study day 1; there is no day 0."""
    return day - 1 if day > 0 else day
