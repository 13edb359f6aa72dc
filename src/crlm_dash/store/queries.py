"""Query files: which room each is written for, and how the room's tables are put before it."""

from __future__ import annotations

import re
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
    code = "\n".join(line for line in body.splitlines() if not line.lstrip().startswith("--")).strip()
    named = {name: sql for name, sql in tables.items() if re.search(rf"\b{name}\b", code)}
    before = ",\n".join(f"{name} as not materialized ({sql})" for name, sql in named.items())
    if not before:
        return code
    rest = re.sub(r"^with\s+", ",\n", code) if code.startswith("with") else code
    return f"with {before}\n{rest}"
