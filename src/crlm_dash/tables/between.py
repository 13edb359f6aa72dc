"""Tables of what happened to one patient from one scan to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOTHING, number, relabelled, rows, text, written

_ACTIVE = {"yes": "yes", "maybe": "perhaps: a date is partial", "no": "no"}
_CUT = {"D": 7, "M": 4}  # letters of an ISO date that are known


def between_told(result: Result) -> pd.DataFrame:
    """The answers in words."""
    return relabelled(result.tables["told"], {"item": "", "value": "Answer"})


def between_given(result: Result) -> pd.DataFrame:
    """Local procedures and regimens given between the scans."""
    return _given(result.tables["given"])


def between_since(result: Result) -> pd.DataFrame:
    """The same since the last scan."""
    return _given(result.tables["since"])


def between_changes(result: Result) -> pd.DataFrame:
    """Each lesion at both scans, what grew most first."""
    columns = ["Lesion", "Organ", "Segment", "Role", "Before, mm", "Now, mm", "Change, mm", "Change, %", "What it did"]
    found = [
        {
            "Lesion": text(row["lesion"]),
            "Organ": text(row["organ"]).capitalize(),
            "Segment": text(row["segment"]),
            "Role": text(row["role"]).capitalize(),
            "Before, mm": _size(row["before"]),
            "Now, mm": _size(row["now"]),
            "Change, mm": _signed(row["change"], "+g"),
            "Change, %": _signed(row["percent"], "+.0f"),
            "What it did": str(row["became"]) + (", locally progressing" if row["progressing"] else ""),
        }
        for row in rows(result.tables["changes"])
    ]
    return written(found, columns)


def between_severe(result: Result) -> pd.DataFrame:
    """Adverse events of grade 3 or worse that were active between the scans."""
    columns = ["Event", "Grade", "Serious", "From", "To", "Active"]
    found = [
        {
            "Event": text(row["event"]),
            "Grade": number(row["grade"], 0, NOTHING),
            "Serious": "yes" if row["serious"] else "no",
            "From": _known(row["start"], row["precision"]),
            "To": "ongoing" if row["ongoing"] else _known(row["end"], row["end_precision"]),
            "Active": _ACTIVE[row["active"]],
        }
        for row in rows(result.tables["severe"])
    ]
    return written(found, columns)


def between_procedures(result: Result) -> pd.DataFrame:
    """Each procedure, and the adverse events of grade 3 or worse that were active at it."""
    columns = ["Procedure", "What", "Date", "Day", "Active grade ≥ 3", "Grade", "Since", "Active"]
    found = [
        {
            "Procedure": str(row["procedure"]),
            "What": text(row["what"]),
            "Date": _known(row["date"], row["precision"]),
            "Day": number(row["day"], 0, NOTHING),
            "Active grade ≥ 3": text(row["event"]) if row["active"] != "no" else "none",
            "Grade": number(row["grade"], 0, NOTHING),
            "Since": "begun then" if row["begun"] else _known(row["since"], row["since_precision"]),
            "Active": _ACTIVE[row["active"]],
        }
        for row in rows(result.tables["procedures"])
    ]
    return written(found, columns)


def _given(given: pd.DataFrame) -> pd.DataFrame:
    columns = ["What", "Detail", "Begun in this time", "From", "To", "Sure"]
    found = [
        {
            "What": text(row["what"]),
            "Detail": text(row["detail"]),
            "Begun in this time": str(row["n_begun"]),
            "From": _known(row["start"], row["precision"]),
            "To": "goes on" if row["goes_on"] else _known(row["end"], row["end_precision"] or row["precision"]),
            "Sure": "perhaps: a date is partial" if row["maybe"] else "yes",
        }
        for row in rows(given)
    ]
    return written(found, columns)


def _known(day: Any, precision: object) -> str:
    """A date as far as it is known, as ISO 8601 has it."""
    if day is None or pd.isna(day):
        return NOTHING
    return pd.Timestamp(day).date().isoformat()[: _CUT.get(str(precision), 10)]


def _size(value: Any) -> str:
    return NOTHING if pd.isna(value) else f"{value:g}"


def _signed(value: Any, how: str) -> str:
    return NOTHING if pd.isna(value) else f"{value:{how}}".replace("-", "−")


BETWEEN: dict[str, Callable[[Result], pd.DataFrame]] = {
    "told": between_told,
    "given": between_given,
    "since": between_since,
    "changes": between_changes,
    "severe": between_severe,
    "procedures": between_procedures,
}
