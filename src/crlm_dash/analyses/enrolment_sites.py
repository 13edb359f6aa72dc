"""Sites as a forecast sees them: since when each enrols, how many by month back from the cut-off, which are to come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.framing import table
from crlm_dash.protocol import Accrual
from crlm_dash.store.door import Door
from crlm_dash.terms import DAYS_PER_MONTH

STATED, FIRST_SCREENED = "protocol", "first screened"
ALL_TIME = 1200.0  # months: longer than any trial

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sites:
    """
    Every site that has opened, in one order throughout.

    `listed`: siteid, country, opened, opened_from, closed, n_enrolled. `opened`, `closed`: months before the cut-off
    (below 0: after it; closed: minus infinity where it is open). `counted[i, k]`: enrolled at site i in month k back,
    without the patient whose screening counts as the opening. `enrolled[k]`: enrolled at all sites in month k back.
    `to_come`: days on which further sites are planned to open.
    """

    listed: pd.DataFrame
    opened: Floats
    closed: Floats
    counted: npt.NDArray[np.int64]
    enrolled: npt.NDArray[np.int64]
    plan: Accrual
    cutoff: dt.date

    def is_open(self, back: float = 0.0) -> Flags:
        """Which sites were open so many months before the cut-off."""
        return np.asarray((self.opened >= back) & (self.closed < back))

    def counts(self, back: int = 0, window: float = ALL_TIME) -> pd.DataFrame:
        """Of each site, patients and months at risk in the `window` months up to `back` months before the cut-off."""
        start = np.minimum(self.opened, back + window)
        months = np.maximum(start - np.maximum(self.closed, back), 0.0)
        last = int(min(back + window, self.counted.shape[1]))
        n = self.counted[:, back:last].sum(axis=1)
        return pd.DataFrame({"n": np.where(months > 0, n, 0), "months": months})

    @property
    def silent(self) -> int:
        """Whole months before the cut-off in which nobody was enrolled; 0 where nobody ever was."""
        return int(np.flatnonzero(self.enrolled)[0]) if self.enrolled.any() else 0

    def n_enrolled(self, back: int, until: int = 0) -> int:
        """How many were enrolled, at all sites, from `back` to `until` months before the cut-off."""
        return int(self.enrolled[until:back].sum())

    def openings(self, back: int = 0) -> list[float]:
        """Months, from `back` months before the cut-off, to each opening that was planned then and not overdue."""
        then = pd.Timestamp(self.cutoff) - pd.Timedelta(days=back * DAYS_PER_MONTH)
        months = [(pd.Timestamp(day) - then) / pd.Timedelta(days=DAYS_PER_MONTH) for day in self._planned(then, back)]
        return sorted(each for each in months if each > 0)

    def _planned(self, then: pd.Timestamp, back: int) -> list[dt.date]:
        """Days after `then` on which sites were planned to open; of a site that is named, its own."""
        if self.plan.sites:
            there = set(self.listed.loc[self.opened >= back, "siteid"])
            later = [each for each in self.plan.sites if each.id not in there]
            days = [each.planned or each.opened if back else each.opened or each.planned for each in later]
            return [day for day in days if day is not None]
        found: list[dt.date] = []
        n_open = int((self.opened >= back).sum())
        for step in self.plan.openings:
            if pd.Timestamp(step.by) > then:
                found += [step.by] * max(step.sites - n_open, 0)
            n_open = max(n_open, step.sites)
        return found


def sites_of(door: Door, sites: pd.DataFrame) -> Sites:
    """
    The sites of a trial.

    Parameters
    ----------
    sites : the rows of the query `enrolment_sites`
    """
    plan, cutoff = door.protocol.accrual, door.cut.cutoff
    stated = {each.id: each for each in plan.sites if each.opened and each.opened <= cutoff}
    rows, openers = [], []
    for row in sites[sites["first_screened"].notna()].to_dict("records"):
        site, first = stated.pop(row["siteid"], None), row["first_screened"]
        opened = _day(site.opened, cutoff) if site else pd.NaT
        known = opened <= first  # of NaT: no; who was screened before the stated day shows that it is wrong
        closed = _day(site.closed, cutoff) if site else pd.NaT
        since = (opened, STATED) if known else (first, FIRST_SCREENED)
        rows.append((row["siteid"], row["country"], *since, closed, int(row["n_enrolled"])))
        openers.append(pd.NaT if known else row["opener_enrolled"])
    for site in stated.values():  # open, and nobody screened yet
        days = (_day(site.opened, cutoff), STATED, _day(site.closed, cutoff))
        rows.append((site.id, site.country or None, *days, 0))
        openers.append(pd.NaT)
    listed = table(rows, "siteid country opened opened_from closed n_enrolled")
    listed = listed.astype({"opened": "datetime64[ns]", "closed": "datetime64[ns]", "n_enrolled": "int64"})
    back = door.ask("enrolment_back", population="ENRLFL", cutoff=cutoff)
    closed_back = _months_back(listed["closed"], cutoff)
    return Sites(
        listed,
        _months_back(listed["opened"], cutoff),
        np.where(np.isnan(closed_back), -np.inf, closed_back),
        *_counted(listed, back, pd.Series(openers, dtype="datetime64[ns]"), cutoff),
        plan,
        cutoff,
    )


def _day(day: dt.date | None, cutoff: dt.date) -> Any:
    """A stated day, if it has come by the cut-off."""
    return pd.Timestamp(day) if day is not None and day <= cutoff else pd.NaT


def _months_back(days: pd.Series, cutoff: dt.date) -> Floats:
    return np.asarray((pd.Timestamp(cutoff) - days).dt.days.to_numpy(dtype=float) / DAYS_PER_MONTH)


def _counted(
    listed: pd.DataFrame, back: pd.DataFrame, openers: pd.Series, cutoff: dt.date
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Enrolled by site and month back without each site's opener; enrolled in all by month back."""
    place = {siteid: i for i, siteid in enumerate(listed["siteid"])}
    opened_by = _months_back(openers, cutoff)
    last = int(max([back["months_back"].max() if len(back) else 0, *opened_by[~np.isnan(opened_by)]])) + 1
    counted = np.zeros((len(listed), last), dtype=np.int64)
    there = back["siteid"].isin(place)
    row = back.loc[there, "siteid"].map(place).to_numpy(dtype=int)
    counted[row, back.loc[there, "months_back"].to_numpy(dtype=int)] = back.loc[there, "n"].to_numpy()
    who = np.flatnonzero(~np.isnan(opened_by))
    counted[who, opened_by[who].astype(int)] -= 1
    enrolled = np.bincount(back["months_back"], weights=back["n"], minlength=last).astype(np.int64)
    return counted, enrolled


def site_rate_table(sites: Sites, known: stats.SiteRates | None = None, *, ended: int = 0) -> pd.DataFrame:
    """
    One row a site: since when it enrols and how fast.

    Parameters
    ----------
    known : what all time tells of the rates, where that has been worked out
    ended : months before the cut-off at which enrolment ended, 0 while it goes on

    Returns
    -------
    `siteid`, `country`, `opened`, `opened_from`, `closed`, `months`, `n_enrolled`, `n_counted`, `observed` (n_counted
    a month), `estimate` (drawn towards the other sites), `conf_low`, `conf_high` (95 %); missing where no site has
    been open for a day.
    """
    counts = sites.counts(ended)
    found = sites.listed.assign(months=counts["months"], n_counted=counts["n"])
    observed = np.divide(counts["n"], counts["months"], out=np.full(len(counts), np.nan), where=counts["months"] > 0)
    if counts["months"].sum() > 0:
        rates = stats.shrunken(known or stats.site_rates(counts))
    else:
        rates = pd.DataFrame(np.nan, index=counts.index, columns=["estimate", "conf_low", "conf_high"])
    columns = "siteid country opened opened_from closed months n_enrolled n_counted observed".split()
    return pd.concat([found.assign(observed=observed)[columns], rates], axis=1)
