"""Small hand-made staging tables, the analysis tables built from them, and rows as dictionaries."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pyarrow as pa

from crlm_dash.contract import CONTRACT
from crlm_dash.ingest.tables import stage_empty
from crlm_dash.protocol import Protocol, parse_protocol
from crlm_dash.store import build
from crlm_dash.store.build import build_tables, run_checks
from crlm_dash.store.declared import declare, declare_value_set

Row = dict[str, Any]
STUDY = "TINY"
CUTOFF = dt.date(2024, 12, 31)
_MAKES = re.compile(r"(?:create or replace (?:temp )?(?:table|view|macro)|update) (?:built_)?(\w+)")
_COMMENT = re.compile(r"--.*")
_WORD = re.compile(r"\w+")

PROTOCOL = """
id = "TINY"
title = "A tiny trial"
diagnosis = { term = "LIVER METASTASES" }

[[arms]]
code = "A"
name = "Arm one"
label = "One"

[[arms]]
code = "B"
name = "Arm two"
label = "Two"

[[endpoints]]
paramcd = "OS"
label = "Overall survival"
origin = "ENRLDT"
events = ["death"]
censor = ["last_alive", "enrolled_only"]

[[endpoints]]
paramcd = "OSDIAG"
label = "Survival from diagnosis"
unit = "months"
origin = "DIAGDT"
entry = "ENRLDT"
events = ["death"]
censor = ["last_alive", "enrolled_only"]

[[endpoints]]
paramcd = "LIVPD"
label = "Liver progression"
type = "competing_risks"
origin = "ENRLDT"
events = ["progression_liver"]
competing = [
  { sources = ["progression_extrahepatic"], label = "Extrahepatic first" },
  { sources = ["death"], label = "Death first" },
]
censor = ["last_imaging", "enrolled_only"]

[[visits]]
visitnum = 1
visit = "BASELINE"
day = 1
window_before = 28

[[visits]]
visitnum = 2
visit = "MONTH 3"
day = 92
window_before = 14
window_after = 14

[[visits]]
visitnum = 3
visit = "MONTH 6"
day = 183
window_before = 14
window_after = 14

[[criteria]]
id = "I01"
type = "inclusion"
text = "Adult"

[[criteria]]
id = "E01"
type = "exclusion"
text = "Pregnant"

[[covariates]]
column = "NLESGR"
label = "Number of liver metastases"
source = { domain = "TU", test = "TUMIDENT", column = "TULNKID", take = "count", where = { TULOC = ["LIVER"] } }
cutpoints = [2.0]
levels = ["<2", "≥2"]

[[covariates]]
column = "CEABL"
label = "CEA (ng/mL)"
source = { domain = "LB", test = "CEA", column = "LBSTRESN", window_days = 28, unit = "ng/mL" }

[[covariates]]
column = "EHSITE"
label = "Extrahepatic site"
source = { domain = "TU", test = "TUMIDENT", column = "TULOC", take = "single", unless = { TULOC = ["LIVER"] } }
"""


@cache
def protocol(text: str = PROTOCOL) -> Protocol:
    """The tiny trial's protocol."""
    return parse_protocol(text, "tiny.toml")


def subject(number: int, enrolled: str | None = "2024-01-10", **values: Any) -> dict[str, list[Row]]:
    """A DM row and its milestones: consent, and enrolment where there is one."""
    usubjid = f"T-{number:02d}"
    consent = "2024-01-01" if enrolled is None or enrolled > "2024-01-01" else enrolled
    row: Row = {"USUBJID": usubjid, "SITEID": "01", "AGE": 60, "SEX": "F", "RFICDTC": consent}
    row |= {"ARM": "Arm one", "ARMCD": "A", "ACTARM": "Arm one", "ACTARMCD": "A"} if enrolled else {}
    milestones = [{"USUBJID": usubjid, "DSSEQ": 1, "DSCAT": "PROTOCOL MILESTONE", "DSDECOD": "ENROLLED"}]
    milestones[0]["DSSTDTC"] = enrolled or ""
    return {"dm": [row | values], "ds": milestones if enrolled else []}


def together(*parts: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """Tables of several subjects as one."""
    joined: dict[str, list[Row]] = {}
    for part in parts:
        for name, rows in part.items():
            joined.setdefault(name, []).extend(rows)
    return joined


def side_by_side(cases: Iterable[Mapping[str, Sequence[Row]]]) -> dict[str, list[Row]]:
    """Trials of one patient as one trial: the patient of the first is T-01, that of the second T-02 …"""
    return together(*(
        {name: [{**row, "USUBJID": f"T-{number:02d}"} for row in rows] for name, rows in case.items()}
        for number, case in enumerate(cases, start=1)
    ))  # fmt: skip


def staged(tables: Mapping[str, Sequence[Row]]) -> duckdb.DuckDBPyConnection:
    """A connection with schema `staging` holding these rows, and every other dataset of the contract empty."""
    con = duckdb.connect(config={"threads": 1})  # a few rows: handing them about takes longer than reading them
    con.execute("create schema staging")
    con.execute(
        "create table faults (SEVERITY varchar, DOMAIN varchar, FILE varchar, ROW bigint, USUBJID varchar, "
        "COLUMN_NAME varchar, RULE varchar, VALUE varchar, MESSAGE varchar, RECORD varchar)"
    )
    con.execute("create table staging._delivered (name varchar, files varchar, n_rows bigint)")
    for contract in CONTRACT.values():
        stage_empty(con, contract)
    for name, rows in tables.items():
        con.execute("insert into staging._delivered values (?, ?, ?)", [name, f"{name}.csv", len(rows)])
        placed = [
            {"STUDYID": STUDY, **row, "_row": number, "_file": f"{name}.csv"}
            for number, row in enumerate(rows, start=1)
        ]
        if placed:
            _insert(con, name, placed)
    return con


def _insert(con: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Row]) -> None:
    """Add rows to a staging table; a column the contract does not know becomes a text column."""
    there = {column[0] for column in con.execute(f"describe staging.{name}").fetchall()}
    columns = list(dict.fromkeys(column for row in rows for column in row))
    for column in set(columns) - there:
        con.execute(f'alter table staging.{name} add column "{column}" varchar')
    # As one table of texts: a statement with thousands of values takes longer than what is built from them.
    texts = {column: pa.array([_text(row.get(column)) for row in rows], pa.string()) for column in columns}
    con.register("rows_to_stage", pa.table(texts))
    con.execute(f"insert into staging.{name} by name from rows_to_stage")
    con.unregister("rows_to_stage")


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def built(
    tables: Mapping[str, Sequence[Row]],
    *,
    cutoff: dt.date = CUTOFF,
    text: str = PROTOCOL,
    stated: bool = True,
    values: Mapping[str, float] | None = None,
    query: str = "faults",
) -> duckdb.DuckDBPyConnection:
    """The analysis tables of these staging tables, checked; or those only that a query reads which reads no faults."""
    con = staged(tables)
    declare(con, protocol(text), STUDY, cutoff, cutoff_stated=stated)
    declare_value_set(con, values or {})
    if "faults" in query:
        build_tables(con, protocol(text))
        run_checks(con, Path("tiny"))
    else:
        models = models_of(query)
        with patch.object(build, "_sql_files", lambda _: models):
            build_tables(con, protocol(text))
    return con


def each(query: str, cases: Sequence[Mapping[str, Sequence[Row]]], **options: Any) -> list[list[Row]]:
    """The rows of a query, which has USUBJID among its columns, for each of several patients built as one trial."""
    rows = answer(query, side_by_side(cases), **options)
    return [[row for row in rows if row["USUBJID"] == f"T-{n:02d}"] for n in range(1, len(cases) + 1)]


def answer(query: str, tables: Mapping[str, Sequence[Row]], **options: Any) -> list[Row]:
    """The rows of a query on analysis tables of which only those are built that it reads."""
    return rows_of(built(tables, query=query, **options), query)


@cache
def models_of(query: str) -> list[tuple[str, str]]:
    """The models that make what a query reads, those that make what these read, and the ground all stand on."""
    models = build._sql_files("analysis")
    makers = [(made, place) for place, (_, text) in enumerate(models) for made in _MAKES.findall(text)]
    first, last = dict(reversed(makers)), dict(makers)  # a later model may complete a table
    needed = {place for place, (name, _) in enumerate(models) if name < "10"}
    read = {last[word] for word in _WORD.findall(query) if word in last} - needed
    while read:
        needed.add(place := max(read))
        words = _WORD.findall(_COMMENT.sub("", models[place][1]))
        read = (read | {first[word] for word in words if first.get(word, place) < place}) - needed
    return [models[place] for place in sorted(needed)]


def rows_of(con: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    """The rows of a query, as dictionaries."""
    found = con.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def rules_in(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str | None]]:
    """Rule and subject of every fault found."""
    return {(row["RULE"], row["USUBJID"]) for row in rows_of(con, "select RULE, USUBJID from faults")}
