"""The safety displays of who sees codes: what would tell the arm is counted for all arms together only."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import duckdb
import pandas as pd
import pytest

from crlm_dash import figures
from crlm_dash import tables as tables_of_screen
from crlm_dash.access import Role
from crlm_dash.analyses import patient, safety
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.safety_measures import MEASURES
from crlm_dash.terms import POOLED, WITHHELD_TERMS
from tests.analyses.tiny import PROTOCOL, cut_of, door_into, full

WORDS = PROTOCOL.replace("[access]", '[safety]\ngive_away = ["bleeding"]\n[access]', 1)
BLEEDING = "bleeding"


@pytest.fixture(scope="module")
def telling() -> duckdb.DuckDBPyConnection:
    """T-01 (twice) and T-03 of Zap bled, T-03 died of it; T-01 and T-02 of Pills had nausea."""
    tables: dict[str, list[dict[str, Any]]] = full()
    tables["adae"].append(
        {"USUBJID": "T-01", "AEGRADE": 2, "TRTEMFL": "Y", "AEBODSYS": "Gut", "AEDECOD": "Gut bleeding"}
    )
    for row in tables["adsl"]:
        if row["USUBJID"] in ("T-03", "T-05"):
            row["DTHCAUS"] = "BLEEDING" if row["USUBJID"] == "T-03" else "STROKE"
    tables["adtl"].append({"USUBJID": "T-01", "LANE": "Adverse events", "ASTDY": 9, "LABEL": "Gut bleeding"})
    return cut_of(tables, WORDS)


def as_dsmb(telling: duckdb.DuckDBPyConnection, **options: str) -> Result:
    return safety(door_into(telling, Role.DSMB), **options)


def counts(result: Result, table: str, *keys: str) -> dict[Any, Any]:
    found = result.tables[table].set_index(list(keys))["n_subjects" if "n_subjects" in result.tables[table] else "n"]
    return {key: None if pd.isna(value) else int(value) for key, value in found.items()}


def test_withheld_terms_are_counted_for_all_arms_together_only(telling: duckdb.DuckDBPyConnection) -> None:
    result = as_dsmb(telling, by="arm")
    terms = counts(result, "terms", "AEBODSYS", "AEDECOD", "strata")
    for term in ("Any", WITHHELD_TERMS):
        assert terms[WITHHELD_TERMS, term, POOLED] == 2
        assert terms[WITHHELD_TERMS, term, "Arm A"] is None
        assert terms[WITHHELD_TERMS, term, "Arm B"] is None
    assert {terms["Gut", "Nausea", arm] for arm in ("Arm A", "Arm B")} == {1}
    assert terms["Gut", "Nausea", POOLED] == 2
    assert ("Blood", "Bleeding", POOLED) not in terms
    grades = counts(result, "grades", "AEBODSYS", "strata", "grade")
    assert [grades[WITHHELD_TERMS, POOLED, grade] for grade in ("1", "2", "5")] == [0, 1, 1]
    assert grades[WITHHELD_TERMS, "Arm A", "5"] is None
    deaths = counts(result, "deaths", "cause", "strata")
    assert deaths[WITHHELD_TERMS, POOLED] == 1
    assert {strata for cause, strata in deaths if cause == WITHHELD_TERMS} == {POOLED}
    assert {strata for cause, strata in deaths if cause == "STROKE"} > {POOLED}


def test_subtraction_does_not_split_them_either(telling: duckdb.DuckDBPyConnection) -> None:
    result = as_dsmb(telling, by="arm")
    terms, overview = result.tables["terms"], result.tables["overview"]
    every = terms[(terms["AEBODSYS"] == "Any") & (terms["strata"] != POOLED)]
    assert every["n_events"].isna().all()
    assert overview[overview["strata"] != POOLED]["n_events"].isna().all()
    assert overview["n_subjects"].notna().any()
    named = safety(door_into(telling), by="arm").tables["terms"]
    assert named["n_events"].notna().all()


@pytest.mark.parametrize("measure", ["", "severe", "serious", "related", "fatal"])
def test_rates_by_coded_arm_are_of_the_events_that_are_told(telling: duckdb.DuckDBPyConnection, measure: str) -> None:
    rates = as_dsmb(telling, by="arm", measure=measure).tables["rates"].set_index(["AEBODSYS", "measure", "strata"])
    told = rates["n_events"]
    kind = "Any adverse event"
    assert sorted(told["Any", kind, arm] for arm in ("Arm A", "Arm B")) == [1, 2]
    assert told["Any", kind, POOLED] == 6
    for name in (name for name in told.index.get_level_values("AEBODSYS").unique() if name != "Any"):
        of_class = told[name].droplevel("measure")
        assert (of_class.drop(POOLED).isna().all()) == (name == WITHHELD_TERMS)
    shown = as_dsmb(telling, by="arm", measure=measure).tables["terms"]
    classes = shown[(shown["AEDECOD"] == "Any") & (shown["AEBODSYS"] != "Any")]
    every = rates.xs("Any").xs(kind if not measure else MEASURES[measure])["n_events"]
    for arm in ("Arm A", "Arm B"):
        assert classes[classes["strata"] == arm]["n_events"].sum() == every[arm]


@pytest.mark.parametrize("role", [Role.PI, Role.MDT, Role.DATA_MANAGER, Role.DSMB])
def test_pooled_displays_withhold_the_term_and_say_so(telling: duckdb.DuckDBPyConnection, role: Role) -> None:
    result = safety(door_into(telling, role))
    assert counts(result, "terms", "AEDECOD", "strata")[WITHHELD_TERMS, POOLED] == 2
    said = json.dumps(dataclasses.asdict(dataclasses.replace(result, tables={})), default=str).lower()
    shown = " ".join(table.to_csv() for table in result.tables.values()).lower()
    assert BLEEDING not in said + shown
    assert f"“{WITHHELD_TERMS}” stands for 3 events of 2 patients" in " ".join(result.notes)
    assert ("open the key" in " ".join(result.notes)) == (role is Role.DSMB)


def test_who_sees_outcomes_by_arm_and_names_reads_every_term(telling: duckdb.DuckDBPyConnection) -> None:
    result = safety(door_into(telling, Role.STATISTICIAN), by="arm")
    assert counts(result, "terms", "AEDECOD", "strata")["Bleeding", "Zap now"] == 2
    assert counts(result, "terms", "AEDECOD", "strata")["Bleeding", POOLED] == 2
    assert WITHHELD_TERMS not in " ".join(table.to_csv() for table in result.tables.values())
    assert not any("stands for" in note for note in result.notes)


def test_tables_and_pictures_say_that_it_is_not_shown_by_arm(telling: duckdb.DuckDBPyConnection) -> None:
    result = as_dsmb(telling, by="arm")
    table = tables_of_screen.safety_terms(result).set_index("Adverse event")
    assert table.loc[WITHHELD_TERMS].tolist()[1:] == ["not shown by arm", "not shown by arm", "2 (11 %)", "–"]
    lines = tables_of_screen.safety_grades(result)
    assert set(lines.loc[lines["Adverse event"] == WITHHELD_TERMS, "Group"]) == {"All patients"}
    traces = {trace.name.strip(): trace for trace in figures.terms(result).data}
    line = next(n for n, name in enumerate(traces["names"].text) if name.startswith("Treatment-specific"))
    assert dict(zip(traces["All patients (n = 18)"].y, traces["All patients (n = 18)"].x, strict=True)) == {
        line: pytest.approx(100 * 2 / 18)
    }
    for arm in ("Arm A", "Arm B"):
        assert line not in traces[f"{arm} (n = 9)"].y
        assert traces[f"{arm}, numbers"].text[line] == ""
    names = next(trace for trace in figures.grades(result).data if trace.name == "names").text
    assert not any(name.startswith("Treatment-specific") for name in names)


@pytest.mark.parametrize("usubjid", ["T-01", "T-02"])
def test_a_patient_page_shows_no_code_to_who_sees_codes(telling: duckdb.DuckDBPyConnection, usubjid: str) -> None:
    result = patient(door_into(telling, Role.DSMB), usubjid=usubjid)
    assert "Arm" not in set(result.tables["subject"]["item"])
    assert any("never beside a patient" in note for note in result.notes)
    assert BLEEDING not in " ".join(table.to_csv() for table in result.tables.values()).lower()
    named = patient(door_into(telling, Role.MDT), usubjid=usubjid).tables["subject"].set_index("item")
    assert named.at["Arm", "value"] in ("Zap now", "Pills only")


def test_without_such_terms_nothing_is_left_out() -> None:
    result = safety(door_into(cut_of(full()), Role.DSMB), by="arm")
    for table in ("overview", "terms", "rates"):
        assert result.tables[table]["n_events"].notna().all()
