"""The status of planned visits at the boundaries of their windows, and where patients leave inside one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.build.tiny import answer, built, rows_of, subject, together

# Enrolled on 2024-01-10. MONTH 3 (visit 2) is due on 2024-04-10, its window is 2024-03-27 … 2024-04-24.
LOW, DUE, HIGH = "2024-03-27", "2024-04-10", "2024-04-24"

#  what                               cut-off        SV (day, occurred)            death, withdrawal → status
CASES: list[tuple[str, str, list[tuple[str | None, str | None]], str | None, str | None, str]] = [
    ("the day before the window",     "2024-06-30", [("2024-03-26", "Y")],            None, None, "early"),
    ("its first day",                 "2024-06-30", [(LOW, "Y")],                     None, None, "done"),
    ("its last day",                  "2024-06-30", [(HIGH, None)],                   None, None, "done"),
    ("the day after",                 "2024-06-30", [("2024-04-25", "Y")],            None, None, "late"),
    ("nothing, window not begun",     "2024-03-26", [],                               None, None, "not yet"),
    ("nothing, its first day",        LOW,          [],                               None, None, "due"),
    ("nothing, its last day",         HIGH,         [],                               None, None, "due"),
    ("nothing, the day after",        "2024-04-25", [],                               None, None, "overdue"),
    ("recorded as not done",          "2024-06-30", [(None, "N")],                    None, None, "missed"),
    ("recorded, window still open",   HIGH,         [(None, "N")],                    None, None, "missed"),
    ("not done, then made",           "2024-06-30", [(None, "N"), (DUE, "Y")],        None, None, "done"),
    ("made twice, the first counts",  "2024-06-30", [(DUE, "Y"), ("2024-04-30", "Y")], None, None, "done"),
    ("made twice, first too early",   "2024-06-30", [("2024-03-20", "Y"), (DUE, "Y")], None, None, "early"),
    ("died before it was due",        "2024-06-30", [],                       "2024-04-09", None, "not applicable"),
    ("died on the day it was due",    "2024-06-30", [],                                DUE, None, "not applicable"),
    ("died on the window's last day", "2024-06-30", [],                               HIGH, None, "not applicable"),
    ("died the day after",            "2024-06-30", [],                       "2024-04-25", None, "missed"),
    ("missed, then died inside it",   "2024-06-30", [(None, "N")],            "2024-04-20", None, "missed"),
    ("made, then died inside it",     "2024-06-30", [(DUE, "Y")],             "2024-04-20", None, "done"),
    ("withdrew before it was due",    "2024-06-30", [],                       None, "2024-03-30", "not applicable"),
    ("withdrew inside the window",    "2024-06-30", [],                       None, "2024-04-20", "not applicable"),
    ("withdrew after the window",     "2024-06-30", [],                       None, "2024-04-25", "missed"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "cutoff", "visits", "died", "left", "status"), CASES, ids=[c[0] for c in CASES])
def test_a_visit_at_the_boundaries_of_its_window(
    what: str, cutoff: str, visits: list[tuple[str | None, str | None]], died: str | None, left: str | None, status: str
) -> None:
    sv = [{"USUBJID": "T-01", "VISITNUM": 1, "SVSTDTC": "2024-01-10"}]
    sv += [{"USUBJID": "T-01", "VISITNUM": 2, "SVSTDTC": day, "SVOCCUR": happened} for day, happened in visits]
    assert status_of(sv, cutoff, DTHDTC=died, left=left) == status


def status_of(sv: list[dict[str, Any]], cutoff: str, *, left: str | None = None, **values: Any) -> str:
    """The status of MONTH 3 of T-01."""
    end = {"USUBJID": "T-01", "DSSEQ": 2, "DSCAT": "DISPOSITION EVENT", "DSDECOD": "WITHDRAWAL BY SUBJECT"}
    ends = {"ds": [end | {"DSSTDTC": left}]} if left else {}
    tables = together(subject(1, **values), ends, {"sv": sv})
    (found,) = answer("select STATUS from adsv where VISITNUM = 2", tables, cutoff=dt.date.fromisoformat(cutoff))
    return str(found["STATUS"])


def test_who_completed_the_trial_is_not_called_for_visits_due_later() -> None:
    end = {"USUBJID": "T-01", "DSSEQ": 2, "DSCAT": "DISPOSITION EVENT", "DSDECOD": "COMPLETED", "DSSTDTC": "2024-04-30"}
    sv = [{"USUBJID": "T-01", "VISITNUM": 1, "SVSTDTC": "2024-01-10"}]
    rows = answer("select VISITNUM, STATUS from adsv", together(subject(1), {"ds": [end], "sv": sv}))
    assert {row["VISITNUM"]: row["STATUS"] for row in rows} == {1.0: "done", 2.0: "missed", 3.0: "not applicable"}


def test_a_death_without_a_date_ends_visits_after_the_last_contact() -> None:
    sv = [{"USUBJID": "T-01", "VISITNUM": 1, "SVSTDTC": "2024-01-10"}]
    assert status_of(sv, "2024-06-30", DTHFL="Y") == "not applicable"


def test_an_overdue_visit_stands_on_the_timeline_on_the_day_it_was_due() -> None:
    sv = [{"USUBJID": "T-01", "VISITNUM": 1, "SVSTDTC": "2024-01-10"}]
    con = built(together(subject(1), {"sv": sv}), cutoff=dt.date(2024, 5, 1))
    found = rows_of(con, "select LABEL, ASTDT, CODE from adtl where LANE = 'Visits' and CODE = 'overdue'")
    assert found == [{"LABEL": "MONTH 3: overdue", "ASTDT": dt.date(2024, 4, 10), "CODE": "overdue"}]
