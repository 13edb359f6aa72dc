"""Limits of proportions, differences and rates: published values, other engines, the ends of the range."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from crlm_dash import stats
from crlm_dash.errors import ContractError


def pair(x1: int, n1: int, x0: int, n0: int) -> pd.DataFrame:
    return pd.DataFrame({"n_event": [x1], "n": [n1], "n_event_ref": [x0], "n_ref": [n0]})


FIXTURES = Path(__file__).parent / "fixtures"
LIMITS = ["estimate", "conf_low", "conf_high"]
PUBLISHED = [
    # Newcombe, Stat Med 17 (1998) 873-890, table II, method 6
    ((56, 70, 48, 80), (0.0528, 0.3382)),
    ((9, 10, 3, 10), (0.1700, 0.8406)),
    ((6, 7, 2, 7), (0.0342, 0.8534)),
    ((5, 56, 0, 29), (-0.0326, 0.1933)),
    ((0, 10, 0, 20), (-0.1658, 0.2844)),
    ((0, 10, 0, 10), (-0.2879, 0.2879)),
    ((10, 10, 0, 20), (0.7156, 1.0)),
    ((10, 10, 0, 10), (0.6636, 1.0)),
]


@pytest.mark.parametrize(("counts", "limits"), PUBLISHED)
def test_differences_equal_newcombes_table(counts: tuple[int, ...], limits: tuple[float, float]) -> None:
    found = stats.miettinen_nurminen(pair(*counts)).iloc[0]
    assert found[["conf_low", "conf_high"]].tolist() == pytest.approx(limits, abs=6e-5)
    assert found["estimate"] == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("risk_differences", stats.miettinen_nurminen),
        ("exact_rates", stats.exact_rate),
        ("exact_proportions", stats.clopper_pearson),
    ],
)
def test_estimates_and_limits_equal_r(name: str, method: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """R: a search for the score limits, `poisson.test`, `binom.test` (r/proportions.R)."""
    expected = pd.read_csv(FIXTURES / f"{name}.csv", float_precision="round_trip")
    np.testing.assert_allclose(method(expected)[LIMITS], expected[LIMITS], rtol=1e-7, atol=1e-9)


COUNT = st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(deadline=None, max_examples=100)
@given(COUNT, COUNT)
def test_the_limits_hold_the_estimate_and_turn_round_with_the_groups(
    mine: tuple[int, int], base: tuple[int, int]
) -> None:
    there = stats.miettinen_nurminen(pair(*mine, *base)).iloc[0]
    back = stats.miettinen_nurminen(pair(*base, *mine)).iloc[0]
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


def test_nobody_has_no_proportion_and_no_exposure_no_rate() -> None:
    table = pd.DataFrame({"n_event": [3, 0], "n": [20, 0]}, index=list("yz"))
    exact = stats.clopper_pearson(table)
    assert list(exact.index) == list("yz")
    assert exact.loc["y"].notna().all()
    assert exact.loc["z"].isna().all()
    rates = stats.exact_rate(pd.DataFrame({"n_event": [0, 2], "exposure": [0, 4]}))
    assert rates.iloc[0].isna().all()
    assert rates.iloc[1].notna().all()


def test_empty_groups_and_empty_tables() -> None:
    assert stats.miettinen_nurminen(pair(0, 0, 3, 9)).isna().all(axis=None)
    assert stats.miettinen_nurminen(pair(1, 2, 3, 9).iloc[:0]).shape == (0, 3)
    assert stats.clopper_pearson(pair(1, 2, 3, 4).iloc[:0]).empty
    assert stats.exact_rate(pd.DataFrame({"n_event": [], "exposure": []})).empty


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ContractError, match="5 of 4 in 1 row"):
        stats.clopper_pearson(pd.DataFrame({"n_event": [5], "n": [4]}))
    with pytest.raises(ContractError, match="column n_ref is absent"):
        stats.miettinen_nurminen(pair(1, 2, 3, 4).drop(columns="n_ref"))
    with pytest.raises(ContractError, match="exposure"):
        stats.exact_rate(pd.DataFrame({"n_event": [1], "exposure": [-1.0]}))
