"""Sites as a table a person reads and sorts: numbers stay numbers."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import relabelled

_LEAST = 10  # a share of fewer is not given
_COLUMNS = {
    "siteid": "Site",
    "country": "Country",
    "open_since": "Open since",
    "n_screened": "Screened",
    "n_enrolled": "Enrolled",
    "rate": "Enrolled a month",
    "n_failed": "Failed",
    "failure_rate": "Failed, %",
    "n_refused": "Declined",
    "n_with_overdue": "Patients overdue",
    "share_in_window": "Visits in window, %",
    "n_deviations": "Deviations",
    "faults_per_patient": "Faults a patient",
}


def sites_table(result: Result) -> pd.DataFrame:
    """One line a site. Numbers, so that the table can be sorted; a share of fewer than ten is left out."""
    table = result.tables["sites"]
    rounded = table.assign(
        rate=table["rate"].astype(float).round(2),
        failure_rate=(100 * table["failure_rate"].where(table["n_screened"] >= _LEAST)).round(),
        share_in_window=(100 * table["share_in_window"].where(table["n_with_expected"] >= _LEAST)).round(),
        faults_per_patient=table["faults_per_patient"].where(table["n_screened"] >= _LEAST).round(2),
    )
    return relabelled(rounded, _COLUMNS)
