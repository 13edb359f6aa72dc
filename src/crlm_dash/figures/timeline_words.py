"""What a mark on the patient timeline says when it is pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd

_ROUGH = {"D": ("%b %Y", "day unknown"), "M": ("%Y", "month unknown")}
_MOST_TOLD = 8  # of what happened on one day

Since = tuple[pd.Timestamp, str]  # a day, and what it was: ("2025-01-10", "enrolment")


def hovers(rows: pd.DataFrame, since: Since | None = None, *, has_left: bool = False) -> list[str]:
    """The hover text of each row: what, when, how bad, value with unit and limits, detail."""
    ongoing = "ongoing when last seen" if has_left else "ongoing at the cut-off"
    return [_hover(row, since, ongoing) for row in rows.to_dict("records")]


def together(texts: Sequence[str]) -> str:
    """The hover text of several things in one mark."""
    told = list(texts[:_MOST_TOLD])
    more = len(texts) - len(told)
    return "<br>".join([*told, *([f"… and {more} more in the table"] if more else [])])


def _hover(row: dict[Any, Any], since: Since | None, ongoing: str) -> str:
    lines = [
        f"<b>{escape(str(row['label']))}</b>",
        _when(row, ongoing),
        _count(row, since),
        _severity(row),
        _value(row),
    ]
    if isinstance(row["detail"], str):
        lines.append(escape(row["detail"]))
    if row["news"]:
        lines.append(f"<b>Since the meeting before: {escape(row['news'])}</b>")
    return "<br>".join(line for line in lines if line)


def _when(row: dict[Any, Any], ongoing: str) -> str:
    text = _date(row["start"], row["precision"]) + _day(row["start_day"])
    if pd.notna(row["end"]) and row["end"] < row["start"]:
        return f"{text}; its end is recorded before that: {_date(row['end'], row['end_precision'])}"
    if pd.notna(row["end"]) and row["end"] != row["start"]:
        text += f" to {_date(row['end'], row['end_precision'])}{_day(row['end_day'])}"
    return text + (f", {ongoing}" if row["ongoing"] == "Y" else "")


def _date(date: pd.Timestamp, precision: object) -> str:
    """A date as far as it is known."""
    written, unknown = _ROUGH.get(str(precision), ("%d %b %Y", ""))
    return f"{date:{written}}" + (f", {unknown}" if unknown else "")


def _day(day: float) -> str:
    return "" if pd.isna(day) else f" (day {day:.0f})"


def _count(row: dict[Any, Any], since: Since | None) -> str:
    if since is None:
        return ""
    origin, what = since
    days = (row["start"] - origin).days
    return f"{abs(days):,} days {'since' if days >= 0 else 'before'} {what}"


def _severity(row: dict[Any, Any]) -> str:
    """Of an adverse event: grade, seriousness, relation, outcome; what is not recorded is left out."""
    if row["lane"] != "Adverse events":
        return ""
    related = {"Y": "related", "N": "not related"}.get(str(row["related"]), "")
    words = [
        "no grade given" if pd.isna(row["grade"]) else f"grade {row['grade']:.0f}",
        {"Y": "<b>serious</b>", "N": "not serious"}.get(str(row["serious"]), "seriousness not recorded"),
        related,
        escape(row["outcome"]) if isinstance(row["outcome"], str) else "",
    ]
    return ", ".join(word for word in words if word)


def _value(row: dict[Any, Any]) -> str:
    if pd.isna(row["value"]):
        return ""
    unit = f" {escape(row['unit'])}" if isinstance(row["unit"], str) else ""
    limits = [f"{word} {row[column]:g}" for column, word in (("low", "from"), ("high", "to")) if pd.notna(row[column])]
    return f"{row['value']:g}{unit}" + (f" (normal {' '.join(limits)})" if limits else "")
