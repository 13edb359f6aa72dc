"""The flow of patients through the trial as it stands, in the boxes of the CONSORT diagram."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.framing import group_order, names_an_arm, table, whole
from crlm_dash.analyses.withheld import is_unsplit, tells
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.store.rooms import RECEIVED_NEEDS
from crlm_dash.terms import MISSING_GROUP, POOLED, WITHHELD_TERMS

MOST_REASONS = 4  # criteria named in the box of those excluded
ENROLMENT, ALLOCATION, TREATMENT, FOLLOW_UP, ANALYSIS = "enrolment", "allocation", "treatment", "follow-up", "analysis"
HEAD, LINE, DETAIL = 0, 1, 2  # levels within a box
BECAME = {
    "ONGOING": "In follow-up",
    "COMPLETED": "Completed follow-up",
    "DEATH": "Died",
    "LOST TO FOLLOW-UP": "Lost to follow-up",
    "WITHDRAWAL BY SUBJECT": "Withdrew",
    "NOT RECORDED": "Discontinued, reason not recorded",
}
_COLUMNS = "stage box strata item level n"


def consort(door: Door, funnel: dict[str, int], lost: pd.DataFrame, arms: pd.DataFrame) -> pd.DataFrame:
    """
    The boxes of the diagram (CONSORT 2010 and 2025), from screening to analysis.

    Numbers allocated are shown by arm to whom they may be shown; treatment, follow-up and analysis by arm are outcomes
    and pooled for everyone else.

    Parameters
    ----------
    funnel : how many were screened, enrolled, failed, refused, withdrawn, pending
    lost : the rows of the query `enrolment_not_enrolled`
    arms : `strata`, `n` enrolled, as far as the viewer may see them

    Returns
    -------
    `stage`, `box`, `strata` ('All' or an arm), `item`, `level` (1 and 2 are parts of what stands above),
    `n`; in the order in which they are read.
    """
    allocated = [(ALLOCATION, "allocated", arm, arm, HEAD, whole(n)) for arm, n in arms.itertuples(index=False)]
    rows = [*_screening(door, funnel, lost), *(allocated if funnel["enrolled"] else [])]
    by = BY_ARM if door.can(Action.SEE_OUTCOMES_BY_ARM) and door.arms else None
    endpoint = next((each for each in door.protocol.endpoints if each.primary), None)
    code = endpoint.paramcd if endpoint else ""
    flow = door.ask("consort_flow", population="ENRLFL", by=by, endpoint=code)
    groups = group_order(door, by, flow["strata"]) if by else [POOLED]
    received = _received(door) if by else {}
    telling = tells(flow["became"]) or any(names_an_arm(door, reason) for reason in flow["became"])
    together = is_unsplit(door, by) and telling  # by arm, such a reason would break the code
    for group, mine in _by_group(flow, groups if funnel["enrolled"] else []):
        rows += _treatment(group, mine, received.get(group))
        rows += [] if together else _follow_up(door, group, mine)
        rows += _analysis(group, mine, endpoint.label if endpoint else "")
    return table([*rows, *(_follow_up(door, POOLED, flow) if together else [])], _COLUMNS)


def _by_group(flow: pd.DataFrame, groups: list[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    return ((group, flow[flow["strata"] == group]) for group in groups)


_Row = tuple[str, str, str, str, int, int]


def _screening(door: Door, funnel: dict[str, int], lost: pd.DataFrame) -> list[_Row]:
    failed = _first_reasons(lost[lost["outcome"] == "failed"])
    labels = {each.id: each.label or each.text for each in door.protocol.criteria}
    named = [code for code in failed.index if code][:MOST_REASONS]
    reasons = [(f"{code} {labels.get(code, '')}".strip(), whole(failed[code])) for code in named]
    others = funnel["failed"] - sum(n for _, n in reasons)
    if others:
        reasons.append(("Other criteria" if reasons else "No criterion recorded", others))
    n_excluded = funnel["failed"] + funnel["refused"] + funnel["withdrawn"]
    box = (ENROLMENT, "excluded", POOLED)
    lines = [("Declined", funnel["refused"]), ("Withdrew before enrolment", funnel["withdrawn"])]
    return [
        (ENROLMENT, "assessed", POOLED, "Assessed for eligibility", HEAD, funnel["screened"]),
        (*box, "Excluded", HEAD, n_excluded),
        (*box, "Not eligible", LINE, funnel["failed"]),
        *((*box, words, DETAIL, n) for words, n in reasons),
        *((*box, words, LINE, n) for words, n in lines if n),
        *([(ENROLMENT, "pending", POOLED, "Still in screening", HEAD, funnel["pending"])] if funnel["pending"] else []),
        (ENROLMENT, "enrolled", POOLED, _entered(door), HEAD, funnel["enrolled"]),
    ]


def _entered(door: Door) -> str:
    return "Randomised" if door.protocol.allocation.randomised else "Enrolled"


def _first_reasons(failed: pd.DataFrame) -> pd.Series:
    """How many failed by each criterion: the first the site recorded, without one the first not met by the data."""
    by_data = failed["not_met"].str.split(" ").str[0]
    first = failed["recorded"].where(failed["recorded"] != "", by_data)
    counted = failed.groupby(first.to_numpy())["n"].sum().sort_index()
    return counted.sort_values(ascending=False, kind="stable")


def _received(door: Door) -> dict[str, pd.Series]:
    """Of each arm: whose treatment was begun; only for who sees outcomes by arm and arm names."""
    if not all(door.can(action) for action in RECEIVED_NEEDS):
        return {}
    found = door.ask("consort_received", population="ENRLFL", by=BY_ARM)
    return {str(arm): mine.set_index("received")["n"] for arm, mine in found.groupby("strata")}


def _treatment(group: str, mine: pd.DataFrame, received: pd.Series | None) -> list[_Row]:
    n, n_treated = whole(mine["n"].sum()), whole(mine["n_treated"].sum())
    box = (TREATMENT, "treated", group)
    lines = [(*box, "Treatment begun", HEAD, n_treated)]
    if received is not None:
        own = whole(received.get(group, 0))
        other = whole(received.drop([group, MISSING_GROUP], errors="ignore").sum())
        lines += [(*box, "As allocated", LINE, own)] if other else []
        lines += [(*box, "Of another arm", LINE, other)] if other else []
    return [*lines, *([(*box, "No treatment so far", HEAD, n - n_treated)] if n - n_treated else [])]


def _follow_up(door: Door, group: str, mine: pd.DataFrame) -> list[_Row]:
    counted = mine.groupby("became")["n"].sum()
    ongoing = whole(counted.get("ONGOING", 0))
    others = [code for code in BECAME if code in counted.index and code != "ONGOING"]
    others += sorted(code for code in counted.index if code not in BECAME)
    lines = [(_became(door, code), whole(counted[code])) for code in others]
    box = (FOLLOW_UP, "followed", group)
    return [(*box, BECAME["ONGOING"], HEAD, ongoing), *((*box, words, HEAD, n) for words, n in lines)]


def _became(door: Door, code: str) -> str:
    words = BECAME.get(code, code[:1].upper() + code[1:].lower())
    return "Other reason" if code == WITHHELD_TERMS or names_an_arm(door, words) else words


def _analysis(group: str, mine: pd.DataFrame, label: str) -> list[_Row]:
    if not label:
        return []
    n, n_analysed = whole(mine["n"].sum()), whole(mine["n_analysed"].sum())
    box: tuple[Any, ...] = (ANALYSIS, "analysed", group)
    without = [(*box, "Not analysed, no follow-up for it", HEAD, n - n_analysed)] if n - n_analysed else []
    return [(*box, f"Analysed: {label}", HEAD, n_analysed), *without]
