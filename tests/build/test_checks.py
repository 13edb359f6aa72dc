"""Every contradiction is told once, with its place, and a clean trial tells nothing."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest

from crlm_dash.errors import SourceError
from tests.build.tiny import PROTOCOL, Row, built, rows_of, rules_in, subject, together

D = dt.date
RATIO = """
[[facts]]
name = "bili"
type = "number"
domain = "LB"
test = "BILI"
column = "LBSTRESN"
unit = "xULN"
description = "Bilirubin in multiples of the upper limit"
"""


RATIO_FIRST = PROTOCOL + RATIO


def one(usubjid: str, prefix: str, **values: Any) -> list[Row]:
    return [{"USUBJID": usubjid, f"{prefix}SEQ": 1, **values}]


def clean(number: int) -> dict[str, list[Row]]:
    """A subject without any contradiction: diagnosed, enrolled, treated."""
    usubjid = f"T-{number:02d}"
    return together(
        subject(number),
        {
            "mh": one(usubjid, "MH", MHDECOD="LIVER METASTASES", MHEVDTYP="DIAGNOSIS", MHSTDTC="2023-10-01"),
            "ex": one(usubjid, "EX", EXTRT="FOLFOX", EXSTDTC="2024-01-15", EXENDTC="2024-03-15"),
            "sv": [{"USUBJID": usubjid, "VISITNUM": 1, "SVSTDTC": "2024-01-05"}],
        },
    )


def test_a_clean_trial_tells_nothing() -> None:
    assert rules_in(built(together(clean(1), clean(2)))) == set()


def test_each_contradiction_is_told() -> None:
    people = together(*(clean(number) for number in range(1, 13)))
    row = {f"T-{number:02d}": people["dm"][number - 1] for number in range(1, 13)}
    row["T-01"] |= {"DTHDTC": "2024-05-01", "DTHFL": "Y"}
    row["T-02"] |= {"DTHFL": "Y"}
    row["T-03"] |= {"DTHDTC": "2024-09-01"}
    row["T-08"] |= {"RFICDTC": "2024-01-07"}
    row["T-11"] |= {"ARM": "Arm nine"}
    people["ex"][9] |= {"EXSTDTC": "2024-01-09"}
    broken = {
        "ae": [
            *one("T-01", "AE", AETERM="Pain", AESTDTC="2024-05-02"),
            *one("T-04", "AE", AETERM="Sepsis", AESTDTC="2024-02-02", AETOXGR="5"),
            *one("T-05", "AE", AETERM="Pain", AESTDTC="2024-02-02", AEENDTC="2024-02-01"),
            *one("T-12", "AE", AETERM="Pain", AESTDTC="2024-02-02", AEREL="WHO KNOWS"),
        ],
        "ds": [
            {
                "USUBJID": "T-03", "DSSEQ": 2, "DSCAT": "DISPOSITION EVENT", "DSDECOD": "LOST TO FOLLOW-UP",
                "DSSTDTC": "2024-06-01",
            }
        ],
        "rs": one("T-06", "RS", RSTESTCD="OVRLRESP", RSSTRESC="PD", RSDTC="2024-01-12"),
        "tu": one("T-07", "TU", TUTESTCD="TUMIDENT", TULNKID="L1", TULOC="LIVER", TUDTC="2024-01-05"),
        "tr": one("T-08", "TR", TRTESTCD="LDIAM", TRLNKID="L1", TRSTRESN=12, TRDTC="2024-01-07"),
        "ie": one("T-09", "IE", IETESTCD="I01", IECAT="INCLUSION", IEORRES="N"),
        "lb": one("T-12", "LB", LBTESTCD="BILI", LBSTRESN=12, LBSTRESU="umol/L", LBDTC="2024-01-09"),
    }  # fmt: skip
    con = built(together(people, broken), text=RATIO_FIRST)
    assert rules_in(con) == {
        ("event after death", "T-01"),
        ("death without a date", "T-02"),
        ("death after the end of participation", "T-03"),
        ("grade 5 without death", "T-04"),
        ("end before start", "T-05"),
        ("progression before treatment", "T-06"),
        ("lesion never measured", "T-07"),
        ("visit before consent", "T-08"),
        ("enrolled although not eligible", "T-09"),
        ("treatment before enrolment", "T-10"),
        ("arm not in protocol", None),
        ("relation not understood", "T-12"),
        ("upper limit missing", "T-12"),
    }
    told = {row["RULE"]: row["MESSAGE"] for row in rows_of(con, "select RULE, MESSAGE from faults")}
    assert told["event after death"] == (
        "ae.csv, row 1, AESTDTC: 2024-05-02 is after the death of T-01 on 2024-05-01; one of the two dates is wrong"
    )
    assert told["end before start"].startswith("ae.csv, row 3, AEENDTC: the event 1 of T-05 ends on 2024-02-01")
    assert told["visit before consent"] == (
        "dm.csv, row 8, SVSTDTC: T-08: the first visit on 2024-01-05 is before the consent on 2024-01-07"
    )
    assert "'Arm nine', which the protocol does not name; it names 'Arm one', 'Arm two'" in told["arm not in protocol"]
    assert {row["SEVERITY"] for row in rows_of(con, "select SEVERITY from faults")} == {"warning"}


def test_a_date_in_the_future_that_became_the_cutoff_is_told() -> None:
    con = built(clean(1), cutoff=D(2999, 1, 1), stated=False)
    assert ("date in the future", None) in rules_in(con)


def test_contradictory_codes_of_a_delivered_adtte_seal_nothing() -> None:
    row = {
        "USUBJID": "T-01", "PARAMCD": "OS", "PARAM": "OS", "STARTDT": D(2024, 1, 10),
        "ADT": D(2024, 2, 10), "AVAL": 32.0, "CNSR": 1, "CAUSE": 1,
    }  # fmt: skip
    with pytest.raises(SourceError, match="promise of adtte: CNSR and CAUSE contradict each other for OS") as caught:
        built(together(clean(1), {"adtte": [row]}))
    assert len(caught.value.faults) == 1


def test_an_embolisation_before_resection_is_on_the_timeline_but_no_local_treatment() -> None:
    embolised = one("T-01", "PR", PRTRT="PORTAL VEIN EMBOLIZATION", PRCAT="HYPERTROPHY INDUCTION", PRSTDTC="2024-02-02")
    con = built(together(clean(1), {"pr": embolised}))
    assert rows_of(con, "select LABEL, ASTDY from adtl where LANE = 'Local treatment'") == [
        {"LABEL": "Portal vein embolization", "ASTDY": 24}
    ]
    assert rows_of(con, "select * from adex where EXCAT = 'LOCAL'") == []


def test_the_timeline_is_readable() -> None:
    mine = partial(one, "T-01")
    con = built(
        together(
            clean(1),
            {
                "pr": mine("PR", PRTRT="HEPATECTOMY", PRLOC="SEGMENTS 5, 6", PRSTDTC="2024-04-02", RESMARG="R0"),
                "rs": mine("RS", RSTESTCD="LIVRRESP", RSSTRESC="PR", RSDTC="2024-03-20", VISIT="MONTH 2"),
                "ae": mine("AE", AETERM="Bile leak", AEDECOD="BILE LEAK", AETOXGR="3", AESTDTC="2024-04-05",
                    AECLAV="IIIa", AEMODAL="HEPATECTOMY", AESER="Y", AEREL="RELATED",
                ),
                "tu": mine("TU", TUTESTCD="TUMIDENT", TULNKID="L1", TULOC="LIVER", TUORRES="TARGET"),
                "tr": mine("TR", TRTESTCD="LDIAM", TRLNKID="L1", TRSTRESN=2.4, TRSTRESU="cm", TRDTC="2024-01-05"),
                "lb": mine("LB", LBTESTCD="CEA", LBTEST="CEA", LBSTRESN=7, LBSTRESU="ng/mL", LBDTC="2024-01-05"),
                "fa": mine("FA", FACAT="MDT ASSESSMENT", FATESTCD="NEDATT", FASTRESC="Y", FADTC="2024-01-08"
                ),
                "qs": mine("QS", QSCAT="EORTC QLQ-C30", QSTESTCD="EOR0101", QSSTRESN=2, QSDTC="2024-01-09"),
            },
        )
    )  # fmt: skip
    found = rows_of(
        con, "select LANE, ASTDY, LABEL, DETAIL, GRADE, VALUE from adtl where LANE <> 'Visits' order by 2, 1"
    )
    assert [tuple(row.values()) for row in found] == [
        ("Disease", -101, "Liver metastases diagnosed", None, None, None),
        ("Trial status", -9, "Consent", None, None, None),
        ("Sum of diameters", -5, "Sum of 1 target lesion", None, None, 24.0),
        ("Tumour markers", -5, "CEA", None, None, 7.0),
        ("MDT decisions", -2, "Disease-free state attainable: yes", None, None, None),
        ("Quality of life", -1, "EORTC QLQ-C30 answered", "1 item", None, 1.0),
        ("Trial status", 1, "Enrolled", None, None, None),
        ("Systemic therapy", 6, "FOLFOX", None, None, None),
        ("Imaging response", 71, "Partial response (liver)", "MONTH 2", None, None),
        ("Local treatment", 84, "Hepatectomy", "SEGMENTS 5, 6, R0", None, None),
        ("Adverse events", 87, "Bile leak", "Clavien–Dindo IIIa, after hepatectomy", 3, None),
    ]
    event = rows_of(con, "select RELATED, OUTCOME, SERIOUS, AENDTF from adtl where LANE = 'Adverse events'")
    assert event == [{"RELATED": "Y", "OUTCOME": None, "SERIOUS": "Y", "AENDTF": ""}]
