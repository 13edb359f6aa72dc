"""Opening the key on the command line, and `crlm-dash journal`: what is on record, and whether it was changed."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import patients
from crlm_dash.cli import main
from crlm_dash.store.decisions import Said, correct_decision, record_decision
from crlm_dash.store.journal import Entry
from crlm_dash.store.meetings import save_meeting
from crlm_dash.store.shelf import TrialStore


def run(store: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--store", str(store)])


def test_the_dsmb_opens_the_key_with_a_reason_that_the_journal_keeps(
    demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/journal.sqlite")
    asked = ["safety", "--trial", "CRLM10", "--by", "arm", "--role", "dsmb"]
    sealed, opened = (
        run(demo_store, "show", *asked),
        run(demo_store, "show", *asked, "--open-key", "Early deaths differ"),
    )
    assert "Arms coded, key sealed" in sealed.output
    assert "Palliative chemotherapy" not in sealed.output
    assert "Key opened by you on" in opened.output
    assert "Palliative chemotherapy (n = " in opened.output
    assert "Arms coded, key sealed" in run(demo_store, "show", *asked).output  # for that one question only
    listed = run(demo_store, "journal", "--trial", "CRLM10")
    assert listed.output.count("key opened") == 1
    assert "Early deaths differ" in listed.output
    assert run(demo_store, "journal", "--trial", "CRLM-EHD").output == "The journal has no entry.\n"
    checked = run(demo_store, "journal", "--verify")
    assert checked.exit_code == 0
    assert checked.output.startswith("1 entry, as written; none is missing. The last hash is ")


def test_a_changed_journal_is_found(demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/journal.sqlite")
    run(demo_store, "show", "safety", "--trial", "CRLM10", "--role", "dsmb", "--open-key", "Early deaths differ")
    con = sqlite3.connect(tmp_path / "journal.sqlite")
    con.execute("drop trigger entries_no_update")
    con.execute("update entries set reason = 'By mistake'")
    con.commit()
    con.close()
    checked = run(demo_store, "journal", "--verify")
    assert (checked.exit_code, checked.output) == (1, "Entry 1 is not as it was written.\n")


def test_decisions_are_counted_and_name_no_patient_in_the_list(
    demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/journal.sqlite")
    door = TrialStore(demo_store).open(Viewer(Role.MDT), "CRLM10")
    who = str(patients(door).tables["subjects"]["USUBJID"].iloc[0])
    said = Said(dt.date(2026, 1, 15), "resect", "a rationale")
    first = record_decision(door, who, said)
    correct_decision(door, first.hash, replace(said, recommendation="ablate"), "misread")
    save_meeting(door, "Board", dt.date(2026, 1, 15), [who])
    listed = run(demo_store, "journal").output
    assert listed.endswith("Decisions: 1; corrections: 1; lists of meetings saved: 1.\n")
    assert "misread" in listed
    assert who not in listed
    assert run(demo_store, "journal", "--verify").output.startswith("3 entries, as written")
    shown = run(demo_store, "show", "decisions", "--trial", "CRLM10", "--usubjid", who)
    assert "Ablate" in shown.output
    assert "Resect" in shown.output  # among the writings
    refused = run(demo_store, "show", "decisions", "--trial", "CRLM10", "--role", "dsmb")
    assert (refused.exit_code, refused.stdout) == (1, "")


@pytest.mark.parametrize(
    ("role", "reason", "said"),
    [
        ("dsmb", "short", "at least 10 characters"),
        ("pi", "Early deaths differ", "may not open the key"),
        ("statistician", "Early deaths differ", "no key to open"),
    ],
)
def test_a_key_that_is_not_opened_shows_nothing(
    demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str, reason: str, said: str
) -> None:
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/journal.sqlite")
    refused = run(demo_store, "show", "safety", "--trial", "CRLM10", "--role", role, "--open-key", reason)
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert refused.stdout == ""
    assert run(demo_store, "journal").output == "The journal has no entry.\n"


def test_the_audit_trail_is_listed_checked_and_exported(tmp_path: Path) -> None:
    store = TrialStore(tmp_path)
    code = store.code_of("T", "T-01")
    store.audit.add(Entry("patient opened", trial="T", name="a@x.org", details={"patient": code}))
    store.audit.add(Entry("signed in", name="b@x.org"))
    run = CliRunner().invoke
    at = ["--store", str(tmp_path)]
    listed = run(main, ["audit", *at]).output
    assert "a@x.org" in listed
    assert "b@x.org" in listed
    about = run(main, ["audit", "--trial", "T", "--subject", "T-01", *at]).output
    assert "patient opened" in about
    assert "signed in" not in about
    assert "no such entry" in run(main, ["audit", "--trial", "T", "--subject", "T-02", *at]).output
    assert run(main, ["audit", "--subject", "T-01", *at]).exit_code == 1
    assert "2 entries, as written; none is missing." in run(main, ["audit", "--verify", *at]).output
    for name in ("out.jsonl", "out.csv"):
        assert run(main, ["audit", "--export", str(tmp_path / name), *at]).exit_code == 0
        assert "T-01" not in (tmp_path / name).read_text(encoding="utf-8")
    assert [json.loads(line)["id"] for line in (tmp_path / "out.jsonl").read_text().splitlines()] == [1, 2]
    assert "No entry is older than 30 days." in run(main, ["audit", "--archive-older-than", "30", *at]).output
    with sqlite3.connect(tmp_path / "audit.sqlite") as con:
        con.execute("drop trigger entries_no_update")
        con.execute("update entries set name = 'c@x.org' where id = 1")
    broken = run(main, ["audit", "--verify", *at])
    assert (broken.exit_code, "Entry 1 is not as it was written." in broken.output) == (1, True)
