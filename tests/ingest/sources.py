"""Small CDISC sources, written by the tests themselves in every format."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyreadstat

from crlm_dash.ingest import Fault, StagedSource, stage_source

Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Staged:
    """A staged source, ready to be asked."""

    con: duckdb.DuckDBPyConnection
    source: StagedSource

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        chosen = ", ".join(f'"{column}"' for column in columns)
        return self.con.execute(f'select {chosen} from staging."{table}" order by _file, _row').fetchall()

    def types(self, table: str) -> dict[str, str]:
        return {row[0]: row[1] for row in self.con.execute(f'describe staging."{table}"').fetchall()}

    def messages(self, severity: str) -> list[str]:
        query = "select MESSAGE from main.faults where SEVERITY = $1 order by FILE, ROW"
        return [row[0] for row in self.con.execute(query, [severity]).fetchall()]


def staged(source: Path) -> Staged:
    con = duckdb.connect()
    return Staged(con, stage_source(con, source))


def fatal_messages(faults: tuple[object, ...]) -> list[str]:
    return [f.message for f in faults if isinstance(f, Fault) and f.severity == "fatal"]


def subjects(n: int = 2, **columns: Any) -> list[dict[str, Any]]:
    """DM rows S-001, S-002, …; a list gives each subject its own value."""
    rows = []
    for i in range(n):
        own = {key: value[i] if isinstance(value, list) else value for key, value in columns.items()}
        rows.append({"STUDYID": "T1", "DOMAIN": "DM", "USUBJID": f"S-{i + 1:03}", **own})
    return rows


def write_csv(path: Path, rows: Rows, *, encoding: str = "utf-8", delimiter: str = ",") -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    content = text.getvalue().encode(encoding)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def write_xpt(path: Path, rows: Rows, formats: dict[str, str] | None = None, name: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame(rows)
    pyreadstat.write_xport(frame, str(path), table_name=name or path.stem.upper()[:8], variable_format=formats or {})


def write_parquet(path: Path, rows: Rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_parquet(path)


def json_columns(rows: Rows) -> list[dict[str, str]]:
    return [{"itemOID": f"IT.{name}", "name": name, "label": name, "dataType": "string"} for name in rows[0]]


def json_rows(rows: Rows) -> list[list[Any]]:
    return [[value if value is not None else "" for value in row.values()] for row in rows]


def write_json(path: Path, rows: Rows, name: str = "") -> None:
    """Dataset-JSON 1.1."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = {"datasetJSONVersion": "1.1.0", "itemGroupOID": f"IG.{path.stem}", "name": name or path.stem.upper()}
    content = {**head, "records": len(rows), "columns": json_columns(rows), "rows": json_rows(rows)}
    path.write_text(json.dumps(content), encoding="utf-8")


def write_ndjson(path: Path, rows: Rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    head = {"datasetJSONVersion": "1.1.0", "name": path.stem.upper(), "columns": json_columns(rows)}
    path.write_text("\n".join(json.dumps(each) for each in (head, *json_rows(rows))), encoding="utf-8")


def write_json_1_0(path: Path, rows: Rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    items = [{"OID": "ITEMGROUPDATASEQ", "name": "ITEMGROUPDATASEQ"}, *json_columns(rows)]
    data = [[i, *row] for i, row in enumerate(json_rows(rows), start=1)]
    group = {"records": len(rows), "name": path.stem.upper(), "items": items, "itemData": data}
    content = {"datasetJSONVersion": "1.0.0", "clinicalData": {"itemGroupData": {"IG": group}}}
    path.write_text(json.dumps(content), encoding="utf-8")


def write_xlsx(path: Path, **sheets: Rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
    book.save(path)
