"""Rubin's rules equal R's mice; what is imputed agrees with it within chance; r/imputation.R made the fixtures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crlm_dash.stats.counts import Floats
from crlm_dash.stats.group_comparison import OVERLAP, RATIO, Asked, Quantity, Subjects, compared
from crlm_dash.stats.imputation import Variable, nelson_aalen
from crlm_dash.stats.imputed_comparison import Incomplete
from crlm_dash.stats.propensity import propensity
from crlm_dash.stats.rubin import pooled

FIXTURES = Path(__file__).parent / "fixtures"
COVARIATES = {"age": 0, "post": 2, "size": 3, "grade3": 2, "log_nodes": 0, "log_er": 0}  # with their levels
COLUMNS = ["age", "post", "size1", "size2", "grade31", "log_nodes", "log_er"]
SETS = 120
ROOM = 4.0  # Monte Carlo errors


def fixture(what: str) -> pd.DataFrame:
    return pd.read_csv(FIXTURES / f"imputation_{what}.csv", float_precision="round_trip")


@pytest.fixture(scope="module")
def incomplete() -> Incomplete:
    rows = fixture("rows")
    event = rows["event"].to_numpy() == 1
    time, treated = rows["time"].to_numpy(float), rows["treated"].to_numpy(float)
    subjects = Subjects(np.empty((len(rows), 0)), treated, time, np.zeros(len(rows)), event, event)
    return Incomplete(
        subjects, tuple(Variable(rows[name].to_numpy(float), levels) for name, levels in COVARIATES.items())
    )


@pytest.fixture(scope="module")
def filled(incomplete: Incomplete) -> list[Floats]:
    return incomplete.filled(np.ones((SETS, len(incomplete.subjects.treated))), np.random.default_rng(3))


def agree(what: str, ours: Floats) -> None:
    """The mean over imputations within Monte Carlo error of that of mice, the spread between them within a quarter."""
    theirs = fixture("summary").set_index("what").loc[what]
    error = np.sqrt(theirs["spread"] ** 2 / theirs["m"] + ours.var(ddof=1) / len(ours))
    assert abs(ours.mean() - theirs["mean"]) < ROOM * error, (what, ours.mean(), theirs["mean"])
    assert 0.75 < ours.std(ddof=1) / theirs["spread"] < 1.33, (what, ours.std(ddof=1), theirs["spread"])


def test_rubins_rules_equal_mice_for_given_estimates() -> None:
    given, theirs = fixture("given"), fixture("pooled").set_index("term")
    for term, each in given.groupby("term"):
        row = theirs.loc[str(term)]
        values, variances = each["estimate"].to_numpy(float), each["variance"].to_numpy(float)
        found = pooled(values, variances, float(row["dfcom"]))
        names = {"estimate": "estimate", "within": "ubar", "between": "b", "variance": "t", "df": "df", "fmi": "fmi"}
        for ours, name in names.items():
            np.testing.assert_allclose(getattr(found, ours), row[name], rtol=1e-8)
        large = pooled(values, variances)
        np.testing.assert_allclose((large.df, large.fmi), (row["df_large"], row["fmi_large"]), rtol=1e-8)


def test_the_nelson_aalen_estimate_is_that_of_survfit(incomplete: Incomplete) -> None:
    these = incomplete.subjects
    found = nelson_aalen(these.time, these.entry, these.mine.astype(float), np.ones((1, len(these.time))))
    np.testing.assert_allclose(found[0], fixture("hazard")["hazard"], rtol=1e-9, atol=1e-12)


def test_numbers_are_imputed_as_by_mice(incomplete: Incomplete, filled: list[Floats]) -> None:
    place = list(COVARIATES).index("log_er")
    values = filled[place][:, incomplete.variables[place].missing]
    agree("log_er mean", values.mean(axis=1))
    agree("log_er sd", values.std(axis=1, ddof=1))
    assert np.isin(values, incomplete.variables[place].value).all()  # only what somebody has


def test_levels_are_imputed_as_by_mice(incomplete: Incomplete, filled: list[Floats]) -> None:
    for name, levels in (("grade3", [1]), ("size", [1, 2])):
        place = list(COVARIATES).index(name)
        values = filled[place][:, incomplete.variables[place].missing]
        for level in levels:
            share = (values == level).mean(axis=1)
            if name == "grade3":
                agree(f"{name} {level}", share)
                continue
            # R draws three levels from fitted, we from drawn coefficients: the same mean, a little more spread.
            theirs = fixture("summary").set_index("what").loc[f"{name} {level}"]
            error = np.sqrt(theirs["spread"] ** 2 / theirs["m"] + share.var(ddof=1) / len(share))
            assert abs(share.mean() - theirs["mean"]) < ROOM * error + 0.02


def test_known_values_stay(incomplete: Incomplete, filled: list[Floats]) -> None:
    for variable, values in zip(incomplete.variables, filled, strict=True):
        assert np.isfinite(values).all()
        np.testing.assert_array_equal(values[:, variable.known], np.tile(variable.value[variable.known], (SETS, 1)))


def test_the_propensity_has_the_coefficients_it_has_in_r(incomplete: Incomplete, filled: list[Floats]) -> None:
    x = incomplete.columns(filled)
    model = propensity(x, incomplete.subjects.treated, np.ones((SETS, x.shape[1])))
    slopes = model.coefficients[:, 1:] / x.std(axis=(0, 1))
    theirs = fixture("summary").set_index("what")
    for name, ours in zip(COLUMNS, slopes.T, strict=True):
        row = theirs.loc[f"propensity {name}"]
        error = np.sqrt(row["spread"] ** 2 / row["m"] + ours.var(ddof=1) / SETS)
        assert abs(ours.mean() - row["mean"]) < ROOM * error + (0.02 if name.startswith("size") else 0.0), name


def test_the_pooled_hazard_ratio_is_that_of_mice_and_survey(incomplete: Incomplete, filled: list[Floats]) -> None:
    """Robust errors, which take the weights as known, on both sides."""
    asked, name = Asked((), None, (0.0, 1.0), methods=(OVERLAP,), models=False), Quantity(RATIO, OVERLAP, 0.0)
    found = [compared(replace(incomplete.subjects, x=x), asked) for x in incomplete.columns(filled)]
    values = np.array([each.estimates[name].value[0] for each in found])
    variances = np.array([each.estimates[name].robust_error ** 2 for each in found])
    agree("log hazard ratio", values)
    agree("robust variance", variances)
    theirs = fixture("summary").set_index("what")["mean"]
    np.testing.assert_allclose(pooled(values, variances).variance, theirs["pooled variance"], rtol=0.01)
    np.testing.assert_allclose(pooled(values, variances).fmi, theirs["pooled fmi"], atol=0.01)


def test_many_data_sets_at_once_are_compared_as_one_by_one(incomplete: Incomplete, filled: list[Floats]) -> None:
    x = incomplete.columns(filled)[:3]
    asked = Asked((1.0, 5.0), 5.0, (0.01, 0.99))
    n = len(incomplete.subjects.treated)
    together = compared(replace(incomplete.subjects, x=x), asked, np.ones((3, n))).estimates
    for place in range(3):
        alone = compared(replace(incomplete.subjects, x=x[place]), asked).estimates
        for name, estimate in alone.items():
            np.testing.assert_allclose(together[name].value[place], estimate.value[0], rtol=1e-6, atol=1e-9)
