"""Differences between groups, rates, and one kind of events by term: who is compared, with whom, out of how many."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from crlm_dash import tables as tables_of_screen
from crlm_dash.access import Role
from crlm_dash.analyses import safety
from crlm_dash.analyses.safety_measures import MEASURES
from crlm_dash.errors import RequestError
from crlm_dash.store.door import Door
from tests.analyses.tiny import PROTOCOL, cut_of, door_into, full

Opened = Callable[..., Door]


def differences_of(door: Door, table: str = "differences", **options: str) -> dict[str, dict[str, Any]]:
    rows = safety(door, by="arm", **options).tables[table].to_dict("records")
    return {row["measure" if table == "differences" else "AEDECOD"]: row for row in rows}


def of_sizes(zap: int, pills: int, **events: int) -> Door:
    """A trial of so many treated patients an arm, so many of whom had an event."""
    tables = full()
    tables["adsl"] = [
        {"USUBJID": f"{arm}-{n}", "TRT01P": arm, "ENRLFL": "Y", "SAFFL": "Y"}
        for arm, size in (("Zap", zap), ("Pills", pills))
        for n in range(size)
    ]
    tables["adae"] = [
        {"USUBJID": f"{arm}-{n}", "AEDECOD": "Nausea", "AEBODSYS": "Gut", "TRTEMFL": "Y", "AESER": "Y", "AEGRADE": 3}
        for arm, size in events.items()
        for n in range(size)
    ]
    return door_into(cut_of({name: tables[name] for name in ("adsl", "adae")}))


def test_risk_differences_are_of_each_group_minus_the_first_with_score_limits() -> None:
    found = differences_of(of_sizes(70, 80, Zap=14, Pills=32))
    row = found["Any adverse event"]
    assert row["comparison"] == "Pills only vs Zap now"
    assert [row[name] for name in ("n_subjects", "n", "n_subjects_ref", "n_ref")] == [32, 80, 14, 70]
    # Newcombe, Stat Med 17 (1998) 873, table II, method 6: 56/70 - 48/80, here counted by those without
    assert (row["estimate"], row["conf_low"], row["conf_high"]) == pytest.approx((0.2, 0.0528, 0.3382), abs=6e-5)
    assert found["No adverse event"]["estimate"] == pytest.approx(-0.2)
    terms = differences_of(of_sizes(70, 80, Zap=14, Pills=32), "term_differences")
    assert terms["Nausea"]["estimate"] == pytest.approx(0.2)


@pytest.mark.parametrize(("zap", "pills", "note"), [(9, 40, "n < 10"), (40, 9, "n < 10"), (10, 10, "")])
def test_a_group_of_fewer_than_ten_is_not_compared(zap: int, pills: int, note: str) -> None:
    row = differences_of(of_sizes(zap, pills, Zap=5, Pills=5))["Any adverse event"]
    assert (row["note"], math.isnan(row["estimate"])) == (note, bool(note))


def test_the_control_arm_is_the_one_that_others_are_compared_with() -> None:
    tables, text = full(), PROTOCOL.replace('label = "Pills only"', 'label = "Pills only"\ncontrol = true')
    result = safety(door_into(cut_of(tables, text)), by="arm")
    assert set(result.tables["differences"]["comparison"]) == {"Zap now vs Pills only"}
    assert safety(door_into(cut_of(tables, text), Role.DSMB), by="arm").facts["reference"] == "Arm A"


def test_one_group_and_none_are_compared_with_nothing(opened: Opened) -> None:
    assert safety(opened()).tables["differences"].empty
    assert safety(opened()).tables["term_differences"].empty
    assert not any("Miettinen" in note for note in safety(opened()).notes)


def test_what_is_never_recorded_is_not_compared() -> None:
    tables = full()
    tables["adae"] = [{k: v for k, v in row.items() if k != "AESER"} for row in tables["adae"]]
    found = differences_of(door_into(cut_of(tables)))
    assert (found["Serious"]["note"], math.isnan(found["Serious"]["estimate"])) == ("not known", True)


def test_many_differences_are_said_to_miss_zero_by_chance() -> None:
    door = of_sizes(20, 20, Zap=3, Pills=3)
    assert "would miss zero by chance" not in " ".join(safety(door, by="arm").notes)
    tables = full()
    tables["adsl"] = [
        {"USUBJID": f"T-{n}", "TRT01P": "Zap" if n % 2 else "Pills", "ENRLFL": "Y", "SAFFL": "Y"} for n in range(40)
    ]
    tables["adae"] = [
        {"USUBJID": f"T-{n}", "AEDECOD": f"Pain {n}", "AEBODSYS": "Gut", "TRTEMFL": "Y"} for n in range(38)
    ]
    notes = " ".join(safety(door_into(cut_of({name: tables[name] for name in ("adsl", "adae")})), by="arm").notes)
    assert "Of 40 differences between terms about 2 would miss zero by chance alone." in notes


def exposed(door: Door, **options: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    rows = safety(door, by="arm", **options).tables["rates"].to_dict("records")
    return {(row["AEBODSYS"], row["measure"], row["strata"]): row for row in rows}


def watched(**days: int) -> Door:
    """The tiny trial, its subjects watched for so many days."""
    tables = full()
    tables["adexpo"] = [{"USUBJID": name.replace("_", "-"), "EXPDAYS": n} for name, n in days.items()]
    return door_into(cut_of(tables))


def test_events_per_patient_year_have_exact_limits() -> None:
    found = exposed(watched(T_01=1461, T_03=1461, T_02=365))
    row = found["Any", "Any adverse event", "Zap now"]
    assert (row["n_events"], row["years"]) == (4, 8)
    # R: poisson.test(4, 8)
    limits = [row[name] for name in ("estimate", "conf_low", "conf_high")]
    assert limits == pytest.approx([0.5, 0.136233171703, 1.280198584425], abs=1e-9)
    assert found["Any", "Serious", "Zap now"]["n_events"] == 2
    assert found["Any", "Any adverse event", "Pills only"]["years"] == pytest.approx(365 / 365.25)
    assert found["Any", "Any adverse event", "All"]["n_events"] == 5
    assert found["Gut", "Any adverse event", "Zap now"]["n_events"] == 2
    assert found["Blood", "Any adverse event", "Pills only"]["n_events"] == 0
    terms = safety(watched(T_01=1461, T_03=1461), by="arm").tables["terms"]
    nausea = terms[(terms["AEDECOD"] == "Nausea") & (terms["strata"] == "Zap now")]
    assert nausea["rate"].item() == pytest.approx(2 / 8)


def test_without_exposure_there_is_no_rate_and_it_is_said(opened: Opened) -> None:
    result = safety(opened())
    assert result.tables["rates"]["estimate"].isna().all()
    assert result.tables["rates"]["n_events"].notna().any()
    assert any(note.startswith("No start of treatment is known") for note in result.notes)
    partly = safety(watched(T_01=100))
    assert any(note.startswith("17 patients without a start of treatment") for note in partly.notes)


@pytest.mark.parametrize(
    ("measure", "expected"),  # subjects and events of Zap: any event, nausea, bleeding
    [
        ("", [(2, 4), (1, 2), (2, 2)]),
        ("severe", [(2, 2), (1, 1), (1, 1)]),
        ("serious", [(2, 2), (1, 1), (1, 1)]),
        ("Related to treatment", [(1, 1), (1, 1), None]),
        ("fatal", [(1, 1), None, (1, 1)]),
        ("stopped", [(0, 0), (0, 0), None]),
    ],
)
def test_the_tables_by_term_count_one_kind_of_events(
    opened: Opened, measure: str, expected: list[tuple[int, int] | None]
) -> None:
    table = safety(opened(), by="arm", measure=measure).tables["terms"]
    found = table[table["strata"] == "Zap now"].set_index("AEDECOD")
    counts = {str(name): (int(row["n_subjects"]), int(row["n_events"])) for name, row in found.iterrows()}
    totals = found[found["AEBODSYS"] == "Any"].iloc[0]
    assert (totals["n_subjects"], totals["n_events"]) == expected[0]
    assert [counts.get("Nausea"), counts.get("Bleeding")] == expected[1:]


@pytest.mark.parametrize("kind", ["severe", "serious", "related", "fatal"])
def test_both_ways_of_counting_agree(opened: Opened, kind: str) -> None:
    """The severe are told by the flags of the worst grade, the others are counted anew; overview and terms agree."""
    tables = safety(opened(), by="arm", measure=kind).tables
    every = tables["terms"][tables["terms"]["AEBODSYS"] == "Any"].set_index("strata")
    overview = tables["overview"][tables["overview"]["measure"] == MEASURES[kind]].set_index("strata")
    assert every["n_subjects"].to_dict() == overview["n_subjects"].to_dict()
    assert every["n_events"].to_dict() == overview["n_events"].to_dict()


def test_a_kind_that_means_nothing_is_refused(opened: Opened) -> None:
    with pytest.raises(RequestError, match="'loud' is not a kind of adverse events"):
        safety(opened(), measure="loud")


def test_all_patients_together_stand_beside_the_groups(opened: Opened) -> None:
    tables = safety(opened(), by="arm").tables
    for name in ("overview", "terms", "grades"):
        keys = [key for key in ("measure", "AEBODSYS", "AEDECOD", "grade") if key in tables[name]]
        total = tables[name][tables[name]["strata"] == "All"].set_index(keys)["n_subjects"]
        parts = tables[name][tables[name]["strata"] != "All"].groupby(keys)["n_subjects"].sum()
        assert total.sort_index().to_dict() == parts.sort_index().to_dict()
    assert set(safety(opened()).tables["overview"]["strata"]) == {"All"}


def test_deaths_after_procedures_are_compared_by_arm_only_where_arms_are_named() -> None:
    tables = full()
    shared = {"MODALITY": "HEPATECTOMY", "FUDAYS": 400, "N_COMP": 0, "N_COMP_SERIOUS": 0, "CLAVORD": 0}
    tables["adproc"] = [{"USUBJID": f"T-{n:02d}", "DTHDAYS": 5 if n == 1 else None, **shared} for n in range(1, 19)]
    tables["admodal"] = [
        {"USUBJID": row["USUBJID"], "MODALITY": "HEPATECTOMY", "RECFL": "Y", "N_GIVEN": 1} for row in tables["adproc"]
    ]
    con = cut_of(tables)
    named = differences_of(door_into(con))["Died within 30 days of a procedure"]
    assert (named["n_subjects_ref"], named["n_ref"], named["note"]) == (1, 9, "n < 10")
    coded = safety(door_into(con, Role.DSMB), by="arm").tables
    assert not coded["differences"]["measure"].str.contains("Died").any()
    shown = tables_of_screen.safety_overview(safety(door_into(con, Role.DSMB), by="arm")).set_index("Patients with")
    assert shown.loc["Died within 30 days of a procedure"].tolist() == [
        "not shown by arm", "not shown by arm", "1 of 18 (6 %)", "–",
    ]  # fmt: skip
