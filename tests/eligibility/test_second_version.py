"""The plain-Python evaluator agrees with the SQL on generated subjects, missing facts included."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from importlib.resources import files
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.build.tiny import built
from tests.eligibility import planted
from tests.eligibility.plain import evaluated, rule_value
from tests.eligibility.planted import ANSWERS, HISTORY, LABS, Change, Row, patient, together

T = TypeVar("T")
SUBJECTS = 30
# the days about the window of 28 days before enrolment, the day itself, the day after, none
DAYS = ("2024-02-20", "2024-02-20", "2024-02-02", "2024-02-01", "2024-03-01", "2024-03-02", "")
PAST = (*DAYS, "2024-01-31", "2024-01-30", "2020", "2024", "2024-01", "2024-02")
# about the limits, in the usual unit and in another
LAB_VALUES: dict[str, list[float]] = {
    "NEUT": [1.49, 1.5, 1500, 1499], "PLAT": [99, 100, 99000, 100000], "HGB": [89, 90, 9, 8.9],
    "BILI": [30, 29.9, 25.65],
    "ALT": [199.9, 200], "AST": [199.9, 200], "CREAT": [150, 150.1], "CREATCLR": [50, 50.1, 0.8, 0.9],
    "ALB": [30, 30.1, 3, 3.1], "INR": [1.5, 1.51], "APTT": [60, 60.1], "PO2": [60, 59.9],
}  # fmt: skip
OTHER_UNIT = {"NEUT": "/uL", "PLAT": "/uL", "HGB": "g/dL", "ALB": "g/dL", "CREATCLR": "mL/s"}
NUMBERS: dict[str, tuple[list[float], list[str]]] = {
    "NABLATE": ([5, 6], []), "INFGRADE": ([2, 3], []), "MAXDIAM": ([29.9, 30, 3, 2.9], ["mm", "cm"]),
    "LIFEEXP": ([3, 2.9, 0.25], ["months", "years"]), "LVEF": ([50, 49.9, 0.5, 0.49], ["%", "fraction"]),
    "DISFREEY": ([5, 4.9, 60, 59], ["years", "months"]),
}  # fmt: skip
SCORES: dict[str, list[float | str]] = {
    "ECOG101": [0, 1, 2], "CPS101": [7, 8], "NYHA101": [2, 3], "LIVRRESP": ["CR", "PR", "SD", "PD", "NE"],
}  # fmt: skip
PRESSURES = {"SYSBP": [160, 161], "DIABP": [95, 96]}
QUESTIONS = (*ANSWERS, "OTHMALEX")
UNKNOWN_UNIT = "finger"


def generated(rng: Random) -> list[Change]:
    """Records of one subject about every fact of both protocols: none, one or two of each test."""

    def several(record: Callable[[], Change]) -> Change:
        found = [record() for _ in range(rng.choice([0, 1, 1, 1, 2]))]
        domain, test, _ = record()
        return domain, test, [row for _, _, rows in found for row in rows]

    def one_of(*choices: Sequence[T]) -> T:
        return rng.choice([each for listed in choices for each in listed])

    def laboratory(test: str) -> Change:
        units = [LABS[test][1], OTHER_UNIT.get(test, LABS[test][1]), rng.choice([UNKNOWN_UNIT, ""])]
        value = one_of(LAB_VALUES[test], [LABS[test][0], None])
        return planted.lb(test, value, rng.choice(units), rng.choice([LABS[test][2], 17.1, None]), rng.choice(DAYS))

    def number(test: str) -> Change:
        values, units = NUMBERS[test]
        unit = one_of(units, [None], [UNKNOWN_UNIT] if units else [])
        return planted.fa(test, one_of(values, [None]), unit, rng.choice(DAYS))

    organs = rng.choices(["LIVER", "LIVER", "LUNG", "BRAIN"], k=rng.randint(0, 14))
    return [
        *(several(lambda test=test: laboratory(test)) for test in LABS),
        *(several(lambda test=test: number(test)) for test in NUMBERS),
        *(
            several(lambda t=t: planted.fa(t, rng.choice("YNU"), None, rng.choice(DAYS)))
            for t in [*ANSWERS, "OTHMALEX"]
        ),
        *(several(lambda t=t: planted.mh(t, rng.choice(["Y", "N", ""]), rng.choice(PAST))) for t in HISTORY),
        *(several(lambda t=t, v=v: planted.rs(t, rng.choice(v), rng.choice(DAYS))) for t, v in SCORES.items()),
        *(
            several(lambda t=t, v=v: planted.vs(t, rng.choice(v), rng.choice(["mmHg", UNKNOWN_UNIT]), rng.choice(DAYS)))
            for t, v in PRESSURES.items()
        ),
        planted.lesions(*organs, day=rng.choice(DAYS)),
        planted.lines(*rng.choices([1, 2, 3], k=rng.randint(0, 3))),
        planted.dm(AGE=rng.choice([17, 18, 80, 81, None]), SEX=rng.choice(["F", "M", None])),
    ]


def staged(people: Sequence[list[Change]]) -> dict[str, list[Row]]:
    """The rows as ingest would stage them: an empty text is NULL."""
    tables = together([patient(f"T-{number:02d}", each) for number, each in enumerate(people)])
    return {name: [{key: _null(value) for key, value in row.items()} for row in rows] for name, rows in tables.items()}


def _null(value: Any) -> Any:
    return None if value == "" else value


@pytest.mark.parametrize("trial", ["CRLM-EHD", "CRLM10"])
@given(rng=st.randoms(use_true_random=True))
@settings(max_examples=6)
def test_both_versions_agree(trial: str, rng: Random) -> None:
    text = files("crlm_dash").joinpath("protocols", f"{trial}.toml").read_text(encoding="utf-8")
    tables = staged([generated(rng) for _ in range(SUBJECTS)])
    con = built(tables, text=text, query="criteria")
    found = con.execute("select USUBJID, CRITERION, RESULT, VALUE from adel").fetchall()
    con.close()
    protocol = tomllib.loads(text)
    expected = {usubjid: evaluated(protocol, tables, usubjid) for usubjid in {row[0] for row in found}}
    assert len(expected) == SUBJECTS
    assert [(*row, expected[row[0]][row[1]]) for row in found if expected[row[0]][row[1]] != row[2]] == []


def test_the_second_version_knows_three_values() -> None:
    facts = {"a": True, "b": None, "c": False, "n": 3}
    rules = {
        "a or b": True, "b or c": None, "b and c": False, "not b": None, "n between 3 and 4": True,
        "n in (1, 2)": False,
    }  # fmt: skip
    assert {rule: rule_value(rule, facts) for rule in rules} == rules
    assert rule_value("coalesce(b, c)", facts) is False
