"""A source folder becomes schema `staging`: read, typed, checked; all its faults told together."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from crlm_dash.contract import CONTRACT
from crlm_dash.errors import SourceError
from crlm_dash.ingest.checks import check_key, check_subjects, check_supplemental, check_values, set_aside
from crlm_dash.ingest.collect import Collected, collect
from crlm_dash.ingest.faults import add_fault, fault_counts, told_faults
from crlm_dash.ingest.raw import SourceFile
from crlm_dash.ingest.sql import sql_file
from crlm_dash.ingest.supplement import join_supplements
from crlm_dash.ingest.tables import StagedTable, stage_empty, stage_table, staged
from crlm_dash.terms import Severity

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class StagedSource:
    """What was staged: the study, the files it came from, and how many faults of each severity were found."""

    study_id: str
    files: tuple[SourceFile, ...]
    datasets: tuple[str, ...]
    faults: dict[Severity, int]


def stage_source(con: duckdb.DuckDBPyConnection, source: Path, *, progress: Progress | None = None) -> StagedSource:
    """
    Fill schema `staging` and `main.faults` from a folder or file of CDISC data.

    Parameters
    ----------
    con : a writable connection; `staging` must not be there yet
    source : a folder (searched with its subfolders) or a single file
    progress : called with what is being done, how many steps are done, and how many there are

    Returns
    -------
    The study identifier, the files used (name, sha256, bytes), the datasets delivered, and the number of
    faults by severity.

    Raises
    ------
    SourceError : the source breaks a promise without which there is no data cut; `faults` holds all found
    """
    tell = progress or (lambda _text, _done, _total: None)
    con.execute(sql_file("staging/macros"))
    con.execute(sql_file("staging/ground"))
    with TemporaryDirectory(prefix="crlm-dash-") as scratch:
        collected = collect(con, Path(source), Path(scratch), tell)
        tables = _stage_tables(con, collected, tell)
        study_id = _settle_study(con, tables, Path(source))
        _check_has_subjects(con, tables, Path(source))
        _check_tables(con, tables, tell)
        _join_all_supplements(con, tables)
        for relation, kind in collected.temporary(con):
            con.execute(f"drop {kind} if exists {relation}")
    _raise_fatal(con, Path(source))
    return StagedSource(study_id, collected.files, tuple(sorted(tables)), fault_counts(con))


def _stage_tables(con: duckdb.DuckDBPyConnection, collected: Collected, tell: Progress) -> dict[str, StagedTable]:
    tables = {}
    for done, (name, parts) in enumerate(sorted(collected.datasets.items())):
        tell(f"Staging {name.upper()}", done, len(collected.datasets))
        tables[name] = stage_table(con, name, parts)
    for name, contract in CONTRACT.items():
        if name not in tables:
            stage_empty(con, contract)
    return tables


def _check_has_subjects(con: duckdb.DuckDBPyConnection, tables: dict[str, StagedTable], source: Path) -> None:
    if "dm" in tables or "adsl" in tables:
        return
    found = ", ".join(sorted(tables)) or "no dataset at all"
    message = f"{source.name}: neither DM nor ADSL is there, so no subject is known; found: {found}"
    add_fault(con, Severity.FATAL, "required dataset", message)


def _check_tables(con: duckdb.DuckDBPyConnection, tables: dict[str, StagedTable], tell: Progress) -> None:
    subjects_known = any(name in tables and tables[name].delivers("USUBJID") for name in ("dm", "adsl"))
    subjects_first = sorted(tables, key=lambda name: (name not in ("dm", "adsl"), name))
    for done, name in enumerate(subjects_first):
        tell(f"Checking {name.upper()}", done, len(tables))
        check_values(con, tables[name])
        set_aside(con, tables[name])  # a broken row must not make a good one its duplicate
        check_key(con, tables[name])
        if subjects_known:
            check_subjects(con, tables[name])
        set_aside(con, tables[name])
        con.execute(
            f"insert into staging._delivered select $1, $2, count(*) from {staged(name)}",
            [name, ", ".join(dict.fromkeys(part.label for part in tables[name].parts))],
        )


def _join_all_supplements(con: duckdb.DuckDBPyConnection, tables: dict[str, StagedTable]) -> None:
    for name in sorted(tables):
        if name.startswith("supp"):
            join_supplements(con, name, tables)
    for table in tables.values():
        check_supplemental(con, table)


def _settle_study(con: duckdb.DuckDBPyConnection, tables: dict[str, StagedTable], source: Path) -> str:
    """The one STUDYID of the source; where a dataset lacks it, it is filled in."""
    places: dict[str, list[str]] = {}
    for name, table in tables.items():
        if table.columns.get("STUDYID") == "text":
            rows = con.execute(f"select distinct STUDYID from {staged(name)} where STUDYID is not null").fetchall()
            for (study,) in rows:
                places.setdefault(study, []).append(name.upper())
    if len(places) > 1:
        found = "; ".join(f"'{study}' in {', '.join(names)}" for study, names in sorted(places.items()))
        message = f"{source.name}: a source holds one trial, but there are several STUDYID: {found}"
        add_fault(con, Severity.FATAL, "study", message, column="STUDYID")
    study_id = min(places) if places else _study_from_name(source)
    if not places and tables:
        message = f"{source.name}: no dataset has a STUDYID; the trial is called '{study_id}' after its folder"
        add_fault(con, Severity.WARNING, "study", message, column="STUDYID", value=study_id)
    for name, table in tables.items():
        if table.columns.get("STUDYID") == "text":
            con.execute(f"update {staged(name)} set STUDYID = $1 where STUDYID is null", [study_id])
    return study_id


def _study_from_name(source: Path) -> str:
    path = source.resolve()
    named = next(
        (part for part in (path, *path.parents) if part.name.lower() not in ("sdtm", "adam", "csv", "xpt", "data", "")),
        path,
    )
    return re.sub(r"[^A-Za-z0-9_-]+", "-", named.name.split(".")[0]).strip("-") or "TRIAL"


def _raise_fatal(con: duckdb.DuckDBPyConnection, source: Path) -> None:
    n = fault_counts(con)[Severity.FATAL]
    if not n:
        return
    faults = told_faults(con)
    fatal = [fault.message for fault in faults if fault.severity is Severity.FATAL]
    more = [f"… and {n - 20} more"] if n > 20 else []
    head = f"{source.name} cannot become a data cut ({n} fatal fault{'s' if n > 1 else ''}):"
    raise SourceError("\n".join([head, *fatal[:20], *more]), faults)
