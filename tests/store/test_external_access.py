"""A cut is asked with DuckDB's hands tied: no file, no network, no extension, no other database, and no untying."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import crlm_dash.store.door as door_module
from crlm_dash.access import Role, Viewer
from crlm_dash.store.door import Door
from crlm_dash.store.rooms import Room
from crlm_dash.store.shelf import TrialStore
from tests.conftest import StoreAt

TRIAL = "CRLM10"
READS = (
    "read_csv('{file}')",
    "read_text('{file}')",
    "read_blob('{file}')",
    "read_json('{file}')",
    "read_parquet('{file}')",
    "'{file}'",
    "glob('{folder}/*')",
    "read_csv('https://example.org/x.csv')",
    "sqlite_scan('{file}', 't')",
    "postgres_scan('host=localhost', 'public', 't')",
)
COMMANDS = (
    "copy (select 1) to '{folder}/out.csv'",
    "export database '{folder}/out'",
    "attach '{folder}/other.duckdb' as other",
    "attach '{other}' as other (read_only)",
    "install httpfs",
    "load httpfs",
    "load '{file}'",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "set allowed_directories = ['{folder}']",
    "set temp_directory = '{folder}'",
    "pragma enable_profiling = 'json'",
    "set memory_limit = '64GB'",
    "create secret s (type s3, key_id 'x', secret 'y')",
)
CHANGES = (
    "drop table cut.main.adsl",
    "delete from cut.main.adsl",
    "update cut.main.adsl set SITEID = 'x'",
    "create table cut.main.mine (x int)",
)


@pytest.fixture(scope="module")
def opened(store: StoreAt) -> TrialStore:
    return store()


@pytest.fixture
def door(opened: TrialStore, monkeypatch: pytest.MonkeyPatch) -> Door:
    """A door whose queries are texts given in the test, of the room that shows most."""
    monkeypatch.setattr(door_module, "read_query", lambda text: (Room.QUALITY, text))
    return opened.open(Viewer(Role.STATISTICIAN), TRIAL)


def in_words(text: str, door: Door, tmp_path: Path) -> str:
    """A text with a file that is really there in place of its name."""
    file = tmp_path / "secret.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    other = door.cut.path.parents[1] / "CRLM-EHD" / "cut-0001.duckdb"  # of another trial
    assert other.exists()
    return text.format(file=file, folder=tmp_path, other=other)


@pytest.mark.parametrize("source", READS)
def test_a_query_reads_nothing_but_the_cut(door: Door, tmp_path: Path, source: str) -> None:
    with pytest.raises(duckdb.Error):
        door.ask(in_words(f"select * from {source}", door, tmp_path))


@pytest.mark.parametrize("command", [*COMMANDS, *CHANGES])
def test_and_does_nothing_but_ask(door: Door, tmp_path: Path, command: str) -> None:
    before, asked = door.cut.path.read_bytes(), in_words(command, door, tmp_path)
    with pytest.raises(duckdb.Error):
        door.ask(asked)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert door.cut.path.read_bytes() == before


@pytest.mark.parametrize("source", READS[:3] + READS[5:6])
def test_the_same_reads_succeed_where_nothing_is_tied(door: Door, tmp_path: Path, source: str) -> None:
    """Of those that need neither network nor extension: else the tests above could not fail."""
    with duckdb.connect() as free:
        assert free.execute(in_words(f"select * from {source}", door, tmp_path)).fetchall()


@pytest.mark.parametrize("role", [Role.PI, Role.OBSERVER])
def test_two_queries_in_one_are_no_way_round(opened: TrialStore, role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "read_query", lambda text: (Room.TOTALS, text))
    with pytest.raises((duckdb.Error, AssertionError)):
        opened.open(Viewer(role), TRIAL).ask("select 1 as n; select * from cut.main.adsl")
