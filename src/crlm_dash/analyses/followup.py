"""Follow-up: how long, how complete and how current it is, and whether planned visits took place."""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd

from crlm_dash import stats
from crlm_dash.access import Action
from crlm_dash.analyses.followup_visits import (
    MOST_PATIENTS,
    SOON_DAYS,
    not_listed,
    overdue_words,
    patient_tables,
    visits_of_kind,
    without_totals,
)
from crlm_dash.analyses.framing import (
    assumed,
    comparison_note,
    cutoff_note,
    group_order,
    population_words,
    records,
    result_of,
    table,
    whole,
)
from crlm_dash.analyses.result import Exclusion, Result
from crlm_dash.analyses.words import number, percent, plural
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import DAYS_PER_MONTH, DAYS_PER_YEAR, POOLED

RECENT_DAYS = 183
STATUSES = {
    "inside": "In follow-up",
    "completed": "Completed as planned",
    "gone": "Left before the end",
    "lost": "Lost to follow-up",
    "died": "Died",
}
NO_VISITS = "No visits were delivered (SV), or none is planned: nothing can be said about them."
EVERY_VISIT = "Every visit"  # as the query names it


def followup(
    door: Door,
    *,
    by: str | None = None,
    population: str = "ENRLFL",
    where: str = "",
    visits: str = "",
    site: str = "",
    limit: int = MOST_PATIENTS,
) -> Result:
    """
    Length and completeness of follow-up and what became of the patients, pooled or by group; planned visits, and who
    is overdue.

    Parameters
    ----------
    by : 'arm', a covariate of the protocol, or None
    population : ADSL flag of those the display is about
    where : a filter text
    visits : 'imaging' or 'qol': only the visits the protocol file marks so
    site : only patients of this site in `visits`, `heat` and `overdue`
    limit : of how many patients `visits` and `heat` tell; `overdue` tells of all, up to `MOST_OVERDUE`

    Returns
    -------
    Tables `summary`: strata, n, followup_median (months, reverse Kaplan–Meier), conf_low, conf_high, n_inside (alive
    and in the trial), n_recent (of them, last contact within `RECENT_DAYS` before the cut-off), share_recent,
    days_since (their median since the last contact) · `status`: strata, status, n, percent (0–100) · `attendance`:
    strata, visitnum, visit ('Every visit' first), n_expected, n_in_window, n_early, n_late, n_missed,
    n_overdue, n_open (still in its window at the cut-off), share_made (of those expected) · `completeness`: strata, n,
    n_died, n_gone (left before the end), n_whole, observed and possible (patient-years), completeness (Clark's C).
    Of the viewer's sites, all arms together: `visits`: USUBJID, SITEID, visitnum, visit, due, window_low, window_high,
    actual, status · `heat`: SITEID, USUBJID and a column a planned visit · `overdue`: SITEID, USUBJID, visit, due,
    closed, days_overdue (since its window closed), last_contact, seen_since. `by_site`: siteid (missing: all), n,
    n_with_expected, n_expected, n_in_window, n_overdue, n_with_overdue, n_with_overdue_imaging.

    Raises
    ------
    AccessDenied : the viewer may not see outcomes by arm; RequestError : there are no visits of that kind
    """
    if by == BY_ARM:
        door.check_can(Action.SEE_OUTCOMES_BY_ARM)
    asked: dict[str, Any] = {"by": by, "where": where, "population": population}
    ends = door.ask("followup_status", **asked, cutoff=door.cut.cutoff, recent_days=RECENT_DAYS).set_index("strata")
    order = group_order(door, by, ends.index) if by else [POOLED]
    ends = ends.reindex(order)
    times = door.ask("followup_times", **asked)
    attended = door.ask("followup_visits", **asked)
    chosen: dict[str, Any] = {"visits": visits_of_kind(door, visits), "site": site}
    patients = patient_tables(door, {"where": where, "population": population}, chosen, limit)
    by_site = door.ask("followup_sites", where=where, population=population, kind=visits, site=site)
    n_total, n_timed = whole(ends["n"].sum()), whole(times["n"].sum())
    tables = {
        "summary": _summary(ends, times),
        "status": _status(ends),
        "attendance": _attendance(attended, order),
        "completeness": _completeness(door, asked, order),
        "by_site": by_site,
        **without_totals(patients),
    }
    empty = "" if n_total else f"No subject is in this population ({population}) yet."
    return result_of(
        door,
        "followup",
        tables,
        population=population_words(door, population),
        n_used=n_timed,
        n_total=n_total,
        excluded=[Exclusion("no date of enrolment or of last contact", n_total - n_timed)],
        notes=[
            "Median follow-up by reverse Kaplan–Meier, from enrolment: who died would have been followed further.",
            f"Recent contact: known to be alive within {RECENT_DAYS} days before the cut-off.",
            _about_visits(attended),
            *not_listed(patients, n_total if not site else 0, visits),
            _about_completeness(door),
            comparison_note(door, by),
            cutoff_note(door),
            *assumed(door, "visits"),
        ],
        filters=where,
        sentence=_sentence(tables) if n_total else "",
        empty=empty,
        facts={
            "order": order,
            "by": by,
            "unit": "months",
            "visits": visits,
            "verdict": overdue_words(by_site, visits) or NO_VISITS,
        },
    )


def _summary(ends: pd.DataFrame, times: pd.DataFrame) -> pd.DataFrame:
    counts = times.assign(event=times["event"].astype(int), entry=0.0)
    medians = stats.followup_median(counts).set_index("strata").reindex(ends.index)
    limits = ["followup_median", "conf_low", "conf_high"]
    found = medians[limits].astype(float) / DAYS_PER_MONTH
    inside = ends["inside"].fillna(0)
    found.insert(0, "n", ends["n"].fillna(0).astype("int64"))
    return (
        found.assign(
            n_inside=inside.astype("int64"),
            n_recent=ends["recent"].fillna(0).astype("int64"),
            share_recent=(ends["recent"] / inside.where(inside > 0)).astype(float),
            days_since=ends["days_since"].astype(float),
        )
        .rename_axis("strata")
        .reset_index()
    )


def _status(ends: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for strata, (key, status) in product(ends.index, STATUSES.items()):
        n, size = whole(ends.at[strata, key]), whole(ends.at[strata, "n"])
        rows.append((strata, status, n, 100 * n / size if size else float("nan")))
    return table(rows, "strata status n percent").astype({"percent": float})


def _attendance(visits: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """All visits together and then each, group by group."""
    found = visits.sort_values("strata", kind="stable", key=lambda names: names.map(order.index), ignore_index=True)
    made = found["n_in_window"] + found["n_early"] + found["n_late"]
    return found.assign(share_made=(made / found["n_expected"].where(found["n_expected"] > 0)).astype(float))


def _completeness(door: Door, asked: dict[str, Any], order: list[str]) -> pd.DataFrame:
    months = door.protocol.followup_months or 0
    found = door.ask(
        "followup_completeness", **asked, cutoff=door.cut.cutoff, planned_days=round(months * DAYS_PER_MONTH)
    )
    found = found.set_index("strata").reindex(order).rename_axis("strata").reset_index()
    counts = dict.fromkeys(("n", "n_died", "n_gone", "n_whole"), "int64")
    days = found[["observed", "possible"]].astype(float)
    return (
        found.fillna(dict.fromkeys(counts, 0))
        .astype(counts)
        .assign(
            observed=days["observed"] / DAYS_PER_YEAR,
            possible=days["possible"] / DAYS_PER_YEAR,
            completeness=days["observed"] / days["possible"].where(days["possible"] > 0),
        )
    )


def _about_completeness(door: Door) -> str:
    months = door.protocol.followup_months
    planned = f", to {months} months after enrolment" if months else ""
    return (
        "Completeness of follow-up (Clark, Altman & De Stavola 2002): the patient-years observed, of those that could "
        f"have been by the cut-off{planned}; who died could be followed to the death. The last contact ends what is "
        "observed, so between two visits nobody is complete."
    )


def _about_visits(visits: pd.DataFrame) -> str:
    if visits.empty:
        return NO_VISITS
    return (
        "A visit is expected once made or once its window has closed, never after death or the end of participation. "
        "Overdue: its window closed before the cut-off, no visit was made and none is recorded as missed. Of patients "
        "who have died or left since, such a visit counts as missed: nobody is to be called in vain. Due soon: its "
        f"window is open, or it is due within {SOON_DAYS} days after the cut-off."
    )


def _sentence(tables: dict[str, pd.DataFrame]) -> str:
    parts = []
    visits = tables["attendance"][tables["attendance"]["visit"] == EVERY_VISIT].set_index("strata")
    for row in records(tables["summary"]):
        strata = row["strata"]
        text = f"{'' if strata == POOLED else f'{strata}: '}median follow-up {number(row['followup_median'])} months"
        if row["n_inside"]:
            inside = plural(row["n_inside"], "patient")
            text += f", contact within {RECENT_DAYS} days with {row['n_recent']:,} of {inside} still in follow-up"
        if strata in visits.index and visits.at[strata, "n_expected"]:
            expected = plural(whole(visits.at[strata, "n_expected"]), "expected visit")
            text += f", {percent(float(visits['share_made'][strata]))} of {expected} made"
        parts.append(text)
    sentence = "; ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}."
