"""Cumulative incidence and Gray's test equal R's (cmprsk 2.2-11); r/competing.R made the fixtures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crlm_dash import stats
from tests.stats.test_against_r import assert_equal, fixture
from tests.stats.test_survival_properties import counts_of


@pytest.mark.parametrize("name", ["mgus2", "imaging"])
def test_incidence_and_its_variance(name: str) -> None:
    theirs = fixture(name, "cuminc").astype({"strata": str})
    ours = stats.incidence_at(fixture(name, "counts"), theirs["time"].unique())
    both = ours.merge(theirs, on=["strata", "cause", "time"], suffixes=("", "_r"))
    assert len(both) == len(theirs)
    assert_equal(both, both, {"estimate": "estimate_r"})
    assert_equal(both.assign(variance_ours=both["std_error"] ** 2), both, {"variance_ours": "variance"}, rtol=1e-8)


@pytest.mark.parametrize("name", ["mgus2", "imaging"])
def test_gray(name: str) -> None:
    columns = {column: column for column in ("cause", "statistic", "df", "p_value")}
    assert_equal(stats.gray_test(fixture(name, "counts")), fixture(name, "gray"), columns, rtol=1e-8)


def test_delayed_entry_equals_survfit() -> None:
    ours = stats.aalen_johansen(fixture("late", "counts")).query("strata == 'A'")
    both = ours.merge(fixture("late", "incidence"), on=["cause", "time"], suffixes=("", "_r"))
    assert len(both) == len(fixture("late", "incidence"))
    assert_equal(both, both, {"estimate": "estimate_r"})
    assert stats.gray_test(fixture("late", "counts"))["p_value"].isna().all()


SUBJECT = st.tuples(st.sampled_from("AB"), st.integers(1, 8), st.sampled_from([0, 0, 0, 1, 3]), st.integers(0, 2))


@settings(deadline=None, max_examples=60)
@given(st.lists(SUBJECT, max_size=40))
def test_incidences_never_fall_and_share_what_survival_leaves(
    subjects: list[tuple[str, float, float, int]],
) -> None:
    counts = counts_of(subjects)
    curves = stats.aalen_johansen(counts)
    assert (curves.groupby(["strata", "cause"])["estimate"].diff().dropna() >= 0).all()
    inner = curves[curves["conf_low"].notna()]
    assert inner["estimate"].between(inner["conf_low"], inner["conf_high"]).all()
    if curves.empty:
        return
    survival = stats.kaplan_meier(counts.assign(event=(counts["event"] > 0).astype(int)))
    left = survival.set_index(["strata", "time"])["estimate"]
    gone = curves.groupby(["strata", "time"])["estimate"].sum()
    np.testing.assert_allclose(gone, 1 - left.loc[gone.index], atol=1e-12)


def test_one_cause_alone_is_one_minus_kaplan_meier() -> None:
    counts = fixture("lung", "counts")
    survival, incidence = stats.kaplan_meier(counts), stats.aalen_johansen(counts)
    np.testing.assert_allclose(incidence["estimate"], 1 - survival["estimate"], atol=1e-12)


def test_nobody_one_and_an_empty_group() -> None:
    nothing = counts_of([])
    for frame in (stats.aalen_johansen(nothing), stats.gray_test(nothing), stats.incidence_at(nothing, [1])):
        assert frame.empty
        assert "cause" in frame
    one = counts_of([("A", 4, 0, 2)])
    assert stats.aalen_johansen(one)["estimate"].tolist() == [0, 1]
    assert stats.incidence_at(one, [9])["estimate"].tolist() == [1]
    assert stats.gray_test(one).empty
    one["strata"] = pd.Categorical(one["strata"], categories=["A", "B"])
    assert stats.incidence_at(one, [2])["estimate"].isna().tolist() == [False, True]


def test_incidence_is_never_extrapolated() -> None:
    counts = counts_of([("A", 2, 0, 1), ("A", 3, 0, 2), ("A", 6, 0, 0)])
    found = stats.incidence_at(counts, [6, 7]).query("cause == 1")["estimate"].tolist()
    assert found[0] == pytest.approx(1 / 3)
    assert np.isnan(found[1])


def test_a_cause_that_one_group_never_has() -> None:
    counts = counts_of([("A", t, 0, 1) for t in (1, 2, 3)] + [("B", t, 0, 2) for t in (1, 2, 4)])
    both = stats.incidence_at(counts, [3]).set_index(["strata", "cause"])["estimate"]
    assert both.round(12).to_dict() == {("A", 1): 1, ("A", 2): 0, ("B", 1): 0, ("B", 2): round(2 / 3, 12)}
    assert stats.gray_test(counts)["cause"].tolist() == [1, 2]
