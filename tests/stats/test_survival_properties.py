"""What holds of survival estimates for any counts, and what is answered where there is little or nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test

from crlm_dash import stats
from crlm_dash.errors import ContractError, RequestError

SUBJECT = st.tuples(st.sampled_from("AB"), st.integers(1, 8), st.sampled_from([0, 0, 0, 1, 3]), st.integers(0, 1))
SUBJECTS = st.lists(SUBJECT, max_size=40)


def counts_of(subjects: list[tuple[str, float, float, int]]) -> pd.DataFrame:
    rows = pd.DataFrame(subjects, columns=["strata", "time", "entry", "event"])
    return rows.groupby(list(rows.columns), as_index=False).size().rename(columns={"size": "n"})


def one_group(*subjects: tuple[float, int], entry: float = 0) -> pd.DataFrame:
    return counts_of([("A", time, entry, event) for time, event in subjects])


@settings(deadline=None, max_examples=60)
@given(SUBJECTS)
def test_a_curve_never_rises_and_stays_within_its_limits(
    subjects: list[tuple[str, float, float, int]],
) -> None:
    for _, curve in stats.kaplan_meier(counts_of(subjects)).groupby("strata"):
        estimate = curve["estimate"].to_numpy()
        assert estimate[0] == 1
        assert (np.diff(estimate) <= 0).all()
        assert (estimate >= 0).all()
        inner = curve[curve["conf_low"].notna()]
        assert (inner["conf_low"] <= inner["estimate"]).all()
        assert (inner["conf_high"] >= inner["estimate"]).all()


@settings(deadline=None, max_examples=60)
@given(SUBJECTS)
def test_nobody_is_lost(subjects: list[tuple[str, float, float, int]]) -> None:
    counts = counts_of(subjects)
    ever = counts[counts["time"] > counts["entry"]].groupby("strata")["n"].sum()
    curve = stats.kaplan_meier(counts).groupby("strata")[["n_event", "n_censor"]].sum().sum(axis=1)
    assert curve.to_dict() == ever.to_dict()
    table = stats.number_at_risk(counts, [0, 1, 2.5, 4, 100])
    assert (table["n_risk"] + table["n_event"] + table["n_censor"] == table["n_entered"]).all()
    assert (table["n_risk"] >= 0).all()


@settings(deadline=None, max_examples=40)
@given(SUBJECTS, st.randoms(use_true_random=False))
def test_order_and_splitting_of_rows_change_nothing(
    subjects: list[tuple[str, float, float, int]], random: object
) -> None:
    random.shuffle(subjects)  # type: ignore[attr-defined]
    rows = pd.DataFrame(subjects, columns=["strata", "time", "entry", "event"]).assign(n=1)
    counts = counts_of(subjects)
    for estimate in (
        stats.kaplan_meier, stats.median_survival, stats.log_rank, stats.hazard_ratio,
        lambda frame: stats.rmst_difference(frame, 4),
        lambda frame: stats.survival_differences(frame, [2, 5]),
    ):  # fmt: skip
        pd.testing.assert_frame_equal(estimate(rows), estimate(counts), check_dtype=False)


@settings(deadline=None, max_examples=40)
@given(SUBJECTS)
def test_risk_sets_counted_one_by_one(subjects: list[tuple[str, float, float, int]]) -> None:
    """The slow twin: every subject looked at, every time."""
    for row in stats.kaplan_meier(counts_of(subjects)).query("time > 0").itertuples():
        mine = [s for s in subjects if s[0] == row.strata and s[1] > s[2]]
        assert row.n_risk == sum(entry < row.time <= time for _, time, entry, _ in mine)
        assert row.n_event == sum(time == row.time and event for _, time, _, event in mine)


def test_equal_to_lifelines_on_rows() -> None:
    """An independent engine, one row a subject: curve, limits, log-rank and Cox with delayed entry."""
    random = np.random.default_rng(3)
    strata = random.choice(["A", "B"], 300)
    time = np.ceil(random.exponential(np.where(strata == "A", 12, 18))) + 1
    event = random.integers(0, 2, 300)
    entry = np.minimum(random.integers(0, 5, 300), time - 1)
    rows = pd.DataFrame({"strata": strata, "time": time, "entry": 0.0, "event": event}).assign(n=1)
    ours = stats.kaplan_meier(rows).query("strata == 'A'")
    mine = rows[rows["strata"] == "A"]
    theirs = KaplanMeierFitter().fit(mine["time"], mine["event"])
    np.testing.assert_allclose(ours["estimate"], theirs.survival_function_["KM_estimate"], rtol=1e-12)
    limits = theirs.confidence_interval_survival_function_.to_numpy()
    known = ours["conf_low"].notna().to_numpy() & (ours["time"] > 0).to_numpy()
    np.testing.assert_allclose(ours.loc[known, ["conf_low", "conf_high"]], limits[known], rtol=1e-9)
    test = multivariate_logrank_test(time, strata, event)
    assert stats.log_rank(rows)["statistic"][0] == pytest.approx(test.test_statistic, rel=1e-9)
    late = rows.assign(entry=entry, x=(strata == "B").astype(float))
    cox = CoxPHFitter().fit(
        late.drop(columns=["strata", "n"]),
        "time",
        "event",
        entry_col="entry",
        fit_options={"precision": 1e-10},
    )
    assert np.log(stats.hazard_ratio(late)["estimate"][0]) == pytest.approx(cox.params_["x"], rel=1e-6)


def test_no_subjects() -> None:
    nothing = counts_of([])
    assert stats.kaplan_meier(nothing).empty
    assert list(stats.median_survival(nothing).columns)[:4] == ["strata", "n", "n_event", "median"]
    for frame in (
        stats.number_at_risk(nothing, [0, 1]), stats.survival_at(nothing, [1]), stats.rmst(nothing, 5),
        stats.survival_differences(nothing, [1]), stats.log_rank(nothing), stats.hazard_ratio(nothing),
        stats.rmst_difference(nothing, 5), stats.followup_median(nothing),
    ):  # fmt: skip
        assert frame.empty
        assert len(frame.columns) > 3


def test_a_group_of_nobody_is_named_and_has_no_numbers() -> None:
    counts = one_group((3, 1), (5, 0))
    counts["strata"] = pd.Categorical(counts["strata"], categories=["A", "B"])
    assert set(stats.kaplan_meier(counts)["strata"]) == {"A"}
    medians = stats.median_survival(counts).set_index("strata")
    assert medians.loc["B", "n"] == 0
    assert np.isnan(medians.loc["B", "median"])
    assert stats.number_at_risk(counts, [0])["n_risk"].tolist() == [2, 0]
    assert stats.survival_at(counts, [1])["estimate"].isna().tolist() == [False, True]
    assert stats.log_rank(counts).empty
    assert stats.hazard_ratio(counts).drop(columns="comparison").isna().all(axis=None)
    assert stats.rmst_difference(counts, 2)["estimate"].isna().all()


def test_one_subject() -> None:
    died = stats.kaplan_meier(one_group((4, 1)))
    assert died["estimate"].tolist() == [1, 0]
    assert stats.median_survival(one_group((4, 1)))["median"].tolist() == [4]
    assert np.isnan(stats.median_survival(one_group((4, 0)))["median"][0])
    assert stats.rmst(one_group((4, 1)), 10)[["estimate", "std_error"]].to_numpy().tolist() == [[4, 0]]


def test_survival_is_never_extrapolated() -> None:
    censored_last = stats.survival_at(one_group((2, 1), (6, 0)), [6, 6.5])
    assert censored_last["estimate"].tolist()[0] == 0.5
    assert np.isnan(censored_last["estimate"][1])
    assert stats.survival_at(one_group((2, 1), (6, 1)), [7])["estimate"].tolist() == [0]
    assert np.isnan(stats.rmst(one_group((2, 1), (6, 0)), 6.5)["estimate"][0])


def test_median_on_a_flat_stretch_is_its_middle() -> None:
    assert stats.median_survival(one_group((2, 1), (6, 1)))["median"].tolist() == [4]
    even = one_group(*[(float(time), 1) for time in range(1, 101)])
    assert stats.median_survival(even)["median"].tolist() == [50.5]


def test_who_enters_at_a_time_is_not_at_risk_at_it() -> None:
    counts = counts_of([("A", 2, 0, 1), ("A", 5, 0, 1), ("A", 5, 2, 1), ("A", 3, 3, 1)])
    curve = stats.kaplan_meier(counts)
    assert curve["time"].tolist() == [0, 2, 5]
    assert curve["n_risk"].tolist() == [2, 2, 2]


def test_a_risk_set_that_runs_empty_ends_the_curve() -> None:
    """lifelines raises here; the product-limit estimate is 0 from then on."""
    curve = stats.kaplan_meier(counts_of([("A", 1, 0, 1), ("A", 5, 3, 1), ("A", 9, 3, 0)]))
    assert curve["estimate"].tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize(("dying", "estimate"), [("A", 0.0), ("B", np.inf)])
def test_monotone_likelihood(dying: str, estimate: float) -> None:
    counts = counts_of([(arm, time, 0, int(arm == dying)) for arm in "AB" for time in (1, 2, 3, 9)])
    row = stats.hazard_ratio(counts).iloc[0]
    assert row["estimate"] == estimate
    assert row[["conf_low", "conf_high", "p_value", "ph_p_value"]].isna().all()


def test_complete_separation_is_monotone_too() -> None:
    """All of A die before the first of B: events in both groups, and still no maximum."""
    counts = counts_of([("A", 1, 0, 1), ("A", 2, 0, 1), ("B", 3, 0, 1), ("B", 4, 0, 1)])
    assert stats.hazard_ratio(counts)["estimate"].tolist() == [0]


def test_a_group_without_events_leaves_the_others_as_they_are() -> None:
    subjects = [("A", t, 0, 1) for t in (2, 5, 6)] + [("B", t, 0, 1) for t in (1, 3, 4, 8)]
    third = [("C", t, 0, 0) for t in (3, 9)]
    both, three = stats.hazard_ratio(counts_of(subjects)), stats.hazard_ratio(counts_of(subjects + third))
    assert three["estimate"][0] == pytest.approx(both["estimate"][0])
    assert three["estimate"][1] == 0


def test_no_events_no_test() -> None:
    counts = counts_of([("A", 3, 0, 0), ("B", 4, 0, 0)])
    assert stats.log_rank(counts)["p_value"].isna().all()
    assert stats.hazard_ratio(counts)["estimate"].isna().all()
    assert stats.survival_differences(counts, [2])["estimate"].tolist() == [0]


def test_the_reference_turns_a_comparison_round() -> None:
    counts = counts_of([("A", t, 0, 1) for t in (2, 5, 6)] + [("B", t, 0, 1) for t in (1, 3, 4, 8)])
    there, back = stats.hazard_ratio(counts), stats.hazard_ratio(counts, reference="B")
    assert back["comparison"].tolist() == ["A vs B"]
    assert back["estimate"][0] == pytest.approx(1 / there["estimate"][0])
    assert back["conf_low"][0] == pytest.approx(1 / there["conf_high"][0])
    assert back["ph_p_value"][0] == pytest.approx(there["ph_p_value"][0])
    with pytest.raises(RequestError, match=r"'C' is not a group here\. There are: A, B"):
        stats.hazard_ratio(counts, reference="C")


@pytest.mark.parametrize(
    ("column", "value"), [("time", 0), ("time", np.nan), ("entry", -1), ("event", 2), ("n", 1.5), ("n", -1)]
)
def test_what_counts_may_not_hold(column: str, value: float) -> None:
    counts = one_group((3, 1)).astype({column: float})
    counts[column] = value
    with pytest.raises(ContractError, match=f"counts, {column}: "):
        stats.kaplan_meier(counts)


def test_an_absent_column_is_named() -> None:
    with pytest.raises(ContractError, match="column entry is absent"):
        stats.kaplan_meier(one_group((3, 1)).drop(columns="entry"))
