"""Whom a meeting should speak of and what is new about them: two hand-made cuts, one patient a case."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from crlm_dash import tables
from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import meeting_candidates, meeting_patients
from crlm_dash.errors import RequestError
from crlm_dash.store.door import Door
from crlm_dash.store.rooms import REVEALS_ARM
from crlm_dash.store.shelf import TrialStore
from tests.analyses.tiny import PROTOCOL, SECRET_WORDS
from tests.pairs import NOW, THEN, person, sealed

VISITS = PROTOCOL + "".join(
    f"[[visits]]\nvisitnum = {n}\nvisit = 'MONTH {3 * n}'\nday = {90 * n}\nimaging = {imaging}\n"
    for n, imaging in ((1, "true"), (2, "false"))
)


def visit(number: int, status: str, due: str, visitnum: int = 1) -> dict[str, Any]:
    return {
        "USUBJID": f"P-{number:02d}", "VISITNUM": visitnum, "VISIT": "MONTH 3", "STATUS": status,
        "DUE": dt.date.fromisoformat(due),
    }  # fmt: skip


def response(number: int, day: str, code: str) -> dict[str, Any]:
    return {
        "USUBJID": f"P-{number:02d}", "PARAMCD": "OVRLRESP", "ADT": dt.date.fromisoformat(day), "AVALC": code,
        "ANL01FL": "Y",
    }  # fmt: skip


def size(number: int, day: str) -> dict[str, Any]:
    return {
        "USUBJID": f"P-{number:02d}", "LANE": "Sum of diameters", "ASTDT": dt.date.fromisoformat(day), "VALUE": 30.0,
        "CODE": "SUMDIAM",
    }  # fmt: skip


BEFORE = {
    "adsl": [person(n) for n in (1, 2, 3, 4, 5, 6, 7)],
    "adrs": [response(3, "2026-01-10", "SD"), response(4, "2026-01-10", "PD"), response(5, "2026-01-10", "SD")],
    "adtl": [size(3, "2026-01-10")],
}
AFTER = {
    "adsl": [
        person(1), person(2), person(3), person(4), person(5, DTHDT=dt.date(2026, 6, 1), DTHFL="Y"), person(6),
        person(7), person(8, ENRLFL=None, ENRLDT=None), person(9, SITEID="02"),
    ],
    "elsum": [{"USUBJID": "P-08", "OUTCOME": "pending"}],
    "adrs": [
        response(3, "2026-01-10", "SD"), response(3, "2026-05-02", "PD"),  # a new progression
        response(4, "2026-01-10", "PD"), response(4, "2026-05-02", "SD"),  # an old one
        response(5, "2026-01-10", "SD"), response(5, "2026-05-02", "PD"),  # a new one of who has died
        response(6, "2025-12-01", "PD"),  # of before, entered late
    ],
    "adtl": [size(3, "2026-01-10"), size(3, "2026-05-02"), size(3, "2026-06-02")],
    "adsv": [
        visit(1, "overdue", "2026-07-01"), visit(2, "not yet", "2026-08-20"), visit(3, "due", "2026-07-20"),
        visit(4, "done", "2026-07-01"), visit(6, "overdue", "2026-07-01", visitnum=2),  # no imaging
        visit(7, "missed", "2026-07-01"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("board")
    sealed(root, BEFORE, THEN, protocol=VISITS)
    sealed(root, AFTER, NOW, protocol=VISITS)
    return root


def door(root: Path, role: Role = Role.MDT, *sites: str, cut: int | None = None) -> Door:
    return TrialStore(root).open(Viewer(role, frozenset(sites) or None), "TINY", cut)


ONLY = {
    "restaging": {"progressed": False, "screened": False},
    "progressed": {"restaging": False, "screened": False},
    "screened": {"restaging": False, "progressed": False},
}

#   what               day           who
CASES: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("restaging", "", [("P-01", "restaging overdue: month 3, 1 Jul 2026"),
                       ("P-03", "restaging due: month 3, 20 Jul 2026")]),
    ("restaging", "2026-08-20", [("P-01", "restaging overdue: month 3, 1 Jul 2026"),
                                 ("P-03", "restaging due: month 3, 20 Jul 2026"),
                                 ("P-02", "restaging due: month 3, 20 Aug 2026")]),
    ("restaging", "2026-06-30", []),
    ("progressed", "", [("P-03", "progression 2 May 2026"), ("P-06", "progression 1 Dec 2025")]),
    ("screened", "", [("P-08", "newly screened"), ("P-09", "newly screened")]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "day", "who"), CASES)
@pytest.mark.parametrize("role", [Role.MDT, Role.DSMB])
def test_who_is_proposed_and_why(root: Path, what: str, day: str, who: list[tuple[str, str]], role: Role) -> None:
    result = meeting_candidates(door(root, role), day=day, **ONLY[what])
    found = result.tables["candidates"]
    assert list(zip(found["USUBJID"], found["why"], strict=True)) == who
    assert bool(result.empty) == (not who)
    assert not set(found.columns) & REVEALS_ARM
    assert not any(word in found.to_csv().lower() for word in SECRET_WORDS)


def test_who_has_most_reasons_comes_first(root: Path) -> None:
    result = meeting_candidates(door(root))
    first = result.tables["candidates"].iloc[0]
    assert (first["USUBJID"], first["why"]) == ("P-03", "restaging due: month 3, 20 Jul 2026; progression 2 May 2026")
    assert tables.meeting_candidates(result)["Patient"].is_unique


def test_only_the_viewer_s_sites_one_site_and_not_too_many(root: Path) -> None:
    assert meeting_candidates(door(root, Role.PI, "02")).tables["candidates"]["USUBJID"].tolist() == ["P-09"]
    assert meeting_candidates(door(root), site="02").tables["candidates"]["USUBJID"].tolist() == ["P-09"]
    few = meeting_candidates(door(root), limit=1, **ONLY["screened"])
    assert len(few.tables["candidates"]) == 1
    assert any(note.startswith("1 patient more would be proposed") for note in few.notes)


def test_of_a_first_cut_nothing_is_new(root: Path) -> None:
    result = meeting_candidates(door(root, cut=1))
    assert result.tables["candidates"].empty
    assert any("no earlier data cut" in note for note in result.notes)
    assert meeting_patients(door(root, cut=1), subjects=["P-01"]).tables["patients"]["news"].tolist() == [""]


def test_a_day_that_is_none_is_refused(root: Path) -> None:
    with pytest.raises(RequestError, match="'Thursday' is no date"):
        meeting_candidates(door(root), day="Thursday")


def test_the_list_keeps_its_order_and_tells_what_is_new(root: Path) -> None:
    result = meeting_patients(door(root), subjects=["P-08", "P-03", "P-99", "P-05", "P-04", "P-01", "P-07"])
    rows = result.tables["patients"]
    assert dict(zip(rows["USUBJID"], rows["news"], strict=True)) == {
        "P-08": "new in the data",
        "P-03": "progression 2 May 2026; 2 scans more",
        "P-05": "died; progression 2 May 2026",
        "P-04": "response SD 2 May 2026",
        "P-01": "1 visit overdue more",
        "P-07": "",
    }
    assert (result.n_used, result.n_total) == (6, 7)
    assert result.sentence == "6 patients on the list, 5 with something new since data cut 1 (31 January 2026)."
    assert tables.meeting_patients(result)["No."].tolist() == [1, 2, 3, 4, 5, 6]
    assert meeting_patients(door(root), subjects="P-03, P-01").tables["patients"]["USUBJID"].tolist() == [
        "P-03",
        "P-01",
    ]
    assert meeting_patients(door(root, Role.PI, "02"), subjects=["P-01"]).empty == "No patient is on this list."
