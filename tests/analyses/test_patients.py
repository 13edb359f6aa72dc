"""The list of patients: what a filter finds, in which order, page by page; and that it holds no arm."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crlm_dash import tables
from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import patients
from crlm_dash.analyses.patients import SORTS
from crlm_dash.errors import RequestError
from crlm_dash.store.door import Door
from crlm_dash.store.rooms import REVEALS_ARM
from crlm_dash.store.shelf import TrialStore
from tests.analyses.tiny import cut_of, door_into

DAY = dt.date(2026, 1, 1)


def person(usubjid: str, site: str = "01", **known: Any) -> dict[str, Any]:
    return {"USUBJID": usubjid, "SITEID": site, "ENRLFL": "Y", "ENRLDT": DAY} | known


def response(usubjid: str, month: int, code: str, test: str = "OVRLRESP", **known: Any) -> dict[str, Any]:
    row = {"USUBJID": usubjid, "PARAMCD": test, "ADT": dt.date(2026, month, 1), "AVALC": code, "ANL01FL": "Y"}
    return row | known


def size(usubjid: str, month: int, value: float) -> dict[str, Any]:
    return {
        "USUBJID": usubjid, "LANE": "Sum of diameters", "ASTDT": dt.date(2026, month, 1), "VALUE": value,
        "LABEL": "Sum", "CODE": "SUMDIAM",
    }  # fmt: skip


#            who     what is on record
ROWS = {
    "adsl": [
        person("P-1", AGE=70, LSTALVDT=dt.date(2026, 6, 1)),
        person("P-2", AGE=50, DTHDT=dt.date(2026, 5, 1)),
        person("P-3", "02", EOSSTT="COMPLETED"),
        person("P-4", "02", AGE=60, EOSSTT="DISCONTINUED"),
        person("P-5", "02", ENRLFL=None, ENRLDT=None),
        person("P-6", "03", ENRLFL=None, ENRLDT=None),
    ],
    "elsum": [
        {"USUBJID": "P-1", "VERDICT": "eligible", "OUTCOME": "enrolled"},
        {"USUBJID": "P-2", "VERDICT": "not eligible", "OUTCOME": "enrolled"},
        {"USUBJID": "P-5", "VERDICT": "undecided", "OUTCOME": "refused"},
        {"USUBJID": "P-6", "OUTCOME": "pending"},
    ],
    "adrs": [
        response("P-1", 2, "PD", "LIVRRESP"),  # before the overall one: the first progression
        response("P-1", 3, "PD"),
        response("P-1", 4, "SD"),  # the last overall response
        response("P-1", 5, "PD", EVALID="READER 2", ANL01FL=None),  # of a reader who does not count
        response("P-2", 2, "PR"),
        response("P-3", 2, "CR"),
        response("P-3", 3, "NE"),
        response("P-4", 4, "PD", "EXHPRESP"),  # no overall response, but a progression
        response("P-5", 4, "PD", "LIVRRESP"),  # never enrolled: no progression in the trial
    ],
    "adsv": [
        {"USUBJID": "P-1", "VISITNUM": 3, "STATUS": "overdue"},
        {"USUBJID": "P-1", "VISITNUM": 4, "STATUS": "overdue"},
        {"USUBJID": "P-2", "VISITNUM": 3, "STATUS": "missed"},
    ],
    "adtl": [size("P-1", 4, 35), size("P-1", 2, 60), size("P-1", 3, 30.5), size("P-2", 2, 44)],
}  # fmt: skip


@pytest.fixture(scope="module")
def door() -> Door:
    return door_into(cut_of(ROWS), Role.MDT)


def found(door: Door, **asked: Any) -> list[str]:
    return [each.removeprefix("P-") for each in patients(door, **asked).tables["subjects"]["USUBJID"]]


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ({}, "123456"),
        ({"search": "p-3"}, "3"),
        ({"search": " P-"}, "123456"),
        ({"search": "%"}, ""),
        ({"site": "02"}, "345"),
        ({"site": "02' or '1' = '1"}, ""),
        ({"status": "Died"}, "2"),
        ({"status": "Completed"}, "3"),
        ({"status": "Left the trial"}, "4"),
        ({"status": "In follow-up"}, "1"),
        ({"status": "Declined"}, "5"),
        ({"status": "In screening"}, "6"),
        ({"status": "Withdrew"}, ""),
        ({"eligibility": "not eligible"}, "2"),
        ({"eligibility": "none"}, "346"),
        ({"response": "SD"}, "1"),
        ({"response": "NE"}, "3"),
        ({"response": "PD"}, ""),
        ({"response": "none"}, "456"),
        ({"overdue": True}, "1"),
        ({"progressed": True}, "14"),
        ({"progressed": True, "site": "02"}, "4"),
        ({"sort": "age"}, "241356"),
        ({"sort": "age", "descending": True}, "142356"),
        ({"sort": "site", "descending": True}, "634512"),
        ({"sort": "patient", "descending": True}, "654321"),
        ({"sort": "progressed"}, "142356"),
        ({"sort": "progressed", "descending": True}, "412356"),
        ({"sort": "overdue", "descending": True}, "123456"),
        ({"sort": "imaged", "descending": True}, "132456"),
        ({"sort": "contact"}, "123456"),
    ],
)
def test_a_filter_finds_and_an_order_sorts(door: Door, asked: dict[str, Any], who: str) -> None:
    assert found(door, **asked) == list(who)
    result = patients(door, **asked)
    assert (result.n_used, result.n_total) == (len(who), 6)
    assert bool(result.empty) == (not who)


def test_a_row_says_what_is_on_record(door: Door) -> None:
    row = patients(door).tables["subjects"].iloc[0]
    assert (row["response"], row["imaged"].month, row["progressed"].month) == ("SD", 4, 2)
    assert (row["overdue"], row["status"], row["verdict"]) == (2, "In follow-up", "eligible")
    assert list(row["sums"]) == [60, 30.5, 35]  # by date
    shown, drawn = tables.patients_list(patients(door)), tables.patients_drawn(patients(door))
    assert shown["Sum of diameters"].tolist() == ["60 → 30.5 → 35", "44", "", "", "", ""]
    assert drawn["Sum of diameters"].tolist() == [[60, 30.5, 35], [], [], [], [], []]  # one sum is no line


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_the_pages_put_together_are_the_list(door: Door, sort: str, descending: bool) -> None:
    every = found(door, sort=sort, descending=descending)
    pages = [found(door, sort=sort, descending=descending, limit=4, page=page) for page in (1, 2)]
    assert [len(page) for page in pages] == [4, 2]
    assert pages[0] + pages[1] == every


def test_beyond_the_last_page_is_the_first(door: Door) -> None:
    result = patients(door, limit=4, page=7)
    assert (result.facts["page"], result.facts["pages"], len(result.tables["subjects"])) == (1, 2, 4)
    assert patients(door, limit=4, page=2).notes[0] == "Shown are 5 to 6 of 6."


@pytest.mark.parametrize("asked", [{"sort": "arm"}, {"sort": ""}, {"status": "Zap"}, {"response": "XX"},
                                   {"eligibility": "yes"}])  # fmt: skip
def test_what_there_is_not_is_refused_with_what_there_is(door: Door, asked: dict[str, str]) -> None:
    with pytest.raises(RequestError, match="There are: "):
        patients(door, **asked)


def test_an_empty_trial_has_an_empty_list() -> None:
    result = patients(door_into(cut_of({})))
    assert result.empty == "No subject has been screened yet."
    assert tables.patients_drawn(result).empty


@pytest.mark.parametrize("trial", ["CRLM10", "CRLM-EHD"])
def test_the_list_agrees_with_the_records_of_each_patient(demo_store: Path, trial: str) -> None:
    opened = TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), trial)
    rows = patients(opened).tables["subjects"]
    assert not set(rows.columns) & REVEALS_ARM
    for row in rows.itertuples():
        told = opened.ask("patient_timeline", usubjid=row.USUBJID)
        sums = told[told["lane"] == "Sum of diameters"]["value"].tolist()
        assert list(row.sums) == sums
        progressions = told[told["code"].isin(["PD", "LIVRRESP PD", "EXHPRESP PD"])]["start"]
        if pd.isna(row.enrolled):
            assert pd.isna(row.progressed)
        else:
            assert (row.progressed == progressions.min()) or progressions.empty
        assert row.overdue == (told["code"] == "overdue").sum()
        assert row.events >= (told["lane"] == "Adverse events").sum()
