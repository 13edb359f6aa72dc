"""Building and sealing end to end: what a reader may rely on, and what is left when a build goes wrong."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

from crlm_dash.errors import SourceError, StoreError
from crlm_dash.store import build, seal
from crlm_dash.store.build import build_cut
from crlm_dash.store.place import _host, building_place, clear_abandoned
from crlm_dash.store.seal import CutInfo, CutSource, list_cuts, publish, trial_folder, verify
from crlm_dash.terms import TrialKind
from tests.build.tiny import PROTOCOL, Row, staged, subject, together

DRAFT = CutInfo(
    trial="TINY", number=0, fingerprint="", cutoff=dt.date(2024, 1, 1), cutoff_stated=True, label="",
    sealed_at=dt.datetime(2024, 1, 2), kind="real", title="A tiny trial", sources=(CutSource("dm.csv", "0" * 64, 10),),
    path=Path(), n_screened=0, n_enrolled=0, n_faults=0,
)  # fmt: skip
posix = pytest.mark.skipif(os.name == "nt", reason="signals and resource limits of POSIX")


def write(folder: Path, tables: dict[str, list[Row]], study: str = "TINY") -> Path:
    """The rows as CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ["STUDYID", *columns])
            writer.writeheader()
            writer.writerows({"STUDYID": study, **row} for row in rows)
    return folder


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables = together(
        subject(1, DTHDTC="2024-09-01", DTHFL="Y"),
        subject(2),
        subject(3, None, ARM="Screen Failure", ARMCD="SCRNFAIL"),
        {"ae": [{"USUBJID": "T-01", "AESEQ": 1, "AETERM": "Pain", "AESTDTC": "2024-11-01"}]},
    )
    return write(tmp_path_factory.mktemp("source"), tables)


@pytest.fixture(scope="module")
def protocol_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("protocol") / "tiny.toml"
    path.write_text(PROTOCOL, encoding="utf-8")
    return path


def left_over(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob(".building-*"))


def test_a_sealed_cut_says_what_it_is(source: Path, protocol_file: Path, tmp_path: Path) -> None:
    steps: list[str] = []
    cut = build_cut(
        source, tmp_path, protocol=protocol_file, label="first", progress=lambda text, done, total: steps.append(text)
    )
    assert (cut.trial, cut.number, cut.label, cut.kind, cut.title) == ("TINY", 1, "first", "real", "A tiny trial")
    assert (cut.n_screened, cut.n_enrolled) == (3, 2)
    assert (cut.cutoff, cut.cutoff_stated) == (dt.date(2024, 11, 1), False)
    assert [item.file for item in cut.sources] == ["ae.csv", "dm.csv", "ds.csv"]
    assert list_cuts(tmp_path, "TINY") == (cut,)
    assert cut.path == tmp_path / "TINY" / "cut-0001.duckdb"
    assert cut.fingerprint == seal.fingerprint_of(cut.path)
    assert {"Building adtte", "Checking promises"} <= set(steps)
    assert left_over(tmp_path) == []
    verify(cut)
    with duckdb.connect(str(cut.path), read_only=True) as con:
        info = con.execute("select STUDYID, KIND, CUTOFF, LABEL, SOURCES from cut_info").fetchall()[0]
        assert info[:4] == ("TINY", "real", dt.date(2024, 11, 1), "first")
        assert [item["file"] for item in json.loads(info[4])] == ["ae.csv", "dm.csv", "ds.csv"]
        assert con.execute("select RULE, ROW from faults where RULE = 'event after death'").fetchall() == [
            ("event after death", 1)
        ]
        assert con.execute("select name, n_rows from staging._delivered order by 1").fetchall() == [
            ("ae", 1), ("dm", 3), ("ds", 2),
        ]  # fmt: skip


def test_a_cut_is_read_only_and_its_fingerprint_is_checked(source: Path, protocol_file: Path, tmp_path: Path) -> None:
    cut = build_cut(source, tmp_path, protocol=protocol_file)
    assert cut.path.stat().st_mode & 0o222 == 0
    cut.path.chmod(0o644)
    with cut.path.open("r+b") as file:
        file.seek(5000)
        file.write(b"x")
    with pytest.raises(StoreError, match=r"TINY, cut 1: cut-0001.duckdb is not the file that was sealed"):
        verify(cut)
    cut.path.unlink()
    with pytest.raises(StoreError, match="cannot be read"):
        verify(cut)
    assert list_cuts(tmp_path, "TINY") == ()


def test_cuts_are_numbered_and_a_file_without_its_json_is_no_cut(
    source: Path, protocol_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "TINY").mkdir()
    (tmp_path / "TINY" / "cut-0007.duckdb").write_bytes(b"half")
    cut = build_cut(source, tmp_path, protocol=protocol_file, cutoff=dt.date(2024, 6, 30), kind=TrialKind.PUBLIC)
    assert (cut.number, cut.kind) == (8, "public")
    assert (cut.cutoff, cut.cutoff_stated) == (dt.date(2024, 6, 30), True)
    assert [found.number for found in list_cuts(tmp_path, "TINY")] == [8]
    cut.path.with_suffix(".json").chmod(0o644)
    cut.path.with_suffix(".json").write_text("{}")
    with pytest.raises(StoreError, match=r"TINY/cut-0008.json is damaged"):
        list_cuts(tmp_path, "TINY")


def test_a_broken_source_seals_nothing(tmp_path: Path, protocol_file: Path) -> None:
    twice = write(tmp_path / "source", together(subject(1), subject(1)))
    with pytest.raises(SourceError, match="T-01"):
        build_cut(twice, tmp_path / "store", protocol=protocol_file)
    assert list_cuts(tmp_path / "store", "TINY") == ()
    assert left_over(tmp_path / "store") == []


def test_a_broken_promise_seals_nothing(
    source: Path, protocol_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def models(folder: str) -> list[tuple[str, str]]:
        spoiled = [("99_spoil.sql", "insert into adtte select * from adtte limit 1")] if folder == "analysis" else []
        return sql_files(folder) + spoiled

    sql_files = build._sql_files
    monkeypatch.setattr(build, "_sql_files", models)
    with pytest.raises(SourceError, match="breaks a promise of adtte: more than one row for LIVPD"):
        build_cut(source, tmp_path, protocol=protocol_file)
    assert list_cuts(tmp_path, "TINY") == ()


@pytest.mark.parametrize(
    ("study", "mark", "kind"),
    [
        ("TINY", None, TrialKind.REAL),
        ("TINY", "Y", TrialKind.SIMULATED),
        ("TINY", "N", TrialKind.REAL),
        ("CDISCPILOT01", None, TrialKind.PUBLIC),
    ],
)
def test_where_the_records_come_from(study: str, mark: str | None, kind: TrialKind) -> None:
    con = staged({"ts": [{"TSPARMCD": "SIMDATA", "TSVAL": mark}] if mark else []})
    assert build._kind_in(con, study) is kind


@pytest.mark.parametrize("study", ["A/B", "..", "a b", "CON", "Ω", "x" * 200, ".hidden"])
def test_any_studyid_makes_a_safe_folder(study: str, tmp_path: Path) -> None:
    folder = trial_folder(tmp_path, study)
    assert folder.parent == tmp_path
    assert folder.name[0] != "."
    assert folder.name != study
    assert trial_folder(tmp_path, folder.name) == folder
    assert trial_folder(tmp_path, "CRLM-EHD").name == "CRLM-EHD"


RUN = """
import os, signal, sys
from pathlib import Path
from crlm_dash.store import build, seal

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

when, source, root, protocol = sys.argv[1:]
if when == "numbered":
    seal._sidecar_text = die
elif when == "hashed":
    seal._take_number = die
build.build_cut(
    Path(source), Path(root), protocol=protocol,
    progress=lambda text, done, total: die() if text == when else None,
)
"""


def start(when: str, source: Path, root: Path, protocol: Path, script: str = RUN) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", script, when, str(source), str(root), str(protocol)]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


@posix
def test_a_killed_build_leaves_the_last_cut_and_the_next_build_clears_up(
    source: Path, protocol_file: Path, tmp_path: Path
) -> None:
    first = build_cut(source, tmp_path, protocol=protocol_file)
    moments = ["Staging DM", "Building adtte", "hashed", "numbered"]
    running = [start(moment, source, tmp_path, protocol_file) for moment in moments]
    for process in running:
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    assert len([name for name in left_over(tmp_path) if name.endswith(".duckdb")]) >= 1
    assert list_cuts(tmp_path, "TINY") == (first,)
    verify(first)
    clear_abandoned(tmp_path)
    assert left_over(tmp_path) == []
    assert sorted(path.name for path in (tmp_path / "TINY").iterdir()) == ["cut-0001.duckdb", "cut-0001.json"]
    assert build_cut(source, tmp_path, protocol=protocol_file).number == 2


@posix
def test_two_builds_at_once_become_two_cuts(source: Path, protocol_file: Path, tmp_path: Path) -> None:
    running = [start("never", source, tmp_path, protocol_file) for _ in range(2)]
    for process in running:
        _, told = process.communicate()
        assert process.returncode == 0, told.decode()
    cuts = list_cuts(tmp_path, "TINY")
    assert [cut.number for cut in cuts] == [1, 2]
    for cut in cuts:
        verify(cut)
    assert left_over(tmp_path) == []


def test_a_build_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    token = "0123456789ab"
    ours = tmp_path / f".building-{_host()}-{os.getpid()}-{token}.duckdb"
    elsewhere = tmp_path / f".building-otherhost-1-{token}.duckdb"
    old = tmp_path / f".building-otherhost-2-{token}.duckdb"
    for path in (ours, elsewhere, old):
        path.write_bytes(b"")
    os.utime(old, (0, 0))
    clear_abandoned(tmp_path)
    # ours: a dead process had our number; elsewhere: may still be building; old: nobody writes for a day
    assert left_over(tmp_path) == [elsewhere.name]


LIMITED = textwrap.dedent(
    """
    import resource, sys
    from pathlib import Path
    from crlm_dash.errors import StoreError
    from crlm_dash.store.build import build_cut

    when, source, root, protocol = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
    try:
        build_cut(Path(source), Path(root), protocol=protocol)
    except StoreError as error:
        print(error, file=sys.stderr)
        sys.exit(3)
    """
)


@posix
def test_a_full_disk_is_told_and_nothing_is_left(source: Path, protocol_file: Path, tmp_path: Path) -> None:
    process = start("", source, tmp_path, protocol_file, LIMITED)
    _, told = process.communicate()
    assert process.returncode == 3, told.decode()
    assert f"No cut was sealed: the store {tmp_path} could not be written" in told.decode()
    assert "MB are left there" in told.decode()
    assert left_over(tmp_path) == []
    assert list_cuts(tmp_path, "TINY") == ()


def test_no_space_at_the_last_step(
    source: Path, protocol_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(seal, "_place", full)
    with pytest.raises(StoreError, match="No space left on device"):
        build_cut(source, tmp_path, protocol=protocol_file)
    assert left_over(tmp_path) == []
    assert list_cuts(tmp_path, "TINY") == ()


@pytest.mark.parametrize("links", [True, False])
def test_publishing_never_replaces_a_cut(links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    if not links:  # a file system without hard links
        monkeypatch.setattr(os, "link", refuse)
    # Two builds that both saw an empty folder: the second meets the name taken.
    monkeypatch.setattr(seal, "_last_number", lambda _: 0)
    cuts = []
    for content in (b"one", b"two"):
        with building_place(tmp_path) as place:
            place.write_bytes(content)
            cuts.append(publish(place, tmp_path, DRAFT))
    assert [cut.path.read_bytes() for cut in cuts] == [b"one", b"two"]
    assert list_cuts(tmp_path, "TINY") == tuple(cuts)
    assert [cut.number for cut in cuts] == [1, 2]
    assert left_over(tmp_path) == []
