"""The patients behind a row of the table of adverse events: the same counts, one row a patient, no arm too many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import safety, safety_subjects
from crlm_dash.errors import AccessDenied, RequestError
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import POOLED, WITHHELD_TERMS
from tests.analyses.tiny import cut_of, door_into, full

Opened = Callable[..., Door]


def listed(door: Door, **options: Any) -> pd.DataFrame:
    return safety_subjects(door, **options).tables["subjects"].set_index("USUBJID")


def test_one_row_a_patient_at_the_worst_grade(opened: Opened) -> None:
    found = listed(opened(), soc="Gut", term="Nausea")
    assert found["grade"].to_dict() == {"T-01": 3, "T-02": None}  # T-04 was before treatment
    assert found.loc["T-01", ["n_events", "serious", "related", "arm"]].tolist() == [2, "Y", "Y", "Zap now"]
    assert found.loc["T-02", "arm"] == "Pills only"
    assert listed(opened(), term="Nausea", measure="severe")["n_events"].to_dict() == {"T-01": 1}
    assert listed(opened())["term"].to_dict() == {"T-03": "Bleeding", "T-01": "Nausea", "T-02": "Nausea"}


def test_the_worst_is_the_first_of_the_highest_grade_and_days_count_from_enrolment() -> None:
    tables = full()
    enrolled = tables["adsl"][0]["ENRLDT"]
    same = {"USUBJID": "T-01", "TRTEMFL": "Y", "AEBODSYS": "Gut", "AEDECOD": "Nausea"}
    rows = [(2, -3, "A"), (3, 40, "B"), (3, 20, "C"), (None, 5, "D")]
    tables["adae"] = [
        {**same, "AEGRADE": grade, "ASTDT": enrolled + dt.timedelta(days=after), "AEOUT": outcome}
        for grade, after, outcome in rows
    ]
    tables["adae"].append({**same, "AEGRADE": 3, "AEOUT": "E"})  # nobody knows when
    found = listed(door_into(cut_of(tables))).loc["T-01"]
    assert found[["grade", "outcome", "worst_day", "first_day", "n_events"]].tolist() == [3, "C", 21, -3, 5]


@pytest.mark.parametrize(("column", "answers", "expected"), [
    ("AESER", ["N", None], "N"), ("AESER", [None, None], None), ("AESER", ["N", "Y"], "Y"),
    ("RELFL", ["N", "Y"], "Y"), ("RELFL", [None, "N"], "N"),
])  # fmt: skip
def test_not_recorded_is_not_no(column: str, answers: list[str | None], expected: str | None) -> None:
    tables = full()
    same = {"USUBJID": "T-01", "TRTEMFL": "Y", "AEDECOD": "Nausea"}
    tables["adae"] = [{**same, column: answer} for answer in answers]
    found = listed(door_into(cut_of(tables))).loc["T-01", {"AESER": "serious", "RELFL": "related"}[column]]
    assert (found if isinstance(found, str) else None) == expected


# Who looks decides what is withheld, a filter and a population who is counted: neither changes the other.
LOOKS: list[tuple[Role, Any]] = [
    (Role.STATISTICIAN, {}),
    (Role.STATISTICIAN, {"population": "ENRLFL"}),
    (Role.DSMB, {}),
    (Role.PI, {"where": "SEX = 'F'"}),
]


@pytest.mark.parametrize("trial", ["CRLM10", "CRLM-EHD"])
@pytest.mark.parametrize(("role", "options"), LOOKS)
def test_the_patients_listed_are_those_counted(demo_store: Path, trial: str, role: Role, options: Any) -> None:
    door = TrialStore(demo_store).open(Viewer(role), trial)
    by = "arm" if role is Role.STATISTICIAN else None  # codes do not stand beside patients
    terms = safety(door, by=by, **options).tables["terms"]
    assert len(terms) > 20
    lists = {
        (soc, term): safety_subjects(door, soc=soc, term=term, by=by, **options).tables["subjects"]
        for soc, term in set(zip(terms["AEBODSYS"], terms["AEDECOD"], strict=True))
    }
    for row in terms.to_dict("records"):
        subjects = lists[row["AEBODSYS"], row["AEDECOD"]]
        mine = subjects if row["strata"] == POOLED else subjects[subjects["arm"] == row["strata"]]
        assert (len(mine), mine["n_events"].sum()) == (row["n_subjects"], row["n_events"])
        assert mine["USUBJID"].is_unique


@pytest.mark.parametrize("measure", ["severe", "serious", "related", "stopped"])
def test_the_patients_of_a_kind_are_those_counted(demo_store: Path, measure: str) -> None:
    door = TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), "CRLM10")
    terms = safety(door, measure=measure).tables["terms"]
    assert len(terms) > 1
    for row in terms.to_dict("records"):
        found = safety_subjects(door, soc=row["AEBODSYS"], term=row["AEDECOD"], measure=measure).tables["subjects"]
        assert (len(found), found["n_events"].sum()) == (row["n_subjects"], row["n_events"])


def test_there_is_no_other_kind(opened: Opened) -> None:
    with pytest.raises(RequestError, match="severe, serious"):
        safety_subjects(opened(), measure="bad")


def test_a_covariate_groups_beside_the_arm(opened: Opened) -> None:
    found = listed(opened(), term="Nausea", by="ECOG")
    assert found[["arm", "strata"]].to_dict("index")["T-01"] == {"arm": "Zap now", "strata": "0"}
    assert "strata" not in listed(opened(), by="arm")


@pytest.mark.parametrize("role", [Role.PI, Role.MDT, Role.DATA_MANAGER])
def test_who_sees_no_outcomes_by_arm_gets_the_list_without(opened: Opened, role: Role) -> None:
    assert "arm" not in listed(opened(role), term="Nausea")
    with pytest.raises(AccessDenied):
        safety_subjects(opened(role), by="arm")


def test_who_sees_codes_gets_no_code_beside_a_patient(opened: Opened) -> None:
    for by in (None, "arm"):
        result = safety_subjects(opened(Role.DSMB), by=by)
        assert not {"arm", "strata"} & set(result.tables["subjects"])
        assert any("never beside a patient" in note for note in result.notes)


def pooled() -> Any:
    """The tiny trial, with the events of T-01 in the class that tells the arm."""
    tables = full()
    for row in tables["adae"]:
        if row["USUBJID"] == "T-01":
            row |= {"AEBODSYS": WITHHELD_TERMS, "AEDECOD": WITHHELD_TERMS}
    return cut_of(tables)


@pytest.mark.parametrize("role", [Role.DSMB, Role.PI])
def test_patients_with_events_that_tell_the_arm_are_listed_without_it(role: Role) -> None:
    seen = safety_subjects(door_into(pooled(), role), soc=WITHHELD_TERMS).tables["subjects"]
    assert seen["USUBJID"].tolist() == ["T-01"]
    assert "arm" not in seen


def test_patients_of_other_sites_are_counted_and_not_listed(opened: Opened) -> None:
    result = safety_subjects(opened(Role.PI, sites=frozenset({"02"})), term="Nausea")
    assert result.empty == "2 patients had “Nausea”, none of them at your sites."
    tables = full()
    tables["adae"].append({"USUBJID": "T-12", "TRTEMFL": "Y", "AEDECOD": "Nausea", "AEBODSYS": "Gut"})
    result = safety_subjects(door_into(cut_of(tables), Role.PI, frozenset({"02"})), term="Nausea")
    assert result.tables["subjects"]["USUBJID"].tolist() == ["T-12"]
    assert [(each.reason, each.n) for each in result.excluded] == [
        ("patients of other sites, counted but not listed", 2)
    ]
    assert (result.n_used, result.n_total) == (1, 3)


def test_a_long_list_says_what_it_leaves_out(opened: Opened) -> None:
    result = safety_subjects(opened(), limit=2)
    assert result.tables["subjects"]["USUBJID"].tolist() == ["T-03", "T-01"]
    assert [(each.reason, each.n) for each in result.excluded] == [
        ("beyond the first 2: narrow the list by a filter", 1)
    ]


@pytest.mark.parametrize("tables", [{}, {"adsl": full()["adsl"]}, {"adsl": full()["adsl"][:1], "adae": full()["adae"]}])
def test_nobody_and_one(tables: Any) -> None:
    result = safety_subjects(door_into(cut_of(tables)), term="Itch")
    assert result.empty == "No patient of this population had “Itch”."
    assert list(result.tables["subjects"].columns)[:2] == ["USUBJID", "SITEID"]
