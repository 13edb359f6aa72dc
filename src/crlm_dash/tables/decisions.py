"""Tables of what meetings decided: as it stands, every writing of it, and the minutes of one meeting."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import relabelled
from crlm_dash.terms import Recommendation

_FOLLOWED = {"agreed": "✓ agreed", "differs": "≠ differs", "nothing yet": "nothing yet"}
_THEN = {"followed": "Then", "done": "Done", "done_on": "On"}
_SAID = {
    "recommendation": "Recommended",
    "rationale": "Rationale",
    "questions": "Open questions",
    "attended": "Attended",
}
_AUTHOR = {
    "role": "Written by",
    "name": "Name",
    "recorded": "Written (UTC)",
    "cut": "Data cut",
    "reason": "Why corrected",
}


def decisions_list(result: Result) -> pd.DataFrame:
    """Decisions as they stand, and what was then done."""
    rows = result.tables["decisions"]
    labels = {
        "USUBJID": "Patient",
        "decided": "Decided",
        **_SAID,
        "followed": "Then",
        "done": "Done",
        "done_on": "On",
        "meeting": "Meeting",
        **_AUTHOR,
        "n_versions": "Writings",
    }
    return relabelled(_written(rows).assign(followed=rows["followed"].map(_FOLLOWED)), labels)


def decisions_history(result: Result) -> pd.DataFrame:
    """Every writing of every decision; what was corrected keeps its words."""
    labels = {
        "USUBJID": "Patient",
        "decision": "Decision",
        "version": "Writing",
        "decided": "Decided",
        **_SAID,
        "meeting": "Meeting",
        **_AUTHOR,
    }
    return relabelled(_written(result.tables["versions"]), labels)


def decisions_minutes(result: Result) -> pd.DataFrame:
    """Every writing, the earlier ones too, and beside the last of each decision what was then done."""
    every, now = result.tables["versions"], result.tables["decisions"].set_index("decision")
    is_last = every["version"] == every["decision"].map(now["n_versions"])
    then = {label: every["decision"].map(now[name]).where(is_last) for name, label in _THEN.items()}
    return decisions_history(result).assign(**then)


def _written(rows: pd.DataFrame) -> pd.DataFrame:
    """Recommendations in words; times to the minute."""
    return rows.assign(
        recommendation=[Recommendation(each).label for each in rows["recommendation"]],
        recorded=rows["recorded"].dt.strftime("%Y-%m-%d %H:%M"),
    )
