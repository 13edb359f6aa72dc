"""Tables of the enrolment screen, as they are read."""

from __future__ import annotations

import pandas as pd
import pytest

from crlm_dash import tables
from crlm_dash.analyses import Result, enrolment
from tests.analyses.recruiting import EVENTS, PLAN, Patient, door_to, steady

TWO = {"01": ("2024-01-10", 0.8), "02": ("2024-05-01", 0.6)}


@pytest.fixture(scope="module")
def going_on() -> Result:
    return enrolment(door_to(steady(TWO, hazard=0.05), PLAN + EVENTS.format(30)), open_sites=2)


def line(frame: pd.DataFrame, first: str) -> list[str]:
    return frame.set_index(frame.columns[0]).loc[first].tolist()


def test_the_answer_at_a_glance(going_on: Result) -> None:
    cards = tables.enrolment_figures(going_on).set_index("What")
    row = going_on.tables["forecast"].iloc[0]
    assert cards.loc["Enrolled", "Number"] == f"{row['n_now']} of 60"
    assert cards.loc["Enrolled", "Meaning"].endswith("behind the plan")
    assert cards.loc["Target expected", "Number"] == f"{row['median']:%b %Y}"
    assert cards.loc["Target expected", "Meaning"].startswith("80 % sure: ")
    assert cards.loc["30 events expected", "Meaning"].endswith(" so far")
    assert "2.0 planned" in cards.loc["Enrolled a month", "Meaning"]
    assert "needed to finish on time" in cards.loc["Enrolled a month", "Meaning"]


def test_targets_as_now_and_after_a_change(going_on: Result) -> None:
    shown = tables.enrolment_forecast(going_on)
    assert shown["If"].tolist() == ["as now", "changed"] * 2
    assert shown["Target"].tolist() == ["60 patients"] * 2 + ["30 events"] * 2
    assert "If" not in tables.enrolment_forecast(enrolment(door_to(steady(TWO)))).columns


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ("2028-01-20", "2028-09-01", "Jan to Sep 2028"),
        ("2027-11-20", "2028-03-01", "Nov 2027 to Mar 2028"),
        ("2027-11-20", None, "Nov 2027 or never"),
        (None, None, "not reached or never"),
    ],
)
def test_an_interval_in_a_few_words(going_on: Result, low: str | None, high: str | None, words: str) -> None:
    frame = going_on.tables["forecast"].head(1).assign(low80=pd.Timestamp(low), high80=pd.Timestamp(high))
    result = Result(**(going_on.__dict__ | {"tables": going_on.tables | {"forecast": frame}}))
    assert tables.enrolment_forecast(result)["80 % sure"].tolist() == [words]


def test_what_cannot_be_forecast_says_why() -> None:
    closed = PLAN.replace("per_month", "closed = 2026-01-01\nper_month")
    cases = {
        "enrolment closed": enrolment(door_to(steady(TWO), closed)),
        "nobody enrolled yet": enrolment(door_to([Patient("01", "2026-01-10")])),
        "too few for a forecast": enrolment(door_to([Patient("01", "2025-12-01", "2025-12-10")])),
    }
    for words, result in cases.items():
        assert tables.enrolment_forecast(result)["Expected"].tolist() == [words]
        assert line(tables.enrolment_figures(result), "Target") == ["not reached", words]
    reached = enrolment(door_to(steady(TWO), PLAN.replace("target = 60", "target = 9")))
    assert tables.enrolment_forecast(reached)["Expected"].iloc[0].startswith("reached on 20")


def test_numbers_expected_by_each_day(going_on: Result) -> None:
    shown = tables.enrolment_bands(going_on)
    first = shown[(shown["What"] == "patients") & (shown["If"] == "as now")]
    n = going_on.tables["forecast"]["n_now"].iloc[0]
    assert first.iloc[0].tolist()[2:] == ["2026-01-31", str(n), f"{n} to {n}", f"{n} to {n}"]
    assert first["Expected"].iloc[-1] == "60"
    assert set(shown["What"]) == {"patients", "events"}


def test_sites_with_their_rates(going_on: Result) -> None:
    shown = tables.enrolment_rates(going_on)
    assert shown["Site"].tolist() == ["01", "02"]
    assert shown["A month, as forecast (95 %)"].str.match(r"\d\.\d\d \(\d\.\d\d to \d\.\d\d\)").all()


def test_the_look_back_says_whether_it_held(going_on: Result) -> None:
    shown = tables.enrolment_backtest(going_on)
    assert shown["Said"].tolist() == ["12 months ago", "6 months ago", "3 months ago"]
    assert shown["Enrolled now"].str.contains(": (?:within|outside)").all()
    coverage = tables.enrolment_coverage(going_on)
    assert coverage["Forecast for"].tolist() == ["3 months ahead", "6 months ahead", "12 months ahead"]


def test_the_flow_as_a_list_is_indented(going_on: Result) -> None:
    shown = tables.enrolment_consort(going_on)
    assert shown["What"].iloc[:3].tolist() == ["Assessed for eligibility", "Excluded", "\u2003Not eligible"]
    assert set(shown["Group"]) == {"All arms", "Zap now", "Pills only"}


def test_milestones_say_what_is_reached_planned_and_expected(going_on: Result) -> None:
    shown = tables.enrolment_milestones(going_on).set_index("Milestone")
    assert shown.loc["First patient in", ["At", ""]].tolist() == ["1 patient", "reached"]
    assert shown.loc["Planned end of enrolment", ["At", "Day", ""]].tolist() == ["–", "2026-12-31", "planned"]
    assert shown.loc["Last patient in", "At"] == "60 patients"
    assert shown.loc["Last patient in", "80 % sure"] != "–"
