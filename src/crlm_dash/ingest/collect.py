"""Read every file of a source and sort the tables found by dataset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from crlm_dash.ingest.faults import add_fault
from crlm_dash.ingest.files import data_ending, data_paths, source_file, source_name, stem
from crlm_dash.ingest.naming import dataset_of, names_a_dataset
from crlm_dash.ingest.raw import RawTable, SourceFile, UnreadableError
from crlm_dash.ingest.readers import PREFERENCE, READERS
from crlm_dash.ingest.readers.datasetjson import is_dataset_json
from crlm_dash.terms import Severity

_MAY_BE_ANYTHING = (".csv", ".tsv", ".txt", ".xlsx", ".json")


@dataclass
class Collected:
    """The tables of a source by dataset, and the files they came from."""

    datasets: dict[str, list[RawTable]] = field(default_factory=dict)
    used: list[SourceFile] = field(default_factory=list)
    read: list[RawTable] = field(default_factory=list)

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """The files that were used."""
        return tuple(self.used)

    def temporary(self, con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
        """Every temporary relation the readers left, with its kind."""
        views = {name for (name,) in con.execute("select view_name from duckdb_views() where temporary").fetchall()}
        left = [(raw.relation, "view" if raw.relation in views else "table") for raw in self.read]
        return [*left, ("reject_errors", "table"), ("reject_scans", "table")]


def collect(
    con: duckdb.DuckDBPyConnection, source: Path, scratch: Path, tell: Callable[[str, int, int], None]
) -> Collected:
    """Read all data files of a source; what cannot or need not be read is told as a fault."""
    data, other = data_paths(source)
    if other:
        names = ", ".join(source_name(path, source) for path in other[:8]) + (" …" if len(other) > 8 else "")
        add_fault(con, Severity.WARNING, "not data", f"not read, because they are not data files: {names}")
    collected = Collected()
    chosen = _without_twins(con, data, source)
    seen: dict[str, str] = {}
    for i, path in enumerate(chosen):
        tell(f"Reading {source_name(path, source)}", i, len(chosen))
        try:
            file = source_file(path, source, scratch)
            if (twin := seen.setdefault(file.sha256, file.name)) != file.name:
                message = f"{file.name}: not used, it is the same file as {twin}"
                add_fault(con, Severity.WARNING, "same file", message, file=file.name)
                continue
            _read_file(con, file, f"raw_{i}", collected)
        except UnreadableError as trouble:
            _tell_unreadable(con, path, source, str(trouble))
    return collected


def _read_file(con: duckdb.DuckDBPyConnection, file: SourceFile, table: str, collected: Collected) -> None:
    if file.format == "json" and not is_dataset_json(_beginning(file.content)):
        add_fault(
            con,
            Severity.WARNING,
            "not data",
            f"{file.name}: not used, it is not Dataset-JSON",
            file=file.name,
        )
        return
    raws = READERS[file.format](con, file, table)
    collected.read.extend(raws)
    for raw in raws:
        name = dataset_of(con, raw)
        if name is None:
            words = f"not used, it is not a CDISC dataset (columns: {', '.join(list(raw.columns)[:6])} …)"
            add_fault(con, Severity.WARNING, "not data", f"{raw.label}: {words}", file=raw.label)
            continue
        _tell_rows(con, raw, name)
        collected.datasets.setdefault(name, []).append(raw)
        if file not in collected.used:
            collected.used.append(file)


def _without_twins(con: duckdb.DuckDBPyConnection, paths: list[Path], source: Path) -> list[Path]:
    """Of a dataset that comes in two formats (adsl.json, adsl.xpt), the files of the better typed one."""
    formats: dict[str, set[str]] = {}
    for path in paths:
        formats.setdefault(stem(path), set()).add(str(data_ending(path)))
    best = {name: min(found, key=PREFERENCE.index) for name, found in formats.items()}
    chosen = [path for path in paths if data_ending(path) == best[stem(path)]]
    for path in paths:
        if path not in chosen:
            name = source_name(path, source)
            twin = next(source_name(p, source) for p in chosen if stem(p) == stem(path))
            message = f"{name}: not used, {twin} is the same dataset in another format"
            add_fault(con, Severity.WARNING, "same dataset", message, domain=stem(path), file=name)
    return chosen


def _tell_rows(con: duckdb.DuckDBPyConnection, raw: RawTable, name: str) -> None:
    if raw.file.format == "csv":
        con.execute(
            """insert into main.faults (SEVERITY, DOMAIN, FILE, ROW, RULE, VALUE, MESSAGE, RECORD)
            select 'error', upper($1), $2, line - 1, 'malformed', any_value(csv_line)[:200],
                $2 || ', row ' || (line - 1) || ': the line is not a record: ' || any_value(error_message),
                to_json({'line': any_value(csv_line)})
            from reject_errors group by line order by line""",
            [name, raw.label],
        )
    empty = not con.execute(f"select 1 from {raw.relation} limit 1").fetchall()
    if empty:
        message = f"{raw.label}: it has column names but no rows"
        add_fault(con, Severity.WARNING, "empty", message, domain=name, file=raw.label)


def _tell_unreadable(con: duckdb.DuckDBPyConnection, path: Path, source: Path, trouble: str) -> None:
    name = source_name(path, source)
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    incidental = suffixes[-1] in _MAY_BE_ANYTHING and not names_a_dataset(stem(path)) and path != source
    severity = Severity.WARNING if incidental else Severity.FATAL
    add_fault(con, severity, "unreadable", f"{name}: {trouble}", domain="", file=name)


def _beginning(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as stream:
        return stream.read(20_000)
