"""Quality of life of the tiny trial, counted on paper: forms, means, changes, who got better or worse."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from scipy import stats as scipy_stats

from crlm_dash import tables as tables_of_screen
from crlm_dash.access import Role
from crlm_dash.analyses import qol
from crlm_dash.analyses.qol_scale import Scale
from crlm_dash.analyses.qol_words import headline, verdict
from crlm_dash.analyses.result import Result
from crlm_dash.errors import NotFound
from crlm_dash.store.door import Door
from crlm_dash.terms import POOLED
from tests.analyses.tiny import PROTOCOL, cut_of, door_into, full, subjects

Opened = Callable[..., Door]
ZAP, PILLS = "Zap now", "Pills only"


def at(result: Result, table: str, visit: str, strata: str = POOLED) -> dict[str, Any]:
    found = result.tables[table]
    row = found[(found["visit"] == visit) & (found["strata"] == strata)].iloc[0]
    return {str(name): value for name, value in row.items()}


def test_forms_are_expected_of_those_alive_taking_part_and_due(opened: Opened) -> None:
    month = at(qol(opened()), "completion", "MONTH 3")
    wanted = {
        "n": 20, "received": 12, "outside_window": 1, "not_given": 1, "unknown": 1, "dead": 4, "withdrawn": 0,
        "not_due": 1, "expected": 15,
    }  # fmt: skip
    assert {name: month[name] for name in wanted} == wanted
    assert month["percent"] == pytest.approx(100 * 13 / 15)
    assert at(qol(opened()), "completion", "BASELINE")["expected"] == 20


def test_why_a_form_was_not_given(opened: Opened) -> None:
    result = qol(opened(), by="arm")
    assert result.tables["reasons"].to_numpy().tolist() == [[ZAP, 2.0, "MONTH 3", "too ill", 1]]
    assert tables_of_screen.qol_reasons(result).to_numpy().tolist() == [["Too ill", "1", "0"]]


def test_means_and_changes_by_arm(opened: Opened) -> None:
    result = qol(opened(), by="arm")
    zap, pills = (at(result, "visits", "MONTH 3", arm) for arm in (ZAP, PILLS))
    assert (zap["n"], zap["mean"], zap["n_change"], zap["mean_change"]) == (6, 25, 6, -25)
    assert (pills["n"], pills["n_change"], pills["mean_change"]) == (7, 6, 10)
    assert pills["mean"] == pytest.approx((6 * 60 + 40) / 7)
    assert (zap["better"], zap["same"], zap["worse"]) == (0, 0, 6)
    assert (pills["better"], pills["same"], pills["worse"]) == (6, 0, 0)  # ten points are ten points


def test_limits_are_students(opened: Opened) -> None:
    month = at(qol(opened()), "visits", "MONTH 3")
    changes = [-25] * 6 + [10] * 6
    low, high = scipy_stats.t.interval(0.95, 11, month["mean_change"], scipy_stats.sem(changes))
    assert (month["n_change"], month["mean_change"]) == (12, -7.5)
    assert (month["change_low"], month["change_high"]) == (pytest.approx(low), pytest.approx(high))


def test_of_a_symptom_more_is_worse(opened: Opened) -> None:
    month = at(qol(opened(), scale="pa"), "visits", "MONTH 3")
    assert (month["mean_change"], month["better"], month["worse"]) == (50, 0, 12)


def test_the_first_to_get_worse_and_death_before(opened: Opened) -> None:
    found = qol(opened(), by="arm").tables["deterioration"]
    found = found[found["kind"] == "first"]
    zap = found[(found["strata"] == ZAP) & (found["time"] == 6)].set_index("cause")
    # ten with a baseline: T-05 and T-19 leave after day 1 (a form missing, one not due) unless they die;
    # T-01 dies on day 30, T-03 on day 60, T-19 (not due) on day 300; T-07 … T-17 are worse on day 90
    assert zap.loc[2, "estimate"] == pytest.approx(2 / 9)
    assert zap.loc[1, "estimate"] == pytest.approx(6 / 9)
    pills = found[(found["strata"] == PILLS)]
    assert pills.loc[pills["cause"] == 1, "estimate"].fillna(0).eq(0).all()


def test_the_sentence_says_better_or_worse_for_whom_and_who_answered(opened: Opened) -> None:
    assert qol(opened(), by="arm").sentence == (
        "Global health status at month 3, against baseline. "
        "Zap now: worse, by an important amount (mean change −25.0, 95 % CI −25.0 to −25.0; 6 patients; by 10 points "
        "or more better 0 (0 %), worse 6 (100 %)); answered by 6 of 7 expected, 2 had died. "
        "Pills only: better, by an important amount (mean change +10.0, 95 % CI +10.0 to +10.0; 6 patients; by 10 "
        "points or more better 6 (100 %), worse 0 (0 %)); answered by 7 of 8 expected, 2 had died."
    )
    assert qol(opened()).sentence.startswith(
        "Global health status at month 3, against baseline. All patients together: no clear change (mean change −7.5"
    )


def test_the_headline_is_the_finding_in_a_breath(opened: Opened) -> None:
    assert qol(opened(), by="arm").facts["verdict"] == (
        "Global health status at month 3, against baseline: Zap now worse by 25.0 points "
        "(95 % CI 25.0 to 25.0; 6 of 7 answered, 2 dead); "
        "Pills only better by 10.0 points (95 % CI 10.0 to 10.0; 7 of 8 answered, 6 of them compared, 2 dead)"
    )
    assert qol(opened(), scale="PA").facts["verdict"] == (
        "Pain at month 3, against baseline: worse by 50.0 points "
        "(95 % CI 50.0 to 50.0; 13 of 15 answered, 12 of them compared, 4 dead)"
    )


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-1, 20, "no clear change"),
        (1, 9, "better, less than what is important"),
        (1, 20, "better, perhaps by an important amount"),
        (1, 10, "better, perhaps by an important amount"),
        (10, 20, "better, by an important amount"),
        (-20, -1, "worse, perhaps by an important amount"),
        (-20, -10, "worse, by an important amount"),
        (math.nan, math.nan, "too few to judge"),
    ],
)
def test_a_change_is_called_what_its_whole_interval_is(low: float, high: float, words: str) -> None:
    health = Scale("QL", "Global health status", "QLQ-C30", "higher", 0, 100, 10)
    pain = Scale("PA", "Pain", "QLQ-C30", "lower", 100, 0, 10)
    assert verdict(low, high, health) == words
    assert verdict(-high, -low, pain) == words  # of a symptom more is worse


def test_a_group_of_nobody_whose_forms_are_followed_is_not_told() -> None:
    tables = full()
    tables["adqolvis"] = [row for row in tables["adqolvis"] if int(row["USUBJID"][2:]) % 2]
    result = qol(door_into(cut_of(tables)), by="arm")
    assert ZAP in result.sentence
    assert PILLS not in result.sentence


def test_an_index_has_three_decimals_and_says_whose_values_it_is_by() -> None:
    index = ("EQ-5D-5L", "EQINDEX", "Index", "level", "higher", -0.3, 1, 60, "Y")
    names = ("PARCAT1", "PARAMCD", "PARAM", "SCALING", "BETTER", "WORST", "BEST", "ORD", "USEDFL")
    tables = full()
    scored = [row for row in tables["adqol"] if row["PARAMCD"] == "QL"]
    for row in scored:
        row |= {name: row[name] / 1000 for name in ("AVAL", "BASE", "CHG") if name in row}
        row |= {"PARAMCD": "EQINDEX", "PARCAT1": "EQ-5D-5L"}
    tables |= {"adqol": scored, "qlscales": [dict(zip(names, index, strict=True))]}
    tables["adqolvis"] = [row | {"PARCAT1": "EQ-5D-5L"} for row in tables["adqolvis"]]
    more = '[quality_of_life]\nvalue_set = "madeup.csv"\nvalue_set_source = "nobody\'s"\n'
    result = qol(door_into(cut_of(tables, PROTOCOL.replace("[quality_of_life]\n", more))), by="arm")
    assert "mean change −0.025" in result.sentence
    assert tables_of_screen.qol_visits(result)["Change (95 % CI)"].iloc[1].startswith("−0.025 (")
    assert "by the value set of the protocol file, madeup.csv (nobody's)" in " ".join(result.notes)
    assert result.tables["deterioration"].empty  # no important difference is declared of it


def test_codes_for_who_may_not_know_the_arms(opened: Opened) -> None:
    result = qol(opened(Role.DSMB), by="arm")
    assert result.facts["order"] == ["Arm A", "Arm B"]
    assert any("Codes hide the arms' names only" in note for note in result.notes)


def test_what_is_assumed_and_what_is_left_out_is_said(opened: Opened) -> None:
    notes = " ".join(qol(opened()).notes)
    assert "Important is a change of 10 points (somebody)." in notes
    assert "1 outside its window are counted too" in notes
    assert "has died, is not in them" in notes
    assert [(each.n, each.reason[:8]) for each in qol(opened()).excluded] == [(8, "no score")]


def test_without_an_important_difference_nobody_is_better_or_worse() -> None:
    text = PROTOCOL.replace('points = 10.0\nsource = "somebody"\n', "")
    result = qol(door_into(cut_of(full(), text)))
    assert result.tables["visits"][["better", "same", "worse"]].isna().to_numpy().all()
    assert result.tables["deterioration"].empty
    assert "declares no important difference" in " ".join(result.notes)


def test_a_scale_that_is_not_there_is_refused(opened: Opened) -> None:
    with pytest.raises(NotFound, match="There are: QL, PA"):
        qol(opened(), scale="XX")


def test_a_trial_without_questionnaires_and_one_without_patients_say_so(opened: Opened) -> None:
    nothing = {name: rows for name, rows in full().items() if name not in ("qlscales", "adqol", "adqolvis")}
    result = qol(door_into(cut_of(nothing)))
    assert "delivered no answers" in result.empty
    assert all(frame.empty for frame in result.tables.values())
    assert qol(opened(), where="AGE > 200").empty == "No patient is in this population yet."


def test_a_group_of_one_has_a_mean_and_no_limits(opened: Opened) -> None:
    month = at(qol(opened(), where="AGE = 57"), "visits", "MONTH 3")
    assert (month["n_change"], month["mean_change"]) == (1, -25)
    assert math.isnan(month["change_low"])
    assert "too few to judge" in qol(opened(), where="AGE = 57").sentence


def test_nobody_has_a_change_yet() -> None:
    tables = full()
    tables["adqol"] = [row for row in tables["adqol"] if row["VISITNUM"] == 1]
    assert "nobody has an answer after baseline yet" in qol(door_into(cut_of(tables))).sentence
    assert len(subjects()) == 24


@pytest.mark.parametrize(
    ("better", "low", "mean", "high", "said"),
    [
        ("higher", -17.9, -12.7, -7.4, "worse by 12.7 points (95 % CI 7.4 to 17.9; "),
        ("lower", -17.9, -12.7, -7.4, "better by 12.7 points (95 % CI 7.4 to 17.9; "),
        ("higher", -3.14, 1.0, 5.2, "no clear change (95 % CI −3.1 to +5.2; "),
        ("higher", float("nan"), 4.0, float("nan"), "too few to judge (7 of 8 answered"),
    ],
)
def test_the_headline_says_how_sure_it_is(better: str, low: float, mean: float, high: float, said: str) -> None:
    row = {"visit": "MONTH 3", "change_low": low, "mean_change": mean, "change_high": high, "n_change": 7}
    form = {"received": 7, "outside_window": 0, "expected": 8, "dead": 0}
    scale = Scale("QL", "Global health status", "QLQ-C30", better, 0, 100, 10)
    assert headline([(POOLED, row, form)], scale).startswith(
        f"Global health status at month 3, against baseline: {said}"
    )
