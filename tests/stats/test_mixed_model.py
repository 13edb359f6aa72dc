"""The mixed model equals R's `nlme::lme` (r/mixed_model.R) and statsmodels' MixedLM; where it fails, it says why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import t

from crlm_dash import stats
from crlm_dash.errors import ContractError
from crlm_dash.stats.mixed_model import NO_SPREAD, NOT_REPEATED, NOT_TOLD_APART, NOTHING_IN_COMMON

FIXTURES = Path(__file__).parent / "fixtures"
SETS = ("two", "three", "one")


def rows(name: str) -> pd.DataFrame:
    found = pd.read_csv(FIXTURES / "mixed_model_rows.csv", float_precision="round_trip")
    return found[found["set"] == name].drop(columns="set")


def expected(name: str, what: str) -> pd.DataFrame:
    found = pd.read_csv(FIXTURES / "mixed_model.csv", float_precision="round_trip")
    return found[(found["set"] == name) & (found["what"] == what)].reset_index(drop=True)


def summed(found: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of patients as the model takes them: sums over patients with the same visits, totals of the cells."""
    each = found.sort_values("visit").groupby("patient")
    people = pd.DataFrame({
        "strata": each["strata"].first(), "visits": each["visit"].apply(tuple), "base": each["base"].first(),
        "t": each["change"].sum(), "q": each["change"].apply(lambda values: float((values**2).sum())),
    })  # fmt: skip
    people = people.assign(bb=people["base"] ** 2, bt=people["base"] * people["t"], tt=people["t"] ** 2, n=1)
    columns = {"n": "n", "base": "base_sum", "bb": "base_squares", "t": "change_sum", "bt": "base_changes",
               "tt": "sum_squares", "q": "squares"}  # fmt: skip
    patterns = people.groupby(["strata", "visits"])[list(columns)].sum().rename(columns=columns).reset_index()
    totals = found.groupby(["strata", "visit"], as_index=False)["change"].sum().rename(columns={"change": "total"})
    return patterns, totals


def fitted(found: pd.DataFrame, **options: str) -> stats.MixedModel:
    return stats.mixed_model(*summed(found), **options)


@pytest.mark.parametrize("name", SETS)
def test_estimates_errors_and_limits_are_those_of_r(name: str) -> None:
    model = fitted(rows(name))
    for what, table in (("mean", model.means), ("difference", model.differences)):
        wanted = expected(name, what).sort_values(["strata", "visit"], ignore_index=True)
        assert len(table) == len(wanted)
        assert table["visit"].tolist() == wanted["visit"].tolist()
        for column in ("estimate", "std_error", "conf_low", "conf_high"):
            assert table[column].tolist() == pytest.approx(wanted[column].tolist(), rel=1e-5, abs=2e-5)
    for what in ("between", "within", "slope"):
        assert getattr(model, what) == pytest.approx(expected(name, what)["estimate"][0], rel=1e-5)


@pytest.mark.parametrize("name", SETS)
def test_estimates_and_variances_are_those_of_statsmodels(name: str) -> None:
    """Not its errors: they come from the curvature of all parameters and lie up to 1.5 % beside lme's."""
    found = rows(name)
    base = found["base"] - found.drop_duplicates("patient")["base"].mean()
    cells = pd.get_dummies(found["strata"] + found["visit"].astype(str)).astype(float)
    theirs = sm.MixedLM(found["change"], cells.assign(base=base), groups=found["patient"]).fit(reml=True)
    mine = fitted(found)
    assert mine.means["estimate"].tolist() == pytest.approx(theirs.fe_params[:-1].tolist(), abs=1e-3)
    assert (mine.between**2, mine.within**2) == pytest.approx((theirs.cov_re.iloc[0, 0], theirs.scale), rel=1e-3)


def test_numbers_of_patients_and_freedom() -> None:
    found = rows("two")
    model = fitted(found)
    assert model.means["n"].tolist() == found.groupby(["strata", "visit"]).size().tolist()
    assert model.n == found["patient"].nunique()
    assert model.df == model.n - 3
    row = model.means.iloc[0]
    assert row["conf_high"] == pytest.approx(row["estimate"] + t.ppf(0.975, model.df) * row["std_error"])


def test_another_reference_turns_the_sign() -> None:
    found = rows("two")
    ab, ba = fitted(found).differences, fitted(found, reference="B").differences
    assert (ab["comparison"].iloc[0], ba["comparison"].iloc[0]) == ("B vs A", "A vs B")
    assert ba["estimate"].tolist() == pytest.approx((-ab["estimate"]).tolist())


def test_forms_all_there_give_the_plain_difference_of_means_at_equal_baselines() -> None:
    rng = np.random.default_rng(4)
    effects = [(patient, "AB"[patient % 2], rng.normal(0, 9)) for patient in range(40)]
    found = pd.DataFrame(
        [
            (i, g, v, 50.0 + i // 2 % 5, own + 3 * v * (g == "B") + rng.normal())
            for i, g, own in effects
            for v in (1, 2)
        ],
        columns=["patient", "strata", "visit", "base", "change"],
    )
    plain = found.groupby(["visit", "strata"])["change"].mean().unstack()
    assert fitted(found).differences["estimate"].tolist() == pytest.approx((plain["B"] - plain["A"]).tolist())


@pytest.mark.parametrize("base", [0.0, 100 / 3, 33.3333333333, 50.0, 200 / 3, 83.3333333333, 0.812])
@pytest.mark.parametrize("n", [40, 71, 80])
def test_baselines_that_are_all_the_same_have_no_slope_however_their_sums_are_rounded(base: float, n: int) -> None:
    found = rows("two")
    model = fitted(found[found["patient"] <= n].assign(base=base))
    assert model.reason == NOT_TOLD_APART


def changed(change: str) -> pd.DataFrame:
    found = rows("two")
    match change:
        case "one answer each":
            return found.drop_duplicates("patient")
        case "one baseline":
            return found.assign(base=50.0)
        case "patients differ, answers do not":
            return found.assign(change=found["visit"] * 2.0 + found["patient"] % 7)
        case "on the model":
            return found.assign(change=found["visit"] * 2.0 - 0.5 * found["base"])
        case _:
            return found.assign(change=np.where(found.groupby("patient").cumcount() % 2, 10.0, -10.0))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("one answer each", NOT_REPEATED),
        ("one baseline", NOT_TOLD_APART),
        ("on the model", NO_SPREAD),
        ("patients differ, answers do not", NO_SPREAD),
        ("nothing in common", NOTHING_IN_COMMON),
    ],
)
def test_where_the_model_does_not_hold_there_is_a_reason_and_no_number(change: str, reason: str) -> None:
    model = fitted(changed(change))
    assert model.reason == reason
    assert model.means.empty
    assert model.differences.empty


def test_nobody_and_a_missing_column() -> None:
    patterns, totals = summed(rows("two"))
    assert stats.mixed_model(patterns[:0], totals[:0]).reason == NOT_REPEATED
    with pytest.raises(ContractError, match="there is no squares"):
        stats.mixed_model(patterns.drop(columns="squares"), totals)
