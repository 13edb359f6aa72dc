"""The audit trail: what is handed out is written down first, without patients' values, and an archive fits on."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crlm_dash import analyses
from crlm_dash.access import Role, Viewer
from crlm_dash.errors import AccessDenied, RequestError, StoreError
from crlm_dash.store import journal as journals
from crlm_dash.store.archive import archive, archived, as_lines, verify_with_archives
from crlm_dash.store.build import build_cut
from crlm_dash.store.journal import AUDIT, Entry, Journal, journal_at
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import TrialKind

PI = Viewer(Role.PI, frozenset({"701"}), "p@x.org", visit="1")


@pytest.fixture(scope="module")
def real_root(pilot_like: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a trial of real patients; copied by who writes."""
    root = tmp_path_factory.mktemp("real")
    build_cut(pilot_like, root, kind=TrialKind.REAL)
    return root


@pytest.fixture
def store(real_root: Path, tmp_path: Path) -> TrialStore:
    """A copy of it."""
    shutil.copytree(real_root, tmp_path / "store")
    return TrialStore(tmp_path / "store")


def trial_of(store: TrialStore) -> str:
    return store.trials(PI)[0].trial


def subjects(store: TrialStore, viewer: Viewer) -> list[str]:
    return analyses.patients(store.open(viewer, trial_of(store))).tables["subjects"]["USUBJID"].tolist()


def acts(store: TrialStore) -> list[str]:
    return [entry.what for entry in store.audit.entries()]


def test_who_opened_which_patient_is_written_once_a_sign_in_without_any_value(store: TrialStore) -> None:
    everyone = replace(PI, sites=None)
    first, second = subjects(store, everyone)[:2]
    door = store.open(everyone, trial_of(store))
    for usubjid in (first, first, second):
        analyses.patient(door, usubjid=usubjid)
    opened = [entry for entry in store.audit.entries() if entry.what == "patient opened"]
    assert [entry.details for entry in opened] == [
        {"patient": store.code_of(trial_of(store), each)} for each in (first, second)
    ]
    assert {(e.name, e.role, e.cut, e.fingerprint) for e in opened} == {("p@x.org", "pi", 1, door.cut.fingerprint)}
    analyses.patient(store.open(replace(everyone, visit="2"), trial_of(store)), usubjid=first)
    assert acts(store).count("patient opened") == 3
    assert first not in as_lines(store.audit.entries())
    assert store.audit.verify() == ()


def test_lists_that_name_patients_are_written_down(store: TrialStore) -> None:
    assert subjects(store, PI)
    assert [entry.details for entry in store.audit.entries() if entry.what == "patients listed"]


def test_what_was_refused_is_written_down(store: TrialStore) -> None:
    elsewhere = sorted(set(subjects(store, replace(PI, sites=None))) - set(subjects(store, PI)))[0]
    door = store.open(PI, trial_of(store))
    for attempt in (
        lambda: analyses.patient(door, usubjid=elsewhere),
        lambda: analyses.survival(door, by="arm"),
        lambda: store.open_key(PI, trial_of(store), "I am just curious"),
    ):
        with pytest.raises(AccessDenied):
            attempt()
    refused = [entry.details for entry in store.audit.entries() if entry.what == "refused"]
    assert [each["action"] for each in refused] == [
        "see the records of single patients",
        "see outcomes by arm",
        "open the key to the arms' codes",
    ]
    assert refused[0]["patient"] == store.code_of(trial_of(store), elsewhere)


def test_nothing_is_handed_out_that_cannot_be_written_down(store: TrialStore) -> None:
    usubjid = subjects(store, replace(PI, sites=None))[0]
    (store.root / AUDIT.file).unlink()
    (store.root / AUDIT.file).mkdir()
    with pytest.raises(StoreError, match="audit trail"):
        analyses.patient(store.open(replace(PI, sites=None), trial_of(store)), usubjid=usubjid)


def test_simulated_data_that_nobody_signed_in_to_see_leave_no_entry(demo_store: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_store, tmp_path / "store")
    store = TrialStore(tmp_path / "store")
    for visit, written in (("", 0), ("1", 1)):
        door = store.open(Viewer(Role.PI, visit=visit), "CRLM10")
        analyses.patient(door, usubjid=analyses.patients(door).tables["subjects"]["USUBJID"][0])
        assert acts(store).count("patient opened") == written


def test_the_data_manager_reads_who_saw_what_and_no_one_else_does(store: TrialStore) -> None:
    trial = trial_of(store)
    store.sign_ins.admit("p@x.org", "1")
    store.sign_ins.admit("stranger@x.org", "1")
    subjects(store, PI)
    dsmb = Viewer(Role.DSMB, name="d@x.org", visit="3")
    store.open_key(dsmb, trial, "More deaths in one arm")
    found = analyses.audit(store.open(Viewer(Role.DATA_MANAGER, name="m@x.org", visit="2"), trial))
    entries = found.tables["entries"]
    assert {"signed in", "patients listed", "key opened"} <= set(entries["what"])
    assert "stranger@x.org" not in set(entries["name"])  # did nothing in this trial
    assert "More deaths" not in entries.to_csv()
    assert found.tables["chains"]["n_misfits"].tolist() == [0, 0]
    for role in Role:
        if role is not Role.DATA_MANAGER:
            with pytest.raises(AccessDenied, match="may not see who saw what"):
                analyses.audit(store.open(Viewer(role, name="x", visit="4"), trial))


def test_a_patient_s_code_is_not_found_by_trying_without_the_secret(store: TrialStore, tmp_path: Path) -> None:
    other = TrialStore(tmp_path / "other")
    other.root.mkdir()
    assert store.code_of("T", "01-001") == store.code_of("T", "01-001")
    assert store.code_of("T", "01-001") != store.code_of("U", "01-001")
    assert store.code_of("T", "01-001") != other.code_of("T", "01-001")


# -- archives ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def trail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """Six entries: three of ten days ago, three of now."""
    made, clock = journal_at(tmp_path, AUDIT), dt.datetime

    class Then(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Then:
            return cls.fromtimestamp(clock.now(tz).timestamp(), tz) - dt.timedelta(days=10)

    with monkeypatch.context() as patched:
        patched.setattr(journals.dt, "datetime", Then)
        for n in range(3):
            made.add(Entry("old", details={"n": n}))
    for n in range(3):
        made.add(Entry("new", details={"n": n}))
    return made


def days_ago(days: float) -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(days=days)


def test_the_chain_goes_on_from_its_archive(trail: Journal, tmp_path: Path) -> None:
    whole = trail.entries()
    path = archive(trail, days_ago(5), tmp_path / "archive")
    assert path is not None
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.what for entry in trail.entries()] == ["new"] * 3
    assert (*archived(tmp_path / "archive"), *trail.entries()) == whole
    assert trail.start() == (3, whole[2].hash)
    added = trail.add(Entry("later"))
    assert (added.id, added.previous) == (7, whole[5].hash)
    assert trail.verify() == verify_with_archives(trail, tmp_path / "archive") == ()
    assert archive(trail, days_ago(5), tmp_path / "archive") is None
    with pytest.raises(RequestError, match="two days"):
        archive(trail, days_ago(1), tmp_path / "archive")


def test_what_stays_is_guarded_as_before(trail: Journal, tmp_path: Path) -> None:
    archive(trail, days_ago(5), tmp_path / "archive")
    with sqlite3.connect(tmp_path / AUDIT.file) as con, pytest.raises(sqlite3.IntegrityError, match="never changed"):
        con.execute("delete from entries")


Spoil = Callable[[list[str]], list[str]]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda lines: lines[:-1], "ends with entry 2, but 3 were written"),
        (lambda lines: lines[1:], "Entry 1 cannot be found"),
        (lambda lines: [lines[0].replace('"n": 0', '"n": 9'), *lines[1:]], "Entry 1 is not as it was written"),
        (lambda lines: [], "ends with entry 0, but 3 were written"),
    ],
)
def test_a_change_of_an_archive_is_found(trail: Journal, tmp_path: Path, spoil: Spoil, said: str) -> None:
    path = archive(trail, days_ago(5), tmp_path / "archive")
    assert path is not None
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(spoil(lines)), encoding="utf-8")
    assert said in " ".join(verify_with_archives(trail, tmp_path / "archive"))


def test_entries_removed_from_the_database_are_found_though_the_start_was_moved(trail: Journal, tmp_path: Path) -> None:
    first = trail.entries()[0]
    trail.begin_after(first)  # as somebody would who wants it gone, without an archive
    assert "ends with entry 0, but 1 were written" in verify_with_archives(trail, tmp_path / "archive")[0]


def test_a_trail_that_does_not_fit_is_not_archived(trail: Journal, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / AUDIT.file) as con:
        con.execute("drop trigger entries_no_update")
        con.execute("update entries set name = 'x' where id = 2")
    with pytest.raises(StoreError, match="Entry 2 is not as it was written"):
        archive(trail, days_ago(5), tmp_path / "archive")
    assert len(trail.entries()) == 6


WRITER = """
import sys
from pathlib import Path
from crlm_dash.store.journal import AUDIT, Entry, journal_at
trail = journal_at(Path(sys.argv[1]), AUDIT)
while True:
    print(trail.add(Entry("patient opened", name="x")).id, flush=True)
"""


@pytest.mark.parametrize("after", [5, 23])
def test_a_process_killed_while_writing_loses_no_acknowledged_entry(tmp_path: Path, after: int) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    acknowledged = [int(writers[0].stdout.readline()) for _ in range(after)]  # type: ignore[union-attr]
    for writer in writers:
        writer.send_signal(signal.SIGKILL)
    for writer in writers:
        acknowledged += [int(line) for line in writer.stdout if line.endswith("\n")]  # type: ignore[union-attr]
        writer.wait()
    trail = journal_at(tmp_path, AUDIT)
    assert set(acknowledged) <= {entry.id for entry in trail.entries()}
    assert trail.verify() == ()
    assert trail.add(Entry("afterwards")).id == len(trail.entries())


def test_a_question_is_hardly_slower_for_being_watched(store: TrialStore) -> None:
    door = store.open(replace(PI, sites=None), trial_of(store))
    usubjid = subjects(store, replace(PI, sites=None))[0]
    door.note("patient opened", usubjid)
    began = time.perf_counter()
    for _ in range(200):
        door.note("patient opened", usubjid)
    assert (time.perf_counter() - began) / 200 < 0.001


def test_lines_hold_every_field(trail: Journal) -> None:
    rows = [json.loads(line) for line in as_lines(trail.entries()).splitlines()]
    assert [row["id"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert all(row["hash"] and row["at"] for row in rows)
