"""The measured courses of the patient timeline: sum of diameters, tumour markers, liver function."""

from __future__ import annotations

from math import log10

import pandas as pd

from crlm_dash.figures.stacked import axis_ref, row_ref
from crlm_dash.figures.style import ACCENT, ATTENTION, MUTED, faded
from crlm_dash.figures.timeline_marks import Panel, line, word_width

MARKERS = {"CEA": (ACCENT, "solid", "CEA"), "CA19_9AG": ("#B2661F", "dot", "CA 19-9")}
ABOVE = {
    "BILI": (ACCENT, "solid", "Bilirubin"),
    "ALT": ("#B2661F", "dot", "ALT"),
}  # liver tests that are bad when high
BELOW = {
    "ALB": (ACCENT, "solid", "Albumin"),
    "PLAT": ("#B2661F", "dot", "Platelets"),
}  # and those that are bad when low
_SIDE = {"side": "right", "showticklabels": True, "tickfont": {"size": 13}}
_RESPONSE, _PROGRESSION = 0.7, 1.2  # RECIST 1.1: of the baseline, of the nadir
_LEAST_GROWTH = 5  # mm above the nadir


def tumour_size(panel: Panel) -> None:
    """
    The sum of target diameters in per cent of its baseline, with the lines of response and progression.

    Without a baseline the sums are drawn in millimetres, without lines. A hollow mark: not every target was measured.
    """
    rows = panel.records
    base = rows["base"].dropna()
    relative = len(base) > 0 and base.iloc[0] > 0
    scale = 100 / base.iloc[0] if relative else 1.0
    whole = rows["sum"].notna()
    values = rows["sum"].where(whole, rows["measured"]) * scale
    line(panel, rows[whole], values[whole], ACCENT)
    line(panel, rows[~whole], values[~whole], ACCENT, symbol="circle-open", line={"width": 2})
    top = max(float(values.max()), 105.0 if relative else 10.0)
    if relative:
        _response_line(panel)
        top = max(top, _progression_line(panel, scale))
    unit = "%" if relative else "mm"
    ticks = [0, 50, 100] if top < 180 else [0, round(top / 2, -1), round(top, -1)]
    panel.axis(**_SIDE, range=[-0.1 * top, 1.16 * top], tickvals=ticks, ticktext=[f"{tick:g} {unit}" for tick in ticks])


def _response_line(panel: Panel) -> None:
    panel.figure.across(panel.row, 100 * _RESPONSE, {"color": MUTED, "width": 1.3, "dash": "dot"})
    panel.figure.note(
        x=0, xref=row_ref("x", panel.row), y=100 * _RESPONSE, yref=axis_ref("y", panel.row), xanchor="left",
        yanchor="top", text="−30 % of baseline", font={"size": 12, "color": MUTED},
    )  # fmt: skip


def _progression_line(panel: Panel, scale: float) -> float:
    """From scan to scan the sum that would have been progression: a fifth, and 5 mm, above the nadir so far."""
    rows = panel.records.dropna(subset=["nadir"])
    if rows.empty:
        return 0.0
    relative, absolute = rows["nadir"] * _PROGRESSION, rows["nadir"] + _LEAST_GROWTH
    limit = relative.where(relative > absolute, absolute) * scale
    begins = panel.records.loc[panel.records["base"].notna() & panel.records["nadir"].isna(), "start"].tail(1)
    panel.add(
        {
            "type": "scatter",
            "x": [*begins, *rows["start"]],
            "y": [*limit.head(len(begins)), *limit],
            "mode": "lines",
            "line": {"color": ATTENTION, "width": 1.5, "dash": "dash", "shape": "vh"},
            "hovertext": ["Progression from here on: 20 % and 5 mm above the smallest sum so far"] * (len(rows) + 1),
            "hoverinfo": "text",
            "showlegend": False,
        }
    )
    word = "+20 % of nadir" if relative.iloc[-1] > absolute.iloc[-1] else "nadir +5 mm"
    beside = {"xanchor": "left", "yanchor": "middle", "xshift": 6}
    if rows["start"].iloc[-1] > panel.end - word_width(panel, word):
        is_below = rows["measured"].iloc[-1] * scale <= limit.iloc[-1]  # the words go where the course is not
        beside = {"xanchor": "right", "yanchor": "bottom" if is_below else "top"}
    panel.figure.note(
        x=rows["start"].iloc[-1], xref=axis_ref("x", panel.row), y=float(limit.iloc[-1]),
        yref=axis_ref("y", panel.row), text=word, font={"size": 12, "color": ATTENTION}, **beside,
    )  # fmt: skip
    return float(limit.max())


def tumour_markers(panel: Panel) -> None:
    """CEA and CA 19-9 on a logarithmic axis, each with its upper limit of normal."""
    positive = panel.records[panel.records["value"] > 0]
    reached = pd.concat([positive["value"], positive["high"].dropna()])
    for code, (colour, dash, _) in MARKERS.items():
        rows = positive[positive["code"] == code]
        line(panel, rows, rows["value"], colour, dash)
        for limit in rows["high"].dropna().tail(1):
            panel.figure.across(panel.row, limit, {"color": colour, "width": 1.2, "dash": "dot"})
    if len(reached):
        panel.axis(**_SIDE, type="log", dtick=1, range=[log10(reached.min()) - 0.2, log10(reached.max()) + 0.2])


def above_limits(panel: Panel) -> None:
    """Liver tests as multiples of the upper limit that their own laboratory gave."""
    _against(panel, ABOVE, "high", 1, None)


def below_limits(panel: Panel) -> None:
    """Liver tests as multiples of the lower limit that their own laboratory gave."""
    _against(panel, BELOW, "low", None, 1)


def _against(
    panel: Panel, tests: dict[str, tuple[str, str, str]], limit: str, low: float | None, high: float | None
) -> None:
    """Courses against one limit, on a logarithmic axis; the side that is not normal is tinted."""
    known = panel.records[(panel.records[limit] > 0) & (panel.records["value"] > 0)]
    ratios = known["value"] / known[limit]
    for code, (colour, dash, _) in tests.items():
        chosen = known["code"] == code
        line(panel, known[chosen], ratios[chosen], colour, dash)
    least, most = min(ratios.min() / 1.15, 0.42), max(ratios.max() * 1.15, 2.4)
    edges = (1.0, most) if low is not None else (least, 1.0)
    panel.figure.shape(
        type="rect", xref=row_ref("x", panel.row), x0=0, x1=1, yref=axis_ref("y", panel.row), y0=edges[0],
        y1=edges[1], fillcolor=faded(ATTENTION, 0.08), line={"width": 0}, layer="below",
    )  # fmt: skip
    other = [tick for tick in (0.1, 0.2, 0.5, 2, 5, 10, 20, 50, 100) if least <= tick <= most]
    ticks = [1, other[-1] if low is not None else other[0]]
    words = [f"{tick:g} ×" for tick in ticks]
    panel.axis(**_SIDE, type="log", tickvals=ticks, ticktext=words, range=[log10(least), log10(most)])
