"""Weights, balance, effective sizes and E-values against tables worked by hand; what cannot be told is not told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crlm_dash import stats
from crlm_dash.stats.counts import Floats
from crlm_dash.stats.draws import bootstrap, percentile_limits
from crlm_dash.stats.group_comparison import (
    CRUDE,
    DIFFERENCE,
    INVERSE,
    MEAN,
    MODEL,
    OVERLAP,
    RATIO,
    Asked,
    Quantity,
    Subjects,
    compared,
)
from crlm_dash.stats.propensity import (
    effective_size,
    inverse_probability_weights,
    overlap_weights,
    propensity,
    separating,
)
from crlm_dash.stats.weighted_incidence import WeightedIncidence

# Fit and unfit patients; 6 of 8 fit ones and 2 of 8 unfit ones chose the treatment: e = 3/4 and 1/4.
FIT = np.repeat([1.0, 1.0, 0.0, 0.0], [6, 2, 2, 6])
CHOSE = np.repeat([1.0, 0.0, 1.0, 0.0], [6, 2, 2, 6])


def by_hand(weights: Floats) -> pd.Series:
    return stats.balance(FIT[:, None], ["fit"], CHOSE, weights, [True]).iloc[0]


def test_weights_of_a_table_worked_by_hand() -> None:
    model = propensity(FIT[:, None], CHOSE)
    np.testing.assert_allclose(model.score[0], np.where(FIT == 1, 0.75, 0.25), rtol=1e-9)
    overlap = overlap_weights(model).value[0]
    np.testing.assert_allclose(overlap, np.repeat([0.25, 0.75, 0.75, 0.25], [6, 2, 2, 6]), rtol=1e-9)
    stabilised = inverse_probability_weights(model, (0.0, 1.0)).value[0]
    np.testing.assert_allclose(stabilised, np.repeat([2 / 3, 2, 2, 2 / 3], [6, 2, 2, 6]), rtol=1e-9)
    cut = inverse_probability_weights(model, (0.0, 0.7))
    np.testing.assert_allclose(cut.value[0], 2 / 3, rtol=1e-9)
    assert cut.cut.sum() == 4
    # (6 × 0.25 + 2 × 0.75)² / (6 × 0.0625 + 2 × 0.5625) = 9 / 1.5
    assert effective_size(overlap[CHOSE == 1]) == pytest.approx(6.0)
    assert effective_size(np.zeros(3)) == 0.0


def test_balance_of_a_table_worked_by_hand() -> None:
    before = by_hand(np.ones(16))
    assert (before["mean"], before["mean_reference"]) == (0.75, 0.25)
    assert before["difference"] == pytest.approx(0.5 / np.sqrt(0.75 * 0.25))  # 1.155
    after = by_hand(overlap_weights(propensity(FIT[:, None], CHOSE)).value[0])
    assert after["mean"] == pytest.approx(0.5)
    assert after["difference"] == pytest.approx(0.0, abs=1e-9)
    assert np.isnan(after["variance_ratio"])


def test_balance_of_numbers_worked_by_hand() -> None:
    x = np.array([1.0, 2.0, 3.0, 2.0, 4.0, 6.0])
    group = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    found = stats.balance(x[:, None], ["x"], group, np.ones(6), [False]).iloc[0]
    assert found["difference"] == pytest.approx((2 - 4) / np.sqrt((1 + 4) / 2))
    assert found["variance_ratio"] == pytest.approx(0.25)
    doubled = stats.balance(x[:, None], ["x"], group, np.array([2.0, 1.0, 1.0, 1.0, 1.0, 1.0]), [False]).iloc[0]
    assert doubled["mean"] == pytest.approx(1.75)
    # Σw(x − 1.75)² = 2 × 0.5625 + 0.0625 + 1.5625 = 2.75, over 4 − 6 / 4 = 2.5
    assert doubled["variance_ratio"] == pytest.approx(2.75 / 2.5 / 4)


def test_balance_of_nobody_and_of_a_constant_is_missing() -> None:
    nobody = stats.balance(np.ones((2, 1)), ["x"], np.ones(2), np.ones(2), [False]).iloc[0]
    assert nobody[["mean_reference", "difference", "variance_ratio"]].isna().all()
    constant = stats.balance(np.ones((4, 1)), ["x"], np.array([1.0, 1.0, 0.0, 0.0]), np.ones(4), [False]).iloc[0]
    assert np.isnan(constant["difference"])


def drawn(seed: int, n: int = 80, censored: float = 0.1) -> Subjects:
    generator = np.random.default_rng(seed)
    x = np.column_stack((generator.normal(size=n), generator.integers(0, 2, n)))
    treated = (generator.random(n) < 1 / (1 + np.exp(-x[:, 0]))).astype(float)
    died = generator.exponential(10 * np.exp(-0.5 * x[:, 0]))
    stop = generator.exponential(1 / censored, n)
    event = died <= stop
    return Subjects(x, treated, np.ceil(np.minimum(died, stop)), np.zeros(n), event, event)


ASKED = Asked((3.0, 6.0), 6.0, (0.01, 0.99))


@given(st.integers(0, 10_000))
def test_overlap_weights_balance_every_covariate_exactly(seed: int) -> None:
    subjects = drawn(seed)
    model = propensity(subjects.x, subjects.treated)
    if model.may_be_separated:
        return
    weights = overlap_weights(model).value[0]
    found = stats.balance(subjects.x, ["a", "b"], subjects.treated, weights, [False, True])
    np.testing.assert_allclose(found["difference"], 0, atol=1e-7)
    assert weights[subjects.treated == 1].sum() == pytest.approx(weights[subjects.treated == 0].sum())


@given(st.integers(0, 10_000))
def test_the_order_of_the_patients_does_not_matter_nor_who_is_the_reference(seed: int) -> None:
    subjects = drawn(seed)
    order = np.random.default_rng(seed).permutation(len(subjects.time))
    moved = Subjects(
        *(getattr(subjects, name)[order] for name in ("x", "treated", "time", "entry", "mine", "any_event"))
    )
    turned = Subjects(
        subjects.x, 1 - subjects.treated, subjects.time, subjects.entry, subjects.mine, subjects.any_event
    )
    plain, other, swapped = (compared(each, ASKED).estimates for each in (subjects, moved, turned))
    for name, estimate in plain.items():
        np.testing.assert_allclose(estimate.value, other[name].value, rtol=1e-6, atol=1e-9, err_msg=str(name))
        np.testing.assert_allclose(estimate.value, -swapped[name].value, rtol=1e-6, atol=1e-8, err_msg=str(name))
        np.testing.assert_allclose(estimate.std_error, swapped[name].std_error, rtol=1e-5, err_msg=str(name))


def test_crude_is_what_the_plain_estimates_say() -> None:
    subjects = drawn(3)
    counts = pd.DataFrame(
        {"strata": pd.Categorical(np.where(subjects.treated == 1, "one", "other"), categories=["other", "one"]),
         "time": subjects.time, "entry": subjects.entry, "event": subjects.mine.astype(int), "n": 1}
    )  # fmt: skip
    found = compared(subjects, ASKED).estimates
    ratio = stats.hazard_ratio(counts)["estimate"].iloc[0]
    assert np.exp(found[Quantity(RATIO, CRUDE, 0.0)].value[0]) == pytest.approx(ratio, rel=1e-7)
    differences = stats.survival_differences(counts, ASKED.times)["estimate"]
    for time, expected in zip(ASKED.times, differences, strict=True):
        assert found[Quantity(DIFFERENCE, CRUDE, time)].value[0] == pytest.approx(expected)
    mean = stats.rmst_difference(counts, 6.0)["estimate"].iloc[0]
    assert found[Quantity(MEAN, CRUDE, 6.0)].value[0] == pytest.approx(mean)


def test_the_outcome_model_is_the_house_s_cox_regression() -> None:
    subjects = drawn(5)
    rows = pd.DataFrame(
        {"a": subjects.x[:, 0], "b": subjects.x[:, 1], "t": subjects.treated, "time": subjects.time,
         "entry": subjects.entry, "event": subjects.mine.astype(int), "n": 1}
    )  # fmt: skip
    terms = stats.cox_regression(rows, ["t", "a", "b"]).terms.set_index("covariate").loc["t"]
    found = compared(subjects, ASKED).estimates[Quantity(RATIO, MODEL, 0.0)]
    assert np.exp(found.value[0]) == pytest.approx(terms["estimate"], rel=1e-6)
    assert np.exp(found.value[0] + 1.959964 * found.std_error) == pytest.approx(terms["conf_high"], rel=1e-5)


def test_a_draw_in_which_everybody_counts_once_is_the_estimate() -> None:
    subjects = drawn(11)
    plain = compared(subjects, ASKED).estimates
    once = compared(subjects, ASKED, np.ones((2, len(subjects.time)))).estimates
    for name, estimate in plain.items():
        np.testing.assert_allclose(once[name].value, estimate.value[0], rtol=1e-7, err_msg=str(name))


def test_a_draw_that_counts_some_twice_is_the_estimate_of_the_longer_table() -> None:
    subjects = drawn(12, censored=0.02)
    counted = np.random.default_rng(1).integers(0, 3, (1, len(subjects.time))).astype(float)
    rows = np.repeat(np.arange(len(subjects.time)), counted[0].astype(int))
    longer = Subjects(
        *(getattr(subjects, name)[rows] for name in ("x", "treated", "time", "entry", "mine", "any_event"))
    )
    drawn_, table = compared(subjects, ASKED, counted).estimates, compared(longer, ASKED).estimates
    for name in table:
        if name.measure in (DIFFERENCE, MEAN):  # tied events are shared out by Efron within a table, not over draws
            np.testing.assert_allclose(drawn_[name].value, table[name].value, rtol=1e-6, err_msg=str(name))


def test_the_bootstrap_is_the_same_again_by_its_seed_and_tells_how_far_it_is() -> None:
    subjects, told = drawn(2), []
    one = bootstrap(subjects, ASKED, 120, 7, lambda done, total: told.append((done, total)))
    again, other = bootstrap(subjects, ASKED, 120, 7), bootstrap(subjects, ASKED, 120, 8)
    assert told == [(50, 120), (100, 120), (120, 120)]
    name = Quantity(RATIO, OVERLAP, 0.0)
    np.testing.assert_array_equal(one[name], again[name])
    assert not np.array_equal(one[name], other[name])
    error = compared(subjects, ASKED).estimates[name].std_error
    assert np.std(one[name]) == pytest.approx(error, rel=0.3)


def test_limits_of_draws() -> None:
    values = np.arange(101.0)
    assert percentile_limits(values) == pytest.approx((2.5, 97.5))
    values[:6] = np.nan  # six of 101 draws gave nothing
    assert all(np.isnan(percentile_limits(values)))
    assert all(np.isnan(percentile_limits(np.empty(0))))


def test_a_covariate_that_tells_the_groups_apart_is_found_by_a_linear_programme() -> None:
    age = np.array([40.0, 45.0, 50.0, 60.0, 65.0, 70.0])
    other = np.array([1.0, 0.0, 1.0, 0.0, 1.0, 0.0])
    chose = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    assert separating(propensity(np.column_stack((age, other)), chose))[0]
    mixed = np.array([1.0, 0.0, 1.0, 0.0, 1.0, 0.0])
    assert not separating(propensity(age[:, None], mixed)).any()


def test_a_constant_covariate_changes_nothing() -> None:
    subjects = drawn(4)
    with_constant = propensity(np.column_stack((subjects.x, np.ones(len(subjects.time)))), subjects.treated)
    without = propensity(subjects.x, subjects.treated)
    np.testing.assert_allclose(with_constant.score, without.score, rtol=1e-9)
    assert with_constant.coefficients[0, -1] == 0


def test_without_events_there_is_no_ratio() -> None:
    subjects = drawn(6)
    none = Subjects(subjects.x, subjects.treated, subjects.time, subjects.entry, *(np.zeros_like(subjects.mine),) * 2)
    found = compared(none, ASKED).estimates
    assert all(np.isnan(found[Quantity(RATIO, method, 0.0)].value[0]) for method in (CRUDE, OVERLAP, INVERSE, MODEL))


def test_all_events_in_one_group_give_no_ratio() -> None:
    subjects = drawn(6)
    mine = subjects.mine & (subjects.treated == 0)
    found = compared(Subjects(subjects.x, subjects.treated, subjects.time, subjects.entry, mine, mine), ASKED).estimates
    assert all(np.isnan(found[Quantity(RATIO, method, 0.0)].value[0]) for method in (CRUDE, OVERLAP, INVERSE, MODEL))


def test_what_lies_beyond_follow_up_is_missing() -> None:
    found = compared(drawn(6), Asked((10_000.0,), None, (0.01, 0.99))).estimates
    assert all(np.isnan(each.value[0]) for name, each in found.items() if name.time)


def test_who_is_never_at_risk_helps_to_estimate_the_propensity_only() -> None:
    subjects = drawn(9)
    time = subjects.time.copy()
    time[:5] = 0
    gone = Subjects(subjects.x, subjects.treated, time, subjects.entry, subjects.mine, subjects.any_event)
    found = compared(gone, ASKED)
    assert len(found.model.treated) == len(time)
    kept = slice(5, None)
    rest = Subjects(*(getattr(subjects, name)[kept] for name in ("x", "treated", "time", "entry", "mine", "any_event")))
    name = Quantity(RATIO, CRUDE, 0.0)
    assert found.estimates[name].value[0] == pytest.approx(compared(rest, ASKED).estimates[name].value[0])


@pytest.mark.parametrize(
    ("ratio", "share", "value", "limit"),
    [
        ((3.9, 1.8, 8.7), 0.01, 7.263, 3.0),  # VanderWeele & Ding 2017, maternal feeding and infant deaths
        ((0.8, 0.71, 0.91), 0.01, 1.809, 1.429),
        ((2.0, 0.9, 4.0), 0.01, 3.414, 1.0),  # 2 + √2; the limits include 1
        ((2.0, 1.0001, 4.0), 0.50, 2.607, None),  # a common event: 2 stands for a ratio of risks of 1.613
    ],
)
def test_e_values(ratio: tuple[float, float, float], share: float, value: float, limit: float | None) -> None:
    found = stats.e_value(*ratio, share_with_event=share)
    assert found[0] == pytest.approx(value, abs=2e-3)
    if limit is not None:
        assert found[1] == pytest.approx(limit, abs=2e-3)


def test_there_is_no_e_value_of_no_ratio() -> None:
    assert all(np.isnan(stats.e_value(float("nan"), 0.5, 2.0, share_with_event=0.5)))
    assert np.isnan(stats.e_value(0.5, float("nan"), 2.0, share_with_event=0.5)[1])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_a_subject_does_to_an_area_is_what_he_does_to_every_step_of_it(seed: int) -> None:
    generator = np.random.default_rng(seed)
    entry = np.where(generator.random(50) < 0.3, generator.integers(0, 4, 50), 0.0)
    time = entry + np.ceil(generator.exponential(6, 50))
    kind = generator.integers(0, 3, 50)
    curve = WeightedIncidence(time, entry, kind == 1, kind > 0, generator.random((1, 50)) + 0.1)
    for horizon in (0.5, 5.0, 7.3, float(time.max()) + 4):
        inside = curve.times[curve.times < horizon]
        widths = np.diff(np.append(inside, horizon))
        steps = [curve.influence(float(each))[0] for each in inside]
        np.testing.assert_allclose(curve.area_influence(horizon), widths @ np.array(steps).reshape(-1, 50), atol=1e-10)
        np.testing.assert_allclose(curve.influences(inside), np.array(steps).reshape(-1, 50), atol=1e-12)
