"""Decisions in a real PostgreSQL: by its address, with corrections, and with several writers of whom none is lost."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.errors import StoreError
from crlm_dash.store.decisions import Said, correct_decision, decisions_of, record_decision
from crlm_dash.store.journal import Entry, Journal
from crlm_dash.store.shelf import TrialStore
from tests.pairs import person, sealed
from tests.postgresql import VARIABLE, binaries, running

DAY = dt.date(2026, 1, 15)
SAID = Said(DAY, "resect", "Two lesions in VI/VII, „Zoë“ % _ ' \\", "Remnant?", ("Surgeon",), "2026-01-15 Board")
WRITERS, EACH = 2, 6


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a PostgreSQL without tables."""
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("The driver of PostgreSQL is not installed: pip install 'crlm-dash[postgresql]'")
    if named := os.environ.get(VARIABLE):
        yield named
        return
    found = binaries()
    if found is None:
        pytest.skip(f"No PostgreSQL is installed, and {VARIABLE} names none")
    with tempfile.TemporaryDirectory(prefix="crlm-pg-") as folder, running(Path(folder) / "pg", found) as url:
        yield url


@pytest.fixture
def url(server: str) -> Iterator[str]:
    """Its address; the tables of the journal are taken away afterwards."""
    yield server
    _run(server, "drop table if exists entries, chain_end cascade; drop function if exists keep_entries cascade")


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("decisions")
    sealed(root, {"adsl": [person(1), person(2)]})
    return root


def _run(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url) as con:
        con.execute(statement)


def test_a_correction_keeps_the_earlier_text(url: str, trial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRLM_JOURNAL", url)
    store = TrialStore(trial)
    door = store.open(Viewer(Role.MDT, name="Zoë Ü."), "TINY")
    assert decisions_of(door) == ()
    first = record_decision(door, "P-01", SAID)
    second = correct_decision(door, first.hash, Said(DAY, "ablate", "One is a cyst"), "looked again")
    (found,) = decisions_of(door, "P-01")
    assert [version.said for version in found.versions] == [SAID, Said(DAY, "ablate", "One is a cyst")]
    assert (found.now.entry.hash, found.now.entry.reason, found.is_contested) == (second.hash, "looked again", False)
    assert [entry.id for entry in store.journal.entries(trial="TINY")] == [1, 2]
    assert store.journal.verify() == ()
    assert not list(trial.glob("journal*"))  # nothing beside the cuts


def test_the_database_itself_refuses_a_change_and_one_past_its_guard_shows(url: str) -> None:
    import psycopg

    journal = Journal(url)
    for number in range(3):
        journal.add(Entry("decision", trial="TINY", reason=str(number)))
    for statement in ("update entries set reason = 'x'", "delete from entries where id = 2", "truncate entries"):
        with pytest.raises(psycopg.Error, match="never changed or removed"):
            _run(url, statement)
    _run(url, "alter table entries disable trigger all; update entries set reason = 'x' where id = 2")
    assert journal.verify() == ("Entry 2 is not as it was written.",)
    _run(url, "delete from entries where id = 3")
    assert "The journal ends with entry 2, but 3 were written." in journal.verify()


def _write(root: str, url: str, who: int, start: float, seen: str) -> None:
    os.environ["CRLM_JOURNAL"] = url
    door = TrialStore(Path(root)).open(Viewer(Role.MDT, name=f"writer {who}"), "TINY")
    time.sleep(max(start - time.time(), 0))
    for number in range(EACH):
        said = Said(DAY, "observe", f"{who}.{number}")
        record_decision(door, "P-01", said)
        correct_decision(door, seen, said, "because")


def test_two_writers_at_once_lose_nothing(url: str, trial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRLM_JOURNAL", url)
    store = TrialStore(trial)
    door = store.open(Viewer(Role.MDT), "TINY")
    first = record_decision(door, "P-02", SAID)
    context, start = get_context("spawn"), time.time() + 4.0
    writers = [context.Process(target=_write, args=(str(trial), url, who, start, first.hash)) for who in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    written = {f"{who}.{number}" for who in range(WRITERS) for number in range(EACH)}
    assert {each.now.said.rationale for each in decisions_of(door, "P-01")} == written
    (corrected,) = decisions_of(door, "P-02")
    assert {version.said.rationale for version in corrected.versions[1:]} == written
    assert corrected.is_contested
    assert len(store.journal.entries()) == 1 + 2 * WRITERS * EACH
    assert store.journal.verify() == ()


def test_those_who_come_first_at_once_make_one_journal(url: str) -> None:
    with ThreadPoolExecutor(4) as people:
        list(people.map(lambda who: Journal(url).add(Entry("decision", reason=str(who))), range(8)))
    journal = Journal(url)
    assert {entry.reason for entry in journal.entries()} == {str(who) for who in range(8)}
    assert journal.verify() == ()


def test_a_server_that_is_away_is_told_of_and_nothing_is_done(server: str) -> None:
    away = Journal("postgresql://nobody@/nothing?host=/nowhere")
    with pytest.raises(StoreError, match="so this was not done"):
        away.add(Entry("decision"))
