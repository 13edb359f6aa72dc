"""Tables of what became of patients after each treatment."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOTHING, n_percent, rows, written
from crlm_dash.tables.formats import count as count_words
from crlm_dash.tables.survival import group_words

TREATMENT, GROUP = "Treatment", "Group"
PATIENTS = "patients"
_WORDS = {"Any": "Any procedure", "SYSTEMIC": "Systemic therapy", "SBRT": "SBRT", "TACE": "TACE", "HAIC": "HAIC"}
_FIRST = ("≥ IIIa", "≥ IIIb", "serious")  # columns that are read first
_COMPLICATIONS = {"none": "None", "not graded": "Not graded", "serious": "Serious"}
_WORST = "Worst grade "


def modality_words(modality: str) -> str:
    """A treatment as it is written on the screen."""
    return _WORDS.get(modality, modality.capitalize())


def safety_procedures(result: Result) -> pd.DataFrame:
    """Deaths after procedures: dead of those of whom it is known, with exact limits, and of how many it is not yet."""
    table = result.tables["procedures"]
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows(table[table["n_subjects"] > 0]):
        line = found.setdefault((row["modality"], row["strata"]), _head(row) | {"Patients": f"{row['n_subjects']:,}"})
        line[f"Died within {row['days']} days (95 % CI)"] = _mortality(row)
        line[f"Not yet known at {row['days']}"] = f"{row['n_unknown']:,}"
    lines = [dict(sorted(line.items(), key=lambda cell: cell[0].startswith("Not yet"))) for line in found.values()]
    return _lines(result, lines)


def safety_complications(result: Result, count: str = "") -> pd.DataFrame:
    """Procedures (or, counting 'patients', patients) by worst Clavien–Dindo grade, a line a treatment and group."""
    table = result.tables["complications"]
    unit = "subjects" if count == PATIENTS else "procedures"
    found: dict[tuple[str, str], dict[str, str]] = {}
    shown = table[table[f"of_{unit}"] > 0].sort_values(
        "complication", key=lambda names: ~names.isin(_FIRST), kind="stable"
    )
    order = list(dict.fromkeys(zip(table["modality"], table["strata"], strict=True)))
    for row in rows(shown):
        head = _head(row) | {unit.capitalize().replace("Subjects", "Patients"): f"{row[f'of_{unit}']:,}"}
        line = found.setdefault((row["modality"], row["strata"]), head)
        n, of = row[f"n_{unit}"], row[f"of_{unit}"]
        complication = str(row["complication"])
        line[_COMPLICATIONS.get(complication, complication)] = n_percent(n, 100 * n / of) if n else "0"
    return _lines(result, [found[line] for line in order if line in found])


def safety_complication_terms(result: Result) -> pd.DataFrame:
    """Complications of each local treatment, the most frequent first: "12 (34 %)" of those who had it."""
    found = [
        _head(row)
        | {
            "Complication": str(row["AEDECOD"]),
            "Patients": n_percent(row["n_subjects"], row["percent"]),
            "of grade 3 or higher": f"{row['n_severe']:,}",
            "Events": f"{row['n_events']:,}",
        }
        for row in rows(result.tables["complication_terms"])
        if row["n"]
    ]
    return _lines(result, found)


def safety_modalities(result: Result) -> pd.DataFrame:
    """Patients with events attributed to each treatment, of those who received it, by kind and worst grade."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    table = result.tables["modalities"]
    for row in rows(table[table["n"] > 0]):
        line = found.setdefault((row["modality"], row["strata"]), _head(row) | {"Received by": f"{row['n']:,}"})
        measure = str(row["measure"])
        if measure.startswith(_WORST):
            grade = measure.removeprefix(_WORST)
            line["Worst: not graded" if grade == "missing" else f"Worst: {grade}"] = count_words(row["n_subjects"])
            continue
        line[measure] = n_percent(row["n_subjects"], row["percent"])
        if measure == "Any adverse event":
            line["Events"] = count_words(row["n_events"])
    return _lines(result, list(found.values()))


def _head(row: dict[str, Any]) -> dict[str, str]:
    return {TREATMENT: modality_words(str(row["modality"])), GROUP: group_words(str(row["strata"]))}


def _lines(result: Result, found: list[dict[str, str]]) -> pd.DataFrame:
    """The lines as a frame; the group stands there only where there is more than one."""
    columns = list(dict.fromkeys(name for line in found for name in line)) or [TREATMENT]
    frame = written(found, columns)
    alone = GROUP in frame and frame[GROUP].nunique() < 2
    return frame.drop(columns=GROUP) if alone else frame


def _mortality(row: dict[str, Any]) -> str:
    if not row["n_known"]:
        return NOTHING
    estimate, low, high = (f"{100 * row[name]:.1f}" for name in ("estimate", "conf_low", "conf_high"))
    return f"{row['n_died']:,} of {row['n_known']:,}: {estimate} % ({low} to {high})"
