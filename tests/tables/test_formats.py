"""How numbers are written for people."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from crlm_dash.tables.formats import date, n_percent, number, p_value, relabelled, with_limits

NAN = float("nan")


@pytest.mark.parametrize(
    ("n", "percent", "written"),
    [
        (12, 34.4, "12 (34 %)"),
        (0, 0.0, "0 (0 %)"),
        (1, 0.39, "1 (0.4 %)"),
        (5, NAN, "5"),
        (1204, 100.0, "1,204 (100 %)"),
    ],
)
def test_n_percent(n: int, percent: float, written: str) -> None:
    assert n_percent(n, percent) == written


@pytest.mark.parametrize(
    ("value", "low", "high", "written"),
    [
        (31.24, 27.0, 36.06, "31.2 (27.0 to 36.1)"),
        (31.24, 27.0, NAN, "31.2 (27.0 to not reached)"),
        (0.0, NAN, NAN, "0.0"),
        (NAN, 5.0, NAN, "not reached"),
    ],
)
def test_estimates_with_their_limits(value: float, low: float, high: float, written: str) -> None:
    assert with_limits(value, low, high) == written


def test_p_values_as_journals_write_them() -> None:
    assert [p_value(p) for p in (0.0321, 0.00099, 1.0)] == ["0.032", "< 0.001", "1.000"]
    assert p_value(NAN) == "N/A (n < 10)"


def test_missing_numbers_and_dates_have_words() -> None:
    assert number(NAN) == "not reached"
    assert date(None) == date(pd.NaT) == "–"
    assert date(dt.date(2026, 3, 5)) == date(pd.Timestamp("2026-03-05 10:00")) == "2026-03-05"


def test_relabelling_keeps_order_and_turns_timestamps_into_dates() -> None:
    frame = pd.DataFrame({"b": [1], "a": pd.to_datetime(["2026-03-05"])})
    shown = relabelled(frame, {"a": "When", "b": "How many"})
    assert list(shown.columns) == ["When", "How many"]
    assert shown["When"].iloc[0] == dt.date(2026, 3, 5)
