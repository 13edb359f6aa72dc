"""Which dataset a delivered table is."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import duckdb

from crlm_dash.contract import CONTRACT, dataset_name_in
from crlm_dash.ingest.raw import RawTable, quoted

_CDISC_COLUMNS = frozenset({"STUDYID", "USUBJID", "DOMAIN", "RDOMAIN"})


def dataset_of(con: duckdb.DuckDBPyConnection, raw: RawTable) -> str | None:
    """
    The lower-case dataset name of a delivered table, or None if it is no CDISC dataset.

    The file's own name counts first (a sheet's before its workbook's), then a word of it (`rs_onco` is rs),
    then its RDOMAIN or DOMAIN (`qsph` is qs), the name inside the file, and the folder (`dm/part-0.parquet`).
    """
    exact = dataset_name_in([raw.file.stem]) if raw.label == raw.file.name else None
    if exact is not None and (exact in CONTRACT or _CDISC_COLUMNS & set(raw.columns)):
        return exact
    if not _CDISC_COLUMNS & set(raw.columns):
        return None
    inner, stem = raw.inner_name.lower(), raw.file.stem
    folder = PurePosixPath(raw.file.name).parent.name.lower()
    named = (
        dataset_name_in([inner]) if raw.label != raw.file.name else None,
        dataset_name_in([*_words(stem)]),
        _by_value(con, raw, "RDOMAIN", "supp") or _by_value(con, raw, "DOMAIN", ""),
        dataset_name_in([inner, *_words(inner)]),
        dataset_name_in([folder]),
    )
    return next((name for name in named if name), None) or _plain(stem)


def names_a_dataset(stem: str) -> bool:
    """Whether a file of this name is meant to be a dataset: `dm`, `rs_onco`, and `qsph` as a part of qs."""
    part_of_domain = len(stem) <= 8 and stem.isalnum() and stem[:2] in CONTRACT and len(stem) in (2, 3, 4)
    return part_of_domain or dataset_name_in(_words(stem)) is not None


def _words(stem: str) -> list[str]:
    return [stem, *re.split(r"[^a-z0-9]+", stem.lower())]


def _by_value(con: duckdb.DuckDBPyConnection, raw: RawTable, column: str, prefix: str) -> str | None:
    if column not in raw.columns:
        return None
    rows = con.execute(
        f"select distinct lower(clean({quoted(column)})) as v from {raw.relation} where v is not null limit 2"
    ).fetchall()
    if column == "RDOMAIN" and len(rows) == 2 and "QNAM" in raw.columns:
        return "suppqual"
    if len(rows) != 1 or (column == "RDOMAIN" and "QNAM" not in raw.columns):
        return None
    name = f"{prefix}{rows[0][0]}"
    return name if re.fullmatch(r"[a-z][a-z0-9]{1,7}", name) else None


def _plain(stem: str) -> str:
    return re.sub(r"\W+", "_", stem).strip("_") or "dataset"
