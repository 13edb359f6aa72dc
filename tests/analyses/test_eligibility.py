"""Eligibility of the demonstration trials: every number of the page adds up to the funnel, for every role."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import Result, eligibility, eligibility_limit, enrolment, patient, patients
from crlm_dash.analyses.eligibility_counts import by_place, reasons_by_criterion, reasons_together
from crlm_dash.errors import NotFound, RequestError
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore

TRIALS = ("CRLM10", "CRLM-EHD")
Asked = Callable[..., Result]


@pytest.fixture(scope="module", params=TRIALS)
def door(request: pytest.FixtureRequest, demo_store: Path) -> Door:
    return TrialStore(demo_store).open(Viewer(Role.PI), request.param)


def total(frame: pd.DataFrame, column: str) -> int:
    """The sum of a column."""
    return int(frame[column].sum())


def test_the_three_counts_of_a_small_example() -> None:
    patterns = pd.DataFrame(
        [("", 5, 5), ("A", 3, 2), ("A B", 4, 4), ("B C", 1, 0)], columns=["reasons", "n", "n_complete"]
    )
    found = reasons_by_criterion(patterns, ["A", "B", "C", "D"]).set_index("criterion")
    assert found.loc["A"].tolist() == [7, 7, 2, 1]  # any, first, only, only but others unknown
    assert found.loc["B"].tolist() == [5, 1, 0, 0]
    assert found.loc["C"].tolist() == [1, 0, 0, 0]
    assert found.loc["D"].tolist() == [0, 0, 0, 0]
    assert reasons_together(patterns)["reasons"].tolist() == ["A B", "A", "B C"]


def test_many_months_become_quarters_and_keep_their_sums() -> None:
    months = [f"{2020 + k // 12}-{k % 12 + 1:02d}" for k in range(30)]
    rows = [("month", month, None, 10) for month in months] + [("month", month, "A", 2) for month in months]
    found = by_place(pd.DataFrame(rows, columns=["kind", "place", "criterion", "n"]), "month")
    assert found["place"].tolist()[:2] == ["2020 Q1", "2020 Q2"]
    assert found["n"].tolist() == [6] * 10
    assert found["n_screened"].tolist() == [30] * 10


@pytest.mark.parametrize("basis", ["data", "recorded"])
def test_every_chart_adds_up_to_the_funnel(door: Door, basis: str) -> None:
    result = eligibility(door, basis=basis)
    tables = result.tables
    steps = tables["funnel"].set_index("step")["n"]
    n_screened = steps["Screened"]
    lost = tables["funnel"].query("kind == 'lost'")
    assert n_screened == result.n_total == steps["Enrolled"] + total(lost, "n")
    assert n_screened == total(tables["outcomes"], "n") == total(tables["verdicts"], "n")
    criteria = tables["criteria"]
    assert (criteria[["n_met", "n_not_met", "n_unknown"]].sum(axis=1) == n_screened).all()
    assert (criteria["n_sole"] + criteria["n_sole_open"] <= criteria["n_first"]).all()
    assert (criteria["n_first"] <= criteria["n_not_met"]).all()
    for places in (tables["sites"], tables["months"]):
        per_criterion = places.groupby("criterion")["n"].sum()
        assert per_criterion.to_dict() == criteria.query("n_not_met > 0").set_index("criterion")["n_not_met"].to_dict()
    if basis == "data":
        by_verdict = tables["verdicts"].groupby("verdict")["n"].sum()
        assert total(criteria, "n_first") == by_verdict["Not eligible"]
        assert steps["Eligible by the data"] == by_verdict["Eligible"]
        assert steps["Evaluated: eligible or not"] == by_verdict["Eligible"] + by_verdict["Not eligible"]


def test_enrolment_and_eligibility_tell_the_same_ends_of_screening(door: Door) -> None:
    ends = eligibility(door).tables["outcomes"].set_index("outcome")["n"]
    steps = enrolment(door).tables["funnel"].set_index("step")["n"]
    renamed = {"Declined before enrolment": "Declined"}
    assert {renamed.get(step, step): n for step, n in steps.items() if step != "Screened"} == ends.to_dict()
    listed = patients(door, limit=100_000).tables["subjects"]["status"].value_counts()
    words = {"Screening failed": "Failed eligibility", "Declined": "Declined", "In screening": "Pending"}
    assert {words[word]: n for word, n in listed.items() if word in words} == {
        end: n for end, n in ends.items() if end in words.values() and n
    }


def test_the_page_agrees_with_the_sum_of_the_patients(door: Door, demo_store: Path) -> None:
    listed = eligibility(door, limit=100_000).tables["subjects"]
    criteria = eligibility(door).tables["criteria"].set_index("criterion")["n_not_met"]
    by_data = listed[listed["result"] == "not met"].groupby("criterion").size()
    assert by_data.to_dict() == criteria[criteria > 0].to_dict()


def test_deviations_are_the_enrolled_who_are_not_eligible(door: Door) -> None:
    tables = eligibility(door, limit=100_000).tables
    enrolled = tables["verdicts"].query("outcome == 'enrolled' and verdict == 'Not eligible'")["n"].sum()
    assert tables["deviations"].query("kind == 'criterion'")["USUBJID"].nunique() == enrolled


def test_it_is_told_why_more_are_enrolled_than_found_eligible(door: Door) -> None:
    result = eligibility(door)
    enrolled = result.tables["verdicts"].query("outcome == 'enrolled'").set_index("verdict")["n"]
    told = [note for note in result.notes if note.startswith("Enrolled but not found eligible")]
    words = f"{enrolled['Undecided']:,} undecided, since a fact is missing, and {enrolled['Not eligible']:,} with"
    assert bool(told) == bool(enrolled["Undecided"] + enrolled["Not eligible"])
    assert all(words in note for note in told)


def test_only_the_viewer_s_sites_are_listed_but_all_are_counted(door: Door, demo_store: Path) -> None:
    mine = TrialStore(demo_store).open(Viewer(Role.MDT, frozenset({"01"})), door.cut.trial)
    everywhere, here = eligibility(door), eligibility(mine)
    pd.testing.assert_frame_equal(everywhere.tables["criteria"], here.tables["criteria"])
    for name in ("subjects", "missing", "deviations"):
        subjects = here.tables[name]["USUBJID"]
        assert subjects.str.contains("-01-").all()


def test_a_filter_is_said_and_counts_fewer(door: Door) -> None:
    result = eligibility(door, where="SEX = 'F'")
    assert 0 < result.n_total < eligibility(door).n_total
    assert any(note.startswith("Exploratory") for note in result.notes)


def test_a_basis_that_is_not_there_is_refused(door: Door) -> None:
    with pytest.raises(RequestError, match=r"'hearsay' is not there to count reasons by\. There are: data, recorded\."):
        eligibility(door, basis="hearsay")


def test_a_limit_left_where_it_is_gains_nobody(door: Door) -> None:
    eligible = eligibility(door).tables["verdicts"].query("verdict == 'Eligible'")["n"].sum()
    keys = eligibility_limit(door).tables["limits"]["key"]
    assert len(keys) > 0
    for key in keys:
        facts = eligibility_limit(door, limit=key).facts
        assert facts["n_now"] == facts["n_at"] == eligible, key


def test_relaxing_a_limit_altogether_gains_the_only_reasons(door: Door) -> None:
    """Of a criterion with one limit: all whose only unmet criterion it is, and none unknown, are gained."""
    sole = eligibility(door).tables["criteria"].set_index("criterion")["n_sole"]
    limits = eligibility_limit(door).tables["limits"]
    rules = {each.id: each.rule for each in door.protocol.criteria}
    simple = [row for row in limits.to_dict("records") if len(rules[row["criterion"]].split()) == 3]
    assert simple
    for row in simple:
        inclusion = next(each for each in door.protocol.criteria if each.id == row["criterion"]).type == "inclusion"
        low = (row["operator"] in (">", ">=")) == inclusion
        facts = eligibility_limit(door, limit=row["key"], at=-1e9 if low else 1e9).facts
        assert facts["n_at"] - facts["n_now"] == sole[row["criterion"]], row["key"]


def test_a_limit_that_is_not_there_is_told_with_those_that_are(door: Door) -> None:
    with pytest.raises(NotFound, match=r"There is no limit 'I99'\. Limits: "):
        eligibility_limit(door, limit="I99")


def test_the_patient_s_card_says_what_the_page_counts(door: Door) -> None:
    tables = eligibility(door, limit=100_000).tables
    refused = tables["subjects"].query("result == 'not met'").iloc[0]
    card = patient(door, usubjid=refused["USUBJID"])
    mine = card.tables["criteria"].set_index("criterion")
    assert mine.at[refused["criterion"], "result"] == "not met"
    assert mine.at[refused["criterion"], "value"] == refused["value"]
    assert card.facts["eligibility"]["verdict"] == "not eligible"
    assert refused["criterion"] in card.facts["eligibility"]["not_met"]
    if len(tables["missing"]):
        waiting = tables["missing"].iloc[0]
        found = patient(door, usubjid=waiting["USUBJID"]).facts["eligibility"]
        assert found["unknown"] == waiting["criteria"].split()
        assert len(found["missing"]) == len(waiting["facts"].split(", "))
