"""Every planted fault is told: where, what was found, what would do; and the right rows stay."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from crlm_dash.errors import SourceError
from tests.ingest.sources import fatal_messages, staged, subjects, write_csv, write_xpt


def fatal(source: Path) -> list[str]:
    with pytest.raises(SourceError) as raised:
        staged(source)
    return fatal_messages(raised.value.faults)


def tte(**changed: Any) -> dict[str, Any]:
    return {"STUDYID": "T1", "USUBJID": "S-001", "PARAMCD": "OS", "AVAL": "12.5", "CNSR": "0", **changed}


# ------------------------------------------------------------------ fatal


def test_no_subjects(tmp_path: Path) -> None:
    write_csv(tmp_path / "lb.csv", [{"USUBJID": "S-001", "LBTESTCD": "ALT", "LBSEQ": 1}])
    found = f"{tmp_path.name}: neither DM nor ADSL is there, so no subject is known; found: lb"
    assert fatal(tmp_path) == [found]


def test_an_empty_folder_and_none_at_all(tmp_path: Path) -> None:
    assert fatal(tmp_path)[0].endswith("found: no dataset at all")
    with pytest.raises(SourceError, match="there is no such file or folder"):
        staged(tmp_path / "elsewhere")


def test_a_subject_twice(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", [*subjects(2), subjects(1)[0]])
    assert fatal(tmp_path) == ["dm.csv, row 3, USUBJID: 'USUBJID S-001' is already in dm.csv, row 1"]


def test_a_required_column(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    write_csv(tmp_path / "adtte.csv", [{"STUDYID": "T1", "USUBJID": "S-001", "PARAMCD": "OS", "CNSR": 0}])
    words = "the required column AVAL is missing; there are: STUDYID, USUBJID, PARAMCD, CNSR"
    assert fatal(tmp_path) == [f"adtte.csv: {words}"]


def test_two_studies(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    write_csv(tmp_path / "adtte.csv", [tte(STUDYID="T2")])
    found = "a source holds one trial, but there are several STUDYID: 'T1' in DM; 'T2' in ADTTE"
    assert fatal(tmp_path) == [f"{tmp_path.name}: {found}"]


@pytest.mark.parametrize(
    ("file", "content", "trouble"),
    [
        ("ae.csv", b"", "is empty (0 bytes)"),
        ("ae.csv", b"HEADER RECORD*******LIBRARY", "it looks like a SAS transport file"),
        ("ae.csv", b"STUDYID,\0USUBJID\n", "is not text"),
        ("ae.csv", b"USUBJID,AGE,age\n", "has the column AGE twice"),
        ("ae.xpt", b"STUDYID,USUBJID\nT1,S-001\n", "it does not begin like a SAS transport file"),
        ("ae.xpt", b"HEADER RECORD*******LIBRARY HEADER" + b" " * 400, "is not a readable SAS file"),
        ("ae.xpt", b"HEADER RECORD*******MEMBER  HEADER RECORD" * 2, "holds 2 datasets"),
        ("ae.sas7bdat", b"x" * 2048, "it does not begin like a SAS data file"),
        ("ae.parquet", b"PAR1 and then nothing", "is not a readable Parquet file"),
        ("ae.xlsx", b"PK\x03\x04 and then nothing", "is not a readable Excel workbook"),
        ("ae.json", b"AE", "it does not begin like JSON"),
        ("ae.json", b'{"datasetJSONVersion": "1.1.0", "rows"', "is not readable Dataset-JSON"),
        ("ae.json", b'{"datasetJSONVersion": "1.1.0"}', "neither 'columns' nor 'itemGroupData' is there"),
        ("ae.csv.gz", b"USUBJID\n", "is not a complete gzip archive"),
        ("ae.csv.gz", gzip.compress(b"USUBJID\n" * 999, mtime=0)[:-9], "is not a complete gzip archive"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, file: str, content: bytes, trouble: str) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    (tmp_path / file).write_bytes(content)
    (message,) = fatal(tmp_path)
    assert message.startswith(f"{file}: ")
    assert trouble in message


def test_a_json_row_of_the_wrong_length(tmp_path: Path) -> None:
    columns = [{"name": "STUDYID"}, {"name": "USUBJID"}]
    content = {"datasetJSONVersion": "1.1.0", "name": "DM", "columns": columns, "rows": [["T1", "S-001"], ["T1"]]}
    (tmp_path / "dm.json").write_text(json.dumps(content), encoding="utf-8")
    assert "dm.json: row 2 of DM has 1 values, not 2" in fatal(tmp_path)


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", [*subjects(1), *subjects(1)])
    write_csv(tmp_path / "adtte.csv", [{"STUDYID": "T2", "USUBJID": "S-001"}])
    (tmp_path / "ae.csv").touch()
    with pytest.raises(SourceError) as raised:
        staged(tmp_path)
    assert len(fatal_messages(raised.value.faults)) == 6  # 3 columns, 1 key, 1 file, 1 study
    assert str(raised.value).startswith(f"{tmp_path.name} cannot become a data cut (6 fatal faults):\n")


# ------------------------------------------------------------------ errors: the row is set aside


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (tte(CNSR="-1"), "adtte.csv, row 2, CNSR: '-1' is not a whole number from 0"),
        (tte(CNSR="0.5"), "adtte.csv, row 2, CNSR: '0.5' is not a whole number from 0"),
        (tte(CNSR="yes"), "adtte.csv, row 2, CNSR: 'yes' is not a number"),
        (tte(CNSR=""), "adtte.csv, row 2, CNSR: a value is required"),
        (tte(AVAL="12 months"), "adtte.csv, row 2, AVAL: '12 months' is not a number"),
        (tte(AVAL="-3"), "adtte.csv, row 2, AVAL: '-3' is not a number from 0"),
        (tte(USUBJID="S-404"), "adtte.csv, row 2, USUBJID: 'S-404' is not a subject of DM or ADSL"),
        (tte(USUBJID="  "), "adtte.csv, row 2, USUBJID: a value is required"),
        (tte(PARAMCD="PFS"), "adtte.csv, row 2, PARAMCD: 'USUBJID S-001, PARAMCD PFS' is already in adtte.csv, row 1"),
    ],
)
def test_a_row_with_an_error_is_set_aside_whole(tmp_path: Path, row: dict[str, Any], message: str) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    write_csv(tmp_path / "adtte.csv", [tte(PARAMCD="PFS"), row])
    trial = staged(tmp_path)
    assert trial.messages("error") == [message]
    assert trial.rows("adtte", "PARAMCD") == [("PFS",)]
    (record,) = trial.con.execute("select RECORD from main.faults where SEVERITY = 'error'").fetchall()[0]
    kept = {key: value for key, value in json.loads(record).items() if key != "_row"}
    assert kept == {key: value.strip() or None for key, value in row.items()}


def test_lines_that_are_no_records(tmp_path: Path) -> None:
    text = 'STUDYID,USUBJID,SUBJID\nT1,S-001,1\nT1,S-002\nT1,S-003,3,too many\nT1,S-004,"4\n\nT1,S-005,5\n'
    (tmp_path / "dm.csv").write_text(text.replace('"4', "4"), encoding="utf-8")
    trial = staged(tmp_path)
    assert trial.rows("dm", "USUBJID", "_row") == [("S-001", 1), ("S-004", 4), ("S-005", 5)]
    assert [message.split(": the line")[0] for message in trial.messages("error")] == ["dm.csv, row 2", "dm.csv, row 3"]
    records = trial.con.execute("select RECORD from main.faults where SEVERITY = 'error' order by ROW").fetchall()
    assert [json.loads(record)["line"] for (record,) in records] == ["T1,S-002", "T1,S-003,3,too many"]


def test_a_sequence_number_twice(tmp_path: Path) -> None:
    ae = [{"USUBJID": "S-001", "AESEQ": n, "AETERM": term} for n, term in ((1, "Nausea"), (2, "Pain"), (1, "Fever"))]
    write_csv(tmp_path / "dm.csv", subjects(1))
    write_csv(tmp_path / "ae.csv", ae)
    trial = staged(tmp_path)
    assert trial.messages("error") == ["ae.csv, row 3, AESEQ: 'USUBJID S-001, AESEQ 1' is already in ae.csv, row 1"]
    assert trial.rows("ae", "AETERM") == [("Nausea",), ("Pain",)]


# ------------------------------------------------------------------ warnings: the row is used


@pytest.mark.parametrize(
    ("column", "value", "kept", "message"),
    [
        ("RFSTDTC", "2024-13-01", None, "'2024-13-01' is not a date (YYYY-MM-DD)"),
        ("RFSTDTC", "2023-02-29", None, "'2023-02-29' is not a date (YYYY-MM-DD)"),
        ("AGE", "sixty", None, "'sixty' is not a number"),
        ("AGE", "-999", None, "'-999' is impossible (a code for missing?); it is taken as missing"),
        ("AGE", "-99", None, "'-99' is impossible (a code for missing?); it is taken as missing"),
        ("AGE", "163", None, "'163' is impossible; it is taken as missing"),
        ("SEX", "FALSE", "F", "'FALSE' is read as 'F'; 1 rows have it"),
        ("SEX", "W", "W", "'W' is not in the list (F, M, U, UNDIFFERENTIATED, INTERSEX)"),
    ],
)
def test_a_doubtful_value(tmp_path: Path, column: str, value: str, kept: str | None, message: str) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1, **{column: value}))
    trial = staged(tmp_path)
    assert trial.rows("dm", column) == [(kept,)]
    assert trial.messages("warning") == [f"dm.csv, row 1, {column}: {message}"]
    assert trial.con.execute("select VALUE, DOMAIN, ROW, COLUMN_NAME from main.faults").fetchall() == [
        (value, "DM", 1, column)
    ]


def test_a_code_outside_the_list_is_told_once(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(3, SEX=["M", "X", "X"]))
    (message,) = staged(tmp_path).messages("warning")
    assert message.startswith("dm.csv, row 2, SEX: 'X' is not in the list")
    assert message.endswith("2 rows have it")


def test_a_missing_code_is_one_only_where_it_is_impossible(tmp_path: Path) -> None:
    lb = [{"USUBJID": "S-001", "LBSEQ": n, "LBTESTCD": "BE", "LBSTRESN": v} for n, v in ((1, -999), (2, -9), (3, 4))]
    write_csv(tmp_path / "dm.csv", subjects(1))
    write_csv(tmp_path / "lb.csv", lb)
    trial = staged(tmp_path)
    assert trial.rows("lb", "LBSTRESN") == [(None,), (-9.0,), (4.0,)]  # a base excess of -9 is a value
    assert [m.split(":")[0] for m in trial.messages("warning")] == ["lb.csv, row 1, LBSTRESN"]


def test_a_table_without_rows(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    (tmp_path / "ae.csv").write_text("STUDYID,USUBJID,AETERM", encoding="utf-8")
    trial = staged(tmp_path)
    assert trial.messages("warning") == ["ae.csv: it has column names but no rows"]
    assert ("ae", "ae.csv", 0) in trial.con.execute("from staging._delivered").fetchall()


def test_faults_are_counted(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1, AGE="-999"))
    write_csv(tmp_path / "adtte.csv", [tte(CNSR="x"), tte()])
    assert staged(tmp_path).source.faults == {"fatal": 0, "error": 1, "warning": 1}


def test_an_xpt_row_is_told_like_any_other(tmp_path: Path) -> None:
    write_xpt(tmp_path / "dm.xpt", subjects(2, RFSTDTC=["2024-01-01", "01/02/2024"]))
    assert staged(tmp_path).messages("warning") == ["dm.xpt, row 2, RFSTDTC: '01/02/2024' is not a date (YYYY-MM-DD)"]
