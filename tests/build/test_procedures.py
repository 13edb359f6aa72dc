"""Local procedures and what became of patients after them; how long adverse events could be seen."""

from __future__ import annotations

from typing import Any

from tests.build.tiny import Row, answer, built, each, rows_of, side_by_side, subject, together

WHO = "T-01"


def procedure(seq: int, day: str, modality: str = "HEPATECTOMY", **more: Any) -> Row:
    local = "LOCAL TREATMENT OF LIVER METASTASES"
    return {"USUBJID": WHO, "PRSEQ": seq, "PRTRT": modality, "PRCAT": local, "PRSTDTC": day, **more}


def event(seq: int, day: str | None, **more: Any) -> Row:
    return {"USUBJID": WHO, "AESEQ": seq, "AETERM": "Bile leak", "AEDECOD": "Bile leak", "AESTDTC": day, **more}


def patient(**tables: Any) -> Any:
    """One patient, enrolled on 2024-01-10."""
    return built(together(subject(1), tables), query="adproc, admodal, adae, adexpo")


def test_days_to_death_and_of_follow_up() -> None:
    procedures = [procedure(1, "2024-02-01"), procedure(2, "2024-04-01", "ABLATION")]
    alive = [{"USUBJID": WHO, "SSSEQ": 1, "SSTESTCD": "SURVSTAT", "SSSTRESC": "ALIVE", "SSDTC": "2024-05-01"}]
    dead = {"dm": [subject(1)["dm"][0] | {"DTHDTC": "2024-06-30", "DTHFL": "Y"}]}
    wanted = "select PROCNO, MODALITY, DTHDAYS, FUDAYS, DTHFL from adproc"
    assert [tuple(row.values()) for row in rows_of(patient(pr=procedures, ss=alive), wanted)] == [
        (1, "HEPATECTOMY", None, 90, "N"),
        (2, "ABLATION", None, 30, "N"),
    ]
    assert [tuple(row.values()) for row in answer(wanted, subject(1) | dead | {"pr": procedures})] == [
        (1, "HEPATECTOMY", 150, 150, "Y"),
        (2, "ABLATION", 90, 90, "Y"),
    ]


def test_complications_belong_to_the_procedure_before_them() -> None:
    # (AEMODAL, AECLAV, day) of each event; (complications, worst Clavien–Dindo) of both procedures
    drawn: list[tuple[list[Any], list[tuple[int, str | None]]]] = [
        ([], [(0, None), (0, None)]),
        ([("HEPATECTOMY", "II", "2024-02-01")], [(1, "II"), (0, None)]),  # on the day itself
        ([("HEPATECTOMY", "II", "2024-01-31")], [(0, None), (0, None)]),  # the day before
        ([("HEPATECTOMY", "II", "2024-05-01")], [(1, "II"), (0, None)]),  # 90 days after
        ([("HEPATECTOMY", "II", "2024-05-02")], [(0, None), (0, None)]),  # 91
        ([("ABLATION", "I", "2024-03-02")], [(0, None), (1, "I")]),
        ([("HEPATECTOMY", "I", "2024-03-02")], [(1, "I"), (0, None)]),  # the site named the earlier procedure
        ([(None, "IVa", "2024-03-02")], [(0, None), (1, "IVa")]),  # graded, no modality named: the latest of any
        ([(None, None, "2024-03-02")], [(0, None), (0, None)]),
        ([("SYSTEMIC", None, "2024-03-02")], [(0, None), (0, None)]),
        ([("HEPATECTOMY", "IIIa", "2024-02-03"), ("HEPATECTOMY", "IIIb", "2024-02-09")], [(2, "IIIb"), (0, None)]),
        ([("HEPATECTOMY", "I", "2024-02-03"), ("HEPATECTOMY", "I", "2024-02-03")], [(2, "I"), (0, None)]),
        ([("HEPATECTOMY", None, "2024-02-03")], [(1, None), (0, None)]),  # not graded is not grade 0
        ([("HEPATECTOMY", "II", None)], [(0, None), (0, None)]),
    ]
    given = {"pr": [procedure(1, "2024-02-01"), procedure(2, "2024-03-01", "ABLATION")]}
    rows = [[event(n, d, AEMODAL=m, AECLAV=clavien) for n, (m, clavien, d) in enumerate(case, 1)] for case, _ in drawn]
    found = each("select * from adproc order by PROCNO", [together(subject(1), given, {"ae": each}) for each in rows])
    assert [[(row["N_COMP"], row["CLAVIEN"]) for row in of_one] for of_one in found] == [wanted for _, wanted in drawn]
    order = [None, "I", "II", "IIIa", "IIIb", "IVa", "IVb", "V"]
    assert all(row["CLAVORD"] == order.index(row["CLAVIEN"]) for of_one in found for row in of_one)


def test_only_dated_procedures_of_the_trial_count() -> None:
    rows = [procedure(1, "2023-12-01"), procedure(2, "2024-02-01"), {**procedure(3, "2024-02-01"), "PRSTDTC": None}]
    assert [row["ASTDY"] for row in rows_of(patient(pr=rows), "select ASTDY from adproc")] == [23]


def test_events_attributed_to_a_modality() -> None:
    # (AEMODAL, day, grade, AESER) of each event; what is counted for the hepatectomy of 2024-02-01
    drawn: list[tuple[list[Any], tuple[int | None, ...]]] = [
        ([], (0, 0, 0, None, 0)),
        ([("HEPATECTOMY", "2024-02-01", "2", "N")], (1, 0, 0, 2, 0)),  # on the day itself
        ([("Hepatectomy", "2024-09-01", "4", "Y")], (1, 1, 1, 4, 0)),  # long after: attributed all the same
        ([("HEPATECTOMY", "2024-01-31", "3", "Y")], (0, 0, 0, None, 1)),  # the day before: not its consequence
        ([("HEPATECTOMY", "2024-02", None, "N")], (1, 0, 0, None, 0)),  # may have been after; no grade is no grade 0
        ([("HEPATECTOMY", "2024-01", "1", "N")], (0, 0, 0, None, 1)),
        ([("HEPATECTOMY", None, "1", "N")], (1, 0, 0, 1, 0)),
        ([("SYSTEMIC", "2024-02-03", "4", "Y")], (0, 0, 0, None, 0)),
        ([(None, "2024-02-03", "4", "Y")], (0, 0, 0, None, 0)),
        ([("HEPATECTOMY", "2024-02-03", "1", "N"), ("HEPATECTOMY", "2024-02-03", "3", "N")], (2, 1, 0, 3, 0)),
    ]
    patients = [
        together(subject(1), {"pr": [procedure(1, "2024-02-01")]}, {"ae": [
            event(n, day, AEMODAL=modality, AETOXGR=grade, AESER=serious)
            for n, (modality, day, grade, serious) in enumerate(events, 1)
        ]})
        for events, _ in drawn
    ]  # fmt: skip
    counted = "select N_EVENTS, N_SEVERE, N_SERIOUS, WORSTGR, N_UNPLACED from admodal where MODALITY = 'HEPATECTOMY'"
    found = answer(f"{counted} order by USUBJID", side_by_side(patients))
    assert [tuple(row.values()) for row in found] == [expected for _, expected in drawn]


def test_who_received_which_modality_in_the_trial() -> None:
    doses = [{"USUBJID": WHO, "EXSEQ": n, "EXTRT": "FOLFOX", "EXSTDTC": f"2024-0{n}-20"} for n in (2, 3)]
    prior = [{"USUBJID": WHO, "CMSEQ": 1, "CMTRT": "FOLFIRI", "CMCAT": "PRIOR SYSTEMIC THERAPY", "CMSTDTC": "2023-01"}]
    given = [procedure(1, "2023-12-01", "SBRT"), procedure(2, "2024-02-01", "TACE"), procedure(3, "2024-03-01", "TACE")]
    undated = {**procedure(4, "", "ABLATION"), "PRSTDTC": None}
    named = [event(1, "2024-02-03", AEMODAL="HAIC"), event(2, "2024-02-03", AEMODAL="SBRT")]
    con = patient(pr=[*given, undated], ex=doses, cm=prior, ae=named)
    found = rows_of(con, "select MODALITY, RECFL, N_GIVEN, N_UNDATED, N_EVENTS, N_UNPLACED from admodal")
    assert [tuple(row.values()) for row in found] == [
        ("ABLATION", "Y", 1, 1, 0, 0),
        ("HAIC", "N", 0, 0, 0, 1),  # attributed to what the patient never had
        ("SBRT", "N", 0, 0, 0, 1),  # had before the trial only
        ("SYSTEMIC", "Y", 2, 0, 0, 0),
        ("TACE", "Y", 2, 0, 0, 0),
    ]
    assert [row["MODALFL"] for row in rows_of(con, "select MODALFL from adae order by AESEQ")] == ["N", "N"]


def test_an_event_knows_the_last_day_of_procedures_before_it() -> None:
    given = [procedure(1, "2024-02-01"), procedure(2, "2024-02-01", "ABLATION"), procedure(3, "2024-03-01", "TACE")]
    days = ["2024-01-31", "2024-02-01", "2024-02-29", "2024-03-05", None]
    con = patient(pr=given, ae=[event(n, day) for n, day in enumerate(days, 1)])
    assert [tuple(r.values()) for r in rows_of(con, "select LASTPROC, PROCDY from adae order by AESEQ")] == [
        (None, None),
        ("ABLATION + HEPATECTOMY", 0),
        ("ABLATION + HEPATECTOMY", 28),
        ("TACE", 4),
        (None, None),
    ]


def test_exposure() -> None:
    # treated from 2024-01-20; days of exposure, days to the first severe event, had one
    drawn: list[tuple[dict[str, list[Row]], tuple[int, int | None, str]]] = [
        ({}, (91, 91, "N")),  # to 30 days after the last dose on 2024-03-20, both days counted
        ({"ae": [event(1, "2024-02-01", AETOXGR="2")]}, (91, 91, "N")),
        ({"ae": [event(1, "2024-01-20", AETOXGR="3")]}, (91, 1, "Y")),
        ({"ae": [event(1, "2024-02-01", AETOXGR="4"), event(2, "2024-01-30", AETOXGR="3")]}, (91, 11, "Y")),
        ({"ae": [event(1, None, AETOXGR="3")]}, (91, None, "Y")),
        ({"ae": [event(1, "2024-01-10", AETOXGR="5")]}, (91, 91, "N")),  # before the first dose
        ({"dm": [subject(1)["dm"][0] | {"DTHDTC": "2024-01-29", "DTHFL": "Y"}]}, (10, 10, "N")),
    ]
    doses = [{"USUBJID": WHO, "EXSEQ": 1, "EXTRT": "FOLFOX", "EXSTDTC": "2024-01-20", "EXENDTC": "2024-03-20"}]
    seen = [{"USUBJID": WHO, "SSSEQ": 1, "SSTESTCD": "SURVSTAT", "SSSTRESC": "ALIVE", "SSDTC": "2024-08-01"}]
    treated = [{**subject(1), "ex": doses, "ss": [] if "dm" in case else seen, **case} for case, _ in drawn]
    found = answer("select EXPDAYS, SEVDAYS, SEVFL from adexpo order by USUBJID", side_by_side(treated))
    assert [tuple(row.values()) for row in found] == [expected for _, expected in drawn]


def test_who_was_not_treated_was_not_exposed() -> None:
    assert rows_of(patient(ae=[event(1, "2024-02-01")]), "select * from adexpo") == []
    assert rows_of(patient(), "select * from adproc") == []
