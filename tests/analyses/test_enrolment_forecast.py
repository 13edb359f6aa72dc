"""When the target comes, how sure that is, what was said before: on trials that recruit as a drawn list says."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import enrolment
from crlm_dash.analyses.enrolment_sites import Sites, sites_of
from crlm_dash.analyses.result import Result
from crlm_dash.errors import RequestError
from crlm_dash.store.door import Door
from tests.analyses.recruiting import EVENTS, PLAN, Patient, door_to, steady, tables_of
from tests.analyses.tiny import CUTOFF, cut_of, door_into
from tests.roles import INSIDERS

FOUR = {"01": ("2024-01-10", 0.6), "02": ("2024-03-01", 0.4), "03": ("2024-06-01", 0.5), "04": ("2024-09-01", 0.3)}
QUANTILES = ["low95", "low80", "median", "high80", "high95"]


@pytest.fixture(scope="module")
def four() -> Door:
    return door_to(steady(FOUR, hazard=0.04), PLAN + EVENTS.format(30))


@pytest.fixture(scope="module")
def result(four: Door) -> Result:
    return enrolment(four)


def sites_in(door: Door) -> Sites:
    return sites_of(door, door.ask("enrolment_sites", population="SCRNFL"))


def row_of(result: Result, what: str = "patients", scenario: str = "as now") -> pd.Series:
    found = result.tables["forecast"]
    return found[(found["what"] == what) & (found["scenario"] == scenario)].iloc[0]


# -- sites, counted on paper ------------------------------------------------------------------------------------------

DRAWN = [
    Patient("01", "2025-11-01", "2025-11-10"),  # opens site 01: not counted in its rate
    Patient("01", "2025-11-20"),
    Patient("01", "2025-12-15", "2026-01-10"),
    Patient("01", "2025-12-20", "2026-01-31"),  # the day of the cut-off: 0 months back
    Patient("02", "2025-12-01"),  # opens site 02, and was never enrolled
    Patient("02", "2025-12-20", "2025-12-31"),  # 31 days before the cut-off: 1 month back
]


def test_the_patient_who_opens_a_site_is_not_counted_in_its_rate() -> None:
    sites = sites_in(door_to(DRAWN))
    assert sites.listed["siteid"].tolist() == ["01", "02"]
    assert sites.listed["opened_from"].tolist() == ["first screened", "first screened"]
    assert sites.counts()["n"].tolist() == [2, 1]
    assert sites.counts()["months"].to_numpy() == pytest.approx(np.array([91, 61]) / 30.4375)
    assert sites.n_enrolled(3) == 4
    assert [sites.n_enrolled(1), sites.n_enrolled(2, 1)] == [2, 1]


def test_a_month_ago_only_what_was_known_then_counts() -> None:
    then = sites_in(door_to(DRAWN)).counts(1)
    assert then["n"].tolist() == [0, 1]
    assert then["months"].to_numpy() == pytest.approx(np.array([91, 61]) / 30.4375 - 1)


def test_rates_of_the_last_months_leave_out_the_rest() -> None:
    lately = sites_in(door_to(DRAWN)).counts(window=1)
    assert lately["n"].tolist() == [2, 0]
    assert lately["months"].tolist() == [1.0, 1.0]


STATED = PLAN.replace(
    "[[arms]]",
    """[[accrual.sites]]
id = "01"
opened = 2025-10-01
[[accrual.sites]]
id = "02"
opened = 2026-01-01
[[accrual.sites]]
id = "03"
country = "ITA"
opened = 2025-11-01
closed = 2025-12-31
[[accrual.sites]]
id = "04"
planned = 2026-03-02
[[accrual.sites]]
id = "05"
planned = 2025-12-01
[[arms]]""",
    1,
)


def test_stated_days_are_taken_unless_a_patient_shows_them_wrong() -> None:
    sites = sites_in(door_to(DRAWN, STATED))
    listed = sites.listed.set_index("siteid")
    assert listed["opened"].dt.date.to_dict() == {
        "01": dt.date(2025, 10, 1),
        "02": dt.date(2025, 12, 1),  # screened a patient before the day stated
        "03": dt.date(2025, 11, 1),  # has screened nobody, and counts with its time
    }
    assert listed["opened_from"].tolist() == ["protocol", "first screened", "protocol"]
    assert sites.counts()["n"].tolist() == [3, 1, 0]  # a stated day needs no patient left out
    assert sites.counts()["months"].tolist()[2] == pytest.approx(60 / 30.4375)
    assert sites.is_open().tolist() == [True, True, False]
    assert sites.openings() == pytest.approx([30 / 30.4375])  # site 05 is overdue and not counted on
    assert sites.openings(2) == pytest.approx([2 + 30 / 30.4375])  # only site 04 was planned then


def test_the_plan_of_openings_is_counted_from_what_is_open() -> None:
    steps = "openings = [{ by = 2025-12-15, sites = 3 }, { by = 2026-04-01, sites = 4 }]"
    sites = sites_in(door_to(DRAWN, PLAN.replace("per_month", f"{steps}\nper_month")))
    assert sites.openings() == pytest.approx([60 / 30.4375])  # the third of December is overdue
    assert sites.openings(2) == pytest.approx([2 - 47 / 30.4375, 2 + 60 / 30.4375])  # two were open then


# -- the forecast -----------------------------------------------------------------------------------------------------


def test_the_intervals_are_in_order_and_lie_ahead(result: Result) -> None:
    for _, row in result.tables["forecast"].iterrows():
        days = row[QUANTILES].tolist()
        assert days == sorted(days)
        assert days[0] > pd.Timestamp(CUTOFF)


def test_the_median_is_what_the_rates_say(four: Door, result: Result) -> None:
    """The remaining patients at the sum of the sites' rates, to within the little that uncertainty shifts it."""
    row, rates = row_of(result), result.tables["rates"]
    months = (row["target"] - row["n_now"]) / rates["estimate"].sum()
    expected = pd.Timestamp(CUTOFF) + pd.Timedelta(days=months * 30.4375)
    assert abs((row["median"] - expected).days) < 0.08 * months * 30.4375


def test_the_same_cut_gives_the_same_answer_whoever_asks(result: Result) -> None:
    for role in INSIDERS:
        again = enrolment(door_to(steady(FOUR, hazard=0.04), PLAN + EVENTS.format(30), role))
        for name in ("forecast", "bands", "milestones", "backtest", "coverage", "rates"):
            pd.testing.assert_frame_equal(again.tables[name], result.tables[name])
        assert again.sentence == result.sentence


def test_the_look_back_is_what_the_cut_of_that_day_says() -> None:
    """The forecast of six months ago, made from a cut of that day, against the row of the look back."""
    everyone = steady(FOUR)
    told = enrolment(door_to(everyone)).tables["backtest"].set_index("months_ago").loc[6]
    asof = told["asof"].date()
    known = [
        each._replace(enrolled=each.enrolled if each.enrolled and each.enrolled <= asof.isoformat() else None)
        for each in everyone
        if each.screened <= asof.isoformat()
    ]
    shift = CUTOFF - asof  # the cut-off of the drawn trials is fixed: the whole trial is moved
    moved = [
        each._replace(
            screened=str(dt.date.fromisoformat(each.screened) + shift),
            enrolled=each.enrolled and str(dt.date.fromisoformat(each.enrolled) + shift),
            until=CUTOFF.isoformat(),
        )
        for each in known
    ]
    then = row_of(enrolment(door_to(moved)))
    assert then["n_now"] == told["n_then"]
    for column in ("median", "low80", "high80"):
        assert abs((then[column] - shift - told[column]).days) < 25
    assert told["n_low80"] <= told["n_median"] <= told["n_high80"]
    assert told["within95"] == (told["n_low95"] <= told["n_now"] <= told["n_high95"])


def test_coverage_counts_only_forecasts_whose_time_has_come(result: Result) -> None:
    coverage = result.tables["coverage"].set_index("months_ahead")
    assert coverage.loc[3, "n_forecasts"] >= coverage.loc[6, "n_forecasts"] >= coverage.loc[12, "n_forecasts"] > 0
    assert (coverage["n_within80"] <= coverage["n_within95"]).all()
    assert (coverage["n_within95"] <= coverage["n_forecasts"]).all()


def test_bands_begin_where_we_are_and_end_at_the_target(result: Result) -> None:
    bands = result.tables["bands"]
    mine = bands[bands["what"] == "patients"]
    assert mine.iloc[0][["low95", "median", "high95"]].tolist() == [row_of(result)["n_now"]] * 3
    assert (mine[["low95", "low80", "median", "high80", "high95"]].diff().iloc[1:] >= 0).all(axis=None)
    assert mine["high95"].max() == mine["median"].max() == 60


# -- scenarios --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "earlier", "words"),
    [
        ({"open_sites": 4}, True, "4 more sites open now"),
        ({"open_sites": 1, "from_month": 6}, True, "1 more site opens in 6 months"),
        ({"stop_site": "01"}, False, "site 01 stops"),
    ],
)
def test_a_change_moves_the_day(four: Door, asked: dict[str, object], earlier: bool, words: str) -> None:
    changed = enrolment(four, **asked)
    assert (row_of(changed, scenario="changed")["median"] < row_of(changed)["median"]) == earlier
    assert changed.facts["scenario"] == words
    assert changed.sentence.startswith(f"If {words}, 60 patients are expected in ")
    assert ("earlier" if earlier else "later") in changed.sentence


def test_as_now_stays_as_it_is_beside_a_change(four: Door, result: Result) -> None:
    changed = enrolment(four, open_sites=2).tables["forecast"]
    same = changed[changed["scenario"] == "as now"].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, result.tables["forecast"])


def relaxing() -> Door:
    """Five fail by E01 alone, two of them with another fact unknown; three by E01 and I01."""
    patients = steady(FOUR, seed=3)
    failed = [place for place, each in enumerate(patients) if each.enrolled is None][:8]
    tables = tables_of(patients)
    for number, place in enumerate(failed):
        unmet = {"NOT_MET": "E01" if number < 5 else "I01 E01", "UNKNOWN": "I02" if number < 2 else ""}
        tables["elsum"][place] |= unmet
    rules = "".join(
        f'[[criteria]]\nid = "{code}"\ntype = "{kind}"\ntext = "{code}"\nlabel = "Words of {code}"\n'
        for code, kind in (("I01", "inclusion"), ("E01", "exclusion"))
    )
    return door_into(cut_of(tables, PLAN + rules), Role.PI)


def test_relaxing_a_criterion_gains_those_whom_it_alone_keeps_out() -> None:
    door = relaxing()
    n = row_of(enrolment(door))["n_now"]
    gains = enrolment(door).tables["gains"]
    assert gains[["criterion", "label", "n_gain"]].to_numpy().tolist() == [["E01", "Words of E01", 3]]
    assert gains["factor"].tolist() == [pytest.approx(1 + 3 / n)]
    changed = enrolment(door, relax="E01")
    months = [(row_of(changed, scenario=each)["median"] - pd.Timestamp(CUTOFF)).days for each in ("as now", "changed")]
    assert months[0] / months[1] == pytest.approx(1 + 3 / n, rel=0.02)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"stop_site": "09"}, "'09' is not an open site. Open sites: 01, 02, 03, 04."),
        ({"relax": "E09"}, "Relaxing 'E09' gains nobody for certain. Criteria that would: none."),
        ({"open_sites": -1}, "Sites to open go from 0 to 200"),
        ({"lately": -3}, "months cannot be negative"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(four: Door, asked: dict[str, object], told: str) -> None:
    with pytest.raises(RequestError, match=told.replace(".", r"\.")):
        enrolment(four, **asked)


def test_rates_may_be_taken_from_lately() -> None:
    """A trial that slowed down: one patient a month in all, none in the last eight months but two."""
    slow = [each for each in steady(FOUR) if each.screened < "2025-06-01"]
    slow += [Patient("01", "2025-10-01", "2025-10-08"), Patient("02", "2025-12-01", "2025-12-08")]
    found = enrolment(door_to(slow), lately=6)
    assert row_of(found, scenario="changed")["median"] > row_of(found)["median"] + pd.Timedelta(days=300)
    assert found.facts["scenario"] == "rates stay as in the last 6 months"


# -- events -----------------------------------------------------------------------------------------------------------


def test_the_awaited_events_come_from_the_boundary(result: Result) -> None:
    row = row_of(result, "events")
    assert (row["target"], row["state"]) == (30, "expected")
    assert row["n_now"] == sum(each.died for each in steady(FOUR, hazard=0.04))
    steps = result.tables["milestones"].set_index("milestone")
    assert steps.loc["Planned look 1", ["number", "what"]].tolist() == [15, "events"]
    assert steps.loc["Final analysis", "median"] == row["median"]
    months = result.tables["event_months"]
    assert months["n"].sum() == months["cumulative"].iloc[-1] == row["n_now"]


def test_the_day_of_the_events_is_that_of_a_constant_hazard() -> None:
    """600 enrolled over three years, hazard 0.03 a month, none to come: 60 more events of those still at risk."""
    generator, patients = np.random.default_rng(5), []
    for _ in range(600):
        enrolled = dt.date(2023, 1, 31) + dt.timedelta(days=int(generator.uniform(0, 1080)))
        end = enrolled + dt.timedelta(days=int(generator.exponential(30.4375 / 0.03)))
        start = enrolled - dt.timedelta(days=9)
        patients.append(Patient("01", str(start), str(enrolled), str(min(end, CUTOFF)), end <= CUTOFF))
    dead, months = sum(each.died for each in patients), sum(_months(each) for each in patients)
    plan = PLAN.replace("target = 60", "target = 600") + EVENTS.format(dead + 60)
    row = row_of(enrolment(door_to(patients, plan)), "events")
    expected = -np.log(1 - 60 / (600 - dead)) / (dead / months)
    assert (row["median"] - pd.Timestamp(CUTOFF)).days / 30.4375 == pytest.approx(expected, rel=0.1)


def _months(each: Patient) -> float:
    return ((dt.date.fromisoformat(str(each.until)) - dt.date.fromisoformat(str(each.enrolled))).days + 1) / 30.4375


def test_without_an_event_there_is_no_forecast_of_events() -> None:
    found = enrolment(door_to(steady(FOUR), PLAN + EVENTS.format(30)))
    row = row_of(found, "events")
    assert (row["n_now"], row["state"]) == (0, "too early")
    assert pd.isna(row["median"])
    assert any("No event has been observed yet" in note for note in found.notes)


def test_events_that_have_come_have_a_day() -> None:
    patients = steady(FOUR, hazard=0.04)
    days = sorted(each.until for each in patients if each.died)
    found = enrolment(door_to(patients, PLAN + EVENTS.format(6)))
    row = row_of(found, "events")
    assert row["state"] == "reached"
    assert str(row["median"].date()) == days[5]
    look = found.tables["milestones"].set_index("milestone").loc["Planned look 1"]
    assert (str(look["median"].date()), look["kind"]) == (days[2], "reached")


# -- states, in words -------------------------------------------------------------------------------------------------


def test_a_target_that_is_reached_has_a_day() -> None:
    patients = steady(FOUR)
    days = sorted(each.enrolled for each in patients if each.enrolled)
    found = enrolment(door_to(patients, PLAN.replace("target = 60", "target = 12")))
    row = row_of(found)
    assert (row["state"], str(row["median"].date())) == ("reached", days[11])
    when = dt.date.fromisoformat(days[11])
    words = f"The target of 12 patients was reached on {when.day} {when:%B %Y}; {len(days)} are enrolled."
    assert found.sentence == words
    assert found.tables["bands"].empty
    assert enrolment(door_to(patients, PLAN.replace("target = 60", "target = 12")), open_sites=3).tables["bands"].empty


def test_a_closed_trial_forecasts_nothing() -> None:
    ended = [each._replace(status="COMPLETED") if each.enrolled else each for each in steady(FOUR)]
    n = sum(each.enrolled is not None for each in ended)
    over = enrolment(door_to(ended))
    stated = enrolment(door_to(steady(FOUR), PLAN.replace("per_month", "closed = 2026-01-01\nper_month")))
    for found in (over, stated):
        assert row_of(found)["state"] == "closed"
        assert found.sentence == f"Enrolment is closed: {n} patients of 60 planned."
        assert found.tables["backtest"].empty
        assert found.facts["open_sites"] == []


def test_a_trial_that_has_not_started_says_so() -> None:
    found = enrolment(door_to([Patient("01", "2026-01-10")]))
    assert row_of(found)["state"] == "not started"
    assert found.sentence.startswith("No patient of 60 planned is enrolled yet")
    assert found.tables["rates"]["estimate"].notna().all()


def test_one_patient_is_too_few() -> None:
    found = enrolment(door_to([Patient("01", "2025-12-01", "2025-12-10")]))
    assert row_of(found)["state"] == "too early"
    assert found.sentence == "1 patient is enrolled: too few for a forecast."


def test_one_site_and_a_second_patient_give_a_very_wide_forecast() -> None:
    found = enrolment(door_to([Patient("01", "2025-06-01", "2025-06-10"), Patient("01", "2025-12-01", "2025-12-10")]))
    row = row_of(found)
    assert row["state"] in ("expected", "out of reach")
    assert pd.isna(row["high95"])  # beyond twenty years
    assert any("rates may" in note for note in found.notes)


def test_without_a_target_there_is_a_band_and_no_day() -> None:
    found = enrolment(door_to(steady(FOUR), PLAN.replace("target = 60\n", "").replace("planned_end", "planned_end")))
    assert found.tables["forecast"].empty
    assert "no target is stated" in found.sentence
    ahead = found.tables["bands"]["date"].max() - pd.Timestamp(CUTOFF)
    assert ahead.days > 180


def test_when_every_site_is_closed_the_target_is_out_of_reach() -> None:
    closed = "".join(f'[[accrual.sites]]\nid = "{site}"\nopened = 2024-01-02\nclosed = 2025-12-31\n' for site in FOUR)
    found = enrolment(door_to([each for each in steady(FOUR) if each.screened < "2025-12-20"], PLAN + closed))
    assert row_of(found)["state"] == "out of reach"
    assert "no site is open" in found.sentence


def test_silence_that_the_rates_make_unlikely_is_told() -> None:
    quiet = enrolment(door_to([each for each in steady(FOUR) if each.screened < "2025-06-01"]))
    assert any("has enrolment been closed?" in note for note in quiet.notes)
    busy = enrolment(door_to(steady(FOUR)))
    assert not any("has enrolment been closed?" in note for note in busy.notes)


def test_an_empty_trial_has_every_table_and_says_why() -> None:
    found = enrolment(door_to([], PLAN + EVENTS.format(30)))
    full = enrolment(door_to(steady(FOUR, hazard=0.04), PLAN + EVENTS.format(30)))
    assert found.empty == "No subject has been screened yet."
    assert set(found.tables) == set(full.tables)
    for name, frame in full.tables.items():
        assert list(found.tables[name].columns) == list(frame.columns), name


# -- the plan, and what holds back ------------------------------------------------------------------------------------


def test_the_deficit_and_what_is_needed() -> None:
    patients = steady(FOUR)
    n = sum(each.enrolled is not None for each in patients)
    row = enrolment(door_to(patients)).tables["against_plan"].iloc[0]
    days = (CUTOFF - dt.date(2024, 1, 1)).days + 1
    planned, left = 2.0 * days / 30.4375, (dt.date(2026, 12, 31) - CUTOFF).days / 30.4375
    assert row["planned"] == pytest.approx(planned)
    assert row["deficit"] == pytest.approx(planned - n)
    assert row["needed_per_month"] == pytest.approx((60 - n) / left)


def test_the_pace_counts_the_last_months(result: Result) -> None:
    pace = result.tables["pace"].set_index("months")
    enrolled = [dt.date.fromisoformat(each.enrolled) for each in steady(FOUR, hazard=0.04) if each.enrolled]
    for months in (3.0, 6.0, 12.0):
        n = sum((CUTOFF - when).days < months * 30.4375 for when in enrolled)
        assert pace.loc[months, ["n", "per_month"]].tolist() == [n, pytest.approx(n / months)]
    assert pace["n"].iloc[-1] == len(enrolled)
    assert (pace["planned"] == 2.0).all()


@pytest.mark.parametrize("rate", [0.25, 0.5, 0.7])
def test_the_causes_add_up_to_what_is_missing(rate: float) -> None:
    """Two of four sites opened a year late; what faster sites have made up for is taken off."""
    opened = ("2024-01-05", "2024-01-05", "2025-01-05", "2025-01-05")
    found = enrolment(door_to(steady({f"0{n}": (day, rate) for n, day in enumerate(opened, 1)}, seed=4), _LONG))
    told = found.facts["because"].split(". ")[0]
    lost = sum(int(n) for n in re.findall(r"\(about (\d+) patients?\)", told))
    made_up = sum(int(n) for n in re.findall(r"about (\d+) have been made up for", told))
    assert lost > 0
    assert (made_up > 0) == (rate > 0.5)
    assert lost - made_up == pytest.approx(found.tables["against_plan"]["deficit"].iloc[0], abs=1.5)


def test_sites_opened_late_are_told_apart_from_slow_ones() -> None:
    """Four planned sites at half a month each: two that opened a year late, then two that enrol half as fast."""
    late = {"01": ("2024-01-05", 0.5), "02": ("2024-01-05", 0.5), "03": ("2025-01-05", 0.5), "04": ("2025-01-05", 0.5)}
    slow = dict.fromkeys(("01", "02", "03", "04"), ("2024-01-05", 0.25))
    few = {"01": ("2024-01-05", 0.5), "02": ("2024-01-05", 0.5)}
    told = [enrolment(door_to(steady(each, seed=4), _LONG)).sentence for each in (late, slow, few)]
    assert told[0].split("What holds it back: ")[1].startswith("sites opened late")
    assert told[1].split("What holds it back: ")[1].startswith("the 4 open sites enrol")
    assert "2 of 4 planned sites are open (about " in told[2]


_LONG = PLAN.replace("target = 60", "target = 160")


def test_ahead_of_the_plan_nothing_is_blamed() -> None:
    found = enrolment(door_to(steady(FOUR), PLAN.replace("per_month = 2.0", "per_month = 0.5")))
    assert "Enrolment is ahead of the plan." in found.sentence


def test_open_sites_are_steps(result: Result) -> None:
    steps = result.tables["openings"]
    assert steps["n_open"].tolist() == [1.0, 2.0, 3.0, 4.0, 4.0]
    assert steps["date"].iloc[-1] == pd.Timestamp(CUTOFF)
    assert steps["planned"].isna().all()


def test_days_are_those_of_a_count_by_hand() -> None:
    """Every patient put to the day and the site, one after another."""
    patients = steady(FOUR)
    found = enrolment(door_to(patients), days=True).tables["days"]
    screened: dict[tuple[str, str], int] = {}
    enrolled: dict[tuple[str, str], int] = {}
    for each in patients:
        screened[each.screened, each.site] = screened.get((each.screened, each.site), 0) + 1
        if each.enrolled:
            enrolled[each.enrolled, each.site] = enrolled.get((each.enrolled, each.site), 0) + 1
    assert len(found) == len(set(screened) | set(enrolled))
    so_far = dict.fromkeys(FOUR, (0, 0))
    for row in found.itertuples(index=False):
        key = (str(row.day.date()), row.siteid)
        assert (row.n_screened, row.n_enrolled) == (screened.get(key, 0), enrolled.get(key, 0))
        before = so_far[row.siteid]
        so_far[row.siteid] = (before[0] + row.n_screened, before[1] + row.n_enrolled)
        assert (row.screened, row.enrolled) == so_far[row.siteid]
    assert enrolment(door_to(patients)).tables["days"].empty


def test_groups_are_sites_countries_and_arms(result: Result) -> None:
    groups = result.tables["groups"]
    last = groups.groupby(["by", "strata"], sort=False)["cumulative"].last()
    assert last["site"].tolist() == sorted(last["site"], reverse=True)
    assert set(last["country"].index) == {"CHN", "ITA"}
    assert last["arm"].index.tolist() == ["Zap now", "Pills only"]
    assert {by: last[by].sum() for by in ("site", "country", "arm")} == dict.fromkeys(
        ("site", "country", "arm"), row_of(result)["n_now"]
    )


def test_under_codes_nothing_by_arm_has_a_month() -> None:
    """In a month in which one patient came, a code would be that patient's, whose day of enrolment is known."""
    coded = enrolment(door_to(steady(FOUR), PLAN, Role.DSMB))
    assert set(coded.tables["arms"]["strata"]) == {"Arm A", "Arm B"}
    assert set(coded.tables["groups"]["by"]) == {"site", "country"}
    assert any(note.startswith("Under codes enrolment by arm") for note in coded.notes)
    dated = [
        name for name, table in coded.tables.items()
        if {"month", "day", "date"} & set(table.columns) and table.astype(str).isin(["Arm A", "Arm B"]).any(axis=None)
    ]  # fmt: skip
    assert dated == []
