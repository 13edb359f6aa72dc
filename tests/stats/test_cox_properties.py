"""What holds of Cox regression for any counts."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crlm_dash import stats
from tests.stats.test_survival_properties import counts_of

ENTRY = st.sampled_from([0, 0, 0, 1, 3])
BINARY = st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 8), ENTRY, st.integers(0, 1)), max_size=40)
GROUPS = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 8), ENTRY, st.integers(0, 1)), max_size=40)
FULL = st.lists(
    st.tuples(
        st.sampled_from("AB"), st.integers(1, 8), ENTRY, st.integers(0, 1), st.sampled_from("xyz"), st.integers(0, 3)
    ),
    max_size=40,
)
COLUMNS = ["strata", "time", "entry", "event", "side", "age"]


def categorical(counts: pd.DataFrame, levels: str) -> pd.DataFrame:
    return counts.assign(strata=pd.Categorical(counts["strata"], categories=list(levels)))


def full(subjects: list[tuple[object, ...]]) -> pd.DataFrame:
    frame = categorical(pd.DataFrame(subjects, columns=COLUMNS), "AB").assign(n=1)
    return frame.assign(side=pd.Categorical(frame["side"], categories=list("xyz")), age=frame["age"].astype(float))


def fitted(counts: pd.DataFrame) -> pd.DataFrame:
    """Both frames of a regression on three covariates, one below the other."""
    return pd.concat(stats.cox_regression(counts, ["strata", "side", "age"]), ignore_index=True)


@settings(deadline=None, max_examples=80)
@given(BINARY)
def test_one_binary_covariate_is_the_hazard_ratio(subjects: list[tuple[str, float, float, int]]) -> None:
    counts = categorical(counts_of(subjects), "AB")
    model, ratio = stats.cox_regression(counts, ["strata"]), stats.hazard_ratio(counts)
    columns = ["estimate", "conf_low", "conf_high", "p_value"]
    np.testing.assert_allclose(model.terms.loc[1:, columns], ratio[columns], rtol=1e-8)
    np.testing.assert_allclose(model.tests["ph_p_value"][:1], ratio["ph_p_value"], rtol=1e-6, atol=1e-9)


@settings(deadline=None, max_examples=80)
@given(GROUPS)
def test_one_covariate_of_three_levels_has_the_hazard_ratios(subjects: list[tuple[str, float, float, int]]) -> None:
    """Two ways to see that there is no maximum, along paths of wins and along the likelihood, agree."""
    counts = categorical(counts_of(subjects), "ABC")
    terms, ratio = stats.cox_regression(counts, ["strata"]).terms, stats.hazard_ratio(counts)
    columns = ["estimate", "conf_low", "conf_high", "p_value"]
    np.testing.assert_allclose(terms.loc[1:, columns], ratio[columns], rtol=1e-5)


@settings(deadline=None, max_examples=60)
@given(FULL, st.randoms(use_true_random=False))
def test_order_and_splitting_of_rows_change_nothing(subjects: list[tuple[object, ...]], random: object) -> None:
    rows = full(subjects)
    counts = rows.groupby(COLUMNS, observed=True, as_index=False)["n"].sum()
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    one = fitted(counts)
    pd.testing.assert_frame_equal(fitted(rows.iloc[order]), one, rtol=1e-5, atol=1e-6)
    pd.testing.assert_frame_equal(fitted(counts), one, check_exact=True)


# One event, whose age is the largest: nothing says which way the other factors run.
SEPARATED = [
    ("B", 6, 1, 0, "x", 3), ("B", 6, 0, 0, "y", 2), ("A", 6, 3, 0, "y", 2), ("A", 5, 0, 0, "z", 3),
    ("A", 4, 0, 1, "y", 3), ("A", 4, 0, 0, "x", 0),
]  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(FULL)
@example(SEPARATED)
def test_the_scale_and_origin_of_a_number_do_not_matter(subjects: list[tuple[object, ...]]) -> None:
    counts = full(subjects)
    one, other = (
        stats.cox_regression(frame, ["strata", "side", "age"]).terms
        for frame in (counts, counts.assign(age=counts["age"] * 365.25 + 1000))
    )
    np.testing.assert_allclose(other["estimate"][:-1], one["estimate"][:-1], rtol=1e-5)
    np.testing.assert_allclose(
        np.log(other["estimate"].iloc[-1:].where(lambda ratio: ratio != 0)) * 365.25,
        np.log(one["estimate"].iloc[-1:].where(lambda ratio: ratio != 0)),
        rtol=1e-5,
        atol=1e-6,
    )


@settings(deadline=None, max_examples=60)
@given(FULL)
def test_strata_of_one_value_are_none_and_limits_hold_the_estimate(subjects: list[tuple[object, ...]]) -> None:
    counts = full(subjects).assign(site="one")
    plain = stats.cox_regression(counts, ["strata", "side"])
    alone = stats.cox_regression(counts, ["strata", "side"], strata=["site"])
    pd.testing.assert_frame_equal(plain.terms, alone.terms)
    pd.testing.assert_frame_equal(plain.tests, alone.tests)
    known = plain.terms[plain.terms["conf_low"].notna()]
    assert (known["conf_low"] <= known["estimate"]).all()
    assert (known["estimate"] <= known["conf_high"]).all()
    assert (plain.tests["statistic"].dropna() >= 0).all()


@settings(deadline=None, max_examples=60)
@given(FULL)
def test_a_slow_twin_finds_no_higher_likelihood(subjects: list[tuple[object, ...]]) -> None:
    """Efron's likelihood written out subject by subject: no small step from the estimate climbs."""
    counts = full(subjects)
    terms = stats.cox_regression(counts, ["strata", "age"]).terms
    beta = np.log(terms.loc[1:, "estimate"].where(lambda ratio: ratio > 0).to_numpy())
    if not np.isfinite(beta).all():
        return
    likelihood = efron(counts)
    top = likelihood(beta)
    for step in ([0.01, 0], [-0.01, 0], [0, 0.01], [0, -0.01]):
        assert likelihood(beta + np.array(step)) <= top + 1e-10


def efron(rows: pd.DataFrame) -> Callable[[np.ndarray], float]:
    x = np.column_stack([(rows["strata"] == "B").to_numpy(float), rows["age"].to_numpy()])
    time, entry, event = (rows[name].to_numpy() for name in ("time", "entry", "event"))
    used = time > entry

    def likelihood(beta: np.ndarray) -> float:
        total, hazard = 0.0, np.exp(x @ beta)
        for moment in np.unique(time[used & (event == 1)]):
            dead = used & (time == moment) & (event == 1)
            at_risk = used & (entry < moment) & (time >= moment)
            total += float((x[dead] @ beta).sum())
            for number in range(dead.sum()):
                total -= np.log(hazard[at_risk].sum() - number / dead.sum() * hazard[dead].sum())
        return total

    return likelihood
