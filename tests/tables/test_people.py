"""Tables of the patient screen: dates as far as they are known."""

from __future__ import annotations

import pandas as pd

from crlm_dash.tables import patient_timeline
from tests.figures.results import timeline_result


def test_dates_are_written_as_far_as_they_are_known() -> None:
    event = {"lane": "Adverse events", "label": "Nausea", "start": "2025-02-01"}
    rows = [
        event | {"end": "2025-03-31", "end_precision": "D"},
        event | {"start": "2025-01-01", "precision": "M", "ongoing": "Y"},
        event,
    ]
    shown = patient_timeline(timeline_result(rows))
    assert shown["From"].tolist() == ["2025-02-01", "2025", "2025-02-01"]
    assert shown["To"].where(shown["To"].notna(), None).tolist() == ["2025-03", "ongoing", None]


def test_nobody_s_table_has_its_columns() -> None:
    shown = patient_timeline(timeline_result([]))
    assert isinstance(shown, pd.DataFrame)
    assert {"From", "To", "Grade", "Related", "Outcome", "Record"} <= set(shown.columns)
