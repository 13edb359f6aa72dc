"""Limits of proportions, differences and rates: published values, other engines, the ends of the range."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize
from statsmodels.stats.proportion import confint_proportions_2indep

from crlm_dash import stats
from crlm_dash.errors import ContractError


def pair(x1: int, n1: int, x0: int, n0: int) -> pd.DataFrame:
    return pd.DataFrame({"n_event": [x1], "n": [n1], "n_event_ref": [x0], "n_ref": [n0]})


# Newcombe, Stat Med 17 (1998) 873-890, table II: methods 6 (Miettinen-Nurminen) and 10
PUBLISHED = [
    ((56, 70, 48, 80), (0.0528, 0.3382), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1700, 0.8406), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0342, 0.8534), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0326, 0.1933), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1658, 0.2844), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2879, 0.2879), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.7156, 1.0), (0.6791, 1.0)),
    ((10, 10, 0, 10), (0.6636, 1.0), (0.6075, 1.0)),
]


@pytest.mark.parametrize(("counts", "score", "hybrid"), PUBLISHED)
def test_differences_equal_newcombes_table(
    counts: tuple[int, ...], score: tuple[float, float], hybrid: tuple[float, float]
) -> None:
    both = zip((stats.miettinen_nurminen, stats.newcombe), (score, hybrid), strict=True)
    for method, published in both:
        found = method(pair(*counts)).iloc[0]
        assert found[["conf_low", "conf_high"]].tolist() == pytest.approx(published, abs=6e-5)
        assert found["estimate"] == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (9, 10, 3, 10), (5, 56, 1, 29), (200, 4000, 300, 4100)])
def test_newcombe_equals_statsmodels(counts: tuple[int, int, int, int]) -> None:
    theirs = confint_proportions_2indep(*counts, method="newcomb", compare="diff")
    found = stats.newcombe(pair(*counts)).iloc[0]
    assert found[["conf_low", "conf_high"]].tolist() == pytest.approx(theirs, abs=1e-12)


COUNT = st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(deadline=None, max_examples=100)
@given(COUNT, COUNT)
def test_the_limits_hold_the_estimate_and_turn_round_with_the_groups(
    mine: tuple[int, int], base: tuple[int, int]
) -> None:
    for method in (stats.miettinen_nurminen, stats.newcombe):
        there, back = method(pair(*mine, *base)).iloc[0], method(pair(*base, *mine)).iloc[0]
        assert -1 <= there["conf_low"] <= there["estimate"] + 1e-12
        assert there["estimate"] - 1e-12 <= there["conf_high"] <= 1
        assert there["conf_low"] == pytest.approx(-back["conf_high"], abs=1e-8)


def test_score_limit_by_brute_force() -> None:
    """The restricted maximum found by a search instead of the cubic; the statistic at the limit is 1.96."""
    x1, n1, x0, n0 = 7, 21, 2, 17

    def squared(delta: float) -> float:
        low, high = max(0, -delta) + 1e-12, min(1, 1 - delta) - 1e-12

        def minus_log_likelihood(p: float) -> float:
            q = p + delta
            return -(x1 * np.log(q) + (n1 - x1) * np.log1p(-q) + x0 * np.log(p) + (n0 - x0) * np.log1p(-p))

        p = optimize.minimize_scalar(
            minus_log_likelihood, bounds=(low, high), method="bounded", options={"xatol": 1e-12}
        ).x
        q = p + delta
        variance = (q * (1 - q) / n1 + p * (1 - p) / n0) * (n1 + n0) / (n1 + n0 - 1)
        return float((x1 / n1 - x0 / n0 - delta) ** 2 / variance)

    found = stats.miettinen_nurminen(pair(x1, n1, x0, n0)).iloc[0]
    for limit in ("conf_low", "conf_high"):
        assert squared(found[limit]) == pytest.approx(1.959963984540054**2, rel=1e-6)


def test_one_proportion() -> None:
    """R: binom.test(3, 20), prop.test(3, 20, correct = FALSE), binom.test(0, 10), binom.test(10, 10)."""
    table = pd.DataFrame({"n_event": [3, 0, 10, 0], "n": [20, 10, 10, 0]}, index=list("wxyz"))
    exact = stats.clopper_pearson(table)
    assert list(exact.index) == list("wxyz")
    assert exact.loc["w"].tolist() == pytest.approx([0.15, 0.0320709372, 0.3789268265], abs=1e-8)
    assert exact.loc["x"].tolist() == pytest.approx([0, 0, 0.3084971], abs=1e-7)
    assert exact.loc["y"].tolist() == pytest.approx([1, 0.6915029, 1], abs=1e-7)
    assert exact.loc["z"].isna().all()
    score = stats.wilson(table)
    assert score.loc["w"].tolist() == pytest.approx([0.15, 0.0523687459, 0.3604188647], abs=1e-8)
    assert score.loc["x", "conf_low"] == 0
    assert score.loc["y", "conf_high"] == 1


def test_rates() -> None:
    """R: poisson.test(10, 25.5), poisson.test(0, 4)."""
    table = pd.DataFrame({"n_event": [10, 0, 0], "exposure": [25.5, 4, 0]})
    rates = stats.exact_rate(table)
    assert rates.iloc[0].tolist() == pytest.approx([0.3921569, 0.188054459, 0.721190433], abs=1e-7)
    assert rates.iloc[1].tolist() == pytest.approx([0, 0, 0.9222199], abs=1e-7)
    assert rates.iloc[2].isna().all()


def test_empty_groups_and_empty_tables() -> None:
    for method in (stats.miettinen_nurminen, stats.newcombe):
        assert method(pair(0, 0, 3, 9)).isna().all(axis=None)
        assert method(pair(1, 2, 3, 9).iloc[:0]).shape == (0, 3)
    assert stats.clopper_pearson(pair(1, 2, 3, 4).iloc[:0]).empty
    assert stats.exact_rate(pd.DataFrame({"n_event": [], "exposure": []})).empty


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ContractError, match="5 of 4 in 1 row"):
        stats.wilson(pd.DataFrame({"n_event": [5], "n": [4]}))
    with pytest.raises(ContractError, match="column n_ref is absent"):
        stats.newcombe(pair(1, 2, 3, 4).drop(columns="n_ref"))
    with pytest.raises(ContractError, match="exposure"):
        stats.exact_rate(pd.DataFrame({"n_event": [1], "exposure": [-1.0]}))
