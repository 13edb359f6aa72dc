"""Survival: numbers that can be checked on paper, who is excluded, and when nothing is tested."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import survival
from crlm_dash.analyses.survival_estimates import COLUMNS
from crlm_dash.errors import AccessDenied, NotFound, RequestError
from crlm_dash.store.door import Door
from tests.analyses.tiny import UNCOMPARED, cut_of, door_into, full

Opened = Callable[..., Door]
HALF_YEAR = 182.625  # days


def test_two_arms_checked_on_paper(opened: Opened) -> None:
    result = survival(opened(), by="arm")
    summary = result.tables["summary"].set_index("strata")
    assert list(summary.index) == ["Zap now", "Pills only"] == result.facts["order"]
    # Ten events at 30, 60 … 300: the curve lies at one half from 150 to 180, so the median is its middle.
    assert summary.loc["Zap now", ["n", "n_event", "median"]].tolist() == [10, 10, 165]
    assert summary.loc["Pills only", ["n", "n_event"]].tolist() == [10, 4]
    assert math.isnan(summary.loc["Pills only", "median"])
    assert (result.n_used, result.n_total, result.excluded) == (20, 20, ())
    curve = result.tables["curves"].query("strata == 'Zap now' and time == 90")
    assert curve[["n_risk", "n_event", "estimate"]].to_numpy().tolist() == [[8, 1, pytest.approx(0.7)]]


def test_landmarks_stop_where_follow_up_stops(opened: Opened) -> None:
    landmarks = survival(opened(), by="arm").tables["landmarks"].set_index(["strata", "time"])["estimate"]
    assert landmarks["Zap now", HALF_YEAR] == pytest.approx(0.4)  # six of ten events by day 180
    assert landmarks["Pills only", HALF_YEAR] == pytest.approx(0.6)
    assert landmarks["Zap now", 5 * 365.25] == 0  # everyone had the event
    assert math.isnan(landmarks["Pills only", 5 * 365.25])  # not reached, not 0.6


def test_differences_and_ratios_are_with_the_first_arm(opened: Opened) -> None:
    tables = survival(opened(), by="arm").tables
    difference = tables["differences"].set_index("time").loc[HALF_YEAR]
    assert difference["comparison"] == "Pills only vs Zap now"
    assert difference["estimate"] == pytest.approx(0.2)
    assert tables["hazard_ratio"]["estimate"].iloc[0] < 1
    assert tables["tests"]["p_value"].notna().all()


def test_numbers_at_risk_add_up(opened: Opened) -> None:
    at_risk = survival(opened(), by="arm").tables["at_risk"]
    assert ((at_risk["n_risk"] + at_risk["n_event"] + at_risk["n_censor"]) == 10).all()
    day_150 = at_risk[(at_risk["strata"] == "Zap now") & (at_risk["time"] == 150)]
    assert day_150[["n_risk", "n_event"]].to_numpy().tolist() == [[6, 4]]  # just before the event of day 150


def test_delayed_entry_says_who_is_missing_and_on_what_it_is_conditional(opened: Opened) -> None:
    result = survival(opened(), endpoint="OSDX")
    assert (result.n_used, result.n_total) == (18, 20)
    assert {each.reason: each.n for each in result.excluded} == {
        "no OSDX record": 1,
        "event or last contact before enrolment (delayed entry)": 1,
    }
    assert result.tables["curves"]["n_risk"].iloc[0] == 0  # nobody is at risk at diagnosis
    delayed = next(note for note in result.notes if note.startswith("Delayed entry"))
    assert "18 patients" in delayed
    assert "conditional on being alive at t₀ = 100.0 days" in delayed


def test_a_group_below_ten_is_not_tested(opened: Opened) -> None:
    result = survival(opened(), endpoint="OSDX", by="arm")
    assert result.tables["tests"]["p_value"].isna().all()
    assert result.tables["hazard_ratio"].drop(columns="comparison").isna().all(axis=None)
    assert "n < 10 in Zap now and Pills only: no test." in result.notes


def test_a_filter_makes_it_exploratory_and_takes_every_p_value(opened: Opened) -> None:
    result = survival(opened(), by="arm", where="AGE > 50")
    assert (result.n_total, result.filters) == (20, "AGE > 50")
    assert len(result.tables["tests"]) == 0
    assert result.tables["hazard_ratio"]["ph_p_value"].isna().all()
    assert result.tables["hazard_ratio"]["estimate"].notna().all()
    assert any(note.startswith("Exploratory") for note in result.notes)


def test_a_trial_that_is_not_randomised_says_so(opened: Opened) -> None:
    said = "differences are associated with the group, not caused by it"
    assert any(said in note for note in survival(opened(), by="arm").notes)
    assert not any(said in note for note in survival(opened()).notes)


def test_levels_are_in_the_order_of_the_protocol(opened: Opened) -> None:
    result = survival(opened(), by="ECOG")
    assert result.facts["order"] == ["1", "0"]
    assert result.tables["summary"]["n"].tolist() == [6, 14]


def test_time_can_be_told_in_months(opened: Opened) -> None:
    days, months = survival(opened()), survival(opened(), unit="months")
    assert months.facts["axis"] == "Months since enrolment"
    assert months.tables["summary"]["median"].iloc[0] * 30.4375 == pytest.approx(
        days.tables["summary"]["median"].iloc[0]
    )
    assert months.facts["landmarks"] == pytest.approx([3, 6, 60])


def test_competing_risks_are_not_drawn_by_kaplan_meier(opened: Opened) -> None:
    result = survival(opened(), endpoint="LIVPD")
    assert "cumulative incidence" in result.empty
    assert result.sentence == result.empty
    assert (result.n_used, sum(each.n for each in result.excluded)) == (0, 20)
    assert {name: list(result.tables[name].columns) for name in COLUMNS} == {
        name: columns.split() for name, columns in COLUMNS.items()
    }
    assert not any(len(result.tables[name]) for name in COLUMNS)


def test_a_blinded_role_is_refused_by_arm_before_anything_else(opened: Opened) -> None:
    for role in (Role.PI, Role.MDT, Role.DATA_MANAGER):
        with pytest.raises(AccessDenied, match="outcomes by arm"):
            survival(opened(role), by="arm", endpoint="NONE")


def test_unknown_words_are_told_with_what_there_is(opened: Opened) -> None:
    with pytest.raises(NotFound, match="OS, OSDX, LIVPD"):
        survival(opened(), endpoint="PFS")
    with pytest.raises(RequestError, match="days, months, years"):
        survival(opened(), unit="fortnights")
    with pytest.raises(RequestError, match="ECOG"):
        survival(opened(), by="WILLING")


def test_nobody_and_one() -> None:
    nobody = survival(door_into(cut_of({})))
    assert (nobody.empty, nobody.n_total) == ("No subject is in this population.", 0)
    tables = full()
    one = survival(door_into(cut_of({**tables, "adsl": tables["adsl"][:1]})), by="arm")
    assert (one.n_used, one.empty) == (1, "")
    assert one.tables["summary"]["median"].iloc[0] == 30
    assert len(one.tables["tests"]) == 0


def test_three_arms_are_each_compared_with_the_first() -> None:
    tables = full()
    for row in tables["adsl"][12:20]:
        row["TRT01P"] = "Third"
    result = survival(door_into(cut_of(tables)), by="arm")
    assert result.facts["order"] == ["Zap now", "Pills only", "Third"]
    comparisons = ["Pills only vs Zap now", "Third vs Zap now"]
    assert result.tables["hazard_ratio"]["comparison"].tolist() == comparisons
    assert list(dict.fromkeys(result.tables["differences"]["comparison"])) == comparisons
    assert result.tables["tests"]["df"].tolist() == [2]


def test_without_arms_by_arm_is_one_group() -> None:
    tables = full()
    for row in tables["adsl"]:
        row["TRT01P"] = None
    arms, rest = UNCOMPARED.split("[[arms]]", 1)[0], "[[endpoints]]" + UNCOMPARED.split("[[endpoints]]", 1)[1]
    result = survival(door_into(cut_of(tables, arms + rest)), by="arm")
    assert result.tables["summary"][["strata", "n"]].to_numpy().tolist() == [["All", 20]]
    assert len(result.tables["tests"]) == len(result.tables["differences"]) == 0
