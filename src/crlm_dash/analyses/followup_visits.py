"""Planned visits patient by patient: their status, the heat map of it, and who is overdue, at the viewer's sites."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import table, whole
from crlm_dash.analyses.words import listed, plural
from crlm_dash.errors import RequestError
from crlm_dash.store.door import Door

SOON_DAYS = 30
MOST_PATIENTS = 200  # of whom every visit is listed and drawn
MOST_OVERDUE = 1000
KINDS = {"": "visit", "imaging": "scan", "qol": "quality-of-life visit"}
VISITS = "USUBJID SITEID visitnum visit due window_low window_high actual status"
OVERDUE = "SITEID USUBJID visit due closed days_overdue last_contact seen_since"


def visits_of_kind(door: Door, kind: str) -> list[float]:
    """
    The numbers of the planned visits of a kind: 'imaging', 'qol', or '' for an empty list, which stands for all.

    Raises
    ------
    RequestError : there is no such kind, or the protocol file marks no visit so
    """
    if kind not in KINDS:
        raise RequestError(f"'{kind}' is not a kind of visit. There are: {', '.join(k for k in KINDS if k)}.")
    chosen = numbered(door, kind)
    if kind and not chosen:
        raise RequestError(f"The protocol file of {door.cut.trial} does not say which visits are for {kind}.")
    return chosen


def numbered(door: Door, kind: str) -> list[float]:
    """The numbers of the planned visits that the protocol file marks as of a kind; none for ''."""
    return [each.visitnum for each in door.protocol.visits if kind and getattr(each, kind)]


def kinds_of(door: Door) -> list[str]:
    """The kinds of visits that the protocol file tells apart, '' (all) first."""
    return [kind for kind in KINDS if not kind or numbered(door, kind)]


def patient_tables(door: Door, asked: dict[str, Any], chosen: dict[str, Any], limit: int) -> dict[str, pd.DataFrame]:
    """
    Tables `visits`, `heat` and `overdue` of the analysis `followup`, of the viewer's sites.

    Parameters
    ----------
    asked : population and filter
    chosen : the parameters `visits` and `site` of the queries
    limit : of how many patients `visits` and `heat` tell
    """
    cutoff: dict[str, Any] = {"cutoff": door.cut.cutoff}
    visits = door.ask("followup_patients", **asked, **chosen, **cutoff, soon_days=SOON_DAYS, row_limit=limit)
    overdue = door.ask("followup_overdue", **asked, **chosen, **cutoff, row_limit=MOST_OVERDUE)
    return {"visits": visits, "heat": _heat(visits), "overdue": overdue}


def _heat(visits: pd.DataFrame) -> pd.DataFrame:
    """A row a patient, a column a planned visit, the status in each cell; in the order of `visits`."""
    planned = visits[visits["due"].notna()]
    if planned.empty:
        return table([], "SITEID USUBJID")
    names = planned.drop_duplicates("visitnum").sort_values("visitnum")["visit"]
    cells = planned.pivot_table(index="USUBJID", columns="visit", values="status", aggfunc="first")
    patients = planned.drop_duplicates("USUBJID")[["SITEID", "USUBJID"]].reset_index(drop=True)
    return patients.join(cells[list(dict.fromkeys(names))], on="USUBJID")


def not_listed(found: dict[str, pd.DataFrame], n_total: int, kind: str) -> list[str]:
    """What of the patients and of the overdue visits is counted but not listed."""
    n_found, n_overdue = (whole(found[name]["n_found"].max()) for name in ("visits", "overdue"))
    n_shown, n_listed = found["visits"]["USUBJID"].nunique(), len(found["overdue"])
    return [
        f"Visits are shown of the first {n_shown:,} of {plural(n_found, 'patient')}: narrow them by a site or a filter."
        if n_found > n_shown
        else "",
        f"The first {n_listed:,} of {plural(n_overdue, f'overdue {KINDS[kind]}')} are listed: narrow them by a site."
        if n_overdue > n_listed
        else "",
        "Patients of your sites only are listed; counts are of all sites." if n_found < n_total and n_found else "",
    ]


def without_totals(found: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with the columns that are documented."""
    return found | {"visits": found["visits"][VISITS.split()], "overdue": found["overdue"][OVERDUE.split()]}


def overdue_words(sites: pd.DataFrame, kind: str) -> str:
    """Who is overdue and where most are: "12 of 147 patients have an overdue scan; site 03 has most (5)."."""
    if sites.empty or not whole(sites["n_expected"].iloc[0]):
        return ""
    all_sites, by_site = sites.iloc[0], sites[sites["siteid"].notna()]
    n, late, what = whole(all_sites["n"]), whole(all_sites["n_with_overdue"]), KINDS[kind]
    if not late:
        return f"No patient of {n:,} has an overdue {what}."
    scans = whole(all_sites["n_with_overdue_imaging"])
    of_scans = ", each with a scan due" if scans == late else f", {scans:,} of them with a scan due" if scans else ""
    have = "has" if late == 1 else "have"
    said = f"{late:,} of {plural(n, 'patient')} {have} an overdue {what}{'' if kind else of_scans}"
    return f"{said}{_where_most(by_site)}."


def _where_most(by_site: pd.DataFrame) -> str:
    """At which sites most patients have an overdue visit; '' where that says nothing."""
    most = whole(by_site["n_with_overdue"].max())
    first = sorted(by_site.loc[by_site["n_with_overdue"] == most, "siteid"])
    if len(by_site) < 2 or len(first) > 3:
        return ""
    if len(first) > 1:
        return f"; sites {listed(first)} have most ({most:,} each)"
    return f"; site {first[0]} has most ({most:,})"
