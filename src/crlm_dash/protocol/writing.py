"""TOML writing for protocol files: the same values always give the same text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}


def toml_text(table: Mapping[str, Any]) -> str:
    """The table as TOML: plain values first, then `[tables]`, then `[[arrays of tables]]`, in given order."""
    plain = [f"{key} = {_value(value)}" for key, value in table.items() if not _is_section(value)]
    sections = [line for key, value in table.items() if _is_section(value) for line in _section(key, value)]
    return "\n".join(plain + sections) + "\n"


def _is_section(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list | tuple) and bool(value) and all(isinstance(row, Mapping) for row in value)
    )


def _section(key: str, value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return ["", f"[{key}]", *_pairs(value)]
    return [line for row in value for line in ("", f"[[{key}]]", *_pairs(row))]


def _pairs(table: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in table.items()]


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case int() | float():
            return repr(value)
        case dt.date():
            return value.isoformat()
        case Mapping():
            return "{" + ", ".join(_pairs(value)) + "}"
        case list() | tuple():
            return "[" + ", ".join(_value(each) for each in value) + "]"
    raise TypeError(f"TOML has no {type(value).__name__}")


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(char, _printable(char)) for char in str(text)) + '"'


def _printable(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x20 or ord(char) == 0x7F else char
