"""Events to come, against patients simulated one by one and what can be written down."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crlm_dash import stats
from crlm_dash.errors import ContractError
from crlm_dash.stats.counts import Floats, Ints
from tests.stats.trials import Setting, event_coverage

NOBODY = pd.DataFrame({"seen": [], "now": [], "n": []}, dtype="int64")


def sure(events: float, months: float, left: float = 0.0) -> stats.EventHazards:
    """So much follow-up, evenly over all pieces, that the hazards are as good as known."""
    return stats.EventHazards(np.full(6, events / 6), np.full(6, months / 6), left)


def cohort(*rows: tuple[int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["seen", "now", "n"])


def nobody_new(months: int, courses: int = 2000) -> Ints:
    return np.zeros((courses, months), dtype=np.int64)


def test_events_and_time_at_risk_are_put_into_pieces() -> None:
    followed = pd.DataFrame(
        {
            "months": [3.0, 8.0, 6.0, 30.0, 70.0],
            "what": ["event", "event", "left", "followed", "completed"],
            "n": [2, 1, 1, 1, 1],
        }
    )
    found = stats.event_hazards(followed)
    assert found.events.tolist() == [2, 1, 0, 0, 0, 0]
    assert found.months.tolist() == [2 * 3 + 6 * 4, 2 + 6 + 6, 24, 6 + 12, 24, 10]
    assert found.left == 1
    assert found.overall == pytest.approx(3 / 120)


@pytest.mark.parametrize(
    "row", [{"months": 0.0, "what": "event"}, {"months": 2.0, "what": "asleep"}], ids=["no time", "no such end"]
)
def test_impossible_follow_up_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(ContractError, match="followed"):
        stats.event_hazards(pd.DataFrame([{"n": 1} | row]))


def test_without_an_event_nothing_is_forecast() -> None:
    hazards = stats.event_hazards(pd.DataFrame({"months": [5.0], "what": ["followed"], "n": [1]}))
    with pytest.raises(ContractError, match="no event"):
        stats.events_by_month(hazards, cohort((4, 5, 1)), nobody_new(12), seed=[1])


def test_a_constant_hazard_leaves_the_exponential_share() -> None:
    """100 patients, hazard 0.05 a month, nobody leaves: 100 (1 − exp(−0.05 m)) events by month m."""
    events = stats.events_by_month(sure(5e6, 1e8), cohort((10, 10, 100)), nobody_new(24), seed=[1])
    month = np.arange(1, 25)
    np.testing.assert_allclose(events.mean(axis=0), 100 * (1 - np.exp(-0.05 * month)), rtol=0.02)
    q = 1 - np.exp(-0.05 * 24)
    assert events[:, -1].var() == pytest.approx(100 * q * (1 - q), rel=0.12)


def test_who_leaves_has_no_event_and_follow_up_ends_as_planned() -> None:
    events = stats.events_by_month(sure(4e6, 1e8, left=4e6), cohort((0, 0, 1000)), nobody_new(200, 400), seed=[2])
    assert events[:, -1].mean() == pytest.approx(500, rel=0.02)  # event and leaving are equally likely
    short = stats.events_by_month(sure(4e6, 1e8), cohort((40, 40, 1000)), nobody_new(60, 400), longest=60, seed=[3])
    assert short[:, -1].mean() == pytest.approx(1000 * (1 - np.exp(-0.04 * 20)), rel=0.03)
    assert (short[:, 21:] == short[:, [20]]).all()
    ended = stats.events_by_month(sure(4e6, 1e8), cohort((60, 61, 50)), nobody_new(12, 40), longest=60, seed=[3])
    assert (ended == 0).all()


def test_what_befell_patients_since_they_were_seen_comes_in_the_first_month() -> None:
    events = stats.events_by_month(sure(5e6, 1e8), cohort((2, 8, 1000)), nobody_new(3, 800), seed=[4])
    assert events[:, 0].mean() == pytest.approx(1000 * (1 - np.exp(-0.05 * 7)), rel=0.02)


def test_patients_to_come_are_at_risk_from_the_middle_of_their_month() -> None:
    arrivals = nobody_new(12, 800)
    arrivals[:, 0] = 1000
    events = stats.events_by_month(sure(5e6, 1e8), NOBODY, arrivals, seed=[5])
    assert events[:, 0].mean() == pytest.approx(1000 * (1 - np.exp(-0.05 * 0.5)), rel=0.05)
    assert events[:, 11].mean() == pytest.approx(1000 * (1 - np.exp(-0.05 * 11.5)), rel=0.02)


def test_hazards_are_as_uncertain_as_few_events_leave_them() -> None:
    few = stats.events_by_month(sure(6, 600), cohort((0, 0, 100)), nobody_new(12), seed=[6])
    many = stats.events_by_month(sure(6e6, 6e8), cohort((0, 0, 100)), nobody_new(12), seed=[6])
    assert few[:, -1].std() > 1.3 * many[:, -1].std()
    assert few[:, -1].mean() == pytest.approx(many[:, -1].mean(), rel=0.12)


def one_by_one(hazard: Floats, leaving: float, now: Ints, arrivals: Ints, horizon: int, seed: int) -> Ints:
    """Every patient simulated: the month of the event of each who has one, counted month by month."""
    generator = np.random.default_rng(seed)
    edges = np.array([0.0, 6.0, 12.0, 24.0, 36.0, 60.0])
    age = np.concatenate([-generator.random(arrivals.sum()), now + 0.5])
    start = np.concatenate([np.repeat(np.arange(len(arrivals)), arrivals) + 0.0, np.zeros(len(now))])
    start[: arrivals.sum()] -= age[: arrivals.sum()]  # enrolled within the month, age 0
    age = np.maximum(age, 0.0)
    at_edges = np.concatenate([[0.0], (hazard[:-1] * np.diff(edges)).cumsum()])
    begun = np.interp(age, edges, at_edges) + hazard[-1] * np.maximum(age - edges[-1], 0)
    goal = begun + generator.exponential(size=len(age))
    beyond = np.maximum(goal - at_edges[-1], 0) / hazard[-1]
    event = np.interp(goal, at_edges, edges) + beyond
    gone = age + generator.exponential(1 / leaving, len(age))
    when = start + np.minimum(event, np.inf) - age
    comes = (event <= gone) & (when < horizon)
    return np.bincount(when[comes].astype(int), minlength=horizon).cumsum()


def test_all_together_is_as_good_as_one_by_one() -> None:
    """Hazards that fall, patients leaving, patients to come: mean, spread and time of the 60th event."""
    hazard = np.array([0.06, 0.05, 0.04, 0.03, 0.02, 0.01])
    known = stats.EventHazards(hazard * 1e8, np.full(6, 1e8), 0.004 * 6e8)
    now = np.array([0] * 10 + [7] * 20 + [15] * 20 + [30] * 20 + [50] * 10)
    arrivals = np.array([4] * 12 + [0] * 24)
    ages, n = np.unique(now, return_counts=True)
    in_followup = pd.DataFrame({"seen": ages, "now": ages, "n": n})
    ours = stats.events_by_month(known, in_followup, np.tile(arrivals, (2000, 1)), seed=[7])
    theirs = np.array([one_by_one(hazard, 0.004, now, arrivals, 36, seed) for seed in range(2000)])
    np.testing.assert_allclose(ours.mean(axis=0), theirs.mean(axis=0), rtol=0.04, atol=0.1)
    assert ours[:, -1].std() == pytest.approx(theirs[:, -1].std(), rel=0.1)
    assert ours[:, 11].std() == pytest.approx(theirs[:, 11].std(), rel=0.1)
    reached, truth = (stats.months_until_event(each, [40])[:, 0] for each in (ours, theirs))
    levels = [0.1, 0.5, 0.9]
    np.testing.assert_allclose(np.quantile(reached, levels), np.quantile(truth, levels), atol=1.0)


def test_the_events_of_a_month_are_spread_over_it_evenly() -> None:
    events = np.array([[0, 4, 4, 9], [1, 1, 1, 1]])
    found = stats.months_until_event(events, [1, 2, 5])
    assert found[0].tolist() == pytest.approx([1.2, 1.4, 3 + 1 / 6])
    assert found[1].tolist() == [0.5, np.inf, np.inf]


def test_the_same_seed_gives_the_same() -> None:
    asked = (sure(30, 900), cohort((3, 4, 40)), nobody_new(24, 200))
    assert (stats.events_by_month(*asked, seed=[1]) == stats.events_by_month(*asked, seed=[1])).all()


def test_nobody_in_follow_up_and_nobody_to_come_has_no_event() -> None:
    assert (stats.events_by_month(sure(30, 900), NOBODY, nobody_new(12, 50), seed=[1]) == 0).all()


def test_intervals_of_the_time_of_the_event_cover_the_truth() -> None:
    """300 trials of ten sites, a third of the patients enrolled, hazard 0.03 a month: the 60th event."""
    setting = Setting(sites=10, to_open=0, spread=0.5, months=14.0)
    eighty, ninety_five = event_coverage(setting, 300, hazard=0.03, number=60, seed=4958, draws=250)
    assert 0.75 <= eighty <= 0.85
    assert 0.91 <= ninety_five <= 0.98


def test_hazards_that_differ_are_believed_where_events_tell_them() -> None:
    """200 events in the first half year, 20 in the next: what comes of new patients falls with their age."""
    hazards = stats.EventHazards(np.array([200.0, 20, 0, 0, 0, 0]), np.array([2000.0, 2000, 0, 0, 0, 0]), 0.0)
    new, seen = (
        stats.events_by_month(hazards, cohort((age, age, 1000)), nobody_new(1, 2000), seed=[9])[:, 0].mean()
        for age in (0, 7)
    )
    assert new == pytest.approx(100, rel=0.1)
    assert seen == pytest.approx(11.5, rel=0.15)
