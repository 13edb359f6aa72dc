"""Grades of laboratory values: from the grade at baseline to the worst one after it, and how many reach grade 3."""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import records, table, whole

GRADES = ("0", "1", "2", "3", "4")
UNKNOWN = "missing"  # a value, but no grade: its limits are not known
NO_VALUE = "no value after baseline"
LOW, HIGH = "low", "high"
_SIDES = {"L": (LOW, "BTOXGRL", "WTOXGRL"), "H": (HIGH, "BTOXGRH", "WTOXGRH")}
_KEYS = "test label direction strata"


def shifts(counts: pd.DataFrame, tests: pd.DataFrame, groups: dict[str, int]) -> pd.DataFrame:
    """
    One row a test, direction, group, grade at baseline and worst grade after it; zero rows stay.

    Parameters
    ----------
    counts : rows of the query `laboratory_shifts`
    tests : rows of the query `laboratory_tests`
    groups : group → subjects; who has no value of a test counts as missing before and without value after

    Returns
    -------
    `test`, `label`, `direction`, `strata`, `baseline` (0–4, missing), `worst` (0–4, missing, no value after
    baseline), `n`. The rows of a test, direction and group add up to the group.
    """
    by_test = dict(iter(counts.groupby("PARAMCD")))
    rows: list[tuple[Any, ...]] = []
    for test in records(tests):
        side, before, after = _SIDES[test["DIRECTION"]]
        found = _cells(by_test.get(test["PARAMCD"], counts[:0]), before, after)
        for strata, size in groups.items():
            seen = sum(n for (group, *_), n in found.items() if group == strata)
            nothing = (strata, UNKNOWN, NO_VALUE)
            cells = found | {nothing: found.get(nothing, 0) + size - seen}
            rows += [
                (test["TESTCD"], test["LABEL"], side, strata, grade, worst, cells.get((strata, grade, worst), 0))
                for grade, worst in product((*GRADES, UNKNOWN), (*GRADES, UNKNOWN, NO_VALUE))
            ]
    return table(rows, f"{_KEYS} baseline worst n")


def _cells(counts: pd.DataFrame, before: str, after: str) -> dict[tuple[str, str, str], int]:
    """Subjects by group, grade at baseline and worst grade, in one direction."""
    found: dict[tuple[str, str, str], int] = {}
    for row in records(counts):
        worst = _grade(row[after]) if row["after"] else NO_VALUE
        key = (row["strata"], _grade(row[before]), worst)
        found[key] = found.get(key, 0) + whole(row["n"])
    return found


def _grade(value: Any) -> str:
    return UNKNOWN if pd.isna(value) else str(int(value))


def worst_grades(shifted: pd.DataFrame) -> pd.DataFrame:
    """
    One row a test, direction and group: who reached which worst grade after baseline.

    Parameters
    ----------
    shifted : from `shifts`

    Returns
    -------
    `test`, `label`, `direction`, `strata`, `n` (the group), `n_graded` (a known worst grade), `n_unknown` (values, but
    no grade), `grade_1` … `grade_4`, `n_severe` (3 or higher), `percent` (severe of `n_graded`, 0–100, missing where
    nobody is), `percent_1` … `percent_4`.
    """
    keys = _KEYS.split()
    wide = shifted.pivot_table(index=keys, columns="worst", values="n", aggfunc="sum", sort=False).reset_index()
    if wide.empty:
        wide = pd.DataFrame(columns=[*keys, *GRADES, UNKNOWN, NO_VALUE])
    graded = wide[list(GRADES)].sum(axis=1)
    known = graded.where(graded > 0)
    severe = wide["3"] + wide["4"]
    shares = {f"percent_{grade}": 100 * wide[grade] / known for grade in GRADES[1:]}
    found = wide[keys].assign(
        n=graded + wide[UNKNOWN] + wide[NO_VALUE],
        n_graded=graded,
        n_unknown=wide[UNKNOWN],
        **{f"grade_{grade}": wide[grade] for grade in GRADES[1:]},
        n_severe=severe,
        percent=100 * severe / known,
        **shares,
    )
    return found.rename_axis(columns=None).astype(dict.fromkeys(("percent", *shares), float))
