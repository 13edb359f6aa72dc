"""Decisions of meetings: who may write them, that a correction leaves the earlier text, and that nothing is lost."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.errors import AccessDenied, NotFound, RequestError, StoreError
from crlm_dash.store.decisions import Said, correct_decision, decisions_of, record_decision
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from tests.analyses.tiny import cut_of, door_into
from tests.pairs import person, sealed

DAY = dt.date(2026, 1, 15)
SAID = Said(DAY, "resect", "Two lesions in VI/VII", "Future remnant?", ("Surgeon", "Radiologist"), "2026-01-15 Board")
TEXT = '=HYPERLINK("http://x") <b>*bold*</b>\n  “zwei”  \t$x$ `y` '


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with P-01, P-02 and P-10 of site 01, P-03 of site 02."""
    root = tmp_path_factory.mktemp("decisions")
    sealed(root, {"adsl": [person(1), person(2), person(3, SITEID="02"), person(10)]})
    return root


@pytest.fixture
def store(trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrialStore:
    """The store with a journal of its own."""
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/journal.sqlite")
    return TrialStore(trial)


def at(store: TrialStore, role: Role = Role.MDT, *sites: str, name: str = "") -> Door:
    return store.open(Viewer(role, frozenset(sites) or None, name), "TINY")


def test_a_decision_comes_back_as_it_was_written(store: TrialStore) -> None:
    said = Said(DAY, "other", TEXT, TEXT, ("Surgeon",), "2026-01-15 Board")
    entry = record_decision(at(store, Role.PI, name="Zoë Ü."), "P-01", said)
    (found,) = decisions_of(at(store))
    assert (found.usubjid, found.now.said, found.now.entry) == ("P-01", said, entry)
    assert (entry.role, entry.name, entry.trial, entry.cut) == ("pi", "Zoë Ü.", "TINY", 1)
    assert entry.fingerprint == at(store).cut.fingerprint
    assert store.journal.verify() == ()


def test_a_correction_keeps_the_earlier_text_its_author_and_the_reason(store: TrialStore) -> None:
    first = record_decision(at(store), "P-01", SAID)
    changed = Said(DAY, "ablate", "One lesion after all", attended=("Surgeon",), meeting=SAID.meeting)
    second = correct_decision(at(store, Role.PI), first.hash, changed, " Third lesion was a cyst ")
    third = correct_decision(at(store), second.hash, SAID, "back again")
    (found,) = decisions_of(at(store), "P-01")
    assert [version.said for version in found.versions] == [SAID, changed, SAID]
    assert [version.entry.role for version in found.versions] == ["mdt", "pi", "mdt"]
    assert [version.entry.reason for version in found.versions] == ["", "Third lesion was a cyst", "back again"]
    assert (found.number, found.now.entry.hash, found.is_contested) == (first.id, third.hash, False)
    assert store.journal.verify() == ()


@pytest.mark.parametrize(
    ("said", "reason", "refusal"),
    [
        (Said(DAY, "observe"), "  ", "Say why it is corrected"),
        (Said(DAY, "observe"), "x", "at least 3 characters"),
        (SAID, "no reason at all", "Nothing is changed"),
        (Said(DAY, "cure"), "better", "What is recommended"),
        (Said(DAY, "other", "  "), "better", "say what, under the rationale"),
        (Said(DAY, "observe", "x" * 5001), "better", "longer than 5,000"),
        (Said(DAY, "observe", attended=("Cook",)), "better", "'Cook' is not among"),
    ],
)
def test_a_correction_that_says_nothing_is_refused(store: TrialStore, said: Said, reason: str, refusal: str) -> None:
    first = record_decision(at(store), "P-01", SAID)
    with pytest.raises(RequestError, match=refusal):
        correct_decision(at(store), first.hash, said, reason)
    assert len(store.journal.entries()) == 1


def test_what_is_not_there_cannot_be_corrected(store: TrialStore) -> None:
    with pytest.raises(NotFound, match="not in the journal"):
        correct_decision(at(store), "0" * 64, SAID, "because")


#   role                sites    may write for P-01   may read
WHO = [
    (Role.MDT,          (),      True,                True),
    (Role.MDT,          ("01",), True,                True),
    (Role.MDT,          ("02",), False,               True),
    (Role.PI,           (),      True,                True),
    (Role.PI,           ("02",), False,               True),
    (Role.DSMB,         (),      False,               False),
    (Role.STATISTICIAN, (),      False,               True),
    (Role.DATA_MANAGER, (),      False,               True),
]  # fmt: skip


@pytest.mark.parametrize(("role", "sites", "writes", "reads"), WHO)
def test_who_may(store: TrialStore, role: Role, sites: tuple[str, ...], writes: bool, reads: bool) -> None:
    first, door = record_decision(at(store), "P-01", SAID), at(store, role, *sites)
    if writes:
        record_decision(door, "P-01", SAID)
        correct_decision(door, first.hash, Said(DAY, "observe"), "because")
    else:
        with pytest.raises(AccessDenied):
            record_decision(door, "P-01", SAID)
        with pytest.raises((AccessDenied, NotFound)):
            correct_decision(door, first.hash, Said(DAY, "observe"), "because")
        assert len(store.journal.entries()) == 1
    if reads:
        assert bool(decisions_of(door)) is ("02" not in sites)
    else:
        with pytest.raises(AccessDenied, match="which treatment stands behind"):
            decisions_of(door)


def test_the_dsmb_reads_a_recommended_treatment_only_with_the_key(store: TrialStore) -> None:
    record_decision(at(store), "P-01", SAID)
    opened = store.open_key(Viewer(Role.DSMB), "TINY", "Early deaths differ")
    assert len(decisions_of(store.open(opened, "TINY"))) == 1


def test_nobody_writes_about_a_patient_who_is_not_there(store: TrialStore) -> None:
    with pytest.raises(NotFound, match="P-99"):
        record_decision(at(store), "P-99", SAID)
    assert store.journal.entries() == ()


@pytest.mark.parametrize("usubjid", ["P-01", "P-10"])
def test_the_decisions_of_one_patient_are_those_of_no_other(store: TrialStore, usubjid: str) -> None:
    trap = Said(DAY, "other", f'"usubjid":"{usubjid}" % _ \\')  # text that looks like what is searched
    for other in ("P-02", "P-03"):
        record_decision(at(store), other, trap)
    record_decision(at(store), usubjid, SAID)
    assert [each.usubjid for each in decisions_of(at(store), usubjid)] == [usubjid]
    assert len(decisions_of(at(store))) == 3
    assert [each.usubjid for each in decisions_of(at(store, Role.PI, "02"))] == ["P-03"]


def test_of_two_corrections_of_one_writing_both_are_kept_and_it_is_told(store: TrialStore) -> None:
    first = record_decision(at(store), "P-01", SAID)
    for text in ("ablate", "observe"):  # each had the first writing before their eyes
        correct_decision(at(store), first.hash, Said(DAY, text), "because")
    (found,) = decisions_of(at(store), "P-01")
    assert [version.said.recommendation for version in found.versions] == ["resect", "ablate", "observe"]
    assert found.is_contested


def _write(root: str, url: str, who: int, n: int, start: float, seen: str) -> None:
    os.environ["CRLM_JOURNAL"] = url
    door = TrialStore(Path(root)).open(Viewer(Role.MDT, name=f"writer {who}"), "TINY")
    time.sleep(max(start - time.time(), 0))
    for number in range(n):
        said = Said(DAY, "observe", f"{who}.{number}")
        record_decision(door, "P-01", said)
        correct_decision(door, seen, said, "because")


def test_two_people_writing_at_once_lose_nothing(store: TrialStore, trial: Path, tmp_path: Path) -> None:
    first = record_decision(at(store), "P-02", SAID)
    context, start = multiprocessing.get_context("spawn"), time.time() + 4.0
    url = f"sqlite:///{tmp_path}/journal.sqlite"
    writers = [context.Process(target=_write, args=(str(trial), url, k, 6, start, first.hash)) for k in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0]
    written = {f"{k}.{n}" for k in range(2) for n in range(6)}
    assert {each.now.said.rationale for each in decisions_of(at(store), "P-01")} == written
    (corrected,) = decisions_of(at(store), "P-02")
    assert {version.said.rationale for version in corrected.versions[1:]} == written
    assert store.journal.verify() == ()


def test_a_killed_writer_loses_nothing_it_acknowledged(store: TrialStore, trial: Path, tmp_path: Path) -> None:
    text = (
        "import datetime as dt\nfrom pathlib import Path\nfrom crlm_dash.access import Role, Viewer\n"
        "from crlm_dash.store.decisions import Said, record_decision\nfrom crlm_dash.store.shelf import TrialStore\n"
        f"door = TrialStore(Path({str(trial)!r})).open(Viewer(Role.MDT), 'TINY')\n"
        "while True:\n    said = Said(dt.date(2026, 1, 15), 'observe', 'x' * 4000)\n"
        "    print(record_decision(door, 'P-01', said).hash, flush=True)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    acknowledged = [writer.stdout.readline().strip() for _ in range(5)]
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += writer.stdout.read().split()
    writer.wait()
    kept = [each.now.entry.hash for each in decisions_of(at(store), "P-01")]
    assert kept[: len(acknowledged)] == acknowledged
    assert store.journal.verify() == ()
    assert record_decision(at(store), "P-01", SAID).id == len(kept) + 1


def test_a_decision_changed_behind_the_journal_s_back_shows(store: TrialStore, tmp_path: Path) -> None:
    record_decision(at(store), "P-01", SAID)
    con = sqlite3.connect(tmp_path / "journal.sqlite")
    con.execute("drop trigger entries_no_update")
    con.execute("update entries set details = replace(details, 'resect', 'ablate')")
    con.commit()
    con.close()
    assert store.journal.verify() == ("Entry 1 is not as it was written.",)


def test_what_cannot_be_kept_is_told(store: TrialStore, monkeypatch: pytest.MonkeyPatch, trial: Path) -> None:
    monkeypatch.setenv("CRLM_JOURNAL", "sqlite:////nowhere/at/all/journal.sqlite")
    with pytest.raises(StoreError, match="so this was not done"):
        record_decision(at(TrialStore(trial)), "P-01", SAID)


def test_a_cut_outside_a_store_has_no_decisions() -> None:
    with pytest.raises(NotFound, match="no journal"):
        decisions_of(door_into(cut_of({}), Role.MDT))
