"""Numbers and lists as they are read in a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd


def number(value: float, digits: int = 1) -> str:
    """A number in a sentence; "not reached" where it is missing."""
    return "not reached" if pd.isna(value) else f"{value:.{digits}f}"


def percent(value: float) -> str:
    """A share as a percentage; "not reached" where it is missing."""
    return "not reached" if pd.isna(value) else f"{100 * value:.0f} %"


def interval(low: float, high: float, digits: int = 1, scale: float = 1) -> str:
    """The 95 % limits in brackets, or nothing where neither is known."""
    if pd.isna(low) and pd.isna(high):
        return ""
    ends = ["not reached" if pd.isna(end) else f"{scale * end:.{digits}f}" for end in (low, high)]
    return f" (95 % CI {ends[0]} to {ends[1]})"


def plural(n: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 patient", "2 patients"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence: "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def day(date: dt.date) -> str:
    """A date as it is read: 3 May 2026."""
    return f"{date.day} {date:%B %Y}"
