"""One patient's scans and lesions, written by hand as a cut would hold them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from crlm_dash.access import Role
from crlm_dash.store.door import Door
from tests.analyses.tiny import cut_of, door_into, full

Row = dict[str, Any]
DAYS = (dt.date(2025, 1, 5), dt.date(2025, 4, 10), dt.date(2025, 7, 10), dt.date(2025, 10, 10), dt.date(2026, 1, 9))
Sizes = Sequence[float | str | None]  # at each scan: mm, or a state in a word; None: not mentioned


def lesion(
    name: str, sizes: Sizes, *, organ: str | None = "LIVER", segment: str | None = "8", role: str | None = "TARGET"
) -> list[Row]:
    """The rows of adtr of one lesion of T-01."""
    shared = {"USUBJID": "T-01", "LESION": name, "ORGAN": organ, "SEGMENT": segment, "ROLE": role, "ANL01FL": "Y"}
    rows = []
    for place, size in enumerate(sizes):
        if size is None:
            continue
        word = isinstance(size, str)
        state = size if word else "GONE" if size == 0 else "PRESENT"
        rows.append({**shared, "ADT": DAYS[place], "AVAL": None if word else size, "STATE": state, "NEWFL": None})
    return rows


def procedure(modality: str, day: dt.date, place: str | None) -> Row:
    """A row of adex: a local treatment of T-01."""
    known = {"USUBJID": "T-01", "EXCAT": "LOCAL", "TRT": modality, "MODALITY": modality, "PHASE": "PROTOCOL"}
    return {**known, "ASTDT": day, "ASTDY": (day - dt.date(2025, 1, 10)).days + 1, "PLACE": place}


def imaged(
    lesions: Sequence[list[Row]],
    procedures: Sequence[Row] = (),
    *,
    role: Role = Role.STATISTICIAN,
    more: Sequence[Row] = (),
    timeline: Sequence[Row] | None = None,
    undated: Sequence[Row] = (),
) -> Door:
    """
    A door to the tiny trial in which T-01 has these lesions at the first scans of `DAYS`, the first his baseline.

    `timeline`: his rows of adtl in place of the tiny trial's; `undated`: rows of adae besides.
    """
    rows = [row for each in lesions for row in each]
    seen = sorted({row["ADT"] for row in rows})
    scans = [
        {
            "USUBJID": "T-01", "SCANNO": number, "ADT": day, "AENDT": day, "VISIT": f"SCAN {number}",
            "ADY": (day - dt.date(2025, 1, 10)).days + (1 if day >= dt.date(2025, 1, 10) else 0),
            "ABLFL": "Y" if number == 1 else None, "N_TARGET": 1, "N_MEASURED": 1, "N_NEW_NOW": 0, "N_NEW": 0,
        }
        for number, day in enumerate(seen, start=1)
    ]  # fmt: skip
    tables = full() | {"adtr": [*rows, *more], "adtrsum": scans, "adex": list(procedures)}
    if timeline is not None:
        tables["adtl"] = [{"USUBJID": "T-01", "DATEFL": "", "AENDTF": ""} | row for row in timeline]
    tables["adae"] = [*tables["adae"], *undated]
    return door_into(cut_of(tables), role)


__all__ = ["DAYS", "Row", "Sizes", "imaged", "lesion", "procedure"]
