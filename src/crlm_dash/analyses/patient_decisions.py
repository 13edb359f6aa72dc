"""What meetings decided for a patient, on the patient's timeline."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.result import Result
from crlm_dash.store.door import Door
from crlm_dash.terms import Lane

NO_DECISIONS = pd.DataFrame(columns=["RECORDED_AT", "CODE", "LABEL", "DETAIL"])


def with_decisions(door: Door, result: Result, decisions: pd.DataFrame) -> Result:
    """
    The result of the patient analysis with the decisions in the last lane of its timeline.

    A recommended treatment is as telling as a given one: who may not see arm names gets none.

    Parameters
    ----------
    decisions : one row a decision: RECORDED_AT (its day), CODE, LABEL (in a few words), DETAIL (why)

    Returns
    -------
    The result; the table `timeline` has one more row a decision, in the lane of MDT decisions.
    """
    if decisions.empty or not door.can(Action.SEE_ARM_NAMES):
        return result
    timeline = result.tables["timeline"]
    day = pd.to_datetime(decisions["RECORDED_AT"]).dt.normalize()
    rows = pd.DataFrame(
        {
            "lane": Lane.DECISION.value,
            "start": day,
            "start_day": _study_days(day, result.facts["enrolled"]),
            "label": decisions["LABEL"],
            "detail": decisions["DETAIL"],
            "code": decisions["CODE"],
            "precision": "",
        }
    )
    known = [each.dropna(axis="columns", how="all") for each in (timeline, rows)]
    longer = pd.concat(known, ignore_index=True).reindex(columns=timeline.columns)
    ordered = longer.sort_values("start", kind="stable", ignore_index=True)
    return replace(result, tables={**result.tables, "timeline": ordered})


def _study_days(days: pd.Series, enrolled: str | None) -> pd.Series:
    """Days since enrolment, which is day 1; there is no day 0."""
    if enrolled is None:
        return pd.Series(float("nan"), index=days.index)
    since = (days - pd.Timestamp(enrolled)).dt.days
    return since.where(since < 0, since + 1)
