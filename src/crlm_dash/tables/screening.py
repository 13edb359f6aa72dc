"""Tables of the enrolment screen."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import count, date, n_percent, relabelled, rows, text, written


def screening_funnel(result: Result) -> pd.DataFrame:
    """How many came and what became of them."""
    table = result.tables["funnel"]
    total = int(table["n"].iloc[0]) if len(table) else 0
    columns = ["Step", "Patients"]
    found = [
        {"Step": row["step"], "Patients": n_percent(row["n"], 100 * row["n"] / total if total else None)}
        for row in rows(table)
    ]
    return written(found, columns)


def enrolment_sites(result: Result) -> pd.DataFrame:
    """One line a site: who was screened, enrolled, failed."""
    columns = [
        "Site",
        "Country",
        "First enrolled",
        "Screened",
        "Enrolled",
        "Failed eligibility",
        "Declined or withdrew",
    ]
    found = [
        dict(
            zip(
                columns,
                (
                    text(row["siteid"]),
                    text(row["country"]),
                    date(row["first_enrolled"]),
                    count(row["n_screened"]),
                    count(row["n_enrolled"]),
                    n_percent(row["n_failed"], 100 * row["failure_rate"]),
                    count(row["n_refused"]),
                ),
                strict=True,
            )
        )
        for row in rows(result.tables["sites"])
    ]
    return written(found, columns)


def enrolment_arms(result: Result) -> pd.DataFrame:
    """Enrolled by arm."""
    return relabelled(result.tables["arms"], {"strata": "Arm", "n": "Enrolled"})
