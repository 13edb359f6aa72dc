"""Cumulative incidence: numbers checked on paper and against R, the guards, and every way of there being nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import Result, incidence
from crlm_dash.analyses.incidence_estimates import COLUMNS
from crlm_dash.errors import AccessDenied, NotFound, RequestError
from crlm_dash.store.door import Door
from tests.analyses.tiny import PROTOCOL, UNCOMPARED, cut_of, door_into, full, subjects
from tests.stats.test_against_r import fixture

Opened = Callable[..., Door]
FIRST_FAILURE = """
[progression]
both_within_days = 21
[[endpoints]]
paramcd = "FSTFAIL"
label = "First failure"
type = "competing_risks"
unit = "days"
origin = "ENRLDT"
events = ["progression_liver_only"]
censor = ["last_imaging"]
[[endpoints.competing]]
sources = ["progression_extrahepatic_only"]
label = "Extrahepatic only"
[[endpoints.competing]]
sources = ["progression_both"]
label = "Liver and extrahepatic"
[[endpoints.competing]]
sources = ["death"]
label = "Death without progression"
"""


def failing(causes: dict[int, int], rows: list[dict[str, Any]] | None = None) -> Door:
    """The tiny trial, subject number → cause of the first failure; everyone else is censored."""
    people = rows if rows is not None else subjects()
    records = [
        {
            "USUBJID": row["USUBJID"], "PARAMCD": "FSTFAIL", "PARAM": "First failure", "AVAL": row["days"],
            "CAUSE": causes.get(int(row["USUBJID"][2:]), 0), "CNSR": 1, "ENTRY": 0,
        }
        for row in people
        if "days" in row
    ]  # fmt: skip
    return door_into(cut_of({"adsl": people, "adtte": records}, PROTOCOL + FIRST_FAILURE))


def from_r(name: str) -> Door:
    """A trial whose subjects are those of an R fixture, its groups the values of ECOG."""
    counts = fixture(name, "counts")
    people, records = [], []
    for row in counts.loc[counts.index.repeat(counts["n"])].itertuples():
        shared = {"USUBJID": f"R-{len(people):04d}"}
        people.append({**shared, "ENRLFL": "Y", "ECOG": row.strata, "TRT01P": "Zap"})
        record = {"PARAMCD": "LIVPD", "AVAL": row.time, "ENTRY": row.entry, "CAUSE": int(row.event), "CNSR": 0}
        records.append({**shared, **record})
    return door_into(cut_of({"adsl": people, "adtte": records}))


def test_two_arms_checked_on_paper(opened: Opened) -> None:
    result = incidence(opened(), endpoint="LIVPD", by="arm")
    assert result.facts["order"] == ["Zap now", "Pills only"]
    # Zap: all ten have an event, in turn liver progression and death; nobody is censored, so shares are counts.
    zap = result.tables["curves"].query("strata == 'Zap now'").set_index(["cause", "time"])
    assert zap.loc[(1, 150), ["n_risk", "n_event", "estimate"]].tolist() == [6, 1, pytest.approx(0.3)]
    assert zap.loc[(2, 150), ["n_risk", "n_event", "estimate"]].tolist() == [6, 0, pytest.approx(0.2)]
    assert zap.loc[(1, 300), "estimate"] == pytest.approx(0.5) == zap.loc[(2, 300), "estimate"]
    causes = result.tables["causes"]
    assert causes.to_numpy().tolist() == [[1, "Liver progression", "liver", 7], [2, "Death", "death", 7]]


def test_first_events_sum_to_the_group(opened: Opened) -> None:
    table = incidence(opened(), endpoint="LIVPD", by="arm").tables["first_events"]
    pills = table[table["strata"] == "Pills only"]
    assert pills[["cause", "label", "n", "percent"]].to_numpy().tolist() == [
        [1, "Liver progression", 2, 20.0], [2, "Death", 2, 20.0], [0, "None so far (censored)", 6, 60.0],
    ]  # fmt: skip
    assert table.groupby("strata")["n"].sum().to_dict() == {"Zap now": 10, "Pills only": 10}


@pytest.mark.parametrize("by", [None, "arm", "ECOG"])
def test_causes_and_the_rest_are_everyone(opened: Opened, by: str | None) -> None:
    tables = incidence(opened(), endpoint="LIVPD", by=by).tables
    gone = tables["curves"].groupby(["strata", "time"])["estimate"].sum()
    rest = tables["event_free"].set_index(["strata", "time"])["estimate"]
    assert len(gone) == len(rest) > 10
    np.testing.assert_allclose(gone + rest.loc[gone.index], 1, atol=1e-12)


def test_the_whole_way_from_records_equals_r() -> None:
    result = incidence(from_r("imaging"), by="ECOG")
    theirs = fixture("imaging", "cuminc")
    both = result.tables["curves"].merge(theirs, on=["strata", "cause", "time"], suffixes=("", "_r"))
    assert len(both) > 80  # R tells every time of all groups, we the group's own
    np.testing.assert_allclose(both["estimate"], both["estimate_r"], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(both["std_error"] ** 2, both["variance"], rtol=1e-6, atol=1e-12)
    tests, gray = result.tables["tests"], fixture("imaging", "gray")
    np.testing.assert_allclose(tests[["statistic", "p_value"]], gray[["statistic", "p_value"]], rtol=1e-6)
    ratios = fixture("imaging", "fine_gray")
    ours = result.tables["subdistribution"].set_index(["comparison", "cause"])
    for row in ratios.itertuples():
        found = ours.loc[(f"{row.strata} vs A", row.cause)]
        assert math.log(found["estimate"]) == pytest.approx(row.log_ratio, rel=1e-6, abs=1e-8)
        half = 1.959963984540054 * math.sqrt(row.variance)
        assert math.log(found["conf_high"]) == pytest.approx(row.log_ratio + half, rel=1e-6)


def test_late_entry_equals_r_and_has_no_gray_test() -> None:
    result = incidence(from_r("late"), by="ECOG")
    ours = result.tables["curves"].query("strata == 'A'")
    both = ours.merge(fixture("late", "incidence"), on=["cause", "time"], suffixes=("", "_r"))
    assert len(both) == len(fixture("late", "incidence"))
    np.testing.assert_allclose(both["estimate"], both["estimate_r"], rtol=1e-8, atol=1e-12)
    assert result.tables["tests"]["p_value"].isna().all()
    assert "Gray's test is not defined with delayed entry." in result.notes


def test_one_minus_kaplan_meier_is_more_and_only_on_demand(opened: Opened) -> None:
    plain = incidence(opened(), endpoint="LIVPD", by="arm")
    assert len(plain.tables["overstated"]) == 0
    asked = incidence(opened(), endpoint="LIVPD", by="arm", overstated=True)
    both = asked.tables["overstated"].merge(
        plain.tables["curves"], on=["strata", "cause", "time"], suffixes=("_over", "")
    )
    assert len(both) == len(plain.tables["curves"])
    assert (both["estimate_over"] >= both["estimate"] - 1e-12).all()
    last = both.query("strata == 'Zap now' and time == 300").set_index("cause")
    assert last["estimate_over"].tolist() == [1 - 0.9 * 7 / 8 * 5 / 6 * 3 / 4 * 1 / 2, 1.0]  # together above 100 %
    assert any(note.startswith("1 − Kaplan–Meier") for note in asked.notes)
    assert not any(note.startswith("1 − Kaplan–Meier") for note in plain.notes)


def test_first_failure_is_what_is_shown_first() -> None:
    result = incidence(failing({1: 1, 3: 2, 5: 3, 7: 4, 2: 1}))
    assert result.facts["endpoint"] == "FSTFAIL"  # of the endpoints with records the one with most causes
    assert result.tables["causes"][["label", "kind", "n"]].to_numpy().tolist() == [
        ["Liver only", "liver", 2], ["Extrahepatic only", "extrahepatic", 1],
        ["Liver and extrahepatic", "both", 1], ["Death without progression", "death", 1],
    ]  # fmt: skip
    assert result.tables["endpoints"]["PARAMCD"].tolist() == ["LIVPD", "FSTFAIL"]
    assert "“Liver and extrahepatic”: progression at both within 21 days of the first (as the protocol has it)." in (
        result.notes
    )


def test_causes_of_a_delivered_endpoint_are_named_as_delivered() -> None:
    protocol = PROTOCOL.split("[[endpoints]]")[0] + (
        '[[endpoints]]\nparamcd = "PCMDTH"\nlabel = "Time to PCM or death"\ntype = "competing_risks"\n'
        'unit = "months"\ndelivered = true\ncompeting = [{ label = "Death before PCM" }]\n'
    )
    names = {0: "Censored", 1: "Progression to PCM", 2: "Death before PCM"}
    records = [
        {"USUBJID": row["USUBJID"], "PARAMCD": "PCMDTH", "PARAM": "PCM", "AVAL": row["days"], "CAUSE": n % 3,
         "CNSR": 0, "EVNTDESC": names[n % 3]}
        for n, row in enumerate(each for each in subjects() if "days" in each)
    ]  # fmt: skip
    result = incidence(door_into(cut_of({"adsl": subjects(), "adtte": records}, protocol)))
    assert result.tables["causes"][["cause", "label", "kind", "n"]].to_numpy().tolist() == [
        [1, "Progression to PCM", "other", 7], [2, "Death before PCM", "death", 6],
    ]  # fmt: skip
    assert (result.n_used, result.facts["unit"]) == (20, "months")


def test_a_filter_makes_it_exploratory_and_takes_every_p_value(opened: Opened) -> None:
    result = incidence(opened(), endpoint="LIVPD", by="arm", where="AGE > 50")
    assert len(result.tables["tests"]) == 0
    assert result.tables["hazard_ratio"]["ph_p_value"].isna().all()
    assert result.tables["hazard_ratio"]["estimate"].notna().any()
    assert any(note.startswith("Exploratory") for note in result.notes)


def test_a_group_below_ten_is_not_tested(opened: Opened) -> None:
    result = incidence(opened(), endpoint="LIVPD", by="ECOG")
    assert result.tables["tests"]["p_value"].isna().all()
    for name in ("subdistribution", "hazard_ratio"):
        assert len(result.tables[name]) == 2
        assert result.tables[name].drop(columns=["comparison", "cause"]).isna().all(axis=None)
    assert "n < 10 in 1: no test." in result.notes


def test_a_trial_that_is_not_randomised_says_so(opened: Opened) -> None:
    said = "differences are associated with the group, not caused by it"
    assert any(said in note for note in incidence(opened(), by="arm").notes)
    assert not any(said in note for note in incidence(opened()).notes)


def test_times_are_told_in_the_unit_asked_for(opened: Opened) -> None:
    result = incidence(opened(), endpoint="LIVPD", unit="months")
    assert result.facts["axis"] == "Months since enrolment"
    assert result.tables["curves"]["time"].max() == pytest.approx(300 / 30.4375)
    with pytest.raises(RequestError, match="days, months, years"):
        incidence(opened(), unit="fortnights")


@pytest.mark.parametrize("role", [Role.PI, Role.MDT, Role.DATA_MANAGER])
def test_a_blinded_role_is_refused_by_arm_before_anything_else(opened: Opened, role: Role) -> None:
    with pytest.raises(AccessDenied, match="outcomes by arm"):
        incidence(opened(role), by="arm", endpoint="NONE")


def test_the_dsmb_compares_codes(opened: Opened) -> None:
    tables = incidence(opened(Role.DSMB), endpoint="LIVPD", by="arm").tables
    assert set(tables["curves"]["strata"]) == {"Arm A", "Arm B"}
    assert set(tables["subdistribution"]["comparison"]) == {"Arm B vs Arm A"}


def test_an_endpoint_that_is_not_there_is_told_with_those_that_are(opened: Opened) -> None:
    with pytest.raises(NotFound, match="competing risks: LIVPD; all: OS, OSDX, LIVPD"):
        incidence(opened(), endpoint="PFS")


def test_an_endpoint_without_competing_causes_is_one_minus_survival(opened: Opened) -> None:
    result = incidence(opened(), endpoint="LIVPD")
    alone = incidence(door_with_one_cause(), endpoint="OS")
    assert alone.tables["curves"]["estimate"].iloc[-1] == pytest.approx(
        1 - result.tables["event_free"]["estimate"].iloc[-1]
    )
    assert "Overall survival has no competing cause: this is 1 − its survival curve." in alone.notes


def door_with_one_cause() -> Door:
    tables = full()
    for row in tables["adtte"]:
        row.setdefault("CAUSE", 1 - row["CNSR"])
    return door_into(cut_of(tables))


def check_designed(result: Result) -> None:
    """Every table is there with its columns, whatever there is to show."""
    assert {name: list(result.tables[name].columns) for name in COLUMNS} == {
        name: columns.split() for name, columns in COLUMNS.items()
    }


def test_nobody_has_an_event() -> None:
    result = incidence(failing({}), by="arm")
    check_designed(result)
    assert len(result.tables["curves"]) == len(result.tables["tests"]) == 0
    assert result.tables["event_free"]["estimate"].eq(1).all()
    assert result.tables["first_events"].groupby("strata")["n"].sum().tolist() == [10, 10]
    assert "none so far (censored) 20 of 20 patients" in result.sentence


def test_one_subject() -> None:
    result = incidence(failing({1: 3}, subjects()[:1]), by="arm")
    check_designed(result)
    assert (result.n_used, result.empty) == (1, "")
    assert result.tables["curves"]["estimate"].tolist() == [0, 1]
    assert len(result.tables["tests"]) == len(result.tables["subdistribution"]) == 0


def test_nobody_enrolled_and_nobody_at_risk() -> None:
    nobody = incidence(door_into(cut_of({})))
    check_designed(nobody)
    assert nobody.empty == "No subject is in this population."
    unseen = incidence(door_into(cut_of({"adsl": subjects()})))
    check_designed(unseen)
    assert unseen.empty == "No subject of this population is at risk for Liver progression (LIVPD)."
    assert {each.reason: each.n for each in unseen.excluded} == {"no LIVPD record": 20}


def test_a_trial_without_competing_risks_says_so() -> None:
    plain = PROTOCOL.replace("""
[[endpoints.competing]]
sources = ["death"]
label = "Death"
""", "\n").replace('type = "competing_risks"', 'type = "time_to_event"')  # fmt: skip
    result = incidence(door_into(cut_of(full(), plain)))
    check_designed(result)
    assert result.empty.startswith("No endpoint of this trial has competing risks")


def test_three_arms_and_none() -> None:
    people = subjects()
    for row in people[12:20]:
        row["TRT01P"] = "Third"
    result = incidence(failing({1: 1, 2: 1, 13: 1, 14: 4}, people), by="arm")
    assert result.facts["order"] == ["Zap now", "Pills only", "Third"]
    assert set(result.tables["hazard_ratio"]["comparison"]) == {"Pills only vs Zap now", "Third vs Zap now"}
    for row in people:
        row["TRT01P"] = None
    arms, rest = UNCOMPARED.split("[[arms]]", 1)[0], "[[endpoints]]" + UNCOMPARED.split("[[endpoints]]", 1)[1]
    alone = incidence(door_into(cut_of({**full(), "adsl": people}, arms + rest)), by="arm")
    assert alone.tables["first_events"].groupby("strata")["n"].sum().to_dict() == {"All": 20}
    assert len(alone.tables["tests"]) == 0


def test_the_sentence_is_read_where_ten_are_at_risk(opened: Opened) -> None:
    result = incidence(opened(), endpoint="LIVPD")
    n_risk = result.tables["landmarks"].groupby("time")["n_risk"].min().tolist()
    assert n_risk == [14, 8, 2]  # at 3, 6 and 9 months
    assert result.facts["horizon"] == pytest.approx(365.25 / 4)
    assert ", by 3 months: liver progression 20 %, death 10 % and free of all 70 %." in result.sentence
