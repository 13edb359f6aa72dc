"""Tables of the overview and quality screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import count, date, number, relabelled, rows, written


def overview_figures(result: Result) -> pd.DataFrame:
    """The trial at a glance."""
    columns = ["What", "Number", "Meaning"]
    found = [
        {"What": row["item"], "Number": figure(row), "Meaning": row["detail"]} for row in rows(result.tables["figures"])
    ]
    return written(found, columns)


def figure(row: dict[str, Any]) -> str:
    """One of the large numbers of the overview: "150 of 200", "23.4"."""
    value = row["value"]
    shown = number(value, 0 if pd.isna(value) or float(value).is_integer() else 1)
    return shown if pd.isna(row["of"]) else f"{shown} of {count(row['of'])}"


def overview_attention(result: Result) -> pd.DataFrame:
    """What needs attention, the worst first."""
    labels = {"severity": "Severity", "text": "What", "page": "See"}
    return relabelled(result.tables["attention"], labels)


def overview_milestones(result: Result) -> pd.DataFrame:
    """Milestones in order of their dates."""
    found = [{"Milestone": row["milestone"], "Date": date(row["date"])} for row in rows(result.tables["milestones"])]
    return written(found, ["Milestone", "Date"])


def quality_faults(result: Result) -> pd.DataFrame:
    """Faults of the source, the worst first."""
    labels = {
        "severity": "Severity",
        "domain": "Dataset",
        "file": "File",
        "row": "Row",
        "USUBJID": "Patient",
        "column": "Column",
        "rule": "Rule",
        "value": "Found",
        "message": "What is wrong",
    }
    return relabelled(result.tables["faults"], labels)


def quality_counts(result: Result) -> pd.DataFrame:
    """How many faults of each kind."""
    labels = {"severity": "Severity", "domain": "Dataset", "rule": "Rule", "n": "Faults"}
    return relabelled(result.tables["counts"], labels)


def quality_delivered(result: Result) -> pd.DataFrame:
    """Datasets that were delivered."""
    labels = {"dataset": "Dataset", "files": "Files", "n_rows": "Rows"}
    return relabelled(result.tables["delivered"], labels)


def quality_cuts(result: Result) -> pd.DataFrame:
    """The trial's data cuts."""
    columns = ["Cut", "Cut-off", "Label", "Sealed (UTC)", "Fingerprint"]
    found = [
        dict(
            zip(
                columns,
                (
                    count(row["number"]),
                    date(row["cutoff"]),
                    row["label"] or "",
                    f"{pd.Timestamp(row['sealed_at']):%Y-%m-%d %H:%M}",
                    row["fingerprint"][:12],
                ),
                strict=True,
            )
        )
        for row in rows(result.tables["cuts"])
    ]
    return written(found, columns)


def manifest_facts(result: Result) -> pd.DataFrame:
    """The cut, its fingerprint and its protocol file."""
    return relabelled(result.tables["facts"], {"item": "What", "value": "Value"})


def manifest_sources(result: Result) -> pd.DataFrame:
    """Files the cut was built from."""
    found = [
        {"File": row["file"], "Bytes": count(row["bytes"]), "SHA-256": row["sha256"]}
        for row in rows(result.tables["sources"])
    ]
    return written(found, ["File", "Bytes", "SHA-256"])


def manifest_assumptions(result: Result) -> pd.DataFrame:
    """Values that the published text does not give."""
    return relabelled(result.tables["assumptions"], {"text": "Assumed"})


def manifest_versions(result: Result) -> pd.DataFrame:
    """Software and its versions."""
    return relabelled(result.tables["versions"], {"software": "Software", "version": "Version"})


def audit_entries(result: Result) -> pd.DataFrame:
    """Who did what, the newest first."""
    labels = {"at": "When (UTC)", "what": "What", "name": "Who", "role": "As", "cut": "Data cut", "about": "About"}
    labels |= {"record": "Record", "number": "Entry"}
    found = result.tables["entries"]
    shown = found.assign(
        at=[f"{each:%Y-%m-%d %H:%M:%S}" for each in found["at"]],
        role=[each.upper() if len(each) < 5 else each.replace("_", " ").capitalize() for each in found["role"]],
    )
    return relabelled(shown, labels)


def audit_totals(result: Result) -> pd.DataFrame:
    """How often each thing was done, and by how many people."""
    return relabelled(result.tables["totals"], {"what": "What", "n": "Entries", "n_people": "People"})


QUALITY: dict[str, Callable[[Result], pd.DataFrame]] = {
    "counts": quality_counts,
    "faults": quality_faults,
    "delivered": quality_delivered,
    "cuts": quality_cuts,
}
