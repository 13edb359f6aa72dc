"""Stopping lines: the path of each rate below its line, and z at the looks between its bounds."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from crlm_dash.analyses.result import Result
from crlm_dash.palette import ACCENT, ATTENTION, MUTED, RULE
from crlm_dash.report.drawing.sheet import SMALL, WIDTH, Sheet, on_paper, whole_numbers

_LEFT, _GAP, _RIGHT = 0.5, 0.55, 0.1
_PANEL, _TITLE, _BELOW, _BETWEEN = 2.2, 0.52, 0.45, 0.25
_ACROSS = 2
_TITLE_WIDTH = 46  # letters a line
_STOP: dict[str, Any] = {"color": ATTENTION, "alpha": 0.14, "linewidth": 0, "hatch": "////", "edgecolor": "white"}
_STOP_WORD: dict[str, Any] = {"color": ATTENTION, "weight": "bold", "fontsize": 9, "va": "top"}


@on_paper
def stopping_rules(result: Result) -> Sheet:
    """Events against patients for each rule: the path so far, the line, and above it the ground where it stops."""
    rules = result.tables["rules"].to_dict("records")
    rows = max(-(-len(rules) // _ACROSS), 1)
    one = _TITLE + _PANEL + _BELOW
    sheet = Sheet(rows * one + (rows - 1) * _BETWEEN)
    columns = min(max(len(rules), 1), _ACROSS)
    width = (WIDTH - _LEFT - _RIGHT - _GAP * (columns - 1)) / columns
    for place, rule in enumerate(rules):
        row, column = divmod(place, columns)
        left, top = _LEFT + column * (width + _GAP), row * (one + _BETWEEN)
        _heading(sheet, left, top, rule)
        line, path = (_of(result, name, rule["rule"]) for name in ("line", "path"))
        _rule(sheet.axes(left, top + _TITLE, width, _PANEL), line, path)
    return sheet


def _of(result: Result, table: str, rule: Any) -> pd.DataFrame:
    frame = result.tables[table]
    found: pd.DataFrame = frame[frame["rule"] == rule]
    return found


def _heading(sheet: Sheet, left: float, top: float, rule: dict[Any, Any]) -> None:
    named = textwrap.wrap(str(rule["label"]), _TITLE_WIDTH)[:2]
    at = "" if pd.isna(rule["n_stop"]) else f", the line is at {rule['n_stop']}"
    for line, words in enumerate(named):
        sheet.words(left, top + 0.08 + 0.15 * line, words, fontsize=8)
    stands = {"fontsize": 8, "weight": "bold", "color": ACCENT}
    sheet.words(left, top + 0.08 + 0.15 * len(named), f"{rule['n_event']} of {rule['n']}{at}", **stands)


def _rule(axes: Axes, line: pd.DataFrame, path: pd.DataFrame) -> None:
    top = max([*line["n_stop"], *path["n_event"], 0]) + 2
    axes.fill_between(line["n"], line["n_stop"], top, step="post", **_STOP)
    axes.step(line["n"], line["n_stop"], where="post", color=ATTENTION, linewidth=1.2)
    axes.step(path["n"], path["n_event"], where="post", color=ACCENT, linewidth=2.0)
    axes.plot(path["n"].iloc[-1:], path["n_event"].iloc[-1:], marker="o", markersize=6, color=ACCENT, linestyle="")
    if len(line):
        axes.text(float(line["n"].iloc[0]) + 1, 0.97 * top, "Stop", **_STOP_WORD)
    axes.set_xlim(0, 1.03 * max([*line["n"], *path["n"], 1]))
    axes.set_ylim(0, top)
    axes.yaxis.set_major_locator(whole_numbers())
    axes.grid(axis="y")
    axes.set_xlabel("Patients with known outcome")
    axes.set_ylabel("Events", fontsize=SMALL)


@on_paper
def boundary(result: Result) -> Sheet:
    """z of the comparison at each look, between the bounds beyond which the trial would stop."""
    bounds, looks = result.tables["boundary"], result.tables["looks"]
    planned, now = bounds[bounds["look"].notna()], bounds[bounds["look"].isna()]
    known = planned.dropna(subset="bound")
    edge = max([3.5, *bounds["bound"].dropna(), *looks["z"].abs().dropna()]) + 0.8
    sheet = Sheet(0.42 + 2.7 + _BELOW)
    axes = sheet.axes(_LEFT, 0.42, WIDTH - _LEFT - _RIGHT, 2.7)
    for side in (1, -1):
        axes.fill_between(known["events"], side * known["bound"], side * edge, **_STOP)
        axes.plot(known["events"], side * known["bound"], color=ATTENTION, linewidth=1.2, marker="_", markersize=9)
        axes.plot(
            now["events"], side * now["bound"], color=ATTENTION, linestyle="", marker="D", markersize=6,
            markerfacecolor="none",
        )  # fmt: skip
    axes.axhline(0, color=MUTED, linewidth=0.8)
    for row in planned.to_dict("records"):
        axes.axvline(row["events"], color=RULE, linewidth=0.8, linestyle=":", zorder=0)
        named = f"Look {row['look']}\n{100 * row['information']:.0f} %"
        axes.text(
            row["events"], 1.02, named, transform=axes.get_xaxis_transform(), ha="center", va="bottom", fontsize=SMALL
        )
    axes.plot(looks["events"], looks["z"], color=ACCENT, linewidth=2.0, marker="o", markersize=6)
    shown = looks.dropna(subset="z").tail(1)
    for events, z in zip(shown["events"], shown["z"], strict=True):
        words = f"z = {z:+.2f}".replace("-", "−")
        place: dict[str, Any] = {
            "xytext": (8, 0),
            "textcoords": "offset points",
            "va": "center",
            "weight": "bold",
            "color": ACCENT,
        }
        axes.annotate(words, (events, z), **place)
    _sides(axes, result, edge)
    axes.set_xlim(0, 1.04 * max([result.facts.get("events", 0), *bounds["events"], 1]))
    axes.set_ylim(-edge, edge)
    axes.grid(axis="y")
    axes.set_xlabel("Events so far")
    axes.set_ylabel("z (log-rank)", fontsize=SMALL)
    return sheet


def _sides(axes: Axes, result: Result, edge: float) -> None:
    """Which arm each side of zero speaks for."""
    arms = result.facts.get("arms", [])
    if len(arms) == 2:
        look: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "fontsize": SMALL, "color": MUTED}
        axes.text(0.01, 0.95 * edge, f"↑ fewer events in {arms[0]}", va="top", **look)
        axes.text(0.01, -0.95 * edge, f"↓ fewer events in {arms[1]}", va="bottom", **look)
