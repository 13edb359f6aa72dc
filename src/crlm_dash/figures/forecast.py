"""When the target will be reached, how sure that is, the milestones on the way, and what was said before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from crlm_dash.analyses.result import Result
from crlm_dash.figures.stacked import Stacked
from crlm_dash.figures.style import ACCENT, AXIS, FAINT, INK, MUTED, RULE, SMALL_SIZE, faded, frame_layout

PATIENTS, EVENTS = "patients", "events"
AS_NOW = "as now"
_CURVE, _EVENTS, _ROW, _FRAME = 340, 190, 38, 110  # pixels
_GAP = 60  # between panels
_NEAR_END, _VERY_LATE = 0.5, 0.8  # of the axis: from here on words stand at the left of their mark


def forecast(result: Result) -> go.Figure:
    """
    Patients enrolled and expected with 80 and 95 % intervals, the awaited events below, and the milestones of both.

    Parameters
    ----------
    result : of the enrolment analysis, with tables `monthly`, `plan`, `event_months`, `bands`, `forecast`, `milestones`

    Returns
    -------
    One figure of two or three panels on one time axis. What would change under a scenario is a dotted line.
    """
    bands, steps = result.tables["bands"], _shown(result.tables["milestones"])
    has_events = bool((bands["what"] == EVENTS).any())
    heights = [_CURVE, *([_EVENTS] if has_events else []), _ROW * max(len(steps), 1)]
    height = sum(heights) + _GAP * (len(heights) - 1)
    figure = Stacked(heights, spacing=_GAP / height)
    _history(figure, result)
    if has_events:
        figure.trace(2, _so_far(result.tables["event_months"], result, "events"))
    for row, what in enumerate((PATIENTS, *([EVENTS] if has_events else [])), start=1):
        _fan(figure, row, bands[bands["what"] == what])
        _target(figure, row, result, what)
    _add_milestones(figure, len(heights), steps, _span(result))
    _cutoff(figure, result)
    days = {"range": _span(result), "hoverformat": "%B %Y", "nticks": 9, "tickangle": 0}
    figure.x_axis(**AXIS | {"showgrid": False, "showticklabels": True} | days)
    if has_events:
        figure.x_axis(2, showticklabels=False)
    figure.y_axis(**AXIS | {"gridcolor": FAINT, "rangemode": "tozero", "ticks": ""})
    figure.y_axis(1, title={"text": "Patients", "standoff": 12})
    if has_events:
        figure.y_axis(2, title={"text": "Events", "standoff": 12}, nticks=5)
    figure.y_axis(
        len(heights), visible=False, showgrid=False, rangemode="normal", range=[len(steps) - 0.5, -0.5], fixedrange=True
    )
    margin = {"l": 24, "r": 40, "t": 72, "b": 16}
    return figure.figure(frame_layout(height=height + _FRAME, margin=margin, hovermode="closest"))


def _shown(milestones: pd.DataFrame) -> pd.DataFrame:
    return milestones[milestones["median"].notna() & (milestones["kind"] != "cut-off")].reset_index(drop=True)


def _span(result: Result) -> list[str]:
    """From the first to the last day drawn, a little wider."""
    bands, months = result.tables["bands"], result.tables["monthly"]["month"]
    plan, steps = result.tables["plan"]["month"], _shown(result.tables["milestones"])["median"]
    days = [*months, *plan, *steps, *bands["date"], pd.Timestamp(result.cutoff)]
    known = [pd.Timestamp(day) for day in days if not pd.isna(day)]
    room = (max(known) - min(known)) * 0.03 + pd.Timedelta(days=15)
    return [(min(known) - room).date().isoformat(), (max(known) + room).date().isoformat()]


def _history(figure: Stacked, result: Result) -> None:
    plan, reached = result.tables["plan"], result.tables["monthly"]
    if len(plan):
        figure.trace(
            1,
            {
                "type": "scatter", "mode": "lines", "x": plan["month"], "y": plan["planned_cumulative"],
                "name": "Plan", "line": {"color": MUTED, "width": 2.5, "dash": "dash"},
                "hovertemplate": "%{x|%B %Y}<br>Plan: <b>%{y:.0f}</b><extra></extra>",
            },
        )  # fmt: skip
    figure.trace(1, _so_far(reached, result, "enrolled"))


def _so_far(reached: pd.DataFrame, result: Result, what: str) -> dict[str, Any]:
    """A cumulative curve up to the cut-off, each month's number at its end."""
    ends = [min(day, pd.Timestamp(result.cutoff)) for day in reached["month"] + pd.offsets.MonthEnd(0)]
    return {
        "type": "scatter", "mode": "lines", "x": ends, "y": reached["cumulative"], "name": what.capitalize(),
        "line": {"color": ACCENT, "width": 4}, "showlegend": what == "enrolled",
        "hovertemplate": f"%{{x|%B %Y}}<br><b>%{{y:.0f}} {what} so far</b><extra></extra>",
    }  # fmt: skip


def _fan(figure: Stacked, row: int, bands: pd.DataFrame) -> None:
    first = row == 1
    now = bands[bands["scenario"] == AS_NOW]
    for low, high, name, opacity in (("low95", "high95", "95 % sure", 0.16), ("low80", "high80", "80 % sure", 0.34)):
        edges: dict[str, Any] = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        figure.trace(row, edges | {"x": now["date"], "y": now[low], "showlegend": False, "legendgroup": name})
        fill = {"fill": "tonexty", "fillcolor": faded(ACCENT, opacity), "name": name, "legendgroup": name}
        figure.trace(row, edges | fill | {"x": now["date"], "y": now[high], "showlegend": first})
    for scenario, mine in bands.groupby("scenario", sort=False):
        same = scenario == AS_NOW
        figure.trace(
            row,
            {
                "type": "scatter", "mode": "lines", "x": mine["date"], "y": mine["median"], "showlegend": first,
                "name": "Expected" if same else "Expected after the change",
                "line": {"color": ACCENT if same else INK, "width": 3, "dash": "dash" if same else "dot"},
                "customdata": mine[["low80", "high80", "low95", "high95"]],
                "hovertemplate": "%{x|%B %Y}<br><b>%{y:.0f} expected</b><br>80 %: %{customdata[0]:.0f} to "
                "%{customdata[1]:.0f}<br>95 %: %{customdata[2]:.0f} to %{customdata[3]:.0f}<extra></extra>",
            },
        )  # fmt: skip


def _target(figure: Stacked, row: int, result: Result, what: str) -> None:
    """The target as a line, and on it when it will be reached: a thick bar for 80 %, a thin one for 95 %."""
    found = result.tables["forecast"]
    mine = found[found["what"] == what].reset_index(drop=True)
    if mine.empty:
        return
    target = int(mine["target"].iloc[0])
    figure.across(row, target, {"color": INK, "width": 1.5, "dash": "dot"})
    label = f"Target: <b>{target:,} {what}</b>" + ("" if what == PATIENTS else f" ({result.facts['event_label']})")
    axis = "" if row == 1 else row
    figure.note(
        x=0.005, xref=f"x{axis} domain", xanchor="left", y=target, yref=f"y{axis}", yanchor="bottom",
        text=label, font={"size": SMALL_SIZE, "color": INK},
    )  # fmt: skip
    for each in _records(mine[mine["median"].notna()]):
        colour = ACCENT if each["scenario"] == AS_NOW else INK
        for bar in _interval_bars(each, target, colour):
            figure.trace(row, bar)
        if each["scenario"] == AS_NOW:
            figure.note(
                x=each["median"], xref=f"x{axis}", y=target, yref=f"y{axis}", yanchor="bottom", yshift=8,
                text=f"<b>{_day(each, 'median')}</b>", font={"color": ACCENT}, bgcolor="rgba(255,255,255,0.75)",
            )  # fmt: skip


def _interval_bars(row: dict[str, Any], y: float, colour: str) -> Iterator[dict[str, Any]]:
    """An interval for 95 %, a thicker one for 80 % and the median; an end that is not reached is left open."""
    for level, width in ((95, 3), (80, 10)):
        ends = [row[f"low{level}"], row[f"high{level}"]]
        if not any(pd.isna(end) for end in ends):
            yield _bar(ends, y, faded(colour, 0.75), width)
    yield {
        "type": "scatter", "mode": "markers", "x": [row["median"]], "y": [y], "showlegend": False,
        "marker": {"size": 13, "color": colour, "symbol": "diamond", "line": {"color": "#FFFFFF", "width": 2}},
        "hovertemplate": f"<b>{_day(row, 'median')}</b><br>{_sure(row)}<extra></extra>",
    }  # fmt: skip


def _bar(ends: list[Any], y: Any, colour: str, width: int) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": ends, "y": [y, y], "line": {"color": colour, "width": width},
        "showlegend": False, "hoverinfo": "skip",
    }  # fmt: skip


def _sure(row: dict[str, Any]) -> str:
    return "<br>".join(f"{level} %: {_between(row, level)}" for level in (80, 95))


def _day(row: dict[str, Any], column: str) -> str:
    return "not reached" if pd.isna(row[column]) else f"{row[column]:%b %Y}"


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _add_milestones(figure: Stacked, row: int, steps: pd.DataFrame, span: list[str]) -> None:
    """Each milestone on a line of its own, its words beside the mark: filled where reached, open where expected."""
    start, end = (pd.Timestamp(day) for day in span)
    for place, step in enumerate(_records(steps)):
        expected, late = step["kind"] == "expected", (step["median"] - start) / (end - start) > _NEAR_END
        ends = [step["median"] if pd.isna(step[each]) or not expected else step[each] for each in ("low80", "high80")]
        if expected:
            figure.trace(row, _bar(ends, place, faded(ACCENT, 0.5), 8))
        colour, words = MUTED if step["kind"] == "planned" else ACCENT, _words(step)
        symbol = {"expected": "diamond-open", "planned": "line-ns-open"}.get(step["kind"], "diamond")
        figure.trace(
            row,
            {
                "type": "scatter", "mode": "markers", "x": [step["median"]], "y": [place], "showlegend": False,
                "marker": {"size": 15, "symbol": symbol, "color": colour, "line": {"width": 3, "color": colour}},
                "hovertemplate": f"{words}<extra></extra>",
            },
        )  # fmt: skip
        figure.note(
            x=ends[0] if late else ends[1], y=place, xref=f"x{row}", yref=f"y{row}", text=words,
            xanchor="right" if late else "left", xshift=-14 if late else 14,
            font={"size": SMALL_SIZE, "color": MUTED if step["kind"] == "planned" else INK},
        )  # fmt: skip


def _words(step: dict[str, Any]) -> str:
    number = f" ({step['number']} events)" if step["what"] == EVENTS else ""
    if step["kind"] != "expected":
        return f"{step['milestone']}{number}: <b>{step['median']:%-d %b %Y}</b>"
    return f"{step['milestone']}{number}: <b>{_day(step, 'median')}</b> ({_between(step, 80)})"


def _between(row: dict[str, Any], level: int) -> str:
    """An interval in a few words: "Jan to Sep 2028", "Nov 2027 to Mar 2028", "Apr 2028 or never"."""
    low, high = row[f"low{level}"], row[f"high{level}"]
    if pd.isna(high):
        return f"{_day(row, f'low{level}')} or never"
    return f"{low:%b} to {high:%b %Y}" if low.year == high.year else f"{low:%b %Y} to {high:%b %Y}"


def _cutoff(figure: Stacked, result: Result) -> None:
    day = result.cutoff.isoformat()
    figure.shape(
        type="line", x0=day, x1=day, xref="x", yref="paper", y0=0, y1=1, line={"color": RULE, "width": 2}, layer="below"
    )
    start, end = (pd.Timestamp(each) for each in _span(result))
    late = (pd.Timestamp(day) - start) / (end - start) > _VERY_LATE
    figure.note(
        x=day, xref="x", xanchor="right" if late else "left", xshift=-6 if late else 6, text="Data cut-off",
        y=0.01, yref="y domain", yanchor="bottom", font={"size": SMALL_SIZE, "color": MUTED},
    )  # fmt: skip


def lookback(result: Result) -> go.Figure:
    """
    What would have been said some months ago of the number enrolled by now, and what it is.

    Parameters
    ----------
    result : of the enrolment analysis, with table `backtest`

    Returns
    -------
    One figure, a line a forecast: thin for 95 %, thick for 80 %, the expected number, and the truth across all.
    """
    back = result.tables["backtest"]
    traces: list[dict[str, Any]] = []
    for row in _records(back):
        name = f"{row['months_ago']} months ago  "
        told = [f"{name.strip()}, with {row['n_then']} enrolled:", f"<b>{row['n_median']:.0f} expected by now</b>"]
        for level, width, opacity in ((95, 3, 0.9), (80, 14, 0.5)):
            low, high = row[f"n_low{level}"], row[f"n_high{level}"]
            traces.append(_bar([low, high], name, faded(ACCENT, opacity), width))
            told.append(f"{level} %: {low:.0f} to {high:.0f}")
        marker = {"size": 14, "color": ACCENT, "line": {"color": "#FFFFFF", "width": 2}}
        mark = {"type": "scatter", "mode": "markers", "x": [row["n_median"]], "y": [name], "marker": marker}
        traces.append(mark | {"hovertemplate": "<br>".join(told) + "<extra></extra>"})
    layout = frame_layout(height=120 + 64 * max(len(back), 1), margin={"l": 24, "r": 40, "t": 48, "b": 16})
    layout |= {
        "showlegend": False,
        "xaxis": AXIS | {"gridcolor": FAINT, "title": {"text": "Patients enrolled by the cut-off"}},
        "yaxis": AXIS | {"type": "category", "autorange": "reversed", "ticks": "", "showline": False},
    }
    if len(back):
        truth = int(back["n_now"].iloc[0])
        line = {"color": INK, "width": 2.5}
        layout["shapes"] = [{"type": "line", "x0": truth, "x1": truth, "yref": "paper", "y0": 0, "y1": 1, "line": line}]
        layout["annotations"] = [
            {
                "x": truth,
                "y": 1,
                "yref": "paper",
                "yanchor": "bottom",
                "showarrow": False,
                "text": f"<b>{truth} are enrolled</b>",
            }
        ]
    return go.Figure({"data": traces, "layout": layout})
