"""Laboratory tables of the tiny trial. Safety population: T-01 … T-18, odd numbers Zap, even Pills; site 01 to T-10.

Peak ALT and bilirubin, × ULN (× baseline): T-01 10 and 3 (5 and 5), T-02 3 and 2 (4 and 1), T-03 8 and 1 (8 and 1),
T-04 1 and 2.5 (no baseline), T-05 without upper limits, T-06 without a value after baseline, others 1 and 1 (1 and 1).
T-19 and T-20 were never treated; T-18 has no laboratory value at all.
"""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]
PEAKS: dict[int, tuple[float | None, ...]] = {  # ALT and bilirubin × ULN, then × baseline
    1: (10.0, 3.0, 5.0, 5.0),
    2: (3.0, 2.0, 4.0, 1.0),
    3: (8.0, 1.0, 8.0, 1.0),
    4: (1.0, 2.5, None, None),
    5: (None, None, 1.0, 1.0),
    6: (None, None, None, None),
}
GRADES: dict[int, tuple[int | None, int | None]] = {  # of ALT: at baseline, worst after
    1: (1, 3), 2: (0, 1), 3: (0, 4), 4: (None, 0), 5: (0, None), 6: (0, None),
}  # fmt: skip
WITHOUT, NO_VALUE_AFTER = 4, 6  # no baseline; nothing after it
LAST = 17


def _subjects() -> list[tuple[int, str]]:
    return [(number, f"T-{number:02d}") for number in range(1, LAST + 1)]


def laboratory_tables() -> dict[str, list[Row]]:
    """lbtests, adlbsum, adlbpeak and adlbtrend of the tiny trial."""
    limits = {f"GRADE_{grade}": f"> {times} × ULN" for grade, times in enumerate((1, 3, 5, 20), 1)}
    return {
        "lbtests": [
            _test("BILI", "H", "Bilirubin", 1),
            _test("ALT", "H", "ALT", 2) | limits,
            _test("K", "L", "Potassium", 3),
            _test("K", "H", "Potassium", 4),
        ],
        "adlbsum": [row for number, usubjid in _subjects() for row in _sums(number, usubjid)],
        "adlbpeak": [_peak(number, usubjid) for number, usubjid in _subjects()],
        "adlbtrend": [
            {"USUBJID": usubjid, "PARAMCD": "ALT", "AWTARGET": month, "AVAL": 20.0 * number, "AVALU": "U/L",
             "R2A1HI": None if number == 5 else number / 2}
            for number, usubjid in _subjects() for month in ((0, 3) if number < 6 else (0,))
        ],
    }  # fmt: skip


def _test(code: str, direction: str, label: str, place: int) -> Row:
    named = {"PARAMCD": code, "TESTCD": code, "LABEL": label, "TERM": f"{label} {direction}"}
    return named | {"DIRECTION": direction, "ORD": place, "SOURCE": "CTCAE v5.0"}


def _sums(number: int, usubjid: str) -> list[Row]:
    after = 0 if number == NO_VALUE_AFTER else 2
    before, worst = GRADES.get(number, (0, 0))
    shared = {"USUBJID": usubjid, "N_POST": after, "N_GRADED": after if worst is not None else 0}
    why = "no value on or before day 1" if number == WITHOUT else None
    return [
        shared | {"PARAMCD": "ALT", "BTOXGRH": before, "WTOXGRH": worst, "NOBASE": why},
        *([shared | {"PARAMCD": "K", "BTOXGRL": 0, "BTOXGRH": 0, "WTOXGRL": 2, "WTOXGRH": 0}] if number == 1 else []),
    ]


def _peak(number: int, usubjid: str) -> Row:
    alt, bilirubin, alt_base, bilirubin_base = PEAKS.get(number, (1.0, 1.0, 1.0, 1.0))
    after = 0 if number == NO_VALUE_AFTER else 2
    worst = GRADES.get(number, (0, 0))[1]
    return {
        "USUBJID": usubjid, "SUBJKEY": usubjid, "N_POST": after, "N_GRADED": after if worst is not None else 0,
        "WORST": worst, "NALT": after, "NBILI": after, "NAST": 0, "ALTULN": alt, "ALTULNDY": 10 + number,
        "BILIULN": bilirubin, "BILIULNDY": 20 + number, "ALTBASE": alt_base, "ALTBASEDY": 10 + number,
        "BILIBASE": bilirubin_base, "BILIBASEDY": 20 + number, "ALPULN": 1.5 if number == 1 else None,
    }  # fmt: skip


def liver_values() -> list[Row]:
    """adlb of T-01: ALT before and after, with the ratios that the build gives them."""
    shared = {"USUBJID": "T-01", "PARAMCD": "ALT", "PARAM": "Alanine", "AVALU": "U/L", "A1HI": 40}
    return [
        shared | {"ADY": -2, "AVAL": 80, "R2A1HI": 2.0, "R2BASE": 1.0, "ABLFL": "Y", "ATOXGRH": 1},
        shared | {"ADY": 11, "AVAL": 400, "R2A1HI": 10.0, "R2BASE": 5.0, "APOBLFL": "Y", "ATOXGRH": 3},
        shared | {"ADY": 30, "AVAL": None, "APOBLFL": "Y"},
    ]
