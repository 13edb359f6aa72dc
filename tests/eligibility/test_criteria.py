"""Every criterion of both trials, met, not met, unknown, at its limits and in other units, in a real cut."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from crlm_dash.protocol import load_protocol
from crlm_dash.store.build import build_cut
from tests.eligibility.cases import CRLM10, EHD, Case
from tests.eligibility.planted import patient, together, write_folder

CASES: dict[str, dict[str, list[Case]]] = {"CRLM-EHD": EHD, "CRLM10": CRLM10}
PLANTED = [
    (trial, criterion, number, expected)
    for trial, criteria in CASES.items()
    for criterion, cases in criteria.items()
    for number, (expected, _) in enumerate(cases, start=1)
]


def usubjid(criterion: str, number: int) -> str:
    return f"{criterion}-{number:02d}"


@pytest.fixture(scope="module")
def cuts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, duckdb.DuckDBPyConnection]:
    """A cut of each trial: one patient a case, and one of whom nothing is changed."""
    opened = {}
    for trial, criteria in CASES.items():
        people = [patient(usubjid(c, n), case[1]) for c, cases in criteria.items() for n, case in enumerate(cases, 1)]
        folder = tmp_path_factory.mktemp("planted")
        write_folder(together([*people, patient("USUAL", [])]), folder / "source")
        info = build_cut(folder / "source", folder / "store", protocol=trial)
        opened[trial] = duckdb.connect(str(info.path), read_only=True)
    return opened


def rows(con: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[tuple[Any, ...]]:
    return con.execute(sql, list(values)).fetchall()


@pytest.mark.parametrize("trial", CASES)
def test_every_criterion_of_the_file_has_its_cases(trial: str) -> None:
    assert list(CASES[trial]) == [criterion.id for criterion in load_protocol(trial).criteria]
    for cases in CASES[trial].values():
        assert {expected for expected, _ in cases} == {"met", "not met", "unknown"}


@pytest.mark.parametrize("trial", CASES)
def test_the_usual_patient_meets_every_criterion(cuts: dict[str, Any], trial: str) -> None:
    found = rows(cuts[trial], "select CRITERION from adel where USUBJID = 'USUAL' and RESULT <> 'met'")
    assert found == []
    verdict = rows(cuts[trial], "select VERDICT, OUTCOME, NOT_MET, UNKNOWN, MISSING from elsum where USUBJID = 'USUAL'")
    assert verdict == [("eligible", "enrolled", "", "", "")]


@pytest.mark.parametrize(("trial", "criterion", "number", "expected"), PLANTED)
def test_criterion(cuts: dict[str, Any], trial: str, criterion: str, number: int, expected: str) -> None:
    subject = usubjid(criterion, number)
    found = rows(cuts[trial], "select RESULT from adel where USUBJID = ? and CRITERION = ?", subject, criterion)
    assert found == [(expected,)]


def test_a_unit_that_is_not_known_is_told_with_its_place(cuts: dict[str, Any]) -> None:
    told = dict(rows(cuts["CRLM-EHD"], "select VALUE, MESSAGE from faults where RULE in ('unit', 'laboratory unit')"))
    assert set(told) == {"finger", "moons", "winters", "mL", "stone", "g/L", "%", "cells", "umol/L", None}
    assert told["moons"].startswith("fa.csv, row ")
    assert ", FASTRESU: 1 results of LIFEEXP are in 'moons', which cannot be converted to months" in told["moons"]
    assert told["moons"].endswith("Give them in months, or in one of days, month, weeks, year, years")


def test_a_limit_that_is_missing_is_told(cuts: dict[str, Any]) -> None:
    told = rows(cuts["CRLM-EHD"], "select USUBJID, VALUE from faults where RULE = 'upper limit missing' order by 1")
    assert told == [("I13-08", "BILI"), ("I14-07", "ALT")]


def test_evidence_is_what_a_clinician_reads(cuts: dict[str, Any]) -> None:
    shown = "VALUE, UNIT, LIMIT_TEXT, cast(DT as varchar), SRCDOM, SRCSEQ is not null, DAYS_BEFORE"
    found = {
        key: rows(cuts["CRLM-EHD"], f"select {shown} from adel where USUBJID = ? and CRITERION = ?", *key)
        for key in [("I12-02", "I12"), ("I13-04", "I13"), ("I14-05", "I14"), ("I10-04", "I10"), ("E10-02", "E10")]
    }
    assert found == {
        ("I12-02", "I12"): [("8.99", "g/dL", "≥ 9 g/dL", "2024-02-20", "LB", True, 10)],
        ("I13-04", "I13"): [("1.5", "× ULN", "< 1.5 × ULN", "2024-02-20", "LB", True, 10)],
        ("I14-05", "I14"): [
            ("ALT: 0.5 × ULN; AST: not known", None, "ALT < 5 × ULN and AST < 5 × ULN", "2024-02-20", "LB", False, 10)
        ],
        ("I10-04", "I10"): [("unit not convertible", None, "≥ 1.5 ×10⁹/L", "2024-02-20", None, True, 10)],
        ("E10-02", "E10"): [("59.9", "mmHg", "excluded if < 60 mmHg", "2024-02-20", "LB", True, 10)],
    }
    evidence = rows(
        cuts["CRLM-EHD"],
        "select FACT, LABEL, VALUE, UNIT, SRCDOM, DAYS_BEFORE from elevidence "
        "where USUBJID = 'I06-05' and CRITERION = 'I06'",
    )
    assert evidence == [
        ("r0_feasible", "R0 removal", "no", None, "FA", 10),
        ("remnant_sufficient", "remnant sufficient", "yes", None, "FA", 10),
        ("largest_liver_lesion", "largest liver metastasis", "30", "mm", "FA", 10),
        ("lesions_to_ablate", "ablations", "3", None, "FA", 10),
    ]
