"""Propensity, weights, weighted curves and the weighted hazard ratio equal R's; r/comparison.R made the fixtures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from crlm_dash.stats.counts import Floats
from crlm_dash.stats.linearised import linearised
from crlm_dash.stats.propensity import (
    Propensity,
    Weights,
    inverse_probability_weights,
    no_weights,
    overlap_weights,
    propensity,
)
from crlm_dash.stats.weighted_cox import Follow, WeightedCox, weighted_cox
from crlm_dash.stats.weighted_incidence import WeightedIncidence

FIXTURES = Path(__file__).parent / "fixtures"
SETS = ["days", "quarters", "late"]
X = ["age", "post", "large", "grade3", "log_nodes", "log_er"]
TIMES = {"days": [365.25, 1095.75, 1826.25], "quarters": [12.0, 36.0, 60.0], "late": [12.0, 36.0, 60.0]}
SCHEMES = ["crude", "overlap", "stabilised", "truncated"]


def fixture(name: str, what: str) -> pd.DataFrame:
    return pd.read_csv(FIXTURES / f"comparison_{name}_{what}.csv", float_precision="round_trip")


def rows(name: str) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    found = fixture(name, "rows")
    return found[X].to_numpy(float), *(found[c].to_numpy(float) for c in ("treated", "time", "entry", "event"))


def fitted(name: str) -> Propensity:
    x, treated, *_ = rows(name)
    return propensity(x, treated)


def weighted(model: Propensity, scheme: str) -> Weights:
    match scheme:
        case "overlap":
            return overlap_weights(model)
        case "crude":
            return no_weights(model)
        case _:
            return inverse_probability_weights(model, (0.02, 0.98) if scheme == "truncated" else (0.0, 1.0))


def cox(name: str, scheme: str, cause: int | None = None) -> tuple[WeightedCox, Weights, Propensity]:
    _, treated, time, entry, event = rows(name)
    model = fitted(name)
    weights = weighted(model, scheme)
    happened = event > 0 if cause is None else event == cause
    found = weighted_cox(treated[:, None], Follow(time, entry, happened), weights.value)
    assert found is not None
    return found, weights, model


@pytest.mark.parametrize("name", SETS)
def test_propensity_is_that_of_glm_and_of_statsmodels(name: str) -> None:
    x, treated, *_ = rows(name)
    model = fitted(name)
    np.testing.assert_allclose(model.score[0], fixture(name, "weights")["score"], rtol=1e-8)
    theirs = sm.GLM(treated, sm.add_constant(x), family=sm.families.Binomial()).fit(tol=1e-12)
    np.testing.assert_allclose(model.score[0], theirs.fittedvalues, rtol=1e-8)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("scheme", ["overlap", "stabilised", "truncated"])
def test_weights(name: str, scheme: str) -> None:
    np.testing.assert_allclose(weighted(fitted(name), scheme).value[0], fixture(name, "weights")[scheme], rtol=1e-7)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_weighted_hazard_ratio_with_robust_error(name: str, scheme: str) -> None:
    theirs = fixture(name, "cox").set_index("scheme").loc[scheme]
    found, weights, model = cox(name, scheme)
    np.testing.assert_allclose(found.coefficients[0, 0], theirs["log_ratio"], rtol=1e-7)
    robust = np.sqrt(found.robust_variance(weights.value[0])[0, 0])
    np.testing.assert_allclose(robust, theirs["robust"], rtol=1e-7)
    np.testing.assert_allclose(np.sqrt(found.naive_variance[0, 0]), theirs["naive"], rtol=1e-7)
    if name == "days":  # survey counts n / (n - 1)
        n = len(model.treated)
        np.testing.assert_allclose(robust * np.sqrt(n / (n - 1)), theirs["survey"], rtol=1e-6)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("scheme", ["overlap", "stabilised"])
def test_error_that_knows_the_weights_are_estimated(name: str, scheme: str) -> None:
    found, weights, model = cox(name, scheme)
    moved = linearised(found.influence[:, 0], weights, model)
    theirs = fixture(name, "cox").set_index("scheme").loc[scheme, "estimated"]
    np.testing.assert_allclose(np.sqrt(moved @ moved), theirs, rtol=1e-5)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_weighted_cause_specific_hazard_ratio(name: str, scheme: str) -> None:
    theirs = fixture(name, "cox").set_index("scheme").loc[scheme]
    found, weights, _ = cox(name, scheme, cause=1)
    np.testing.assert_allclose(found.coefficients[0, 0], theirs["cause_log_ratio"], rtol=1e-7)
    np.testing.assert_allclose(
        np.sqrt(found.robust_variance(weights.value[0])[0, 0]), theirs["cause_robust"], rtol=1e-7
    )


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("group", [0, 1])
def test_weighted_curves_with_their_errors(name: str, scheme: str, group: int) -> None:
    _, treated, time, entry, event = rows(name)
    mine = treated == group
    weights = weighted(fitted(name), scheme).value[:, mine]
    theirs = fixture(name, "curves").query("scheme == @scheme and group == @group")
    death = WeightedIncidence(time[mine], entry[mine], event[mine] > 0, event[mine] > 0, weights)
    first = WeightedIncidence(time[mine], entry[mine], event[mine] == 1, event[mine] > 0, weights)
    for row in theirs.itertuples():
        np.testing.assert_allclose(1 - death.at(row.time)[0], row.survival, rtol=1e-9)
        np.testing.assert_allclose(first.at(row.time)[0], row.incidence, rtol=1e-9)
        for curve, error in ((death, row.std_error), (first, row.incidence_error)):
            moved = curve.influence(row.time)[0] * weights[0]
            np.testing.assert_allclose(np.sqrt(moved @ moved), error, rtol=1e-8)
        np.testing.assert_allclose(row.time - death.area(row.time)[0], row.rmst, rtol=1e-9)
        at = np.searchsorted(death.times, row.time)
        np.testing.assert_allclose(death.risk[0, at], row.n_risk, rtol=1e-9)


@pytest.mark.parametrize("name", ["days", "quarters"])
def test_pseudo_values(name: str) -> None:
    """Those of the infinitesimal jackknife, as R's `pseudo`."""
    _, treated, time, entry, event = rows(name)
    theirs = fixture(name, "pseudo")
    for group in (0, 1):
        mine = treated == group
        n = int(mine.sum())
        curve = WeightedIncidence(time[mine], entry[mine], event[mine] > 0, event[mine] > 0, np.ones((1, n)))
        for at, column in zip(TIMES[name], theirs.columns, strict=True):
            ours = 1 - curve.at(at)[0] - n * curve.influence(at)[0]
            np.testing.assert_allclose(ours, theirs.loc[mine, column], rtol=1e-8, atol=1e-10)
