"""What is said about the response of the cohort, in words."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.framing import comparison_note, filter_note
from crlm_dash.analyses.words import plural
from crlm_dash.store.door import Door
from crlm_dash.terms import POOLED


def sentence(rates: pd.DataFrame, groups: dict[str, int]) -> str:
    """The objective response rate of each group with its exact limits."""
    shown = rates[rates["measure"] == "Objective response"]
    parts = []
    for strata, n_event, n, estimate, low, high in shown[
        ["strata", "n_event", "n", "estimate", "conf_low", "conf_high"]
    ].itertuples(index=False):
        who = "" if strata == POOLED else f"{strata}: "
        if n:
            limits = f"95 % CI {100 * low:.0f} to {100 * high:.0f}"
            parts.append(f"{who}{n_event:,} of {plural(n, 'patient')}, {100 * estimate:.0f} % ({limits})")
    return f"Complete or partial response as best response: {'; '.join(parts)}." if parts else "Nobody is counted."


def empty(n_total: int, n_used: int) -> str:
    """Why there is nothing to show; '' when there is."""
    if not n_total:
        return "No patient is in this population."
    return "" if n_used else "Nobody has a scan after baseline."


def notes(
    door: Door, counts: pd.DataFrame, *, by: str | None, where: str, assessed: bool, marks: bool, coded: bool
) -> list[str]:
    """What to bear in mind: whose response it is, what it rests on, how arms and patients are kept apart."""
    both, differ = int(counts["n_both"].sum()), int(counts["n_differ"].sum())
    whose = "Response as the reader used for analysis gave it (RECIST 1.1)"
    ours = "No reader's response is on record: response follows from the diameters (RECIST 1.1)"
    return [
        comparison_note(door, by),
        filter_note(where),
        f"{whose if assessed else ours}, the best up to the first progression. Confirmation is not required; stable "
        "disease counts from day 43 on (both assumed).",
        "A metastasis removed or destroyed counts as 0 mm, as the sites record it: after local treatment a response "
        "says that no disease is left, not that a drug worked.",
        _agreement(both, differ),
        "Pictures show each group together, because a code never stands beside a patient." if coded else "",
        "More patients than can be drawn one by one: pictures show all together." if not marks and not coded else "",
        "In the picture of shares, what is left white is followed no longer." if not marks else "",
        "Of everyone in the group, also of those never scanned again." if len(counts) else "",
    ]


def _agreement(both: int, differ: int) -> str:
    """How often the reader's response is what follows from the diameters; '' where there is nothing to compare."""
    if not both:
        return ""
    scans = f"{plural(both, 'scan')} with both"
    if not differ:
        return f"At none of {scans} is the reader's response another than follows from the diameters."
    return f"Of {scans}, the reader's response is another than follows from the diameters at {differ:,}."
