"""The boxes of the flow diagram, counted on paper, and who sees which of them by arm."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import enrolment
from crlm_dash.store.door import Door
from tests.analyses.recruiting import Patient, door_to
from tests.analyses.tiny import cut_of, door_into, full
from tests.roles import INSIDERS

Opened = Callable[..., Door]
BLINDED = (Role.MDT, Role.PI, Role.DATA_MANAGER)


def boxes(door: Door) -> dict[tuple[str, str], dict[str, int]]:
    """What stands in each box, by its name and group."""
    flow = enrolment(door).tables["consort"]
    return {key: dict(zip(mine["item"], mine["n"], strict=True)) for key, mine in flow.groupby(["box", "strata"])}


@pytest.mark.parametrize("role", BLINDED)
def test_pooled_but_for_those_allocated(opened: Opened, role: Role) -> None:
    assert boxes(opened(role)) == {
        ("assessed", "All"): {"Assessed for eligibility": 24},
        ("excluded", "All"): {
            "Excluded": 3, "Not eligible": 2, "I02 Fit enough": 1, "Other criteria": 1, "Declined": 1,
        },
        ("pending", "All"): {"Still in screening": 1},
        ("enrolled", "All"): {"Enrolled": 20},
        ("allocated", "Zap now"): {"Zap now": 10},
        ("allocated", "Pills only"): {"Pills only": 10},
        ("treated", "All"): {"Treatment begun": 18, "No treatment so far": 2},
        ("followed", "All"): {"In follow-up": 6, "Died": 14},
        ("analysed", "All"): {"Analysed: Overall survival": 20},
    }  # fmt: skip


def test_who_sees_outcomes_by_arm_sees_the_flow_by_arm(opened: Opened) -> None:
    found = boxes(opened(Role.STATISTICIAN))
    assert found["followed", "Zap now"] == {"In follow-up": 0, "Died": 10}
    assert found["followed", "Pills only"] == {"In follow-up": 6, "Died": 4}
    assert found["treated", "Zap now"] == {"Treatment begun": 9, "No treatment so far": 1}
    assert ("followed", "All") not in found


def test_the_board_sees_codes(opened: Opened) -> None:
    named, coded = boxes(opened(Role.STATISTICIAN)), boxes(opened(Role.DSMB))
    assert {group for _, group in coded} == {"All", "Arm A", "Arm B"}
    for box in ("followed", "analysed"):
        theirs = [sorted(named[box, arm].items()) for arm in ("Zap now", "Pills only")]
        assert sorted(sorted(coded[box, arm].items()) for arm in ("Arm A", "Arm B")) == sorted(theirs)


def test_treatment_of_another_arm_is_told_to_who_sees_names_and_outcomes_only() -> None:
    con = cut_of(full())  # T-01 was allocated Zap and began Pills
    con.execute("update cut.main.adsl set TRT01A = 'Pills' where USUBJID = 'T-01'")
    con.execute("update cut.main.adsl set TRT01A = null where SAFFL is distinct from 'Y'")
    found = boxes(door_into(con, Role.STATISTICIAN))
    assert found["treated", "Zap now"] == {
        "Treatment begun": 9, "As allocated": 8, "Of another arm": 1, "No treatment so far": 1,
    }  # fmt: skip
    for role in (*BLINDED, Role.DSMB):
        items = {item for lines in boxes(door_into(con, role)).values() for item in lines}
        assert not items & {"As allocated", "Of another arm"}


@pytest.mark.parametrize("reason", ["WANTED ZAP", "ABLATION REFUSED"])
def test_a_reason_that_breaks_the_code_is_not_split_by_arm(reason: str) -> None:
    tables = full()
    tables["adsl"][1] |= {"EOSSTT": "DISCONTINUED", "DCSREAS": reason, "DTHFL": None, "DTHDT": None}
    con = cut_of(tables)
    coded = boxes(door_into(con, Role.DSMB))
    assert coded["followed", "All"] == {"In follow-up": 6, "Died": 13, "Other reason": 1}
    assert not any(box == "followed" and group != "All" for box, group in coded)
    named = boxes(door_into(con, Role.STATISTICIAN))
    assert named["followed", "Pills only"] == {"In follow-up": 6, "Died": 3, reason.capitalize(): 1}


def test_nobody_enrolled_leaves_the_boxes_below_out() -> None:
    found = boxes(door_to([Patient("01", "2026-01-10")]))
    assert found["enrolled", "All"] == {"Randomised": 0}
    assert not any(box in ("allocated", "treated", "followed", "analysed") for box, _ in found)


def test_every_box_adds_up(opened: Opened) -> None:
    for role in INSIDERS:
        flow = enrolment(opened(role)).tables["consort"]
        n = {box: mine.loc[mine["level"] == 0, "n"].sum() for box, mine in flow.groupby("box")}
        assert n["assessed"] == n["excluded"] + n["pending"] + n["enrolled"]
        assert n["enrolled"] == n["allocated"] == n["treated"] == n["followed"]
