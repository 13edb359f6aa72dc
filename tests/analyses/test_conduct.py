"""Baseline, follow-up, deviations and manifest of the tiny trial, and of trials drawn up for one question each."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from crlm_dash import tables
from crlm_dash.access import Role
from crlm_dash.analyses import baseline, deviations, followup, manifest
from crlm_dash.errors import AccessDenied
from crlm_dash.store.door import Door
from tests.analyses.tiny import CUTOFF, PROTOCOL, cut_of, door_into

Opened = Callable[..., Door]
DAY = dt.timedelta(days=1)
ENROLLED = CUTOFF - 400 * DAY


def patient(number: int, arm: str = "Zap", **more: Any) -> dict[str, Any]:
    """An enrolled subject, last seen ten days before the cut-off unless `more` says otherwise."""
    known = {"ENRLFL": "Y", "ENRLDT": ENROLLED, "SITEID": "01", "TRT01P": arm, "EOSSTT": "ONGOING"}
    return {"USUBJID": f"T-{number:02d}", "LSTALVDT": CUTOFF - 10 * DAY, **known, **more}


def trial_of(**rows: list[dict[str, Any]]) -> Door:
    return door_into(cut_of(rows))


# -- baseline ---------------------------------------------------------------------------------------------


def test_baseline_by_arm_counts_everyone_and_all_together_last(opened: Opened) -> None:
    found = baseline(opened(), by="arm").tables
    assert found["groups"].to_numpy().tolist() == [["Zap now", 10, 2], ["Pills only", 10, 2], ["All", 20, 2]]
    sex = found["levels"][found["levels"]["characteristic"] == "SEX"]
    # T-01 … T-06 are women: three in each arm.
    assert sex[["level", "strata", "n", "percent"]].to_numpy().tolist() == [
        ["F", "Zap now", 3, 30.0], ["F", "Pills only", 3, 30.0], ["F", "All", 6, 30.0],
        ["M", "Zap now", 7, 70.0], ["M", "Pills only", 7, 70.0], ["M", "All", 14, 70.0],
    ]  # fmt: skip
    age = found["numbers"].set_index("strata")
    # Zap: 51, 53 … 69; everyone: 51, 52 … 70. Quartiles of type 7.
    assert age.loc["Zap now", ["n", "median", "q1", "q3", "minimum", "maximum"]].tolist() == [
        10,
        60,
        55.5,
        64.5,
        51,
        69,
    ]
    assert age.loc["All", ["median", "q1", "q3", "mean"]].tolist() == [60.5, 55.75, 65.25, 60.5]


def test_levels_of_the_protocol_stay_in_its_order_and_a_missing_value_is_one_of_them() -> None:
    rows = [patient(1, ECOG="0", AGE=50.0), patient(2, ECOG=None, AGE=None), patient(3, "Pills", ECOG="0", AGE=70.0)]
    result = baseline(trial_of(adsl=rows), by="arm")
    ecog = result.tables["levels"].query("characteristic == 'ECOG' and strata == 'All'")
    assert ecog[["level", "n"]].to_numpy().tolist() == [["1", 0], ["0", 2], ["(missing)", 1]]
    age = result.tables["numbers"].set_index("strata")
    assert age[["n", "n_missing"]].to_numpy().tolist() == [[1, 1], [1, 0], [2, 1]]
    shown = tables.baseline_table(result).set_index(["Characteristic", "Value"])
    assert list(shown.columns) == ["Zap now (n = 2)", "Pills only (n = 1)", "All patients (n = 3)"]
    assert shown.loc[("ECOG", "Missing")].tolist() == ["1 (50 %)", "0 (0 %)", "1 (33 %)"]
    assert shown.loc[("Age (years)", "Median (quartiles)")].tolist() == [
        "50 (50 to 50)",
        "70 (70 to 70)",
        "60 (55 to 65)",
    ]
    assert shown.loc[("Age (years)", "Missing")].tolist() == ["1", "0", "1"]


def test_a_characteristic_nobody_knows_is_missing_in_everyone() -> None:
    result = baseline(trial_of(adsl=[patient(1), patient(2)]))
    assert result.tables["levels"].query("characteristic == 'SEX'")[["level", "n", "percent"]].to_numpy().tolist() == [
        ["(missing)", 2, 100.0]
    ]
    assert pd.isna(result.tables["numbers"].loc[0, "median"])
    assert "median age" not in result.sentence
    assert ("Age (years)", "–") in tables.baseline_table(result)[["Characteristic", "All patients (n = 2)"]].itertuples(
        index=False, name=None
    )


def test_baseline_by_arm_is_open_to_all_and_coded_for_the_dsmb(opened: Opened) -> None:
    assert baseline(opened(Role.PI), by="arm").facts["order"] == ["Zap now", "Pills only", "All"]
    assert baseline(opened(Role.DSMB), by="arm").facts["order"] == ["Arm A", "Arm B", "All"]


def test_a_covariate_that_tells_the_arm_is_in_no_baseline() -> None:
    treated = PROTOCOL.replace('label = "ECOG"', 'label = "ECOG"\nsource = { domain = "EX", column = "EXTRT" }')
    door = door_into(cut_of({"adsl": [patient(1, ECOG="1")]}, treated))
    assert set(baseline(door).tables["levels"]["characteristic"]) == {"SEX"}


# -- follow-up --------------------------------------------------------------------------------------------

#                    died  end of participation            last contact      → status       recent
ENDS = [
    ("inside, seen",      None, None, None,                    CUTOFF - 183 * DAY, "In follow-up", True),
    ("inside, silent",    None, None, None,                    CUTOFF - 184 * DAY, "In follow-up", False),
    ("inside, unknown",   None, None, None,                    None,               "In follow-up", False),
    ("completed",         None, "COMPLETED", None,             CUTOFF - 5 * DAY,   "Completed as planned", False),
    ("withdrew",          None, "DISCONTINUED", "WITHDRAWAL", CUTOFF - 5 * DAY,  "Left before the end", False),
    ("no reason",         None, "DISCONTINUED", None,          CUTOFF - 5 * DAY,   "Left before the end", False),
    ("lost",              None, "DISCONTINUED", "Lost to Follow-Up", CUTOFF - 5 * DAY, "Lost to follow-up", False),
    ("died",              "Y",  "DISCONTINUED", "DEATH",       CUTOFF - 5 * DAY,   "Died", False),
    ("left, then died",   "Y",  "DISCONTINUED", "LOST TO FOLLOW-UP", CUTOFF - 5 * DAY, "Died", False),
]  # fmt: skip


@pytest.mark.parametrize(("what", "died", "ended", "why", "seen", "status", "recent"), ENDS, ids=[e[0] for e in ENDS])
def test_each_patient_has_one_status(
    what: str, died: str | None, ended: str | None, why: str | None, seen: dt.date | None, status: str, recent: bool
) -> None:
    one = patient(1, DTHFL=died, EOSSTT=ended or "ONGOING", DCSREAS=why, LSTALVDT=seen)
    found = followup(trial_of(adsl=[one])).tables
    assert found["status"].query("n > 0")[["status", "n", "percent"]].to_numpy().tolist() == [[status, 1, 100.0]]
    assert found["summary"][["n_inside", "n_recent"]].to_numpy().tolist() == [
        [int(status == "In follow-up"), int(recent)]
    ]


#        status of one visit   expected  in window  early  late  missed  open
VISITS = [
    ("done",                      1,       1,         0,     0,    0,     0),
    ("early",                     1,       0,         1,     0,    0,     0),
    ("late",                      1,       0,         0,     1,    0,     0),
    ("missed",                    1,       0,         0,     0,    1,     0),
    ("due",                       0,       0,         0,     0,    0,     1),
]  # fmt: skip


@pytest.mark.parametrize(("status", "numbers"), [(row[0], list(row[1:])) for row in VISITS])
def test_a_visit_counts_once_and_an_open_window_is_not_expected(status: str, numbers: list[int]) -> None:
    visit = {"USUBJID": "T-01", "VISITNUM": 2, "VISIT": "MONTH 3", "STATUS": status}
    found = followup(trial_of(adsl=[patient(1)], adsv=[visit])).tables["attendance"]
    assert found["visit"].tolist() == ["Every visit", "MONTH 3"]
    for row in found[["n_expected", "n_in_window", "n_early", "n_late", "n_missed", "n_open"]].to_numpy().tolist():
        assert row == numbers


@pytest.mark.parametrize("status", ["not yet", "not applicable", "unscheduled"])
def test_a_visit_that_was_not_to_be_is_in_no_count(status: str) -> None:
    visit = {"USUBJID": "T-01", "VISITNUM": 2, "VISIT": "MONTH 3", "STATUS": status}
    assert followup(trial_of(adsl=[patient(1)], adsv=[visit])).tables["attendance"].empty


def test_followup_by_arm_as_far_as_the_role_may(opened: Opened) -> None:
    with pytest.raises(AccessDenied):
        followup(opened(Role.PI), by="arm")
    summary = followup(opened(Role.DSMB), by="arm").tables["summary"]
    assert summary[["strata", "n"]].to_numpy().tolist() == [["Arm A", 10], ["Arm B", 10]]


def test_median_followup_is_that_of_the_overview(opened: Opened) -> None:
    # Reverse Kaplan–Meier: only the six of Pills without an event are cut off, on days 135, 165 … 285, the last known
    # with 20 … 1 at risk; the curve of being followed falls below one half on day 255.
    assert followup(opened()).tables["summary"]["followup_median"].iloc[0] * 30.4375 == pytest.approx(255)


def test_who_has_no_date_is_told_and_nobody_is_dropped_in_silence() -> None:
    result = followup(trial_of(adsl=[patient(1), patient(2, LSTALVDT=None)]))
    assert (result.n_used, result.n_total) == (1, 2)
    assert [(each.n, each.reason) for each in result.excluded] == [(1, "no date of enrolment or of last contact")]


# -- deviations -------------------------------------------------------------------------------------------


def test_deviations_are_counted_by_kind_and_by_site_and_a_patient_once() -> None:
    result = deviations(
        trial_of(
            adsl=[patient(1), patient(2), patient(3, SITEID="02"), {"USUBJID": "T-04", "SITEID": "02"}],
            elsum=[],
            eldev=[
                {"USUBJID": "T-01", "SITEID": "01", "KIND": "criterion"},
                {"USUBJID": "T-01", "SITEID": "01", "KIND": "consent"},
                {"USUBJID": "T-04", "SITEID": "02", "KIND": "disagree"},
            ],
            addv=[
                {"USUBJID": "T-01", "DVCAT": "VISIT"},
                {"USUBJID": "T-01", "DVCAT": "VISIT"},
                {"USUBJID": "T-03", "DVCAT": None},
            ],
        )
    )
    kinds = result.tables["kinds"][["kind", "n", "n_subjects"]].to_numpy().tolist()
    assert kinds == [
        ["Consent after the first procedure of the trial", 1, 1],
        ["Enrolled although a criterion is not met", 1, 1],
        ["(no category)", 1, 1],
        ["VISIT", 2, 1],
    ]
    assert result.tables["sites"].to_numpy().tolist() == [["01", 2, 4, 1, 50.0], ["02", 1, 1, 1, 100.0]]
    assert result.sentence == (
        "5 deviations in 2 of 3 enrolled patients; 2 deviations of eligibility or consent among them."
    )
    assert tables.deviation_kinds(result)["Patients"].tolist() == ["1 (33 %)"] * 4


def test_a_trial_without_deviations_says_so() -> None:
    result = deviations(trial_of(adsl=[patient(1)]))
    assert result.sentence == "No deviation is known in 1 enrolled patient."
    assert tables.deviation_sites(result).to_numpy().tolist() == [["01", "1", "0", "0 (0 %)"]]


# -- manifest ---------------------------------------------------------------------------------------------


def test_the_manifest_names_the_protocol_file_by_its_hash(opened: Opened) -> None:
    door = opened()
    facts = manifest(door).tables["facts"].set_index("item")["value"]
    assert facts["Fingerprint of the cut (SHA-256)"] == "f" * 64
    text = door.protocol.to_toml().encode()
    assert facts["Protocol file in the cut (SHA-256)"] == hashlib.sha256(text).hexdigest()
    assert "Accrual target: 30 patients." in manifest(door).tables["assumptions"]["text"].tolist()


@pytest.mark.parametrize("analysis", [baseline, followup, deviations, manifest])
def test_an_empty_trial_has_each_of_them(analysis: Callable[[Door], Any]) -> None:
    result = analysis(door_into(cut_of({})))
    assert result.n_total == 0
    for readable in tables.READABLE[result.analysis].values():
        assert isinstance(readable(result), pd.DataFrame)
