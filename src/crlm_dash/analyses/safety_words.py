"""The words around the safety tables: what they count, what they leave out, how their limits are to be read."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import records
from crlm_dash.analyses.safety_measures import MEASURES, UNRECORDED, percent, unrecorded
from crlm_dash.analyses.words import number, plural
from crlm_dash.store.door import Door
from crlm_dash.terms import POOLED

_CHANCE = 20  # of so many 95 % intervals one misses by chance
_FROM = {"TRTSDT": "the start of treatment", "ENRLDT": "enrolment", "RFICDT": "consent"}


def empty(n_total: int, measured: pd.DataFrame, population: str) -> str:
    """Why there is nothing to show; '' where there is something."""
    if n_total == 0:
        return f"No subject is in this population ({population}) yet."
    if measured.empty:
        return "This trial delivered no adverse events (AE or ADAE) for this population."
    return ""


def counting(measured: pd.DataFrame) -> list[str]:
    """What the numbers count, and what they leave out; `measured` with a row for all patients together."""
    found = records(measured[measured["strata"] == POOLED])
    if not found:
        return []
    total: dict[str, Any] = found[0]
    emergent, left_out = int(total["any_events"]), int(total["not_emergent_events"])
    whose = plural(int(total["not_emergent_subjects"]), "patient")
    notes = [
        "Treatment-emergent adverse events only; a patient counts once a term, at the worst grade.",
        f"Not treatment-emergent, not counted: {plural(left_out, 'event')} of {whose}." if left_out else "",
    ]
    if aesev := int(total["aesev_events"]):
        notes.append(
            f"The grade of {aesev:,} of {plural(emergent, 'event')} is not CTCAE: mild, moderate and severe "
            "(AESEV) are read as 1, 2 and 3, so that grades 4 and 5 cannot occur."
        )
    notes += [f"The data do not record the {UNRECORDED[key]} of adverse events." for key in unrecorded(measured)]
    if ungraded := int(total["no_grade_events"]):
        notes.append(f"{ungraded:,} of {plural(emergent, 'event')} without a grade: kept as “missing”.")
    return notes


def exposed(door: Door, n_total: int, exposure: pd.DataFrame, *, unsplit: bool) -> list[str]:
    """From when to when events could be seen, in whom they could not, and what the limits of rates take for granted."""
    seen = int(exposure.loc[exposure["strata"] == POOLED, "n_exposed"].sum())
    if not seen:
        return ["No start of treatment is known, so there are no patient-years and no rates."] if n_total else []
    start = _FROM[door.protocol.safety.treatment_emergent_start]
    end = plural(door.protocol.safety.days_after_end, "day")
    return [
        f"Patient-years run from {start} to {end} after the last treatment, death or last contact.",
        f"{plural(n_total - seen, 'patient')} without a start of treatment: no patient-years."
        if seen < n_total
        else "",
        "Rates have exact Poisson limits. They take the events of one patient for independent of each other, and are "
        "rather too narrow where few patients have most of the events.",
        "By coded arm, rates leave out the withheld events; those of all patients together have them."
        if unsplit
        else "",
    ]


def comparing(differences: pd.DataFrame, reference: str | None) -> list[str]:
    """How the limits of many differences are to be read; nothing where nothing is compared."""
    if reference is None:
        return []
    n = int(differences["estimate"].notna().sum())
    chance = (
        f" Of {n:,} differences between terms about {max(round(n / _CHANCE), 1):,} would miss zero by chance alone."
    )
    return [
        "Differences are of the share of patients, with 95 % limits by Miettinen and Nurminen, and without p-values: "
        "they are not corrected for their number." + (chance if n >= _CHANCE else "")
    ]


def finding(overview: pd.DataFrame, groups: dict[str, int]) -> str:
    """The main finding in one sentence."""
    n_subjects = overview.set_index(["measure", "strata"])["n_subjects"].to_dict()
    parts = []
    for strata, n in groups.items():
        keys = ("any", "severe", "serious", "fatal")
        n_any, severe, serious, fatal = (n_subjects[MEASURES[key], strata] for key in keys)
        who = f"{n_any} of {plural(n, 'patient')} ({number(percent(n_any, n), 0)} %)"
        name = "" if strata == POOLED else f"{strata}: "
        worst = f"{severe} of grade 3 or higher, {'' if pd.isna(serious) else f'{serious} serious, '}{fatal} fatal"
        parts.append(f"{name}{who} had an adverse event, {worst}")
    return "; ".join(parts) + "."
