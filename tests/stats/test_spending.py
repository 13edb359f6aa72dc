"""Boundaries by Lan and DeMets: multivariate normal probabilities (r/stopping.R), published values, and properties."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from crlm_dash.errors import RequestError
from crlm_dash.stats import lan_demets_bounds, obrien_fleming_spending

FIXTURES = Path(__file__).parent / "fixtures"

# Vignette of the R package ldbounds 2.0.2 (Casper, Cook & Perez), its example from Reboussin, DeMets, Kim & Lan,
# Control Clin Trials 21 (2000) 190-207: five equal looks, two-sided 0.05; bound, spent so far, nominal p.
# Its numerical integration is good to about 6e-5.
PUBLISHED = [
    (0.2, 4.8769, 1.0777e-06, 1.0777e-06),
    (0.4, 3.3569, 7.8830e-04, 7.8808e-04),
    (0.6, 2.6803, 7.6161e-03, 7.3565e-03),
    (0.8, 2.2898, 2.4424e-02, 2.2034e-02),
    (1.0, 2.0310, 5.0000e-02, 4.2255e-02),
]


def box(bounds: pd.DataFrame) -> float:
    """The chance never to cross, by the multivariate normal distribution of the statistics."""
    time, z = bounds["fraction"].to_numpy(), np.minimum(bounds["bound"].to_numpy(), 9.0)
    size = np.sqrt(np.minimum.outer(time, time) / np.maximum.outer(time, time))
    normal = scipy_stats.multivariate_normal(cov=size, seed=1, maxpts=200_000 * len(z), abseps=1e-7)
    return float(normal.cdf(z, lower_limit=-z))


def test_bounds_equal_those_of_multivariate_normal_probabilities() -> None:
    rows = pd.read_csv(FIXTURES / "spending_bounds.csv", float_precision="round_trip")
    plans = rows.groupby(["plan", "alpha"])
    assert len(plans) == 14
    for (_, alpha), theirs in plans:
        ours = lan_demets_bounds(theirs["fraction"].tolist(), alpha=alpha)
        assert ours["look"].tolist() == theirs["look"].tolist()
        np.testing.assert_allclose(ours["bound"], theirs["bound"], atol=1e-6)
        np.testing.assert_allclose(ours["nominal_p"], theirs["nominal_p"], rtol=1e-5)
        np.testing.assert_allclose(ours["spent"], theirs["spent"], rtol=1e-12)


def test_published_bounds() -> None:
    found = lan_demets_bounds([fraction for fraction, *_ in PUBLISHED], alpha=0.05)
    for row, (_, bound, spent, nominal) in zip(found.itertuples(), PUBLISHED, strict=True):
        assert row.bound == pytest.approx(bound, abs=1.2e-4)
        assert row.spent == pytest.approx(spent, rel=1e-4)
        assert row.nominal_p == pytest.approx(nominal, rel=4e-4)


def test_one_look_is_the_fixed_test() -> None:
    assert lan_demets_bounds([1.0], alpha=0.05)["bound"].tolist() == [pytest.approx(1.959963984540054)]


LOOKS = st.lists(st.integers(10, 99), max_size=4, unique=True).map(lambda each: [*(n / 100 for n in sorted(each)), 1.0])


@settings(max_examples=25)
@given(LOOKS, st.sampled_from([0.05, 0.01, 0.1]))
def test_all_looks_together_spend_the_error_whenever_they_are(looks: list[float], alpha: float) -> None:
    found = lan_demets_bounds(looks, alpha=alpha)
    assert 1 - box(found) == pytest.approx(alpha, abs=3e-5)
    assert (np.diff(found["spent"]) > 0).all()
    assert found["spent"].iloc[-1] == pytest.approx(alpha)
    assert (found["bound"] > scipy_stats.norm.isf(alpha / 2) - 1e-9).all()


def test_equal_looks_have_falling_bounds() -> None:
    for looks in (2, 3, 5, 8):
        assert (np.diff(lan_demets_bounds(np.arange(1, looks + 1) / looks, alpha=0.05)["bound"]) < 0).all()


def test_the_error_by_simulation() -> None:
    looks, trials = np.array([0.37, 0.52, 0.9, 1.0]), 400_000
    steps = np.sqrt(np.diff(looks, prepend=0.0))
    z = np.cumsum(np.random.default_rng(1983).normal(size=(trials, len(looks))) * steps, axis=1) / np.sqrt(looks)
    found = lan_demets_bounds(looks.tolist(), alpha=0.05)
    over = np.abs(z) >= found["bound"].to_numpy()
    first = np.where(over.any(axis=1), over.argmax(axis=1), len(looks))
    for look, spent in enumerate(found["spent"]):
        assert (first <= look).mean() == pytest.approx(spent, abs=4 * np.sqrt(spent / trials))


def test_a_look_just_after_another_and_a_very_early_one() -> None:
    """Hardly anything is spent by then, so the bound is far out; the later bounds hardly notice."""
    found = lan_demets_bounds([0.02, 0.5, 0.5001, 1.0], alpha=0.05)
    assert found["bound"].iloc[0] == pytest.approx(15.8055, abs=1e-4)
    assert found["bound"].iloc[1] == pytest.approx(lan_demets_bounds([0.5], alpha=0.05)["bound"].iloc[0], abs=1e-9)
    assert found["bound"].iloc[3] == pytest.approx(lan_demets_bounds([0.5, 1.0], alpha=0.05)["bound"].iloc[1], abs=2e-4)


def test_beyond_full_information_there_is_nothing_left_to_spend() -> None:
    found = lan_demets_bounds([0.5, 1.02, 1.1], alpha=0.05)
    assert found["spent"].tolist() == pytest.approx([0.003050645516, 0.05, 0.05])
    assert np.isinf(found["bound"].tolist()).tolist() == [False, False, True]
    assert found["nominal_p"].iloc[2] == 0
    assert 1 - box(found.iloc[:2]) == pytest.approx(0.05, abs=1e-6)


def test_spending_is_hardly_anything_early_and_everything_at_the_end() -> None:
    spent = obrien_fleming_spending([0.1, 0.5, 1.0, 1.3], alpha=0.05)
    assert spent == pytest.approx([2.7225e-12, 0.003050645516, 0.05, 0.05], rel=1e-4)


@pytest.mark.parametrize("looks", [[0.0, 1.0], [0.5, 0.5], [0.7, 0.5], [-0.1]])
def test_looks_that_do_not_rise_are_refused(looks: list[float]) -> None:
    with pytest.raises(RequestError, match="must rise from above 0"):
        lan_demets_bounds(looks, alpha=0.05)


def test_no_look() -> None:
    assert lan_demets_bounds([], alpha=0.05).empty
