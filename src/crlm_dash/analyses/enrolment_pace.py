"""How fast patients come, and how that stands against the plan."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from crlm_dash.analyses.enrolment_sites import Sites
from crlm_dash.analyses.framing import table
from crlm_dash.protocol import Accrual
from crlm_dash.terms import DAYS_PER_MONTH

WINDOWS = (3, 6, 12)  # months


def monthly(accrual: pd.DataFrame, cutoff: dt.date) -> pd.DataFrame:
    """Enrolled in, and by the end of, each month from the first enrolment to the cut-off, at all sites."""
    if accrual.empty:
        return table([], "month n cumulative")
    last = max(pd.Timestamp(cutoff).replace(day=1), accrual["month"].max())
    months = pd.date_range(accrual["month"].min(), last, freq="MS")
    n = accrual.groupby("month")["n"].sum().reindex(months, fill_value=0).astype("int64")
    return pd.DataFrame({"month": months, "n": n.to_numpy(), "cumulative": n.cumsum().to_numpy()})


def plan(accrual: Accrual, cutoff: dt.date) -> pd.DataFrame:
    """Planned enrolment in, and by the end of, each month, from the planned start to its end or the cut-off."""
    if accrual.start is None or planned_by(accrual, accrual.start) is None:
        return table([], "month planned_cumulative planned")
    last = max(accrual.planned_end or cutoff, cutoff)
    months = pd.date_range(pd.Timestamp(accrual.start).replace(day=1), pd.Timestamp(last), freq="MS")
    ends = [(month + pd.offsets.MonthEnd(0)).date() for month in months]
    planned = np.array([planned_by(accrual, end) for end in ends], dtype=float)
    return pd.DataFrame({"month": months, "planned_cumulative": planned, "planned": np.diff(planned, prepend=0.0)})


def planned_by(accrual: Accrual, day: dt.date) -> float | None:
    """How many were to be enrolled by the end of `day`, at a steady rate; None where there is no plan."""
    rate = planned_rate(accrual)
    if accrual.start is None or rate is None:
        return None
    planned = rate * max((day - accrual.start).days + 1, 0) / DAYS_PER_MONTH
    return planned if accrual.target is None else min(planned, float(accrual.target))


def planned_rate(accrual: Accrual) -> float | None:
    """Patients a month that the plan asks for; None where it does not say."""
    if accrual.per_month is not None:
        return accrual.per_month
    if accrual.start is None or accrual.planned_end is None or accrual.target is None:
        return None
    return accrual.target / max((accrual.planned_end - accrual.start).days + 1, 1) * DAYS_PER_MONTH


def pace(sites: Sites, accrual: Accrual, *, ended: int = 0) -> pd.DataFrame:
    """
    Patients a month, lately and since the first site opened.

    Parameters
    ----------
    ended : months before the cut-off at which enrolment ended, 0 while it goes on

    Returns
    -------
    `months`, `n`, `per_month`, `planned`: the last 3, 6 and 12 months, as far as enrolment has lasted, and all of it.
    """
    lasted = float(sites.opened.max()) - ended if len(sites.opened) else 0.0
    spans = [float(each) for each in WINDOWS if each < lasted] + ([lasted] if lasted > 0 else [])
    ends = [len(sites.enrolled) if span == lasted else int(span) + ended for span in spans]
    found = [(span, sites.n_enrolled(end, ended)) for span, end in zip(spans, ends, strict=True)]
    planned = planned_rate(accrual)
    rows = [(span, n, n / span, np.nan if planned is None else planned) for span, n in found]
    return table(rows, "months n per_month planned")


def against_plan(accrual: Accrual, cutoff: dt.date, n_enrolled: int) -> pd.DataFrame:
    """
    The deficit to the plan and what it would take to finish on time.

    Returns
    -------
    No row without a plan, else one: `planned` (by the cut-off), `n_enrolled`, `deficit` (below 0: ahead),
    `months_left` to the planned end (below 0: past), `needed_per_month` (missing where no time is left).
    """
    columns = "planned n_enrolled deficit months_left needed_per_month"
    planned = planned_by(accrual, cutoff)
    if planned is None:
        return table([], columns)
    left = np.nan if accrual.planned_end is None else (accrual.planned_end - cutoff).days / DAYS_PER_MONTH
    needed = np.nan if accrual.target is None or not left > 0 else max(accrual.target - n_enrolled, 0) / left
    return table([(planned, n_enrolled, planned - n_enrolled, left, needed)], columns)


def openings(sites: Sites, accrual: Accrual, *, ended: int = 0) -> pd.DataFrame:
    """
    How many sites were open, and planned to be open, from each day on.

    Parameters
    ----------
    ended : months before the cut-off at which enrolment ended, 0 while it goes on; no site is open after

    Returns
    -------
    `date`, `n_open`, `planned`: a row a day on which one of them changes, and the last day of enrolment so far.
    """
    cutoff = pd.Timestamp(sites.cutoff) - pd.Timedelta(days=round(ended * DAYS_PER_MONTH))
    if not len(sites.listed) and not accrual.openings:
        return table([], "date n_open planned")
    changes = [*((day, 1) for day in sites.listed["opened"]), *((day, -1) for day in sites.listed["closed"].dropna())]
    opened = pd.Series([step for _, step in changes], index=pd.DatetimeIndex([day for day, _ in changes]), dtype=float)
    opened = opened.groupby(level=0).sum().cumsum()
    wanted = [(pd.Timestamp(each.by), float(each.sites)) for each in accrual.openings]
    planned = pd.Series([n for _, n in wanted], index=pd.DatetimeIndex([day for day, _ in wanted]), dtype=float)
    days = opened.index.union(planned.index).union([cutoff])
    there = opened.reindex(days, method="ffill").fillna(0.0).where(days <= cutoff)
    return pd.DataFrame(
        {"date": days, "n_open": there.to_numpy(), "planned": planned.reindex(days, method="ffill").to_numpy()}
    )
