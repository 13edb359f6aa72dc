"""Survival estimates equal R's (survival 3.5-3); r/survival.R made the fixtures."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crlm_dash import stats

FIXTURES = Path(__file__).parent / "fixtures"
HORIZON = {
    "lung": 700, "veteran": 365, "colon": 1826.25, "simulated": 24, "flat": 3, "recurrence": 1826.25, "quarters": 60,
    "exponential": 18, "uniform": 24, "lognormal": 30,
}  # fmt: skip
ALL = list(HORIZON)
COMPARED = [name for name in ALL if name != "flat"]


def fixture(name: str, what: str) -> pd.DataFrame:
    return pd.read_csv(FIXTURES / f"{name}_{what}.csv", float_precision="round_trip")


def assert_equal(ours: pd.DataFrame, theirs: pd.DataFrame, columns: dict[str, str], rtol: float = 1e-9) -> None:
    """Every pair of columns (ours: R's) agrees, and is missing in the same places."""
    assert len(ours) == len(theirs)
    for mine, other in columns.items():
        np.testing.assert_allclose(
            ours[mine].to_numpy(float), theirs[other].to_numpy(float), rtol=rtol, atol=1e-12, err_msg=mine
        )


@pytest.mark.parametrize("name", ALL)
def test_curve_and_greenwood_limits(name: str) -> None:
    ours = stats.kaplan_meier(fixture(name, "counts")).query("time > 0").reset_index(drop=True)
    theirs = fixture(name, "km")
    assert list(ours["strata"]) == list(theirs["strata"])
    columns = ["time", "n_risk", "n_event", "n_censor", "estimate", "std_error", "conf_low", "conf_high"]
    assert_equal(ours, theirs, {column: column for column in columns})


@pytest.mark.parametrize("name", ALL)
def test_medians_and_restricted_means(name: str) -> None:
    counts, theirs = fixture(name, "counts"), fixture(name, "summary")
    assert_equal(stats.median_survival(counts), theirs, {c: c for c in ("median", "conf_low", "conf_high")})
    reverse = {"followup_median": "followup", "conf_low": "followup_low", "conf_high": "followup_high"}
    assert_equal(stats.followup_median(counts), theirs, reverse)
    areas = stats.rmst(counts, HORIZON[name])
    assert_equal(areas, theirs, {"estimate": "rmst", "std_error": "rmst_error"})


@pytest.mark.parametrize("name", ALL)
def test_landmarks(name: str) -> None:
    """R leaves out what lies beyond follow-up; we say that it is missing."""
    theirs = fixture(name, "landmarks")
    ours = stats.survival_at(fixture(name, "counts"), theirs["time"].unique())
    both = ours.merge(theirs, how="left", on=["strata", "time"], suffixes=("", "_r"), indicator=True)
    known = both["_merge"] == "both"
    assert both.loc[~known & (both["estimate"] != 0), "estimate"].isna().all()
    columns = ("estimate", "std_error", "conf_low", "conf_high")
    assert_equal(both[known], both[known], {column: f"{column}_r" for column in columns})
    assert known.sum() == len(theirs)


@pytest.mark.parametrize("name", COMPARED)
def test_hazard_ratio_and_proportional_hazards(name: str) -> None:
    ours, theirs = stats.hazard_ratio(fixture(name, "counts")), fixture(name, "cox")
    reference = min(fixture(name, "counts")["strata"])
    assert list(ours["comparison"]) == [f"{group} vs {reference}" for group in theirs["strata"]]
    columns = ["estimate", "conf_low", "conf_high", "p_value", "ph_p_value"]
    assert_equal(ours, theirs, {column: column for column in columns}, rtol=1e-8)


@pytest.mark.parametrize("name", COMPARED)
def test_log_rank(name: str) -> None:
    columns = {column: column for column in ("statistic", "df", "p_value")}
    assert_equal(stats.log_rank(fixture(name, "counts")), fixture(name, "log_rank"), columns)


@pytest.mark.parametrize("name", ["ecog", "nodes", "extents"])
def test_stratified_log_rank(name: str) -> None:
    counts = fixture(name, "counts")
    columns = {column: column for column in ("statistic", "df", "p_value")}
    assert_equal(stats.log_rank(counts, stratum="stratum"), fixture(name, "log_rank"), columns)
