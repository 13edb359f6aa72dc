"""Tables of a meeting: who is proposed, and the list with what is new."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.decisions import decisions_history, decisions_list
from crlm_dash.tables.formats import relabelled


def meeting_candidates(result: Result) -> pd.DataFrame:
    """Whom to speak of, and why."""
    labels = {"USUBJID": "Patient", "SITEID": "Site", "status": "Status", "why": "Why"}
    return relabelled(result.tables["candidates"], labels)


def meeting_patients(result: Result) -> pd.DataFrame:
    """The list in its order."""
    labels = {
        "place": "No.",
        "USUBJID": "Patient",
        "news": "New",
        "status": "Status",
        "response": "Last response",
        "overdue": "Overdue",
        "SITEID": "Site",
    }
    rows = result.tables["patients"]
    overdue = rows["overdue"].mask(rows["overdue"] == 0)
    return relabelled(rows.assign(place=range(1, len(rows) + 1), overdue=overdue), labels)


MEETING = {
    "decisions": {"decisions": decisions_list, "versions": decisions_history},
    "meeting_candidates": {"candidates": meeting_candidates},
    "meeting_patients": {"patients": meeting_patients},
}
