"""Sites: how each recruits, follows and records, and which lie further from the others than chance explains."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.enrolment_sites import site_rate_table, sites_of
from crlm_dash.analyses.framing import MIN_GROUP, assumed, cutoff_note, population_words, records, result_of, whole
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import listed, percent, plural
from crlm_dash.protocol import Accrual
from crlm_dash.store.door import Door

WARNING, ALARM = 0.95, 0.998  # limits of the funnel plots
MEASURES = {
    "failure": ("n_screened", "n_failed", "binomial", "failed eligibility"),
    "overdue": ("n_with_expected", "n_with_overdue", "binomial", "patients with an overdue visit"),
    "deviations": ("n_enrolled", "n_deviations", "poisson", "deviations"),
}
_POINTS = 80  # of a limit's line
_MOST_NAMED = 5  # sites in a sentence
COLUMNS = (
    "siteid country open_since first_screened closed n_screened n_enrolled n_failed failure_rate n_refused months rate "
    "rate_low rate_high n_deviations n_expected share_in_window n_with_expected n_with_overdue n_overdue n_faults "
    "faults_per_patient"
).split()
LIMITS = ["measure", "n", "low_95", "high_95", "low_998", "high_998"]
FUNNEL = ["measure", "siteid", "n", "n_event", "value", "overall", "small", "outside"]


def sites(door: Door) -> Result:
    """
    One row a site, and funnel plots instead of ranks. Counts are of all sites and all arms, whoever looks.

    Returns
    -------
    Tables `sites`: siteid, country, open_since (of the protocol file; else first_screened), first_screened, closed,
    n_screened, n_enrolled, n_failed, failure_rate (of those screened), n_refused, months (open), rate (enrolled a
    month, shrunken), rate_low, rate_high, n_deviations, n_expected (visits), share_in_window, n_with_expected
    (patients), n_with_overdue, n_overdue, n_faults, faults_per_patient (screened) · `funnel`: measure (of `MEASURES`),
    siteid, n, n_event, value, overall (all sites), small (fewer than ten: not judged), outside ('', 'above 95 %',
    'below 95 %', 'above 99.8 %', 'below 99.8 %') · `limits`: measure, n, low_95, high_95, low_998, high_998.
    """
    found = _found(door)
    n_screened = whole(found["n_screened"].sum())
    funnels = [_funnel(found, measure) for measure, (size, *_) in MEASURES.items() if found[size].any()]
    tables = {
        "sites": found[COLUMNS],
        "funnel": _together([funnel for funnel, _ in funnels], FUNNEL),
        "limits": _together([limits for _, limits in funnels], LIMITS),
    }
    verdict = _sentence(tables) if n_screened else ""
    return result_of(
        door,
        "sites",
        tables,
        population=population_words(door, "SCRNFL"),
        n_used=n_screened,
        n_total=n_screened,
        notes=[*_notes(found), cutoff_note(door), *assumed(door, "visits")],
        sentence=verdict,
        empty="" if n_screened else "No subject has been screened yet.",
        facts={"verdict": verdict},
    )


def _found(door: Door) -> pd.DataFrame:
    """One row a site, with everything that is counted there."""
    screened = door.ask("sites", population="SCRNFL").set_index("siteid")
    visits = door.ask("followup_sites", population="ENRLFL", kind="", site="")
    visits = visits[visits["siteid"].notna()].set_index("siteid").drop(columns="n")
    kinds = door.ask("deviations", population="ENRLFL")
    deviations = kinds[kinds["source"].isna()].set_index("siteid")["n"]
    faults = door.ask("site_faults").set_index("siteid")["n"]
    declared = _declared(door.protocol.accrual)
    found = screened.join(declared, how="outer").join(visits)
    found = found.assign(n_deviations=deviations, n_faults=faults)
    counts = [name for name in found.columns if name.startswith("n_")]
    found[counts] = found[counts].astype(float).fillna(0).astype("int64")
    found = found.assign(
        country=found["country"].where(found["country"].notna(), found["protocol_country"]),
        open_since=found["opened"].fillna(found["first_screened"]),
        failure_rate=_share(found["n_failed"], found["n_screened"]),
        share_in_window=_share(found["n_in_window"], found["n_expected"]),
        faults_per_patient=_share(found["n_faults"], found["n_screened"]),
    )
    return _with_rates(found, door).rename_axis("siteid").sort_index().reset_index()


def _declared(accrual: Accrual) -> pd.DataFrame:
    """When the protocol file says that sites opened and closed; one that has not opened yet is left out."""
    rows = [(each.id, each.country or None, each.opened, each.closed) for each in accrual.sites if each.opened]
    frame = pd.DataFrame(rows, columns=["siteid", "protocol_country", "opened", "closed"]).set_index("siteid")
    return frame.astype({"opened": "datetime64[us]", "closed": "datetime64[us]"})


def _with_rates(found: pd.DataFrame, door: Door) -> pd.DataFrame:
    """With the months each site has been open, and its rate drawn towards that of the others: the forecast's."""
    known = sites_of(door, door.ask("enrolment_sites", population="SCRNFL"))
    closed = door.protocol.accrual.closed
    ended = known.silent if closed is not None and closed <= door.cut.cutoff else 0
    rates = site_rate_table(known, ended=ended).set_index("siteid")
    columns = {"estimate": "rate", "conf_low": "rate_low", "conf_high": "rate_high"}
    found = found.assign(open_since=rates["opened"].reindex(found.index).fillna(found["open_since"]))
    return found.join(rates[["months", *columns]].rename(columns=columns))


def _share(part: pd.Series, of: pd.Series) -> pd.Series:
    return (part / of.where(of > 0)).astype(float)


def _funnel(found: pd.DataFrame, measure: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Where each site lies in the funnel of a measure, and the lines of its limits."""
    size, event, kind, _ = MEASURES[measure]
    there = found[found[size] > 0]
    n, value = there[size].to_numpy(dtype=float), (there[event] / there[size]).to_numpy(dtype=float)
    overall = there[event].sum() / there[size].sum()
    outside = np.full(len(there), "", dtype=object)
    judged = n >= MIN_GROUP
    for level in (WARNING, ALARM):
        low, high = stats.funnel_limits(n, overall, level=level, kind=kind)  # type: ignore[arg-type]
        outside[judged & (value > high)] = f"above {100 * level:g} %"
        outside[judged & (value < low)] = f"below {100 * level:g} %"
    funnel = pd.DataFrame(
        {
            "measure": measure,
            "siteid": there["siteid"].to_numpy(),
            "n": there[size].to_numpy(),
            "n_event": there[event].to_numpy(),
            "value": value,
            "overall": overall,
            "small": ~judged,
            "outside": outside,
        }
    )
    at = np.unique(np.linspace(1, n.max() * 1.05 + 1, _POINTS).round())
    inner, outer = (stats.funnel_limits(at, overall, level=level, kind=kind) for level in (WARNING, ALARM))  # type: ignore[arg-type]
    lines: dict[str, Any] = dict(zip(LIMITS, (measure, at, *inner, *outer), strict=True))
    return funnel, pd.DataFrame(lines)


def _together(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _sentence(tables: dict[str, pd.DataFrame]) -> str:
    funnel, n_sites = tables["funnel"], len(tables["sites"])
    far = funnel[funnel["outside"].eq("above 99.8 %")]
    if not funnel.empty and funnel["small"].all():
        return f"{plural(n_sites, 'site')}, each too small to be judged: fewer than {MIN_GROUP} patients."
    if far.empty:
        return f"No site of {n_sites:,} has more failures, overdue patients or deviations than chance explains."
    parts = []
    for measure, (_, _, kind, words) in MEASURES.items():
        mine = records(far[far["measure"] == measure].sort_values("value", ascending=False))
        if mine:
            names = listed([f"{_figure(row, kind)} at site {row['siteid']}" for row in mine[:_MOST_NAMED]])
            more = f" and {len(mine) - _MOST_NAMED:,} more sites" if len(mine) > _MOST_NAMED else ""
            parts.append(f"{words} ({names}{more}; all sites: {_overall(mine[0], kind)})")
    n = far["siteid"].nunique()
    return f"{n:,} of {plural(n_sites, 'site')} {'stands' if n == 1 else 'stand'} out: {'; '.join(parts)}."


def _figure(row: dict[str, Any], kind: str) -> str:
    if kind == "binomial":
        return f"{row['n_event']:,} of {row['n']:,}"
    return f"{row['n_event']:,} in {plural(row['n'], 'patient')}"


def _overall(row: dict[str, Any], kind: str) -> str:
    return percent(row["overall"]) if kind == "binomial" else f"{row['overall']:.2f} a patient"


def _notes(found: pd.DataFrame) -> list[str]:
    undeclared = int(found["opened"].isna().sum())
    start = f"{plural(undeclared, 'site')} without an opening date in the protocol file: the first patient screened."
    n_expected = max(float(found["n_with_expected"].sum()), 0)
    return [
        "Limits are exact, about the figure of all sites together (Spiegelhalter 2005): by chance alone 95 % of sites "
        f"lie inside the dashed ones ({0.05 * len(found):.1f} of {plural(len(found), 'site')} outside), 99.8 % inside "
        "the others. They do not allow for patients who differ between sites: a site outside is one to talk to.",
        f"Fewer than {MIN_GROUP} patients are shown in grey and not judged.",
        "Overdue counts patients, not visits, since visits of one patient go together; deviations are counted.",
        f"Open since: {start}" if undeclared else "",
        "Enrolled a month is the forecast's: what a site's own count leaves uncertain is drawn towards the other "
        "sites; where the first patient screened stands for the opening, that patient is not counted.",
        "" if n_expected else "No visits were delivered (SV), or none is planned.",
        "How long a site takes to enter data cannot be told: no standard domain of SDTM holds the day of entry.",
    ]
