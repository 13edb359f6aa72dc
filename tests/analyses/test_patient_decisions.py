"""Decisions of meetings on a patient's timeline."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from crlm_dash.access import Role
from crlm_dash.analyses.patient import patient
from crlm_dash.analyses.patient_decisions import NO_DECISIONS, with_decisions
from crlm_dash.analyses.result import Result
from crlm_dash.store.door import Door

Opened = Callable[..., Door]
MADE = pd.DataFrame(
    [
        (pd.Timestamp("2025-01-09 16:20"), "OBSERVE", "Observe", "restage first"),
        (pd.Timestamp("2025-01-12 09:00"), "RESECT", "Resect", "two lesions left"),
    ],
    columns=list(NO_DECISIONS),
)


def decided(opened: Opened, role: Role, decisions: pd.DataFrame, usubjid: str = "T-01") -> tuple[Result, Result]:
    """The patient without and with the decisions; enrolled on 10 January 2025."""
    door = opened(role)
    result = patient(door, usubjid=usubjid)
    return result, with_decisions(door, result, decisions)


def test_decisions_stand_on_the_timeline_by_day(opened: Opened) -> None:
    plain, result = decided(opened, Role.MDT, MADE)
    timeline = result.tables["timeline"]
    added = timeline[timeline["code"].isin(["OBSERVE", "RESECT"])]
    assert added[["lane", "start_day", "label", "detail"]].values.tolist() == [
        ["MDT decisions", -1, "Observe", "restage first"],
        ["MDT decisions", 3, "Resect", "two lesions left"],
    ]
    assert (timeline["start"] == timeline["start"].dt.normalize()).all()
    assert timeline["start"].is_monotonic_increasing
    assert len(timeline) == len(plain.tables["timeline"]) + 2


def test_who_sees_codes_gets_none(opened: Opened) -> None:
    plain, result = decided(opened, Role.DSMB, MADE)
    assert result is plain


def test_without_decisions_nothing_changes(opened: Opened) -> None:
    plain, result = decided(opened, Role.MDT, NO_DECISIONS)
    assert result is plain


def test_who_was_not_enrolled_has_no_study_day(opened: Opened) -> None:
    _, result = decided(opened, Role.MDT, MADE, usubjid="T-23")
    timeline = result.tables["timeline"]
    assert pd.isna(timeline.loc[timeline["code"] == "RESECT", "start_day"]).all()


@pytest.mark.parametrize("role", [Role.MDT, Role.DSMB])
def test_the_result_that_is_kept_for_others_is_not_touched(opened: Opened, role: Role) -> None:
    plain, _ = decided(opened, role, MADE)
    assert not plain.tables["timeline"]["code"].isin(["OBSERVE", "RESECT"]).any()
