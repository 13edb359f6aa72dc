"""Risk factors: equal to R on whole trials, the guards, and every way of there being nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crlm_dash import stats
from crlm_dash.access import Role
from crlm_dash.analyses import Result, riskfactors
from crlm_dash.analyses.riskfactor_estimates import COLUMNS
from crlm_dash.analyses.riskfactor_words import SUBGROUPS
from crlm_dash.errors import NotFound, RequestError
from crlm_dash.store.door import Door
from tests.analyses.tiny import PROTOCOL, cut_of, door_into, subjects
from tests.conftest import StoreAt, ViewerOf
from tests.stats.test_against_r import fixture

Opened = Callable[..., Door]
Row = dict[str, Any]
Rule = Callable[[int], Any]
SUBJECT_COLUMNS = ("COUNTRY", "RACE", "SITEID", "SEX", "AGE")  # of adsl, free to hold any covariate


def trial(
    rows: list[Row], covariates: list[str], arms: tuple[str, ...] = ("One",), levels: str = "", role: Role | None = None
) -> Door:
    """Subjects with `time`, `event`, `entry`, `arm` and covariates; `levels` are declared for the first covariate."""
    head, rest = PROTOCOL.split("[[arms]]", 1)
    endpoints = "[[endpoints]]" + rest.split("[[endpoints]]", 1)[1].split("[[covariates]]", 1)[0]
    named = "".join(f'[[arms]]\ncode = "{n}"\nname = "{arm}"\nlabel = "{arm}"\n' for n, arm in enumerate(arms))
    factors = [f'[[covariates]]\ncolumn = "{column}"\nlabel = "{column.title()}"\n' for column in covariates]
    if levels:
        factors[0] += f"levels = {levels}\n"
    people, records = [], []
    for number, row in enumerate(rows):
        shared = {"USUBJID": f"F-{number:04d}"}
        known = {name: row[name] for name in SUBJECT_COLUMNS if name in row}
        people.append({**shared, "ENRLFL": "Y", "TRT01P": row.get("arm", arms[0]), **known})
        found = {"PARAMCD": "OS", "PARAM": "OS", "AVAL": row["time"], "CNSR": 1 - row["event"]}
        records.append({**shared, **found, "ENTRY": row.get("entry", 0)})
    cut = cut_of({"adsl": people, "adtte": records}, head + named + endpoints + "".join(factors))
    return door_into(cut, role or Role.STATISTICIAN)


def simple(n: int = 60, **rules: Rule) -> list[Row]:
    """Subjects who leave one a day, every third censored; each named column is a rule of the subject's number."""
    people = range(n)
    return [
        {"time": k + 1, "event": int(k % 3 != 2), **{name: rule(k) for name, rule in rules.items()}} for k in people
    ]


def from_r(name: str, **columns: str) -> list[Row]:
    """The subjects of an R fixture, its columns under other names."""
    counts = fixture(f"model_{name}", "counts").rename(columns={old: new for new, old in columns.items()})
    rows = counts.loc[counts.index.repeat(counts["n"])].to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def of(result: Result, model: str, term: str) -> pd.DataFrame:
    models = result.tables["models"]
    return models[(models["model"] == model) & (models["term"] == term)].reset_index(drop=True)


def check_designed(result: Result) -> None:
    """Every table is there with its columns, whatever there is to show."""
    assert {name: list(frame.columns) for name, frame in result.tables.items()} == {
        name: columns.split() for name, columns in COLUMNS.items()
    }


@pytest.fixture(scope="module")
def relapses() -> Result:
    """The colon trial in three arms with three factors."""
    rows = from_r("relapses", arm="rx", COUNTRY="extent", RACE="node4", SITEID="differ")
    return riskfactors(
        trial(rows, ["COUNTRY", "RACE", "SITEID"], ("Lev", "Lev+5FU", "Obs")), endpoint="OS", subgroups=True
    )


def test_all_factors_together_equal_r(relapses: Result) -> None:
    ours = relapses.tables["models"].query("model == 'multivariable' and not reference")
    theirs = fixture("model_relapses", "terms")
    assert all(term.endswith(level) for term, level in zip(theirs["term"], ours["level"], strict=True))
    for column in ("estimate", "conf_low", "conf_high", "p_value"):
        np.testing.assert_allclose(ours[column].astype(float), theirs[column], rtol=1e-8, err_msg=column)


def test_joint_tests_and_proportional_hazards_equal_r(relapses: Result) -> None:
    ours = relapses.tables["tests"].query("model == 'multivariable'")
    theirs = fixture("model_relapses", "tests")
    for column in ("statistic", "df", "p_value", "ph_statistic", "df_ph", "ph_p_value"):
        np.testing.assert_allclose(ours[column].astype(float), theirs[column], rtol=1e-7, err_msg=column)


def test_subgroups_of_three_arms_equal_r(relapses: Result) -> None:
    ours = relapses.tables["subgroups"].query("by == 'SITEID'")
    theirs = fixture("model_relapses", "subgroups")
    assert ours["level"].tolist() == theirs["level"].tolist()
    for column in ("n", "n_event", "n_reference", "n_event_reference", "estimate", "conf_low", "conf_high"):
        np.testing.assert_allclose(ours[column].astype(float), theirs[column], rtol=1e-8, err_msg=column)
    p_value = fixture("model_relapses", "interaction")["p_value"].iloc[0]
    np.testing.assert_allclose(ours["interaction_p"], p_value, rtol=1e-7)


def test_subgroups_are_made_when_asked_for_and_change_nothing_else(opened: Opened) -> None:
    plain, asked = riskfactors(opened(Role.STATISTICIAN)), riskfactors(opened(Role.STATISTICIAN), subgroups=True)
    check_designed(plain)
    assert len(plain.tables["subgroups"]) == 0 < len(asked.tables["subgroups"])
    for name in COLUMNS.keys() - {"subgroups"}:
        pd.testing.assert_frame_equal(plain.tables[name], asked.tables[name])
    assert [note for note in asked.notes if note not in plain.notes] == [SUBGROUPS]
    whole = asked.tables["subgroups"].iloc[0]
    assert f"{whole['comparison']}: hazard ratio {whole['estimate']:.2f}" in asked.sentence
    assert asked.sentence != plain.sentence


def test_late_entry_equals_r() -> None:
    rows = from_r("late", arm="strata", SEX="side")
    arms = tuple(sorted({row["arm"] for row in rows}))
    result = riskfactors(trial(rows, ["SEX"], arms), endpoint="OS", subgroups=True)
    ours, theirs = result.tables["subgroups"].query("by == 'SEX'"), fixture("model_late", "subgroups")
    for column in ("n", "n_event", "estimate", "conf_low", "conf_high"):
        np.testing.assert_allclose(ours[column].astype(float), theirs[column], rtol=1e-8, err_msg=column)
    late = sum(row["entry"] > 0 for row in rows)
    assert any(note.startswith(f"Delayed entry: {late} patients came") for note in result.notes)


@pytest.mark.parametrize("name", ["CRLM10", "CRLM-EHD"])
def test_a_demonstration_trial_gives_what_its_records_give(store: StoreAt, viewer: ViewerOf, name: str) -> None:
    """Each factor alone, from the subjects' own rows as the listing room shows them, level by level."""
    door = store().open(viewer("statistician"), name)
    result = riskfactors(door, endpoint="PFS")
    counts = door.ask("riskfactor_counts", by="arm", endpoint="PFS", covariates=["SEX"])
    assert counts["n"].sum() == result.n_used
    counts = counts.assign(event=(counts["cnsr"] == 0).astype(int), SEX=pd.Categorical(counts["SEX"], ["F", "M"]))
    expected = stats.cox_regression(counts, ["SEX"]).terms
    ours = of(result, "univariable", "SEX")
    assert ours[["n", "n_event"]].to_numpy().tolist() == expected[["n", "n_event"]].to_numpy().tolist()
    assert ours["estimate"][1] == pytest.approx(expected["estimate"][1])
    totals = result.tables["models"].query("model == 'univariable'").groupby("term")["n"].sum()
    missing = result.tables["covariates"].set_index("term")["n_missing"]
    assert (totals + missing.loc[totals.index] == result.n_used).all()


def test_a_missing_factor_leaves_the_patient_out_of_the_model_of_all_and_says_so() -> None:
    rows = simple(SEX=lambda k: "FM"[k % 2], RACE=lambda k: None if k % 10 == 0 else "AB"[k // 2 % 2])
    result = riskfactors(trial(rows, ["SEX", "RACE"]))
    assert of(result, "univariable", "SEX")["n"].sum() == 60
    assert of(result, "multivariable", "SEX")["n"].sum() == 54 == of(result, "univariable", "RACE")["n"].sum()
    assert result.tables["facts"][["n", "n_missing"]].to_numpy().tolist() == [[54, 6]]
    assert result.tables["covariates"].set_index("term")["n_missing"].to_dict() == {"SEX": 0, "RACE": 6}
    assert result.notes[0].startswith(
        "Multivariable model: 54 of 60 patients; 6 left out because a factor is missing (Race in 6)."
    )


def test_age_is_told_per_ten_years() -> None:
    rows = simple(AGE=lambda k: 40 + 7 * k % 31)
    row = of(riskfactors(trial(rows, ["AGE"])), "univariable", "AGE").iloc[0]
    counts = pd.DataFrame(rows).assign(entry=0, n=1)
    expected = stats.cox_regression(counts, ["AGE"]).terms.iloc[0]
    assert row["level"] == "per 10 years"
    assert row["estimate"] == pytest.approx(expected["estimate"] ** 10)
    assert row["conf_low"] == pytest.approx(expected["conf_low"] ** 10)


def test_a_level_below_ten_is_counted_not_estimated() -> None:
    rows = simple(RACE=lambda k: "ABC"[0 if k % 2 else 1 if k > 11 else 2])
    result = riskfactors(trial(rows, ["RACE"]))
    found = of(result, "univariable", "RACE").set_index("level")
    assert found.loc["C", ["n", "n_event", "note"]].tolist() == [6, 4, "n < 10"]
    assert found.loc["C", ["estimate", "conf_low", "conf_high", "p_value"]].isna().all()
    assert found.loc["B", "conf_high"] > found.loc["B", "conf_low"] > 0
    assert result.tables["tests"]["p_value"].iloc[0] != result.tables["tests"]["p_value"].iloc[0]
    assert "n < 10 in Race C: counted, not estimated." in result.notes


def test_the_reference_has_ten_patients_where_some_level_has() -> None:
    rows = simple(RACE=lambda k: "C" if k < 5 else "AB"[k % 2])
    result = riskfactors(trial(rows, ["RACE"], levels='["C", "A", "B"]'))
    assert of(result, "univariable", "RACE")["level"].tolist() == ["A", "C", "B"]
    assert result.tables["covariates"]["reference"].tolist() == ["A"]
    assert "Race: compared with A, as fewer than 10 patients are C." in result.notes


def test_a_filter_makes_it_exploratory_and_takes_every_p_value() -> None:
    rows = simple(SEX=lambda k: "FM"[k % 2], arm=lambda k: ("One", "Two")[k // 2 % 2], AGE=lambda k: 40 + k)
    result = riskfactors(trial(rows, ["SEX"], ("One", "Two")), where="AGE > 41", subgroups=True)
    assert len(result.tables["tests"]) == 0
    assert result.tables["models"]["p_value"].isna().all()
    assert result.tables["subgroups"]["interaction_p"].isna().all()
    assert result.tables["models"]["conf_low"].notna().any()
    assert any(note.startswith("Exploratory") for note in result.notes)


def test_few_events_for_each_parameter_are_warned_of() -> None:
    rows = simple(SEX=lambda k: "FM"[k % 2], RACE=lambda k: "ABCD"[k // 2 % 4], COUNTRY=lambda k: "XY"[k // 8 % 2])
    result = riskfactors(trial(rows, ["SEX", "RACE", "COUNTRY"]))
    fact = result.tables["facts"].iloc[0]
    assert (fact["parameters"], fact["n_event"], fact["events_per_parameter"]) == (5, 40, 8.0)
    assert any(note.startswith("Few events: 8.0 for each of the 5 parameters") for note in result.notes)
    one = riskfactors(trial(rows, ["SEX"]))
    assert not any(note.startswith("Few events") for note in one.notes)


@pytest.mark.parametrize("role", [Role.PI, Role.MDT, Role.DATA_MANAGER])
def test_the_arm_is_in_no_model_of_a_blinded_role(opened: Opened, role: Role) -> None:
    result = riskfactors(opened(role), subgroups=True)
    assert set(result.tables["models"]["term"]) == {"ECOG"}
    assert len(result.tables["subgroups"]) == 0
    assert any(note.startswith("The arm is in no model") for note in result.notes)


def test_the_dsmb_compares_codes(opened: Opened) -> None:
    result = riskfactors(opened(Role.DSMB), subgroups=True)
    assert of(result, "univariable", "arm")["level"].tolist() == ["Arm A", "Arm B"]
    assert set(result.tables["subgroups"]["comparison"]) == {"Arm B vs Arm A"}
    said = "differences are associated with the group, not caused by it"
    assert any(said in note for note in result.notes)


def test_a_covariate_that_tells_the_arm_never_appears() -> None:
    """The protocol's masks are refused when it is read; what reveals the arm in every trial is hidden by the door."""
    protocol = PROTOCOL + '[[covariates]]\ncolumn = "ACTARM"\nlabel = "Treated"\n'
    result = riskfactors(door_into(cut_of({"adsl": subjects(), "adtte": os_of(subjects())}, protocol)))
    assert set(result.tables["models"]["term"]) == {"arm", "ECOG"} == set(result.tables["covariates"]["term"])


def os_of(rows: list[Row]) -> list[Row]:
    """Survival of the tiny trial's subjects."""
    return [
        {"USUBJID": row["USUBJID"], "PARAMCD": "OS", "AVAL": row["days"], "CNSR": 1 - row["event"], "ENTRY": 0}
        for row in rows
        if "days" in row
    ]


def test_competing_risks_are_refused_with_the_reason(opened: Opened) -> None:
    result = riskfactors(opened(), endpoint="LIVPD")
    check_designed(result)
    assert result.empty.startswith("Liver progression has competing risks (Death): one hazard ratio would not say")
    assert (result.n_used, result.n_total) == (0, 20)
    with pytest.raises(NotFound, match="OS, OSDX, LIVPD"):
        riskfactors(opened(), endpoint="NONE")
    with pytest.raises(RequestError):
        riskfactors(opened(), where="WILLING = 'LOCAL'")


def test_nobody_enrolled_nobody_at_risk_and_no_covariates(opened: Opened) -> None:
    nobody = riskfactors(door_into(cut_of({})))
    check_designed(nobody)
    assert nobody.empty == "No subject is in this population."
    unseen = riskfactors(door_into(cut_of({"adsl": subjects()})))
    assert unseen.empty == "No subject of this population is at risk for Overall survival (OS)."
    bare = riskfactors(trial(simple(), []))
    check_designed(bare)
    assert bare.empty.startswith("The protocol of this trial names no covariates")


def test_no_events() -> None:
    rows = [{**row, "event": 0} for row in simple(SEX=lambda k: "FM"[k % 2])]
    result = riskfactors(trial(rows, ["SEX"]))
    check_designed(result)
    found = of(result, "univariable", "SEX")
    assert found[["n", "n_event"]].to_numpy().tolist() == [[30, 0], [30, 0]]
    assert found["note"].tolist() == ["", "no events"]
    assert result.sentence.endswith("no patient has had the event, so nothing can be estimated.")


def test_one_covariate_is_the_same_alone_and_together() -> None:
    result = riskfactors(trial(simple(SEX=lambda k: "FM"[k % 2]), ["SEX"]))
    columns = ["estimate", "conf_low", "conf_high", "p_value"]
    pd.testing.assert_frame_equal(
        of(result, "univariable", "SEX")[columns], of(result, "multivariable", "SEX")[columns]
    )


def test_a_covariate_with_one_level_or_none_is_told_and_left_out() -> None:
    rows = simple(SEX=lambda k: "FM"[k % 2], RACE=lambda _: "A", COUNTRY=lambda _: None)
    result = riskfactors(trial(rows, ["SEX", "RACE", "COUNTRY"]))
    reasons = result.tables["covariates"].set_index("term")["left_out"].to_dict()
    assert reasons == {"SEX": "", "RACE": "the same in everyone", "COUNTRY": "known in nobody"}
    row = of(result, "univariable", "RACE").iloc[0]
    assert (row["level"], row["n"], row["note"]) == ("A", 60, "the same in everyone")
    assert set(result.tables["models"].query("model == 'multivariable'")["term"]) == {"SEX"}
    alone = riskfactors(trial(rows, ["RACE"]))
    assert set(alone.tables["models"]["model"]) == {"univariable"}
    assert alone.sentence.endswith("no model of several factors can be fitted.")


def test_complete_separation_has_no_limits_and_a_reason() -> None:
    """Whoever is M dies before any F, and no X ever dies."""
    rows = [
        {"time": k + 1, "event": int(k < 20), "SEX": "M" if k < 20 else "F", "RACE": "XY"[k % 2] if k >= 20 else "Y"}
        for k in range(60)
    ]
    result = riskfactors(trial(rows, ["RACE", "SEX"], levels='["Y", "X"]'))
    sex, race = of(result, "univariable", "SEX").iloc[1], of(result, "univariable", "RACE").iloc[1]
    assert (sex["estimate"], sex["note"]) == (np.inf, "not estimable")
    assert (race["estimate"], race["note"]) == (0, "no events")
    assert pd.isna([sex["conf_low"], sex["conf_high"], race["p_value"]]).all()
    assert any(note.startswith("Not estimable: ") for note in result.notes)


def test_the_order_of_subjects_does_not_matter_and_the_answer_is_the_same_twice() -> None:
    rows = simple(SEX=lambda k: "FM"[k % 2], AGE=lambda k: 40 + 7 * k % 31)
    first, again, turned = (riskfactors(trial(each, ["SEX", "AGE"])) for each in (rows, rows, rows[::-1]))
    for name in COLUMNS:
        pd.testing.assert_frame_equal(first.tables[name], again.tables[name])
        pd.testing.assert_frame_equal(first.tables[name], turned.tables[name], rtol=1e-12)


def test_an_arm_too_small_in_a_subgroup_takes_its_ratio_and_the_interaction() -> None:
    rows = simple(80, SEX=lambda k: "F" if k < 16 else "M", arm=lambda k: ("One", "Two")[k % 2])
    found = riskfactors(trial(rows, ["SEX"], ("One", "Two")), subgroups=True).tables["subgroups"]
    women, men = found.query("level == 'F'").iloc[0], found.query("level == 'M'").iloc[0]
    assert (women["n"], women["note"]) == (8, "n < 10")
    assert np.isnan(women["estimate"])
    assert np.isfinite(men["estimate"])
    assert np.isnan(men["interaction_p"])
    everyone = found.query("by == ''").iloc[0]
    assert (everyone["level"], everyone["n"], everyone["n_reference"]) == ("All patients", 40, 40)
