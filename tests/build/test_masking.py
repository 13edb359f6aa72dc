"""Terms that give the arm away: what is withheld, at which worst grade it then counts, and who that marks."""

from __future__ import annotations

import random
from typing import Any

import pytest

from crlm_dash.terms import WITHHELD_TERMS
from tests.build.tiny import PROTOCOL, Row, built, protocol, rows_of, subject, together
from tests.masked import fill_twins

WORDS = PROTOCOL.replace("[[arms]]", '[safety]\ngive_away = ["bile leak", "Wound"]\n\n[[arms]]', 1)
WHO = "T-01"
TREATED = {"ex": [{"USUBJID": WHO, "EXSEQ": 1, "EXTRT": "FOLFOX", "EXSTDTC": "2024-01-20", "EXENDTC": "2024-11-20"}]}


def event(seq: int, term: str | None, decod: str | None, grade: str | None = "1", **more: Any) -> Row:
    shared = {"USUBJID": WHO, "AESEQ": seq, "AEBODSYS": "HEPATOBILIARY", "AESTDTC": "2024-02-02"}
    return {**shared, "AETERM": term, "AEDECOD": decod, "AETOXGR": grade, **more}


def built_with(*events: Row, text: str = WORDS, **tables: Any) -> Any:
    return built(together(subject(1), TREATED, {"ae": list(events)}, tables), text=text)


def test_which_terms_are_withheld() -> None:
    drawn = [  # as the site wrote it, as it was coded; withheld
        ("bile leak", "Biliary fistula", True),  # the site's word
        ("leak", "BILE LEAK", True),  # the coder's, in capitals
        ("late wound infection", "Infection", True),  # within a longer term; the protocol's own capitals
        ("fever after ablation", "Pyrexia", True),  # every local treatment, though the protocol does not list it
        ("post-hepatectomy liver failure", "Hepatic failure", True),
        ("pain", "TACE", True),
        ("liver failure", "Hepatic failure", False),
        ("bile  leak", "Biliary fistula", False),  # another text: words are matched as they are written
        (None, "Nausea", False),
        ("wound", None, True),  # not coded
    ]
    con = built_with(*(event(n, term, decod) for n, (term, decod, _) in enumerate(drawn)))
    found = rows_of(con, "select AETERM, AEDECOD, MASKTERM, MASKDECOD, MASKBODSYS from adae order by AESEQ")
    assert [tuple(row.values()) for row in found] == [
        (term, decod, *([WITHHELD_TERMS] * 3 if withheld else [term, decod, "HEPATOBILIARY"]))
        for term, decod, withheld in drawn
    ]


def test_a_trial_without_words_of_its_own_withholds_the_local_treatments() -> None:
    con = built_with(event(1, "bile leak", None), event(2, "SBRT pain", None), text=PROTOCOL)
    assert rows_of(con, "select MASKTERM from adae order by AESEQ") == [
        {"MASKTERM": "bile leak"},
        {"MASKTERM": WITHHELD_TERMS},
    ]


def test_two_such_events_count_once_at_the_worst_grade_and_leave_the_rest_its_own_worst() -> None:
    con = built_with(
        event(1, "wound pain", "Pain", "2"),
        event(2, "bile leak", "Biliary fistula", "4"),
        event(3, "jaundice", "Jaundice", "3"),
        event(4, "jaundice", "Jaundice", "1"),
        event(5, "bile leak", "Biliary fistula", None, AEBODSYS="OTHER"),
    )
    flags = rows_of(con, "select AESEQ, WORSTSFL, WORSTPFL, MASKSFL, MASKPFL from adae order by AESEQ")
    assert [tuple(row.values()) for row in flags] == [
        (1, None, "Y", None, None),
        (2, "Y", "Y", "Y", "Y"),  # worst of what is withheld
        (3, None, "Y", "Y", "Y"),  # worst of what is left of its class
        (4, None, None, None, None),
        (5, "Y", "Y", None, None),
    ]


def test_the_twin_agrees_on_every_mask() -> None:
    draw, events, people = random.Random(11), [], []
    for number in range(1, 16):
        usubjid = f"T-{number:02d}"
        people += [subject(number), {"ex": [TREATED["ex"][0] | {"USUBJID": usubjid}]}]
        for seq in range(draw.randint(0, 9)):
            term = draw.choice(["bile leak", "wound pain", "nausea", "fever", None])
            decod = draw.choice(["Nausea", "Pyrexia", "Ablation pain"])
            grade = draw.choice([None, "1", "2", "3", "4"])
            started = draw.choice(["2024-01-01", "2024-02-01", "2024-03-01"])
            events.append(event(seq, term, decod, grade, USUBJID=usubjid, AESTDTC=started, AEBODSYS=draw.choice("XY")))
    con = built(together(*people, {"ae": events}), text=WORDS)
    wanted = "select * from cut.main.adae order by all"
    con.execute("attach ':memory:' as cut")
    for table in ("adae", "adsl"):
        con.execute(f"create table cut.main.{table} as select * from {table}")
    made = rows_of(con, wanted)
    con.execute(
        "update cut.main.adae set MASKTERM = '', MASKDECOD = '', MASKBODSYS = '', MASKSFL = null, MASKPFL = null"
    )
    fill_twins(con, protocol(WORDS))
    assert len(made) > 40
    assert rows_of(con, wanted) == made
    assert rows_of(con, "select * from cut.main.adsl order by all") == rows_of(con, "select * from adsl order by all")


@pytest.mark.parametrize(
    ("cause", "events", "shown"),
    [
        ("PROGRESSION", [event(1, "bile leak", "Biliary fistula")], "PROGRESSION"),
        ("BILE LEAK AND SEPSIS", [], WITHHELD_TERMS),
        ("AFTER TACE", [], WITHHELD_TERMS),
        # the cause is the coded term of an event whose words, as the site wrote them, tell
        ("ADVERSE EVENT: BILIARY FISTULA", [event(1, "bile leak", "Biliary fistula", "5")], WITHHELD_TERMS),
        (
            "ADVERSE EVENT: BILIARY FISTULA",
            [event(1, "fistula", "Biliary fistula", "5")],
            "ADVERSE EVENT: BILIARY FISTULA",
        ),
        (None, [event(1, "bile leak", "Biliary fistula")], None),
    ],
)
def test_the_cause_of_death(cause: str | None, events: list[Row], shown: str | None) -> None:
    died = {"dm": [subject(1)["dm"][0] | {"DTHDTC": "2024-06-30", "DTHFL": "Y"}]}
    stated = [{"USUBJID": WHO, "DDSEQ": 1, "DDTESTCD": "PRCDTH", "DDSTRESC": cause}]
    con = built(together(subject(1) | died, TREATED, {"ae": events, "dd": stated}), text=WORDS)
    assert rows_of(con, "select DTHCAUS, MASKCAUS from adsl") == [{"DTHCAUS": cause, "MASKCAUS": shown}]


def test_the_timeline_marks_the_event() -> None:
    con = built_with(event(1, "bile leak", "Biliary fistula"), event(2, "itch", "Pruritus"))
    assert rows_of(con, "select LABEL, MASKFL from adtl where LANE = 'Adverse events' order by LABEL") == [
        {"LABEL": "Biliary fistula", "MASKFL": "Y"},
        {"LABEL": "Pruritus", "MASKFL": None},
    ]
