"""Which dataset a file is, which file counts when a dataset comes twice, and what is passed over."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.ingest.sources import staged, subjects, write_csv, write_json, write_parquet, write_xpt

RS = [{"STUDYID": "T1", "DOMAIN": "RS", "USUBJID": "S-001", "RSSEQ": 1, "RSTESTCD": "OVRLRESP"}]
QS = [{"STUDYID": "T1", "DOMAIN": "QS", "USUBJID": "S-001", "QSSEQ": 1, "QSTESTCD": "EOR0101"}]
BDS = [{"STUDYID": "T1", "USUBJID": "S-001", "PARAMCD": "ALT", "AVAL": 30}]


@pytest.mark.parametrize(
    ("file", "rows", "dataset"),
    [
        ("rs_onco.csv", RS, "rs"),
        ("RS.CSV", RS, "rs"),
        ("trial1-rs-2024.csv", RS, "rs"),
        ("response.csv", RS, "rs"),
        ("rs/part-0.csv", RS, "rs"),
        ("qsph.csv", QS, "qs"),
        ("adlbc.csv", BDS, "adlbc"),
        ("adlb_final.csv", BDS, "adlb"),
        ("mutations.csv", BDS, "mutations"),
    ],
)
def test_a_file_is_recognised(tmp_path: Path, file: str, rows: list[dict[str, object]], dataset: str) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    write_csv(tmp_path / file, rows)
    assert staged(tmp_path).source.datasets == tuple(sorted(("dm", dataset)))


def test_a_split_domain_is_one_table(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    write_json(tmp_path / "qsph.json", QS)
    write_json(tmp_path / "qssl.json", [{**QS[0], "QSSEQ": 2}])
    trial = staged(tmp_path)
    assert trial.rows("qs", "QSSEQ", "_file", "_row") == [(1.0, "qsph.json", 1), (2.0, "qssl.json", 1)]


def test_sites_in_several_folders_are_appended(tmp_path: Path) -> None:
    write_csv(tmp_path / "site1" / "dm.csv", subjects(1))
    write_csv(tmp_path / "site2" / "dm.csv", [{**subjects(1)[0], "USUBJID": "S-900"}])
    assert staged(tmp_path).rows("dm", "USUBJID") == [("S-001",), ("S-900",)]


def test_of_two_formats_one_is_used(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(2))
    write_xpt(tmp_path / "dm.xpt", subjects(2))
    trial = staged(tmp_path)
    assert trial.rows("dm", "_file") == [("dm.xpt",), ("dm.xpt",)]
    assert trial.messages("warning") == ["dm.csv: not used, dm.xpt is the same dataset in another format"]


def test_a_copy_of_a_file_is_not_read_twice(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(2))
    shutil.copy(tmp_path / "dm.csv", tmp_path / "dm_copy.csv")
    trial = staged(tmp_path)
    assert len(trial.rows("dm", "USUBJID")) == 2
    assert trial.messages("warning") == ["dm_copy.csv: not used, it is the same file as dm.csv"]


def test_what_is_no_dataset_is_passed_over_with_a_word(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    write_csv(tmp_path / "dictionary.csv", [{"Variable": "AGE", "Label": "Age"}])
    (tmp_path / "settings.json").write_text('{"colour": "blue"}', encoding="utf-8")
    (tmp_path / "notes.txt").write_text("Sent on Monday.", encoding="utf-8")
    (tmp_path / "define.xml").write_text("<ODM/>", encoding="utf-8")
    (tmp_path / ".hidden.csv").write_text("", encoding="utf-8")
    (tmp_path / "empty.txt").touch()
    trial = staged(tmp_path)
    assert trial.source.datasets == ("dm",)
    assert sorted(trial.messages("warning")) == [
        "dictionary.csv: not used, it is not a CDISC dataset (columns: VARIABLE, LABEL …)",
        "empty.txt: is empty (0 bytes)",
        "not read, because they are not data files: define.xml",
        "notes.txt: not used, it is not a CDISC dataset (columns: SENT ON MONDAY. …)",
        "settings.json: not used, it is not Dataset-JSON",
    ]


def test_parquet_parts_in_a_folder_of_their_domain(tmp_path: Path) -> None:
    write_parquet(tmp_path / "adsl" / "part-0.parquet", [{"STUDYID": "T1", "USUBJID": "S-001"}])
    write_parquet(tmp_path / "adsl" / "part-1.parquet", [{"STUDYID": "T1", "USUBJID": "S-002"}])
    assert staged(tmp_path).rows("adsl", "USUBJID") == [("S-001",), ("S-002",)]
