"""The protocol of a trial that has none: what its datasets say, and nothing that tells the arm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crlm_dash.ingest import derive_protocol
from crlm_dash.protocol import Protocol, parse_protocol
from tests.ingest.sources import staged, subjects, write_csv


def derived(source: Path) -> Protocol:
    trial = staged(source)
    protocol = derive_protocol(trial.con, trial.source.study_id)
    assert parse_protocol(protocol.to_toml(), "derived.toml") == protocol
    return protocol


def adsl(arms: list[str], **columns: Any) -> list[dict[str, Any]]:
    """One ADSL row per entry of `arms`; a list gives each subject its own value."""
    rows = subjects(len(arms), TRT01P=arms, **columns)
    return [{key: value for key, value in row.items() if key != "DOMAIN"} for row in rows]


def tte(param: str, **columns: Any) -> dict[str, Any]:
    return {"STUDYID": "T1", "USUBJID": "S-001", "PARAMCD": "OS", "PARAM": param, "AVAL": 10, "CNSR": 0, **columns}


@pytest.mark.parametrize(
    ("arms", "method"),
    [([], "not stated"), (["A"], "single arm"), (["A", "B"], "not stated"), (["A", "B", "C"], "not stated")],
)
def test_no_one_two_or_three_arms(tmp_path: Path, arms: list[str], method: str) -> None:
    write_csv(tmp_path / "adsl.csv", adsl(arms * 4 or [""] * 4))
    protocol = derived(tmp_path)
    assert [arm.name for arm in protocol.arms] == arms
    assert protocol.allocation.method == method


def test_arms_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    write_csv(tmp_path / "adsl.csv", adsl(["Placebo", "High", "Low"], TRT01PN=[0, 2, 1]))
    assert [arm.name for arm in derived(tmp_path).arms] == ["Placebo", "Low", "High"]


def test_arms_of_dm_without_pseudo_arms(tmp_path: Path) -> None:
    names = ["Surgery", "Chemotherapy", "Screen Failure", "Not Assigned", "Unplanned Treatment", ""]
    codes = ["B", "A", "SCRNFAIL", "NOTASSGN", "UNPLAN", ""]
    write_csv(tmp_path / "dm.csv", subjects(6, ARM=names, ARMCD=codes))
    assert [(arm.code, arm.name) for arm in derived(tmp_path).arms] == [("A", "Chemotherapy"), ("B", "Surgery")]


@pytest.mark.parametrize(
    ("param", "columns", "unit"),
    [
        ("Overall Survival (months)", {}, "months"),
        ("OS, years", {}, "years"),
        ("Overall Survival", {"AVALU": "MONTHS"}, "months"),
        ("Overall Survival (Days)", {}, "days"),
        ("Overall Survival", {}, "days"),
        ("Overall Survival", {"STARTDT": "2024-01-01", "ADT": "2024-10-31"}, "months"),  # 305 days / 10
        ("Overall Survival", {"STARTDT": "2024-01-01", "ADT": "2024-01-10"}, "days"),
    ],
)
def test_the_unit_of_an_endpoint(tmp_path: Path, param: str, columns: dict[str, Any], unit: str) -> None:
    write_csv(tmp_path / "adsl.csv", adsl(["A"]))
    write_csv(tmp_path / "adtte.csv", [tte(param, **columns)])
    protocol = derived(tmp_path)
    (endpoint,) = protocol.endpoints
    assert (endpoint.paramcd, endpoint.label, endpoint.unit, endpoint.delivered) == ("OS", param, unit, True)
    stated = bool(columns) or param != "Overall Survival"
    assert ("No unit of OS is stated (AVALU, PARAM): its times are taken as days." in protocol.notes) is not stated


def test_endpoints_that_cannot_be_taken_over_are_noted(tmp_path: Path) -> None:
    write_csv(tmp_path / "adsl.csv", adsl(["A"]))
    write_csv(tmp_path / "adtte.csv", [tte("X", PARAMCD="time to x"), tte("OS (weeks)")])
    protocol = derived(tmp_path)
    assert protocol.endpoints == ()
    assert len(protocol.notes) == 2


def competing(tmp_path: Path, *codes: tuple[int, str, str]) -> tuple[str, list[str]]:
    rows = [
        tte("Liver progression (months)", USUBJID=f"S-{i + 1:03}", CNSR=c, EVNTDESC=e, CNSDTDSC=d)
        for i, (c, e, d) in enumerate(codes)
    ]
    write_csv(tmp_path / "adsl.csv", adsl(["A"] * len(codes)))
    write_csv(tmp_path / "adtte.csv", rows)
    (endpoint,) = derived(tmp_path).endpoints
    return endpoint.type, [cause.label for cause in endpoint.competing]


def test_competing_causes_are_named_by_evntdesc(tmp_path: Path) -> None:
    causes = (0, "Liver", ""), (1, "Censored", ""), (3, "Extrahepatic", ""), (2, "Death without progression", "")
    assert competing(tmp_path, *causes) == ("competing_risks", ["Death without progression", "Extrahepatic"])


@pytest.mark.parametrize(
    "further",
    [
        (2, "Lost to follow-up", ""),  # a reason for censoring
        (2, "Death", "Date of data cut-off"),  # CNSDTDSC describes a censoring date
        (2, "", ""),  # nothing names it
    ],
)
def test_further_reasons_for_censoring_are_no_causes(tmp_path: Path, further: tuple[int, str, str]) -> None:
    assert competing(tmp_path, (0, "Liver", ""), (1, "Alive", ""), further) == ("time_to_event", [])


@pytest.mark.parametrize(("ds", "origin"), [("RANDOMIZED", "RANDDT"), ("INFORMED CONSENT OBTAINED", "ENRLDT")])
def test_overall_survival_where_no_adtte_is_delivered(tmp_path: Path, ds: str, origin: str) -> None:
    write_csv(tmp_path / "dm.csv", subjects(2, DTHDTC=["2024-05-01", ""]))
    write_csv(tmp_path / "ds.csv", [{"USUBJID": "S-001", "DSSEQ": 1, "DSDECOD": ds, "DSSTDTC": "2024-01-01"}])
    (endpoint,) = derived(tmp_path).endpoints
    assert (endpoint.paramcd, endpoint.origin, endpoint.events, endpoint.delivered) == ("OS", origin, ("death",), False)
    assert endpoint.censor == ("last_alive", "enrolled_only")


def test_no_endpoint_where_nobody_died(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(2))
    assert derived(tmp_path).endpoints == ()


def test_covariates_are_baseline_columns_that_do_not_tell_the_arm(tmp_path: Path) -> None:
    n = 40
    halves = ["Surgery", "Chemo"] * (n // 2)
    rows = adsl(
        halves,
        SEX=["F", "F", "M", "M"] * (n // 4),
        AGEGR1=["<65", ">=65", ">=65", "<65"] * (n // 4),
        AGEGR1N=[1, 2, 2, 1] * (n // 4),
        AGE=[60, 61, 62, 63] * (n // 4),
        NODES=[0, 0, 1, 1] * (n // 4),
        RACE="ASIAN",
        DOSELVL=["0", "5"] * (n // 2),
        PLANNED=["cut", "drug"] * (n // 2),
        PARTLY=["ward", "home", "ward", "ward"] * (n // 4),
        EOSSTT=["COMPLETED", "COMPLETED", "ONGOING", "ONGOING"] * (n // 4),
        DTHFL=["Y", "Y", "N", "N"] * (n // 4),
        INITIALS=[f"X{i}" for i in range(n)],
    )
    write_csv(tmp_path / "adsl.csv", rows)
    protocol = derived(tmp_path)
    assert [(each.column, each.label) for each in protocol.covariates] == [
        ("SEX", "Sex"),
        ("AGEGR1", "Age group"),
        ("NODES", "NODES"),
    ]
    masks = set(protocol.access.masks)
    assert {"TRT01P", "DOSELVL", "PLANNED", "PARTLY"} <= masks  # "home": 10 subjects, all of one arm
    assert not masks & {"SEX", "AGEGR1", "NODES", "AGE", "RACE", "INITIALS"}


def test_covariates_of_dm_say_where_they_are_read(tmp_path: Path) -> None:
    rows = subjects(4, SEX=["F", "M", "F", "M"], ETHNIC=["X", "X", "Y", "Y"])
    write_csv(tmp_path / "dm.csv", rows)
    covariates = {each.column: each.source for each in derived(tmp_path).covariates}
    assert covariates["SEX"] is None
    assert covariates["ETHNIC"] is not None
    assert (covariates["ETHNIC"].domain, covariates["ETHNIC"].column) == ("DM", "ETHNIC")


def test_criteria_visits_title_and_plan(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    ti = [("I01", "Adult", "INCLUSION", "1"), ("E01", "Pregnant", "EXCLUSION", "1")]
    ti.append(("I01", "18 years", "INCLUSION", "2"))  # a later version of the first
    names = ("IETESTCD", "IETEST", "IECAT", "TIVERS")
    write_csv(tmp_path / "ti.csv", [{"STUDYID": "T1", **dict(zip(names, row, strict=True))} for row in ti])
    visits = [(1, "SCREENING", "-7"), (2, "BASELINE", "1"), (3, "baseline", "2"), (99, "UNSCHEDULED", "")]
    names = ("VISITNUM", "VISIT", "VISITDY")
    write_csv(tmp_path / "tv.csv", [{"STUDYID": "T1", **dict(zip(names, row, strict=True))} for row in visits])
    trial = {"TITLE": "A trial", "PLANSUB": "120", "RANDOM": "Y", "SIMDATA": "Y"}
    write_csv(tmp_path / "ts.csv", [{"STUDYID": "T1", "TSPARMCD": k, "TSVAL": v} for k, v in trial.items()])
    protocol = derived(tmp_path)
    assert [(each.id, each.type, each.text) for each in protocol.criteria] == [
        ("I01", "inclusion", "18 years"),
        ("E01", "exclusion", "Pregnant"),
    ]
    assert [(each.visitnum, each.visit, each.day) for each in protocol.visits] == [
        (1, "SCREENING", -7),
        (2, "BASELINE", 1),
    ]
    assert (protocol.title, protocol.accrual.target, protocol.kind) == ("A trial", 120, "simulated")
    assert protocol.notes == ("Visit UNSCHEDULED has no planned study day and is left out.",)
