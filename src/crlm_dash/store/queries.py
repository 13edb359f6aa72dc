"""Query files: which room each is written for, and how the room's tables are put before it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from crlm_dash.store.rooms import Room

_ROOM_LINE = re.compile(r"-- room: (\w+)")


@lru_cache
def read_query(name: str) -> tuple[Room, str]:
    """
    One query file.

    Parameters
    ----------
    name : of the file in `sql/queries`, without its ending

    Returns
    -------
    The room it is written for (its second line), and its text.
    """
    text = resources.files("crlm_dash").joinpath("sql", "queries", f"{name}.sql").read_text(encoding="utf-8")
    match = _ROOM_LINE.match(text.splitlines()[1])
    assert match, f"{name}.sql: second line must be '-- room: …'"
    return Room(match.group(1)), text


def named_in(body: str, tables: Iterable[str]) -> list[str]:
    """
    Which tables a query names.

    Parameters
    ----------
    body : text of the query
    tables : names of the tables it may see

    Returns
    -------
    Those of `tables` that stand in the query outside its comments, in their order.
    """
    words = set(re.findall(r"\w+", _code(body)))
    return [name for name in tables if name in words]


def compose(tables: dict[str, str], body: str) -> str:
    """
    A query with the tables of its room before it as common table expressions.

    Parameters
    ----------
    tables : name → SQL of each table of the room
    body : text of the query, which begins with `select` or `with` after its comments

    Returns
    -------
    SQL that sees, by bare names, those tables that the query names.
    """
    code = _code(body)
    named = {name: tables[name] for name in named_in(body, tables)}
    before = ",\n".join(f"{name} as not materialized ({sql})" for name, sql in named.items())
    if not before:
        return code
    rest = re.sub(r"^with\s+", ",\n", code) if code.startswith("with") else code
    return f"with {before}\n{rest}"


def _code(body: str) -> str:
    """A query without its comments."""
    return "\n".join(line for line in body.splitlines() if not line.lstrip().startswith("--")).strip()


def literals(words: object) -> str:
    """
    SQL string literals.

    Parameters
    ----------
    words : texts; a set is sorted, for its order has no meaning

    Returns
    -------
    The texts, quoted and separated by commas; "null" where there are none.
    """
    assert isinstance(words, list | tuple | frozenset)
    ordered = sorted(words) if isinstance(words, frozenset) else words
    return ", ".join("'" + word.replace("'", "''") + "'" for word in ordered) or "null"
