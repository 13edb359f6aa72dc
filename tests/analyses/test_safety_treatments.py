"""Deaths after procedures, complications by Clavien–Dindo, events by treatment: who counts, once, of how many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses.safety_treatments import HIDDEN, UNSPLIT, Treatments, treatments
from crlm_dash.errors import AccessDenied
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from tests.analyses.tiny import SECRET_WORDS, cut_of, door_into, full

Row = dict[str, Any]
ZAP, PILLS, EVERYONE = "Zap now", "Pills only", "All"
COMPLICATION: Row = {"USUBJID": "T-01", "AEMODAL": "HEPATECTOMY", "MODALFL": "Y", "AEDECOD": "Ascites", "AECLAV": "II"}


def procedure(subject: int, dead: int | None, followed: int, clavien: str | None = None, **more: Any) -> Row:
    """A hepatectomy of subject T-xx: days to death and of follow-up, worst complication."""
    grades = ["I", "II", "IIIa", "IIIb", "IVa", "IVb", "V"]
    place = 0 if clavien is None else grades.index(clavien) + 1
    return {
        "USUBJID": f"T-{subject:02d}", "MODALITY": "HEPATECTOMY", "DTHDAYS": dead, "FUDAYS": followed,
        "CLAVIEN": clavien, "CLAVORD": place, "N_COMP": int(place > 0), "N_COMP_SERIOUS": 0, **more,
    }  # fmt: skip


def received(subject: int, modality: str = "HEPATECTOMY", **more: Any) -> Row:
    counts = dict.fromkeys(("N_UNDATED", "N_EVENTS", "N_SEVERE", "N_SERIOUS", "N_FATAL", "N_UNPLACED"), 0)
    return {"USUBJID": f"T-{subject:02d}", "MODALITY": modality, "RECFL": "Y", "N_GIVEN": 1, **counts, **more}


def asked(
    procedures: list[Row], modalities: list[Row] = (), events: list[Row] = (), role: Role = Role.STATISTICIAN,
    by: str | None = "arm",
) -> Treatments:  # fmt: skip
    """The tables of the tiny trial with these procedures. Odd subjects take Zap, even ones Pills."""
    given = [received(int(row["USUBJID"][2:]), row["MODALITY"]) for row in procedures]
    kept = {(row["USUBJID"], row["MODALITY"]): row for row in [*given, *modalities]}
    tables = full() | {"adproc": procedures, "admodal": list(kept.values())}
    tables["adae"] = [*tables["adae"], *events]
    return of_door(door_into(cut_of(tables), role), by)


def of_door(door: Door, by: str | None) -> Treatments:
    return treatments(door, {ZAP: 9, PILLS: 9} if by == "arm" else {EVERYONE: 18}, by, "", "SAFFL")


def mortality(found: Treatments, strata: str = EVERYONE, modality: str = "Any") -> dict[int, tuple[int, ...]]:
    """Days → (patients, known, not yet known, dead)."""
    table = found.tables["procedures"]
    mine = table[(table["strata"] == strata) & (table["modality"] == modality)]
    numbers = ["n_subjects", "n_known", "n_unknown", "n_died"]
    return {int(row["days"]): tuple(int(row[name]) for name in numbers) for row in mine.to_dict("records")}


@pytest.mark.parametrize(
    ("procedures", "within_30", "within_90"),  # (patients, known, not yet known, dead)
    [
        ([procedure(1, None, 400)], (1, 1, 0, 0), (1, 1, 0, 0)),
        ([procedure(1, 0, 0)], (1, 1, 0, 1), (1, 1, 0, 1)),  # on the table
        ([procedure(1, 30, 30)], (1, 1, 0, 1), (1, 1, 0, 1)),  # on the last day
        ([procedure(1, 31, 31)], (1, 1, 0, 0), (1, 1, 0, 1)),
        ([procedure(1, 91, 91)], (1, 1, 0, 0), (1, 1, 0, 0)),
        ([procedure(1, None, 29)], (1, 0, 1, 0), (1, 0, 1, 0)),  # not followed that long yet
        ([procedure(1, None, 30)], (1, 1, 0, 0), (1, 0, 1, 0)),
        ([procedure(1, None, 60, DTHFL="Y")], (1, 1, 0, 0), (1, 0, 1, 0)),  # died, no date: alive at 30, then unknown
        # twice operated on, dead soon after the second: once
        ([procedure(1, 200, 200), procedure(1, 20, 20)], (1, 1, 0, 1), (1, 1, 0, 1)),
        ([procedure(1, None, 100), procedure(1, None, 10)], (1, 0, 1, 0), (1, 0, 1, 0)),  # the second is too recent
        ([procedure(1, 10, 10), procedure(2, None, 5), procedure(3, None, 500)], (3, 2, 1, 1), (3, 2, 1, 1)),
        ([procedure(19, 5, 5)], None, None),  # T-19 was never treated: not of the safety population
    ],
)
def test_deaths_after_procedures(
    procedures: list[Row], within_30: tuple[int, ...] | None, within_90: tuple[int, ...] | None
) -> None:
    found = mortality(asked(procedures))
    assert (found.get(30), found.get(90)) == (within_30, within_90)


def test_rates_are_of_those_known_with_exact_limits() -> None:
    rows = [procedure(n, 10 if n == 1 else None, 10 if n == 1 else 400) for n in range(1, 11)]
    rows.append(procedure(11, None, 3))
    table = asked(rows).tables["procedures"]
    row = table[(table["strata"] == EVERYONE) & (table["modality"] == "Any") & (table["days"] == 30)].iloc[0]
    assert (row["n_subjects"], row["n_known"]) == (11, 10)
    # R: binom.test(1, 10)
    assert row[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx([0.1, 0.002528579, 0.4450161], abs=1e-7)
    assert mortality(asked(rows), ZAP)[30] == (6, 5, 1, 1)
    assert mortality(asked(rows), PILLS)[30] == (5, 5, 0, 0)


def test_a_patient_counts_once_at_the_worst_complication_and_a_procedure_at_its_own() -> None:
    rows = [
        procedure(1, None, 400, "II"),
        procedure(1, None, 300, "IIIb", N_COMP_SERIOUS=1),
        procedure(2, None, 400, N_COMP=2),  # complications, none graded by Clavien–Dindo
        procedure(3, None, 400),
        procedure(3, None, 400, MODALITY="ABLATION"),
    ]
    table = asked(rows, events=[COMPLICATION]).tables["complications"]
    mine = table[table["strata"] == EVERYONE].set_index(["modality", "complication"])
    found = mine["n_procedures"], mine["n_subjects"]
    for modality, complication, procedures, patients in [
        ("Any", "none", 2, 1), ("Any", "not graded", 1, 1), ("Any", "II", 1, 0), ("Any", "IIIb", 1, 1),
        ("Any", "≥ IIIa", 1, 1), ("Any", "≥ IIIb", 1, 1), ("Any", "V", 0, 0), ("Any", "serious", 1, 1),
        ("HEPATECTOMY", "none", 1, 1), ("ABLATION", "none", 1, 1), ("ABLATION", "IIIb", 0, 0),
    ]:  # fmt: skip
        assert [each[modality, complication] for each in found] == [procedures, patients], (modality, complication)
    assert mine.loc[("Any", "none"), ["of_procedures", "of_subjects"]].tolist() == [5, 3]
    graded = mine.drop(index=["≥ IIIa", "≥ IIIb", "serious"], level="complication").groupby("modality")
    assert (graded["n_procedures"].sum() == graded["of_procedures"].first()).all()
    assert (graded["n_subjects"].sum() == graded["of_subjects"].first()).all()


def test_what_the_data_do_not_attribute_is_not_a_zero() -> None:
    found = asked([procedure(1, None, 400)])
    assert found.tables["modalities"]["n"].tolist() == [1] * 10 + [0] * 10 + [1] * 10
    assert found.tables["modalities"]["n_subjects"].isna().all()
    assert found.tables["complications"].empty
    assert "The data do not attribute adverse events to a treatment (AEMODAL)." in found.notes
    assert mortality(found)[30] == (1, 1, 0, 0)
    graded = asked([procedure(1, None, 400, "II")], events=[COMPLICATION | {"AEMODAL": None}])
    assert graded.tables["complications"]["n_procedures"].sum() > 0
    assert graded.tables["modalities"]["n_subjects"].isna().all()


def test_events_by_treatment_are_of_those_who_received_it() -> None:
    events = [
        {"USUBJID": "T-01", "AEMODAL": "HEPATECTOMY", "MODALFL": "Y", "AEDECOD": "Ascites", "AEGRADE": 3},
        {"USUBJID": "T-01", "AEMODAL": "HEPATECTOMY", "MODALFL": "Y", "AEDECOD": "Ascites"},
        {"USUBJID": "T-03", "AEMODAL": "HEPATECTOMY", "MODALFL": "Y", "AEDECOD": "Pain", "AEGRADE": 1},
        {"USUBJID": "T-05", "AEMODAL": "HEPATECTOMY", "MODALFL": "N", "AEDECOD": "Pain", "AEGRADE": 1},
        {"USUBJID": "T-02", "AEMODAL": "SYSTEMIC", "MODALFL": "Y", "AEDECOD": "Nausea", "AEGRADE": 1},
    ]
    modalities = [
        received(1, N_EVENTS=2, N_SEVERE=1, WORSTGR=3),
        received(3, N_EVENTS=1, WORSTGR=1),
        received(7),
        received(5, RECFL="N", N_GIVEN=0, N_UNPLACED=1),
        received(2, "SYSTEMIC", N_EVENTS=1, WORSTGR=1, N_GIVEN=6),
    ]
    found = asked([], modalities, events)
    table = found.tables["modalities"]
    cells = table.set_index(["modality", "strata", "measure"])
    columns = ["n", "n_subjects", "n_events"]
    assert cells.loc[("HEPATECTOMY", ZAP, "Any adverse event"), columns].tolist() == [3, 2, 3]
    assert cells.loc[("HEPATECTOMY", EVERYONE, "Grade 3 or higher"), columns].tolist() == [3, 1, 1]
    assert cells.loc[("HEPATECTOMY", PILLS, "Any adverse event"), columns].tolist() == [0, 0, 0]
    assert cells.loc[("HEPATECTOMY", ZAP, "Worst grade 3"), "percent"] == pytest.approx(100 / 3)
    assert cells.loc[("SYSTEMIC", PILLS, "Any adverse event"), columns].tolist() == [1, 1, 1]
    terms = found.tables["complication_terms"]
    mine = terms[terms["strata"] == EVERYONE].set_index("AEDECOD")
    assert mine["n_subjects"].to_dict() == {"Ascites": 1, "Pain": 1}
    assert mine["n_events"].to_dict() == {"Ascites": 2, "Pain": 1}
    assert mine["n_severe"].to_dict() == {"Ascites": 1, "Pain": 0}
    assert any("1 event attributed to a treatment that the patient had not had by then" in note for note in found.notes)


def test_coded_arms_are_put_together_and_names_stand_apart() -> None:
    rows = [procedure(1, 10, 10, "V"), procedure(2, None, 400)]
    coded = asked(rows, role=Role.DSMB)
    assert coded.groups == (EVERYONE,)
    assert {strata for table in coded.tables.values() for strata in table["strata"]} == {EVERYONE}
    assert mortality(coded)[30] == (2, 2, 0, 1)
    assert UNSPLIT in coded.notes
    said = " ".join([*coded.notes, *(table.to_csv() for table in coded.tables.values())]).lower()
    assert not any(word in said for word in SECRET_WORDS)
    assert asked(rows).groups == (ZAP, PILLS, EVERYONE)


@pytest.mark.parametrize("role", [Role.PI, Role.MDT, Role.DATA_MANAGER])
def test_who_sees_no_outcomes_by_arm_is_told_why_there_is_nothing(role: Role) -> None:
    hidden = asked([procedure(1, 10, 10, "V")], role=role, by=None)
    assert hidden.empty == HIDDEN
    assert all(table.empty for table in hidden.tables.values())
    door = door_into(cut_of(full()), role)
    for query in ("safety_mortality", "safety_complications", "safety_modalities", "safety_modality_terms"):
        with pytest.raises(AccessDenied):
            door.ask(query, days=[30])


def test_without_treatments_it_says_so() -> None:
    assert asked([]).empty == "No treatment received is recorded in this trial (PR, EX)."
    assert of_door(door_into(cut_of({})), None).tables["procedures"].empty


@pytest.mark.parametrize("trial", ["CRLM10", "CRLM-EHD"])
def test_a_second_count_in_plain_python_agrees(demo_store: Path, trial: str) -> None:
    door = TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), trial)
    found = treatments(door, {EVERYONE: 1}, None, "", "SAFFL")
    by_patient: dict[str, list[Row]] = {}
    for row in procedures_in(door):
        by_patient.setdefault(row["USUBJID"], []).append(row)
    assert len(by_patient) > 20
    for days in (30, 90):
        dead = sum(any(died_within(row, days) for row in rows) for rows in by_patient.values())
        alive = sum(
            all(row["FUDAYS"] >= days and not died_within(row, days) for row in rows) for rows in by_patient.values()
        )
        assert mortality(found)[days] == (len(by_patient), dead + alive, len(by_patient) - dead - alive, dead)


def died_within(row: Row, days: int) -> bool:
    return row["DTHDAYS"] is not None and 0 <= row["DTHDAYS"] <= days


def procedures_in(door: Door) -> list[Row]:
    """Procedures of the safety population, a row each."""
    with duckdb.connect(str(door.cut.path), read_only=True) as con:
        found = con.execute(
            "select p.USUBJID, DTHDAYS, FUDAYS from adproc p join adsl a using (SUBJKEY) where a.SAFFL = 'Y'"
        )
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
