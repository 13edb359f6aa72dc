"""SQL of this room: files, and the expressions that depend on a delivered column's type."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from crlm_dash.contract import Column
from crlm_dash.contract.model import ColumnType
from crlm_dash.ingest.raw import quoted

DUCKDB_TYPE: dict[ColumnType, str] = {
    "text": "varchar",
    "number": "double",
    "date": "date",
    "datetime": "timestamp",
    "dtc": "varchar",
}
EXPECTED: dict[ColumnType, str] = {
    "text": "text",
    "number": "a number",
    "date": "a date (YYYY-MM-DD)",
    "datetime": "a date and time (YYYY-MM-DDThh:mm:ss)",
    "dtc": "a date (YYYY-MM-DD)",
}
_FRACTIONAL = re.compile(r"^(DOUBLE|FLOAT|REAL|DECIMAL)")
_WHOLE = re.compile(r"^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$")


@cache
def sql_file(name: str) -> str:
    """The text of `sql/<name>.sql`."""
    return files("crlm_dash").joinpath(f"sql/{name}.sql").read_text(encoding="utf-8")


def is_number_type(delivered: str) -> bool:
    """Whether a DuckDB type is a number."""
    return bool(_FRACTIONAL.match(delivered) or _WHOLE.match(delivered))


def is_plain_type(delivered: str) -> bool:
    """Whether values of a DuckDB type are kept as they are until staged; all others become text at once."""
    return (
        is_number_type(delivered)
        or delivered in ("VARCHAR", "BOOLEAN", "DATE", "TIME")
        or delivered.startswith("TIMESTAMP")
    )


def text_of(name: str, delivered: str) -> str:
    """A delivered column as text, one spelling for each value."""
    column = quoted(name)
    if delivered == "BOOLEAN":
        yes, no = ("Y", "N") if name.endswith("FL") else ("TRUE", "FALSE")
        return f"case when {column} then '{yes}' when not {column} then '{no}' end"
    if _FRACTIONAL.match(delivered):
        return f"number_text(cast({column} as double))"
    if delivered == "DATE":
        return f"strftime({column}, '%Y-%m-%d')"
    if delivered.startswith("TIMESTAMP"):
        return f"timestamp_text(cast({column} as timestamp))"
    return column if delivered == "VARCHAR" else f"cast({column} as varchar)"


def typed_of(name: str, delivered: str, kind: ColumnType, promised: Column | None) -> str:
    """A delivered column in its staged type; NULL where it cannot be read."""
    column, text = quoted(name), text_of(name, delivered)
    if kind == "text":
        return _mended_code(text, promised.codes) if promised and promised.codes else text
    if kind == "dtc":
        return text if delivered == "DATE" else f"as_dtc({text})"
    if is_number_type(delivered):
        number = f"cast({column} as double)"
        return {"number": f"finite({number})", "date": f"sas_date({number})"}.get(kind, f"sas_datetime({number})")
    if delivered == "DATE" or delivered.startswith("TIMESTAMP"):
        return f"cast(null as {DUCKDB_TYPE[kind]})" if kind == "number" else f"cast({column} as {kind_type(kind)})"
    return f"as_{kind}({text})"


def kind_type(kind: ColumnType) -> str:
    """The DuckDB type a column of this kind is staged in."""
    return DUCKDB_TYPE[kind]


def can_fail(delivered: str, kind: ColumnType) -> bool:
    """Whether values of the delivered type may be unreadable as `kind`."""
    if kind == "text" or (kind == "number" and is_number_type(delivered)):
        return False
    return not (kind != "number" and (delivered == "DATE" or delivered.startswith("TIMESTAMP")))


def misread_codes(codes: tuple[str, ...]) -> dict[str, str]:
    """What a program made of a code when it took it for a truth value: SEX 'F' becomes FALSE."""
    false = next((code for code in ("F", "N") if code in codes), None)
    true = next((code for code in ("T", "Y") if code in codes), None)
    return {word: code for word, code in (("FALSE", false), ("TRUE", true)) if code is not None}


def _mended_code(text: str, codes: tuple[str, ...]) -> str:
    """Case and a trailing '.0' do not matter in a code, nor what a program made of 'F' and 'Y'."""
    spellings = {code.upper(): code for code in codes} | misread_codes(codes)
    spellings |= {f"{code}.0": code for code in codes if code.isdigit()}
    cases = " ".join(f"when '{word}' then '{code}'" for word, code in spellings.items())
    return f"case upper({text}) {cases} else {text} end"
