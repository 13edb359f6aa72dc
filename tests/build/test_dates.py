"""Partial dates, study days and the ends of periods, as drawn in the table of cases."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest

from crlm_dash.store.build import _sql
from tests.build.tiny import built, rows_of, subject, together

D = dt.date


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(_sql("analysis", "01_dates.sql"))
    connection.execute("set variable cutoff = date '2024-12-31'")
    return connection


@pytest.mark.parametrize(
    ("dtc", "first", "flag", "final"),
    [
        ("2024-03-05", D(2024, 3, 5), None, D(2024, 3, 5)),
        ("2024-03-05T13:40", D(2024, 3, 5), None, D(2024, 3, 5)),
        ("2024-02", D(2024, 2, 1), "D", D(2024, 2, 29)),
        ("2024", D(2024, 1, 1), "M", D(2024, 12, 31)),
        ("2024---15", D(2024, 1, 1), "M", D(2024, 12, 31)),
        ("2024-13-01", None, None, None),
        ("2023-02-29", None, None, None),
        ("--03-05", None, None, None),
        ("", None, None, None),
        (None, None, None, None),
    ],
)
def test_partial_dates(con: Any, dtc: str | None, first: D | None, flag: str | None, final: D | None) -> None:
    found = con.execute("select first_day($1), date_flag($1), final_day($1)", [dtc]).fetchone()
    assert found == (first, flag, final)


@pytest.mark.parametrize(
    ("dtc", "last_alive", "died"),
    [
        ("2024-03-05", D(2024, 3, 20), D(2024, 3, 5)),  # a full date is never changed
        ("2024-03", D(2024, 2, 20), D(2024, 3, 15)),
        ("2024-03", D(2024, 3, 20), D(2024, 3, 20)),  # not before the subject was last seen alive
        ("2024-03", D(2024, 5, 1), D(2024, 3, 31)),  # a contradiction: the stated month stands
        ("2024", None, D(2024, 6, 30)),
        ("2024", D(2024, 9, 1), D(2024, 9, 1)),
    ],
)
def test_partial_deaths(con: Any, dtc: str, last_alive: D | None, died: D) -> None:
    assert con.execute("select death_day($1, $2::date)", [dtc, last_alive]).fetchone() == (died,)


@pytest.mark.parametrize(
    ("day", "number"), [(D(2024, 1, 8), -2), (D(2024, 1, 9), -1), (D(2024, 1, 10), 1), (D(2024, 1, 11), 2)]
)
def test_there_is_no_day_zero(con: Any, day: D, number: int) -> None:
    assert con.execute("select study_day($1, date '2024-01-10')", [day]).fetchone() == (number,)


def test_imputed_dates_carry_their_flag() -> None:
    tables = together(
        subject(1, DTHDTC="2024-07", DTHFL="Y"),
        {
            "mh": [
                {
                    "USUBJID": "T-01",
                    "MHSEQ": 1,
                    "MHEVDTYP": "DIAGNOSIS",
                    "MHDECOD": "LIVER METASTASES",
                    "MHSTDTC": "2023",
                }
            ],
            "ae": [{"USUBJID": "T-01", "AESEQ": 1, "AETERM": "Pain", "AESTDTC": "2024-02", "AEENDTC": "2024-03"}],
            "vs": [{"USUBJID": "T-01", "VSSEQ": 1, "VSTESTCD": "WEIGHT", "VSDTC": "2024-07-22"}],
        },
    )
    con = built(tables)
    assert rows_of(con, "select DIAGDT, DTHDT, DTHDTF, LSTALVDT from adsl") == [
        {"DIAGDT": D(2023, 1, 1), "DTHDT": D(2024, 7, 22), "DTHDTF": "D", "LSTALVDT": D(2024, 7, 22)}
    ]
    assert rows_of(con, "select ASTDT, ASTDTF, ASTDY, AENDT, AENDTF from adae") == [
        {"ASTDT": D(2024, 2, 1), "ASTDTF": "D", "ASTDY": 23, "AENDT": D(2024, 3, 31), "AENDTF": "D"}
    ]
    flagged = rows_of(con, "select LANE, DATEFL from adtl where LANE <> 'Trial status' order by LANE")
    assert flagged == [{"LANE": "Adverse events", "DATEFL": "D"}, {"LANE": "Disease", "DATEFL": "M"}]
