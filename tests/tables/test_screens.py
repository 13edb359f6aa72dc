"""Each table of each screen, from the tiny cut."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from crlm_dash import tables
from crlm_dash.access import Role
from crlm_dash.analyses import ANALYSES, Result, eligibility, enrolment, overview, safety, survival
from crlm_dash.store.door import Door
from tests.analyses.tiny import cut_of, door_into, full

OPTIONS = {
    name: {"usubjid": "T-01"} for name in ("patient", "patient_changes", "lesions", "between_scans", "patient_qol")
}
JOURNALLED = ("decisions",)  # read from the journal of a store; tests/analyses/test_decisions.py has one


@pytest.fixture(scope="module")
def tiny() -> duckdb.DuckDBPyConnection:
    return cut_of(full())


@pytest.fixture
def door(tiny: duckdb.DuckDBPyConnection) -> Door:
    return door_into(tiny, Role.STATISTICIAN)


def _line(frame: pd.DataFrame, first: str) -> list[str]:
    return frame.set_index(frame.columns[0]).loc[first].tolist()


def test_survival_as_it_is_read(door: Door) -> None:
    result = survival(door, by="arm")
    summary = tables.survival_summary(result)
    assert list(summary.columns) == [
        "Group", "Patients", "Events", "Median, days (95 % CI)", "Median follow-up, days",
    ]  # fmt: skip
    assert _line(summary, "Zap now")[:3] == ["10", "10", "165.0 (30.0 to 240.0)"]
    assert _line(summary, "Pills only")[2] == "not reached"
    landmarks = tables.survival_landmarks(result)
    assert list(landmarks.columns) == ["Group", "3 months", "6 months", "5 years"]
    assert _line(landmarks, "Pills only")[1:] == ["60 % (25 to 83)", "not reached"]
    assert _line(landmarks, "Zap now")[2] == "0 %"
    differences = tables.survival_differences(result)
    assert differences["At"].tolist() == ["3 months", "6 months", "5 years"]
    assert differences.iloc[1, 2].startswith("20 (")
    assert tables.survival_tests(result)["p"].str.match(r"0\.\d{3}").all()


def test_every_number_read_off_the_curves_is_in_one_table(door: Door) -> None:
    numbers = tables.survival_numbers(survival(door, by="arm"))
    assert list(numbers.columns) == ["", "Zap now", "Pills only", "Pills only vs Zap now"]
    assert _line(numbers, "Patients") == ["10", "10", "–"]
    assert _line(numbers, "Events") == ["10", "4", "–"]
    assert _line(numbers, "Median, days (95 % CI)")[1] == "not reached"
    assert _line(numbers, "At 6 months (95 % CI)")[2].startswith("+20 (")
    assert _line(numbers, "At 5 years (95 % CI)") == ["0 %", "not reached", "not reached"]
    # By hand: Zap (630 + 4 · 182.625) / 10 days, Pills (240 + 6 · 182.625) / 10.
    means = [cell.split(" (")[0] for cell in _line(numbers, "Mean up to 6 months, days (95 % CI)")]
    assert means == ["136.1", "133.6", "-2.5"]
    assert _line(numbers, "Maturity: patients with the event") == ["10 (100 %)", "4 (40 %)", "–"]
    assert _line(numbers, "With the event, or followed to 5 years") == ["10 (100 %)", "4 (40 %)", "–"]
    assert _line(numbers, "Hazard ratio (95 % CI)")[:2] == ["–", "–"]
    assert _line(numbers, "Log-rank, p")[2].startswith("0.")


def test_pooled_numbers_stand_in_one_column_and_compare_nothing(door: Door) -> None:
    numbers = tables.survival_numbers(survival(door))
    assert list(numbers.columns) == ["", "All patients"]
    assert not numbers[""].str.contains("Hazard|Log-rank").any()


def test_a_filtered_display_has_no_p_in_its_numbers(door: Door) -> None:
    numbers = tables.survival_numbers(survival(door, by="arm", where="AGE > 50"))
    assert not numbers[""].str.contains(", p").any()


def test_groups_that_change_hands_have_no_median_and_no_rate(door: Door) -> None:
    numbers = tables.survival_numbers(survival(door, by="received", method="time-varying"))
    assert numbers[""].tolist() == ["Patients", "Events", "Hazard ratio (95 % CI)"]


def test_a_small_group_reads_n_below_ten(door: Door) -> None:
    result = survival(door, by="arm", endpoint="OSDX")
    assert tables.survival_tests(result)["p"].tolist() == ["N/A (n < 10)"]
    assert tables.survival_hazard_ratios(result).iloc[0, 1:].tolist() == ["N/A", "–"]


def test_the_pooled_group_is_called_all_patients(door: Door) -> None:
    assert tables.survival_summary(survival(door))["Group"].tolist() == ["All patients"]
    assert "All patients (n = 18)" in tables.safety_overview(safety(door))


def test_safety_as_it_is_read(door: Door) -> None:
    result = safety(door, by="arm")
    shown = tables.safety_overview(result)
    groups = ["Zap now (n = 9)", "Pills only (n = 9)", "All patients (n = 18)"]
    assert list(shown.columns) == ["Patients with", *groups, "Difference (95 % CI)"]
    assert _line(shown, "Any adverse event") == ["2 (22 %)", "1 (11 %)", "3 (17 %)", "n < 10"]
    terms = tables.safety_terms(result)
    assert terms.iloc[0].tolist() == ["Any event", "Any event", "2 (22 %)", "1 (11 %)", "3 (17 %)", "n < 10"]
    nausea = terms[terms["Adverse event"] == "Nausea"]
    assert nausea.iloc[0, 2:5].tolist() == ["1 (11 %)", "1 (11 %)", "2 (11 %)"]
    grades = tables.safety_grades(result)
    assert list(grades.columns)[3:] == [*(f"Grade {grade}" for grade in "12345"), "Not graded"]
    assert grades.iloc[:, 3:].to_numpy().sum() == result.tables["grades"]["n_subjects"].sum()


def test_screening_as_it_is_read(door: Door) -> None:
    assert _line(tables.screening_funnel(enrolment(door)), "Enrolled") == ["20 (83 %)"]
    assert _line(tables.enrolment_sites(enrolment(door)), "02")[2:] == ["14", "10", "2 (14 %)", "1"]
    shown = tables.eligibility_criteria(eligibility(door))
    assert _line(shown, "I02") == [2, 2, 1, 0, 3, 19, "inclusion", "Fit enough"]


def test_the_large_numbers_of_the_overview(door: Door) -> None:
    shown = tables.overview_figures(overview(door)).set_index("What")["Number"]
    assert shown["Enrolled"] == "20 of 30"
    assert shown["Screened"] == "24"
    assert shown["Median follow-up"] == "8.4"


@pytest.mark.parametrize("analysis", [name for name in ANALYSES if name not in JOURNALLED])
def test_every_screen_reads_its_tables_full_and_empty(tiny: duckdb.DuckDBPyConnection, analysis: str) -> None:
    options = OPTIONS.get(analysis, {})
    role = Role.DATA_MANAGER if analysis == "audit" else Role.STATISTICIAN
    results = [ANALYSES[analysis](door_into(tiny, role), **options)]
    if analysis not in OPTIONS:
        results.append(ANALYSES[analysis](door_into(cut_of({}), role)))
    for result in results:
        _check_all_written(result)


def _check_all_written(result: Result) -> None:
    for name, written in tables.READABLE[result.analysis].items():
        shown = written(result)
        assert name in result.tables
        assert shown.columns.is_unique
        texts = {cell for column in shown for cell in shown[column] if isinstance(cell, str)}
        assert not {"nan", "NaT", "None", "nan (nan to nan)"} & texts, name
