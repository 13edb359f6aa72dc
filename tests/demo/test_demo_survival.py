"""The simulated truth is what it is said to be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from crlm_dash.demo import TRUE_EFFECT, draw_outcomes, expected_survival, marginal_effect
from crlm_dash.demo.survival import cox_hazard_ratio
from crlm_dash.errors import RequestError

PATIENTS = 20_000
Floats = NDArray[np.float64]


def kaplan_meier(entry: Floats, exit_: Floats, at: float) -> float:
    """Survival at `at` with delayed entry, by definition; every exit is a death."""
    deaths = np.sort(exit_[exit_ <= at])
    entered = np.searchsorted(np.sort(entry), deaths, side="left")
    gone = np.searchsorted(np.sort(exit_), deaths, side="left")
    return float(np.prod(1 - 1 / (entered - gone)))


@pytest.fixture(scope="module")
def crlm10() -> pd.DataFrame:
    return draw_outcomes("CRLM10", PATIENTS, seed=11)


@pytest.fixture(scope="module")
def ehd() -> pd.DataFrame:
    return draw_outcomes("CRLM-EHD", PATIENTS, seed=11)


@pytest.mark.parametrize(
    ("group", "years", "published"),
    [("R0/R1", 3, 0.61), ("R0/R1", 5, 0.39), ("not R0/R1", 3, 0.29), ("not R0/R1", 5, 0.05)],
)
def test_survival_from_diagnosis_is_the_published_one(
    crlm10: pd.DataFrame, group: str, years: int, published: float
) -> None:
    people = crlm10[crlm10["GROUP"] == group]
    estimate = kaplan_meier(people["ENTRY"].to_numpy(), people["DEATH"].to_numpy(), years)
    assert expected_survival("CRLM10", group, years) == pytest.approx(published, abs=1e-6)
    assert estimate == pytest.approx(published, abs=0.02)


@pytest.mark.parametrize("arm", ["LOCAL", "CHEMO"])
def test_survival_by_arm_is_the_expected_one(crlm10: pd.DataFrame, arm: str) -> None:
    people = crlm10[crlm10["ARMCD"] == arm]
    estimate = kaplan_meier(people["ENTRY"].to_numpy(), people["DEATH"].to_numpy(), 5)
    assert estimate == pytest.approx(expected_survival("CRLM10", arm, 5), abs=0.02)


def test_without_delayed_entry_survival_from_diagnosis_is_inflated(crlm10: pd.DataFrame) -> None:
    people = crlm10[crlm10["GROUP"] == "R0/R1"]
    naive = float((people["DEATH"] > 2).mean())
    assert naive > expected_survival("CRLM10", "R0/R1", 2) + 0.02


def test_everyone_is_alive_at_enrolment(crlm10: pd.DataFrame, ehd: pd.DataFrame) -> None:
    assert (crlm10["DEATH"] > crlm10["ENTRY"]).all()
    assert (ehd["DEATH"] > 0).all()
    assert len(crlm10) == len(ehd) == PATIENTS


@pytest.mark.parametrize("years", [2.0, 5.0])
@pytest.mark.parametrize("arm", ["LOCAL", "SYSTEMIC"])
def test_ehd_survival_by_group_is_the_expected_one(ehd: pd.DataFrame, arm: str, years: float) -> None:
    observed = float((ehd.loc[ehd["ARMCD"] == arm, "DEATH"] > years).mean())
    assert observed == pytest.approx(expected_survival("CRLM-EHD", arm, years), abs=0.02)


def test_the_willing_differ_and_make_the_crude_comparison_too_favourable(ehd: pd.DataFrame) -> None:
    willing = ehd["ARMCD"] == "LOCAL"
    assert 0.35 < willing.mean() < 0.65
    assert ehd.loc[willing, "LP"].mean() < ehd.loc[~willing, "LP"].mean() - 0.2
    crude = cox_hazard_ratio(ehd["DEATH"].to_numpy(), willing.to_numpy(dtype=float))
    assert crude < marginal_effect().hazard_ratio - 0.10


def test_within_one_risk_the_hazard_ratio_is_the_stated_one(ehd: pd.DataFrame) -> None:
    """In narrow strata of the linear predictor nothing but treatment is left."""
    strata = pd.qcut(ehd["LP"], 40, labels=False)
    logs = [
        np.log(cox_hazard_ratio(part["DEATH"].to_numpy(), (part["ARMCD"] == "LOCAL").to_numpy(float)))
        for _, part in ehd.groupby(strata)
    ]
    assert np.mean(logs) == pytest.approx(TRUE_EFFECT.conditional_log_hr, abs=0.05)


def test_marginal_effect_is_weaker_than_the_conditional_one() -> None:
    effect = marginal_effect()
    assert np.exp(TRUE_EFFECT.conditional_log_hr) < effect.hazard_ratio < 0.80
    assert 0.05 < effect.difference_2y < 0.20
    assert 0.03 < effect.difference_5y < 0.20


def test_cox_of_two_exponentials() -> None:
    rng = np.random.default_rng(1)
    time = np.concatenate([rng.exponential(2.0, 50_000), rng.exponential(1.0, 50_000)])
    assert cox_hazard_ratio(time, np.repeat([1.0, 0.0], 50_000)) == pytest.approx(0.5, rel=0.03)


def test_unknown_group_and_trial_are_told() -> None:
    with pytest.raises(RequestError, match="R0/R1"):
        expected_survival("CRLM10", "R3", 5)
    with pytest.raises(RequestError, match="CRLM-EHD"):
        expected_survival("CRLM11", "LOCAL", 5)
