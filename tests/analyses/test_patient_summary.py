"""The strip above a patient, and the patient in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import patient
from crlm_dash.analyses.result import Result
from crlm_dash.tables import patient_summary
from tests.analyses.tiny import cut_of, door_into, full

DAY = dt.date(2025, 1, 10)  # T-01 and all others are enrolled


def seen(role: Role, usubjid: str = "T-01", **tables: list[dict[str, Any]]) -> Result:
    """The patient of the tiny trial with these tables instead of its own."""
    return patient(door_into(cut_of(full() | tables), role), usubjid=usubjid)


def strip(result: Result) -> list[tuple[str, str]]:
    """Items and values as they are written."""
    return [tuple(row) for row in patient_summary(result).itertuples(index=False)]


def test_what_is_known_is_told_in_its_order() -> None:
    ecog = [
        {"USUBJID": "T-01", "LANE": "Trial status", "ASTDT": DAY, "LABEL": "ECOG 1", "CODE": "ECOG", "VALUE": value}
        for value in (0, 1)
    ]
    treated = [
        {"USUBJID": "T-01", "EXCAT": "SYSTEMIC", "TRT": drug, "LINE": line, "PHASE": phase}
        for drug, line, phase in (("A", 1, "PRIOR"), ("B", 1, "PROTOCOL"), ("B", 1, "PROTOCOL"), ("C", 2, "SUBSEQUENT"))
    ]
    visit = {"USUBJID": "T-01", "VISIT": "MONTH 3", "DUE": dt.date(2025, 4, 10), "STATUS": "overdue"}
    lung = {"USUBJID": "T-01", "LESION": "N1", "ROLE": "NEW", "ORGAN": "LUNG", "ADY": 90, "ANL01FL": "Y"}
    primary = lung | {"LESION": "P", "ORGAN": "COLON, SIGMOID", "ADY": -5}
    lesions = [*full()["adtr"], lung, primary]
    assert strip(seen(Role.MDT, adtl=ecog, adex=treated, adsv=[visit], adtr=lesions)) == [
        ("", "Died 8 Feb 2025"),
        ("", "51 years, F"),
        ("ECOG", "1 (10 Jan 2025)"),
        ("Arm", "Zap now"),
        ("Enrolled", "10 Jan 2025"),
        ("Follow-up", "1.0 months"),
        ("Next visit", "Month 3 overdue since 10 Apr 2025"),
        ("Liver lesions", "2, largest 31 mm"),
        ("Extrahepatic", "lung (new)"),
        ("Lines", "1 before, 2 since enrolment"),
    ]


def test_who_sees_codes_gets_neither_arm_nor_lines() -> None:
    treated = {"USUBJID": "T-01", "EXCAT": "SYSTEMIC", "TRT": "A", "LINE": 1, "PHASE": "PRIOR"}
    items = dict(strip(seen(Role.DSMB, adex=[treated])))
    assert not {"Arm", "Lines"} & set(items)
    assert items["Enrolled"] == "10 Jan 2025"


def test_who_was_only_screened_has_little_to_tell() -> None:
    assert strip(seen(Role.MDT, "T-23")) == [("", "Declined")]
    assert seen(Role.MDT, "T-23").sentence == "Patient T-23: declined; 0 dated records on the timeline."


@pytest.mark.parametrize(
    ("row", "note"),
    [
        ({"ASTDT": dt.date(2025, 3, 1)}, "1 record of a day after the death: one of the dates is wrong."),
        ({"ASTDT": DAY, "AENDT": dt.date(2025, 1, 5)}, "1 record with an end before the start: drawn as a day."),
        (
            {"ASTDT": DAY, "AENDTF": "D"},
            "1 date recorded without day or month: drawn over the time it can mean.",
        ),
    ],
)
def test_odd_dates_are_said(row: dict[str, Any], note: str) -> None:
    event = {"USUBJID": "T-01", "LANE": "Adverse events", "LABEL": "Nausea", "DATEFL": "", "AENDTF": ""} | row
    assert note in seen(Role.MDT, adtl=[event]).notes


def test_what_is_left_out_is_said_and_listed_but_not_to_who_sees_codes() -> None:
    out = [{"USUBJID": "T-01", "DOMAIN": "VS", "REASON": "vital signs are not drawn", "N": 7}]
    result = seen(Role.MDT, adtlout=out)
    assert "7 dated records not on the timeline: listed with the reasons under Table." in result.notes
    assert result.tables["left_out"].values.tolist() == [["VS", "vital signs are not drawn", 7]]
    assert seen(Role.DSMB, adtlout=out).tables["left_out"].empty


def test_the_patient_in_words() -> None:
    words = seen(Role.MDT).sentence
    assert words.startswith(
        "Patient T-01 (F 51): died; 4 dated records on the timeline. Disease: Diagnosis (10 Jan 2025)."
    )
    assert words.endswith("1 adverse event, 0 serious, worst grade 3.")
    assert "1 local treatment (10 Jan 2025)." in words
    assert "Zap" not in words
    assert "local treatment" not in seen(Role.DSMB).sentence
