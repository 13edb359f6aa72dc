"""Rates of sites and enrolment to come: against R, against what can be written down, and on trials that are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crlm_dash import stats
from crlm_dash.errors import ContractError
from crlm_dash.stats.accrual import Course
from crlm_dash.stats.site_rates import SiteRates, log_likelihood
from tests.stats.trials import Setting, coverage

FIXTURES = Path(__file__).parent / "fixtures"
SETS = ("ten", "forty", "many")


def sites_of(name: str) -> pd.DataFrame:
    sites = pd.read_csv(FIXTURES / "accrual_sites.csv")
    return sites[sites["set"] == name].reset_index(drop=True)


def known(n: list[float], months: list[float], mean: float, shape: float) -> SiteRates:
    """Sites whose rates are known to differ as one gamma distribution does."""
    return SiteRates(np.array(n), np.array(months), np.array([mean]), np.array([shape**-0.5]), np.ones(1))


@pytest.mark.parametrize("name", SETS)
def test_the_likeliest_gamma_distribution_is_r_s(name: str) -> None:
    theirs = pd.read_csv(FIXTURES / "accrual_likeliest.csv", index_col="set").loc[name]
    mean, spread = stats.likeliest(sites_of(name))
    assert mean == pytest.approx(theirs["mean"], rel=1e-5)
    assert spread**-2 == pytest.approx(theirs["shape"], rel=1e-4)


def test_the_likelihood_is_r_s_up_to_what_does_not_depend_on_the_rates() -> None:
    """At the maximum of each set; the constant is that of the counts and the times."""
    r = pd.read_csv(FIXTURES / "accrual_likeliest.csv", index_col="set")
    for name in SETS:
        sites, at = sites_of(name), r.loc[name]
        n, months = sites["n"].to_numpy(float), sites["months"].to_numpy(float)
        ours = log_likelihood(n, months, np.array([at["mean"]]), np.array([at["shape"] ** -0.5]))[0]
        constant = (n * np.log(np.where(months > 0, months, 1))).sum() - sum(
            np.log(np.arange(1, k + 1)).sum() for k in n
        )
        assert ours + constant == pytest.approx(at["log_likelihood"], abs=1e-6)


def test_one_site_with_a_known_distribution_is_exact() -> None:
    """Counts are negative binomial, times beta prime (Anisimov & Fedorov's Pearson VI): quantiles by R."""
    exact = pd.read_csv(FIXTURES / "accrual_one_site.csv")
    rates = known([12], [8], 0.9, 1.5)
    course = stats.simulated(rates, is_open=np.ones(1, bool), seed=[1], draws=400_000)
    months = stats.months_until(course, [10], seed=[2])[:, 0]
    np.testing.assert_allclose(np.quantile(months, exact["level"]), exact["months"], rtol=0.012)
    numbers = stats.numbers_by(course, np.array([6.0]), seed=[3])[:, 0]
    for level, number in zip(exact["level"], exact["number"], strict=True):
        assert (numbers < number).mean() - 0.003 <= level <= (numbers <= number).mean() + 0.003


@pytest.mark.parametrize("shape", [0.7, 2.0, 50.0])
def test_mean_and_variance_are_those_written_down(shape: float) -> None:
    """Anisimov & Fedorov: each open site adds (shape + n) / (rate + months) · t; each to come mean · (t − opening)."""
    n, months, mean = [3, 0, 12], [10.0, 4.0, 20.0], 0.5
    rate, t, openings = shape / mean, 9.0, [2.0, 30.0]
    posterior = [(shape + k) / (rate + m) for k, m in zip(n, months, strict=True)]
    expected = sum(posterior[:2]) * t + mean * (t - 2)
    variance = expected + sum(p / (rate + m) for p, m in zip(posterior[:2], months, strict=False)) * t**2
    variance += mean / rate * (t - 2) ** 2
    rates, is_open = known(n, months, mean, shape), np.array([True, True, False])
    assert stats.expected_number(rates, t, is_open=is_open, openings=openings) == pytest.approx((expected, variance))
    course = stats.simulated(rates, is_open=is_open, openings=openings, seed=[4], draws=200_000)
    numbers = stats.numbers_by(course, np.array([t]), seed=[5])[:, 0]
    assert numbers.mean() == pytest.approx(expected, rel=0.01)
    assert numbers.var() == pytest.approx(variance, rel=0.03)


@pytest.mark.parametrize("name", SETS)
def test_mean_and_variance_hold_over_all_distributions_the_counts_leave_possible(name: str) -> None:
    rates = stats.site_rates(sites_of(name))
    is_open = np.ones(len(rates.n), dtype=bool)
    mean, variance = stats.expected_number(rates, 12.0, is_open=is_open, openings=[3.0])
    course = stats.simulated(rates, is_open=is_open, openings=[3.0], seed=[6], draws=100_000)
    numbers = stats.numbers_by(course, np.array([12.0]), seed=[7])[:, 0]
    assert numbers.mean() == pytest.approx(mean, rel=0.01)
    assert numbers.var() == pytest.approx(variance, rel=0.05)


def test_the_sum_over_sites_is_as_good_as_drawing_each() -> None:
    """One gamma distribution for all open sites together, against the sum of one draw a site."""
    n, months = np.array([0.0, 1.0, 9.0, 2.0]), np.array([3.0, 12.0, 12.0, 30.0])
    rates = known(n.tolist(), months.tolist(), 0.4, 1.2)
    together = stats.simulated(rates, is_open=np.ones(4, bool), seed=[8], draws=200_000).now
    each = np.random.default_rng(9).gamma(1.2 + n, 1 / (3.0 + months), (200_000, 4)).sum(axis=1)
    levels = [0.025, 0.1, 0.5, 0.9, 0.975]
    np.testing.assert_allclose(np.quantile(together, levels), np.quantile(each, levels), rtol=0.025)


def test_a_time_is_told_by_the_number_expected_until_then() -> None:
    """Two a month, from month 5 on three, from month 8 on four."""
    course = Course(np.array([2.0]), np.array([[1.0, 1.0]]), np.array([8.0, 5.0]))
    assert course.expected(np.array([4.0, 6.0, 10.0]))[0].tolist() == [8.0, 13.0, 27.0]
    numbers = [1, 10, 50, 4000]
    months = stats.months_until(course, numbers, seed=[10])
    assert (np.diff(months[0]) > 0).all()
    many = Course(np.full(4000, 2.0), np.ones((4000, 2)), np.array([8.0, 5.0]))
    reached = stats.months_until(many, [40], seed=[11])[:, 0]
    by = stats.numbers_by(many, np.array([12.0, 14.0]), seed=[12])
    assert (reached <= 12).mean() == pytest.approx((by[:, 0] >= 40).mean(), abs=0.03)
    assert (reached <= 14).mean() == pytest.approx((by[:, 1] >= 40).mean(), abs=0.03)


def test_without_any_open_site_the_time_never_comes() -> None:
    rates = stats.site_rates(pd.DataFrame({"n": [4, 2], "months": [10.0, 10.0]}))
    closed = stats.simulated(rates, is_open=np.zeros(2, bool), seed=[1])
    assert np.isinf(stats.months_until(closed, [1], seed=[2])).all()
    later = stats.simulated(rates, is_open=np.zeros(2, bool), openings=[6.0], seed=[1])
    assert (stats.months_until(later, [1], seed=[2]) > 6).all()


def test_the_same_seed_gives_the_same_and_a_factor_shortens() -> None:
    rates = stats.site_rates(sites_of("ten"))
    now, again, faster = (
        stats.months_until(stats.simulated(rates, is_open=np.ones(10, bool), factor=f, seed=[3]), [30], seed=[4])
        for f in (1.0, 1.0, 2.0)
    )
    assert (now == again).all()
    np.testing.assert_allclose(now, 2 * faster)


def test_a_site_with_little_of_its_own_is_drawn_towards_the_others() -> None:
    sites = pd.DataFrame({"n": [20, 22, 18, 0, 6], "months": [20.0, 20.0, 20.0, 1.0, 1.0]})
    found = stats.shrunken(stats.site_rates(sites))
    raw = sites["n"] / sites["months"]
    assert found["estimate"][:3].to_numpy() == pytest.approx(raw[:3].to_numpy(), abs=0.15)
    assert raw[3] < 0.4 < found["estimate"][3]
    assert 1 < found["estimate"][4] < 4 < raw[4]
    assert ((found["conf_low"] < found["estimate"]) & (found["estimate"] < found["conf_high"])).all()
    widths = found["conf_high"] - found["conf_low"]
    assert widths[3] > widths[0]


@pytest.mark.parametrize(
    "sites",
    [
        pytest.param({"n": [1], "months": [0.0]}, id="patients without time at risk"),
        pytest.param({"n": [-1], "months": [3.0]}, id="less than nobody"),
        pytest.param({"n": [0, 0], "months": [0.0, 0.0]}, id="no time at risk"),
        pytest.param({"n": [], "months": []}, id="no site"),
    ],
)
def test_impossible_counts_are_refused(sites: dict[str, list[float]]) -> None:
    with pytest.raises(ContractError, match="n and months"):
        stats.site_rates(pd.DataFrame(sites, dtype=float))


def test_sites_that_are_alike_have_the_gamma_posterior_of_one_poisson_count() -> None:
    """4 patients in 10 site-months with Jeffreys' weight: gamma(4.5, 10), where the spread is next to none."""
    rates = stats.site_rates(pd.DataFrame({"n": [3, 1], "months": [5.0, 5.0]}))
    alike = rates.spread == rates.spread.min()
    weight = rates.weight[alike] / rates.weight[alike].sum()
    mean = weight @ rates.mean[alike]
    assert mean == pytest.approx(0.45, rel=0.02)
    assert weight @ (rates.mean[alike] - mean) ** 2 == pytest.approx(0.045, rel=0.05)


def test_nobody_enrolled_yet_still_bounds_the_rate() -> None:
    rates = stats.site_rates(pd.DataFrame({"n": [0, 0], "months": [5.0, 5.0]}))
    assert 0 < rates.weight @ rates.mean < 0.25


def test_quantiles_tell_what_never_comes() -> None:
    months = np.array([[1.0, np.inf], [2.0, 5.0], [3.0, np.inf], [4.0, np.inf]])
    assert stats.months_at(months, [0.1, 0.5, 0.9]).tolist() == [[1.0, 5.0], [2.0, np.inf], [4.0, np.inf]]


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """500 trials of ten sites whose known rates differ by half of their mean, forecast at a third of the way."""
    eighty, ninety_five = coverage(Setting(sites=10, to_open=0, spread=0.5, months=14.0), 500, seed=2007)
    assert 0.75 <= eighty <= 0.85
    assert 0.91 <= ninety_five <= 0.98
