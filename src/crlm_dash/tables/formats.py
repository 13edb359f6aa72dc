"""How numbers, dates and columns are written for people: rounding happens here and only here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

NOT_REACHED = "not reached"
NOT_TESTED = "N/A (n < 10)"
NOTHING = "–"


def number(value: Any, digits: int = 1, missing: str = NOT_REACHED) -> str:
    """A number with its decimals: "31.2"."""
    return missing if pd.isna(value) else f"{value:,.{digits}f}"


def count(value: Any) -> str:
    """A whole number: "1,204"."""
    return NOTHING if pd.isna(value) else f"{int(value):,}"


def n_percent(n: Any, percent: Any) -> str:
    """A count with its percentage (0–100): "12 (34 %)"; below 1 % with a decimal."""
    if pd.isna(percent):
        return count(n)
    digits = 1 if 0 < percent < 1 else 0
    return f"{count(n)} ({percent:.{digits}f} %)"


def with_limits(value: Any, low: Any, high: Any, *, digits: int = 1, scale: float = 1, unit: str = "") -> str:
    """An estimate with its 95 % limits: "31.2 (27.0 to 36.1)"."""
    if pd.isna(value):
        return NOT_REACHED
    shown = f"{number(scale * value, digits)}{unit}"
    if pd.isna(low) and pd.isna(high):
        return shown
    return f"{shown} ({number(scale * low, digits)} to {number(scale * high, digits)})"


def p_value(value: Any) -> str:
    """A p-value as journals write it: "0.032", "< 0.001"; where there is no test, why."""
    if pd.isna(value):
        return NOT_TESTED
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def date(value: Any) -> str:
    """A date: "2026-03-05"."""
    return NOTHING if value is None or pd.isna(value) else pd.Timestamp(value).date().isoformat()


def text(value: Any) -> str:
    """A text, or a dash where there is none."""
    return NOTHING if value is None or pd.isna(value) or value == "" else str(value)


def found_value(value: Any, unit: Any) -> str:
    """A value as it was found, with its unit: "1.7 × ULN"; a dash where there is none."""
    shown = text(value)
    return shown if shown == NOTHING or not isinstance(unit, str) or not unit else f"{shown} {unit}"


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, each as column → value."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def written(found: list[dict[str, str]], columns: list[str]) -> pd.DataFrame:
    """A frame of written cells with these columns, also when there are no rows."""
    return pd.DataFrame(found, columns=columns)


def relabelled(frame: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """The columns named in `labels`, in that order and under those labels; dates as dates."""
    shown = {label: _column(frame[name]) for name, label in labels.items()}
    return pd.DataFrame(shown)


def _column(values: pd.Series) -> pd.Series:
    return values.dt.date if pd.api.types.is_datetime64_any_dtype(values) else values
