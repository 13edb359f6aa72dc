"""Tables of follow-up and of deviations."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOTHING, count, n_percent, number, relabelled, rows, with_limits, written
from crlm_dash.tables.survival import group_words
from crlm_dash.terms import VISIT_STATUSES


def followup_summary(result: Result) -> pd.DataFrame:
    """How long and how current follow-up is, a column a group; then what became of the patients."""
    summary, status = rows(result.tables["summary"]), rows(result.tables["status"])
    heads = {row["strata"]: f"{group_words(row['strata'])} (n = {row['n']:,})" for row in summary}
    columns = ["", *heads.values()]
    lines = {
        "Median follow-up, months (95 % CI)": [
            with_limits(row["followup_median"], row["conf_low"], row["conf_high"]) for row in summary
        ],
    }
    for row in status:
        lines.setdefault(row["status"], []).append(n_percent(row["n"], row["percent"]))
    lines |= {
        "Recent contact, of those in follow-up": [_recent(row) for row in summary],
        "Median days since last contact": [number(row["days_since"], 0, missing=NOTHING) for row in summary],
    }
    for row in rows(result.tables["completeness"]):
        lines.setdefault("Completeness (Clark’s C), patient-years", []).append(_completeness(row))
    return written([dict(zip(columns, (what, *cells), strict=True)) for what, cells in lines.items()], columns)


def followup_overdue(result: Result) -> pd.DataFrame:
    """Who is overdue: the call list, by site."""
    shown = relabelled(
        result.tables["overdue"],
        {
            "SITEID": "Site", "USUBJID": "Patient", "visit": "Visit", "due": "Due",
            "days_overdue": "Days overdue", "last_contact": "Last contact", "seen_since": "Seen since",
        },
    )  # fmt: skip
    return shown.assign(Visit=shown["Visit"].map(_visit))


def followup_patients(result: Result) -> pd.DataFrame:
    """Every visit of the patients shown, planned or made."""
    shown = relabelled(
        result.tables["visits"],
        {
            "SITEID": "Site", "USUBJID": "Patient", "visit": "Visit", "status": "Status", "due": "Due",
            "window_low": "Window from", "window_high": "Window to", "actual": "Made",
        },
    )  # fmt: skip
    status = shown["Status"].map(VISIT_STATUSES | {"unscheduled": "Not planned"})
    return shown.assign(Visit=shown["Visit"].map(_visit), Status=status)


def followup_attendance(result: Result) -> pd.DataFrame:
    """Planned visits: expected, made in or outside their window, missed, overdue; one line a group and visit."""
    table = result.tables["attendance"]
    columns = ["Group", "Visit", "Expected", "Made in window", "Early", "Late", "Missed", "Overdue", "Window open"]
    if table["strata"].nunique() < 2:
        columns.remove("Group")
    found = [
        {
            "Group": group_words(row["strata"]),
            "Visit": _visit(row["visit"]),
            "Expected": count(row["n_expected"]),
            "Made in window": _of_expected(row, "n_in_window"),
            "Early": count(row["n_early"]),
            "Late": count(row["n_late"]),
            "Missed": _of_expected(row, "n_missed"),
            "Overdue": _of_expected(row, "n_overdue"),
            "Window open": count(row["n_open"]),
        }
        for row in rows(table)
    ]
    return written(found, columns)


def deviation_kinds(result: Result) -> pd.DataFrame:
    """How many deviations of each kind, and in how many patients."""
    columns = ["Known from", "Deviation", "Deviations", "Patients"]
    found = [
        dict(
            zip(
                columns,
                (row["source"], row["kind"], count(row["n"]), n_percent(row["n_subjects"], row["percent"])),
                strict=True,
            )
        )
        for row in rows(result.tables["kinds"])
    ]
    return written(found, columns)


def deviation_sites(result: Result) -> pd.DataFrame:
    """Deviations at each site."""
    columns = ["Site", "Enrolled", "Deviations", "Patients with any"]
    found = [
        dict(
            zip(
                columns,
                (
                    row["siteid"],
                    count(row["n_enrolled"]),
                    count(row["n"]),
                    n_percent(row["n_subjects"], row["percent"]),
                ),
                strict=True,
            )
        )
        for row in rows(result.tables["sites"])
    ]
    return written(found, columns)


def _visit(name: str) -> str:
    return name.capitalize() if name.isupper() else name


def _recent(row: dict[str, Any]) -> str:
    if not row["n_inside"]:
        return NOTHING
    return f"{count(row['n_recent'])} of {count(row['n_inside'])} ({100 * row['share_recent']:.0f} %)"


def _completeness(row: dict[str, Any]) -> str:
    if not row["possible"]:
        return NOTHING
    return f"{100 * row['completeness']:.0f} % ({row['observed']:,.1f} of {row['possible']:,.1f})"


def _of_expected(row: dict[str, Any], column: str) -> str:
    return n_percent(row[column], 100 * row[column] / row["n_expected"] if row["n_expected"] else None)
