"""Comma-separated text: a spreadsheet shows every cell and computes none."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pandas as pd
import pytest

from crlm_dash.tables.comma import comma_separated


def cells(frame: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(comma_separated(frame))))


@pytest.mark.parametrize(("found", "written"), [
    ("=1+1", "'=1+1"), ('=HYPERLINK("http://x","y")', '\'=HYPERLINK("http://x","y")'), ("@SUM(A1)", "'@SUM(A1)"),
    ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-2+3", "'-2+3"), ("\t=1", "'\t=1"), ("＝1", "'＝1"),
    ("\r=1", "'\n=1"), ("fell\r=1+1", "fell\n=1+1"), ("fell\r\nagain", "fell\nagain"),  # within one cell
    ("-", "'-"), ("- nausea", "'- nausea"),
    ("-1.5", "-1.5"), ("+3", "+3"), ("-1e-3", "-1e-3"),  # numbers stay numbers
    ("–", "–"), ("a=b", "a=b"), ("", ""), ("2025-03-04", "2025-03-04"), ("≥ 3", "≥ 3"), ("12 (34 %)", "12 (34 %)"),
])  # fmt: skip
def test_a_formula_is_text(found: str, written: str) -> None:
    assert cells(pd.DataFrame({"AETERM": [found, "x"]}))[1] == [written]


def test_numbers_and_dates_are_as_they_were() -> None:
    frame = pd.DataFrame(
        {
            "n": [-1, 2],
            "x": [-0.1, None],
            "day": pd.array([-5, None], dtype="Int64"),
            "date": [dt.date(2025, 1, 2), None],
            "at": pd.to_datetime(["2025-01-02", None]),
            "said": pd.Categorical(["=a", "b"]),
        }
    )
    assert cells(frame)[1:] == [
        ["-1", "-0.1", "-5", "2025-01-02", "2025-01-02", "'=a"],
        ["2", "", "", "", "", "b"],
    ]


def test_headings_are_cells_and_no_rows_are_a_heading() -> None:
    assert cells(pd.DataFrame({"=A1": ["x"], "": ["y"]})) == [["'=A1", ""], ["x", "y"]]
    assert cells(pd.DataFrame({"A": [], "B": []})) == [["A", "B"]]


def test_the_table_itself_is_not_changed() -> None:
    frame = pd.DataFrame({"A": ["=1"]})
    comma_separated(frame)
    assert frame["A"].tolist() == ["=1"]
