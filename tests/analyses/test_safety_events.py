"""Deaths and serious events of the tiny trial, one row each: what is listed, in which order, and who reads what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from crlm_dash import tables as tables_of_screen
from crlm_dash.access import Role
from crlm_dash.analyses import safety_events
from crlm_dash.store.door import Door
from crlm_dash.terms import POOLED, WITHHELD_TERMS
from tests.analyses.tiny import PROTOCOL, cut_of, door_into, full
from tests.roles import INSIDERS

Opened = Callable[..., Door]
D = dt.date
ENROLLED = D(2025, 1, 10)  # T-01, who took Zap and died on day 30; T-02, a fortnight later, took Pills
TREATMENT = ("last_procedure", "since_procedure", "attributed_to", "clavien", "reported", "remarks")
BY_ROLE = [
    (Role.STATISTICIAN, {"arm", "action", *TREATMENT}, {"arm", "since_treatment", "last_procedure", "since_procedure"}),
    (Role.DSMB, set(), set()),
    (Role.PI, {"action"}, set()),
    (Role.MDT, {"action"}, set()),
    (Role.DATA_MANAGER, {"action"}, set()),
]


def serious(usubjid: str = "T-01", **values: Any) -> dict[str, Any]:
    """A serious event of T-01 on day 11."""
    row = {"USUBJID": usubjid, "AESEQ": 1, "AEDECOD": "Sepsis", "AEBODSYS": "Infections", "AESER": "Y", "AEGRADE": 4}
    return row | {"TRTEMFL": "Y", "ASTDT": ENROLLED + dt.timedelta(days=10)} | values


def of(*events: dict[str, Any], role: Role = Role.STATISTICIAN, words: str = PROTOCOL, **tables: Any) -> Door:
    return door_into(cut_of(full() | {"adae": list(events)} | tables, words), role)


def rows(door: Door, table: str = "serious", **options: Any) -> list[dict[str, Any]]:
    frame = safety_events(door, **options).tables[table]
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def notes(door: Door, **options: Any) -> str:
    return " ".join(safety_events(door, **options).notes)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, {"day": 11, "date": pd.Timestamp("2025-01-20"), "precision": "", "ongoing": "N", "days": None}),  # died
        ({"ASTDT": ENROLLED}, {"day": 1}),
        ({"ASTDT": ENROLLED - dt.timedelta(days=1)}, {"day": -1}),  # there is no day 0
        ({"ASTDT": D(2025, 1, 1), "ASTDTF": "D"}, {"day": -9, "precision": "D"}),
        ({"ASTDT": None}, {"day": None, "date": None, "precision": ""}),
        ({"AENDT": D(2025, 1, 22)}, {"end_day": 13, "days": 3, "ongoing": "N"}),
        ({"AENDT": D(2025, 1, 31), "AENDTF": "D"}, {"end_precision": "D", "days": None}),
        ({"ASTDT": D(2025, 2, 9)}, {"after_death": True, "day": 31}),  # T-01 died on 8 February
        ({"ASTDT": D(2025, 2, 8)}, {"after_death": False}),
        ({"TRTEMFL": None}, {"emergent": "N"}),
        ({"AEDECOD": None, "AETERM": "felt ill", "AEBODSYS": None}, {"term": "felt ill", "body_system": "(not coded)"}),
        ({"AESCRIT": "AESDTH AESHOSP"}, {"criteria": "AESDTH AESHOSP"}),
        ({"AEGRADE": None}, {"grade": None}),
    ],
)
def test_what_is_said_of_an_event(values: dict[str, Any], expected: dict[str, Any]) -> None:
    (found,) = rows(of(serious(**values)))
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("values", "ongoing"),
    [
        ({}, "Y"),  # T-20 lives
        ({"AEOUT": "NOT RECOVERED/NOT RESOLVED"}, "Y"),
        ({"AEOUT": "RECOVERED/RESOLVED"}, "N"),
        ({"AENDT": D(2025, 12, 1)}, "N"),
    ],
)
def test_what_goes_on(values: dict[str, Any], ongoing: str) -> None:
    (found,) = rows(of(serious("T-20", **values)))
    assert found["ongoing"] == ongoing
    shown = tables_of_screen.events_serious(safety_events(of(serious("T-20", **values))))
    assert (shown["Ended"][0] == "ongoing") == (ongoing == "Y")


@pytest.mark.parametrize(
    ("values", "options", "is_listed"),
    [
        ({"AESER": "Y"}, {}, True),
        ({"AESER": "N"}, {}, False),
        ({"AESER": None}, {}, False),
        ({"AESER": "N", "FATALFL": "Y"}, {}, True),
        ({"AESER": "N", "AEGRADE": 3}, {}, False),
        ({"AESER": "N", "AEGRADE": 3}, {"severe": True}, True),
        ({"AESER": "N", "AEGRADE": 2}, {"severe": True}, False),
        ({"AESER": "N", "AEGRADE": None}, {"severe": True}, False),
        ({}, {"search": "EPSI"}, True),
        ({}, {"search": "infect"}, True),
        ({}, {"search": "t-01"}, True),
        ({}, {"search": "zap"}, False),  # nobody searches by arm
        ({}, {"where": "AGE = 51"}, True),
        ({}, {"where": "AGE = 52"}, False),
        ({"USUBJID": "T-21"}, {}, False),  # screened only
        ({"USUBJID": "T-21"}, {"population": "SCRNFL"}, True),
        ({"USUBJID": "T-20"}, {"population": "SAFFL"}, False),  # never treated
    ],
)
def test_what_is_listed(values: dict[str, Any], options: dict[str, Any], is_listed: bool) -> None:
    assert bool(rows(of(serious(**values)), **options)) == is_listed


def test_fatal_and_severe_events_are_no_serious_ones() -> None:
    door = of(serious(), serious(AESEQ=2, AESER="N", FATALFL="Y"), serious(AESEQ=3, AESER="N"))
    result = safety_events(door, severe=True)
    assert len(result.tables["serious"]) == 3
    assert "1 serious adverse event in 1 patient." in result.sentence
    assert "not counted as serious, for the site did not mark them so: 1 fatal event." in notes(door)
    assert "2 events of grade 3 or higher that the site did not mark as serious" in notes(door, severe=True)
    shown = tables_of_screen.events_serious(result)["Serious"]
    assert sorted(shown) == ["no", "no", "yes"]
    assert "Serious" not in tables_of_screen.events_serious(safety_events(of(serious())))


def test_the_latest_come_first_and_those_without_a_date_before_them() -> None:
    days = {1: 10, 2: 40, 3: None, 4: 20}
    events = [
        serious("T-20", AESEQ=n, ASTDT=None if day is None else D(2025, 11, 1) + dt.timedelta(days=day))
        for n, day in days.items()
    ]
    assert [row["AESEQ"] for row in rows(of(*events))] == [3, 2, 4, 1]
    assert "1 event without a date of onset: first in the list." in notes(of(*events))
    dates = pd.Series([row["date"] for row in rows(of(), "deaths")])
    assert dates.is_monotonic_decreasing
    assert len(dates) == 14


def test_a_long_list_is_cut_and_says_so() -> None:
    events = [serious("T-20", AESEQ=n) for n in range(1, 6)]
    result = safety_events(of(*events), limit=2)
    assert [len(result.tables[name]) for name in ("serious", "deaths")] == [2, 2]
    assert "2 of 5 events shown: narrow them by a filter, or download all." in result.notes
    assert "2 of 14 deaths shown: narrow them by a filter, or download all." in result.notes
    assert "2 of 5 events shown: narrow them by a filter." in safety_events(of(*events, role=Role.MDT), limit=2).notes
    assert "5 serious adverse events in 1 patient." in result.sentence


def test_the_deaths() -> None:
    tables = full()
    first, second, *_ = tables["adsl"]
    first |= {"DTHCAUS": "SEPSIS", "DTHDOM": "DM"}
    second |= {"DTHDT": None, "DTHCAUS": None, "DTHDOM": "DM"}
    procedures = [
        {"USUBJID": "T-01", "PROCNO": n, "MODALITY": modality, "DTHDAYS": days}
        for n, (modality, days) in enumerate([("TACE", 19), ("ABLATION", 12), ("HEPATECTOMY", 12)], start=1)
    ]
    fatal = [
        serious(FATALFL="Y", RELFL="Y", AEGRADE=5),
        serious(AESEQ=2, AEDECOD="Cough", FATALFL="Y", ASTDT=D(2025, 1, 12)),
    ]
    door = of(*fatal, adsl=tables["adsl"], adproc=procedures)
    undated, *others = rows(door, "deaths")
    assert (undated["USUBJID"], undated["date"], undated["day"], undated["source"]) == ("T-02", None, None, "DM")
    assert undated["cause"] is None
    found = next(row for row in others if row["USUBJID"] == "T-01")
    assert (found["day"], found["since_treatment"], found["cause"], found["arm"]) == (30, 26, "SEPSIS", "Zap now")
    assert (found["last_procedure"], found["since_procedure"]) == ("ABLATION + HEPATECTOMY", 12)
    assert (found["fatal_event"], found["fatal_grade"], found["fatal_related"]) == ("Sepsis", 5, "Y")
    assert "1 death without a date: first in the list." in notes(door)
    shown = tables_of_screen.events_deaths(safety_events(door)).set_index("Patient").loc["T-01"]
    assert shown[["Died", "Last procedure", "Recorded in"]].tolist() == [
        "2025-02-08", "Ablation + hepatectomy", "demographics",
    ]  # fmt: skip


def test_dates_are_written_as_far_as_they_are_known() -> None:
    tables = full()
    tables["adsl"][0] |= {"DTHDT": D(2025, 2, 15), "DTHDTF": "D"}
    events = [
        serious(ASTDT=D(2025, 1, 1), ASTDTF="M", AENDT=D(2025, 1, 31), AENDTF="D"),
        serious(AESEQ=2, ASTDT=D(2025, 1, 1), ASTDTF="D"),
    ]
    result = safety_events(of(*events, adsl=tables["adsl"]))
    deaths = tables_of_screen.events_deaths(result).set_index("Patient")["Died"]
    assert deaths["T-01"] == "2025-02"
    assert tables_of_screen.events_serious(result)[["Began", "Ended"]].to_numpy().tolist() == [
        ["2025", "2025-01"], ["2025-01", None],
    ]  # fmt: skip
    assert any(note.startswith("Known to the month or year only: 1 date of death, 2 onsets.") for note in result.notes)


def test_what_contradicts_itself_is_said() -> None:
    late, alive = serious(ASTDT=D(2025, 2, 9)), serious("T-20", AESEQ=2, FATALFL="Y")
    found = notes(of(late, alive))
    assert "1 event begins after the day of death" in found
    assert "Fatal events of 1 patient not recorded as dead" in found
    assert "after the day of death" not in notes(of(serious(ASTDT=D(2025, 2, 1), ASTDTF="M")))
    assert "do not record the seriousness" in notes(of(serious(AESER=None)))


@pytest.mark.parametrize(("role", "of_events", "of_deaths"), BY_ROLE)
def test_what_a_role_does_not_get_is_absent_with_one_note(role: Role, of_events: set[str], of_deaths: set[str]) -> None:
    rich = {"AEMODAL": "ABLATION", "AECLAV": "II", "LASTPROC": "ABLATION", "PROCDY": 3, "COVAL": "Fell.", "AEACN": "X"}
    result = safety_events(of(serious(**rich), role=role))
    told = {"arm", "action", "since_treatment", *TREATMENT}
    assert told & set(result.tables["serious"]) == of_events
    assert told & set(result.tables["deaths"]) == of_deaths
    said = [note for note in result.notes if "Clavien–Dindo" in note]
    assert len(said) == (role is not Role.STATISTICIAN)
    arms = {Role.STATISTICIAN: {"Zap now"}}
    if role in arms:
        assert set(result.tables["serious"]["arm"]) == arms[role]
    elif role is Role.DSMB:  # codes stand beside numbers, never beside a patient
        assert set(result.tables["causes"]["strata"]) == {POOLED, "Arm A", "Arm B"}
    else:
        assert set(result.tables["causes"]["strata"]) == {POOLED}


def test_a_column_that_nobody_filled_is_not_on_the_screen() -> None:
    shown = tables_of_screen.events_serious(safety_events(of(serious(AECLAV="II"))))
    assert "Clavien–Dindo" in shown
    assert not {"Why serious", "Attributed to", "Remarks of the site", "Last procedure"} & set(shown)


def test_the_words_of_why_it_is_serious() -> None:
    events = [serious(AESEQ=n, AESCRIT=why) for n, why in enumerate(["AESDTH AESHOSP", "AESMIE", "", None, "AESNEW"])]
    shown = tables_of_screen.events_serious(safety_events(of(*events))).set_index("Record")["Why serious"]
    assert shown.to_dict() == {
        0: "death, hospital stay", 1: "medically important", 2: "no reason ticked", 3: None, 4: "AESNEW",
    }  # fmt: skip


def test_causes_by_arm_and_of_all() -> None:
    tables = full()
    for n, cause in ((0, "SEPSIS"), (1, "SEPSIS"), (2, "STROKE")):
        tables["adsl"][n]["DTHCAUS"] = cause
    causes = safety_events(of(adsl=tables["adsl"])).tables["causes"]
    assert causes.set_index(["cause", "strata"])["n_deaths"].to_dict() == {
        ("Any cause", "Zap now"): 10, ("Any cause", "Pills only"): 4, ("Any cause", POOLED): 14,
        ("(cause not recorded)", "Zap now"): 8, ("(cause not recorded)", "Pills only"): 3,
        ("(cause not recorded)", POOLED): 11,
        ("SEPSIS", "Zap now"): 1, ("SEPSIS", "Pills only"): 1, ("SEPSIS", POOLED): 2,
        ("STROKE", "Zap now"): 1, ("STROKE", "Pills only"): 0, ("STROKE", POOLED): 1,
    }  # fmt: skip
    assert causes["n"].tolist()[:3] == [10, 10, 20]
    assert causes["percent"].tolist()[:3] == [100, 40, 70]
    assert safety_events(of(adsl=tables["adsl"])).sentence == (
        "Since 2025-01-10, the first enrolment: 14 of 20 patients died (cause not recorded 11, sepsis 2, stroke 1); "
        "no serious adverse event."
    )
    shown = tables_of_screen.events_causes(safety_events(of(adsl=tables["adsl"])))
    assert shown.iloc[0].tolist() == ["Any cause", "10 (100 %)", "4 (40 %)", "14 (70 %)"]


WORDS = PROTOCOL.replace("[access]", '[safety]\ngive_away = ["bleeding"]\n[access]', 1)


def test_a_cause_that_tells_the_arm_is_counted_for_all_arms_together() -> None:
    tables = full()
    tables["adsl"][0]["DTHCAUS"], tables["adsl"][2]["DTHCAUS"] = "BLEEDING", "STROKE"
    asked = {"adsl": tables["adsl"], "words": WORDS}
    causes = safety_events(of(role=Role.DSMB, **asked)).tables["causes"].set_index(["cause", "strata"])["n_deaths"]
    assert causes[WITHHELD_TERMS, POOLED] == 1
    for arm in ("Arm A", "Arm B"):
        assert pd.isna(causes[WITHHELD_TERMS, arm])
        assert pd.isna(causes["Any cause", arm])  # less the others it would be what is withheld
        assert causes["STROKE", arm] == (arm == "Arm A")
    named = safety_events(of(**asked)).tables["causes"].set_index(["cause", "strata"])["n_deaths"]
    assert named["BLEEDING", "Zap now"] == 1
    assert named["Any cause", "Zap now"] == 10
    shown = tables_of_screen.events_causes(safety_events(of(role=Role.DSMB, **asked))).set_index("Cause of death")
    assert shown.loc[WITHHELD_TERMS].tolist() == ["not shown by arm", "not shown by arm", "1 (5 %)"]


def test_beside_a_patient_stands_no_code() -> None:
    tables = full()
    tables["adsl"][0]["DTHCAUS"] = "BLEEDING"
    events = [serious(AEDECOD="Bleeding", AETERM="bleeding after Zap"), serious(AESEQ=2), serious("T-02", AESEQ=3)]
    result = safety_events(of(*events, role=Role.DSMB, adsl=tables["adsl"], words=WORDS))
    listed = result.tables["serious"].set_index("AESEQ")
    assert listed["term"].to_dict() == {1: WITHHELD_TERMS, 2: "Sepsis", 3: "Sepsis"}
    deaths = result.tables["deaths"].set_index("USUBJID")
    assert deaths.at["T-01", "cause"] == WITHHELD_TERMS
    assert "arm" not in listed
    assert "arm" not in deaths
    assert any("never beside a patient" in note for note in result.notes)
    everything = " ".join([*result.notes, result.sentence, *(each.to_csv() for each in result.tables.values())]).lower()
    assert "bleeding" not in everything
    assert not rows(of(*events, role=Role.DSMB, words=WORDS), search="bleed")


def test_other_sites_are_counted_and_not_listed(opened: Opened) -> None:
    result = safety_events(opened(Role.PI, sites=frozenset({"02"})))
    assert set(result.tables["deaths"]["SITEID"]) == {"02"}
    assert result.tables["serious"].empty
    assert result.sentence.startswith("Since 2025-01-10, the first enrolment: 14 of 20 patients died")
    assert "The lists hold your sites' patients (5 deaths, 0 events found)" in " ".join(result.notes)


def test_deaths_outside_the_population_are_said() -> None:
    tables = full()
    tables["adsl"][-1] |= {"DTHFL": "Y"}
    assert "Not in this display: 1 death of patients outside its population or filter." in notes(
        of(adsl=tables["adsl"])
    )
    assert "Not in this display" not in notes(of(adsl=tables["adsl"]), population="SCRNFL")


@pytest.mark.parametrize("role", INSIDERS)
def test_nobody_and_one(role: Role) -> None:
    nobody = safety_events(door_into(cut_of({}), role))
    assert nobody.empty == "No subject is in this population (ENRLFL) yet."
    assert [len(nobody.tables[name]) for name in ("deaths", "serious")] == [0, 0]
    assert set(nobody.tables["causes"]["n_deaths"]) == {0}
    one = {"adsl": full()["adsl"][:1], "adae": [serious(FATALFL="Y")]}
    result = safety_events(door_into(cut_of(one), role))
    assert result.sentence.endswith("1 of 1 patient died (cause not recorded 1); 1 serious adverse event in 1 patient.")
    assert [len(result.tables[name]) for name in ("deaths", "serious")] == [1, 1]
    for shown in (tables_of_screen.events_deaths(result), tables_of_screen.events_serious(nobody)):
        assert shown.columns.is_unique
