"""Where the disease first fails: liver, outside it, both within the window, nowhere recorded, or death before."""

from __future__ import annotations

import datetime as dt
import random

from tests.build.test_adtte import response
from tests.build.tiny import PROTOCOL, Row, answer, built, rows_of, subject, together

WINDOW = 30
ENROLLED = dt.date(2024, 1, 10)
FIRST_FAILURE = f"""
{PROTOCOL}
[progression]
both_within_days = {WINDOW}

[[endpoints]]
paramcd = "FSTFAIL"
label = "First failure"
type = "competing_risks"
origin = "ENRLDT"
events = ["progression_liver_only"]
competing = [
  {{ sources = ["progression_extrahepatic_only"], label = "Extrahepatic only" }},
  {{ sources = ["progression_both"], label = "Liver and extrahepatic" }},
  {{ sources = ["progression_site_unknown"], label = "Site not recorded" }},
  {{ sources = ["death"], label = "Death without progression" }},
]
censor = ["last_imaging", "enrolled_only"]
"""
LIVER, OUTSIDE, BOTH, UNKNOWN, DEATH, NONE = 1, 2, 3, 4, 5, 0
Seen = list[tuple[str, int]]  # response test and study day of each progression


def subject_with(number: int, seen: Seen, died: int | None = None) -> dict[str, list[Row]]:
    """A subject with progressions and perhaps death on these days after enrolment."""
    day = lambda n: ENROLLED + dt.timedelta(days=n)  # noqa: E731
    rows = [response(f"T-{number:02d}", seq, test, day(n), "PD") for seq, (test, n) in enumerate(seen, start=1)]
    death = {} if died is None else {"DTHDTC": day(died).isoformat()}
    return together(subject(number, **death), {"rs": rows})


def failures(*people: dict[str, list[Row]], text: str = FIRST_FAILURE) -> list[tuple[int, int]]:
    """Cause and days from enrolment of each subject's first failure."""
    query = "select CAUSE, ADT - STARTDT as DAYS from adtte where PARAMCD = 'FSTFAIL' order by USUBJID"
    return [(row["CAUSE"], row["DAYS"]) for row in answer(query, together(*people), text=text)]


def test_where_it_first_fails() -> None:
    drawn: list[tuple[Seen, int | None, tuple[int, int]]] = [  # progressions, death; where it fails, and when
        ([("LIVRRESP", 90)], None, (LIVER, 90)),
        ([("EXHPRESP", 90)], 200, (OUTSIDE, 90)),
        ([("LIVRRESP", 90), ("EXHPRESP", 90)], None, (BOTH, 90)),
        ([("LIVRRESP", 90), ("EXHPRESP", 90 + WINDOW)], None, (BOTH, 90)),
        ([("EXHPRESP", 90), ("LIVRRESP", 90 + WINDOW)], None, (BOTH, 90)),
        ([("LIVRRESP", 90), ("EXHPRESP", 91 + WINDOW)], None, (LIVER, 90)),
        ([("OVRLRESP", 90)], None, (UNKNOWN, 90)),
        ([("OVRLRESP", 90), ("LIVRRESP", 95)], None, (LIVER, 90)),  # an overall judgement a few days before the liver's
        ([("OVRLRESP", 90)], 90, (UNKNOWN, 90)),  # not a death without progression
        ([], 120, (DEATH, 120)),
        ([("LIVRRESP", 90)], 60, (DEATH, 60)),
        ([("EXHPRESP", -10), ("LIVRRESP", 10)], None, (LIVER, 10)),  # before the origin nothing counts
        ([], None, (NONE, 0)),
    ]
    people = [subject_with(number, seen, died) for number, (seen, died, _) in enumerate(drawn, start=1)]
    assert failures(*people) == [expected for *_, expected in drawn]


def test_the_window_is_the_protocol_s() -> None:
    late = subject_with(1, [("LIVRRESP", 90), ("EXHPRESP", 90 + WINDOW)])
    assert failures(late, text=FIRST_FAILURE.replace(f"days = {WINDOW}", f"days = {WINDOW - 1}")) == [(LIVER, 90)]


def first_failure(seen: Seen, died: int | None) -> tuple[int, int]:
    """The slow second version: the first date since enrolment, and what was seen from it to the window's end."""
    days = [day for _, day in seen if day >= 0]
    if days and (died is None or min(days) <= died):
        first = min(days)
        near = {test for test, day in seen if first <= day <= first + WINDOW}
        sites = ("LIVRRESP" in near, "EXHPRESP" in near)
        return {(True, False): LIVER, (False, True): OUTSIDE, (True, True): BOTH}.get(sites, UNKNOWN), first
    return (NONE, 0) if died is None else (DEATH, died)


def test_the_twin_agrees_on_random_histories() -> None:
    draw = random.Random(7)
    histories: list[tuple[Seen, int | None]] = []
    for _ in range(90):
        tests = draw.choices(["LIVRRESP", "EXHPRESP", "OVRLRESP"], k=draw.randint(0, 4))
        seen = [(test, draw.choice([-20, 0, 1, 29, 30, 31, 60, 61, 90, 120])) for test in tests]
        histories.append((seen, draw.choice([None, None, 0, 30, 60, 100])))
    found = failures(*(subject_with(n, *history) for n, history in enumerate(histories, start=1)))
    assert found == [first_failure(*history) for history in histories]
    assert {cause for cause, _ in found} == {LIVER, OUTSIDE, BOTH, UNKNOWN, DEATH, NONE}


def test_it_happens_when_progression_free_survival_ends() -> None:
    pfs = """
[[endpoints]]
paramcd = "PFS"
label = "Progression-free survival"
origin = "ENRLDT"
events = ["progression", "death"]
censor = ["last_imaging", "enrolled_only"]
"""
    draw = random.Random(8)
    people = [
        subject_with(
            n, [(draw.choice(["LIVRRESP", "EXHPRESP", "OVRLRESP"]), draw.randint(0, 90))], draw.choice([None, 50])
        )
        for n in range(1, 60)
    ]
    con = built(together(*people), text=FIRST_FAILURE + pfs)
    differ = rows_of(
        con,
        "select USUBJID from adtte where PARAMCD in ('PFS', 'FSTFAIL') group by USUBJID "
        "having count(distinct ADT) > 1 or count(distinct (CAUSE > 0)) > 1",
    )
    assert differ == []
