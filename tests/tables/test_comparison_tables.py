"""Tables of the comparison: signs, what is not reached, which limits stand in which column."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from crlm_dash.analyses import Result
from crlm_dash.analyses.comparison_design import COLUMNS as DESIGN
from crlm_dash.analyses.comparison_outcomes import COLUMNS, empty_tables
from crlm_dash.analyses.framing import table
from crlm_dash.tables import comparison
from tests.figures.results import result

NOT = (np.nan,) * 7
FACTS = {"groups": ["B", "A"], "weights": "overlap", "competing": False}


def shown(**tables: list[tuple[Any, ...]]) -> Result:
    known = DESIGN | COLUMNS
    empty = {name: table([], columns) for name, columns in DESIGN.items()} | empty_tables()
    frames = {name: table(rows, known[name]) for name, rows in tables.items()}
    return replace(result("comparison", empty | frames), facts=FACTS)


def test_differences_are_patients_of_a_hundred_with_their_sign() -> None:
    limits = (0.124, -0.05, 0.31, -0.06, 0.32, np.nan, np.nan)
    none = (0.001, -0.1, 0.1, -0.1, 0.1, -0.11, 0.12)
    rows = [
        ("difference", "crude", "A vs B", 12.0, *limits), ("difference", "overlap", "A vs B", 12.0, *none),
        ("difference", "crude", "A vs B", 36.0, *NOT), ("difference", "overlap", "A vs B", 36.0, *NOT),
        ("restricted mean", "crude", "A vs B", 24.0, 1.26, 0.1, 2.5, 0.0, 2.6, np.nan, np.nan),
    ]  # fmt: skip
    found = comparison.differences(shown(differences=rows))
    assert found.iloc[:, 0].tolist() == [
        "Patients of 100 free of the event at 1 year", "Patients of 100 free of the event at 1 year",
        "Patients of 100 free of the event at 3 years", "Mean months of the first 24",
    ]  # fmt: skip
    assert found["Estimate"].tolist() == ["+12", "0", "not reached", "+1.3"]
    assert found["95 % limits"].tolist() == ["-5 to 31", "-10 to 10", "–", "0.1 to 2.5"]
    assert found["Drawn anew"].tolist() == ["–", "-11 to 12", "–", "–"]


def test_a_ratio_that_cannot_be_estimated_says_so() -> None:
    rows = [
        ("crude", "A vs B", 40, 9, 0.5, 0.2, 1.2, 0.1, 1.3, 0.25, 1.1, ""),
        ("overlap", "A vs B", 40, 9, *NOT, "not estimable"),
    ]
    found = comparison.hazard_ratio(shown(hazard_ratio=rows))
    assert found["Hazard ratio"].tolist() == ["0.50", "not estimable"]
    assert found["Robust limits"].tolist() == ["0.10 to 1.30", "–"]


def test_balance_stands_in_one_line_a_covariate() -> None:
    covariates = [
        ("AGE", "Age", "", "years", 0, ""),
        ("RAS", "RAS", "MUTANT", "", 4, ""),
        ("X", "Same", "Y", "", 0, "same"),
    ]
    balance = [
        ("crude", "AGE", "Age", "", 60.0, 54.04, -0.61, 1.1), ("overlap", "AGE", "Age", "", 57.0, 57.0, -0.0, 1.0),
        ("crude", "RAS", "RAS", "MUTANT", 0.5, 0.25, 0.5, np.nan),
        ("overlap", "RAS", "RAS", "MUTANT", 0.4, 0.4, 0.0, np.nan),
        ("crude", "X", "Same", "Y", 1.0, 1.0, np.nan, np.nan),
    ]  # fmt: skip
    found = comparison.balance(shown(covariates=covariates, balance=balance))
    assert found["Covariate"].tolist() == ["Age (years)", "RAS: MUTANT", "Same"]
    assert found["Difference before"].tolist() == ["-0.61", "0.50", "same"]
    assert found["Difference after"].tolist() == ["0.00", "0.00", "–"]
    assert found["A: before"].tolist() == ["60.0", "50 %", "100 %"]
    assert found["Not known in"].tolist() == ["0", "4", "0"]


def test_what_is_not_known_stands_by_covariate_and_group() -> None:
    missing = [
        ("AGE", "Age", "B", 40, 0),
        ("AGE", "Age", "A", 50, 0),
        ("RAS", "RAS", "B", 40, 0),
        ("RAS", "RAS", "A", 50, 6),
    ]
    found = comparison.missing(shown(missing=missing))
    assert found.to_dict("records") == [{"Covariate": "RAS", "Not known in B": "0 of 40", "Not known in A": "6 of 50"}]
    assert comparison.missing(shown(missing=missing[:2])).empty


def test_sensitivity_tells_ratios_from_differences_and_e_values() -> None:
    rows = [
        ("Outcome model", "hazard ratio", 0.0, 0.5, 0.2, 1.2, 0.1, 1.3, 0.25, 1.1, ""),
        ("Doubly robust difference", "difference", 24.0, 0.1, -0.05, 0.25, -0.05, 0.25, np.nan, np.nan, ""),
        ("E-value", "E-value", 0.0, 2.61, *(np.nan,) * 6, "of the estimate"),
    ]
    found = comparison.sensitivity(shown(sensitivity=rows))
    assert found["Result (95 % CI)"].tolist() == ["0.50 (0.25 to 1.10)", "10 (-5 to 25)", "2.61"]
    assert found["Measure"].tolist() == [
        "Hazard ratio",
        "Event-free of 100 at 2 years",
        "Ratio of risks",
    ]
