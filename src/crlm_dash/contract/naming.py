"""Types and dataset names that follow from CDISC naming alone, for what the contract does not list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from crlm_dash.contract.model import CONTRACT, ColumnType, dataset_contract

# The first rule that fits a column name gives its type; a name that fits none is decided by its values.
_RULES: tuple[tuple[str, ColumnType], ...] = (
    (r"DTC$", "dtc"),
    (r"DTM$", "datetime"),
    (r"DT$", "date"),
    (r"(SEQ|DY|STRESN|VISITNUM|VISITDY|TPTNUM|TAETORD)$", "number"),
    (r"GR\d+N$", "number"),
    (r"^TRT\d\d[PA]N$", "number"),
    (r"(FL|CD|ID|DTF|TMF|TM|NAM|TERM|DECOD|STRESC|ORRES|ORRESU|GR\d+)$", "text"),
    (r"^(ARM|ACTARM|TRT\d\d[PA]|TRTP|TRTA|PARAM|AVALC|VISIT|AVISIT|SITE)$", "text"),
)
_ADAM = re.compile(r"ad[a-z][a-z0-9]{1,5}")
_SUPPLEMENT = re.compile(r"supp[a-z0-9]{2}|suppqual")


def column_type(dataset: str, column: str) -> ColumnType | None:
    """The type of a column; None where neither contract nor naming rule says, and the values decide."""
    promised = dataset_contract(dataset).columns.get(column)
    if promised is not None:
        return promised.type
    if column in _agreed_types():
        return _agreed_types()[column]
    return next((kind for pattern, kind in _RULES if re.search(pattern, column)), None)


@cache
def _agreed_types() -> dict[str, ColumnType]:
    """Columns of the whole contract that have the same type wherever they occur."""
    seen: dict[str, set[ColumnType]] = {}
    for dataset in CONTRACT.values():
        for column in dataset.columns.values():
            seen.setdefault(column.name, set()).add(column.type)
    return {name: kinds.pop() for name, kinds in seen.items() if len(kinds) == 1}


def dataset_name_in(words: Iterable[str]) -> str | None:
    """
    The first word that names a dataset: in the contract, an ADaM name (adlbc) or a SUPP name (supptr).

    An ADaM name outside the contract counts only where no word of the contract is there: `adhoc_dm` is dm.
    """
    lower = [word.lower() for word in words]
    known = next((word for word in lower if word in CONTRACT or _SUPPLEMENT.fullmatch(word)), None)
    return known or next((word for word in lower if _ADAM.fullmatch(word)), None)
