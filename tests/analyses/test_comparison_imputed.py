"""Missing covariates where multiple imputation is declared: who sees what, nothing leaks, every way of refusing."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import Result, comparison, comparison_imputed
from crlm_dash.analyses.comparison_missing import NOTHING_MISSING
from crlm_dash.analyses.comparison_outcomes import COMPLETE_ONLY
from tests.analyses.test_comparison import PROTOCOL, Change, Row, door_to, no_outcome, people, shown

DECLARED = PROTOCOL.replace(
    'time_zero = "Enrolment."',
    'time_zero = "Enrolment."\nmissing = "multiple imputation"\nmost_missing = 0.5\n'
    '[comparison.imputation]\nimputations = 5\nseed = 7\nauxiliary = ["ECOG"]',
)
DESIGN = ("balance", "weights", "propensity", "covariates", "design", "missing")


def gaps(k: int, row: Row) -> Row:
    return row | ({"SEX": None} if k % 10 == 0 else {}) | ({"AGE": None} if k % 9 == 1 else {})


def answered(rows: list[Row], role: Role = Role.STATISTICIAN, protocol: str = DECLARED, **asked: int) -> Result:
    return comparison(door_to(rows, role, protocol), **asked)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return people(160, change=gaps)


@pytest.fixture(scope="module")
def result(rows: list[Row]) -> Result:
    return answered(rows, draws=30)


def test_everybody_is_compared_and_what_was_missing_is_told(result: Result, rows: list[Row]) -> None:
    n = sum(row["AGE"] is None or row["SEX"] is None for row in rows)
    assert (result.n_used, result.n_total, result.excluded) == (160, 160, ())
    told = result.facts["missing"]
    assert told.startswith(f"{n} of 160 patients have a covariate that is not known (Age in 18, Sex in 16).")
    assert "was imputed 5 times from the group, all covariates and the outcome (Overall survival); each time" in told
    assert f"{100 * result.facts['fmi']:.0f} % is missing; limits allow for it" in told
    gone = result.tables["missing"].groupby("label")["n_missing"].sum()
    assert gone.to_dict() == {"Age": 18, "Sex": 16}
    assert any("5 data sets are declared where" in note for note in result.notes)
    assert "missing values filled in by multiple imputation: 5 data sets (as declared), seed 7" in shown(result)


def test_the_complete_cases_stand_beside_it(result: Result, rows: list[Row]) -> None:
    ratios = result.tables["hazard_ratio"].set_index("method")
    assert ratios.loc[["crude", "overlap"], "n"].tolist() == [160, 160]
    alone = answered(rows, protocol=PROTOCOL.replace("[[comparison", "most_missing = 0.5\n[[comparison", 1))
    expected = alone.tables["hazard_ratio"].set_index("method").loc["overlap"]
    found = ratios.loc["complete cases"]
    assert found["n"] == alone.n_used == 128
    for name in ("estimate", "conf_low", "conf_high", "robust_low"):
        assert found[name] == pytest.approx(expected[name])
    assert result.tables["sensitivity"].set_index("what").loc[COMPLETE_ONLY, "note"] == "128 of 160 patients"
    crude = ratios.loc["crude"]
    full = answered(people(160), protocol=PROTOCOL).tables["hazard_ratio"].set_index("method").loc["crude"]
    assert crude["estimate"] == pytest.approx(full["estimate"])  # it needs no covariate
    assert crude["conf_low"] == pytest.approx(full["conf_low"], rel=1e-3)


def test_differences_are_those_of_the_curves(result: Result) -> None:
    curves = result.tables["curves"].query("method == 'overlap' and time <= 12").groupby("strata")["estimate"].last()
    differences = result.tables["differences"].query("method == 'overlap' and measure == 'difference'")
    at_a_year = differences[differences["time"].between(11.9, 12.1)].iloc[0]
    reference, other = result.facts["groups"]
    assert at_a_year["estimate"] == pytest.approx(curves[other] - curves[reference])
    assert at_a_year["conf_low"] < at_a_year["estimate"] < at_a_year["conf_high"]


def test_limits_by_draws_are_there_for_what_was_imputed(result: Result) -> None:
    ratios = result.tables["hazard_ratio"].set_index("method").loc[["crude", "overlap", "inverse probability"]]
    assert result.facts["draws"] == 30
    assert (ratios["boot_low"] < ratios["estimate"]).all()
    assert (ratios["boot_high"] > ratios["estimate"]).all()
    assert any("imputed twice" in note for note in result.notes)


def test_the_same_cut_gives_the_same_answer_and_another_seed_another(rows: list[Row], result: Result) -> None:
    again = answered(rows, draws=30)
    for name, table in result.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table)
    other = answered(rows, protocol=DECLARED.replace("seed = 7", "seed = 8")).tables["hazard_ratio"]
    assert other.loc[1, "estimate"] != result.tables["hazard_ratio"].loc[1, "estimate"]


@pytest.mark.parametrize("seed", [5, 6])
def test_the_dsmb_sees_the_same_numbers_under_codes(seed: int) -> None:
    rows = people(160, change=gaps, seed=seed)
    coded, named = (answered(rows, role, draws=10) for role in (Role.DSMB, Role.STATISTICIAN))
    assert not any(word in shown(coded).lower() for word in ("zap", "pills", "zapco", "pilco"))
    mine, theirs = (each.tables["hazard_ratio"].set_index("method") for each in (coded, named))
    turned = coded.facts["groups"][0] == "Arm A" and not np.isclose(mine["estimate"], theirs["estimate"]).all()
    for end, other in (("estimate", "estimate"), ("conf_low", "conf_high"), ("boot_low", "boot_high")):
        np.testing.assert_allclose(mine[end], 1 / theirs[other] if turned else theirs[end], rtol=1e-6)


@pytest.mark.parametrize("role", [Role.PI, Role.MDT, Role.DATA_MANAGER])
def test_what_others_are_shown_is_the_same_whatever_became_of_the_patients(rows: list[Row], role: Role) -> None:
    fates = [row | {"time": 2000 - row["time"] % 1999, "event": 1 - row["event"]} for row in rows]
    found, turned = (answered(each, role, draws=5) for each in (rows, fates))
    assert no_outcome(found)
    assert shown(found) == shown(turned)
    assert "No outcome was used for it here" in found.facts["missing"]
    assert "and the outcome (" not in found.facts["missing"]
    assert "computed anew" not in found.facts["missing"]
    assert "knows how uncertain" not in shown(found)
    for name in DESIGN:
        pd.testing.assert_frame_equal(found.tables[name], turned.tables[name])


def test_with_nothing_missing_it_is_the_complete_cases_and_says_so() -> None:
    rows = people(120)
    imputed, complete = answered(rows, draws=20), answered(rows, protocol=PROTOCOL, draws=20)
    assert imputed.facts["missing"] == NOTHING_MISSING
    assert complete.facts["missing"] == ""
    for name, table in complete.tables.items():
        if name != "design":
            pd.testing.assert_frame_equal(imputed.tables[name], table)


def of_zap(k: int, row: Row) -> Row:
    return row | ({"SEX": None} if row["TRT01P"] == "Zap" else {})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(lambda k, row: row | {"SEX": None}, "Sex is known in nobody", id="missing in all"),
        pytest.param(of_zap, "Sex is known in 0 of the", id="missing in one group"),
        pytest.param(
            lambda k, row: row | ({"SEX": None} if k % 3 else {}), "more than the 50 % up to which", id="too many"
        ),
    ],
)
def test_what_cannot_be_imputed_is_refused_with_its_reason(change: Change, words: str) -> None:
    result = answered(people(160, change=change))
    assert words in result.facts["outcomes"]
    assert no_outcome(result)
    assert result.facts["imputations"] == 0 or "more than" in words
    assert result.n_used == (160 if "more than" in words else 0)
    assert "patients have a covariate that is not known" in result.facts["missing"]


def test_very_many_are_not_imputed_and_it_is_told(rows: list[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison_imputed, "MOST_IMPUTED", 100)
    result = answered(rows)
    assert result.facts["outcomes"].startswith("Beyond 100 patients nothing is imputed")
    assert no_outcome(result)


def test_a_cause_is_compared_while_the_other_competes(rows: list[Row]) -> None:
    door = door_to(rows, protocol=DECLARED)
    first, second = (comparison(door, endpoint="LIVPD", cause=cause) for cause in (1, 2))
    for result in (first, second):
        assert result.facts["imputations"] == 5
        assert result.tables["curves"].query("time == 0")["estimate"].eq(0).all()
        assert np.isfinite(result.tables["hazard_ratio"]["estimate"]).all()
    happened = [each.tables["events"]["n_event"].sum() for each in (first, second)]
    assert sum(happened) == sum(row["event"] for row in rows)


def test_few_patients_and_one_arm_are_told() -> None:
    few = answered(people(12, change=gaps))
    assert "Fewer than 10 patients in" in few.facts["outcomes"]
    one = answered([row | {"TRT01P": "Zap"} for row in people(40, change=gaps)])
    assert one.empty == "An adjusted comparison is of two groups; TINY has 1."
    assert no_outcome(few)
    assert no_outcome(one)


def test_a_constant_covariate_is_left_out_and_imputes_nothing_else() -> None:
    result = answered(people(120, change=lambda k, row: gaps(k, row) | {"SEX": None if k % 8 == 0 else "F"}))
    assert any("The same in everyone, so in no model: Sex (M)" in note for note in result.notes)
    assert np.isfinite(result.tables["hazard_ratio"].set_index("method").loc["overlap", "estimate"])


def test_without_a_number_it_is_as_many_as_the_per_cent_and_twenty_at_least(rows: list[Row]) -> None:
    found = answered(rows, protocol=DECLARED.replace("imputations = 5\n", ""))
    n = sum(row["AGE"] is None or row["SEX"] is None for row in rows)
    assert found.facts["imputations"] == int(np.ceil(100 * n / 160))
    assert not any("data sets are declared where" in note for note in found.notes)
    few = answered(people(120, change=lambda k, row: row | ({"SEX": None} if k == 3 else {})), Role.PI)
    assert few.facts["imputations"] == 5


# -- who is called what, what is looked at ---------------------------------------------------------


def few_values(k: int, row: Row) -> Row:
    return row | {"AGE": None if k % 7 == 0 else 50 + 10 * (k % 3)}


def called_otherwise(k: int, row: Row) -> Row:
    return row | {"TRT01P": {"Zap": "Pills", "Pills": "Zap"}[row["TRT01P"]]}


def test_what_groups_are_called_changes_no_imputed_value() -> None:
    """Both groups have every pattern of covariates, so no patient tells them apart."""
    rows = people(400, change=few_values)
    turned = [called_otherwise(0, row) for row in rows]
    mine, theirs = (answered(each, Role.PI).tables["balance"] for each in (rows, turned))
    np.testing.assert_allclose(mine["difference"], -theirs["difference"], atol=1e-9)


def test_draws_of_complete_cases_do_not_depend_on_names_either() -> None:
    rows = [few_values(k, row) | {"SEX": "F"} for k, row in enumerate(people(200)) if k % 7]
    turned = [called_otherwise(0, row) for row in rows]
    mine, theirs = (
        answered(each, protocol=PROTOCOL, draws=40).tables["hazard_ratio"].set_index("method").loc["overlap"]
        for each in (rows, turned)
    )
    assert mine["boot_low"] == pytest.approx(1 / theirs["boot_high"])


def test_which_cause_is_looked_at_changes_no_imputed_value(rows: list[Row]) -> None:
    door = door_to(rows, protocol=DECLARED)
    first, second = (comparison(door, endpoint="LIVPD", cause=cause).tables["balance"] for cause in (1, 2))
    pd.testing.assert_frame_equal(first, second)


def test_what_helps_is_named_where_it_is_known(rows: list[Row]) -> None:
    assert "ECOG" not in shown(answered(rows, Role.PI))  # nobody has an ECOG here
    with_ecog = [row | {"ECOG": "1" if row["SEX"] == "M" else "0"} for row in rows]
    result = answered(with_ecog, Role.PI)
    assert "all covariates, helped by ECOG" in result.facts["missing"]
    assert "ECOG help to predict" in shown(result)


# -- designs that hold in some data sets, in none, or in too few patients --------------------------------


def test_separation_in_some_data_sets_is_told_as_that() -> None:
    def men_choose_zap(k: int, row: Row) -> Row:
        sex = "F" if row["TRT01P"] == "Pills" else row["SEX"]
        return row | {"SEX": None if row["TRT01P"] == "Pills" and k % 3 == 0 else sex}

    result = answered(
        people(160, change=men_choose_zap), protocol=DECLARED.replace("imputations = 5", "imputations = 20")
    )
    told = result.facts["outcomes"]
    if "imputed data sets: " in told:
        n = int(told.split()[1])
        assert 0 < n < 20
    assert "apart without error" in told
    assert set(result.tables["balance"]["method"]) == {"crude"}
    assert "each time the propensity" not in result.facts["missing"]
    assert no_outcome(result)


@pytest.mark.parametrize("n", [3, 12])
@pytest.mark.parametrize("role", [Role.PI, Role.STATISTICIAN])
def test_a_covariate_nobody_has_yet_is_told_in_the_first_weeks_too(n: int, role: Role) -> None:
    result = answered(people(n, change=lambda k, row: row | {"SEX": None}), role)
    assert "Sex is known in nobody" in shown(result)
    assert no_outcome(result)


def test_a_level_that_everybody_has_is_constant_whichever_it_is() -> None:
    result = answered(people(120, change=lambda k, row: row | {"SEX": None if k % 8 == 0 else "M"}))
    assert any("The same in everyone, so in no model: Sex" in note for note in result.notes)
    assert "of 1 covariate" in result.facts["design"] or "of 2 covariates" in result.facts["design"]


def test_the_region_of_overlap_counts_who_is_at_risk() -> None:
    never = people(160, change=lambda k, row: gaps(k, row) | ({"time": 0} if k % 11 == 3 else {}))
    result = answered(never)
    (note,) = result.tables["sensitivity"].query("what == 'Only in the region of overlap'")["note"]
    inside, everybody = map(int, re.findall(r"\d+", note)[:2])
    assert inside <= everybody == sum(row["time"] > 0 for row in never)


def test_a_value_without_a_logarithm_is_told() -> None:
    protocol = DECLARED.replace('scale = "linear"', 'scale = "log"', 1)
    result = answered(people(120, change=lambda k, row: row | ({"AGE": 0} if k % 12 == 0 else {})), protocol=protocol)
    assert any("0 or below has no logarithm and counts as not known: Age in 10 patients" in n for n in result.notes)
