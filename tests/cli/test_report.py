"""`crlm-dash report`: which files it writes, and to whom it says no."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crlm_dash.cli import main


def run(store: Path, out: Path, *words: str) -> Result:
    return CliRunner().invoke(
        main, ["report", "--trial", "CRLM10", "--cut", "1", *words, "--store", str(store), "--out", str(out)]
    )


@pytest.mark.parametrize(("style", "endings"), [("html", ["html"]), ("docx", ["docx"]), ("both", ["html", "docx"])])
def test_it_writes_what_was_asked_for_and_says_where(
    demo_store: Path, tmp_path: Path, style: str, endings: list[str]
) -> None:
    out = tmp_path / "for the board"
    result = run(demo_store, out, "--kind", "open", "--format", style)
    assert result.exit_code == 0, result.output
    names = [f"CRLM10_cut1_open-report.{ending}" for ending in endings]
    assert sorted(path.name for path in out.iterdir()) == sorted(names)
    assert result.stdout.split("\n")[:-1] == [str(out / name) for name in names]


def test_the_closed_report_of_the_dsmb_is_coded(demo_store: Path, tmp_path: Path) -> None:
    assert run(demo_store, tmp_path, "--kind", "closed", "--role", "dsmb", "--format", "html").exit_code == 0
    text = (tmp_path / "CRLM10_cut1_closed-report.html").read_text(encoding="utf-8")
    assert "Arms coded, key sealed" in text
    assert "CLOSED REPORT – CONFIDENTIAL" in text


def test_who_opens_the_key_reads_the_names_of_the_arms(demo_folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(demo_folder / "store", store)
    words = ("--kind", "closed", "--role", "dsmb", "--format", "html", "--open-key", "Signal of harm at the last look")
    result = run(store, tmp_path, *words)
    assert result.exit_code == 0, result.output
    text = (tmp_path / "CRLM10_cut1_closed-report.html").read_text(encoding="utf-8")
    assert "Palliative chemotherapy" in text
    assert "Arm A" not in text


@pytest.mark.parametrize(("kind", "role"), [("closed", "pi"), ("closed", "mdt"), ("open", "mdt")])
def test_who_may_not_is_told_and_nothing_is_written(demo_store: Path, tmp_path: Path, kind: str, role: str) -> None:
    result = run(demo_store, tmp_path, "--kind", kind, "--role", role)
    assert result.exit_code == 1
    assert f"may not prepare the {kind} report" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_kind_must_be_named(demo_store: Path, tmp_path: Path) -> None:
    result = run(demo_store, tmp_path)
    assert result.exit_code == 2
    assert "--kind" in result.stderr


def test_an_unknown_cut_is_told_with_those_there_are(demo_store: Path, tmp_path: Path) -> None:
    result = run(demo_store, tmp_path, "--kind", "open", "--cut", "7")
    assert result.exit_code == 1
    assert "Cuts: 1" in result.stderr
