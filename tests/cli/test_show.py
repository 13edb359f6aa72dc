"""`crlm-dash show`: what scripts read, who is refused, and how mistakes are told."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import ANALYSES
from crlm_dash.cli import main
from crlm_dash.store.shelf import TrialStore
from tests.demo_store import SCREENED, TRIALS

KEYS = [
    "analysis", "trial", "cut", "fingerprint", "cutoff", "role", "population", "n_used", "n_total", "excluded", "notes",
    "tables",
]  # fmt: skip


def run(store: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--store", str(store)])


def shown(store: Path, *words: str) -> dict[str, Any]:
    result = run(store, "show", *words, "--trial", "CRLM10", "--format", "json")
    assert result.exit_code == 0, result.output
    content: dict[str, Any] = json.loads(result.stdout)
    return content


NEEDS_MORE = (
    "patient",
    "patient_changes",
    "lesions",
    "between_scans",
    "patient_qol",
    "monitoring",
    "audit",
)  # a patient, or another role


@pytest.mark.parametrize("analysis", [name for name in ANALYSES if name not in NEEDS_MORE])
def test_json_has_the_keys_of_the_contract_and_iso_dates(demo_store: Path, analysis: str) -> None:
    content = shown(demo_store, analysis)
    assert list(content) == KEYS
    assert (content["analysis"], content["trial"], content["cut"]) == (analysis, "CRLM10", 2)
    assert content["role"] == "pi"  # the default is a blinded role
    assert "NaN" not in json.dumps(content)


def test_json_numbers_are_unrounded_and_missing_ones_null(demo_store: Path) -> None:
    content = shown(demo_store, "survival")
    curve = content["tables"]["curves"]
    assert curve[0]["estimate"] == 1
    assert any(len(repr(row["estimate"])) > 10 for row in curve)
    assert all(row["median"] is None or row["median"] > 0 for row in content["tables"]["summary"])
    months = [row["month"] for row in shown(demo_store, "enrolment")["tables"]["accrual"]]
    assert all(len(month) == 10 and month.endswith("-01") for month in months)


def test_the_page_and_the_command_line_cannot_disagree(demo_store: Path) -> None:
    funnel = {row["step"]: row["n"] for row in shown(demo_store, "enrolment")["tables"]["funnel"]}
    assert funnel["Screened"] == SCREENED
    info = TrialStore(demo_store).cuts(Viewer(Role.PI), "CRLM10")[-1]
    assert funnel["Enrolled"] == info.n_enrolled


def test_options_of_an_analysis_reach_it(demo_store: Path) -> None:
    content = shown(demo_store, "survival", "--endpoint", "OS", "--filter", "SEX = 'F'", "--unit=months")
    assert any(note.startswith("Exploratory") for note in content["notes"])
    assert 0 < content["n_total"] < SCREENED
    usubjid = shown(demo_store, "patients", "--limit", "1")["tables"]["subjects"][0]["USUBJID"]
    assert shown(demo_store, "patient", "--usubjid", usubjid)["population"] == f"Patient {usubjid}"
    assert shown(demo_store, "lesions", "--usubjid", usubjid)["population"] == f"Lesions of patient {usubjid}"
    told = shown(demo_store, "between_scans", "--usubjid", usubjid)
    assert {"given", "changes", "severe", "procedures", "told"} <= set(told["tables"])


def test_by_arm_is_refused_by_default_and_coded_for_the_dsmb(demo_store: Path) -> None:
    refused = run(demo_store, "show", "survival", "--trial", "CRLM10", "--by", "arm", "--format", "json")
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert "may not see outcomes by arm" in refused.stderr
    groups = shown(demo_store, "survival", "--by", "arm", "--role", "dsmb")["tables"]["summary"]
    assert [row["strata"] for row in groups] == ["Arm A", "Arm B"]


@pytest.mark.parametrize("role", [Role.PI, Role.MDT, Role.DATA_MANAGER])
def test_pooled_outcomes_name_no_arm(demo_store: Path, role: Role) -> None:
    for analysis in ("survival", "safety", "overview", "patients"):
        text = json.dumps(shown(demo_store, analysis, "--role", str(role))["tables"])
        assert "Palliative chemotherapy" not in text
        assert "Localized interventions" not in text


def test_stopping_lines_are_for_the_board_and_its_statistician(demo_store: Path) -> None:
    for role in (Role.PI, Role.MDT, Role.DATA_MANAGER):
        refused = run(demo_store, "show", "monitoring", "--trial", "CRLM10", "--role", str(role), "--format", "json")
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "may not see outcomes by arm" in refused.stderr
    content = shown(demo_store, "monitoring", "--role", "dsmb")
    assert list(content["tables"]) == ["rules", "line", "path", "operating", "boundary", "looks"]
    assert [row["rule"] for row in content["tables"]["rules"]] == ["mortality", "complications"]
    text = run(demo_store, "show", "monitoring", "--trial", "CRLM-EHD", "--role", "statistician").stdout
    assert "stopping line" in text
    assert "Assumed, monitoring boundary: Looks at 50, 75 and 100 % of 60 deaths" in text


def test_what_survival_shows_on_demand_is_asked_for_in_words(demo_store: Path) -> None:
    plain = shown(demo_store, "survival")["tables"]
    assert (plain["naive"], plain["published"]) == ([], [])
    asked = shown(demo_store, "survival", "--naive", "yes", "--published", "yes", "--band", "no")["tables"]
    assert {row["study"] for row in asked["published"]} == {"Allard", "CLOCC", "Lin"}
    assert asked["naive"][0] == {"strata": "All", "time": 0.0, "estimate": 1.0}


def test_treatment_received_is_shown_to_the_statistician_by_a_sound_method(demo_store: Path) -> None:
    words = ("survival", "--by", "received", "--role", "statistician", "--method", "landmark", "--landmark", "9")
    content = shown(demo_store, *words)
    groups = [row["strata"] for row in content["tables"]["summary"]]
    assert groups == ["No local treatment", "Local treatment received"]
    assert content["n_used"] + sum(each["n"] for each in content["excluded"]) == content["n_total"]
    assert content["tables"]["tests"] == []


def test_csv_is_one_table_unrounded(demo_store: Path) -> None:
    words = ("show", "survival", "--trial", "CRLM10", "--format", "csv")
    first = run(demo_store, *words)
    assert next(csv.reader(io.StringIO(first.stdout)))[:2] == ["strata", "time"]
    assert "--table" in first.stderr  # says which others there are
    summary = list(csv.DictReader(io.StringIO(run(demo_store, *words, "--table", "summary").stdout)))
    assert [row["strata"] for row in summary] == ["All"]


def test_a_table_is_read_by_people(demo_store: Path) -> None:
    text = run(demo_store, "show", "survival", "--trial", "CRLM10", "--role", "statistician").stdout
    assert "data cut 2" in text
    assert "-- summary" in text
    assert "Delayed entry" in text
    at_risk = run(demo_store, "show", "survival", "--trial", "CRLM10", "--table", "at_risk").stdout
    assert "n_entered" in at_risk


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["survival", "--trial", "CRLM10", "--endpiont", "OS"], 2, "--endpoint, --by, --filter, --population, --unit"),
        (["survival", "--trial", "CRLM10", "--by"], 2, "needs a value"),
        (["survival", "--trial", "CRLM10", "--naive", "perhaps"], 2, "is yes or no, not 'perhaps'"),
        (["survival", "--trial", "CRLM10", "--origin", "birth"], 1, "diagnosis, chemotherapy, enrolment, treatment"),
        (["survival", "--trial", "CRLM10", "--by", "received"], 1, "may not see outcomes by arm"),
        (["survival", "--trial", "CRLM10", "--by", "received", "--role", "dsmb"], 1, "may not see which treatment"),
        (["survival", "--trial", "CRLM10", "--by", "received", "--role", "statistician"], 1, "immortal time"),
        (["patients", "--trial", "CRLM10", "--limit", "many"], 2, "whole number"),
        (["survial"], 2, "'survial' is not one of"),
        (["survival", "--trial", "CRLM10", "--endpoint", "XX"], 1, "OSDIAG"),
        (["survival", "--trial", "CRLM10", "--filter", "SEX = F"], 1, "filter"),
        (["survival", "--trial", "CRLM10", "--cut", "7"], 1, "Cuts: 1, 2"),
        (["survival", "--trial", "CRLM10", "--role", "nurse"], 1, "not a role"),
        (["survival", "--trial", "CRLM10", "--table", "curve", "--format", "csv"], 1, "Tables: curves"),
        (["survival", "--trial", "OTHER"], 1, "CRLM10"),
        (["survival"], 1, "Which trial?"),
        (["patient", "--trial", "CRLM10"], 1, "Which patient?"),
        (["patient", "--trial", "CRLM10", "--usubjid", "NOBODY"], 1, "no subject 'NOBODY'"),
    ],
)
def test_mistakes_are_told_with_what_would_do(demo_store: Path, words: list[str], code: int, said: str) -> None:
    result = run(demo_store, "show", *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_sites_limit_the_lists(demo_store: Path) -> None:
    subjects = shown(demo_store, "patients", "--sites", "01, 02")["tables"]["subjects"]
    assert {row["SITEID"] for row in subjects} == {"01", "02"}


def test_cuts_are_listed_and_verified(demo_store: Path) -> None:
    result = run(demo_store, "cuts", "--verify")
    assert result.exit_code == 0
    assert all(trial in result.stdout for trial in TRIALS)
    found = json.loads(run(demo_store, "cuts", "--trial", "CRLM10", "--format", "json").stdout)
    assert [(row["trial"], row["cut"]) for row in found] == [("CRLM10", 1), ("CRLM10", 2)]
    assert len(found[0]["fingerprint"]) == 64


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    assert "is empty" in run(tmp_path, "cuts").stdout
    result = run(tmp_path, "show", "overview")
    assert result.exit_code == 1
    assert "crlm-dash ingest" in result.stderr


def test_a_limit_is_moved_to_a_number(demo_store: Path) -> None:
    words = ("show", "eligibility_limit", "--trial", "CRLM10", "--limit", "I02", "--format", "json")
    moved = run(demo_store, *words, "--at", "8.5")
    assert moved.exit_code == 0, moved.output
    assert json.loads(moved.stdout)["tables"]["gain"]
    for wrong in ("low", "nan", "inf"):
        refused = run(demo_store, *words, "--at", wrong)
        assert refused.exit_code == 2
        assert f"Option --at needs a number, not '{wrong}'." in refused.output


def test_changes_are_told_since_the_cut_that_is_named(demo_store: Path) -> None:
    content = shown(demo_store, "changes", "--since", "1", "--role", "dsmb", "--by", "arm")
    assert [row["cut"] for row in content["tables"]["cuts"]] == [1, 2]
    assert content["tables"]["cuts"][0]["cutoff"] == "2026-04-30"
    assert {row["measure"] for row in content["tables"]["headline"]} >= {"Deaths", "Patients enrolled"}
    assert {row["strata"] for row in content["tables"]["by_arm"]} == {"Arm A", "Arm B"}
    listed = shown(demo_store, "patients", "--limit", "3")["tables"]["subjects"]
    timeline = shown(demo_store, "patient_changes", "--usubjid", listed[0]["USUBJID"])["tables"]["timeline"]
    assert all(row["change"] in ("new", "entered late", "changed", "ended", "removed") for row in timeline)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--since", "2"], 1, "cannot be compared with itself"),
        (["--since", "one"], 2, "needs a whole number"),
        (["--by", "arm"], 1, "may not see outcomes by arm"),
    ],
)
def test_changes_that_cannot_be_told_are_refused(demo_store: Path, words: list[str], code: int, said: str) -> None:
    result = run(demo_store, "show", "changes", "--trial", "CRLM10", *words)
    assert result.exit_code == code
    assert said in result.stderr


def test_a_first_cut_is_said_to_be_the_first(demo_store: Path) -> None:
    assert "This is the first data cut." in run(demo_store, "show", "changes", "--trial", "CRLM10", "--cut", "1").stdout
