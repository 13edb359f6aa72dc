"""Enrolment: who came, against the plan; when the target will be reached and how sure that is; what holds it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses import enrolment_forecast as ahead
from crlm_dash.analyses.consort import BECAME, consort
from crlm_dash.analyses.enrolment_backtest import backtest
from crlm_dash.analyses.enrolment_events import EventCourses, event_courses, event_label, event_options
from crlm_dash.analyses.enrolment_forecast import EVENTS, QUANTILES, Outlook
from crlm_dash.analyses.enrolment_milestones import milestones
from crlm_dash.analyses.enrolment_pace import against_plan, monthly, openings, pace, plan, planned_by
from crlm_dash.analyses.enrolment_scenario import as_now, changed, relaxed
from crlm_dash.analyses.enrolment_sites import Sites, site_rate_table, sites_of
from crlm_dash.analyses.enrolment_words import answer, changed_sentence, held_back, notes
from crlm_dash.analyses.framing import group_order, population_words, result_of, table, whole
from crlm_dash.analyses.result import Result
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import DAYS_PER_MONTH, MISSING_GROUP

__all__ = ["enrolment", "monthly", "plan", "planned_by"]

STEPS = (
    "Screened", "Failed eligibility", "Declined before enrolment", "Withdrew before enrolment", "Pending", "Enrolled",
)  # fmt: skip


def enrolment(
    door: Door,
    *,
    days: bool = False,
    open_sites: int = 0,
    from_month: int = 0,
    relax: str = "",
    stop_site: str = "",
    lately: int = 0,
) -> Result:
    """
    Screening and enrolment up to the cut-off, and the forecast from there. Counts are of all sites, whoever looks.

    Parameters
    ----------
    days : fill `days`
    open_sites, from_month, relax, stop_site, lately : a scenario beside "as now": sites to open, in how many months; a
        criterion to relax; a site that stops; rates of the last so many months instead of all time

    Returns
    -------
    Tables `funnel`, `accrual` (cumulative: all sites), `monthly` (also months without anyone), `plan`, `sites`, `arms`,
    `groups`, `days`, `openings`, `pace`, `against_plan`, `rates`, `forecast`, `bands`, `milestones`,
    `event_months`, `backtest`, `coverage`, `gains`, `consort`.

    Raises
    ------
    RequestError : no such site is open, relaxing the criterion gains nobody, or a number makes no sense
    """
    by_site = door.ask("enrolment_sites", population="SCRNFL")
    funnel = _funnel(by_site)
    n_screened, n_enrolled = funnel["screened"], funnel["enrolled"]
    accrual = door.ask("enrolment_accrual", population="ENRLFL")
    sites = sites_of(door, by_site)
    by_arm = door.ask("enrolment_arm_days", by=BY_ARM if door.can(Action.SEE_COUNTS_BY_ARM) else None)
    arms, lost = _arms(door, by_arm), door.ask("enrolment_not_enrolled", population="SCRNFL")
    flow = consort(door, funnel, lost, arms)
    gains = relaxed(door, lost, n_enrolled)
    facts = {"n_enrolled": n_enrolled, "n_ongoing": _ongoing(flow), "n_pending": funnel["pending"]}
    now = ahead.outlook(door, sites, as_now(sites), **facts)
    asked = {"open_sites": open_sites, "from_month": from_month, "relax": relax, "stop_site": stop_site}
    other = changed(sites, gains, **asked, lately=lately)  # type: ignore[arg-type]
    outlooks = [now, *([] if other is None else [ahead.outlook(door, sites, other, **facts)])]
    ended = _ended(sites, now)
    back, coverage = backtest(door, sites, ended=ended)
    tables = {
        "funnel": table([(step, n) for step, n in zip(STEPS, _steps(funnel), strict=True)], "step n"),
        "accrual": accrual.astype({"cumulative": "int64"}),
        "monthly": monthly(accrual, door.cut.cutoff),
        "plan": plan(door.protocol.accrual, door.cut.cutoff),
        "sites": by_site.loc[:, :"failure_rate"],
        "arms": arms,
        "groups": _groups(door, accrual, by_site, by_arm),
        "days": door.ask("enrolment_days", population="SCRNFL") if days else table([], _DAYS),
        "openings": openings(sites, door.protocol.accrual, ended=ended),
        "pace": pace(sites, door.protocol.accrual, ended=ended),
        "against_plan": against_plan(door.protocol.accrual, door.cut.cutoff, n_enrolled),
        "rates": site_rate_table(sites, now.rates, ended=ended),
        **_forecasts(door, outlooks, by_arm),
        "backtest": back.head(0) if now.state == ahead.CLOSED else back,
        "coverage": coverage,
        "gains": gains,
        "consort": flow,
    }
    verdict, because = (answer(door, tables, now), held_back(door, sites, tables, now)) if n_screened else ("", "")
    return result_of(
        door,
        "enrolment",
        tables,
        population=population_words(door, "SCRNFL"),
        n_used=n_screened,
        n_total=n_screened,
        notes=notes(door, sites, tables, outlooks, n_undated=whole(by_site["n_undated"].sum())),
        sentence=f"{verdict} {because}".strip() if other is None else changed_sentence(tables, outlooks[1]),
        empty="" if n_screened else "No subject has been screened yet.",
        facts={
            "target": door.protocol.accrual.target,
            "planned_end": door.protocol.accrual.planned_end,
            "state": now.state,
            "verdict": verdict,
            "because": because,
            "scenario": other.words if other else "",
            "open_sites": [] if now.state == ahead.CLOSED else sites.listed.loc[sites.is_open(), "siteid"].tolist(),
            "event_label": event_label(door),
        },
    )


_DAYS = "day siteid n_screened n_enrolled screened enrolled"


def _funnel(sites: pd.DataFrame) -> dict[str, int]:
    """How many came, and what became of them before treatment; who is none of the others is pending."""
    names = ("screened", "failed", "refused", "withdrawn", "enrolled")
    found = {name: whole(sites[f"n_{name}"].sum()) for name in names}
    pending = found["screened"] - found["failed"] - found["refused"] - found["enrolled"]
    return found | {"refused": found["refused"] - found["withdrawn"], "pending": pending}


def _steps(funnel: dict[str, int]) -> tuple[int, ...]:
    return tuple(funnel[name] for name in ("screened", "failed", "refused", "withdrawn", "pending", "enrolled"))


def _ongoing(flow: pd.DataFrame) -> int:
    return whole(flow.loc[(flow["box"] == "followed") & (flow["item"] == BECAME["ONGOING"]), "n"].sum())


def _ended(sites: Sites, now: Outlook) -> int:
    """Months before the cut-off at which enrolment ended; 0 while it goes on."""
    return sites.silent if now.state == ahead.CLOSED else 0


def _arms(door: Door, by_arm: pd.DataFrame) -> pd.DataFrame:
    if not door.can(Action.SEE_COUNTS_BY_ARM):
        return table([], "strata n")
    found = by_arm.groupby("strata")["n"].sum()
    return table([(arm, whole(found.get(arm, 0))) for arm in group_order(door, BY_ARM, found.index)], "strata n")


def _groups(door: Door, accrual: pd.DataFrame, sites: pd.DataFrame, by_arm: pd.DataFrame) -> pd.DataFrame:
    """
    Enrolled in, and by the end of, each month by site, country and arm; the largest first, arms as always shown.

    Never by coded arm: in a month in which one patient came, the code would be that patient's.
    """
    country = accrual["siteid"].map(sites.set_index("siteid")["country"]).fillna(MISSING_GROUP)
    places = {"site": accrual["siteid"], "country": country}
    frames = [_grouped(by, accrual.assign(strata=strata)) for by, strata in places.items()]
    if door.can(Action.SEE_COUNTS_BY_ARM) and door.can(Action.SEE_ARM_NAMES):
        dated = by_arm[by_arm["day"].notna()]
        months = dated.assign(month=_months(dated["day"]))
        frames.append(_grouped(BY_ARM, months, group_order(door, BY_ARM, months["strata"])))
    return pd.concat(frames, ignore_index=True)


def _grouped(by: str, counted: pd.DataFrame, order: Sequence[str] = ()) -> pd.DataFrame:
    found = counted.groupby(["strata", "month"])["n"].sum().reset_index()
    largest = found.groupby("strata")["n"].sum().sort_values(ascending=False, kind="stable").index
    place = {group: number for number, group in enumerate(order or largest)}
    found = found.assign(by=by, place=found["strata"].map(place)).sort_values(["place", "month"], ignore_index=True)
    found = found.assign(cumulative=found.groupby("strata")["n"].cumsum().astype("int64"))
    return pd.DataFrame(found[["by", "strata", "month", "n", "cumulative"]])


def _forecasts(door: Door, outlooks: list[Outlook], by_arm: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables `forecast`, `bands` and `milestones`."""
    events = [event_courses(door, each) for each in outlooks]
    came = {ahead.PATIENTS: by_arm.groupby("day")["n"].sum().reset_index(), EVENTS: _event_days(door)}
    steps = milestones(door, outlooks[0], events[0], came)
    rows: list[Any] = [
        row for each in outlooks if (row := ahead.patient_row(door, each, steps.reached[ahead.PATIENTS])) is not None
    ]
    rows += [_event_row(door, *pair, steps.reached[EVENTS]) for pair in zip(outlooks, events, strict=True) if pair[1]]
    forecast = table(rows, f"what scenario target n_now state {QUANTILES}")
    months = _months_shown(door, forecast)
    bands = [ahead.bands(door, each, months) for each in outlooks]
    bands += [_event_bands(door, *pair, months) for pair in zip(outlooks, events, strict=True) if pair[1]]
    known = [each for each in bands if len(each)]
    return {
        "forecast": forecast,
        "bands": pd.concat(known, ignore_index=True) if known else bands[0],
        "milestones": steps.table,
        "event_months": _by_month(came[EVENTS]),
    }


def _event_days(door: Door) -> pd.DataFrame:
    target = door.protocol.events_awaited
    if target is None:
        return table([], "day n")
    return door.ask("enrolment_events", population="ENRLFL", **event_options(door, target))


def _by_month(days: pd.DataFrame) -> pd.DataFrame:
    counted = days.assign(month=_months(days["day"])).groupby("month")["n"].sum().reset_index()
    return counted.assign(cumulative=counted["n"].cumsum())


def _months(days: pd.Series) -> pd.Series:
    """The first day of the month of each day."""
    dates = pd.to_datetime(days)
    return dates - pd.to_timedelta(dates.dt.day - 1, unit="D")


def _event_row(door: Door, found: Outlook, events: EventCourses | None, reached: dict[int, ahead.Day]) -> Any:
    assert events is not None
    state, days = ahead.EXPECTED, ahead.UNKNOWN
    if events.n_now >= events.target.number:
        state, days = ahead.REACHED, [reached.get(events.target.number, pd.NaT)] * len(ahead.LEVELS)
    elif events.by_month is None:
        state = ahead.TOO_EARLY if found.n_enrolled else ahead.NOT_STARTED
    else:
        days = ahead.days_of(door.cut.cutoff, events.months(events.target.number))
        state = ahead.NEVER if pd.isna(days[0]) else state
    return (EVENTS, found.scenario.name, events.target.number, events.n_now, state, *days)


def _event_bands(door: Door, found: Outlook, events: EventCourses | None, months: float) -> pd.DataFrame:
    assert events is not None
    if events.by_month is None:
        return table([], f"what scenario date {QUANTILES}")
    last = min(int(np.ceil(months)), events.by_month.shape[1])
    kept = np.unique(np.linspace(1, last, min(last, ahead.POINTS)).astype(int))
    numbers = events.by_month[:, kept - 1]
    return ahead.band_table(EVENTS, found, kept.astype(float), numbers, None, door.cut.cutoff, events.n_now)


def _months_shown(door: Door, forecast: pd.DataFrame) -> float:
    """From the cut-off as far as the forecasts reach, and the planned end; two years where there is no target."""
    cutoff, end = pd.Timestamp(door.cut.cutoff), door.protocol.accrual.planned_end
    days = [*forecast[["median", "high80", "high95"]].to_numpy().ravel(), *([] if end is None else [pd.Timestamp(end)])]
    months = [(pd.Timestamp(day) - cutoff).days / DAYS_PER_MONTH for day in days if not pd.isna(day)]
    return min(max([*(1.05 * each for each in months), 6.0]) if months else ahead.WITHOUT_TARGET, ahead.HORIZON)
