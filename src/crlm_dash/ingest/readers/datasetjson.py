"""CDISC Dataset-JSON 1.1 (.json, .ndjson) and 1.0 (`clinicalData` / `referenceData`)."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pyarrow as pa

from crlm_dash.ingest.raw import RawTable, SourceFile, UnreadableError, described, keep_as_table, upper_names
from crlm_dash.ingest.readers.values import cell_text


def read_dataset_json(con: duckdb.DuckDBPyConnection, file: SourceFile, table: str) -> list[RawTable]:
    """Read every dataset of a Dataset-JSON file."""
    try:
        text = file.content.read_text(encoding="utf-8-sig")
        datasets = _datasets(text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(f"is not readable Dataset-JSON: {error}") from None
    return [_table(con, file, f"{table}_{i}", *dataset, alone=len(datasets) == 1) for i, dataset in enumerate(datasets)]


def is_dataset_json(start: str) -> bool:
    """Whether a JSON text that begins so can be Dataset-JSON at all."""
    return any(mark in start for mark in ('"datasetJSON', '"itemGroup', '"clinicalData"', '"referenceData"'))


def _datasets(text: str) -> list[tuple[str, list[str], list[list[Any]]]]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError:
        lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        content, rows = lines[0], lines[1:]
    else:
        rows = content.get("rows", [])
    if "columns" in content:
        return [(content["name"], [column["name"] for column in content["columns"]], rows)]
    groups: dict[str, Any] = {}
    for part in ("clinicalData", "referenceData"):
        groups |= content.get(part, {}).get("itemGroupData", {})
    if not groups:
        raise ValueError("neither 'columns' nor 'itemGroupData' is there")
    return [(group["name"], [item["name"] for item in group["items"]], group["itemData"]) for group in groups.values()]


def _table(
    con: duckdb.DuckDBPyConnection,
    file: SourceFile,
    table: str,
    name: str,
    columns: list[str],
    rows: list[list[Any]],
    *,
    alone: bool,
) -> RawTable:
    names = upper_names(columns)
    wrong = next((i for i, row in enumerate(rows, start=1) if len(row) != len(names)), None)
    if wrong is not None:
        raise UnreadableError(f"row {wrong} of {name} has {len(rows[wrong - 1])} values, not {len(names)}")
    values = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    kept = {n: pa.array([cell_text(v) for v in column], pa.string()) for n, column in zip(names, values, strict=True)}
    kept.pop("ITEMGROUPDATASEQ", None)
    con.register("_json_rows", pa.table(kept))
    try:
        keep_as_table(con, table, "select * from _json_rows")
    finally:
        con.unregister("_json_rows")
    label = file.name if alone else f"{file.name}[{name}]"
    return RawTable(table, label, file, described(con, table), name)
