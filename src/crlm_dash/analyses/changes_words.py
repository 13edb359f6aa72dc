"""What can change between two data cuts, in the order it is told, and in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import records
from crlm_dash.analyses.words import day, listed, plural
from crlm_dash.store.seal import CutInfo

FIRST_CUT = "This is the first data cut."
NOTHING_EARLIER = "No earlier data cut of this trial can be compared with this one."
MEASURES = {
    "screened": "Patients screened",
    "enrolled": "Patients enrolled",
    "treated": "Patients treated",
    "followed": "Patient-years of follow-up",
    "died": "Deaths",
    "progressed": "Patients with progression",
    "with_event": "With an adverse event",
    "with_severe": "With grade 3 or higher",
    "with_serious": "With a serious event",
    "serious_events": "Serious events, any time",
    "eligible": "Eligible by the data",
    "overdue": "Visits missed or overdue",
}
UNDATED = ("treated", "followed", "eligible", "overdue")  # no date tells what happened from what was corrected
STANDINGS = {
    "screened": "Screened",
    "enrolled": "Enrolled",
    "died": "Died",
    "left": "Left the trial alive",
    "not enrolled": "No longer recorded as enrolled",
    "not dead": "No longer recorded as dead",
    "removed": "No longer in the data",
}
EVENT_CHANGES = {
    "new": "New",
    "ended": "Ended since",
    "graded up": "Graded higher",
    "graded down": "Graded lower",
    "graded": "Graded for the first time",
    "ungraded": "Grade withdrawn",
    "serious": "Now serious",
    "not serious": "No longer serious",
    "fatal": "Now fatal",
    "not fatal": "No longer fatal",
    "relation": "Relation changed",
    "dates": "Dates corrected",
    "term": "Term changed",
    "removed": "Removed",
}
PROCEDURE_CHANGES = {"new": "New", "removed": "Removed"}
TIMELINE_CHANGES = ("new", "entered late", "changed", "ended", "removed")
PROCEDURAL = "Procedural deaths are patients who died within so many days of a local procedure in the trial."
COUNTING = (
    "With an adverse event, with grade 3 or higher, with a serious event: patients of the safety population with a "
    "treatment-emergent one. Serious events at any time are of everyone enrolled.",
    "An adverse event is found again by its number, term and start; by term and start where its number is another; by "
    "its number where only one of the others was corrected. Otherwise it counts as removed and as new.",
    "A grade, or seriousness, that is another now may be a correction or an event that became worse.",
)


def early_deaths(days: int) -> str:
    """The measure of early deaths: "30-day procedural deaths"."""
    return f"{days}-day procedural deaths"


def against(population: str, before: CutInfo) -> str:
    """A population with the cut it is compared with: "Patients, against data cut 1 of 30 April 2026 (SCRNFL)"."""
    words, bracket, flag = population.partition(" (")
    return f"{words}, against data cut {before.number} of {day(before.cutoff)}{bracket}{flag}"


def moved(headline: pd.DataFrame, before: CutInfo) -> str:
    """The sentence of the whole: who was enrolled, died, and was seriously ill since the earlier cut."""
    rows = {row["measure"]: row for row in records(headline)}
    parts = [
        _moved(rows[MEASURES[key]], one, many)
        for key, one, many in (
            ("enrolled", "patient enrolled", "patients enrolled"),
            ("died", "death", "deaths"),
            ("serious_events", "serious adverse event", "serious adverse events"),
        )
        if not pd.isna(rows[MEASURES[key]]["difference"])
    ]
    return f"Since data cut {before.number} (cut-off {day(before.cutoff)}): {listed(parts)}."


def _moved(row: dict[str, Any], one: str, many: str) -> str:
    """One number of the sentence: "9 deaths (1 dated earlier)", "no deaths", "2 deaths, 1 of before taken back"."""
    happened, late = int(row["happened"]), int(row["corrected"])
    if late < 0:
        return f"{plural(happened, one, many) if happened else f'no {many}'}, {-late:,} of before taken back"
    n = happened + late
    return f"{plural(n, one, many)}{f' ({late:,} dated earlier)' if late else ''}" if n else f"no {many}"


def timeline_moved(timeline: pd.DataFrame, before: CutInfo) -> str:
    """What is new or changed on one patient's timeline, in numbers."""
    n = timeline["change"].value_counts()
    told = listed([f"{int(n[each]):,} {each}" for each in TIMELINE_CHANGES if each in n.index])
    return f"Since data cut {before.number} (cut-off {day(before.cutoff)}): {told or 'nothing new or changed'}."
