"""`crlm-dash demo`, `ingest` and `protocol`: what they write, print and refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crlm_dash.cli import main
from crlm_dash.cli.printing import faults_text
from crlm_dash.ingest import Fault
from crlm_dash.protocol import load_protocol
from crlm_dash.terms import Severity


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture(scope="module")
def loaded(pilot_like: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A store with one cut of the foreign trial, and what the command said."""
    root = tmp_path_factory.mktemp("cli_store")
    words = ["ingest", str(pilot_like), "--store", str(root), "--public", "--label", "first", "--cutoff", "2023-12-31"]
    return root, run(*words)


def test_ingest_seals_a_cut_and_says_so(loaded: tuple[Path, Result]) -> None:
    root, said = loaded
    assert said.exit_code == 0, said.stderr
    assert "data cut 1: 30 screened, 24 enrolled, cut-off 2023-12-31, public" in said.stdout
    listed = json.loads(run("cuts", "--store", str(root), "--format", "json").stdout)
    assert (listed[0]["label"], listed[0]["kind"]) == ("first", "public")


def test_a_store_of_one_trial_needs_no_name(loaded: tuple[Path, Result]) -> None:
    root, _ = loaded
    result = run("show", "survival", "--store", str(root), "--role", "statistician", "--by", "arm", "--format", "json")
    groups = json.loads(result.stdout)["tables"]["summary"]
    assert {row["strata"]: row["n"] for row in groups} == {"Placebo": 8, "Low Dose": 8, "High Dose": 8}


def test_a_broken_source_ends_with_one_and_no_cut(tmp_path: Path) -> None:
    source, root = tmp_path / "source", tmp_path / "store"
    source.mkdir()
    (source / "dm.csv").write_text("STUDYID,DOMAIN,USUBJID\nT,DM,T-1\nT,DM,T-1\n", encoding="utf-8")
    result = run("ingest", str(source), "--store", str(root))
    assert result.exit_code == 1
    assert "FATAL" in result.stderr
    assert "No cut was sealed" in result.stderr
    assert "Traceback" not in result.stderr
    assert "is empty" in run("cuts", "--store", str(root)).stdout


@pytest.mark.parametrize("command", ["ingest", "protocol"])
def test_a_source_that_is_not_there(command: str, tmp_path: Path) -> None:
    result = run(command, str(tmp_path / "nowhere"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "There is no file or folder" in result.stderr


def test_a_cut_off_that_is_no_date_is_a_usage_error(pilot_like: Path) -> None:
    assert run("ingest", str(pilot_like), "--cutoff", "31.12.2023").exit_code == 2


def test_a_minimal_protocol_can_be_written_and_read_again(pilot_like: Path, tmp_path: Path) -> None:
    out = tmp_path / "pilot.toml"
    assert run("protocol", str(pilot_like), "--out", str(out)).exit_code == 0
    assert {arm.name for arm in load_protocol(out).arms} == {"Placebo", "Low Dose", "High Dose"}
    printed = run("protocol", str(pilot_like))
    assert printed.stdout == out.read_text(encoding="utf-8")
    refused = run("protocol", str(pilot_like), "--out", str(tmp_path / "no" / "folder.toml"))
    assert refused.exit_code == 1
    assert "cannot be written" in refused.stderr


def test_demo_writes_the_same_folder_for_the_same_seed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        words = ["demo", "--trial", "CRLM-EHD", "--patients", "4", "--seed", "1", "--out", str(tmp_path / name)]
        result = run(*words)
        assert result.exit_code == 0, result.stderr
    written = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert written == {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert "dm.csv" in written


def test_faults_are_grouped_the_worst_first_with_the_first_of_each() -> None:
    def fault(severity: Severity, rule: str, n: int) -> Fault:
        return Fault(severity, "DM", "dm.csv", n, "", "AGE", rule, "", f"dm.csv, row {n}, AGE: …")

    told = [fault(Severity.WARNING, "code", 1), *(fault(Severity.FATAL, "key", n) for n in (2, 3, 4))]
    assert faults_text(told, 2).splitlines() == [
        "FATAL DM, key: 3",
        "    dm.csv, row 2, AGE: …",
        "    dm.csv, row 3, AGE: …",
        "    … 1 more",
        "WARNING DM, code: 1",
        "    dm.csv, row 1, AGE: …",
    ]


def test_a_demonstration_is_sealed_as_it_stood_and_as_it_is(tmp_path: Path) -> None:
    words = ["demo", "--trial", "CRLM-EHD", "--patients", "6", "--seed", "1", "--out", str(tmp_path / "source")]
    result = run(*words, "--seal", "--store", str(tmp_path / "store"))
    assert result.exit_code == 0, result.stderr
    listed = json.loads(run("cuts", "--format", "json", "--store", str(tmp_path / "store")).stdout)
    assert [(row["cut"], row["cutoff"]) for row in listed] == [(1, "2026-04-30"), (2, "2026-10-31")]
    assert [row["label"] for row in listed] == ["Demonstration, half a year earlier", "Demonstration"]
    assert listed[0]["screened"] <= listed[1]["screened"] == 6
    assert (tmp_path / "source-2026-04-30" / "dm.csv").exists()
