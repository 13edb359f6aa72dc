"""Overview: the trial at a glance, and what needs attention. All arms together, whoever looks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.enrolment import planned_by
from crlm_dash.analyses.framing import assumed, cutoff_note, population_words, result_of, table, whole
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import day, number, plural
from crlm_dash.store.door import Door
from crlm_dash.terms import DAYS_PER_MONTH, Severity

BEHIND = 0.9  # enrolment below this share of the plan needs attention
SILENT_MONTHS = 6


def overview(door: Door) -> Result:
    """
    Numbers of the whole trial up to the cut-off, what needs attention, and milestones.

    Returns
    -------
    Tables `figures` (`of`: what the value is out of), `attention` (worst first; `page` leads there),
    `milestones`.
    """
    screened = door.ask("enrolment_funnel", population="SCRNFL").iloc[0]
    outcomes = door.ask("overview_outcomes", cutoff=door.cut.cutoff).iloc[0]
    n_screened, n_enrolled = whole(screened["n_screened"]), whole(screened["n_enrolled"])
    followup = _followup_months(door)
    tables = {
        "figures": _figures(door, screened, outcomes, followup),
        "attention": _attention(door, n_enrolled, outcomes),
        "milestones": _milestones(door, screened, outcomes),
    }
    empty = "" if n_screened else "No subject has been screened yet."
    return result_of(
        door,
        "overview",
        tables,
        population=population_words(door, "SCRNFL"),
        n_used=n_screened,
        n_total=n_screened,
        notes=[
            "All arms together.",
            "" if n_enrolled or not n_screened else "No subject has been enrolled yet.",
            cutoff_note(door),
            *assumed(door, "accrual"),
        ],
        sentence=_sentence(door, n_enrolled, outcomes, followup),
        empty=empty,
    )


def _figures(door: Door, screened: pd.Series, outcomes: pd.Series, followup: float) -> pd.DataFrame:
    accrual = door.protocol.accrual
    enrolled, died = whole(screened["n_enrolled"]), whole(outcomes["n_died"])
    serious = whole(outcomes["n_serious_subjects"])
    rows: list[tuple[str, float, float | None, str]] = [
        (
            "Screened",
            whole(screened["n_screened"]),
            None,
            f"{whole(screened['n_failed'])} failed eligibility",
        ),
        (
            "Enrolled",
            enrolled,
            accrual.target,
            "planned" if accrual.target else "no target stated",
        ),
        ("Sites", whole(screened["n_sites"]), accrual.sites_planned, "with a screened patient"),
        ("Deaths", died, enrolled, "of enrolled patients"),
        (
            "Serious adverse events",
            serious,
            enrolled,
            f"patients with at least one; {plural(whole(outcomes['n_serious_events']), 'event')}",
        ),
        ("Median follow-up", followup, None, "months since enrolment, reverse Kaplan–Meier"),
    ]
    return table(rows, "item value of detail").astype({"value": float, "of": float})


def _followup_months(door: Door) -> float:
    counts = door.ask("followup_times").assign(entry=0.0)
    counts = counts.assign(event=counts["event"].astype(int))
    found = stats.followup_median(counts)["followup_median"]
    return float(found.iloc[0]) / DAYS_PER_MONTH if len(found) else float("nan")


def _attention(door: Door, n_enrolled: int, outcomes: pd.Series) -> pd.DataFrame:
    """What someone should look at, with the page that shows it."""
    rows = [
        *_faults(door),
        *_unmet(door),
        *_behind_plan(door, n_enrolled),
        *_overdue(door),
        *_silent(whole(outcomes["n_silent"])),
        *_ungraded(door),
    ]
    rank = {str(each): place for place, each in enumerate(Severity)}
    return table(sorted(rows, key=lambda row: rank[row[0]]), "severity text page")


_Row = tuple[str, str, str]


def _faults(door: Door) -> list[_Row]:
    total = door.ask("quality_counts").groupby("severity")["n"].sum()
    what = {Severity.ERROR: "Rows of the source set aside", Severity.WARNING: "Rows of the source to look at"}
    return [
        (str(each), f"{words}: {int(total[each]):,}.", "quality") for each, words in what.items() if each in total.index
    ]


def _unmet(door: Door) -> list[_Row]:
    found = door.ask("eligibility_attention", population="SCRNFL").iloc[0]
    kinds = (
        ("n_enrolled_unmet", Severity.ERROR, "patient", "enrolled although a criterion was not met"),
        ("n_late_consent", Severity.ERROR, "patient", "consented after the first procedure of the trial"),
        ("n_disagree", Severity.WARNING, "patient", "failed by a criterion that the data find met"),
        ("n_failed_unrecorded", Severity.WARNING, "screening failure", "without a recorded criterion"),
    )
    return [
        (str(severity), f"{plural(n, who)} {what}.", "eligibility")
        for column, severity, who, what in kinds
        if (n := whole(found[column]))
    ]


def _behind_plan(door: Door, n_enrolled: int) -> list[_Row]:
    planned = planned_by(door.protocol.accrual, door.cut.cutoff)
    if planned is None or n_enrolled >= BEHIND * planned:
        return []
    is_assumed = any(each.key.startswith("accrual") for each in door.protocol.assumed)
    whose = "the assumed plan" if is_assumed else "the plan"
    text = f"Enrolment is behind {whose}: {n_enrolled:,} enrolled, {planned:,.0f} planned by the cut-off."
    return [(str(Severity.WARNING), text, "enrolment")]


def _overdue(door: Door) -> list[_Row]:
    visits = door.ask("overview_visits").iloc[0]
    n = whole(visits["n_visits"])
    text = f"{plural(n, 'planned visit')} of {plural(whole(visits['n_subjects']), 'patient')} missed or overdue."
    return [(str(Severity.WARNING), text, "followup")] if n else []


def _silent(n: int) -> list[_Row]:
    who = plural(n, "patient")
    text = f"{who} in follow-up without any record for {SILENT_MONTHS} months before the cut-off."
    return [(str(Severity.WARNING), text, "patient")] if n else []


def _ungraded(door: Door) -> list[_Row]:
    n = whole(door.ask("overview_ungraded").at[0, "n"])
    text = f"{plural(n, 'treatment-emergent adverse event')} without a grade."
    return [(str(Severity.WARNING), text, "safety")] if n else []


def _milestones(door: Door, screened: pd.Series, outcomes: pd.Series) -> pd.DataFrame:
    accrual = door.protocol.accrual
    dates: dict[str, Any] = {
        "Planned start of enrolment": accrual.start,
        "First consent": screened["first_consent"],
        "First patient enrolled": screened["first_enrolled"],
        "Last patient enrolled": screened["last_enrolled"],
        "Last consent": screened["last_consent"],
        "Last record of a patient": outcomes["last_record"],
        "Data cut-off": door.cut.cutoff,
        "Planned end of enrolment": accrual.planned_end,
    }
    rows = [(name, _timestamp(date)) for name, date in dates.items() if date is not None and not pd.isna(date)]
    found = table(rows, "milestone date").astype({"date": "datetime64[ns]"})
    return found.sort_values("date", kind="stable", ignore_index=True)


def _timestamp(date: dt.date | pd.Timestamp) -> pd.Timestamp:
    return pd.Timestamp(date).normalize()


def _sentence(door: Door, n_enrolled: int, outcomes: pd.Series, followup: float) -> str:
    target = door.protocol.accrual.target
    of = f" of {target:,} planned" if target else ""
    length = f", median follow-up {number(followup)} months" if not pd.isna(followup) else ""
    deaths = plural(whole(outcomes["n_died"]), "death")
    serious = plural(whole(outcomes["n_serious_subjects"]), "patient")
    return (
        f"{n_enrolled:,}{of} patients enrolled by {day(door.cut.cutoff)}{length}; "
        f"{deaths} and {serious} with a serious adverse event."
    )
