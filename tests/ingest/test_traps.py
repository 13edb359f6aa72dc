"""Traps of real files: encodings, SAS numbers, identifiers, partial dates, tiny trials, missing words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyreadstat
import pytest

from crlm_dash.ingest.sql import sql_file
from tests.ingest.sources import staged, subjects, write_csv, write_parquet, write_xpt


def test_windows_1252_in_csv_and_xpt(tmp_path: Path) -> None:
    title = "Patients with Alzheimer’s Disease – Zürich"
    ts = [{"STUDYID": "T1", "DOMAIN": "TS", "TSPARMCD": "TITLE", "TSVAL": title}]
    write_csv(tmp_path / "csv" / "dm.csv", subjects(1))
    write_csv(tmp_path / "csv" / "ts.csv", ts, encoding="cp1252")
    write_xpt(tmp_path / "xpt" / "dm.xpt", subjects(1))
    placeholder = title.replace("’", "\x01").replace("–", "\x02").replace("ü", "\x03")
    write_xpt(tmp_path / "xpt" / "ts.xpt", [{**ts[0], "TSVAL": placeholder}])
    path = tmp_path / "xpt" / "ts.xpt"
    path.write_bytes(_cp1252(path.read_bytes()))
    for folder in ("csv", "xpt"):
        assert staged(tmp_path / folder).rows("ts", "TSVAL") == [(title,)]


def _cp1252(content: bytes) -> bytes:
    start = content.index(b"Patients with")
    head, text = content[:start], content[start:]
    return head + text.replace(b"\x01", b"\x92").replace(b"\x02", b"\x96").replace(b"\x03", b"\xfc")


def test_sas_dates_without_a_format(tmp_path: Path) -> None:
    adsl = [{"STUDYID": "T1", "USUBJID": "S-001", "TRTSDT": 23377.0, "TRTSDTM": 2019808800.0}]
    write_xpt(tmp_path / "xpt" / "adsl.xpt", adsl)
    write_csv(tmp_path / "csv" / "adsl.csv", [{**adsl[0], "TRTSDT": "23377"}])
    write_csv(tmp_path / "date9" / "adsl.csv", [{**adsl[0], "TRTSDT": "02JAN2024", "TRTSDTM": "02JAN2024:10:00:00"}])
    for folder in ("xpt", "csv", "date9"):
        assert staged(tmp_path / folder).rows("adsl", "TRTSDT", "TRTSDTM") == [
            (dt.date(2024, 1, 2), dt.datetime(2024, 1, 2, 10))
        ]


def test_sas_formats_decide_what_a_number_is(tmp_path: Path) -> None:
    frame = pd.DataFrame({"USUBJID": ["S-001"], "ONSET": [23377.0], "SEEN": [36000.0], "LASTDTM": [2019808800.0]})
    formats = {"ONSET": "E8601DA10.", "SEEN": "TIME8.", "LASTDTM": "DATETIME20."}
    pyreadstat.write_xport(frame, str(tmp_path / "adsl.xpt"), table_name="ADSL", variable_format=formats)
    assert staged(tmp_path).rows("adsl", "ONSET", "SEEN", "LASTDTM") == [
        ("2024-01-02", "10:00:00", dt.datetime(2024, 1, 2, 10))
    ]


def test_identifiers_keep_their_zeros(tmp_path: Path) -> None:
    identifiers = {"SUBJID": ["0012", "7"], "SITEID": ["01", "010"], "SITE": ["1", "2"], "LOT": ["007", "8"]}
    write_csv(tmp_path / "dm.csv", subjects(2, **identifiers))
    rows = staged(tmp_path).rows("dm", "SUBJID", "SITEID", "SITE", "LOT")
    assert rows == [("0012", "01", "1", "007"), ("7", "010", "2", "8")]


@pytest.mark.parametrize("values", [["F", "F"], ["F", "M"]])
def test_sex_f_is_not_false(tmp_path: Path, values: list[str]) -> None:
    write_csv(tmp_path / "dm.csv", subjects(2, SEX=values))
    trial = staged(tmp_path)
    assert trial.rows("dm", "SEX") == [(value,) for value in values]
    assert trial.messages("warning") == []


def test_sex_that_became_a_truth_value_is_mended(tmp_path: Path) -> None:
    write_parquet(tmp_path / "dm.parquet", subjects(2, SEX=[False, False], DTHFL=[True, None]))
    trial = staged(tmp_path)
    assert trial.rows("dm", "SEX", "DTHFL") == [("F", "Y"), ("F", None)]
    assert trial.messages("warning") == ["dm.parquet, row 1, SEX: 'FALSE' is read as 'F'; 2 rows have it"]


def test_lower_case_names_codes_and_blanks(tmp_path: Path) -> None:
    (tmp_path / "DM.csv").write_text("studyid ,usubjid,Sex,armcd,\nT1 , S-001\t,f,A  ,x\n", encoding="utf-8")
    trial = staged(tmp_path)
    assert trial.rows("dm", "STUDYID", "USUBJID", "SEX", "ARMCD") == [("T1", "S-001", "F", "A")]
    assert trial.messages("warning") == []


@pytest.mark.parametrize("n", [0, 1])
def test_a_trial_of_no_or_one_subject(tmp_path: Path, n: int) -> None:
    rows = subjects(n) or subjects(1)
    write_csv(tmp_path / "dm.csv", rows)
    if n == 0:
        (tmp_path / "dm.csv").write_text(",".join(rows[0]) + "\n", encoding="utf-8")
    write_csv(tmp_path / "ts.csv", [{"STUDYID": "T1", "TSPARMCD": "TITLE", "TSVAL": "A trial"}])
    trial = staged(tmp_path)
    assert len(trial.rows("dm", "USUBJID")) == n
    assert trial.source.study_id == "T1"


def test_an_empty_xpt(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    empty = pd.DataFrame(
        {"STUDYID": pd.Series([], dtype=str), "USUBJID": pd.Series([], dtype=str), "AETERM": pd.Series([], dtype=str)}
    )
    pyreadstat.write_xport(empty, str(tmp_path / "ae.xpt"), table_name="AE")
    trial = staged(tmp_path)
    assert trial.rows("ae", "USUBJID") == []
    assert trial.messages("warning") == ["ae.xpt: it has column names but no rows"]


@pytest.mark.parametrize("word", ["", ".", "NA", "NaN", ".A", "NULL"])
def test_words_for_missing_in_numbers_and_dates(tmp_path: Path, word: str) -> None:
    write_csv(tmp_path / "dm.csv", subjects(2, AGE=[word, "5"], RFSTDTC=[word, "2024"], SCORE=[word, "1.5"]))
    trial = staged(tmp_path)
    assert trial.rows("dm", "AGE", "RFSTDTC", "SCORE") == [(None, None, None), (5.0, "2024", 1.5)]
    assert trial.messages("warning") == []


def test_na_is_a_word_in_text(tmp_path: Path) -> None:
    write_csv(tmp_path / "adsl.csv", [{"STUDYID": "T1", "USUBJID": "S-001", "REGION1": "NA", "COUNTRY": "NA"}])
    assert staged(tmp_path).rows("adsl", "REGION1", "COUNTRY") == [("NA", "NA")]


def test_a_trial_without_studyid_is_called_after_its_folder(tmp_path: Path) -> None:
    write_csv(tmp_path / "My trial (2)" / "adam" / "adsl.csv", [{"USUBJID": "S-001"}])
    trial = staged(tmp_path / "My trial (2)" / "adam")
    assert trial.source.study_id == "My-trial-2"
    assert trial.rows("adsl", "STUDYID") == [("My-trial-2",)]
    assert len(trial.messages("warning")) == 1


def test_text_in_quotes_keeps_its_commas_and_line_breaks(tmp_path: Path) -> None:
    write_csv(tmp_path / "dm.csv", subjects(1))
    terms = ['Pain, "sharp"', "Fever\nat night", "O'Brien"]
    write_csv(tmp_path / "ae.csv", [{"USUBJID": "S-001", "AESEQ": i, "AETERM": t} for i, t in enumerate(terms)])
    assert staged(tmp_path).rows("ae", "AETERM") == [(term,) for term in terms]


@pytest.fixture(scope="module")
def macros() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(sql_file("staging/macros"))
    return con


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024-03", "2024-03"),
        ("2024", "2024"),
        ("2024---15", "2024---15"),
        ("--12-15", "--12-15"),
        ("2024-03-05T10:30", "2024-03-05T10:30"),
        ("2024-03-05T10:30:15.5+08:00", "2024-03-05T10:30:15.5+08:00"),
        ("2024-03-05 10:30", "2024-03-05T10:30"),
        ("2024-03-05T-:30", "2024-03-05T-:30"),
        ("20240305", "2024-03-05"),
        ("2024-03-05/2024-03-09", "2024-03-05/2024-03-09"),
        ("2024-13", None),
        ("2024-02-30", None),
        ("2023-02-29T10:30", None),
        ("24-03-05", None),
        ("05/03/2024", None),
        ("0024-03-05", None),
        ("2024-03-05T25:00", None),
        ("unknown", None),
    ],
)
def test_iso_dates(macros: duckdb.DuckDBPyConnection, value: str, read: str | None) -> None:
    assert macros.execute("select as_dtc($1)", [value]).fetchall() == [(read,)]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2024-03-05", dt.date(2024, 3, 5)),
        ("2024-03-05T10:30:00", dt.date(2024, 3, 5)),
        ("05MAR2024", dt.date(2024, 3, 5)),
        ("20240305", dt.date(2024, 3, 5)),
        ("23440", dt.date(2024, 3, 5)),
        ("2024", None),  # a year, not the SAS day of 1965
        ("2024-03", None),
        ("0024-03-05", None),
        ("-999", None),
    ],
)
def test_analysis_dates(macros: duckdb.DuckDBPyConnection, value: str, read: Any) -> None:
    assert macros.execute("select as_date($1)", [value]).fetchall() == [(read,)]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("1", True),
        ("-1.50", True),
        ("0.1", True),
        (".5", True),
        ("1e-3", True),
        ("007", False),
        ("1,5", False),
        ("inf", False),
        ("1234567890123456", False),
    ],
)
def test_what_is_a_number_by_its_looks(macros: duckdb.DuckDBPyConnection, value: str, plain: bool) -> None:
    assert macros.execute("select is_plain_number($1)", [value]).fetchall() == [(plain,)]
