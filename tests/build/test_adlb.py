"""Laboratory values: baseline and what is after it, units, specimens, what is delivered; worst, peaks and months."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.build.labs import AFTER, BEFORE, graded, result
from tests.build.tiny import Row, answer, built, rows_of, subject, together

TREATED = {"ex": [{"USUBJID": "T-01", "EXSEQ": 1, "EXTRT": "FOLFOX", "EXSTDTC": "2024-01-20", "EXENDTC": "2024-03-20"}]}


def flags(rows: list[Row]) -> list[str]:
    return ["baseline" if row["ABLFL"] else "after" if row["APOBLFL"] else "" for row in rows]


# enrolled on 2024-01-10: days of the records with their values, and what each is
PLACES: list[tuple[str, list[tuple[str | None, float | None, str]]]] = [
    ("the last on or before enrolment", [
        ("2024-01-02", 20, ""), ("2024-01-10", 30, "baseline"), ("2024-01-11", 40, "after")]),
    ("several on a day: the later hour", [
        ("2024-01-08T16:00", 30, "baseline"), ("2024-01-08T08:00", 20, ""), (AFTER, 40, "after")]),
    ("several at one hour: the later record", [(BEFORE, 20, ""), (BEFORE, 30, "baseline"), (AFTER, 40, "after")]),
    ("a missing value is no baseline", [(BEFORE, 20, "baseline"), ("2024-01-09", None, ""), (AFTER, 40, "after")]),
    ("no value before", [("2024-01-11", 30, "after"), (AFTER, 40, "after")]),
    ("no value after", [("2024-01-02", 20, ""), (BEFORE, 30, "baseline")]),
    ("without a date it is neither", [(None, 20, ""), (BEFORE, 30, "baseline"), (AFTER, 40, "after")]),
    ("an unscheduled visit counts like any other", [(BEFORE, 20, "baseline"), ("2024-01-15", 400, "after")]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "records"), PLACES, ids=[each[0] for each in PLACES])
def test_baseline_and_after(why: str, records: list[tuple[str | None, float | None, str]]) -> None:
    rows = graded(*(result("ALT", value, day or "", high=40, VISIT="UNSCHEDULED") for day, value, _ in records))
    assert flags(rows) == [place for *_, place in records]
    baseline = next((value for _, value, place in records if place == "baseline"), None)
    assert {row["BASE"] for row in rows if row["AVAL"] is not None} == {baseline}


def test_without_enrolment_the_start_of_treatment_is_day_1_and_without_both_nothing_is_after() -> None:
    records = [result("ALT", 30, "2024-01-15", high=40), result("ALT", 50, "2024-01-25", high=40)]
    treated = {"dm": [{"USUBJID": "T-01", "ARM": "Arm one", "ARMCD": "A", "RFICDTC": "2024-01-01"}]}
    assert flags(graded(*records, subjects=[treated], **TREATED)) == ["baseline", "after"]
    screened = subject(1, enrolled=None)
    assert flags(graded(*records, subjects=[screened])) == ["", ""]


def test_ratios_to_the_limit_and_to_the_baseline() -> None:
    rows = graded(result("ALT", 20, BEFORE, high=40), result("ALT", 90, high=45), result("ALT", 0, high=0))
    assert [(row["R2A1HI"], row["R2BASE"], row["ANRIND"]) for row in rows] == [
        (0.5, 1.0, "NORMAL"), (2.0, 4.5, "HIGH"), (None, 0.0, None),
    ]  # fmt: skip
    zero = graded(result("ALT", 0, BEFORE, high=40), result("ALT", 90, high=45))
    assert zero[1]["R2BASE"] is None


def test_a_baseline_in_a_convertible_unit_is_converted_and_one_in_another_unit_is_not_compared() -> None:
    converted = graded(
        result("BILI", 1.0, BEFORE, unit="mg/dL", high=1.2), result("BILI", 34.2, high=20), result("BILI", 30, high=20)
    )
    assert [row["AVALU"] for row in converted] == ["umol/L"] * 3
    assert converted[1]["R2BASE"] == pytest.approx(2.0, rel=1e-3)
    other = graded(
        result("BILI", 1.0, BEFORE, unit="mystery", high=1.2), result("BILI", 34, high=20), result("BILI", 30, high=20)
    )
    assert flags(other) == ["baseline", "after", "after"]
    assert [(row["BASE"], row["R2BASE"], row["BNRIND"]) for row in other[1:]] == [(None, None, "NORMAL")] * 2


def test_the_indicator_of_the_site_stands_where_there_are_no_limits() -> None:
    rows = graded(
        result("ALT", 90, BEFORE, LBNRIND="HIGH"), result("ALT", 30, high=40, LBNRIND="HIGH"), result("ALT", 30, low=7)
    )
    assert [row["ANRIND"] for row in rows] == ["HIGH", "NORMAL", "NORMAL"]
    assert rows[1]["BNRIND"] == "HIGH"


def test_a_specimen_that_is_not_blood_is_a_test_of_its_own() -> None:
    rows = graded(
        result("CREAT", 60, BEFORE, high=104, LBSPEC="SERUM"), result("CREAT", 9000, high=104, LBSPEC="URINE"),
        result("GLUC", 20, LBCAT="URINALYSIS"), result("CREAT", 61, high=104, LBSPEC="VENOUS BLOOD"),
        result("CREAT", 62, high=104),
    )  # fmt: skip
    assert [row["PARAM"] for row in rows[:3]] == ["Creat", "Creat URINE", "Gluc URINE"]
    assert [(row["PARAMCD"], row["ATOXGRH"]) for row in rows] == [
        ("CREAT", 0), ("CREAT URINE", None), ("GLUC URINE", None), ("CREAT", 0), ("CREAT", 0),
    ]  # fmt: skip


# -- delivered ---------------------------------------------------------------------------------------------------


def delivered(*rows: dict[str, Any]) -> list[Row]:
    """ADLB as delivered: ALT of one subject, in the order given."""
    shared = {"USUBJID": "T-01", "PARAMCD": "ALT", "PARAM": "Alanine Aminotransferase (U/L)", "A1HI": 40}
    tables = together(subject(1), {"adlb": [shared | {"LBSEQ": place} | row for place, row in enumerate(rows, 1)]})
    return answer("select * from adlb order by SRCSEQ", tables)


def test_a_delivered_baseline_is_the_baseline_and_a_unit_stands_in_the_name() -> None:
    rows = delivered(
        {"ADT": dt.date(2024, 1, 2), "AVAL": 100, "ABLFL": "Y"}, {"ADT": dt.date(2024, 1, 8), "AVAL": 30},
        {"ADT": dt.date(2024, 2, 8), "AVAL": 310},
    )  # fmt: skip
    assert flags(rows) == ["baseline", "", "after"]
    assert [row["AVALU"] for row in rows] == ["U/L"] * 3
    assert [(row["BASE"], row["ATOXGRH"], row["BTOXGRH"]) for row in rows] == [(100, 1, 1), (100, 0, 1), (100, 2, 1)]


def test_delivered_flags_and_indicators_are_used() -> None:
    rows = delivered(
        {"ADT": dt.date(2024, 1, 8), "AVAL": 30, "ABLFL": "Y", "ANRIND": "H"},
        {"ADT": dt.date(2024, 2, 8), "AVAL": 90, "BNRIND": "H", "APOBLFL": "Y"},
        {"ADT": dt.date(2024, 3, 8), "AVAL": 900},
    )  # fmt: skip
    assert flags(rows) == ["baseline", "after", ""]
    assert [row["ANRIND"] for row in rows] == ["H", "HIGH", "HIGH"]
    assert rows[1]["ATOXGRH"] == 1  # 3 × a baseline that was called high


@pytest.mark.parametrize(
    ("grade", "wanted"),
    [
        ({"ATOXGRH": "4", "ATOXGRL": ""}, (None, 4)),  # by direction, whatever the number says
        ({"ATOXGRH": "", "ATOXGRL": "2"}, (2, None)),
        ({"ATOXGR": "3"}, (0, 3)),
        ({"ATOXGR": "-3"}, (3, 0)),  # admiral: a low value
        ({"ATOXGR": "2", "ANRIND": "L"}, (2, 0)),
        ({"ATOXGR": "0"}, (0, 0)),
    ],
)
def test_a_delivered_grade_is_the_grade(grade: dict[str, str], wanted: tuple[int | None, int | None]) -> None:
    rows = delivered(
        {"ADT": dt.date(2024, 1, 8), "AVAL": 30, "ABLFL": "Y"}, {"ADT": dt.date(2024, 2, 8), "AVAL": 50, **grade}
    )
    assert (rows[1]["ATOXGRL"], rows[1]["ATOXGRH"]) == wanted
    assert (rows[0]["ATOXGRL"], rows[0]["ATOXGRH"], rows[1]["BTOXGRH"]) == (None, None, None)  # none was delivered


def test_delivered_grades_are_told_as_such_and_a_test_that_ctcae_does_not_know_is_shown() -> None:
    shared = {"USUBJID": "T-01", "ADT": dt.date(2024, 2, 8), "AVAL": 9}
    con = built(
        together(
            subject(1),
            {"adlb": [shared | {"PARAMCD": "ODD", "PARAM": "Odd", "ATOXGR": "-2"}, shared | {"PARAMCD": "ALT"}]},
        )
    )
    assert rows_of(con, "select PARAMCD, DIRECTION, LABEL, SOURCE, GRADE_1 from lbtests order by ORD") == [
        {"PARAMCD": "ALT", "DIRECTION": "H", "LABEL": "ALT", "SOURCE": "as delivered", "GRADE_1": None},
        {"PARAMCD": "ODD", "DIRECTION": "L", "LABEL": "Odd", "SOURCE": "as delivered", "GRADE_1": None},
    ]


# -- one row a subject and test, one a subject, one a month ------------------------------------------------------------


def test_the_worst_and_the_peak_are_of_values_after_baseline() -> None:
    rows = graded(
        result("ALT", 900, "2024-01-02", high=40), result("ALT", 30, BEFORE, high=40),
        result("ALT", 130, "2024-02-08", high=40), result("ALT", 400, "2024-02-10", high=100),
        result("ALT", None, "2024-02-11", high=40), result("CEA", 3, high=5),
        query="select * from adlbsum",
    )  # fmt: skip
    assert len(rows) == 1  # CEA has no grade
    only = rows[0]
    assert (only["BTOXGRH"], only["WTOXGRH"], only["WTOXGRL"]) == (0, 2, None)
    assert (only["PEAKULN"], only["PEAKBASE"], only["N_POST"], only["N_GRADED"]) == (4.0, 400 / 30, 2, 2)
    assert only["NOBASE"] is None


@pytest.mark.parametrize(
    ("records", "why"),
    [
        ([result("ALT", 30, BEFORE, high=40), result("ALT", 50, high=40)], None),
        ([result("ALT", 50, high=40)], "no value on or before day 1"),
        ([result("ALT", 50, "", high=40)], "no value has a date"),
        ([result("ALT", 0, BEFORE, high=40), result("ALT", 50, high=40)], "the value before is zero"),
        (
            [result("ALT", 30, BEFORE, high=40, unit="mystery"), *(result("ALT", 50, high=40) for _ in range(2))],
            "the value before is in another unit",
        ),
    ],
)
def test_why_there_is_no_baseline(records: list[Row], why: str | None) -> None:
    assert [row["NOBASE"] for row in graded(*records, query="select NOBASE from adlbsum")] == [why]


def test_peaks_of_the_liver_stand_side_by_side_with_their_first_days() -> None:
    row = graded(
        result("ALT", 40, BEFORE, high=40), result("BILI", 10, BEFORE, high=20),
        result("AST", 33, "2024-01-12", high=40),
        result("ALT", 160, "2024-01-15", high=40), result("ALT", 160, "2024-01-19", high=40),
        result("BILI", 50, "2024-02-10", high=20), result("ALP", 100, "2024-02-10"),
        query="select * from adlbpeak",
    )[0]  # fmt: skip
    assert (row["ALTULN"], row["ALTULNDY"], row["ALTBASE"], row["ALTBASEDY"], row["NALT"]) == (4.0, 6, 4.0, 6, 2)
    assert (row["BILIULN"], row["BILIULNDY"], row["BILIBASE"], row["NBILI"]) == (2.5, 32, 5.0, 1)
    assert (row["ASTULN"], row["ASTBASE"], row["ALPULN"]) == (33 / 40, None, None)
    assert (row["N_POST"], row["N_GRADED"], row["WORST"]) == (5, 4, 2)


def test_of_several_values_near_a_month_the_nearest_stands_for_it_then_the_later() -> None:
    # days after enrolment: 45 is the last near month 1, 46 the first near month 2 (60.875)
    days = {
        0: 1.0,
        1: 2.0,
        30: 3.0,
        31: 4.0,
        45: 5.0,
        46: 6.0,
        61: 7.0,
        62: 8.0,
        137: 9.0,
        138: 10.0,
        2009: 11.0,
        2010: 12,
    }
    records = [
        result("ALT", value, (dt.date(2024, 1, 10) + dt.timedelta(days=day)).isoformat(), high=40)
        for day, value in days.items()
    ]
    twice = [result("ALT", 13.0, "2024-03-11", high=40)]  # day 61 again, in a later record
    con = built(
        together(subject(1), {"lb": [{"LBSEQ": n, **each} for n, each in enumerate([*records, *twice], 1)]}),
        cutoff=dt.date(2030, 1, 1),
    )
    found = rows_of(con, "select AWTARGET, AVAL, R2A1HI from adlbtrend order by AWTARGET")
    assert [(row["AWTARGET"], row["AVAL"]) for row in found] == [
        (0, 1.0), (1, 3.0), (2, 13.0), (3, 9.0), (6, 10.0), (60, 11.0),
    ]  # fmt: skip
    assert found[0]["R2A1HI"] == 1 / 40


def test_a_value_in_another_unit_stands_for_no_month() -> None:
    rows = graded(
        *(result("ALT", 50, high=40) for _ in range(2)), result("ALT", 5, "2024-06-08", unit="mystery"),
        query="select AWTARGET, AVAL, AVALU from adlbtrend",
    )  # fmt: skip
    assert rows == [{"AWTARGET": 1, "AVAL": 50, "AVALU": "U/L"}]


def test_a_trial_without_laboratory_values_has_the_tables_all_the_same() -> None:
    con = built(subject(1))
    for table in ("adlb", "adlbsum", "adlbpeak", "adlbtrend", "lbtests"):
        assert rows_of(con, f"select * from {table}") == []
