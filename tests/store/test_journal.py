"""The journal: what was written stays as it was written, whoever else writes, and a change shows."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crlm_dash.errors import StoreError
from crlm_dash.store.journal import Entry, Journal, journal_at

Spoil = Callable[[sqlite3.Connection], object]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(file: Path) -> Journal:
    return Journal(f"sqlite:///{file}")


def spoiled(file: Path, *statements: str) -> None:
    """Change the file behind the journal's back, past the guards of its tables."""
    con = sqlite3.connect(file)
    for name in ("entries_no_update", "entries_no_delete"):
        con.execute(f"drop trigger if exists {name}")
    for statement in statements:
        con.execute(statement)
    con.commit()
    con.close()


def test_an_entry_comes_back_as_it_was_written(journal: Journal) -> None:
    before = dt.datetime.now(dt.UTC)
    act = Entry(
        "key opened", role="dsmb", name="Zoë Ü.", trial="CRLM10", cut=2, fingerprint="f" * 64,
        reason="Two deaths “soon”", details={"n": 3, "arms": ["A", "B"]},
    )  # fmt: skip
    written = journal.add(act)
    assert (written.id, written.previous) == (1, "")
    assert before <= written.at <= dt.datetime.now(dt.UTC)
    assert journal.entries() == (written,)
    shared = ("what", "role", "name", "trial", "cut", "fingerprint", "reason", "details")
    assert [getattr(written, field) for field in shared] == [getattr(act, field) for field in shared]
    second = journal.add(Entry("decision", trial="CRLM-EHD"))
    assert (second.id, second.previous, len(second.hash)) == (2, written.hash, 64)
    assert journal.verify() == ()


def test_entries_of_a_trial_and_of_an_act(journal: Journal) -> None:
    for trial, what in (("A", "opened"), ("B", "opened"), ("A", "decided"), ("A", "opened")):
        journal.add(Entry(what, trial=trial))
    assert [entry.id for entry in journal.entries(trial="A", what="opened")] == [1, 4]
    assert [entry.id for entry in journal.entries(what="opened")] == [1, 2, 4]
    assert [entry.id for entry in journal.entries(trial="A")] == [1, 3, 4]
    assert journal.entries(trial="a' or '1' = '1") == ()


def test_reading_makes_nothing_and_finds_nothing(journal: Journal, file: Path) -> None:
    assert journal.entries() == ()
    assert journal.verify() == ()
    assert not file.exists()
    file.touch()
    assert journal.entries() == ()
    journal.add(Entry("x"))
    assert [path.name for path in file.parent.iterdir()] == ["journal.sqlite"]


def test_only_its_owner_reads_a_new_journal(journal: Journal, file: Path) -> None:
    journal.add(Entry("x"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("statement", ["update entries set reason = 'none'", "delete from entries"])
def test_the_database_itself_refuses_a_change(journal: Journal, file: Path, statement: str) -> None:
    journal.add(Entry("x", reason="first"))
    con = sqlite3.connect(file)
    with pytest.raises(sqlite3.IntegrityError, match="never changed or removed"):
        con.execute(statement)
    con.close()
    assert [entry.reason for entry in journal.entries()] == ["first"]


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["update entries set reason = 'nicer' where id = 2"], ["Entry 2 is not as it was written."]),
        (["update entries set role = 'pi' where id = 3"], ["Entry 3 is not as it was written."]),
        (["update entries set at = '2020-01-01T00:00:00+00:00' where id = 1"], ["Entry 1 is not as it was written."]),
        (["update entries set details = 'rubbish' where id = 1"], ["Entry 1 is not as it was written."]),
        (["update entries set cut = 9 where id = 4"], ["Entry 4 is not as it was written."]),
        (["update entries set hash = previous where id = 1"],
         ["Entry 1 is not as it was written.", "Entry 2 does not follow the entry before it."]),
        (["delete from entries where id = 2"], ["Entry 2 cannot be found."]),
        (["delete from entries where id = 1"], ["Entry 1 cannot be found."]),
        (["delete from entries where id in (2, 3)"], ["Entries 2 to 3 cannot be found."]),
        (["delete from entries where id = 4"], ["The journal ends with entry 3, but 4 were written."]),
        (["delete from entries"], ["The journal ends with entry 0, but 4 were written."]),
        (["delete from chain_end"], ["The journal ends with entry 4, but 0 were written."]),
        (["update entries set id = 9 where id = 2", "update entries set id = 2 where id = 3",
          "update entries set id = 3 where id = 9"],
         ["Entry 2 does not follow the entry before it.", "Entry 2 is not as it was written.",
          "Entry 3 does not follow the entry before it.", "Entry 3 is not as it was written.",
          "Entry 4 does not follow the entry before it."]),
        (["insert into entries select 5, at, what, role, name, trial, cut, fingerprint, reason, details, hash, hash "
          "from entries where id = 4"],
         ["Entry 5 is not as it was written.", "The journal ends with entry 5, but 4 were written."]),
    ],
)  # fmt: skip
def test_what_was_changed_removed_or_reordered_shows(
    journal: Journal, file: Path, statements: list[str], said: list[str]
) -> None:
    for number in range(4):
        journal.add(Entry("x", reason=f"reason {number}"))
    assert journal.verify() == ()
    spoiled(file, *statements)
    assert list(journal.verify()) == said


def test_a_later_entry_does_not_heal_the_chain(journal: Journal, file: Path) -> None:
    for _ in range(2):
        journal.add(Entry("x"))
    spoiled(file, "delete from entries where id = 2")
    assert journal.add(Entry("y")).id == 3
    assert journal.verify() == ("Entry 2 cannot be found.",)


def _write_many(url: str, name: str, n: int, start: float) -> None:
    time.sleep(max(start - time.time(), 0))
    journal = Journal(url)
    for number in range(n):
        journal.add(Entry("x", name=name, reason=str(number)))


def test_several_processes_write_at_once_and_none_is_lost(journal: Journal, file: Path) -> None:
    start = time.time() + 2.0
    context = multiprocessing.get_context("spawn")
    writers = [
        context.Process(target=_write_many, args=(f"sqlite:///{file}", f"writer {k}", 12, start)) for k in range(4)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(90)
    assert [writer.exitcode for writer in writers] == [0] * 4
    entries = journal.entries()
    assert [entry.id for entry in entries] == list(range(1, 49))
    assert journal.verify() == ()
    for k in range(4):
        mine = [int(entry.reason) for entry in entries if entry.name == f"writer {k}"]
        assert mine == list(range(12))  # each in its own order


def test_a_killed_writer_loses_nothing_it_acknowledged(journal: Journal, file: Path) -> None:
    text = (
        "import sys\nfrom crlm_dash.store.journal import Entry, Journal\n"
        f"journal = Journal('sqlite:///{file}')\n"
        "while True:\n    print(journal.add(Entry('x')).hash, flush=True)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    acknowledged = [writer.stdout.readline().strip() for _ in range(7)]
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += writer.stdout.read().split()
    writer.wait()
    assert [entry.hash for entry in journal.entries()][: len(acknowledged)] == acknowledged
    assert journal.verify() == ()
    assert journal.add(Entry("y")).id == len(journal.entries())


def test_a_journal_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    nowhere = Journal(f"sqlite:///{tmp_path}/none/journal.sqlite")
    with pytest.raises(StoreError, match=r"cannot be written, so this was not done: .*CRLM_JOURNAL"):
        nowhere.add(Entry("x"))
    folder = tmp_path / "journal.sqlite"
    folder.mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        Journal(f"sqlite:///{folder}").add(Entry("x"))
    rubbish = tmp_path / "rubbish.sqlite"
    rubbish.write_text("this is no database " * 100)
    for act in (lambda: Journal(f"sqlite:///{rubbish}").add(Entry("x")), Journal(f"sqlite:///{rubbish}").entries):
        with pytest.raises(StoreError, match="not a database"):
            act()


@pytest.mark.parametrize("url", ["", "journal.sqlite", "sqlite://", "mysql://localhost/x", "postgresql://localhost"])
def test_an_address_that_names_no_journal_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="does not name a journal"):
        Journal(url)


def test_where_the_journal_of_a_store_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "a store with # and ?"
    root.mkdir()
    monkeypatch.delenv("CRLM_JOURNAL", raising=False)
    journal_at(root).add(Entry("x"))
    assert [path.name for path in root.iterdir()] == ["journal.sqlite"]
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/elsewhere.sqlite")
    journal_at(root).add(Entry("y"))
    assert [entry.what for entry in journal_at(root).entries()] == ["y"]
    monkeypatch.setenv("CRLM_JOURNAL", "postgresql://somebody:secret@localhost:1/journal")
    with pytest.raises(StoreError) as refused:
        journal_at(root).add(Entry("z"))
    assert "secret" not in str(refused.value)
