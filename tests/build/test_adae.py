"""Adverse events: flags against the plain-Python twin, the treatment-emergent window, grades."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from tests.build.tiny import Row, built, rows_of, subject, together
from tests.build.twins import occurrence_flags

FLAGS = ("AOCCFL", "AOCCSFL", "AOCCPFL", "AOCCIFL", "AOCCSIFL", "AOCCPIFL")
TREATED = {"ex": [{"USUBJID": "T-01", "EXSEQ": 1, "EXTRT": "FOLFOX", "EXSTDTC": "2024-01-20", "EXENDTC": "2024-03-20"}]}


def event(seq: int, start: str | None, usubjid: str = "T-01", **more: Any) -> Row:
    return {
        "USUBJID": usubjid,
        "AESEQ": seq,
        "AETERM": "Pain",
        "AEDECOD": "PAIN",
        "AEBODSYS": "GENERAL",
        "AESTDTC": start,
        **more,
    }


def test_the_twin_agrees_on_occurrence_flags() -> None:
    draw, rows, people = random.Random(7), [], []
    for number in range(1, 21):
        usubjid = f"T-{number:02d}"
        people.append(subject(number))
        people.append({"ex": [row | {"USUBJID": usubjid} for row in TREATED["ex"]]})
        for seq in draw.sample(range(1, 100), draw.randint(0, 12)):
            day = dt.date(2024, 1, 15) + dt.timedelta(days=draw.choice([0, 10, 10, 11, 60, 120]))
            soc = draw.choice("XY")
            rows.append(
                event(
                    seq, draw.choice([day.isoformat(), "2024-02", None]), usubjid, AEBODSYS=soc,
                    AEDECOD=soc + draw.choice("12"), AETOXGR=draw.choice([None, "1", "2", "3"]),
                )
            )  # fmt: skip
    found = rows_of(built(together(*people, {"ae": rows})), "select * from adae")
    assert len(found) == len(rows)
    expected = occurrence_flags(found)
    assert {row["TRTEMFL"] for row in found} == {"Y", "N"}
    for row in found:
        twin = expected.get((row["USUBJID"], row["AESEQ"]), {})
        assert {flag: row[flag] for flag in FLAGS} == {flag: twin.get(flag) for flag in FLAGS}


def test_the_treatment_emergent_window() -> None:
    # treated from 2024-01-20 to 2024-03-20: start of the event, its end, whether it is treatment-emergent
    cases: list[tuple[str | None, str | None, str]] = [
        ("2024-01-19", None, "N"),  # the day before the first dose
        ("2024-01-20", None, "Y"),
        ("2024-04-19", None, "Y"),  # 30 days after the last
        ("2024-04-20", None, "N"),
        ("2024-01", None, "Y"),  # may have begun after the first dose
        ("2024-01", "2024-01-15", "N"),  # had ended before it
        ("2023-12", None, "N"),
        ("2023", None, "N"),
        (None, None, "Y"),
        (None, "2024-01-10", "N"),
    ]
    rows = [event(seq, start, AEENDTC=end) for seq, (start, end, _) in enumerate(cases)]
    con = built(together(subject(1), TREATED, {"ae": rows}))
    found = rows_of(con, "select TRTEMFL from adae order by AESEQ")
    assert [row["TRTEMFL"] for row in found] == [emergent for _, _, emergent in cases]


def test_an_untreated_subject_has_no_emergent_event() -> None:
    con = built(together(subject(1), {"ae": [event(1, "2024-02-02")]}))
    assert rows_of(con, "select TRTEMFL, SAFFL from adae") == [{"TRTEMFL": "N", "SAFFL": "N"}]


def test_treatment_going_on_leaves_the_window_open() -> None:
    going_on = {"ex": [TREATED["ex"][0] | {"EXENDTC": None}]}
    con = built(together(subject(1), going_on, {"ae": [event(1, "2024-12-02")]}))
    assert rows_of(con, "select TRTEDT, TRTEMFL from adsl join adae using (USUBJID)") == [
        {"TRTEDT": None, "TRTEMFL": "Y"}
    ]


def test_an_end_stated_by_dm_ends_no_administration_begun_after_it() -> None:
    # RFXENDTC, TRTEDT with an administration from 2024-01-20 on whose end is not recorded
    cases = [("2024-01-19", None), ("2024-01-20", "2024-01-20"), ("2024-03-20", "2024-03-20"), (None, None)]
    going_on = {"ex": [TREATED["ex"][0] | {"EXENDTC": None}]}
    for stated, ended in cases:
        con = built(together(subject(1, RFXENDTC=stated), going_on))
        assert [str(row["TRTEDT"]) for row in rows_of(con, "select TRTEDT from adsl")] == [str(ended)], stated


def test_a_grade_is_never_invented() -> None:
    # AETOXGR, AESEV, grade, where it is from
    cases: list[tuple[str | None, str | None, int | None, str | None]] = [
        ("4", "MILD", 4, "CTCAE"),
        (None, "MILD", 1, "AESEV"),
        (None, "MODERATE", 2, "AESEV"),
        (None, "SEVERE", 3, "AESEV"),
        (None, None, None, None),
        ("9", None, None, None),
    ]
    rows = [event(seq, "2024-02-02", AETOXGR=case[0], AESEV=case[1]) for seq, case in enumerate(cases)]
    con = built(together(subject(1), {"ae": rows}))
    found = rows_of(con, "select AEGRADE, GRADESRC from adae order by AESEQ")
    assert [tuple(row.values()) for row in found] == [case[2:] for case in cases]


def test_relation_discontinuation_and_death() -> None:
    rows = [
        event(1, "2024-02-02", AEREL="PROBABLE", AEACN="DRUG WITHDRAWN"),
        event(2, "2024-02-02", AEREL="NOT RELATED", AEOUT="FATAL"),
        event(3, "2024-02-02", AEREL="PERHAPS", AETOXGR="5"),
    ]
    con = built(together(subject(1), {"ae": rows}))
    assert rows_of(con, "select RELFL, DISCFL, FATALFL from adae order by AESEQ") == [
        {"RELFL": "Y", "DISCFL": "Y", "FATALFL": "N"},
        {"RELFL": "N", "DISCFL": "N", "FATALFL": "Y"},
        {"RELFL": None, "DISCFL": "N", "FATALFL": "Y"},
    ]
    assert rows_of(con, "select MESSAGE from faults where VALUE = 'PERHAPS'")[0]["MESSAGE"].startswith(
        "ae.csv, row 3, AEREL: the event 3 of T-01 has the relation 'PERHAPS'; understood are"
    )


def test_a_delivered_adae_is_used_as_delivered() -> None:
    row = {
        "USUBJID": "T-01", "AESEQ": 1, "AEDECOD": "PAIN", "AEBODSYS": "GENERAL", "AESEV": "MILD", "TRTEMFL": "Y",
        "ASTDT": dt.date(2024, 1, 2), "ASTDY": 77, "AOCCFL": "Y", "CQ07": "special interest",
    }  # fmt: skip
    tables = {
        "adae": [row, row | {"AESEQ": 2, "TRTEMFL": None, "AOCCFL": None, "AESEV": "SEVERE"}],
        "ae": [event(1, "2024-05-05")],
    }
    con = built(together(subject(1), TREATED, tables))
    assert rows_of(con, "select TRTEMFL, ASTDY, AOCCFL, AOCCIFL, AEGRADE, CQ07 from adae order by AESEQ") == [
        {"TRTEMFL": "Y", "ASTDY": 77, "AOCCFL": "Y", "AOCCIFL": "Y", "AEGRADE": 1, "CQ07": "special interest"},
        {"TRTEMFL": None, "ASTDY": 77, "AOCCFL": None, "AOCCIFL": None, "AEGRADE": 3, "CQ07": "special interest"},
    ]


def test_why_an_event_is_serious() -> None:
    cases: list[tuple[Row, str | None]] = [
        ({"AESER": "Y", "AESDTH": "Y", "AESHOSP": "Y", "AESLIFE": "N"}, "AESDTH AESHOSP"),
        ({"AESER": "Y", "AESMIE": "Y"}, "AESMIE"),
        ({"AESER": "Y", "AESHOSP": "N"}, ""),  # serious, and no criterion ticked
        ({"AESER": "Y"}, None),  # no criterion delivered
        ({"AESER": "N", "AESHOSP": "N"}, None),
    ]
    rows = [event(seq, "2024-02-02", **values) for seq, (values, _) in enumerate(cases)]
    found = rows_of(built(together(subject(1), {"ae": rows})), "select AESCRIT from adae order by AESEQ")
    assert [row["AESCRIT"] for row in found] == [expected for _, expected in cases]


def test_a_delivered_adae_takes_from_ae_why_it_is_serious_and_what_was_remarked() -> None:
    analysed = [{"USUBJID": "T-01", "AESEQ": 1, "AEDECOD": "PAIN", "AESER": "Y", "ASTDT": "2024-02-02"}]
    collected = [event(1, "2024-02-02", AESER="Y", AESHOSP="Y")]
    remarks = [{"USUBJID": "T-01", "COSEQ": 1, "RDOMAIN": "AE", "IDVAR": "AESEQ", "IDVARVAL": "1", "COVAL": "Fell."}]
    con = built(together(subject(1), {"adae": analysed, "ae": collected, "co": remarks}))
    assert rows_of(con, "select AESCRIT, COVAL from adae") == [{"AESCRIT": "AESHOSP", "COVAL": "Fell."}]


def test_remarks_belong_to_the_record_they_name() -> None:
    def remark(seq: int, place: str | None, text: str, **more: Any) -> Row:
        about = {"RDOMAIN": "AE", "IDVAR": "AESEQ", "IDVARVAL": place} | more
        return {"USUBJID": "T-01", "COSEQ": seq, "COVAL": text, **about}

    remarks = [
        remark(2, "1", "Then recovered."),
        remark(1, "1", "Admit", COVAL1="ted."),  # cut at 200 letters and continued
        remark(3, "2.0", "Drained."),
        remark(4, "1", "A cough.", RDOMAIN="CM", IDVAR="CMSEQ"),
        remark(5, None, "Nothing else.", IDVAR=None),
        remark(6, "9", "Lost."),
    ]
    rows = [event(seq, "2024-02-02") for seq in (1, 2, 3)]
    con = built(together(subject(1), {"ae": rows, "co": remarks}))
    assert [row["COVAL"] for row in rows_of(con, "select COVAL from adae order by AESEQ")] == [
        "Admitted. Then recovered.",
        "Drained.",
        None,
    ]
