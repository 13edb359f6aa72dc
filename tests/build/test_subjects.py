"""Who was screened, enrolled, failed or refused; visits, criteria, covariates; and all of it as of a cut-off."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from tests.build.tiny import Row, built, rows_of, rules_in, subject, together
from tests.build.twins import visit_status

D = dt.date


def disposition(number: int, seq: int, word: str, day: str, **more: Any) -> dict[str, list[Row]]:
    row = {"USUBJID": f"T-{number:02d}", "DSSEQ": seq, "DSCAT": "DISPOSITION EVENT", "DSDECOD": word, "DSSTDTC": day}
    return {"ds": [row | more]}


def flags(con: Any) -> dict[str, tuple[str, ...]]:
    rows = rows_of(con, "select USUBJID, SCRNFL, ENRLFL, SCRFFL, REFUSFL, ITTFL, SAFFL from adsl")
    return {row.pop("USUBJID"): tuple(row.values()) for row in rows}


def test_enrolled_failed_refused_and_still_in_screening() -> None:
    con = built(
        together(
            subject(1),
            subject(2, None), disposition(2, 2, "SCREEN FAILURE", "2024-01-08"),
            subject(3, None), disposition(3, 2, "WITHDRAWAL BY SUBJECT", "2024-01-08", EPOCH="SCREENING"),
            subject(4, None),
            subject(5, None, ARM="Screen Failure", ARMCD="Scrnfail"),
            subject(6, None, ARM="Arm two", ARMCD="B"),  # an arm in DM is enough
            subject(7, None, ARMNRS="NOT ASSIGNED"),
            {"ie": [{"USUBJID": "T-07", "IESEQ": 1, "IETESTCD": "I01", "IECAT": "INCLUSION", "IEORRES": "N"}]},
        )
    )  # fmt: skip
    assert flags(con) == {
        "T-01": ("Y", "Y", "N", "N", "Y", "N"),
        "T-02": ("Y", "N", "Y", "N", "N", "N"),
        "T-03": ("Y", "N", "N", "Y", "N", "N"),
        "T-04": ("Y", "N", "N", "N", "N", "N"),
        "T-05": ("Y", "N", "Y", "N", "N", "N"),
        "T-06": ("Y", "Y", "N", "N", "Y", "N"),
        "T-07": ("Y", "N", "Y", "N", "N", "N"),
    }
    assert rows_of(con, "select TRT01P from adsl where ENRLFL = 'N' and TRT01P is not null") == []


def test_a_delivered_adsl_wins_and_keeps_its_own_columns() -> None:
    adsl = {
        "USUBJID": "T-01", "TRT01P": "Arm two", "TRT01A": "Arm one", "AGE": 61.0, "RANDDT": D(2024, 1, 12),
        "TRTSDT": D(2024, 1, 15), "SAFFL": "Y", "EDUCLVL": "16", "ITTFL": "Y", "SEX": None,
    }  # fmt: skip
    con = built(together(subject(1), subject(2, None, ARM="Screen Failure"), {"adsl": [adsl]}))
    columns = "TRT01P, TRT01A, AGE, SEX, ENRLDT, TRTSDT, SAFFL, EDUCLVL"
    assert rows_of(con, f"select {columns} from adsl where USUBJID = 'T-01'") == [
        {
            "TRT01P": "Arm two", "TRT01A": "Arm one", "AGE": 61.0, "SEX": "F", "ENRLDT": D(2024, 1, 12),
            "TRTSDT": D(2024, 1, 15), "SAFFL": "Y", "EDUCLVL": "16",
        }
    ]  # fmt: skip
    assert flags(con)["T-02"] == ("Y", "N", "Y", "N", "N", "N")


def test_a_trial_that_is_only_adsl() -> None:
    adsl = [
        {"USUBJID": "T-01", "TRT01P": "Arm one", "TRTSDT": D(2024, 2, 1)},
        {"USUBJID": "T-02", "TRT01P": "Screen Failure"},
    ]
    con = built({"adsl": adsl})
    assert [row[1] for row in flags(con).values()] == ["Y", "N"]
    assert rows_of(con, "select ENRLDT from adsl where USUBJID = 'T-01'") == [{"ENRLDT": D(2024, 2, 1)}]


def test_no_subjects_at_all() -> None:
    con = built({"dm": []})
    for table in ("adsl", "adtte", "adae", "adsv", "adel", "adtl"):
        assert rows_of(con, f"select * from {table}") == []


def test_end_of_participation() -> None:
    con = built(
        together(
            subject(1), disposition(1, 2, "LOST TO FOLLOW-UP", "2024-06-01"),
            subject(2), disposition(2, 2, "COMPLETED", "2024-06-01"),
            subject(3), disposition(3, 2, "ADVERSE EVENT", "2024-06-01", DSSCAT="TREATMENT DISCONTINUATION"),
            subject(4, DTHDTC="2024-05-05"),
        )
    )  # fmt: skip
    assert [tuple(row.values()) for row in rows_of(con, "select EOSSTT, DCSREAS, EOSDT from adsl")] == [
        ("DISCONTINUED", "LOST TO FOLLOW-UP", D(2024, 6, 1)),
        ("COMPLETED", None, D(2024, 6, 1)),
        ("ONGOING", None, None),
        ("DISCONTINUED", "DEATH", D(2024, 5, 5)),
    ]


def test_as_of_a_cutoff_nothing_later_exists() -> None:
    tables = together(
        subject(1, DTHDTC="2024-09-01", DTHFL="Y"),
        subject(2, "2024-08-15"),
        subject(3, RFICDTC="2024-07-02"),
        subject(5, None, ARM="Arm one", RFSTDTC="2024-07-15"),  # no other date says when it was enrolled
        disposition(1, 2, "DEATH", "2024-09-01"),
        subject(4, None, ARM="Screen Failure"), disposition(4, 2, "SCREEN FAILURE", "2024-08-01"),
        {
            "ae": [
                {"USUBJID": "T-01", "AESEQ": 1, "AETERM": "Pain", "AESTDTC": "2024-05-01", "AEENDTC": "2024-08-01"},
                {"USUBJID": "T-01", "AESEQ": 2, "AETERM": "Fever", "AESTDTC": "2024-07-01"},
            ],
            "sv": [{"USUBJID": "T-01", "VISITNUM": n, "SVSTDTC": f"2024-0{4 * n}-10"} for n in (1, 2)],
        },
    )  # fmt: skip
    con = built(tables, cutoff=D(2024, 6, 30))
    adsl = rows_of(con, "select USUBJID, ENRLFL, SCRFFL, ARM, TRT01P, DTHFL, DTHDT, EOSSTT, LSTALVDT from adsl")
    assert [tuple(row.values()) for row in adsl] == [
        # seen after the cut-off, so alive at it
        ("T-01", "Y", "N", "Arm one", "Arm one", "N", None, "ONGOING", D(2024, 6, 30)),
        ("T-02", "N", "N", None, None, "N", None, "ONGOING", D(2024, 6, 30)),
        ("T-04", "N", "N", None, None, "N", None, "ONGOING", D(2024, 6, 30)),
        ("T-05", "N", "N", None, None, "N", None, "ONGOING", D(2024, 6, 30)),
    ]
    assert rows_of(con, "select AETERM, AENDT from adae") == [{"AETERM": "Pain", "AENDT": None}]
    assert rows_of(con, "select ADT, CNSR, AVAL from adtte where PARAMCD = 'OS'") == [
        {"ADT": D(2024, 6, 30), "CNSR": 1, "AVAL": 173.0}
    ]
    assert rows_of(con, "select max(ASTDT) as LATEST, max(AENDT) as ENDED from adtl")[0]["LATEST"] <= D(2024, 6, 30)
    assert rows_of(con, "select ONGOING from adtl where LANE = 'Adverse events'") == [{"ONGOING": "Y"}]


def test_the_twin_agrees_on_visits() -> None:
    draw, parts, expected = random.Random(3), [], {}
    planned = {1: (D(2024, 1, 10), 28, 0), 2: (D(2024, 4, 10), 14, 14), 3: (D(2024, 7, 10), 14, 14)}
    cutoff = D(2024, 7, 1)
    for number in range(1, 60):
        left = D(2024, 1, 10) + dt.timedelta(days=draw.randint(1, 170)) if draw.random() < 0.3 else None
        parts.append(subject(number, DTHDTC=left.isoformat() if left else None))
        for visit, (due, before, after) in planned.items():
            actual = due + dt.timedelta(days=draw.choice([-40, -10, 0, 10, 20])) if draw.random() < 0.6 else None
            actual = None if actual and (actual > cutoff or (left and actual > left)) else actual
            refused = actual is None and draw.random() < 0.3
            if actual or refused:
                row = {"USUBJID": f"T-{number:02d}", "VISITNUM": visit, "SVOCCUR": "N" if refused else None}
                parts.append({"sv": [row | {"SVSTDTC": actual.isoformat() if actual else None}]})
            expected[f"T-{number:02d}", visit] = visit_status(
                due, due - dt.timedelta(days=before), due + dt.timedelta(days=after), actual, refused, left, cutoff
            )
    found = rows_of(built(together(*parts), cutoff=cutoff), "select USUBJID, VISITNUM, STATUS from adsv")
    assert {(row["USUBJID"], int(row["VISITNUM"])): row["STATUS"] for row in found} == expected
    assert set(expected.values()) == {"done", "early", "late", "missed", "overdue", "due", "not applicable"}


def test_visits_nobody_planned_and_visits_of_who_was_not_enrolled() -> None:
    rows = [
        {"USUBJID": "T-01", "VISITNUM": 1, "SVSTDTC": "2024-01-10"},
        {"USUBJID": "T-01", "VISITNUM": 2.1, "VISIT": "UNSCHEDULED 2.1", "SVSTDTC": "2024-05-01"},
        {"USUBJID": "T-02", "VISITNUM": 1, "SVSTDTC": "2024-01-02"},
    ]
    con = built(together(subject(1), subject(2, None), {"sv": rows}), cutoff=D(2024, 3, 1))
    assert [tuple(r.values()) for r in rows_of(con, "select USUBJID, VISITNUM, DUE, STATUS from adsv")] == [
        ("T-01", 1.0, D(2024, 1, 10), "done"),
        ("T-01", 2.0, D(2024, 4, 10), "not yet"),
        ("T-01", 3.0, D(2024, 7, 10), "not yet"),
        ("T-02", 1.0, None, "done"),
    ]


def test_what_the_site_recorded_of_each_criterion() -> None:
    unmet = [
        {"USUBJID": "T-02", "IESEQ": 1, "IETESTCD": "I01", "IECAT": "INCLUSION", "IEORRES": "N", "IEDTC": "2024-01-05"},
        {"USUBJID": "T-03", "IESEQ": 1, "IETESTCD": "E01", "IECAT": "EXCLUSION", "IEORRES": "Y"},
    ]
    con = built(together(subject(1), subject(2, None), subject(3), {"ie": unmet}))
    recorded = rows_of(con, "select USUBJID, CRITERION, RECORDED, RECDT from adel order by SUBJKEY, ORD")
    assert [tuple(r.values()) for r in recorded] == [
        ("T-01", "I01", "met", None), ("T-01", "E01", "met", None),
        ("T-02", "I01", "not met", D(2024, 1, 5)), ("T-02", "E01", None, None),
        ("T-03", "I01", "met", None), ("T-03", "E01", "not met", None),
    ]  # fmt: skip
    assert ("enrolled although not eligible", "T-03") in rules_in(con)


def lesion(number: int, seq: int, organ: str | None, day: str) -> Row:
    return {
        "USUBJID": f"T-{number:02d}", "TUSEQ": seq, "TUTESTCD": "TUMIDENT", "TULNKID": f"L{seq}",
        "TULOC": organ, "TUDTC": day,
    }  # fmt: skip


def test_covariates_are_what_was_known_at_enrolment() -> None:
    lesions = [
        lesion(1, 1, "LIVER", "2024-01-05"), lesion(1, 2, "LIVER", "2024-01-05"), lesion(1, 3, "LUNG", "2024-01-05"),
        lesion(1, 4, "BONE", "2024-04-05"), lesion(2, 1, "LIVER", "2024-01-05"), lesion(2, 2, "LIVER", "2024-02-05"),
        lesion(4, 1, "LUNG", "2024-01-05"), lesion(4, 2, "BONE", "2024-01-05"),
    ]  # fmt: skip

    def cea(number: int, seq: int, day: str, value: float, unit: str | None) -> Row:
        return {
            "USUBJID": f"T-{number:02d}", "LBSEQ": seq, "LBTESTCD": "CEA", "LBDTC": day,
            "LBSTRESN": value, "LBSTRESU": unit,
        }  # fmt: skip

    labs = [
        cea(1, 1, "2024-01-02", 7.0, "ng/mL"), cea(1, 2, "2024-01-09", 8.0, "ug/L"),
        cea(1, 3, "2024-01-11", 99.0, "ng/mL"),
        cea(2, 1, "2023-11-01", 5.0, "ng/mL"), cea(3, 1, "2024-01-09", 5.0, "arbitrary"),
    ]  # fmt: skip
    con = built(together(*(subject(number) for number in (1, 2, 3, 4)), {"tu": lesions, "lb": labs}))
    assert [tuple(r.values()) for r in rows_of(con, "select NLESGR, EHSITE, CEABL from adsl")] == [
        ("≥2", "LUNG", 8.0),
        ("<2", "NONE", None),  # too old
        (None, None, None),  # nothing recorded, unit not convertible
        ("<2", "MULTIPLE", None),
    ]
    told = rows_of(con, "select MESSAGE from faults where RULE = 'laboratory unit'")
    assert [row["MESSAGE"] for row in told] == [
        "lb.csv, row 5, LBSTRESU: 1 results of CEA are in 'arbitrary', which cannot be converted to ng/mL; where that "
        "unit is needed they are unknown. Give them in ng/mL, or in one of g/dl, g/l, mg/dl, mg/l, pg/ml, ug/l, ug/ml"
    ]


def test_one_unit_a_test() -> None:
    def haemoglobin(number: int, seq: int, day: str, value: float, stated: str) -> Row:
        return {
            "USUBJID": f"T-{number:02d}", "LBSEQ": seq, "LBTESTCD": "HGB", "LBDTC": day,
            "LBSTRESN": value, "LBSTRESU": stated, "LBSTNRLO": value, "LBSTNRHI": value,
        }  # fmt: skip

    rows = [
        haemoglobin(1, 1, "2024-01-02", 12.0, "g/dL"), haemoglobin(1, 2, "2024-01-09", 13.0, "g/dL"),
        haemoglobin(1, 3, "2024-02-02", 120.0, "g/L"), haemoglobin(2, 1, "2024-02-02", 120.0 / 16.114, "mmol/L"),
    ]  # fmt: skip
    con = built(together(subject(1), subject(2), {"lb": rows}))
    found = rows_of(con, "select AVAL, AVALU, A1HI, ABLFL, BASE from adlb order by USUBJID, ADT")
    assert [(row["AVALU"], row["ABLFL"], row["BASE"]) for row in found] == [
        ("g/dL", None, 13.0), ("g/dL", "Y", 13.0), ("g/dL", None, 13.0), ("g/dL", None, None),
    ]  # fmt: skip
    assert [row["AVAL"] for row in found[2:]] == pytest.approx([12.0, 12.0])
    assert [row["A1HI"] for row in found[2:]] == pytest.approx([12.0, 12.0])


def test_a_death_says_where_it_is_recorded() -> None:
    status = {"USUBJID": "T-04", "SSSEQ": 1, "SSTESTCD": "SURVSTAT", "SSSTRESC": "DEAD", "SSDTC": "2024-05-02"}
    tables = together(
        subject(1, DTHDTC="2024-05-01", DTHFL="Y"), disposition(1, 2, "DEATH", "2024-05-03"),
        subject(2, DTHFL="Y"),  # no date anywhere
        subject(3), disposition(3, 2, "DEATH", "2024-05-03"),
        subject(4), {"ss": [status]},
        subject(5), {"adsl": [{"USUBJID": "T-05", "DTHDT": D(2024, 5, 4), "DTHFL": "Y"}]},
        subject(6),
    )  # fmt: skip
    found = rows_of(built(tables), "select USUBJID, DTHDOM, DTHDT from adsl where ENRLFL = 'Y'")
    assert [tuple(row.values()) for row in found] == [
        ("T-01", "DM", D(2024, 5, 1)), ("T-02", "DM", None), ("T-03", "DS", D(2024, 5, 3)),
        ("T-04", "SS", D(2024, 5, 2)), ("T-05", "ADSL", D(2024, 5, 4)), ("T-06", None, None),
    ]  # fmt: skip
