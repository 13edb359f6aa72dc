"""From delivered tables to `staging`: one table a dataset, in the types of the contract."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from crlm_dash.contract import Dataset, column_type, dataset_contract
from crlm_dash.contract.model import ColumnType
from crlm_dash.ingest.faults import add_fault, add_faults
from crlm_dash.ingest.raw import RawTable, literal, quoted
from crlm_dash.ingest.sql import EXPECTED, can_fail, is_number_type, kind_type, text_of, typed_of
from crlm_dash.terms import Severity


@dataclass(frozen=True)
class StagedTable:
    """One dataset in `staging`: what was promised, what it is made of, and its columns by kind."""

    name: str
    contract: Dataset
    parts: tuple[RawTable, ...]
    columns: dict[str, ColumnType]

    @property
    def relation(self) -> str:
        """The table as SQL names it."""
        return staged(self.name)

    def delivers(self, column: str) -> bool:
        """Whether a file brought this column."""
        return any(column in part.columns for part in self.parts)


def staged(name: str) -> str:
    """A dataset's table as SQL names it."""
    return f"staging.{quoted(name)}"


def stage_table(con: duckdb.DuckDBPyConnection, name: str, parts: list[RawTable]) -> StagedTable:
    """Fill `staging.<name>` from its files; tell missing columns and values that cannot be read."""
    contract = dataset_contract(name)
    columns: dict[str, ColumnType] = {column.name: column.type for column in contract.columns.values()}
    extra = [column for part in parts for column in part.columns if column not in columns]
    columns |= _extra_types(con, name, parts, list(dict.fromkeys(extra)))
    table = StagedTable(name, contract, tuple(parts), columns)
    _tell_missing_columns(con, table)
    union = " union all ".join(_select(part, table) for part in parts)
    con.execute(f"create or replace table {table.relation} as {union}")
    for part in parts:
        _tell_unreadable(con, part, table)
    return table


def stage_empty(con: duckdb.DuckDBPyConnection, contract: Dataset) -> None:
    """A dataset of the contract that was not delivered: all its columns, no rows."""
    columns = [f"{quoted(column.name)} {kind_type(column.type)}" for column in contract.columns.values()]
    con.execute(f"create or replace table {staged(contract.name)} ({', '.join(columns)}, _row bigint, _file varchar)")


def _select(part: RawTable, table: StagedTable) -> str:
    columns = []
    for column, kind in table.columns.items():
        if column in part.columns:
            promised = table.contract.columns.get(column)
            value = typed_of(column, part.columns[column], kind, promised)
        else:
            value = f"cast(null as {kind_type(kind)})"
        columns.append(f"{value} as {quoted(column)}")
    columns.append(f"cast(_row as bigint) as _row, {literal(part.label)} as _file")
    return f"select {', '.join(columns)} from {part.relation}"


def _extra_types(
    con: duckdb.DuckDBPyConnection, name: str, parts: list[RawTable], extra: list[str]
) -> dict[str, ColumnType]:
    ruled = {column: column_type(name, column) for column in extra}
    numeric = _numeric_columns(con, parts, [column for column, kind in ruled.items() if kind is None])
    return {column: kind or ("number" if column in numeric else "text") for column, kind in ruled.items()}


def _numeric_columns(con: duckdb.DuckDBPyConnection, parts: list[RawTable], columns: list[str]) -> set[str]:
    """Columns that have values, all of them numbers, in every file: no matter in what format they came."""
    filled: set[str] = set()
    other: set[str] = set()
    for part in parts:
        here = [column for column in columns if column in part.columns]
        if not here:
            continue
        counts = ", ".join(_number_counts(column, part.columns[column]) for column in here)
        row = con.execute(f"select {counts} from {part.relation}").fetchall()[0]
        filled |= {column for column, n in zip(here, row[::2], strict=True) if n}
        other |= {column for column, n in zip(here, row[1::2], strict=True) if n}
    return filled - other


def _number_counts(column: str, delivered: str) -> str:
    text = text_of(column, delivered)
    if is_number_type(delivered):
        return f"count({text}), 0"
    value = f"(case when not is_missing_word({text}) then {text} end)"
    return f"count({value}), count(*) filter (where not is_plain_number({value}))"


def _tell_missing_columns(con: duckdb.DuckDBPyConnection, table: StagedTable) -> None:
    for part in table.parts:
        missing = [column for column in table.contract.required if column not in part.columns]
        for column in missing:
            words = f"the required column {column} is missing; there are: {', '.join(list(part.columns)[:12])}"
            add_fault(
                con,
                Severity.FATAL,
                "required column",
                f"{part.label}: {words}",
                domain=table.name,
                file=part.label,
                column=column,
            )


def _tell_unreadable(con: duckdb.DuckDBPyConnection, part: RawTable, table: StagedTable) -> None:
    """Columns with fewer values staged than delivered are looked at closely, and told row by row."""
    doubtful = [
        column
        for column, kind in table.columns.items()
        if column in part.columns and can_fail(part.columns[column], kind)
    ]
    if not doubtful:
        return
    delivered = ", ".join(f"count({quoted(column)})" for column in doubtful)
    staged_now = f"select {delivered} from {table.relation} where _file = {literal(part.label)}"
    before = con.execute(f"select {delivered} from {part.relation}").fetchall()[0]
    after = con.execute(staged_now).fetchall()[0]
    for column, n_delivered, n_staged in zip(doubtful, before, after, strict=True):
        if n_delivered != n_staged:
            _tell_column(con, part, table, column)


def _tell_column(con: duckdb.DuckDBPyConnection, part: RawTable, table: StagedTable, column: str) -> None:
    promised = table.contract.columns.get(column)
    severity = Severity.ERROR if promised and promised.filled else Severity.WARNING
    subject = text_of("USUBJID", part.columns["USUBJID"]) if "USUBJID" in part.columns else "cast(null as varchar)"
    rows = f"""select {literal(part.label)} as _file, _row, {subject} as USUBJID,
        {text_of(column, part.columns[column])} as found
        from {part.relation} where {_is_unreadable(column, part, table)}"""
    words = literal(f"' is not {EXPECTED[table.columns[column]]}")
    add_faults(con, severity, "type", table.name, rows, column=column, words=f"'''' || found || {words}")


def _is_unreadable(column: str, part: RawTable, table: StagedTable) -> str:
    text = text_of(column, part.columns[column])
    typed = typed_of(column, part.columns[column], table.columns[column], None)
    return f"({text} is not null and not is_missing_word({text}) and {typed} is null)"
