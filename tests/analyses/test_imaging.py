"""The warning of uneven scans: when it is given, of which endpoints, and to whom."""

from __future__ import annotations

from typing import Any

import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import Result, incidence, survival
from crlm_dash.store.door import Door
from tests.analyses.test_conduct import DAY, ENROLLED, patient
from tests.analyses.test_followup_visits import FLAGGED
from tests.analyses.tiny import cut_of, door_into

PFS = (
    FLAGGED
    + """
[[endpoints]]
paramcd = "PFS"
label = "Progression-free survival"
unit = "days"
origin = "ENRLDT"
events = ["progression", "death"]
censor = ["last_imaging"]
"""
)
N = 12  # patients an arm


def trial(in_window: tuple[int, int] = (N, N), every: tuple[int, int] = (90, 90), role: Role = Role.DSMB) -> Door:
    """Twelve patients an arm; so many made their imaging visit in its window, and were scanned three times so often."""
    rows, visits, scans, times = [], [], [], []
    for place, arm in enumerate(("Zap", "Pills")):
        for number in range(N):
            one = patient(100 * place + number, arm)
            status = "done" if number < in_window[place] else "late"
            rows.append(one)
            visits.append({"USUBJID": one["USUBJID"], "VISITNUM": 2, "VISIT": "MONTH 3", "STATUS": status})
            for scan in range(3):
                day = ENROLLED + scan * every[place] * DAY
                scans += [{"USUBJID": one["USUBJID"], "PARAMCD": "OVRLRESP", "ADT": day, "EVAL": who} for who in "AB"]
            known: dict[str, Any] = {"USUBJID": one["USUBJID"], "AVAL": 200.0 + number, "CNSR": number % 2, "ENTRY": 0}
            times += [
                {**known, "PARAMCD": code, "PARAM": code, "CAUSE": 1 - number % 2} for code in ("PFS", "OS", "LIVPD")
            ]
    return door_into(cut_of({"adsl": rows, "adsv": visits, "adrs": scans, "adtte": times}, PFS), role)


def warning(result: Result) -> str:
    return next((note for note in result.notes if note.startswith("Scans are uneven")), "")


#         in window, of 12   days between scans → what is told
UNEVEN = [
    ((12, 12),               (90, 90),            []),
    ((12, 11),               (90, 90),            []),                      # 8 percentage points
    ((12, 10),               (90, 90),            ["100 %", "83 %"]),       # 17
    ((12, 12),               (90, 104),           []),                      # 14 days: not beyond
    ((12, 12),               (90, 105),           ["90 days", "105 days"]),
    ((12, 6),                (60, 90),            ["100 %", "50 %", "60 days", "90 days"]),
]  # fmt: skip


@pytest.mark.parametrize(("in_window", "every", "told"), UNEVEN)
def test_what_differs_beyond_the_limits_is_told(
    in_window: tuple[int, int], every: tuple[int, int], told: list[str]
) -> None:
    said = warning(survival(trial(in_window, every), endpoint="PFS", by="arm"))
    assert bool(said) == bool(told)
    assert [each for each in told if each not in said] == []
    if told:
        assert "Arm A" in said
        assert "Zap" not in said


def test_it_is_told_of_endpoints_that_need_scans_by_arm_and_otherwise_not() -> None:
    door = trial((12, 3))
    assert warning(survival(door, endpoint="PFS", by="arm"))
    assert warning(incidence(door, endpoint="LIVPD", by="arm"))
    assert not warning(survival(door, endpoint="OS", by="arm"))
    assert not warning(survival(door, endpoint="PFS"))
    assert not warning(survival(door, endpoint="PFS", by="ECOG"))
    assert not warning(incidence(door, endpoint="LIVPD"))


@pytest.mark.parametrize("role", [Role.PI, Role.MDT, Role.DATA_MANAGER])
def test_who_sees_no_outcome_by_arm_is_not_told(role: Role) -> None:
    assert not warning(survival(trial((12, 3), role=role), endpoint="PFS"))


def test_an_arm_of_few_visits_is_not_judged() -> None:
    door = trial((12, 3))
    assert not warning(survival(door, endpoint="PFS", by="arm", where="AGE > 200"))
    few = [patient(1), patient(2, "Pills")]
    visits = [
        {"USUBJID": "T-01", "VISITNUM": 2, "STATUS": "done"},
        {"USUBJID": "T-02", "VISITNUM": 2, "STATUS": "late"},
    ]
    times = [{"USUBJID": row["USUBJID"], "PARAMCD": "PFS", "PARAM": "PFS", "AVAL": 100.0, "CNSR": 0} for row in few]
    door = door_into(cut_of({"adsl": few, "adsv": visits, "adtte": times}, PFS))
    assert not warning(survival(door, endpoint="PFS", by="arm"))
