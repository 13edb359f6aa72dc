"""Bayesian stopping lines: R's numbers (r/stopping.R), a published rule with its chances, and what must always hold."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crlm_dash.errors import RequestError
from crlm_dash.stats import RateRule, posterior_probability, stopping_chances, stopping_number

FIXTURES = Path(__file__).parent / "fixtures"
RULE = ["a", "b", "acceptable", "probability", "min_n"]

# README of the R package stoppingrule (Martens, Lian & Logan), made with its calc.rule.bin(ns = 1:30, p0 = 0.20,
# alpha = 0.10, type = "BB", param = c(0.6, 2.4)): "Reject If N >=", and OC.rule.bin(ps = seq(0.2, 0.4, 0.05)).
# It prints the threshold as 0.9630823. After 4 of 7 the probability is 0.9630827, which its root finder takes for not
# above; every threshold between that and 0.9656 (9 of 24) gives its line.
PUBLISHED = RateRule(0.6, 2.4, acceptable=0.2, probability=0.9631)
PUBLISHED_LINE = {3: 3, 5: 4, 7: 5, 11: 6, 14: 7, 18: 8, 21: 9, 25: 10, 29: 11}  # from this n on
PUBLISHED_CHANCES = {  # true rate: (probability to stop, expected events)
    0.20: (0.09957367, 5.651197),
    0.25: (0.23832301, 6.536293),
    0.30: (0.43615256, 6.926712),
    0.35: (0.64555222, 6.819377),
    0.40: (0.81491087, 6.355803),
}


def fixture(name: str) -> list[tuple[RateRule, int, pd.DataFrame]]:
    """Each rule of a fixture, its last n, and R's rows for it."""
    rows = pd.read_csv(FIXTURES / f"{name}.csv", float_precision="round_trip")
    return [
        (RateRule(*key[:4], int(key[4])), int(key[5]), part) for key, part in rows.groupby([*RULE, "n_max"], sort=False)
    ]


def test_line_and_posterior_equal_r() -> None:
    compared = fixture("stopping_line")
    assert len(compared) == 4
    for rule, n_max, theirs in compared:
        assert theirs["n"].tolist() == list(range(1, n_max + 1))
        np.testing.assert_array_equal(stopping_number(rule, theirs["n"]), theirs["n_stop"])
        ours = posterior_probability(rule, np.ceil(theirs["n"] / 4), theirs["n"])
        np.testing.assert_allclose(ours, theirs["posterior"], rtol=1e-12)


def test_chances_equal_r() -> None:
    for rule, n_max, theirs in fixture("stopping_chances"):
        ours = stopping_chances(rule, theirs["true_rate"].tolist(), n_max)
        for column in ("true_rate", "p_stop", "expected_n"):
            np.testing.assert_allclose(ours[column], theirs[column], rtol=1e-11, atol=1e-14)


def test_a_published_rule() -> None:
    steps = np.array(list(PUBLISHED_LINE))
    n = np.arange(1, 31)
    wanted = [np.nan if k < 3 else PUBLISHED_LINE[int(steps[steps <= k].max())] for k in n]
    np.testing.assert_array_equal(stopping_number(PUBLISHED, n), wanted)
    found = stopping_chances(PUBLISHED, list(PUBLISHED_CHANCES), 30)
    for row, (p_stop, events) in zip(found.itertuples(), PUBLISHED_CHANCES.values(), strict=True):
        assert row.p_stop == pytest.approx(p_stop, abs=5e-9)
        assert row.true_rate * row.expected_n == pytest.approx(events, abs=5e-7)  # Wald: events = rate x subjects


RULES = st.builds(
    RateRule, st.floats(0.1, 5), st.floats(0.1, 20), st.floats(0.02, 0.7), st.floats(0.5, 0.995), st.integers(1, 15)
)


@given(RULES)
def test_the_line_never_falls_and_is_where_the_posterior_passes(rule: RateRule) -> None:
    n = np.arange(0, 81)
    line = stopping_number(rule, n)
    known = ~np.isnan(line)
    assert np.isnan(line[: rule.min_n]).all()
    assert (np.diff(known.astype(int)) >= 0).all()  # once there is a line it stays
    assert np.isin(np.diff(line[known]), (0, 1)).all()
    assert (line[known] <= n[known]).all()
    at, before = line[known], np.maximum(line[known] - 1, 0)
    assert (posterior_probability(rule, at, n[known]) > rule.probability).all()
    assert ((posterior_probability(rule, before, n[known]) <= rule.probability) | (at == 0)).all()
    unreached = n[~known & (n >= rule.min_n) & (n > 0)]
    assert (posterior_probability(rule, unreached, unreached) <= rule.probability).all()


@given(RULES, st.integers(1, 40))
def test_a_higher_rate_stops_more_often_and_sooner(rule: RateRule, n_max: int) -> None:
    found = stopping_chances(rule, [0.0, 0.05, 0.2, 0.5, 1.0], n_max)
    assert (np.diff(found["p_stop"]) >= -1e-12).all()
    assert (np.diff(found["expected_n"]) <= 1e-9).all()
    assert found["p_stop"].between(0, 1 + 1e-12).all()
    assert found["expected_n"].between(0, n_max + 1e-9).all()


def test_chances_by_simulation() -> None:
    rule, rate, n_max, trials = RateRule(0.5, 9.5, 0.05, 0.95, 10), 0.1, 60, 40_000
    events = np.cumsum(np.random.default_rng(90).random((trials, n_max)) < rate, axis=1)
    over = events >= np.nan_to_num(stopping_number(rule, np.arange(1, n_max + 1)), nan=np.inf)
    stopped = over.any(axis=1)
    last = np.where(stopped, over.argmax(axis=1) + 1, n_max)
    exact = stopping_chances(rule, [rate], n_max).iloc[0]
    assert stopped.mean() == pytest.approx(exact["p_stop"], abs=4 * np.sqrt(0.25 / trials))
    assert last.mean() == pytest.approx(exact["expected_n"], abs=4 * last.std() / np.sqrt(trials))


def test_nobody_and_nobody_yet() -> None:
    rule = RateRule(0.5, 9.5, 0.05, 0.95, 10)
    assert np.isnan(stopping_number(rule, [0, 1, 9])).all()
    assert stopping_number(rule, []).shape == (0,)
    assert posterior_probability(rule, 0, 0) == pytest.approx(0.3298768009)  # the prior: 1 - pbeta(.05, .5, 9.5)
    never = stopping_chances(rule, [0.9], 9).iloc[0]
    assert (never["p_stop"], never["expected_n"]) == (0, 9)
    assert stopping_chances(rule, [0.3], 0).iloc[0].tolist() == [0.3, 0, 0]
    assert stopping_chances(rule, [], 20).empty


def test_a_rate_that_is_none_is_refused() -> None:
    with pytest.raises(RequestError, match=r"between 0 and 1; found 1\.2"):
        stopping_chances(PUBLISHED, [1.2], 10)
