"""Laboratory records written in a line, and the graded rows that come of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.build.tiny import Row, answer, each, subject, together

UNITS = {
    "ALB": "g/L", "HGB": "g/L", "INR": "RATIO", "APTT": "s", "BILI": "umol/L", "CREAT": "umol/L", "PLAT": "10^9/L",
    "NEUT": "10^9/L", "WBC": "10^9/L", "LYM": "10^9/L", "K": "mmol/L", "SODIUM": "mmol/L", "MG": "mmol/L",
    "GLUC": "mmol/L", "CHOL": "mmol/L", "TRIG": "mmol/L", "URATE": "umol/L",
}  # fmt: skip
BEFORE, AFTER = "2024-01-08", "2024-02-08"  # of enrolment on 2024-01-10


def result(test: str, value: float | None, day: str = AFTER, usubjid: str = "T-01", **more: Any) -> Row:
    """A laboratory record, by default after enrolment and in the usual unit."""
    unit = more.pop("unit", UNITS.get(test, "U/L"))
    return {
        "USUBJID": usubjid, "LBTESTCD": test, "LBTEST": test.capitalize(), "LBSTRESN": value, "LBSTRESU": unit,
        "LBDTC": day, "LBSTNRLO": more.pop("low", None), "LBSTNRHI": more.pop("high", None), **more,
    }  # fmt: skip


def graded_each(cases: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """The rows of adlb of each of several patients with these records, in their order."""
    patients = [together(subject(1), {"lb": list(numbered(records))}) for records in cases]
    return each("select * from adlb order by SRCSEQ", patients)


def numbered(records: Sequence[Row]) -> Iterator[Row]:
    yield from ({"LBSEQ": place, **record} for place, record in enumerate(records, start=1))


def graded(
    *records: Row, subjects: Sequence[Mapping[str, Sequence[Row]]] = (), query: str = "", **tables: Sequence[Row]
) -> list[Row]:
    """The rows of adlb (or of `query`) for one enrolled subject (or `subjects`) with these records, in their order."""
    people = subjects or (subject(1),)
    return answer(
        query or "select * from adlb order by SRCSEQ", together(*people, {"lb": list(numbered(records))}, tables)
    )
