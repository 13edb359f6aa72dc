"""The first systemic therapy and the first radical local treatment, case by case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from tests.build.tiny import Row, answer, side_by_side, subject, together

D = dt.date


def line(seq: int, day: str, category: str = "PRIOR SYSTEMIC THERAPY") -> Row:
    return {"USUBJID": "T-01", "CMSEQ": seq, "CMCAT": category, "CMTRT": "FOLFOX", "CMGRPID": "LINE 1", "CMSTDTC": day}


def cycle(seq: int, day: str) -> Row:
    return {"USUBJID": "T-01", "EXSEQ": seq, "EXTRT": "FOLFOX", "EXCAT": "SYSTEMIC THERAPY", "EXSTDTC": day}


def procedure(seq: int, day: str, what: str, category: str = "LOCAL TREATMENT OF LIVER METASTASES") -> Row:
    return {"USUBJID": "T-01", "PRSEQ": seq, "PRTRT": what, "PRCAT": category, "PRSTDTC": day}


def firsts(column: str, drawn: Sequence[tuple[Any, dt.date | None]]) -> list[dt.date | None]:
    """A column of the rows of subjects enrolled on 10 January 2024 with these tables."""
    rows = answer("select * from adfirst order by USUBJID", side_by_side({**subject(1), **case} for case, _ in drawn))
    return [row[column] for row in rows]


def test_first_chemotherapy_is_of_prior_lines_or_of_the_trial() -> None:
    drawn: list[tuple[dict[str, list[Row]], dt.date | None]] = [
        ({}, None),
        ({"cm": [line(1, "2023-06-01")]}, D(2023, 6, 1)),
        ({"ex": [cycle(1, "2024-01-20"), cycle(2, "2024-02-03")]}, D(2024, 1, 20)),
        ({"cm": [line(1, "2023-06-01")], "ex": [cycle(1, "2024-01-20")]}, D(2023, 6, 1)),
        ({"cm": [line(1, "2024-08-01", "SUBSEQUENT SYSTEMIC THERAPY")]}, None),
        ({"cm": [line(1, "2023-06-01", "CONCOMITANT MEDICATION")]}, None),
    ]
    assert firsts("CHEMODT", drawn) == [expected for _, expected in drawn]


def test_local_treatment_is_radical_of_the_liver_and_after_enrolment() -> None:
    drawn: list[tuple[list[Row], dt.date | None]] = [
        ([], None),
        ([procedure(1, "2024-03-01", "HEPATECTOMY")], D(2024, 3, 1)),
        ([procedure(1, "2024-03-01", "SBRT"), procedure(2, "2024-02-01", "ABLATION")], D(2024, 2, 1)),
        ([procedure(1, "2024-01-10", "ABLATION")], D(2024, 1, 10)),
        ([procedure(1, "2024-01-09", "HEPATECTOMY")], None),  # before enrolment
        ([procedure(1, "2024-03-01", "TACE"), procedure(2, "2024-03-02", "HAIC")], None),  # not radical
        ([procedure(1, "2024-03-01", "METASTASECTOMY", "LOCAL TREATMENT OF EXTRAHEPATIC METASTASES")], None),
        ([procedure(1, "2025-03-01", "HEPATECTOMY")], None),  # after the cut-off
        ([procedure(1, "2024-01", "ABLATION")], D(2024, 1, 10)),  # some day of the month of enrolment
        ([procedure(1, "2024", "ABLATION")], D(2024, 1, 10)),  # some day of its year
        ([procedure(1, "2023-12", "ABLATION")], None),  # surely before
        ([procedure(1, "2024-02", "ABLATION")], D(2024, 2, 1)),
    ]
    found = firsts("LOCALDT", [({"pr": rows}, expected) for rows, expected in drawn])
    assert found == [expected for _, expected in drawn]


def test_everybody_enrolled_has_one_row_and_nobody_else() -> None:
    people = together(subject(1), subject(2, enrolled=None), subject(3))
    assert answer("select USUBJID, CHEMODT, LOCALDT from adfirst", people) == [
        {"USUBJID": "T-01", "CHEMODT": None, "LOCALDT": None},
        {"USUBJID": "T-03", "CHEMODT": None, "LOCALDT": None},
    ]
