"""Subdistribution hazard ratios equal R's (cmprsk 2.2-11, survival 3.5-3); r/competing.R made the fixtures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as distributions

from crlm_dash import stats
from crlm_dash.errors import RequestError
from tests.stats.test_against_r import fixture
from tests.stats.test_survival_properties import counts_of

Z = distributions.norm.ppf(0.975)
SETS = {
    "mgus2": "mgus2", "imaging": "imaging", "late": "late", "exponential": "exponential_causes",
    "uniform": "uniform_causes", "lognormal": "lognormal_causes",
}  # fmt: skip


@pytest.mark.parametrize("name", list(SETS))
def test_estimate_variance_and_test(name: str) -> None:
    counts, theirs = fixture(SETS[name], "counts"), fixture(name, "fine_gray")
    assert len(theirs) >= 2
    reference = min(counts["strata"])
    for cause, expected in theirs.groupby("cause"):
        ours = stats.fine_gray(counts, cause=int(str(cause)))
        assert list(ours["comparison"]) == [f"{group} vs {reference}" for group in expected["strata"]]
        assert set(ours["cause"]) == {cause}
        low, high = np.log(ours["conf_low"]), np.log(ours["conf_high"])
        np.testing.assert_allclose(np.log(ours["estimate"]), expected["log_ratio"], rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(((high - low) / 2 / Z) ** 2, expected["variance"], rtol=1e-6)
        np.testing.assert_allclose((high + low) / 2, expected["log_ratio"], rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(ours["p_value"], expected["p_value"], rtol=1e-6)


SUBJECT = st.tuples(st.sampled_from("AB"), st.integers(1, 8), st.sampled_from([0, 0, 0, 1, 3]), st.integers(0, 2))


@settings(deadline=None, max_examples=60)
@given(st.lists(SUBJECT, max_size=40), st.randoms(use_true_random=False))
def test_order_and_splitting_of_rows_change_nothing(
    subjects: list[tuple[str, float, float, int]], random: object
) -> None:
    random.shuffle(subjects)  # type: ignore[attr-defined]
    rows = pd.DataFrame(subjects, columns=["strata", "time", "entry", "event"]).assign(n=1)
    one, other = stats.fine_gray(rows, cause=1), stats.fine_gray(counts_of(subjects), cause=1)
    pd.testing.assert_frame_equal(one, other, check_dtype=False, atol=1e-9)


@settings(deadline=None, max_examples=60)
@given(st.lists(SUBJECT, max_size=40))
def test_the_limits_hold_the_estimate_and_turn_round_with_the_reference(
    subjects: list[tuple[str, float, float, int]],
) -> None:
    counts = counts_of(subjects)
    there = stats.fine_gray(counts, cause=1)
    if there.empty:
        return
    back = stats.fine_gray(counts, cause=1, reference="B")
    one, other = there.iloc[0], back.iloc[0]
    if np.isfinite(one["conf_low"]):
        assert one["conf_low"] <= one["estimate"] <= one["conf_high"]
        assert one["estimate"] * other["estimate"] == pytest.approx(1)
        assert one["conf_low"] * other["conf_high"] == pytest.approx(1)
        assert one["p_value"] == pytest.approx(other["p_value"])
    else:
        assert one[["conf_low", "conf_high", "p_value"]].isna().all()
        assert {one["estimate"], other["estimate"]} in ({0, np.inf}, {1}) or np.isnan(other["estimate"])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 500), st.just(0), st.integers(0, 1)), max_size=30,
                unique_by=lambda subject: subject[1]))  # fmt: skip
def test_without_competing_events_and_ties_it_is_the_hazard_ratio(
    subjects: list[tuple[str, float, float, int]],
) -> None:
    counts = counts_of(subjects)
    ours, cox = stats.fine_gray(counts, cause=1), stats.hazard_ratio(counts)
    np.testing.assert_allclose(ours["estimate"], cox["estimate"], rtol=1e-8)


def test_the_reference_is_chosen_and_a_cause_is_a_number() -> None:
    counts = fixture("imaging", "counts")
    there, back = stats.fine_gray(counts, cause=2), stats.fine_gray(counts, cause=2, reference="B")
    assert back["comparison"].tolist() == ["A vs B", "C vs B"]
    assert back["estimate"][1] == pytest.approx(there["estimate"][1] / there["estimate"][0])
    with pytest.raises(RequestError, match="above 0"):
        stats.fine_gray(counts, cause=0)
    with pytest.raises(RequestError, match="'Z' is not a group here"):
        stats.fine_gray(counts, cause=1, reference="Z")


def test_where_nothing_can_be_compared() -> None:
    assert stats.fine_gray(counts_of([]), cause=1).empty
    assert stats.fine_gray(counts_of([("A", 2, 0, 1)]), cause=1).empty
    never = counts_of([("A", 2, 0, 2), ("B", 3, 0, 0)])
    assert stats.fine_gray(never, cause=1)[["estimate", "conf_low", "p_value"]].isna().all(axis=None)
    counts = counts_of([("A", 2, 0, 1), ("A", 3, 0, 0)])
    counts["strata"] = pd.Categorical(counts["strata"], categories=["A", "B"])
    assert stats.fine_gray(counts, cause=1)["estimate"].isna().tolist() == [True]


@pytest.mark.parametrize(("dying", "estimate"), [("A", 0.0), ("B", np.inf)])
def test_monotone_likelihood(dying: str, estimate: float) -> None:
    counts = counts_of([(arm, time, 0, 1 if arm == dying else 2) for arm in "AB" for time in (1, 2, 3, 9)])
    row = stats.fine_gray(counts, cause=1).iloc[0]
    assert row["estimate"] == estimate
    assert row[["conf_low", "conf_high", "p_value"]].isna().all()


def test_a_group_that_never_has_the_event_leaves_the_others_as_they_are() -> None:
    """R, these rows, crr(..., gtol = 1e-12, maxiter = 100): C vs A runs to -29.8; B vs A and its error are below."""
    counts = fixture("imaging", "counts")
    never = counts[counts["strata"] == "C"].assign(event=lambda frame: np.where(frame["event"] == 1, 2, frame["event"]))
    three = stats.fine_gray(pd.concat([counts[counts["strata"] != "C"], never]), cause=1)
    assert three["estimate"][1] == 0
    error = np.log(three["conf_high"][0] / three["conf_low"][0]) / 2 / Z
    assert np.log(three["estimate"][0]) == pytest.approx(0.479261279825536, rel=1e-10)
    assert error == pytest.approx(0.242185030757844, rel=1e-9)


def test_a_weight_that_is_not_defined_gives_no_estimate() -> None:
    """Both who were there at first leave before 3, where the rest enter."""
    counts = counts_of([("A", 1, 0, 2), ("B", 2, 0, 1), ("A", 5, 3, 1), ("B", 6, 3, 1), ("A", 7, 3, 1)])
    assert stats.fine_gray(counts, cause=1)["estimate"].isna().all()


def test_no_spread_is_not_certainty() -> None:
    """The robust variance of two events at one time is 0; limits at the estimate would claim to know it."""
    row = stats.fine_gray(counts_of([("A", 1, 0, 1), ("B", 1, 0, 1)]), cause=1).iloc[0]
    assert row["estimate"] == 1
    assert row[["conf_low", "conf_high", "p_value"]].isna().all()
