"""CTCAE v5.0 as drawn tables: each test at and around its limits, baselines, what is not known."""

from __future__ import annotations

from typing import Any

import pytest

from tests.build.labs import BEFORE, graded, graded_each, result

# test, lower and upper limit of normal, values and their grades; a normal baseline stands before them
HIGH: list[tuple[str, float, float, dict[float, int]]] = [
    ("ALT", 7, 40, {40: 0, 41: 1, 120: 1, 121: 2, 200: 2, 201: 3, 800: 3, 801: 4}),
    ("AST", 13, 40, {40: 0, 41: 1, 120: 1, 121: 2, 200: 2, 201: 3, 800: 3, 801: 4}),
    ("ALP", 45, 100, {100: 0, 101: 1, 250: 1, 251: 2, 500: 2, 501: 3, 2000: 3, 2001: 4}),
    ("GGT", 8, 60, {60: 0, 61: 1, 150: 1, 151: 2, 300: 2, 301: 3, 1200: 3, 1201: 4}),
    ("BILI", 3, 20, {20: 0, 20.1: 1, 30: 1, 30.1: 2, 60: 2, 60.1: 3, 200: 3, 200.1: 4}),
    ("INR", 0.85, 1.1, {1.19: 0, 1.2: 0, 1.21: 1, 1.5: 1, 1.51: 2, 2.5: 2, 2.51: 3, 9: 3}),
    ("APTT", 25, 36, {36: 0, 36.1: 1, 54: 1, 54.1: 2, 90: 2, 90.1: 3, 200: 3}),
    ("LDH", 100, 250, {250: 0, 251: 1, 9000: 1}),
    ("CK", 30, 200, {200: 0, 201: 1, 500: 1, 501: 2, 1000: 2, 1001: 3, 2000: 3, 2001: 4}),
    ("LIPASET", 5, 60, {60: 0, 61: 1, 90: 1, 91: 2, 300: 2, 301: 3, 6000: 3}),
    ("AMYLASE", 30, 100, {100: 0, 101: 1, 150: 1, 151: 2, 500: 2, 501: 3, 9000: 3}),
    ("URATE", 150, 420, {420: 0, 421: 1, 9000: 1}),
    ("K", 3.5, 5.1, {5.1: 0, 5.2: 1, 5.5: 1, 5.6: 2, 6: 2, 6.1: 3, 7: 3, 7.1: 4}),
    ("SODIUM", 135, 145, {145: 0, 146: 1, 150: 1, 151: 2, 155: 2, 156: 3, 160: 3, 161: 4}),
    ("MG", 0.7, 1.05, {1.05: 0, 1.1: 1, 1.23: 1, 1.24: 3, 3.3: 3, 3.4: 4}),
    ("CHOL", 2, 5.2, {5.2: 0, 5.3: 1, 7.75: 1, 7.8: 2, 10.34: 2, 10.4: 3, 12.92: 3, 13: 4}),
    ("TRIG", 0.3, 1.7, {1.7: 0, 1.71: 1, 3.42: 1, 3.5: 2, 5.7: 2, 5.8: 3, 11.4: 3, 11.5: 4}),
    ("LYM", 1.0, 3.2, {3.9: 0, 4: 0, 4.1: 2, 20: 2, 20.1: 3}),
    ("WBC", 3.5, 9.5, {99: 0, 100: 0, 101: 3}),
]
LOW: list[tuple[str, float, float, dict[float, int]]] = [
    ("ALB", 35, 50, {35: 0, 34: 1, 30: 1, 29.9: 2, 20: 2, 19.9: 3, 5: 3}),
    ("HGB", 115, 150, {115: 0, 114: 1, 100: 1, 99: 2, 80: 2, 79: 3, 40: 3}),
    ("PLAT", 125, 350, {125: 0, 124: 1, 75: 1, 74: 2, 50: 2, 49: 3, 25: 3, 24: 4}),
    ("NEUT", 1.8, 6.3, {1.8: 0, 1.7: 1, 1.5: 1, 1.4: 2, 1: 2, 0.9: 3, 0.5: 3, 0.4: 4}),
    ("WBC", 3.5, 9.5, {3.5: 0, 3.4: 1, 3: 1, 2.9: 2, 2: 2, 1.9: 3, 1: 3, 0.9: 4}),
    ("LYM", 1.0, 3.2, {1: 0, 0.9: 1, 0.8: 1, 0.7: 2, 0.5: 2, 0.4: 3, 0.2: 3, 0.1: 4}),
    ("SODIUM", 135, 145, {135: 0, 134: 1, 130: 1, 129: 2, 125: 2, 124: 3, 120: 3, 119: 4}),
    ("K", 3.5, 5.1, {3.5: 0, 3.4: 1, 3: 1, 2.9: 3, 2.5: 3, 2.4: 4}),
    ("MG", 0.7, 1.05, {0.7: 0, 0.69: 1, 0.5: 1, 0.49: 2, 0.4: 2, 0.39: 3, 0.3: 3, 0.29: 4}),
    ("GLUC", 3.9, 6.1, {3.9: 0, 3.8: 1, 3: 1, 2.9: 2, 2.2: 2, 2.1: 3, 1.7: 3, 1.6: 4}),
    ("HAPTOG", 0.3, 2.0, {0.3: 0, 0.29: 1, 0.01: 1}),
]


@pytest.mark.parametrize(("side", "limits"), [("ATOXGRH", HIGH), ("ATOXGRL", LOW)])
def test_each_grade_begins_beyond_its_limit(side: str, limits: list[tuple[str, float, float, Any]]) -> None:
    found = graded_each([
        [
            result(test, (low + high) / 2, BEFORE, low=low, high=high),
            *(result(test, value, low=low, high=high) for value in wanted),
        ]
        for test, low, high, wanted in limits
    ])  # fmt: skip
    for (test, *_, wanted), (normal, *rows) in zip(limits, found, strict=True):
        assert (test, {row["AVAL"]: row[side] for row in rows}) == (test, wanted)
        assert (test, normal[side]) == (test, 0)


# test, baseline (upper limit 40 or 20), values after it and their grades: multiples of the baseline, not of the limit
ABNORMAL: list[tuple[str, float, float, dict[float, int]]] = [
    ("ALT", 40, 100, {99: 0, 149: 0, 150: 1, 300: 1, 301: 2, 500: 2, 501: 3, 2000: 3, 2001: 4, 30: 0}),
    ("AST", 40, 100, {149: 0, 150: 1, 300: 1, 301: 2, 500: 2, 501: 3, 2000: 3, 2001: 4}),
    ("ALP", 40, 100, {199: 0, 200: 1, 250: 1, 251: 2, 500: 2, 501: 3, 2000: 3, 2001: 4}),
    ("GGT", 40, 100, {199: 0, 200: 1, 250: 1, 251: 2, 500: 2, 501: 3, 2000: 3, 2001: 4}),
    ("BILI", 20, 40, {25: 0, 40: 0, 40.1: 1, 60: 1, 60.1: 2, 120: 2, 120.1: 3, 400: 3, 400.1: 4}),
]


def test_after_an_abnormal_baseline_the_grade_is_by_multiples_of_it() -> None:
    found = graded_each([
        [result(test, baseline, BEFORE, high=high), *(result(test, value, high=high) for value in wanted)]
        for test, high, baseline, wanted in ABNORMAL
    ])  # fmt: skip
    for (test, *_, wanted), rows in zip(ABNORMAL, found, strict=True):
        assert (test, {row["AVAL"]: row["ATOXGRH"] for row in rows[1:]}) == (test, wanted)
        assert {row["BNRIND"] for row in rows} == {"HIGH"}


def test_the_baseline_itself_and_what_is_before_it_are_graded_against_the_upper_limit() -> None:
    # 250 is 6.25 × ULN and 100 is 2.5 × ULN: by multiples of the baseline both would be less
    rows = graded(
        result("ALT", 250, "2024-01-02", high=40), result("ALT", 100, BEFORE, high=40), result("ALT", 100, high=40)
    )
    assert [(row["ATOXGRH"], row["BTOXGRH"], row["APOBLFL"]) for row in rows] == [
        (3, 1, None),
        (1, 1, None),
        (0, 1, "Y"),
    ]


def test_a_low_baseline_is_no_high_one() -> None:
    rows = graded(result("ALT", 5, BEFORE, low=7, high=40), result("ALT", 90, low=7, high=40))
    assert [(row["BNRIND"], row["ATOXGRH"]) for row in rows] == [("LOW", 0), ("LOW", 1)]  # 18 × baseline, 2.25 × ULN


def test_creatinine_is_graded_by_the_worse_of_upper_limit_and_baseline() -> None:
    cases = {90: 0, 91: 2, 104: 2, 150: 2, 180: 2, 181: 3, 300: 3, 624: 3, 625: 4}  # baseline 60, ULN 104
    rows = graded(result("CREAT", 60, BEFORE, high=104), *(result("CREAT", value, high=104) for value in cases))
    assert {row["AVAL"]: row["ATOXGRH"] for row in rows[1:]} == cases
    before = graded(result("CREAT", 40, "2024-01-02", high=104), result("CREAT", 100, BEFORE, high=104))
    assert [row["ATOXGRH"] for row in before] == [0, 0]  # 2.5 × the earlier one, but no baseline before baseline


# what is missing, and the grade: by a high value, by a low value
UNKNOWN: list[tuple[str, list[dict[str, Any]], int | None, int | None]] = [
    ("no upper limit of normal", [{"test": "ALT", "value": 500}], None, None),
    ("an upper limit of zero is none", [{"test": "ALT", "value": 500, "high": 0}], None, None),
    ("no value", [{"test": "ALT", "value": None, "high": 40}], None, None),
    ("no lower limit, and low beyond doubt", [{"test": "HGB", "value": 90}], None, 2),
    ("no lower limit, and above grade 2", [{"test": "HGB", "value": 101}], None, None),
    ("no upper limit, high beyond doubt", [{"test": "K", "value": 6.5, "low": 3.5}], 3, 0),
    ("no upper limit, not beyond doubt", [{"test": "K", "value": 5.4, "low": 3.5}], None, 0),
    ("a unit that cannot be converted", [{"test": "ALB", "value": 15, "unit": "%", "low": 35, "high": 50}], None, None),
    ("no unit, and absolute limits", [{"test": "PLAT", "value": 20, "unit": None, "low": 125}], None, None),
    ("no unit, and limits in multiples only", [{"test": "ALT", "value": 130, "unit": None, "high": 40}], 2, None),
    ("a plain ratio needs no unit", [{"test": "INR", "value": 1.6, "unit": None}], 2, None),
    ("no baseline: against the upper limit", [{"test": "ALT", "value": 130, "high": 40}], 2, None),
    ("no baseline, and a normal value", [{"test": "ALT", "value": 30, "high": 40}], 0, None),
    ("no baseline: 1.5 × it cannot be excluded", [{"test": "CREAT", "value": 80, "high": 104}], None, None),
    ("no baseline: grade 2 may be grade 3", [{"test": "CREAT", "value": 160, "high": 104}], None, None),
    ("no baseline, grade 3 beyond doubt", [{"test": "CREAT", "value": 320, "high": 104}], 3, None),
    (
        "a baseline without upper limit may have been normal",
        [{"test": "ALT", "value": 100, "day": BEFORE}, {"test": "ALT", "value": 130, "high": 40}], 2, None,
    ),
    (
        "an abnormal baseline needs no upper limit afterwards",
        [{"test": "ALT", "value": 100, "day": BEFORE, "high": 40}, {"test": "ALT", "value": 310}], 2, None,
    ),
    (
        "an abnormal baseline in another unit",
        [
            {"test": "ALT", "value": 100, "day": BEFORE, "high": 40, "unit": "mystery"},
            {"test": "ALT", "value": 50, "day": "2024-01-20", "high": 40},
            {"test": "ALT", "value": 310, "high": 40},
        ],
        None, None,
    ),
    ("a test that CTCAE does not know", [{"test": "CEA", "value": 900, "high": 5}], None, None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "records", "high", "low"), UNKNOWN, ids=[each[0] for each in UNKNOWN])
def test_what_is_not_known_is_never_grade_0(
    why: str, records: list[dict[str, Any]], high: int | None, low: int | None
) -> None:
    last = graded(*(result(**record) for record in records))[-1]
    assert (last["ATOXGRH"], last["ATOXGRL"]) == (high, low)


@pytest.mark.parametrize(
    ("test", "value", "unit", "high", "low"),
    [
        ("HGB", 9.9, "g/dL", None, 2),  # as published: 10 g/dL
        ("HGB", 6.19, "mmol/L", None, 2),
        ("HGB", 6.2, "mmol/L", None, 1),  # 6.2 mmol/L is published, though 100 g/L is 6.206
        ("ALB", 1.9, "g/dL", None, 3),
        ("PLAT", 24_000, "/uL", None, 4),
        ("PLAT", 24, "GI/L", None, 4),
        ("GLUC", 54, "mg/dL", None, 2),
        ("CHOL", 301, "mg/dL", 2, None),
        ("CHOL", 300, "mg/dL", 1, None),
    ],
)
def test_absolute_limits_hold_in_the_unit_of_the_value(
    test: str, value: float, unit: str, high: int | None, low: int | None
) -> None:
    row = graded(result(test, value, unit=unit, low=value * 1.2, high=value * 0.9 if high else value * 5))[0]
    assert row["ATOXGRH"] == high
    if low is not None:
        assert row["ATOXGRL"] == low


def test_a_conversion_leaves_the_grade_at_the_limit_as_it_was() -> None:
    # 0.9 g/dL × 10 and 3 × 25.65 are not exact in binary; both are at their limit, not beyond it
    rows = graded(
        result("BILI", 25.65, BEFORE, high=25.65), result("BILI", 76.95, high=25.65),
        result("ALB", 40, low=35), result("ALB", 3.0, unit="g/dL", low=3.5), result("ALB", 30, low=35),
    )  # fmt: skip
    assert rows[1]["ATOXGRH"] == 2
    assert [row["ATOXGRL"] for row in rows[2:]] == [0, 1, 1]


def test_the_limits_are_told_in_words() -> None:
    words = graded(
        result("ALT", 30, high=40), result("NEUT", 3, low=1.8), result("CREAT", 60, high=104),
        query="select PARAMCD, DIRECTION, TERM, SOURCE, GRADE_1, GRADE_2, GRADE_4 from lbtests order by ORD",
    )  # fmt: skip
    assert [tuple(row.values()) for row in words] == [
        (
            "ALT", "H", "Alanine aminotransferase increased", "CTCAE v5.0", "> ULN; ≥ 1.5 × high baseline",
            "> 3 × ULN; > 3 × high baseline", "> 20 × ULN; > 20 × high baseline",
        ),
        ("NEUT", "L", "Neutrophil count decreased", "CTCAE v5.0", "< LLN", "< 1.5 ×10⁹/L", "< 0.5 ×10⁹/L"),
        ("CREAT", "H", "Creatinine increased", "CTCAE v5.0", "> ULN", "> 1.5 × ULN; > 1.5 × baseline", "> 6 × ULN"),
    ]  # fmt: skip
