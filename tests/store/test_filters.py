"""The filter language: what it takes, what it refuses, and that a value never becomes SQL."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crlm_dash.errors import RequestError
from crlm_dash.store.filters import Comparison, parse_filter, to_sql

ALLOWED = {"SEX": False, "AGE": True, "SITEID": False}

UNDERSTOOD = [
    ("", ()),
    ("SEX = 'F'", (Comparison("SEX", "=", ("F",)),)),
    ("AGE>=65", (Comparison("AGE", ">=", (65.0,)),)),
    ("AGE != -1.5", (Comparison("AGE", "<>", (-1.5,)),)),
    ("SITEID in ('01', '02')", (Comparison("SITEID", "in", ("01", "02")),)),
    ("SEX='F' AND AGE < 80", (Comparison("SEX", "=", ("F",)), Comparison("AGE", "<", (80.0,)))),
    ("SEX = 'O''Hara'", (Comparison("SEX", "=", ("O'Hara",)),)),
]

REFUSED = [
    "SEX",
    "SEX =",
    "SEX = F",
    "SEX = 'F' or AGE > 5",
    "SEX = 'F' and",
    "SEX = 'F'; drop table adsl",
    "SEX in ()",
    "SEX in ('F'",
    "1 = 1",
    "SEX = 'F' -- and more",
    "(SEX = 'F')",
    "SEX like 'F%'",
]


@pytest.mark.parametrize(("text", "expected"), UNDERSTOOD)
def test_understood(text: str, expected: tuple[Comparison, ...]) -> None:
    assert parse_filter(text) == expected


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(RequestError):
        to_sql(parse_filter(text), ALLOWED)


def test_a_column_that_may_not_be_used_is_named_with_those_that_may() -> None:
    with pytest.raises(RequestError, match=r"'TRT01P' cannot be filtered on.*AGE, SEX, SITEID"):
        to_sql(parse_filter("TRT01P = 'A'"), ALLOWED)


@pytest.mark.parametrize("text", ["AGE = 'old'", "SEX = 1"])
def test_a_value_of_the_wrong_kind_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="is compared with"):
        to_sql(parse_filter(text), ALLOWED)


def test_column_names_are_taken_in_any_case() -> None:
    assert to_sql(parse_filter("sex = 'F'"), ALLOWED) == ('"SEX" = $_filter0', {"_filter0": "F"})


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_as_a_value_only_ever_selects_that_value(value: str) -> None:
    quoted = value.replace("'", "''")
    condition, bound = to_sql(parse_filter(f"SEX = '{quoted}'"), ALLOWED)
    rows = duckdb.execute(
        f"select count(*) from (values ('F'), ('M'), ($other)) t(SEX) where {condition}",
        bound | {"other": value},
    ).fetchone()
    assert rows == (1 + (value in ("F", "M")),)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_either_understood_or_refused_in_words(text: str) -> None:
    try:
        condition, bound = to_sql(parse_filter(text), ALLOWED)
    except RequestError:
        return
    rows = duckdb.execute(f"select SEX from (select 'F' as SEX, 1.0 as AGE, '01' as SITEID) where {condition}", bound)
    assert len(rows.fetchall()) <= 1
