"""Moving a limit on paper, in `ellimit`, finds whom moving it in the protocol makes eligible."""

from __future__ import annotations

from importlib.resources import files

import duckdb
import pytest

from tests.build.tiny import built
from tests.eligibility.cases import EHD
from tests.eligibility.test_second_version import staged

TEXT = files("crlm_dash").joinpath("protocols", "CRLM-EHD.toml").read_text(encoding="utf-8")
PEOPLE = [each for cases in EHD.values() for _, each in cases]
ELIGIBLE = "select USUBJID from elsum where VERDICT = 'eligible' order by USUBJID"
MOVED = """
    select e.USUBJID
    from ellimit e
    join limits l using (LIMIT_ID)
    where l.CRITERION = $criterion and l.FACT = $fact and l.OPERATOR = $operator and e.OTHERS_MET
        and 'met' = if(e.VALUE is null, e.RESULT, if({compared}, e.IF_TRUE, e.IF_FALSE))
    order by e.USUBJID
"""


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return built(staged(PEOPLE), text=TEXT, query="criteria")


def found(con: duckdb.DuckDBPyConnection, sql: str, **values: object) -> list[str]:
    return [row[0] for row in con.execute(sql, values).fetchall()]


def moved(con: duckdb.DuckDBPyConnection, criterion: str, comparison: str) -> list[str]:
    fact, operator, limit = comparison.split()
    sql = MOVED.format(compared=f"e.VALUE {operator} {limit}")
    return found(con, sql, criterion=criterion, fact=fact, operator=operator)


def test_every_comparison_of_a_number_with_a_constant_is_a_limit(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute("select CRITERION, FACT || ' ' || OPERATOR || ' ' || LIMIT_VALUE, PLACE from limits").fetchall()
    assert [row for row in rows if row[0] in ("I01", "I06", "I15", "E07")] == [
        ("I01", "age >= 18.0", 1), ("I01", "age <= 80.0", 2),
        ("I06", "largest_liver_lesion < 30.0", 1), ("I06", "lesions_to_ablate <= 5.0", 2),
        ("I15", "creatinine <= 1.5", 1), ("I15", "creatinine_clearance > 50.0", 2),
        ("E07", "nyha >= 3.0", 1), ("E07", "lvef < 50.0", 2),
    ]  # fmt: skip
    assert not {"I05", "I07", "E02"} & {row[0] for row in rows}  # lists and answers have nothing to move


def test_a_limit_left_where_it_is_changes_nothing(con: duckdb.DuckDBPyConnection) -> None:
    limits = con.execute("select CRITERION, FACT || ' ' || OPERATOR || ' ' || LIMIT_VALUE from limits").fetchall()
    assert {tuple(moved(con, *limit)) for limit in limits} == {tuple(found(con, ELIGIBLE))}


@pytest.mark.parametrize(
    ("criterion", "old", "new", "gain"),
    [
        ("I01", "age between 18 and 80", "age <= 81", 1),
        ("I01", "age between 18 and 80", "age >= 19", -1),
        ("I06", "largest_liver_lesion < 30", "largest_liver_lesion < 31", 2),
        ("I10", "neutrophils >= 1.5", "neutrophils >= 1.4", 3),
        ("I13", "bilirubin < 1.5", "bilirubin < 1.6", 4),
        ("I15", "creatinine <= 1.5", "creatinine <= 1.505", 1),
        ("E07", "lvef < 50", "lvef < 49", 2),
        ("E08", "systolic_pressure > 160", "systolic_pressure > 161", 2),
        ("E05", "malignancy_free_years >= 5", "malignancy_free_years >= 4.9", 2),
    ],
)
def test_moved_on_paper_and_in_the_protocol(
    con: duckdb.DuckDBPyConnection, criterion: str, old: str, new: str, gain: int
) -> None:
    written = (
        f"age between 18 and {new.split()[-1]}"
        if "age <=" in new
        else new.replace("age >= 19", "age between 19 and 80")
    )
    assert old in TEXT
    amended = built(staged(PEOPLE), text=TEXT.replace(old, written), query="criteria")
    on_paper = moved(con, criterion, new)
    assert on_paper == found(amended, ELIGIBLE)
    assert len(on_paper) - len(found(con, ELIGIBLE)) == gain


def test_pivotal_is_where_the_criterion_hinges_on_the_comparison() -> None:
    sql = "select IF_TRUE, IF_FALSE, PIVOTAL from ellimit join limits using (LIMIT_ID) where USUBJID = ? and FACT = ?"
    patients = {"either side": [], "one side only": [("LB", "CREATCLR", [])]}
    con = built(staged(list(patients.values())), text=TEXT, query="criteria")
    assert con.execute(sql, ["T-00", "creatinine"]).fetchall() == [("met", "met", False)]
    assert con.execute(sql, ["T-01", "creatinine"]).fetchall() == [("met", "unknown", True)]
