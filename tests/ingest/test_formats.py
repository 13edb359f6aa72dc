"""The same trial from every format becomes the same tables: values, types and order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from crlm_dash.contract import CONTRACT
from crlm_dash.ingest import stage_source
from tests.ingest.sources import (
    staged,
    write_csv,
    write_json,
    write_json_1_0,
    write_ndjson,
    write_parquet,
    write_xlsx,
    write_xpt,
)

DAY_0 = dt.date(1960, 1, 1)
ADSL = [
    # SUBJID keeps its zeros; TRTSDT is a date; MUTATION is unknown to the contract, SCORE too; DTHDT is empty
    ("T1", "S-001", "001", 63.0, "F", dt.date(2024, 1, 2), "Arm A", "wild type", 1.5, None),
    ("T1", "S-002", "002", 50.5, "M", dt.date(2024, 2, 29), "Arm B", "RAS", 2.0, None),
    ("T1", "S-010", "010", None, "M", None, "Arm B", "", None, None),
]
NAMES = ["STUDYID", "USUBJID", "SUBJID", "AGE", "SEX", "TRTSDT", "TRT01P", "MUTATION", "SCORE", "DTHDT"]
DM = [
    ("T1", "DM", "S-001", "2024-01-02", "2024-03", 63.0),
    ("T1", "DM", "S-002", "2024-02-29T10:30", "2024---15", 50.0),
    ("T1", "DM", "S-010", "", "2024", None),
]
DM_NAMES = ["STUDYID", "DOMAIN", "USUBJID", "RFICDTC", "DTHDTC", "AGE"]


def rows_of(names: list[str], values: list[tuple[Any, ...]], date: Callable[[dt.date], Any]) -> list[dict[str, Any]]:
    return [{n: date(v) if isinstance(v, dt.date) else v for n, v in zip(names, row, strict=True)} for row in values]


def sas_day(day: dt.date) -> float:
    return float((day - DAY_0).days)


def as_xpt(folder: Path) -> None:
    adsl = rows_of(NAMES, ADSL, sas_day)
    frame = pd.DataFrame(adsl, columns=NAMES).astype({"DTHDT": float, "AGE": float, "SCORE": float, "TRTSDT": float})
    write_xpt(folder / "adsl.xpt", frame.to_dict("records"), {"TRTSDT": "DATE9.", "DTHDT": "DATE9."})
    write_xpt(folder / "dm.xpt", rows_of(DM_NAMES, DM, sas_day))


def as_csv(folder: Path) -> None:
    write_csv(folder / "adsl.csv", rows_of(NAMES, ADSL, dt.date.isoformat))
    write_csv(folder / "dm.csv", rows_of(DM_NAMES, DM, dt.date.isoformat))


def as_csv_gz(folder: Path) -> None:
    write_csv(folder / "adsl.csv.gz", rows_of(NAMES, ADSL, dt.date.isoformat))
    write_csv(folder / "dm.csv.gz", rows_of(DM_NAMES, DM, dt.date.isoformat))


def as_semicolons(folder: Path) -> None:
    write_csv(folder / "adsl.csv", rows_of(NAMES, ADSL, dt.date.isoformat), delimiter=";", encoding="utf-8-sig")
    write_csv(folder / "dm.tsv", rows_of(DM_NAMES, DM, dt.date.isoformat), delimiter="\t", encoding="utf-16")


def as_parquet(folder: Path) -> None:
    write_parquet(folder / "adsl.parquet", rows_of(NAMES, ADSL, lambda day: day))
    write_parquet(folder / "dm.parquet", rows_of(DM_NAMES, DM, lambda day: day))


def as_json(folder: Path) -> None:
    write_json(folder / "adsl.json", rows_of(NAMES, ADSL, dt.date.isoformat))
    write_ndjson(folder / "dm.ndjson", rows_of(DM_NAMES, DM, dt.date.isoformat))


def as_json_1_0(folder: Path) -> None:
    write_json_1_0(folder / "adsl.json", rows_of(NAMES, ADSL, dt.date.isoformat))
    write_json_1_0(folder / "dm.json", rows_of(DM_NAMES, DM, dt.date.isoformat))


def as_workbook(folder: Path) -> None:
    write_xlsx(
        folder / "trial.xlsx",
        ADSL=rows_of(NAMES, ADSL, lambda day: dt.datetime(day.year, day.month, day.day)),
        DM=rows_of(DM_NAMES, DM, lambda day: day),
    )


def as_workbooks(folder: Path) -> None:
    write_xlsx(folder / "adsl.xlsx", Sheet1=rows_of(NAMES, ADSL, lambda day: day))
    write_xlsx(folder / "dm.xlsx", Sheet1=rows_of(DM_NAMES, DM, lambda day: day))


FORMATS = [
    as_xpt, as_csv, as_csv_gz, as_semicolons, as_parquet, as_json, as_json_1_0, as_workbook, as_workbooks,
]  # fmt: skip


@pytest.mark.parametrize("write", FORMATS)
def test_every_format_stages_the_same_values(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path)
    trial = staged(tmp_path)
    expected = [tuple(value if value != "" else None for value in row) for row in ADSL]
    assert trial.rows("adsl", *NAMES) == expected
    assert trial.rows("dm", *DM_NAMES) == [tuple(v if v != "" else None for v in row) for row in DM]
    assert trial.messages("warning") == []


@pytest.mark.parametrize("write", FORMATS)
def test_every_format_stages_the_same_types(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path)
    types = staged(tmp_path).types("adsl")
    assert {name: types[name] for name in NAMES} == {
        "STUDYID": "VARCHAR",
        "USUBJID": "VARCHAR",
        "SUBJID": "VARCHAR",
        "AGE": "DOUBLE",
        "SEX": "VARCHAR",
        "TRTSDT": "DATE",
        "TRT01P": "VARCHAR",
        "MUTATION": "VARCHAR",
        "SCORE": "DOUBLE",
        "DTHDT": "DATE",
    }


def test_rows_and_files_are_named(tmp_path: Path) -> None:
    as_csv(tmp_path / "sdtm")
    trial = staged(tmp_path)
    assert trial.rows("dm", "_row", "_file") == [(i, "sdtm/dm.csv") for i in (1, 2, 3)]
    delivered = trial.con.execute("select name, files, n_rows from staging._delivered order by name").fetchall()
    assert delivered == [("adsl", "sdtm/adsl.csv", 3), ("dm", "sdtm/dm.csv", 3)]
    assert [(file.name, file.bytes) for file in trial.source.files] == [
        (f"sdtm/{name}", (tmp_path / "sdtm" / name).stat().st_size) for name in ("adsl.csv", "dm.csv")
    ]
    assert all(len(file.sha256) == 64 for file in trial.source.files)


def test_every_dataset_of_the_contract_is_there_with_every_column(tmp_path: Path) -> None:
    as_csv(tmp_path)
    trial = staged(tmp_path)
    for name, contract in CONTRACT.items():
        assert set(contract.columns) <= set(trial.types(name)), name
    assert trial.rows("ae", "USUBJID") == []


def test_a_single_file_is_a_source(tmp_path: Path) -> None:
    as_csv(tmp_path)
    assert staged(tmp_path / "adsl.csv").source.datasets == ("adsl",)


def test_progress_is_told(tmp_path: Path) -> None:
    as_csv(tmp_path)
    told: list[tuple[str, int, int]] = []
    stage_source(duckdb.connect(), tmp_path, progress=lambda *step: told.append(step))
    assert ("Reading dm.csv", 1, 2) in told
    assert all(done < total for _, done, total in told)


def test_the_connection_is_left_without_temporary_tables(tmp_path: Path) -> None:
    as_csv(tmp_path)
    as_parquet(tmp_path / "more" / "cm")
    con = staged(tmp_path).con
    left = con.execute("select table_name from information_schema.tables where table_catalog = 'temp'").fetchall()
    assert left == []
