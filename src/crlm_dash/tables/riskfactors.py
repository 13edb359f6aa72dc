"""Tables of the risk factor screen."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOT_TESTED, NOTHING, count, number, p_value, rows, with_limits, written

ALONE, TOGETHER = "univariable", "multivariable"
SMALL = "n < 10"


def riskfactor_models(result: Result) -> pd.DataFrame:
    """Every level of every factor: how many, and its hazard ratio alone and with all factors together."""
    columns = [
        "Factor", "Level", "Patients", "Events", "Alone: hazard ratio (95 % CI)", "Alone: p",
        "Together: hazard ratio (95 % CI)", "Together: p",
    ]  # fmt: skip
    models = rows(result.tables["models"])
    together = {(row["term"], row["level"]): row for row in models if row["model"] == TOGETHER}
    found = []
    for row in (each for each in models if each["model"] == ALONE):
        beside = together.get((row["term"], row["level"]))
        cells = [*_ratio(row), *(_ratio(beside) if beside else (NOTHING, NOTHING))]
        found.append([row["label"], row["level"], count(row["n"]), count(row["n_event"]), *cells])
    return written([dict(zip(columns, line, strict=True)) for line in found], columns)


def riskfactor_tests(result: Result) -> pd.DataFrame:
    """Of every factor as a whole: whether it matters, alone and beside the others, and keeps its ratio."""
    columns = ["Factor", "Alone: p", "Together: p", "Together: proportional hazards, p"]
    tests = rows(result.tables["tests"])
    alone = {row["term"]: p_value(row["p_value"]) for row in tests if row["model"] == ALONE}
    beside = {row["term"]: (_p(row, "p_value"), _p(row, "ph_p_value")) for row in tests if row["model"] == TOGETHER}
    labels = {row["term"]: row["label"] for row in tests}
    found = [(label, alone.get(term, NOTHING), *beside.get(term, (NOTHING, NOTHING))) for term, label in labels.items()]
    return written([dict(zip(columns, line, strict=True)) for line in found], columns)


def riskfactor_subgroups(result: Result) -> pd.DataFrame:
    """The arms within every level of every factor, with the test that their ratio is the same in all levels."""
    columns = [
        "Subgroup", "Level", "Comparison", "Patients", "Events", "Hazard ratio (95 % CI)", "Interaction, p",
    ]  # fmt: skip
    table = result.tables["subgroups"]
    first = ~table.duplicated(["by"])
    found = []
    for row, leads in zip(rows(table), first, strict=True):
        sizes = f"{count(row['n'])} vs {count(row['n_reference'])}"
        events = f"{count(row['n_event'])} vs {count(row['n_event_reference'])}"
        shown = _p(row, "interaction_p") if leads and row["by"] and not result.filters else NOTHING
        found.append([row["label"], row["level"], row["comparison"], sizes, events, _ratio(row)[0], shown])
    return written([dict(zip(columns, line, strict=True)) for line in found], columns)


def riskfactor_facts(result: Result) -> pd.DataFrame:
    """On whom the multivariable model rests, and how many events it has for each parameter."""
    columns = ["Model", "Patients", "Left out", "Events", "Parameters", "Events per parameter"]
    found = [
        (
            str(row["model"]).capitalize(),
            *(count(row[name]) for name in ("n", "n_missing", "n_event", "parameters")),
            number(row["events_per_parameter"], missing=NOTHING),
        )
        for row in rows(result.tables["facts"])
    ]
    return written([dict(zip(columns, line, strict=True)) for line in found], columns)


def riskfactor_covariates(result: Result) -> pd.DataFrame:
    """Every factor: what it is compared with, in how many it is missing, why it is not used."""
    columns = ["Factor", "Compared with", "Missing in", "Not used because"]
    found = [
        (row["label"], row["reference"] or NOTHING, count(row["n_missing"]), row["left_out"] or NOTHING)
        for row in rows(result.tables["covariates"])
    ]
    return written([dict(zip(columns, line, strict=True)) for line in found], columns)


def _ratio(row: dict[str, Any]) -> tuple[str, str]:
    """Hazard ratio and p-value as they are read, or why there are none."""
    if row["note"] == SMALL and not row.get("reference"):
        return NOT_TESTED, NOTHING
    if row.get("reference") and not pd.isna(row["estimate"]):
        return "1 (reference)", NOTHING
    if row["note"] and row["note"] != SMALL:
        return str(row["note"]), NOTHING
    ratio = with_limits(row["estimate"], row["conf_low"], row["conf_high"], digits=2)
    return ratio, NOTHING if pd.isna(row.get("p_value")) else p_value(row["p_value"])


def _p(row: dict[str, Any], name: str) -> str:
    """A p-value; a dash for a test that has nothing to test."""
    return NOTHING if pd.isna(row[name]) and row.get("df") == 0 else p_value(row[name])
