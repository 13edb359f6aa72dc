"""Safety of the tiny trial: who counts, once, at which grade, out of how many."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from crlm_dash import tables as tables_of_screen
from crlm_dash.access import Role
from crlm_dash.analyses import safety
from crlm_dash.errors import AccessDenied
from crlm_dash.store.door import Door
from tests.analyses.tiny import cut_of, door_into, full

Opened = Callable[..., Door]


def _cells(door: Door, **options: str) -> dict[tuple[str, str], list[float]]:
    table = safety(door, **options).tables["overview"]
    return {
        (row["measure"], row["strata"]): [row["n"], row["n_subjects"], row["n_events"]]
        for row in table.to_dict("records")
    }


def test_the_denominator_is_the_safety_population_as_treated(opened: Opened) -> None:
    cells = _cells(opened(), by="arm")
    # T-19 and T-20 were never treated, so nine an arm; T-01 and T-03 took Zap, T-02 Pills.
    assert cells["Any adverse event", "Zap now"] == [9, 2, 4]
    assert cells["Any adverse event", "Pills only"] == [9, 1, 1]
    assert cells["No adverse event", "Zap now"][:2] == [9, 7]
    assert cells["Grade 3 or higher", "Zap now"] == [9, 2, 2]
    assert cells["Grade 3 or higher", "Pills only"] == [9, 0, 0]
    assert cells["Serious", "Zap now"] == [9, 2, 2]
    assert cells["Related to treatment", "Zap now"] == [9, 1, 1]
    assert cells["Led to discontinuation", "Pills only"] == [9, 1, 1]
    assert cells["Fatal", "Zap now"] == [9, 1, 1]
    assert cells["Not graded at all", "Pills only"] == [9, 1, 1]


def test_a_subject_counts_once_a_term_at_the_worst_grade(opened: Opened) -> None:
    tables = safety(opened(), by="arm").tables
    terms = tables["terms"].set_index(["AEBODSYS", "AEDECOD", "strata"])
    assert terms.loc[("Gut", "Nausea", "Zap now"), ["n_subjects", "n_events"]].tolist() == [1, 2]
    assert terms.loc[("Any", "Any", "Zap now"), "percent"] == pytest.approx(100 * 2 / 9)
    keys = ["AEBODSYS", "AEDECOD", "strata", "grade"]
    grades = tables["grades"].set_index(keys)["n_subjects"].sort_index()
    assert grades["Gut", "Nausea", "Zap now"].to_dict() == {
        "1": 0,
        "2": 0,
        "3": 1,
        "4": 0,
        "5": 0,
        "missing": 0,
    }
    assert grades["Gut", "Nausea", "Pills only"]["missing"] == 1
    assert grades["Any", "Any", "Zap now"]["5"] == 1


def test_zero_rows_stay_and_grades_add_up_to_the_subjects(opened: Opened) -> None:
    tables = safety(opened(), by="arm").tables
    terms = tables["terms"].set_index(["AEBODSYS", "AEDECOD", "strata"])["n_subjects"]
    assert terms["Blood", "Bleeding", "Pills only"] == 0
    summed = tables["grades"].groupby(["AEBODSYS", "AEDECOD", "strata"])["n_subjects"].sum()
    assert summed.to_dict() == terms.to_dict()


def test_what_is_left_out_or_read_otherwise_is_said(opened: Opened) -> None:
    notes = " ".join(safety(opened()).notes)
    assert "Not treatment-emergent, not counted: 1 event of 1 patient." in notes
    assert "1 of 5 events is not CTCAE" in notes
    assert "1 of 5 events without a grade" in notes


@pytest.mark.parametrize(
    ("column", "measure"),
    [("AESER", "Serious"), ("AEREL", "Related to treatment"), ("AEACN", "Led to discontinuation")],
)
def test_what_the_data_never_record_is_not_a_zero(column: str, measure: str) -> None:
    derived = {"AESER": "AESER", "AEREL": "RELFL", "AEACN": "DISCFL"}[column]
    tables = full()
    tables["adae"] = [{k: v for k, v in row.items() if k not in (column, derived)} for row in tables["adae"]]
    result = safety(door_into(cut_of(tables)))
    counts = result.tables["overview"].set_index("measure")["n_subjects"]
    assert counts.isna().to_dict() == {name: name == measure for name in counts.index}
    assert any(f"({column})" in note for note in result.notes)
    cells = tables_of_screen.safety_overview(result).set_index("Patients with").iloc[:, 0]
    assert cells[measure] == "not recorded"


def test_deaths_of_the_population_by_cause(opened: Opened) -> None:
    deaths = safety(opened(), by="arm").tables["deaths"]
    assert deaths.to_numpy().tolist() == [
        ["Zap now", "(cause not recorded)", 9],
        ["Pills only", "(cause not recorded)", 4],
    ]


def test_by_arm_is_refused_to_a_blinded_role(opened: Opened) -> None:
    with pytest.raises(AccessDenied):
        safety(opened(Role.PI), by="arm")


def test_no_events_and_no_subjects() -> None:
    without = safety(door_into(cut_of({"adsl": full()["adsl"]})), by="arm")
    assert without.empty == "This trial delivered no adverse events (AE or ADAE) for this population."
    overview = without.tables["overview"].set_index(["measure", "strata"])["n_subjects"]
    assert overview["No adverse event", "Zap now"] == 9
    nobody = safety(door_into(cut_of({})))
    assert nobody.n_total == 0
    assert "yet" in nobody.empty
    assert math.isnan(nobody.tables["overview"]["percent"].iloc[0])
    assert list(nobody.tables["terms"].columns) == [
        "AEBODSYS",
        "AEDECOD",
        "strata",
        "n_subjects",
        "percent",
        "n_events",
        "rate",
    ]


def test_who_sees_codes_is_told_that_events_may_tell_the_arm(opened: Opened) -> None:
    warned = [note for note in safety(opened(Role.DSMB), by="arm").notes if note.startswith("Codes hide")]
    assert len(warned) == 1
    for role, by in ((Role.STATISTICIAN, "arm"), (Role.DSMB, None), (Role.PI, None)):
        assert not any(note.startswith("Codes hide") for note in safety(opened(role), by=by).notes)
