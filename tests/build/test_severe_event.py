"""The first adverse event of grade 3 or higher as an endpoint: what counts, what competes, where observation ends."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from tests.build.tiny import PROTOCOL, Row, answer, built, rows_of, subject, together

STARTED, LAST_DOSE = dt.date(2024, 1, 20), dt.date(2024, 3, 20)
WINDOW = (LAST_DOSE - STARTED).days + 30  # days from the first dose to the last on which an event counts
SEVAE = f"""
{PROTOCOL}
[[endpoints]]
paramcd = "SEVAE"
label = "First severe event"
type = "competing_risks"
origin = "TRTSDT"
events = ["severe_adverse_event"]
competing = [{{ sources = ["death"], label = "Death before any" }}]
censor = ["safety_window_end", "last_alive", "enrolled_only"]
"""
SEVERE, DEATH, NONE = 1, 2, 0


def day(number: int) -> str:
    """The date of a day since the first dose, which is day 0."""
    return (STARTED + dt.timedelta(days=number)).isoformat()


def patient(
    events: list[tuple[int | str | None, str | None]],
    died: int | None = None,
    seen: int = 300,
    number: int = 1,
    **dose: Any,
) -> dict[str, list[Row]]:
    """Events (day or date, grade) of a subject treated from day 0 to day 60, and death or last contact."""
    usubjid = f"T-{number:02d}"
    given = {"EXSEQ": 1, "EXTRT": "FOLFOX", "EXSTDTC": STARTED.isoformat(), "EXENDTC": LAST_DOSE.isoformat()} | dose
    rows = [
        {
            "USUBJID": usubjid, "AESEQ": seq, "AEDECOD": "Pain", "AETOXGR": grade,
            "AESTDTC": day(start) if isinstance(start, int) else start,
        }
        for seq, (start, grade) in enumerate(events, start=1)
    ]  # fmt: skip
    alive = {"SSSEQ": 1, "SSTESTCD": "SURVSTAT", "SSSTRESC": "ALIVE", "SSDTC": day(seen)}
    death = {} if died is None else {"DTHDTC": day(died), "DTHFL": "Y"}
    tables = {"ex": [{"USUBJID": usubjid} | given], "ae": rows}
    if died is None:
        tables["ss"] = [{"USUBJID": usubjid} | alive]
    return together(subject(number, **death), tables)


def outcomes(*people: dict[str, list[Row]]) -> list[tuple[int, int]]:
    """Cause and days since the first dose of each subject's record."""
    query = "select CAUSE, ADT - STARTDT as DAYS from adtte where PARAMCD = 'SEVAE' order by USUBJID"
    return [(row["CAUSE"], row["DAYS"]) for row in answer(query, together(*people), text=SEVAE)]


def test_what_ends_it() -> None:
    drawn: list[tuple[Any, int | None, int, tuple[int, int]]] = [  # events, death, last contact; what ends it, and when
        ([], None, 300, (NONE, WINDOW)),
        ([], None, 70, (NONE, 70)),  # lost before the window closed
        ([(10, "3")], None, 300, (SEVERE, 10)),
        ([(10, "2"), (20, None), (30, "4"), (25, "5")], None, 300, (SEVERE, 25)),
        ([(-1, "4")], None, 300, (NONE, WINDOW)),  # the day before treatment
        ([(WINDOW, "3")], None, 300, (SEVERE, WINDOW)),  # the last day of the window
        ([(WINDOW + 1, "3")], None, 300, (NONE, WINDOW)),
        ([], 50, 0, (DEATH, 50)),
        ([], WINDOW, 0, (DEATH, WINDOW)),
        ([], WINDOW + 1, 0, (NONE, WINDOW)),  # a death after the window is of no concern to it
        ([(50, "5")], 50, 0, (SEVERE, 50)),  # on one day the event goes first
        ([(10, "3")], 50, 0, (SEVERE, 10)),
        ([(60, "3")], 50, 0, (DEATH, 50)),
        ([(None, "3")], None, 300, (SEVERE, 0)),  # no date: taken for the first day of treatment
        ([("2024-01", "3")], None, 300, (SEVERE, 0)),
        ([("2024-02", "3")], None, 300, (SEVERE, 12)),  # 1 February
    ]
    people = [patient(events, died, seen, number) for number, (events, died, seen, _) in enumerate(drawn, start=1)]
    assert outcomes(*people) == [expected for *_, expected in drawn]


def test_treatment_going_on_keeps_the_window_open() -> None:
    assert outcomes(patient([], seen=200, EXENDTC=None)) == [(NONE, 200)]


def test_who_was_not_treated_has_no_record_and_owes_none() -> None:
    con = built(subject(1), text=SEVAE)
    assert rows_of(con, "select * from adtte where PARAMCD = 'SEVAE'") == []
    assert rows_of(con, "select VALUE from faults where RULE = 'no follow-up for an endpoint'") == [{"VALUE": "OSDIAG"}]


def test_it_agrees_with_the_days_of_exposure() -> None:
    draw = random.Random(11)
    people = []
    for number in range(1, 80):
        starts = [draw.choice([-5, 0, 1, 30, 60, 89, 90, 91, 120, None]) for _ in range(draw.randint(0, 4))]
        events = [(start, draw.choice(["1", "3", "4", None])) for start in starts]
        died = draw.choice([None, None, 65, 90, 150])
        seen = draw.choice([70, 90, 300])
        people.append(patient([e for e in events if e[0] is None or died is None or e[0] <= died], died, seen, number))
    con = built(together(*people), text=SEVAE)
    found = rows_of(
        con,
        "select SEVFL, SEVDAYS, EXPDAYS, CAUSE, AVAL from adexpo join adtte using (USUBJID) where PARAMCD = 'SEVAE'",
    )
    assert len(found) == 79
    assert {row["CAUSE"] for row in found} == {SEVERE, DEATH, NONE}
    for row in found:
        assert (row["CAUSE"] == SEVERE) == (row["SEVFL"] == "Y")
        assert row["AVAL"] == (row["EXPDAYS"] if row["SEVFL"] == "N" else row["SEVDAYS"] or 1)
