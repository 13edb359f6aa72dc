"""Odd records on the timeline: partial, backward, after death, twice, without a segment, too many, none at all."""

from __future__ import annotations

from typing import Any

import pytest

from crlm_dash.store.build import build_tables
from crlm_dash.store.declared import declare
from tests.build.tiny import (
    CUTOFF,
    STUDY,
    Row,
    answer,
    built,
    protocol,
    rows_of,
    side_by_side,
    staged,
    subject,
    together,
)

SHOWN = "select LANE, cast(ASTDT as varchar) as STARTS, cast(AENDT as varchar) as ENDS, DATEFL, AENDTF from adtl"


def event(number: int = 1, **values: Any) -> Row:
    """An adverse event of T-01."""
    return {"USUBJID": "T-01", "AESEQ": number, "AETERM": "Nausea", "AEDECOD": "NAUSEA", "AETOXGR": "2"} | values


def events(*rows: Row, **values: Any) -> list[Row]:
    """What the timeline has of these adverse events."""
    tables = together(subject(1, **values), {"ae": list(rows)})
    return answer(f"{SHOWN} where LANE = 'Adverse events' order by ASTDT", tables)


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        ("2024-02", "2024-03-04", ("2024-02-01", "2024-03-04", "D", "")),
        ("2024", "2024", ("2024-01-01", "2024-12-31", "M", "M")),
        ("2024-02-10", "2024-03", ("2024-02-10", "2024-03-31", "", "D")),
        ("2024-02-10", "2024-02-01", ("2024-02-10", "2024-02-01", "", "")),
    ],
)
def test_dates_stand_as_far_as_they_are_known(start: str, end: str, shown: tuple[str, ...]) -> None:
    (row,) = events(event(AESTDTC=start, AEENDTC=end))
    assert tuple(row.values())[1:] == shown


ENDS: list[tuple[str | None, tuple[str | None, str]]] = [
    ("2024-05", ("2024-05-31", "D")),
    ("2024", ("2024-12-31", "M")),
    ("2024-05-04", ("2024-05-04", "")),
    ("2025-06", (None, "")),  # after the cut-off: it goes on
    (None, (None, "")),
]


@pytest.mark.parametrize(
    ("table", "lane", "row"),
    [
        ("cm", "Systemic therapy", {"CMSEQ": 1, "CMTRT": "FOLFOX", "CMCAT": "PRIOR SYSTEMIC THERAPY"}),
        ("ex", "Systemic therapy", {"EXSEQ": 1, "EXTRT": "FOLFOX"}),
        ("ec", "Systemic therapy", {"ECSEQ": 1, "ECTRT": "FOLFOX"}),
        ("pr", "Local treatment", {"PRSEQ": 1, "PRTRT": "SBRT", "PRCAT": "LOCAL TREATMENT OF LIVER METASTASES"}),
        ("pr", "Local treatment", {"PRSEQ": 1, "PRTRT": "EMBOLISATION", "PRCAT": "HYPERTROPHY INDUCTION"}),
    ],
)
def test_an_end_of_treatment_stands_as_far_as_it_is_known(table: str, lane: str, row: Row) -> None:
    given = row | {f"{table.upper()}STDTC": "2024-04-02"}
    patients = [together(subject(1), {table: [given | {f"{table.upper()}ENDTC": end}]}) for end, _ in ENDS]
    ends = f"select cast(AENDT as varchar) as ENDS, AENDTF from adtl where LANE = '{lane}' order by USUBJID"
    found = rows_of(built(side_by_side(patients)), ends)
    assert [(row["ENDS"], row["AENDTF"]) for row in found] == [shown for _, shown in ENDS]


def test_what_went_on_until_a_death_of_which_the_month_is_known_ended_in_that_month() -> None:
    (row,) = events(event(AESTDTC="2024-02-10"), DTHDTC="2024-05", DTHFL="Y")
    assert (row["ENDS"][:7], row["AENDTF"]) == ("2024-05", "D")


def test_a_record_after_the_death_is_shown_where_it_was_recorded() -> None:
    (row,) = events(event(AESTDTC="2024-06-01", AEENDTC="2024-06-03"), DTHDTC="2024-05-01", DTHFL="Y")
    assert (row["STARTS"], row["ENDS"]) == ("2024-06-01", "2024-06-03")


def test_an_event_without_a_date_has_no_place_and_one_after_the_cutoff_is_counted() -> None:
    con = built(
        together(subject(1), {"ae": [event(1), event(2, AESTDTC="2025-03-01"), event(3, AESTDTC="2024-03-01")]})
    )
    assert rows_of(con, "select SRCSEQ from adtl where LANE = 'Adverse events'") == [{"SRCSEQ": 3.0}]
    assert rows_of(con, "select DOMAIN, REASON, N from adtlout") == [
        {"DOMAIN": "AE", "REASON": "after the cut-off", "N": 1}
    ]


def test_a_row_set_aside_is_counted_as_left_out() -> None:
    con = staged(subject(1))
    con.execute(
        "insert into faults by name select 'error' as SEVERITY, 'AE' as DOMAIN, 'T-01' as USUBJID, '{}' as RECORD, "
        "'duplicate key' as RULE"
    )
    declare(con, protocol(), STUDY, CUTOFF, cutoff_stated=True)
    build_tables(con, protocol())
    assert rows_of(con, "select DOMAIN, REASON, N from adtlout") == [
        {"DOMAIN": "AE", "REASON": "set aside when the source was read: see Data quality", "N": 1}
    ]


def test_what_is_recorded_twice_on_one_day_stands_twice() -> None:
    assert len(events(event(1, AESTDTC="2024-03-01"), event(2, AESTDTC="2024-03-01"))) == 2


def test_a_new_lesion_without_a_segment_is_told_without_one() -> None:
    lesion = {"USUBJID": "T-01", "TUSEQ": 1, "TULNKID": "NEW01", "TULOC": "LIVER", "TUORRES": "NEW"}
    found = {"USUBJID": "T-01", "TRSEQ": 1, "TRLNKID": "NEW01", "TRTESTCD": "LDIAM", "TRSTRESN": 9, "TRSTRESU": "mm"}
    con = built(together(subject(1), {"tu": [lesion], "tr": [found | {"TRDTC": "2024-05-01"}]}))
    assert rows_of(con, "select LABEL, DETAIL from adtl where CODE = 'NEW LESION'") == [
        {"LABEL": "New lesion: liver", "DETAIL": "NEW01"}
    ]


def test_nothing_but_consent() -> None:
    con = built(subject(1, enrolled=None))
    assert rows_of(con, "select LANE, LABEL, ASTDY from adtl") == [
        {"LANE": "Trial status", "LABEL": "Consent", "ASTDY": 1}
    ]
    assert rows_of(con, "select * from adtlout") == []


def test_four_hundred_events_are_all_there() -> None:
    rows = [event(n, AESTDTC=f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}") for n in range(1, 401)]
    assert len(events(*rows)) == 400
