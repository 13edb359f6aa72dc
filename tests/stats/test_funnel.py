"""Limits of funnel plots: R's qbinom and qpois (r/funnel.R), and what must hold of any."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats as scipy_stats

from crlm_dash.errors import ContractError
from crlm_dash.stats import funnel_limits

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize("kind", ["binomial", "poisson"])
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_limits_equal_those_of_r(kind: str, level: float) -> None:
    rows = pd.read_csv(FIXTURES / "funnel_limits.csv", float_precision="round_trip")
    rows = rows[(rows["kind"] == kind) & (rows["level"] == level)]
    assert len(rows) == 50
    for target, mine in rows.groupby("target"):
        low, high = funnel_limits(mine["n"], float(target), level=level, kind=kind)  # type: ignore[arg-type]
        np.testing.assert_allclose(low, mine["low"], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(high, mine["high"], rtol=1e-9, atol=1e-12)


def test_a_limit_worked_by_hand() -> None:
    # Ten patients at one half: P(R <= 1) = 11/1024 = 0.0107, P(R <= 2) = 56/1024 = 0.0547: 0.025 is passed at 2.
    low, high = funnel_limits([10], 0.5, level=0.95)
    assert (low[0], high[0]) == (0.2, 0.8)


@pytest.mark.parametrize(("n", "target", "n_event", "is_outside"), [(18, 2 / 149, 1, False), (18, 2 / 149, 2, True)])
def test_what_a_fifth_of_sites_would_have_is_inside(n: int, target: float, n_event: int, is_outside: bool) -> None:
    _, high = funnel_limits([n], target, level=0.95)
    assert (n_event / n > high[0]) == is_outside
    assert (scipy_stats.binom.sf(n_event - 1, n, target) < 0.025) == is_outside


@pytest.mark.parametrize("target", [0.0, 0.02, 0.4, 1.0])
def test_the_stricter_limits_are_the_wider_and_both_close_in(target: float) -> None:
    n = np.array([1, 4, 10, 40, 400, 4000])
    inner, outer = (funnel_limits(n, target, level=level) for level in (0.95, 0.998))
    assert (outer[0] <= inner[0] + 1e-12).all()
    assert (outer[1] >= inner[1] - 1e-12).all()
    assert inner[0][-1] == pytest.approx(target, abs=0.02)
    assert inner[1][-1] == pytest.approx(target, abs=0.02)
    assert not np.isnan([*inner, *outer]).any()


def test_large_sizes_are_near_the_normal_limits() -> None:
    n, target = 40_000, 0.3
    low, high = funnel_limits([n], target, level=0.95)
    width = scipy_stats.norm.isf(0.025) * np.sqrt(target * (1 - target) / n)
    assert low[0] == pytest.approx(target - width, abs=3e-5)
    assert high[0] == pytest.approx(target + width, abs=3e-5)


@pytest.mark.parametrize(
    ("n", "target", "kind"), [([0], 0.5, "binomial"), ([5], 1.2, "binomial"), ([5], -1, "poisson")]
)
def test_what_is_no_size_or_target_is_refused(n: list[int], target: float, kind: str) -> None:
    with pytest.raises(ContractError):
        funnel_limits(n, target, level=0.95, kind=kind)  # type: ignore[arg-type]
