"""What the enrolment display says: when the target comes, how sure that is, what holds it back, what is assumed."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses import enrolment_forecast as ahead
from crlm_dash.analyses.enrolment_forecast import Outlook
from crlm_dash.analyses.enrolment_pace import planned_rate
from crlm_dash.analyses.enrolment_scenario import AS_NOW
from crlm_dash.analyses.enrolment_sites import FIRST_SCREENED, Sites
from crlm_dash.analyses.framing import assumed, cutoff_note, records, whole
from crlm_dash.analyses.words import listed, plural
from crlm_dash.store.door import Door
from crlm_dash.terms import DAYS_PER_MONTH

SMALL_SHARE = 0.05  # of the plan: less is on plan
SURPRISING = 0.001  # nobody enrolled for so long is less likely than this
Tables = Mapping[str, pd.DataFrame]


def answer(door: Door, tables: Tables, now: Outlook) -> str:
    """When the target will be reached, and how sure that is."""
    target, n = door.protocol.accrual.target, now.n_enrolled
    forecast = tables["forecast"]
    found = forecast[(forecast["what"] == ahead.PATIENTS) & (forecast["scenario"] == AS_NOW)]
    row = found.iloc[0] if len(found) else None
    enrolled = plural(n, "patient is", "patients are") + " enrolled"
    match now.state:
        case ahead.REACHED:
            when = "" if row is None or pd.isna(row["median"]) else f" on {_day(row['median'])}"
            return f"The target of {plural(target or 0, 'patient')} was reached{when}; {n:,} are enrolled."
        case ahead.CLOSED:
            of = f" of {target:,} planned" if target else ""
            return f"Enrolment is closed: {plural(n, 'patient')}{of}."
        case ahead.NOT_STARTED:
            of = f" of {target:,} planned" if target else ""
            return f"No patient{of} is enrolled yet, so nothing can be said of when the target will be reached."
        case ahead.TOO_EARLY:
            return f"{enrolled}: too few for a forecast."
        case ahead.NEVER:
            return f"{enrolled}; no site is open, and none is planned to open."
    if row is None:
        return f"{enrolled}; no target is stated, so there is no day to forecast."
    if row["state"] == ahead.NEVER:
        years = f"{ahead.HORIZON / 12:.0f} years"
        return f"At this pace {target:,} patients are not reached within {years}; {n:,} are enrolled."
    sure = f"80\u00a0% sure: {_month(row['low80'])} to {_month(row['high80'])}"
    when = f"{_month(row['median'])} ({sure}){_late(door, row['median'])}"
    return f"{target:,} patients are expected in {when}; {n:,} are enrolled."


def changed_sentence(tables: Tables, other: Outlook) -> str:
    """When the target will be reached if something changes, and what that gains."""
    forecast = tables["forecast"][tables["forecast"]["what"] == ahead.PATIENTS]
    rows = {row["scenario"]: row for row in records(forecast)}
    then, now = rows.get(other.scenario.name), rows.get(AS_NOW)
    words = f"If {other.scenario.words}"
    if then is None or now is None or pd.isna(then["median"]):
        return f"{words}, there is no day to expect the target on."
    sure = f"80\u00a0% sure: {_month(then['low80'])} to {_month(then['high80'])}"
    when = f"{words}, {then['target']:,} patients are expected in {_month(then['median'])} ({sure})"
    months = 0 if pd.isna(now["median"]) else round((now["median"] - then["median"]).days / DAYS_PER_MONTH)
    if not months:
        return f"{when}."
    return f"{when}, {plural(abs(months), 'month')} {'earlier' if months > 0 else 'later'} than as now."


def _late(door: Door, day: pd.Timestamp) -> str:
    end = door.protocol.accrual.planned_end
    if end is None:
        return ""
    months = round((day - pd.Timestamp(end)).days / DAYS_PER_MONTH)
    if not months:
        return ", as planned"
    return f", {plural(abs(months), 'month')} {'after' if months > 0 else 'before'} the planned end"


def held_back(door: Door, sites: Sites, tables: Tables, now: Outlook) -> str:
    """What holds enrolment back; '' where nothing can be said."""
    if now.course is None or tables["against_plan"].empty:
        return ""
    row = tables["against_plan"].iloc[0]
    if row["deficit"] <= SMALL_SHARE * row["planned"]:
        return "Enrolment keeps to the plan." if row["deficit"] > 0 else "Enrolment is ahead of the plan."
    lost = causes(door, sites, now)
    by_size = sorted((words for words in lost.items() if words[1] >= 1), key=lambda each: -each[1])
    if not by_size:
        return ""
    words = [f"{what} (about {plural(round(n), 'patient')})" for what, n in by_size]
    made_up = round(-sum(n for n in lost.values() if n < 0))
    since = f", of which about {made_up:,} have been made up for" if made_up else ""
    return f"What holds it back: {listed(words)}{since}. {_lost_in_screening(tables)}".strip()


def causes(door: Door, sites: Sites, now: Outlook) -> dict[str, float]:
    """
    The patients that are missing against a steady plan, by cause: had all planned sites been open from the planned
    start at the rate of those that are, so many more would be here; and so many more at the planned rate.
    """
    plan = door.protocol.accrual
    rate, start = planned_rate(plan), plan.start
    assert now.course is not None
    if rate is None or start is None:
        return {}
    months = max((door.cut.cutoff - start).days / DAYS_PER_MONTH, 0.0)
    n_open = int(sites.is_open().sum())
    planned_sites = plan.sites_planned or n_open
    a_site = float(now.course.now.mean()) / n_open if n_open else 0.0
    could = a_site * planned_sites * months
    late = "sites opened late" if n_open >= planned_sites else f"{n_open} of {planned_sites} planned sites are open"
    slow = f"the {n_open} open sites enrol {a_site * n_open:.1f} a month, {rate:.1f} were planned"
    if n_open < planned_sites:
        slow = f"an open site enrols {a_site:.2f} a month, {rate / planned_sites:.2f} were planned"
    return {late: could - now.n_enrolled, slow: rate * months - could}


def _lost_in_screening(tables: Tables) -> str:
    flow = tables["consort"]
    n = {
        box: whole(flow.loc[(flow["box"] == box) & (flow["level"] == 0), "n"].sum()) for box in ("assessed", "excluded")
    }
    if not n["excluded"]:
        return ""
    reasons = flow[(flow["box"] == "excluded") & (flow["level"] == 2) & ~flow["item"].str.startswith(("Other", "No "))]
    lost = f"Of {n['assessed']:,} screened {n['excluded']:,} were not enrolled"
    if reasons.empty:
        return f"{lost}."
    first, n_first = reasons.iloc[0][["item", "n"]]
    return f"{lost}; the most frequent reason: {textwrap.shorten(first, 60, placeholder=' …')} ({n_first:,})."


def _month(day: pd.Timestamp) -> str:
    return f"after {ahead.HORIZON / 12:.0f} years" if pd.isna(day) else f"{day:%B %Y}"


def _day(day: pd.Timestamp) -> str:
    return f"{day.day} {day:%B %Y}"


def notes(door: Door, sites: Sites, tables: Tables, outlooks: Sequence[Outlook], *, n_undated: int) -> list[str]:
    """Who is missing, what the forecast takes for granted, what is assumed."""
    n_screened, n_enrolled = (
        whole(tables["funnel"].set_index("step").at[step, "n"]) for step in ("Screened", "Enrolled")
    )
    return [
        f"{plural(n_undated, 'enrolled patient')} without a date of enrolment: not in the curve." if n_undated else "",
        "" if n_enrolled or not n_screened else "No subject has been enrolled yet.",
        "A refusal or withdrawal before enrolment is not an eligibility failure.",
        *(_about_the_forecast(sites, outlooks) if outlooks[0].course is not None else ()),
        _silence(door, sites, outlooks[0]),
        _about_events(door, tables),
        cutoff_note(door),
        "Under codes enrolment by arm is not shown over time: the month in which patients came could tell the arm of a "
        "single one."
        if door.can(Action.SEE_COUNTS_BY_ARM) and not door.can(Action.SEE_ARM_NAMES)
        else "",
        *(assumed(door, "accrual", "monitoring.boundary") if len(tables["plan"]) else ()),
    ]


def _about_the_forecast(sites: Sites, outlooks: Sequence[Outlook]) -> list[str]:
    inferred = whole((sites.listed["opened_from"] == FIRST_SCREENED).sum())
    n_planned = len(outlooks[0].scenario.openings)
    return [
        "Forecast: each site goes on enrolling at a rate of its own, drawn towards the other sites as far as its own "
        "numbers say little (Poisson–gamma, Anisimov & Fedorov 2007). Holidays, competing trials or tiring sites are "
        "not foreseen; the look back says how such forecasts did.",
        f"When {plural(inferred, 'site')} opened is not in the data: the day of the first patient screened is taken, "
        "and that patient is not counted in the site's rate. A site that has screened nobody is not seen, so rates may "
        "be too hopeful."
        if inferred
        else "",
        f"{plural(n_planned, 'site')} planned to open later {'is' if n_planned == 1 else 'are'} part of the forecast."
        if n_planned
        else "",
        f"Changed: {outlooks[1].scenario.words}; everything else stays." if len(outlooks) > 1 else "",
    ]


def _silence(door: Door, sites: Sites, now: Outlook) -> str:
    """A warning where nobody has come for longer than the rates make likely."""
    if now.course is None or not sites.enrolled.any():
        return ""
    silent = sites.silent
    if float(np.exp(-now.course.now * silent).mean()) >= SURPRISING:
        return ""
    return (
        f"Nobody has been enrolled in the last {plural(silent, 'month')}, though {now.course.now.mean():.1f} a month "
        "were to be expected: has enrolment been closed? The forecast takes it that sites go on."
    )


def _about_events(door: Door, tables: Tables) -> str:
    found = tables["forecast"][tables["forecast"]["what"] == ahead.EVENTS]
    if found.empty:
        return ""
    if found.iloc[0]["state"] in (ahead.TOO_EARLY, ahead.NOT_STARTED):
        return "No event has been observed yet, so nothing can be said of when the planned number will have come."
    return (
        "Events: all arms together, hazards constant within 0–6, 6–12, 12–24, 24–36, 36–60 months since enrolment and "
        "after; patients to come fare as those enrolled so far. Who was not seen for a year counts as lost."
    )
