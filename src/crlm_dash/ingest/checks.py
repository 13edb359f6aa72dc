"""What the staged rows must keep of the contract; every check is one set-based query."""

from __future__ import annotations

import duckdb

from crlm_dash.contract import Column
from crlm_dash.ingest.faults import add_faults
from crlm_dash.ingest.raw import literal, quoted
from crlm_dash.ingest.sql import misread_codes, text_of
from crlm_dash.ingest.tables import StagedTable, staged
from crlm_dash.terms import Severity

_ONE_ROW_A_SUBJECT = ("dm", "adsl")
_MISSING_CODES = "(-9, -99, -999, -9999, -99999, 999, 9999, 99999, -88, -888)"


def check_values(con: duckdb.DuckDBPyConnection, table: StagedTable) -> None:
    """Values every row needs, whole numbers, codes and ranges."""
    for column in table.contract.columns.values():
        if not table.delivers(column.name):
            continue
        if column.filled:
            _check_filled(con, table, column)
        if column.integer or column.not_negative:
            _check_not_negative(con, table, column)
        if column.range is not None:
            _clear_impossible(con, table, column)
        if column.codes and not column.supplemental:
            _check_codes(con, table, column)


def check_supplemental(con: duckdb.DuckDBPyConnection, table: StagedTable) -> None:
    """Codes of columns that come from SUPP--, once they are joined."""
    for column in table.contract.columns.values():
        if column.supplemental and column.codes:
            _check_codes(con, table, column)


def check_key(con: duckdb.DuckDBPyConnection, table: StagedTable) -> None:
    """A key twice: fatal where a row is a subject, else the later row is set aside."""
    key = table.contract.key
    if not key or not all(table.delivers(column) for column in key):
        return
    columns = ", ".join(quoted(column) for column in key)
    given = " and ".join(f"{quoted(column)} is not null" for column in key)
    twice = f"select {columns} from {table.relation} where {given} group by {columns} having count(*) > 1"
    if not con.execute(f"select 1 from ({twice}) limit 1").fetchall():
        return
    spelled = " || ', ' || ".join(f"'{column} ' || {_spelled(table, column)}" for column in key)
    rows = f"""
        select _file, _row, {_subject(table)} as USUBJID, {spelled} as found,
            first_value(_file || ', row ' || _row) over first_one as earlier
        from {table.relation} semi join ({twice}) as twice using ({columns})
        window first_one as (partition by {columns} order by _file, _row)
        qualify row_number() over first_one > 1"""
    severity = Severity.FATAL if table.name in _ONE_ROW_A_SUBJECT else Severity.ERROR
    words = "'''' || found || ''' is already in ' || earlier"
    add_faults(con, severity, "key", table.name, rows, column=key[-1], words=words)


def check_subjects(con: duckdb.DuckDBPyConnection, table: StagedTable) -> None:
    """Rows of subjects whom neither DM nor ADSL knows are set aside."""
    if table.name in _ONE_ROW_A_SUBJECT or not table.delivers("USUBJID"):
        return
    rows = f"""
        select _file, _row, USUBJID, USUBJID as found from {table.relation} as record
        where USUBJID is not null
            and not exists (select 1 from {staged("dm")} as dm where dm.USUBJID = record.USUBJID)
            and not exists (select 1 from {staged("adsl")} as adsl where adsl.USUBJID = record.USUBJID)"""
    words = "'''' || found || ''' is not a subject of DM or ADSL'"
    add_faults(con, Severity.ERROR, "subject", table.name, rows, column="USUBJID", words=words)


def set_aside(con: duckdb.DuckDBPyConnection, table: StagedTable) -> None:
    """Take rows with an error out of `staging`; their faults keep them whole, as delivered."""
    labels = con.execute(
        "select distinct FILE from main.faults where SEVERITY = 'error' and ROW is not null"
    ).fetchall()
    touched = {label for (label,) in labels}
    parts = [part for part in table.parts if part.label in touched]
    for part in parts:
        con.execute(
            f"""update main.faults set RECORD = delivered.record
            from (select _row, to_json(record) as record from {part.relation} as record) as delivered
            where FILE = $1 and ROW = delivered._row and SEVERITY = 'error' and faults.RECORD is null""",
            [part.label],
        )
    if parts:
        con.execute(
            f"""delete from {table.relation} as record using main.faults as fault
            where fault.SEVERITY = 'error' and fault.FILE = record._file and fault.ROW = record._row"""
        )


def _check_filled(con: duckdb.DuckDBPyConnection, table: StagedTable, column: Column) -> None:
    rows = f"""
        select _file, _row, {_subject(table)} as USUBJID, cast(null as varchar) as found
        from {table.relation} as record
        where {quoted(column.name)} is null and not exists (
            select 1 from main.faults as told
            where told.FILE = record._file and told.ROW = record._row
                and told.COLUMN_NAME = {literal(column.name)} and told.RULE = 'type')"""
    add_faults(con, Severity.ERROR, "required", table.name, rows, column=column.name, words="'a value is required'")


def _check_not_negative(con: duckdb.DuckDBPyConnection, table: StagedTable, column: Column) -> None:
    name = quoted(column.name)
    whole = f" or {name} <> floor({name})" if column.integer else ""
    expected = "a whole number from 0" if column.integer else "a number from 0"
    rows = f"""select _file, _row, {_subject(table)} as USUBJID, number_text({name}) as found
        from {table.relation} where {name} < 0{whole}"""
    words = f"'''' || found || ''' is not {expected}'"
    add_faults(con, Severity.ERROR, "range", table.name, rows, column=column.name, words=words)


def _clear_impossible(con: duckdb.DuckDBPyConnection, table: StagedTable, column: Column) -> None:
    assert column.range is not None
    name, (low, high) = quoted(column.name), column.range
    impossible = f"{name} not between {low} and {high}"
    rows = f"""select _file, _row, {_subject(table)} as USUBJID, number_text({name}) as found
        from {table.relation} where {impossible}"""
    words = f"""'''' || found || ''' is impossible' || case when cast(found as double) in {_MISSING_CODES}
        then ' (a code for missing?)' else '' end || '; it is taken as missing'"""
    before = _count(con, table.relation, impossible)
    if before:
        add_faults(con, Severity.WARNING, "range", table.name, rows, column=column.name, words=words)
        con.execute(f"update {table.relation} set {name} = null where {impossible}")


def _check_codes(con: duckdb.DuckDBPyConnection, table: StagedTable, column: Column) -> None:
    """One warning for each value outside the list, at its first row, and for codes read as truth values."""
    name, listed = quoted(column.name), ", ".join(literal(code) for code in column.codes)
    rows = f"""
        select arg_min(_file, (_file, _row)) as _file, arg_min(_row, (_file, _row)) as _row,
            cast(null as varchar) as USUBJID, {name} as found, count(*) as n
        from {table.relation} where {name} not in ({listed}) group by {name}"""
    codes = literal(f"' is not in the list ({', '.join(column.codes)})")
    words = f"'''' || found || {codes} || case when n > 1 then '; ' || n || ' rows have it' else '' end"
    add_faults(con, Severity.WARNING, "code", table.name, rows, column=column.name, words=words)
    for word, code in misread_codes(column.codes).items():
        _tell_misread(con, table, column.name, word, code)


def _tell_misread(con: duckdb.DuckDBPyConnection, table: StagedTable, column: str, word: str, code: str) -> None:
    for part in table.parts:
        if column not in part.columns:
            continue
        rows = f"""
            select {literal(part.label)} as _file, min(_row) as _row, cast(null as varchar) as USUBJID,
                '{word}' as found, count(*) as n
            from {part.relation}
            where upper({text_of(column, part.columns[column])}) = '{word}' having count(*) > 0"""
        words = f"'''{word}'' is read as ''{code}''; ' || n || ' rows have it'"
        add_faults(con, Severity.WARNING, "code", table.name, rows, column=column, words=words)


def _subject(table: StagedTable) -> str:
    return "USUBJID" if "USUBJID" in table.columns else "cast(null as varchar)"


def _spelled(table: StagedTable, column: str) -> str:
    return f"number_text({quoted(column)})" if table.columns[column] == "number" else quoted(column)


def _count(con: duckdb.DuckDBPyConnection, relation: str, condition: str) -> int:
    return int(con.execute(f"select count(*) from {relation} where {condition}").fetchall()[0][0])
