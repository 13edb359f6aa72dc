"""A published trial by hand, the smallest data there are, and what holds of competing risks whatever the data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crlm_dash import stats
from tests.stats.test_survival_properties import counts_of

# Remission in weeks, + censored: Freireich et al., Blood 21 (1963) 699-716, as in Gehan, Biometrika 52 (1965) 203-223
SIX_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def freireich() -> pd.DataFrame:
    arms = {"6-MP": SIX_MP, "placebo": PLACEBO}
    return counts_of([
        (arm, float(week.rstrip("+")), 0, int(not week.endswith("+")))
        for arm, weeks in arms.items() for week in weeks.split()
    ])  # fmt: skip


def test_freireich_curves_by_hand() -> None:
    """6-MP: 18/21, 16/17, 14/15, 11/12, 10/11, 6/7, 5/6 multiplied up; Greenwood's error at 10 weeks is 0.0963."""
    curve = stats.kaplan_meier(freireich()).query("strata == '6-MP' and n_event > 0")
    assert curve["time"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve["n_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    factors = [18 / 21, 16 / 17, 14 / 15, 11 / 12, 10 / 11, 6 / 7, 5 / 6]
    np.testing.assert_allclose(curve["estimate"], np.cumprod(factors), rtol=1e-12)
    assert curve["estimate"].round(3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve["std_error"].iloc[2] == pytest.approx(0.0963, abs=5e-5)
    placebo = stats.survival_at(freireich(), [1, 8, 12, 23]).query("strata == 'placebo'")
    np.testing.assert_allclose(placebo["estimate"], [19 / 21, 8 / 21, 4 / 21, 0], rtol=1e-12)


def test_freireich_tests_and_ratios_as_published() -> None:
    """Log-rank 16.79, medians 23 and 8 weeks; R, coxph(Surv(time, cens) ~ treat, MASS::gehan): 1.572 (0.412)."""
    counts = freireich()
    assert stats.log_rank(counts)["statistic"][0] == pytest.approx(16.79, abs=5e-3)
    assert stats.median_survival(counts)["median"].tolist() == [23, 8]
    row = stats.hazard_ratio(counts, reference="6-MP").iloc[0]
    assert np.log(row["estimate"]) == pytest.approx(1.572, abs=5e-4)
    assert np.log(row["conf_high"] / row["conf_low"]) / 2 / 1.959964 == pytest.approx(0.412, abs=5e-4)


def test_everyone_censored_on_the_same_day() -> None:
    counts = counts_of([(arm, 30, 0, 0) for arm in "AABBB"])
    curve = stats.kaplan_meier(counts)
    assert curve["estimate"].tolist() == [1, 1, 1, 1]
    assert curve["n_censor"].tolist() == [0, 2, 0, 3]
    assert stats.median_survival(counts)["median"].isna().all()
    assert stats.followup_median(counts)["followup_median"].tolist() == [30, 30]
    assert stats.survival_at(counts, [30, 31])["estimate"].isna().tolist() == [False, True, False, True]
    assert stats.rmst(counts, 30)["estimate"].tolist() == [30, 30]
    assert stats.rmst_difference(counts, 30)["estimate"].tolist() == [0]
    assert stats.log_rank(counts)["p_value"].isna().all()
    assert stats.hazard_ratio(counts)["estimate"].isna().all()
    assert stats.aalen_johansen(counts).empty
    assert stats.gray_test(counts).empty
    assert stats.fine_gray(counts, cause=1)["estimate"].isna().all()


def test_a_group_of_three() -> None:
    """By hand: two of three die while the five of the other group are all at risk."""
    counts = counts_of([("A", 2, 0, 1), ("A", 4, 0, 1), ("A", 6, 0, 0)] + [("B", t, 0, 1) for t in (7, 8, 9, 10, 11)])
    found = stats.survival_at(counts, [2, 4, 6]).query("strata == 'A'")
    np.testing.assert_allclose(found["estimate"], [2 / 3, 1 / 3, 1 / 3], rtol=1e-12)
    expected, variance = 3 / 8 + 2 / 7, 3 / 8 * 5 / 8 + 2 / 7 * 5 / 7
    assert stats.log_rank(counts)["statistic"][0] == pytest.approx((2 - expected) ** 2 / variance)
    assert stats.median_survival(counts)["median"].tolist() == [4, 9]
    assert stats.hazard_ratio(counts)["estimate"].tolist() == [0]


def test_one_subject_of_a_cause() -> None:
    counts = counts_of([("A", 4, 0, 2)])
    assert stats.incidence_at(counts, [3, 4, 5])["estimate"].tolist() == [0, 1, 1]
    assert stats.fine_gray(counts, cause=2).empty


SUBJECT = st.tuples(st.sampled_from("AB"), st.integers(1, 8), st.sampled_from([0, 0, 0, 1, 3]), st.integers(0, 3))
SUBJECTS = st.lists(SUBJECT, max_size=40)


def merged(counts: pd.DataFrame) -> pd.DataFrame:
    """Any cause is an event."""
    any_cause = counts.assign(event=(counts["event"] > 0).astype(int))
    return any_cause.groupby(["strata", "time", "entry", "event"], as_index=False)["n"].sum()


@settings(deadline=None, max_examples=60)
@given(SUBJECTS)
def test_incidences_and_event_free_survival_add_up_to_one(subjects: list[tuple[str, float, float, int]]) -> None:
    counts = counts_of(subjects)
    incidence = stats.aalen_johansen(counts).groupby(["strata", "time"])["estimate"].sum()
    survival = stats.kaplan_meier(merged(counts)).set_index(["strata", "time"])["estimate"]
    total = survival.add(incidence, fill_value=0)
    np.testing.assert_allclose(total, 1, atol=1e-12)


@settings(deadline=None, max_examples=60)
@given(SUBJECTS)
def test_no_incidence_is_above_one_minus_kaplan_meier(subjects: list[tuple[str, float, float, int]]) -> None:
    """Censoring the competing events can only inflate the incidence."""
    counts = counts_of(subjects)
    for cause, curves in stats.aalen_johansen(counts).groupby("cause"):
        alone = counts.assign(event=(counts["event"] == cause).astype(int))
        naive = stats.kaplan_meier(alone).set_index(["strata", "time"])["estimate"]
        curve = curves.set_index(["strata", "time"])["estimate"]
        assert (curve <= 1 - naive.loc[curve.index] + 1e-12).all()


@settings(deadline=None, max_examples=60)
@given(SUBJECTS)
def test_entry_before_the_first_event_is_no_delay(subjects: list[tuple[str, float, float, int]]) -> None:
    """Whoever enters before anything happens was always there; all estimates but those at time 0 are the same."""
    counts = (
        counts_of(subjects).assign(entry=0.0).groupby(["strata", "time", "entry", "event"], as_index=False)["n"].sum()
    )
    late, one, other = counts.assign(entry=0.5), merged(counts), merged(counts.assign(entry=0.5))
    for estimate in (
        lambda frame: stats.kaplan_meier(frame).query("time > 0").reset_index(drop=True),
        stats.median_survival, stats.log_rank, stats.hazard_ratio,
        lambda frame: stats.survival_at(frame, [1, 4, 8]),
        lambda frame: stats.rmst_difference(frame, 4),
    ):  # fmt: skip
        pd.testing.assert_frame_equal(estimate(one), estimate(other))
    after = [stats.aalen_johansen(frame).query("time > 0").reset_index(drop=True) for frame in (counts, late)]
    pd.testing.assert_frame_equal(*after)


@settings(deadline=None, max_examples=40)
@given(SUBJECTS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_and_the_answer_stays(
    subjects: list[tuple[str, float, float, int]], random: object
) -> None:
    counts = counts_of(subjects)
    order = list(range(len(counts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    for estimate in (
        stats.aalen_johansen, stats.gray_test,
        lambda frame: stats.incidence_at(frame, [2, 5]),
        lambda frame: stats.fine_gray(frame, cause=1),
    ):  # fmt: skip
        found = estimate(counts)
        pd.testing.assert_frame_equal(estimate(counts), found, check_exact=True)
        pd.testing.assert_frame_equal(estimate(counts.iloc[order]), found, atol=1e-9)
