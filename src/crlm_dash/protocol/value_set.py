"""A value set of EQ-5D-5L, given as a file beside the protocol: the index of each of the 3,125 health states."""

from __future__ import annotations

import csv
import io
import math
import re
from itertools import product
from pathlib import Path

from crlm_dash.errors import ProtocolError
from crlm_dash.protocol.model import Protocol

COLUMNS = ("profile", "index")
PROFILES = frozenset("".join(levels) for levels in product("12345", repeat=5))
_TOLD = 5  # of what is missing


def value_set_of(protocol: Protocol, place: str | Path) -> dict[str, float]:
    """The value set that a protocol names, relative to its own file at `place`; empty where it names none."""
    name = protocol.quality_of_life.value_set
    return read_value_set(Path(place).parent / name) if name else {}


def read_value_set(path: Path) -> dict[str, float]:
    """
    Profile ("11111" to "55555") → index, from a CSV file with the columns `profile` and `index`, a row a health state.

    `ProtocolError` lists every fault, with file, row and column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise ProtocolError(f"{path.name}: the value set cannot be read ({fault.strerror}).") from None
    except UnicodeDecodeError as fault:
        raise ProtocolError(f"{path.name}: byte {fault.start} is not UTF-8; save it as UTF-8.") from None
    reader = csv.reader(io.StringIO(text))
    heads = [each.strip().lower() for each in next(reader, [])]
    absent = [column for column in COLUMNS if column not in heads]
    if absent:
        raise ProtocolError(f"{path.name}, row 1: there is no column {' and no column '.join(absent)}.")
    values: dict[str, float] = {}
    faults: list[str] = []
    for number, cells in enumerate(reader, 2):
        if any(cells):
            row = dict(zip(heads, (each.strip() for each in cells), strict=False))
            faults += _taken(values, row.get("profile", ""), row.get("index", ""), f"{path.name}, row {number}")
    missing = sorted(PROFILES - set(values))
    if missing and not faults:
        told = ", ".join(missing[:_TOLD]) + (" …" if len(missing) > _TOLD else "")
        faults.append(f"{path.name}: {len(missing):,} of {len(PROFILES):,} profiles are missing: {told}")
    if faults:
        raise ProtocolError("\n".join(f"{each}." for each in faults))
    return values


def _taken(values: dict[str, float], profile: str, index: str, place: str) -> list[str]:
    """The faults of one row, whose value is kept where there is none."""
    faults = []
    if not re.fullmatch("[1-5]{5}", profile):
        faults.append(f"{place}, profile: '{profile}' is not five levels from 1 to 5 (11111 to 55555)")
    elif profile in values:
        faults.append(f"{place}, profile: '{profile}' has a row before")
    value = _number(index)
    if not -2 <= value <= 1:
        faults.append(f"{place}, index: '{index}' is not a number from −2 to 1 (1 is full health, 0 as bad as death)")
    if not faults:
        values[profile] = value
    return faults


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
