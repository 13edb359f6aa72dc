"""Eligibility: which criteria keep patients out, as the sites recorded it."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.framing import assumed, population_words, result_of, table, whole
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import plural
from crlm_dash.store.door import Door

OUTCOMES = {
    "enrolled": "Eligible and enrolled",
    "enrolled_unmet": "Enrolled although a criterion was not met",
    "failed": "Failed eligibility",
    "failed_unrecorded": "Failed, no criterion recorded",
    "refused": "Declined or withdrew before enrolment",
    "pending": "Pending",
}
MOST_ROWS = 5000
AS_RECORDED = (
    "Criteria are shown as the site recorded them; they are not evaluated again from the data. "
    "Unknown is never counted as met."
)


def eligibility(door: Door, *, limit: int = MOST_ROWS) -> Result:
    """
    Criteria met, not met and unknown among all screened, and what became of the screened.

    Parameters
    ----------
    limit : most rows of `subjects` wanted

    Returns
    -------
    Tables `criteria` (`n_first`: the first criterion not met, in protocol order; `n_sole`: the only one),
    `subjects` (criteria recorded as not met, at the viewer's sites, at most `limit` rows), `outcomes`.
    """
    n_screened = whole(door.ask("enrolment_funnel", population="SCRNFL").iloc[0]["n_screened"])
    criteria = _criteria(door, n_screened)
    outcomes, subjects = _outcomes(door), _subjects(door, limit)
    n_unrecorded = int(outcomes.set_index("outcome")["n"][OUTCOMES["failed_unrecorded"]])
    failures = plural(n_unrecorded, "screening failure")
    return result_of(
        door,
        "eligibility",
        {"criteria": criteria, "subjects": subjects, "outcomes": outcomes},
        population=population_words(door, "SCRNFL"),
        n_used=n_screened,
        n_total=n_screened,
        notes=[
            AS_RECORDED,
            f"{failures} without a recorded criterion: in no bar." if n_unrecorded else "",
            "Any: everyone who did not meet it. First: in protocol order. Sole: the only one not met.",
            f"Only the first {limit:,} unmet criteria are listed." if len(subjects) == limit else "",
            *assumed(door, "criteria"),
        ],
        sentence=_sentence(criteria, outcomes),
        empty="" if n_screened else "No subject has been screened yet.",
    )


def _criteria(door: Door, n_screened: int) -> pd.DataFrame:
    """Every criterion of the protocol, then those only the data have."""
    found = door.ask("eligibility_criteria", population="SCRNFL").set_index("criterion")
    declared = {each.id: each for each in door.protocol.criteria}
    counts = ["n_met", "n_not_met", "n_unknown", "n_first", "n_sole"]
    rows = []
    for criterion in dict.fromkeys([*declared, *found.index]):
        known = declared.get(criterion)
        kind, text = (known.type, known.text) if known else (found.at[criterion, "type"], criterion)
        numbers = [0, 0, n_screened, 0, 0]
        if criterion in found.index:
            numbers = [whole(value) for value in found.loc[criterion, counts]]
        rows.append((criterion, kind, text, *numbers))
    return table(rows, "criterion type text n_met n_not_met n_unknown n_first n_sole")


def _subjects(door: Door, limit: int) -> pd.DataFrame:
    found = door.ask("eligibility_subjects", population="SCRNFL", row_limit=limit).assign(
        result=None, value=None, unit=None
    )
    return found[["USUBJID", "criterion", "result", "value", "unit", "date", "recorded"]]


def _outcomes(door: Door) -> pd.DataFrame:
    found = door.ask("eligibility_outcomes", population="SCRNFL").set_index("outcome")["n"]
    return table([(label, whole(found.get(key, 0))) for key, label in OUTCOMES.items()], "outcome n")


def _sentence(criteria: pd.DataFrame, outcomes: pd.DataFrame) -> str:
    n = outcomes.set_index("outcome")["n"]
    failed = int(n[OUTCOMES["failed"]] + n[OUTCOMES["failed_unrecorded"]])
    text = f"{plural(failed, 'patient')} of {int(n.sum()):,} screened failed eligibility"
    most = criteria.sort_values("n_not_met", ascending=False, kind="stable").head(1)
    if most.empty or not int(most["n_not_met"].iloc[0]):
        return f"{text}; no criterion is recorded as not met."
    first = most.iloc[0]
    n_not_met = plural(int(first["n_not_met"]), "patient")
    return (
        f"{text}; the criterion most often not met was {first['criterion']} ({n_not_met}, "
        f"for {int(first['n_sole']):,} the only one)."
    )
