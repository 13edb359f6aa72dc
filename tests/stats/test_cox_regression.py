"""Cox regression equals R's (survival 3.5-3); r/cox.R made the fixtures."""

import numpy as np
import pandas as pd
import pytest

from crlm_dash import stats
from crlm_dash.errors import ContractError, RequestError
from crlm_dash.stats import partial_likelihood
from tests.stats.test_against_r import assert_equal, fixture
from tests.stats.test_cox_properties import SEPARATED, full
from tests.stats.test_survival_properties import counts_of

MODELS: dict[str, tuple[list[str], list[str], str, str]] = {
    "veteran": (["trt", "celltype", "karno", "age", "prior"], [], "trt", "celltype"),
    "veteran_strata": (["trt", "karno", "age"], ["celltype"], "trt", "prior"),
    "lung": (["sex", "ecog", "age", "wt.loss"], [], "sex", "ecog"),
    "quarters": (["sex", "ecog", "age"], ["inst"], "sex", "ecog"),
    "deaths": (["rx", "extent", "node4", "age"], ["differ"], "rx", "node4"),
    "relapses": (["rx", "extent", "node4", "differ"], [], "rx", "differ"),
    "late": (["strata", "side", "age"], ["site"], "strata", "side"),
}


def model_counts(name: str) -> pd.DataFrame:
    """The counts of a model, text as categorical with the first in the alphabet as reference, as in R."""
    counts = fixture(f"model_{name}", "counts")
    text = [column for column in counts if counts[column].dtype == object]
    return counts.assign(**{str(column): pd.Categorical(counts[column]) for column in text})


@pytest.mark.parametrize("name", list(MODELS))
def test_coefficients(name: str) -> None:
    covariates, strata, _, _ = MODELS[name]
    terms = stats.cox_regression(model_counts(name), covariates, strata=strata).terms
    theirs = fixture(f"model_{name}", "terms")
    ours = terms[~terms["reference"]]
    assert list(ours["covariate"] + ours["level"]) == list(theirs["term"])
    error = (np.log(ours["conf_high"]) - np.log(ours["conf_low"])) / 2 / 1.959963984540054
    ours = ours.assign(log_ratio=np.log(ours["estimate"]), variance=error**2)
    columns = ["log_ratio", "estimate", "conf_low", "conf_high", "p_value"]
    assert_equal(ours, theirs, {column: column for column in columns}, rtol=1e-8)
    assert_equal(ours, theirs, {"variance": "variance"}, rtol=1e-8)


@pytest.mark.parametrize("name", list(MODELS))
def test_joint_tests_and_proportional_hazards(name: str) -> None:
    covariates, strata, _, _ = MODELS[name]
    ours = stats.cox_regression(model_counts(name), covariates, strata=strata).tests
    theirs = fixture(f"model_{name}", "tests")
    assert list(ours["covariate"]) == list(theirs["covariate"])
    assert list(ours["test"]) == ["Wald"] * len(covariates) + ["Likelihood ratio"]
    columns = ["statistic", "df", "p_value", "ph_statistic", "df_ph", "ph_p_value"]
    assert_equal(ours, theirs, {column: column for column in columns}, rtol=1e-7)


@pytest.mark.parametrize("name", list(MODELS))
def test_likelihood_ratio_of_a_covariate_alone(name: str) -> None:
    covariates, strata, _, _ = MODELS[name]
    counts = model_counts(name)
    each = [stats.cox_regression(counts, [covariate], strata=strata).tests for covariate in covariates]
    ours = pd.concat([tests[:1] for tests in each], ignore_index=True)
    assert set(ours["test"]) == {"Likelihood ratio"}
    theirs = fixture(f"model_{name}", "alone")
    assert list(ours["covariate"]) == list(theirs["covariate"])
    assert_equal(ours, theirs, {column: column for column in ("statistic", "df", "p_value")}, rtol=1e-7)


@pytest.mark.parametrize("name", list(MODELS))
def test_subgroups_and_interaction(name: str) -> None:
    _, _, by, subgroup = MODELS[name]
    ours = stats.subgroup_effects(model_counts(name), by, subgroup)
    theirs = fixture(f"model_{name}", "subgroups")
    assert list(ours.effects["level"]) == list(theirs["level"])
    assert [text.split(" vs ")[0] for text in ours.effects["comparison"]] == list(theirs["group"])
    columns = ["n", "n_event", "n_reference", "n_event_reference", "estimate", "conf_low", "conf_high"]
    assert_equal(ours.effects, theirs, {column: column for column in columns}, rtol=1e-8)
    columns = ["statistic", "df", "p_value"]
    assert_equal(ours.interaction, fixture(f"model_{name}", "interaction"), {c: c for c in columns}, rtol=1e-7)


def test_counts_of_levels_and_the_reference_row() -> None:
    counts = model_counts("deaths")
    terms = stats.cox_regression(counts, ["rx", "age"]).terms
    assert terms[["covariate", "level", "reference"]].to_numpy().tolist() == [
        ["rx", "Lev", True], ["rx", "Lev+5FU", False], ["rx", "Obs", False], ["age", "", False],
    ]  # fmt: skip
    by_arm = counts.groupby("rx", observed=True)["n"].sum()
    dead = counts[counts["event"] == 1].groupby("rx", observed=True)["n"].sum()
    assert terms["n"].tolist() == [*by_arm, by_arm.sum()]
    assert terms["n_event"].tolist() == [*dead, dead.sum()]
    assert terms.loc[0, "estimate"] == 1
    assert terms.loc[0, ["conf_low", "conf_high", "p_value"]].isna().all()


def with_level(subjects: list[tuple[str, float, float, int]]) -> pd.DataFrame:
    return counts_of(subjects).assign(strata=lambda frame: pd.Categorical(frame["strata"]))


TWO = [("A", t, 0, 1) for t in (2, 5, 6)] + [("B", t, 0, 1) for t in (1, 3, 4, 8)]


def test_a_level_without_events_leaves_the_others_as_they_are() -> None:
    third = [("C", t, 0, 0) for t in (3, 9)]
    both, three = (stats.cox_regression(with_level(subjects), ["strata"]) for subjects in (TWO, TWO + third))
    assert three.terms["estimate"].tolist()[2] == 0
    assert three.terms.loc[2, ["conf_low", "conf_high", "p_value"]].isna().all()
    pd.testing.assert_series_equal(three.terms.loc[1], both.terms.loc[1], rtol=1e-7)
    assert three.tests["df"].tolist() == [2, 2]
    assert three.tests["df_ph"].tolist() == [1, 1]
    assert three.tests["ph_p_value"].between(0, 1).all()


def test_beside_others_a_covariate_without_all_estimates_keeps_the_likelihood_ratio() -> None:
    """Of two models within one another, the difference of their likelihood ratios to none."""
    counts = with_level(TWO + [("C", t, 0, 0) for t in (3, 9)])
    counts = counts.assign(height=[1.0, 5, 2, 4, 3, 8, 1, 6, 2])
    both, height = (stats.cox_regression(counts, names).tests for names in (["strata", "height"], ["height"]))
    assert both["test"].tolist() == ["Likelihood ratio", "Wald", "Likelihood ratio"]
    assert both["statistic"][0] == pytest.approx(both["statistic"][2] - height["statistic"][0], rel=1e-6)
    assert both["df"].tolist() == [2, 1, 3]


def test_a_reference_without_events() -> None:
    """Nothing can be said of the ratio to it but that it is infinite; the test against no effect remains."""
    none = [("0", t, 0, 0) for t in (3, 9)]
    found = stats.cox_regression(with_level(none + TWO), ["strata"])
    assert found.terms["estimate"].tolist() == [1, np.inf, np.inf]
    assert np.isfinite(found.tests["p_value"][0])


def test_a_number_that_separates() -> None:
    """Who has the larger value always dies first."""
    counts = pd.DataFrame({"x": [9.0, 7, 4, 3.5], "time": [1, 2, 3, 4], "entry": 0, "event": 1, "n": 1})
    assert stats.cox_regression(counts, ["x"]).terms["estimate"].tolist() == [np.inf]
    assert stats.cox_regression(counts.assign(x=-counts["x"]), ["x"]).terms["estimate"].tolist() == [0]


def test_only_what_every_direction_agrees_on_is_infinite() -> None:
    """One event, older than all: age runs away; whether the sides do, and to which end, is open."""
    frame = full(SEPARATED)
    terms = stats.cox_regression(frame, ["strata", "side", "age"]).terms
    assert terms["estimate"].isna().tolist() == [False, True, False, True, True, False]
    assert terms["estimate"].iloc[-1] == np.inf
    older = frame.assign(age=-frame["age"])
    assert stats.cox_regression(older, ["strata", "side", "age"]).terms["estimate"].iloc[-1] == 0


def test_what_the_data_cannot_tell_is_missing() -> None:
    counts = with_level(TWO).assign(age=50.0, twin=lambda frame: frame["strata"], height=[1.0, 5, 2, 4, 3, 8, 1])
    found = stats.cox_regression(counts, ["age"])
    assert found.terms["estimate"].isna().tolist() == [True]
    assert found.tests["df"].tolist() == [0, 0]
    assert found.tests["p_value"].isna().all()
    twins = stats.cox_regression(counts, ["strata", "twin", "height"])
    assert twins.terms["estimate"].isna().tolist() == [False, True, False, True, False]
    alone = stats.cox_regression(counts, ["strata", "height"])
    assert twins.terms["estimate"].iloc[-1] == pytest.approx(alone.terms["estimate"].iloc[-1])
    assert twins.tests["df"].tolist() == [0, 0, 1, 2]
    unused = counts.assign(strata=counts["strata"].cat.add_categories(["C"]))
    assert stats.cox_regression(unused, ["strata"]).terms["estimate"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize("event", [0, 1])
def test_one_subject_and_nobody(event: int) -> None:
    one = counts_of([("A", 4, 0, event)]).assign(strata=pd.Categorical(["A"], categories=["A", "B"]), age=40.0)
    for counts, n in ((one, 1), (one.iloc[:0], 0)):
        found = stats.cox_regression(counts, ["strata", "age"])
        assert found.terms["n"].tolist() == [n, 0, n]
        assert found.terms["estimate"].isna().tolist() == [False, True, True]
        assert found.tests["p_value"].isna().all()
        assert found.tests["ph_p_value"].isna().all()
        effects = stats.subgroup_effects(counts.assign(sub=counts["strata"]), "strata", "sub")
        assert effects.effects["estimate"].isna().tolist() == [True, True]
        assert effects.interaction["p_value"].isna().all()


def test_no_events() -> None:
    counts = with_level([("A", 3, 0, 0), ("B", 4, 0, 0)])
    found = stats.cox_regression(counts, ["strata"])
    assert found.terms["estimate"].isna().tolist() == [False, True]
    assert found.terms["n_event"].tolist() == [0, 0]


def test_nobody_is_dropped_for_a_missing_covariate() -> None:
    counts = with_level(TWO)
    gap = counts.assign(strata=counts["strata"].where(counts["time"] != 5))
    with pytest.raises(ContractError, match=r"counts, strata: missing in 1 row\(s\)"):
        stats.cox_regression(gap, ["strata"])
    with pytest.raises(ContractError, match="missing in 1 row"):
        stats.subgroup_effects(gap.assign(sub=counts["strata"]), "sub", "strata")
    with pytest.raises(ContractError, match="a stratum has no name"):
        stats.cox_regression(gap.assign(age=range(7)), ["age"], strata=["strata"])


def test_what_is_refused() -> None:
    counts = with_level(TWO).assign(age=[50.0, 60, 70, 80, 50, 60, np.inf], text="a")
    with pytest.raises(ContractError, match="counts, age: a number that is not finite"):
        stats.cox_regression(counts, ["age"])
    with pytest.raises(ContractError, match="text has no reference level"):
        stats.cox_regression(counts, ["text"])
    with pytest.raises(ContractError, match="column height is absent"):
        stats.cox_regression(counts, ["height"])
    with pytest.raises(ContractError, match="numbers have no levels"):
        stats.subgroup_effects(counts.assign(age=1), "strata", "age")
    with pytest.raises(RequestError, match="at least one covariate"):
        stats.cox_regression(counts, [])
    with pytest.raises(RequestError, match="strata is there more often"):
        stats.cox_regression(counts, ["strata"], strata=["strata"])


@pytest.mark.parametrize("name", ["veteran_strata", "late"])
def test_risk_sets_of_too_many_patterns_are_running_sums(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    covariates, strata, _, _ = MODELS[name]
    kept = stats.cox_regression(model_counts(name), covariates, strata=strata)
    monkeypatch.setattr(partial_likelihood, "MANY", 0)
    summed = stats.cox_regression(model_counts(name), covariates, strata=strata)
    pd.testing.assert_frame_equal(summed.terms, kept.terms, rtol=1e-9)
    pd.testing.assert_frame_equal(summed.tests, kept.tests, rtol=1e-8)


def test_many_factors_that_separate_few_subjects_leave_no_number_behind_that_is_not_one() -> None:
    """Newton's steps may make the hazard of a whole risk set too small for a number; they are then halved."""
    rng = np.random.default_rng(7)
    for _ in range(20):
        names = [f"x{number}" for number in range(12)]
        found = {name: pd.Categorical(rng.choice(list("abc"), 30, p=[0.6, 0.3, 0.1])) for name in names}
        counts = pd.DataFrame(
            {**found, "time": rng.permutation(30) + 1.0, "entry": 0.0, "event": rng.integers(0, 2, 30)}
        )
        fit = stats.cox_regression(counts.assign(n=1), names)
        assert ((fit.terms["estimate"] >= 0) | fit.terms["estimate"].isna()).all()
        assert fit.tests["statistic"].iloc[-1] > 0
        assert np.isfinite(fit.tests["statistic"].iloc[-1])
