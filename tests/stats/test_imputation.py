"""Chained equations, Rubin's rules and limits by draws where the answer is known by hand, and at their edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from crlm_dash.stats.counts import Floats
from crlm_dash.stats.group_comparison import OVERLAP, RATIO, Asked, Quantity, Subjects, compared
from crlm_dash.stats.imputation import DONORS, Variable, imputed, nelson_aalen
from crlm_dash.stats.imputed_comparison import (
    Incomplete,
    PooledEstimate,
    bootstrap_imputed,
    component_limits,
    pooled_estimates,
)
from crlm_dash.stats.rubin import pooled

NAN = np.nan
RATIO_BY_OVERLAP = Quantity(RATIO, OVERLAP, 0.0)


def fill(variables: list[Variable], always: Floats, sets: int = 40, seed: int = 1) -> list[Floats]:
    counted = np.ones((sets, len(variables[0].value)))
    return imputed(variables, always, counted, np.random.default_rng(seed))


def test_rubins_rules_worked_by_hand() -> None:
    found = pooled(np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.5, 0.5]))
    # within 0.5, between 1, total 0.5 + 4/3; share of the total (4/3) / (11/6) = 8/11; df = 2 × (11/8)²
    assert found.estimate == pytest.approx(2.0)
    assert found.variance == pytest.approx(11 / 6)
    assert found.df == pytest.approx(2 * (11 / 8) ** 2)
    assert found.quantile() == pytest.approx(student.ppf(0.975, 2 * (11 / 8) ** 2))
    alike = pooled(np.full(5, 0.3), np.full(5, 0.04))
    assert alike.std_error == pytest.approx(0.2)
    assert alike.quantile() == pytest.approx(1.96, abs=1e-3)
    assert alike.fmi == pytest.approx(0.0, abs=1e-6)


def test_the_cumulative_hazard_worked_by_hand() -> None:
    time, entry = np.array([1.0, 2.0, 2.0, 4.0, 0.0]), np.array([0.0, 0.0, 0.0, 2.0, 0.0])
    event = np.array([1.0, 1.0, 0.0, 1.0, 0.0])
    once, twice = nelson_aalen(time, entry, event, np.array([[1.0] * 5, [2.0, 0.0, 1.0, 1.0, 1.0]]))
    # at 1 one of three at risk, at 2 one of two, at 4 the last, who entered at 2; the fifth is never at risk
    np.testing.assert_allclose(once, [1 / 3, 1 / 3 + 1 / 2, 1 / 3 + 1 / 2, 1.0, 0.0])
    np.testing.assert_allclose(twice, [2 / 3, 2 / 3, 2 / 3, 1.0, 0.0])
    assert not nelson_aalen(time, entry, np.zeros(5), np.ones((1, 5))).any()


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_only_what_is_missing_changes_and_only_to_what_somebody_has(seed: int) -> None:
    generator = np.random.default_rng(seed)
    number, level = generator.normal(size=60), generator.integers(0, 3, 60).astype(float)
    number[generator.random(60) < 0.2], level[generator.random(60) < 0.2] = NAN, NAN
    variables = [Variable(number), Variable(level, 4)]  # the fourth level is in nobody
    found = fill(variables, generator.normal(size=(60, 2)), sets=3, seed=seed)
    again = fill(variables, np.random.default_rng(seed).normal(size=(60, 2)) * 0 + 1, sets=3, seed=seed)
    for variable, values, other in zip(variables, found, again, strict=True):
        assert np.isin(values, variable.value[variable.known]).all()
        np.testing.assert_array_equal(values[:, variable.known], other[:, variable.known])


def test_what_is_known_without_error_is_imputed_so() -> None:
    generator = np.random.default_rng(2)
    x = np.arange(200.0)
    number, level = 3 * x + 1, (x >= 100).astype(float)
    gaps = generator.choice(200, 30, replace=False)
    found, sides = fill(
        [Variable(np.where(np.isin(x, gaps), NAN, number)), Variable(np.where(np.isin(x, gaps), NAN, level), 2)],
        x[:, None],
    )
    assert np.abs(found - number).max() <= 3 * 2 * DONORS  # one of the neighbours
    far = np.isin(x, gaps) & (np.abs(x - 99.5) > 30)
    np.testing.assert_array_equal(sides[:, far], np.tile(level[far], (len(sides), 1)))


def test_a_subject_drawn_more_often_is_a_donor_more_often() -> None:
    value = np.array([NAN] + [0.0] * 30 + [1.0] * 30)
    always = np.random.default_rng(5).normal(size=(61, 1))
    counted = np.ones((400, 61))
    counted[:, 31:] = 4.0  # of five donors four are ones
    share = imputed([Variable(value)], always, counted, np.random.default_rng(3))[0][:, 0].mean()
    assert 0.7 < share < 0.9
    nobody = np.where(np.arange(61) > 30, 0.0, 1.0) * np.ones((50, 1))
    assert imputed([Variable(value)], always, nobody, np.random.default_rng(3))[0][:, 0].max() == 0.0


def test_a_level_that_everybody_has_is_given_and_a_constant_predicts_nothing() -> None:
    value = np.where(np.arange(30) % 5 == 0, NAN, 1.0)
    found = fill([Variable(value, 2), Variable(np.full(30, 7.0))], np.zeros((30, 1)), sets=2)
    assert (found[0] == 1.0).all()


def test_donors_of_whom_the_same_is_predicted_are_taken_by_chance_not_by_their_place() -> None:
    generator = np.random.default_rng(8)
    age = np.sort(generator.normal(60, 10, 300))  # rows in the order of the very values that are imputed
    gaps = generator.choice(300, 60, replace=False)
    sex, group = (generator.integers(0, 2, 300).astype(float) for _ in range(2))
    known = np.where(np.isin(np.arange(300), gaps), NAN, age)
    found = fill([Variable(known), Variable(sex, 2)], group[:, None], sets=200)[0][:, gaps]
    spread = np.nanstd(known)
    assert 0.9 * spread < found.std() < 1.1 * spread
    assert found.mean(axis=1).std() < 3 * spread / np.sqrt(60)
    assert len(np.unique(found)) > 200  # of 240 who could be donors


@pytest.mark.parametrize("level", [False, True])
def test_what_varies_in_nobody_with_a_value_predicts_nothing(level: bool) -> None:
    generator = np.random.default_rng(9)
    x, only_gaps = generator.normal(size=300), np.arange(300) < 8
    value = (generator.random(300) < 0.1).astype(float) if level else x + generator.normal(size=300)
    known = np.where(np.arange(300) < 30, NAN, value)
    found = fill([Variable(known, 2 if level else 0)], np.column_stack((x, only_gaps)), sets=300)[0]
    these, others = found[:, :8], found[:, 8:30]
    if level:
        assert these.mean() < 0.25
    assert these.std() < 1.5 * others.std() + 0.1


def trial(seed: int, n: int = 150) -> tuple[Subjects, Incomplete]:
    generator = np.random.default_rng(seed)
    x = np.column_stack((generator.normal(size=n), generator.integers(0, 2, n)))
    treated = (generator.random(n) < 1 / (1 + np.exp(-x[:, 0]))).astype(float)
    died, stop = generator.exponential(10 * np.exp(-0.5 * x[:, 0])), generator.exponential(12, n)
    event = died <= stop
    subjects = Subjects(x, treated, np.minimum(died, stop), np.zeros(n), event, event)
    gone = np.where(generator.random(n) < 0.2, NAN, x[:, 0])
    return subjects, Incomplete(subjects, (Variable(gone), Variable(x[:, 1], 2)))


ASKED = Asked((5.0,), None, (0.01, 0.99), methods=(OVERLAP,), models=False)


def test_one_data_set_stays_as_it_is_and_several_have_wider_limits() -> None:
    subjects, incomplete = trial(3)
    whole = compared(subjects, ASKED)
    assert pooled_estimates([whole]) == dict(whole.estimates)
    filled = incomplete.filled(np.ones((15, 150)), np.random.default_rng(1))
    sets = [
        compared(Subjects(x, *(getattr(subjects, name) for name in _REST)), ASKED) for x in incomplete.columns(filled)
    ]
    found = pooled_estimates(sets)[RATIO_BY_OVERLAP]
    assert isinstance(found, PooledEstimate)
    mean = np.mean([each.estimates[RATIO_BY_OVERLAP].value[0] for each in sets])
    assert found.value[0] == pytest.approx(mean)
    widest = np.mean([each.estimates[RATIO_BY_OVERLAP].half_width for each in sets])
    assert widest < found.half_width < 1.5 * widest
    assert 0 < found.fmi < 0.5


_REST = ("treated", "time", "entry", "mine", "any_event")


def test_draws_agree_with_the_formulas_and_with_their_seed() -> None:
    subjects, incomplete = trial(4)
    told: list[tuple[int, int]] = []
    drawn = bootstrap_imputed(incomplete, ASKED, (0, 1), 160, 9, lambda done, total: told.append((done, total)))
    values = drawn[RATIO_BY_OVERLAP]
    assert values.shape == (160, 2)
    assert told[-1] == (160, 160)
    np.testing.assert_array_equal(values, bootstrap_imputed(incomplete, ASKED, (0, 1), 160, 9)[RATIO_BY_OVERLAP])
    filled = incomplete.filled(np.ones((15, 150)), np.random.default_rng(1))
    sets = [
        compared(Subjects(x, *(getattr(subjects, name) for name in _REST)), ASKED) for x in incomplete.columns(filled)
    ]
    found = pooled_estimates(sets)[RATIO_BY_OVERLAP]
    assert isinstance(found, PooledEstimate)
    low, high = component_limits(values, float(found.value[0]), found.between)
    assert high - low == pytest.approx(2 * found.half_width, rel=0.2)
    assert (low + high) / 2 == pytest.approx(found.value[0])


def test_limits_by_components_worked_by_hand() -> None:
    values = np.array([[0.0, 2.0], [4.0, 6.0], [8.0, 10.0]])
    # means 1, 5, 9: their variance 16, so 32 between draws; 2 within; (32 - 2) / 2 = 15 is that of the draws alone.
    low, high = component_limits(values, 5.0, 1.0)
    df = max(15**2 / (16**2 / 2 + 1**2 / 3), 3.0)
    assert df == 3.0
    assert high - low == pytest.approx(2 * 3.182446 * 4.0, rel=1e-6)
    assert np.isnan(component_limits(np.full((10, 2), NAN), 5.0, 1.0)).all()
    assert np.isnan(component_limits(values, NAN, 1.0)).all()


def test_draws_that_differ_less_than_their_imputations_give_no_limits() -> None:
    assert np.isnan(component_limits(np.array([[0.0, 1.0], [1.0, 0.0]]), 0.0, 0.0001)).all()
