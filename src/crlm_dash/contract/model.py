"""The contract as values: `CONTRACT["dm"].columns["AGE"].type == "number"`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, Literal

ColumnType = Literal["text", "number", "date", "datetime", "dtc"]
TYPES: tuple[ColumnType, ...] = ("text", "number", "date", "datetime", "dtc")
_FILES = ("sdtm.toml", "sdtm_findings.toml", "adam.toml")


@dataclass(frozen=True)
class Column:
    """One promised column. `codes` and `range` may be empty: then every value of the type will do."""

    name: str
    type: ColumnType
    required: bool = False
    filled: bool = False
    codes: tuple[str, ...] = ()
    range: tuple[float, float] | None = None
    integer: bool = False
    not_negative: bool = False
    supplemental: bool = False


@dataclass(frozen=True)
class Dataset:
    """One domain or analysis dataset. `known` is False for a dataset the contract has no entry for."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    known: bool = True

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which the dataset cannot be used."""
        return tuple(column.name for column in self.columns.values() if column.required)


def dataset_contract(name: str) -> Dataset:
    """The contract of a dataset by its lower-case name; of an unknown one, an empty contract."""
    if name in CONTRACT:
        return CONTRACT[name]
    if name.startswith("supp"):
        entry = {
            "grain": f"one row per supplemental qualifier of {name[4:].upper()}",
            "class": "supplement",
            "required": ["RDOMAIN", "USUBJID", "QNAM", "QVAL"],
            "filled": ["USUBJID", "QNAM"],
        }
        return _dataset(name, entry, _CLASSES, known=False)
    return Dataset(name, "not in the contract: kept as delivered", (), {}, known=False)


def _dataset(name: str, entry: dict[str, Any], classes: dict[str, Any], *, known: bool = True) -> Dataset:
    required = entry.get("required", [])
    filled = entry.get("filled", required)
    codes, ranges = entry.get("codes", {}), entry.get("range", {})
    columns: dict[str, Column] = {}
    for column, kind, supplemental in _typed_names(name, entry, classes):
        columns.setdefault(
            column,
            Column(
                column,
                kind,
                required=column in required,
                filled=column in filled,
                codes=tuple(codes.get(column, ())),
                range=tuple(ranges[column]) if column in ranges else None,
                integer=column in entry.get("integer", ()),
                not_negative=column in entry.get("not_negative", ()),
                supplemental=supplemental,
            ),
        )
    if len(name) == 2:
        columns["DOMAIN"] = replace(columns["DOMAIN"], codes=(name.upper(),))
    promised = {*required, *filled, *codes, *ranges, *entry.get("key", ())}
    assert promised <= set(columns), f"{name}: {promised - set(columns)} not declared"
    return Dataset(name, entry["grain"], tuple(entry.get("key", ())), columns, known)


def _typed_names(name: str, entry: dict[str, Any], classes: dict[str, Any]) -> Iterator[tuple[str, ColumnType, bool]]:
    prefix = name.upper()
    blocks = [(classes[word], False) for word in entry.get("class", "").split()]
    blocks += [(entry, False), (entry.get("supp", {}), True)]
    for block, supplemental in blocks:
        for kind in TYPES:
            for column in block.get(kind, "").split():
                yield column.replace("--", prefix), kind, supplemental


def _load() -> tuple[dict[str, Dataset], dict[str, Any]]:
    entries: dict[str, Any] = {}
    classes: dict[str, Any] = {}
    for file in _FILES:
        content = tomllib.loads(files(__package__).joinpath(file).read_text(encoding="utf-8"))
        classes |= content.pop("class", {})
        entries |= content
    return {name: _dataset(name, entry, classes) for name, entry in entries.items()}, classes


CONTRACT, _CLASSES = _load()
