"""Time to event: the SQL against a plain-Python twin on random histories, and the cases that matter, drawn."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from tests.build.tiny import CUTOFF, Row, built, protocol, rows_of, rules_in, subject, together
from tests.build.twins import time_to_event

D = dt.date
ENROLLED = D(2024, 1, 10)


def response(usubjid: str, seq: int, test: str, day: dt.date, value: str, **more: Any) -> Row:
    return {
        "USUBJID": usubjid, "RSSEQ": seq, "RSTESTCD": test, "RSSTRESC": value, "RSDTC": day.isoformat(), **more,
    }  # fmt: skip


def history(number: int, draw: random.Random) -> tuple[dict[str, list[Row]], list[tuple[str, dt.date]], dt.date | None]:
    """A random subject: staging rows, the same as dated sources, and the date of diagnosis."""
    usubjid = f"T-{number:02d}"
    day = lambda: ENROLLED + dt.timedelta(days=draw.choice([-40, 0, 1, 30, 30, 60, 90, 200, 355, 360, 400]))  # noqa: E731
    died = max(day(), ENROLLED) if draw.random() < 0.4 else None
    diagnosed = ENROLLED - dt.timedelta(days=draw.choice([-5, 0, 100, 400])) if draw.random() < 0.9 else None
    tables = subject(number, DTHDTC=died.isoformat() if died else None)
    tables["rs"], happened = [], []
    for seq in range(draw.randint(0, 4)):
        seen, test = day(), draw.choice(["OVRLRESP", "LIVRRESP", "EXHPRESP"])
        value = draw.choice(["SD", "PD", "NE"])
        tables["rs"].append(response(usubjid, seq, test, seen, value))
        if seen <= CUTOFF and test == "OVRLRESP" and value != "NE":
            happened.append(("last_imaging", seen))
        if seen <= CUTOFF and value == "PD" and test != "OVRLRESP":
            happened.append(("progression_liver" if test == "LIVRRESP" else "progression_extrahepatic", seen))
    contacts = [dt.date.fromisoformat(row["RSDTC"]) for row in tables["rs"]] + [ENROLLED]
    happened.append(("last_alive", min(max(contacts), CUTOFF, died or CUTOFF)))
    if died and died <= CUTOFF:
        happened.append(("death", died))
    if diagnosed:
        tables["mh"] = [
            {"USUBJID": usubjid, "MHSEQ": 1, "MHDECOD": "LIVER METASTASES", "MHSTDTC": diagnosed.isoformat()}
        ]
    return tables, happened, diagnosed


def test_the_twin_agrees() -> None:
    draw, histories = random.Random(20), {}
    for number in range(1, 90):
        histories[number] = history(number, draw)
    con = built(together(*(tables for tables, _, _ in histories.values())))
    found = {(row["USUBJID"], row["PARAMCD"]): row for row in rows_of(con, "select * from adtte")}
    expected = {}
    for number, (_, happened, diagnosed) in histories.items():
        for endpoint in protocol().endpoints:
            start = diagnosed if endpoint.origin == "DIAGDT" else ENROLLED
            row = time_to_event(endpoint, happened, start, ENROLLED if endpoint.entry else None)
            if row:
                expected[f"T-{number:02d}", endpoint.paramcd] = row
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        assert {name: found[key][name] for name in row} == pytest.approx(row), key
    assert {row["CAUSE"] for row in expected.values()} == {0, 1, 2, 3}


def liver_endpoint(con: Any, usubjid: str = "T-01") -> Row:
    return rows_of(
        con, f"select ADT, AVAL, CNSR, CAUSE, EVNTDESC from adtte where PARAMCD = 'LIVPD' and USUBJID = '{usubjid}'"
    )[0]


def test_on_one_day_the_event_of_interest_goes_first() -> None:
    day = D(2024, 4, 9)
    rows = [response("T-01", n, test, day, "PD") for n, test in enumerate(["EXHPRESP", "LIVRRESP", "OVRLRESP"])]
    con = built(together(subject(1, DTHDTC=day.isoformat()), {"rs": rows}))
    assert liver_endpoint(con) == {
        "ADT": day, "AVAL": 91.0, "CNSR": 0, "CAUSE": 1, "EVNTDESC": "Liver progression",
    }  # fmt: skip


def test_a_competing_cause_is_named_by_the_protocol() -> None:
    con = built(together(subject(1, DTHDTC="2024-04-09")))
    found = liver_endpoint(con)
    assert (found["CNSR"], found["CAUSE"], found["EVNTDESC"]) == (3, 3, "Death first")


def test_progression_before_the_origin_is_no_event_but_is_told() -> None:
    con = built(together(subject(1), {"rs": [response("T-01", 1, "OVRLRESP", D(2024, 1, 5), "PD")]}))
    assert liver_endpoint(con)["CNSR"] == 1
    assert ("progression before enrolment", "T-01") in rules_in(con)


def test_delayed_entry_and_months() -> None:
    diagnosis = {"mh": [{"USUBJID": "T-01", "MHSEQ": 1, "MHDECOD": "LIVER METASTASES", "MHSTDTC": "2023-07-10"}]}
    con = built(together(subject(1, DTHDTC="2024-01-10"), diagnosis))
    row = rows_of(con, "select AVAL, ENTRY, CNSR from adtte where PARAMCD = 'OSDIAG'")[0]
    assert row == pytest.approx({"AVAL": 185 / 30.4375, "ENTRY": 184 / 30.4375, "CNSR": 0})


def test_no_origin_no_row_but_a_fault() -> None:
    con = built(subject(1))
    assert rows_of(con, "select PARAMCD from adtte order by 1") == [{"PARAMCD": "LIVPD"}, {"PARAMCD": "OS"}]
    told = rows_of(con, "select MESSAGE from faults where VALUE = 'OSDIAG'")
    assert told == [
        {
            "MESSAGE": "dm.csv, row 1, OSDIAG: T-01 is enrolled, but has no Survival from diagnosis: "
            "no DIAGDT is known, from which it is counted"
        }
    ]


def test_the_reader_for_analysis() -> None:
    def by(seq: int, value: str, evaluator: str, reader: str | None, accepted: str | None) -> Row:
        return response(
            "T-01", seq, "LIVRRESP", D(2024, 4, 9), value, RSEVAL=evaluator, RSEVALID=reader, RSACPTFL=accepted
        )

    central = [by(1, "SD", "INVESTIGATOR", None, None), by(2, "PD", "INDEPENDENT ASSESSOR", "READER 2", "Y")]
    assert liver_endpoint(built(together(subject(1), {"rs": central})))["CAUSE"] == 1
    own = [by(1, "SD", "INVESTIGATOR", None, None), by(2, "PD", "INDEPENDENT ASSESSOR", "READER 2", None)]
    assert liver_endpoint(built(together(subject(1), {"rs": own})))["CAUSE"] == 0
    first = [
        by(1, "SD", "INDEPENDENT ASSESSOR", "READER 2", None),
        by(2, "PD", "INDEPENDENT ASSESSOR", "READER 1", None),
    ]
    assert liver_endpoint(built(together(subject(1), {"rs": first})))["CAUSE"] == 1


def delivered(usubjid: str, day: dt.date, aval: float, cnsr: float, **more: Any) -> Row:
    return {
        "USUBJID": usubjid, "PARAMCD": "OS", "PARAM": "OS as delivered", "STARTDT": ENROLLED, "ADT": day, "AVAL": aval,
        "CNSR": cnsr, "EVNTDESC": "as delivered", **more,
    }  # fmt: skip


def test_a_delivered_adtte_is_used_as_delivered_up_to_the_cutoff() -> None:
    tables = together(
        subject(1), subject(2), subject(3),
        {
            "adtte": [
                delivered("T-01", D(2024, 4, 9), 90.0, 0, SITEGR="North"),  # not ADT - STARTDT + 1: kept
                delivered("T-02", D(2025, 1, 10), 366.0, 0),  # an event after the cut-off does not exist
                delivered("T-03", D(2024, 5, 9), 121.0, 2),
            ]
        },
    )  # fmt: skip
    con = built(tables)
    found = rows_of(con, "select USUBJID, ADT, AVAL, CNSR, CAUSE, EVNTDESC, SITEGR from adtte where PARAMCD = 'OS'")
    assert [tuple(row.values()) for row in found] == [
        ("T-01", D(2024, 4, 9), 90.0, 0, 1, "as delivered", "North"),
        ("T-02", CUTOFF, 356.0, 1, 0, "Censored at the cut-off", None),
        ("T-03", D(2024, 5, 9), 121.0, 2, 0, "as delivered", None),  # OS has no competing risks: a censoring reason
    ]


def test_competing_causes_of_a_delivered_adtte() -> None:
    rows = [delivered("T-01", D(2024, 4, 9), 91.0, cnsr, PARAMCD="LIVPD") for cnsr in (0, 1, 2, 3)]
    people = [subject(number) for number in (1, 2, 3, 4)]
    tables = together(*people, {"adtte": [row | {"USUBJID": f"T-0{n}"} for n, row in enumerate(rows, start=1)]})
    assert rows_of(built(tables), "select CNSR, CAUSE from adtte where PARAMCD = 'LIVPD' order by USUBJID") == [
        {"CNSR": 0, "CAUSE": 1}, {"CNSR": 1, "CAUSE": 0}, {"CNSR": 2, "CAUSE": 2}, {"CNSR": 3, "CAUSE": 3},
    ]  # fmt: skip
