"""Enrolment and eligibility of the tiny trial, counted on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import eligibility, enrolment
from crlm_dash.analyses.enrolment import planned_by
from crlm_dash.protocol import Accrual
from crlm_dash.store.door import Door
from tests.analyses.tiny import cut_of, door_into

Opened = Callable[..., Door]


def test_the_funnel_adds_up(opened: Opened) -> None:
    funnel = enrolment(opened(Role.PI)).tables["funnel"].set_index("step")["n"].to_dict()
    assert funnel == {
        "Screened": 24,
        "Failed eligibility": 2,
        "Declined before enrolment": 1,
        "Withdrew before enrolment": 0,
        "Pending": 1,
        "Enrolled": 20,
    }


def test_accrual_counts_everyone_once_and_runs_to_the_cut_off(opened: Opened) -> None:
    tables = enrolment(opened()).tables
    accrual, monthly = tables["accrual"], tables["monthly"]
    assert accrual["n"].sum() == monthly["n"].sum() == 20
    may = accrual[accrual["month"] == "2025-05-01"]
    assert may[["siteid", "n", "cumulative"]].to_numpy().tolist() == [["01", 2, 11], ["02", 1, 11]]
    assert (monthly["month"].iloc[0], monthly["month"].iloc[-1]) == (
        pd.Timestamp("2025-01-01"),
        pd.Timestamp("2026-01-01"),
    )
    assert monthly["cumulative"].iloc[-1] == 20


def test_the_plan_is_a_steady_rate_and_says_it_is_assumed(opened: Opened) -> None:
    result = enrolment(opened())
    plan = result.tables["plan"].set_index("month")["planned_cumulative"]
    assert plan["2025-12-01"] == pytest.approx(30)  # the target, on the planned end
    assert plan["2025-01-01"] == pytest.approx(30 * 31 / 365)
    assert plan["2026-01-01"] == 30
    in_the_month = result.tables["plan"].set_index("month")["planned"]
    assert in_the_month["2025-02-01"] == pytest.approx(30 * 28 / 365)
    assert in_the_month["2026-01-01"] == 0
    assert "Assumed, accrual target: 30 patients." in result.notes


def test_a_rate_stops_at_the_target() -> None:
    start = dt.date(2025, 1, 1)
    assert planned_by(Accrual(start=start, per_month=2.0, target=5), dt.date(2026, 1, 1)) == 5
    assert planned_by(Accrual(start=start, per_month=2.0), dt.date(2025, 3, 2)) == pytest.approx(2 * 61 / 30.4375)
    assert planned_by(Accrual(start=start), start) is None
    assert planned_by(Accrual(target=5), start) is None


def test_sites_and_arms(opened: Opened) -> None:
    tables = enrolment(opened(Role.PI)).tables
    sites = tables["sites"].set_index("siteid")
    assert sites.loc["02", ["n_screened", "n_enrolled", "n_failed", "n_refused"]].tolist() == [14, 10, 2, 1]
    assert sites.loc["02", "failure_rate"] == pytest.approx(2 / 14)
    assert tables["arms"].to_numpy().tolist() == [["Zap now", 10], ["Pills only", 10]]
    coded = enrolment(opened(Role.DSMB)).tables["arms"]
    assert coded.to_numpy().tolist() == [["Arm A", 10], ["Arm B", 10]]


def test_any_first_and_sole_failures_are_three_counts(opened: Opened) -> None:
    criteria = eligibility(opened(Role.PI)).tables["criteria"].set_index("criterion")
    counts = criteria[["n_met", "n_not_met", "n_unknown", "n_first", "n_sole"]]
    # I02 is not met by T-01, for whom it is the only one, and by T-21, who is also too ill (E01).
    assert counts.loc["I02"].tolist() == [19, 2, 3, 2, 1]
    assert counts.loc["E01"].tolist() == [0, 1, 23, 0, 0]
    assert counts.loc["I01"].tolist() == [19, 0, 5, 0, 0]
    assert (counts[["n_met", "n_not_met", "n_unknown"]].sum(axis=1) == 24).all()
    assert criteria["text"].tolist() == ["Old enough", "Fit enough", "Too ill"]


def test_who_is_enrolled_all_the_same_is_told_to_be_no_gain(opened: Opened) -> None:
    told = "Of those with an only reason 1 would be no gain: enrolled all the same, declined or withdrew."
    assert told in eligibility(opened(Role.PI)).notes  # T-01
    assert told not in eligibility(opened(Role.PI), where="SITEID = '02'").notes


def test_outcomes_of_screening_keep_failures_without_a_reason_apart(opened: Opened) -> None:
    result = eligibility(opened())
    outcomes = result.tables["outcomes"].set_index("outcome")["n"]
    assert outcomes.sum() == 24
    assert outcomes.to_dict() == {
        "Enrolled": 20, "Failed eligibility": 2, "Declined": 1, "Withdrew before enrolment": 0, "Pending": 1,
    }  # fmt: skip
    assert result.tables["deviations"][["USUBJID", "kind"]].to_numpy().tolist() == [["T-01", "recorded"]]
    assert any("as the site recorded them" in note for note in result.notes)
    assert any(note.startswith("1 screening failure without a criterion on record") for note in result.notes)


def test_subjects_with_unmet_criteria_are_listed_for_the_viewer_s_sites_only(opened: Opened) -> None:
    everyone = eligibility(opened()).tables["subjects"]
    assert everyone[["USUBJID", "criterion"]].to_numpy().tolist() == [
        ["T-01", "I02"],
        ["T-21", "I02"],
        ["T-21", "E01"],
    ]
    mine = eligibility(opened(Role.PI, sites=frozenset({"02"})))
    assert set(mine.tables["subjects"]["USUBJID"]) == {"T-21"}
    assert mine.tables["criteria"]["n_not_met"].sum() == 3  # counts are of the whole trial


def test_an_empty_trial_says_so_and_has_every_table() -> None:
    door = door_into(cut_of({}))
    screened, rules = enrolment(door), eligibility(door)
    assert screened.empty == rules.empty == "No subject has been screened yet."
    assert {"funnel", "accrual", "monthly", "plan", "sites", "arms", "forecast", "consort"} <= set(screened.tables)
    assert list(screened.tables["sites"].columns)[:3] == ["siteid", "country", "first_enrolled"]
    assert screened.tables["funnel"]["n"].sum() == rules.tables["outcomes"]["n"].sum() == 0
    assert rules.tables["criteria"]["n_unknown"].tolist() == [0, 0, 0]


def test_a_trial_that_has_only_screened_says_nobody_is_enrolled() -> None:
    result = enrolment(door_into(cut_of({"adsl": [{"USUBJID": "T-01", "SITEID": "01"}]})))
    assert "No subject has been enrolled yet." in result.notes
    assert len(result.tables["accrual"]) == len(result.tables["monthly"]) == 0
