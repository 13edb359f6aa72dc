"""What a mark on the patient timeline says when it is pointed at."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

_ROUGH = {"D": "day unknown", "M": "month unknown"}


def hovers(rows: pd.DataFrame) -> list[str]:
    """The hover text of each row: what, when, study day, grade, seriousness, value with unit and limits, detail."""
    return [_hover(row) for row in rows.to_dict("records")]


def _hover(row: dict[Any, Any]) -> str:
    lines = [f"<b>{escape(str(row['label']))}</b>", _when(row), _grade(row), _value(row)]
    if isinstance(row["detail"], str):
        lines.append(escape(row["detail"]))
    return "<br>".join(line for line in lines if line)


def _when(row: dict[Any, Any]) -> str:
    text = f"{row['start']:%d %b %Y}{_day(row['start_day'])}"
    if row["precision"] in _ROUGH:
        text += f", {_ROUGH[row['precision']]}"
    if pd.notna(row["end"]) and row["end"] != row["start"]:
        text += f" to {row['end']:%d %b %Y}{_day(row['end_day'])}"
    return text + (", ongoing at the cut-off" if row["ongoing"] == "Y" else "")


def _day(day: float) -> str:
    return "" if pd.isna(day) else f" (day {day:.0f})"


def _grade(row: dict[Any, Any]) -> str:
    if row["lane"] != "Adverse events":
        return ""
    grade = "no grade given" if pd.isna(row["grade"]) else f"grade {row['grade']:.0f}"
    return grade + (", <b>serious</b>" if row["serious"] == "Y" else ", not serious")


def _value(row: dict[Any, Any]) -> str:
    if pd.isna(row["value"]):
        return ""
    unit = f" {escape(row['unit'])}" if isinstance(row["unit"], str) else ""
    limits = [f"{word} {row[column]:g}" for column, word in (("low", "from"), ("high", "to")) if pd.notna(row[column])]
    return f"{row['value']:g}{unit}" + (f" (normal {' '.join(limits)})" if limits else "")
