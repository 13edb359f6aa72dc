"""One row per subject: the verdict, the five ends of screening, and promises that keep a cut from being sealed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from crlm_dash.errors import SourceError
from crlm_dash.store import eligibility
from crlm_dash.store.build import run_checks
from tests.build.tiny import PROTOCOL, Row, built, rows_of, subject, together
from tests.eligibility.cases import EHD
from tests.eligibility.test_limits import TEXT
from tests.eligibility.test_second_version import staged

RULED = (
    PROTOCOL.replace('text = "Adult"', 'text = "Adult"\nrule = "age >= 18"\nfacts = ["age"]')
    + """
[[facts]]
name = "age"
type = "number"
domain = "DM"
column = "AGE"
description = "Age"
"""
)


def ended(number: int, word: str, term: str = "") -> dict[str, list[Row]]:
    row = {
        "USUBJID": f"T-{number:02d}",
        "DSSEQ": 2,
        "DSCAT": "DISPOSITION EVENT",
        "DSDECOD": word,
        "DSTERM": term or word,
    }
    return {"ds": [row | {"DSSTDTC": "2024-02-01", "EPOCH": "SCREENING"}]}


def test_everybody_screened_has_exactly_one_end_of_screening() -> None:
    unmet = {"USUBJID": "T-07", "IESEQ": 1, "IETESTCD": "I01", "IECAT": "INCLUSION", "IEORRES": "N"}
    parts = [
        subject(1), *(subject(n, None) for n in range(2, 9)), ended(2, "SCREEN FAILURE"),
        ended(3, "WITHDRAWAL BY SUBJECT"), ended(4, "WITHDRAWAL BY SUBJECT", "withdrew consent after a week"),
        ended(5, "CONSENT WITHDRAWN"), ended(6, "LOST TO FOLLOW-UP"), {"ie": [unmet]},
    ]  # fmt: skip
    found = rows_of(built(together(*parts)), "select USUBJID, OUTCOME, REC_NOT_MET, VERDICT from elsum")
    assert [(row["OUTCOME"], row["REC_NOT_MET"]) for row in found] == [
        ("enrolled", ""), ("failed", ""), ("refused", ""), ("withdrawn", ""), ("withdrawn", ""), ("withdrawn", ""),
        ("failed", "I01"), ("pending", ""),
    ]  # fmt: skip
    assert {row["VERDICT"] for row in found} == {None}  # no rule, nothing evaluated


def test_not_evaluated_is_not_unknown() -> None:
    people = together(subject(1))
    plain = rows_of(built(people), "select CRITERION, RESULT, VALUE, LIMIT_TEXT, RECORDED from adel")
    assert [tuple(row.values()) for row in plain] == [
        ("I01", None, None, None, "met"),
        ("E01", None, None, None, "met"),
    ]
    ruled = rows_of(built(people, text=RULED), "select CRITERION, RESULT, VALUE, LIMIT_TEXT from adel")
    assert [tuple(row.values()) for row in ruled] == [("I01", "met", "60", "≥ 18"), ("E01", "unknown", None, None)]


def test_a_trial_without_criteria_has_empty_tables() -> None:
    text = PROTOCOL[: PROTOCOL.index("[[criteria]]")]
    con = built(together(subject(1), subject(2, None)), text=text)
    counts = {
        t: rows_of(con, f"select count(*) as n from {t}")[0]["n"] for t in ("adel", "elevidence", "ellimit", "limits")
    }
    assert counts == {"adel": 0, "elevidence": 0, "ellimit": 0, "limits": 0}
    assert [row["OUTCOME"] for row in rows_of(con, "select OUTCOME from elsum")] == ["enrolled", "pending"]


def test_the_verdict_is_what_the_lists_say() -> None:
    people = together(subject(1), subject(2, AGE=17), subject(3, AGE=None))
    found = rows_of(
        built(people, text=RULED), "select VERDICT, NOT_MET, UNKNOWN, MISSING, N_NOT_MET, N_UNKNOWN from elsum"
    )
    assert [tuple(row.values()) for row in found] == [
        ("undecided", "", "E01", "", 0, 1),
        ("not eligible", "I01", "E01", "", 1, 1),
        ("undecided", "", "I01 E01", "age", 0, 2),
    ]
    every = RULED.replace('text = "Pregnant"', 'text = "Pregnant"\nrule = "age > 100"\nfacts = ["age"]')
    assert [r["VERDICT"] for r in rows_of(built(people, text=every), "select VERDICT from elsum")] == [
        "eligible", "not eligible", "undecided",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def sound() -> duckdb.DuckDBPyConnection:
    """A trial that keeps every promise."""
    return built(together(subject(1), subject(2, None)), text=RULED)


@pytest.mark.parametrize(
    ("tampering", "promise"),
    [
        ("update elsum set OUTCOME = 'failed' where USUBJID = 'T-01'", r"the end of screening \(failed\) is not what"),
        ("delete from elsum where USUBJID = 'T-02'", "screened, but without an end of screening"),
        ("insert into elsum select * from elsum where USUBJID = 'T-01'", "more than one row"),
        ("update elsum set NOT_MET = 'I01'", "its lists of criteria are not those of adel"),
        ("update adel set RESULT = 'not met' where CRITERION = 'I01'", "its lists of criteria are not those of adel"),
        ("update adel set RECORDED = 'not met'", "its lists of criteria are not those of adel"),
        ("update elsum set VERDICT = 'eligible'", r"the verdict \(eligible\) is not what its lists say"),
        ("update elsum set VERDICT = null", r"the verdict \(none\) is not what its lists say"),
        ("delete from adel where CRITERION = 'E01' and USUBJID = 'T-01'", "not one row per criterion"),
        ("insert into adel select * from adel where CRITERION = 'E01'", "not one row per criterion"),
        ("update adel set CRITERION = 'E01', RESULT = 'met' where USUBJID = 'T-01'", "not one row per criterion"),
    ],
)
def test_a_cut_whose_tables_contradict_each_other_is_not_sealed(
    sound: duckdb.DuckDBPyConnection, tampering: str, promise: str
) -> None:
    sound.execute("begin")
    sound.execute(tampering)
    with pytest.raises(SourceError, match=promise):
        run_checks(sound, Path("tiny"))
    sound.execute("rollback")


def test_views_of_a_large_trial_hold_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    people = staged([each for _, each in EHD["I06"]])
    written = built(people, text=TEXT)
    monkeypatch.setattr(eligibility, "WRITTEN_OUT", 0)
    worked_out = built(people, text=TEXT)
    for table in ("adel", "elevidence", "ellimit"):
        assert (kind_of(written, table), kind_of(worked_out, table)) == ("BASE TABLE", "VIEW")
        sql = f"select * from {table} order by all"
        assert rows_of(worked_out, sql) == rows_of(written, sql) != []


def kind_of(con: duckdb.DuckDBPyConnection, table: str) -> str:
    found = con.execute("select table_type from information_schema.tables where table_name = ?", [table]).fetchall()
    return str(found[0][0])
