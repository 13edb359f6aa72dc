"""Response of the cohort: counted on paper, with exact limits, and never a patient beside a code."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from typing import Any

import duckdb
import pandas as pd
import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import Result, response
from crlm_dash.errors import AccessDenied
from tests.analyses.responders import BEST, responders
from tests.analyses.tiny import cut_of, door_into

SINGLE, TOGETHER = ("changes", "lines", "courses"), ("histogram", "spread", "states")


@pytest.fixture(scope="module")
def cut() -> duckdb.DuckDBPyConnection:
    return cut_of(responders())


def asked(cut: duckdb.DuckDBPyConnection, role: Role = Role.PI, sites: Any = None, **options: Any) -> Result:
    return response(door_into(cut, role, sites), **options)


def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """More patients than are drawn one by one."""
    monkeypatch.setattr(import_module("crlm_dash.analyses.response"), "MOST_MARKS", 5)


def best(result: Result, strata: str = "All", column: str = "n") -> dict[str, int]:
    own = result.tables["best"].query("strata == @strata")
    return {code: n for code, n in zip(own["response"], own[column], strict=True) if n}


def test_everybody_is_counted_once_by_best_response(cut: duckdb.DuckDBPyConnection) -> None:
    result = asked(cut)
    assert best(result) == {"CR": 2, "PR": 5, "SD": 4, "PD": 3, "NE": 1, "no scan": 5}
    assert best(result, column="n_calculated") == {"CR": 2, "PR": 4, "SD": 5, "PD": 3, "NE": 1, "no scan": 5}
    assert (result.n_used, result.n_total) == (15, 20)
    assert [(each.reason.split(":")[0], each.n) for each in result.excluded] == [
        ("no scan after baseline", 5),
        ("no change of a sum of targets", 1),
    ]


def test_rates_are_of_everybody_with_exact_limits(cut: duckdb.DuckDBPyConnection) -> None:
    result = asked(cut)
    rates = result.tables["rates"].set_index("measure")
    assert rates["n_event"].to_dict() == {"Objective response": 7, "Disease control": 11, "Complete response": 2}
    objective = rates.loc["Objective response"]
    # R: binom.test(7, 20)$conf.int
    assert objective[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx([0.35, 0.1539092, 0.5921885])
    assert "7 of 20 patients, 35 % (95 % CI 15 to 59)" in result.sentence


def test_arms_are_compared_for_who_may_see_them(cut: duckdb.DuckDBPyConnection) -> None:
    result = asked(cut, Role.STATISTICIAN, by="arm")
    assert best(result, "Zap now") == {"CR": 2, "PR": 3, "SD": 2, "PD": 1, "NE": 1, "no scan": 1}
    assert best(result, "Pills only") == {"PR": 2, "SD": 2, "PD": 2, "no scan": 4}
    difference = result.tables["differences"].set_index("measure").loc["Objective response"]
    assert difference["comparison"] == "Pills only vs Zap now"
    assert difference["estimate"] == pytest.approx(-0.3)
    assert set(result.tables["changes"]["strata"]) == {"Zap now", "Pills only"}


@pytest.mark.parametrize("role", [Role.PI, Role.MDT, Role.DATA_MANAGER])
def test_who_sees_no_outcomes_by_arm_is_refused(cut: duckdb.DuckDBPyConnection, role: Role) -> None:
    with pytest.raises(AccessDenied):
        asked(cut, role, by="arm")


def test_beside_a_code_nobody_is_a_mark(cut: duckdb.DuckDBPyConnection) -> None:
    result = asked(cut, Role.DSMB, by="arm")
    assert result.facts["order"] == ["Arm A", "Arm B"]
    for name in SINGLE:
        assert result.tables[name].empty, name
    for name in TOGETHER:
        assert len(result.tables[name]), name
    everything = " ".join(frame.to_csv() for frame in result.tables.values())
    assert "T-0" not in everything
    assert any("a code never stands beside a patient" in note for note in result.notes)


def test_pooled_marks_lead_to_patients_also_for_who_sees_codes(cut: duckdb.DuckDBPyConnection) -> None:
    result = asked(cut, Role.DSMB)
    assert set(result.tables["changes"]["USUBJID"]) == {f"T-{n:02d}" for n, row in BEST.items() if row[0] is not None}
    assert set(result.tables["changes"]["strata"]) == {"All"}


def test_marks_of_other_sites_have_no_name_and_their_number_tells_none(cut: duckdb.DuckDBPyConnection) -> None:
    changes = asked(cut, Role.PI, frozenset({"01"})).tables["changes"]
    assert len(changes) == 14
    named = set(changes["USUBJID"].dropna())
    assert named == {f"T-{n:02d}" for n, row in BEST.items() if n <= 10 and row[0] is not None}
    assert "subject" not in changes.columns


def test_the_waterfall_is_in_order(cut: duckdb.DuckDBPyConnection) -> None:
    changes = asked(cut).tables["changes"]["change"].tolist()
    assert changes == sorted(changes, reverse=True)
    assert (changes[0], changes[-1]) == (44, -100)


def test_lines_begin_at_nought_and_end_with_progression(cut: duckdb.DuckDBPyConnection) -> None:
    lines = asked(cut).tables["lines"].query("USUBJID == 'T-10'")
    assert lines[["day", "change"]].to_numpy().tolist() == [[-5, 0], [91, -12], [182, -12]]


def test_courses_go_from_enrolment_to_the_last_contact(cut: duckdb.DuckDBPyConnection) -> None:
    courses = asked(cut).tables["courses"]
    own = courses.query("USUBJID == 'T-02'")
    assert list(zip(own["state"], own["start_day"], own["end_day"], strict=True)) == [
        ("not known", 1, 91),
        ("PR", 91, 182),
        ("SD", 182, 273),
        ("PD", 273, 400),
    ]
    assert not own["died"].any()
    dead = courses.query("USUBJID == 'T-11'")
    assert dead["died"].all()
    assert dead["end_day"].tolist() == [91, 120]
    assert len(courses["mark"].drop_duplicates()) == 20  # also who was never scanned again


def test_shares_are_those_of_the_courses(cut: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    courses = asked(cut).tables["courses"]
    few(monkeypatch)
    together = asked(cut)
    assert all(together.tables[name].empty for name in SINGLE)
    states = together.tables["states"]
    for month in (0, 3, 6, 9, 12):
        day = month / 3 * 91.3125 + 1
        there = courses[(courses["start_day"] <= day) & (courses["end_day"] > day)]
        expected = Counter(there["state"])
        ended = courses[courses["is_last"] & courses["died"] & (courses["last_day"] <= day)]
        expected["died"] = len(ended)
        found = states[states["month"] == month].set_index("state")["n"].to_dict()
        assert found == {state: expected[state] for state in found}, month


def test_the_histogram_counts_every_change_once(
    cut: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(monkeypatch)
    steps = asked(cut).tables["histogram"].set_index("step")["n"].to_dict()
    expected = Counter(int(row[0] // 10 * 10) for row in BEST.values() if row[0] is not None)
    assert steps == dict(expected)
    assert sum(steps.values()) == 14


def test_a_filter_makes_it_exploratory_and_narrows_everything(cut: duckdb.DuckDBPyConnection) -> None:
    result = asked(cut, where="SEX = 'F'")  # T-01 to T-06
    assert result.n_total == 6
    assert best(result) == {"CR": 2, "PR": 2, "SD": 1, "PD": 1}
    assert any("Exploratory" in note for note in result.notes)


def test_without_a_readers_response_the_diameters_speak_and_it_is_said() -> None:
    tables = responders()
    for row in tables["adbor"]:
        row["BOR"] = None
    for row in tables["adtrsum"]:
        row.pop("OVRLRESP", None)
    result = asked(cut_of(tables))
    assert result.facts["assessed"] is False
    assert result.tables["rates"]["n_event"].tolist() == [6, 11, 2]
    assert any("No reader's response is on record" in note for note in result.notes)
    assert "PR" in set(result.tables["courses"]["state"])


@pytest.mark.parametrize("by", [None, "ECOG"])
def test_nobody_scanned_is_told_in_words(by: str | None) -> None:
    tables = responders() | {"adbor": [], "adtrsum": []}
    result = asked(cut_of(tables), by=by)
    assert result.empty == "Nobody has a scan after baseline."
    assert result.tables["best"].query("response == 'no scan'")["n"].sum() == 20
    nobody = asked(cut_of({**tables, "adsl": []}))
    assert nobody.empty == "No patient is in this population."
    assert all(isinstance(frame, pd.DataFrame) for frame in nobody.tables.values())
