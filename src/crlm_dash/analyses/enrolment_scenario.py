"""What could be changed: sites opened or stopped, a criterion relaxed, rates taken from a shorter time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from crlm_dash.analyses.enrolment_sites import ALL_TIME, Flags, Sites
from crlm_dash.analyses.framing import table
from crlm_dash.analyses.words import listed, plural
from crlm_dash.errors import RequestError
from crlm_dash.store.door import Door

MOST_SITES = 200
AS_NOW, CHANGED = "as now", "changed"


@dataclass(frozen=True)
class Scenario:
    """How enrolment goes on: `openings` months from now, `factor` on every rate, rates of the last `window` months."""

    name: str
    is_open: Flags
    openings: tuple[float, ...]
    factor: float
    window: float
    words: str


def relaxed(door: Door, lost: pd.DataFrame, n_enrolled: int) -> pd.DataFrame:
    """
    What relaxing each criterion would gain, everything else equal.

    Parameters
    ----------
    lost : the rows of the query `enrolment_not_enrolled`

    Returns
    -------
    `criterion`, `label`, `n_gain` (failed, and this is the only criterion not met by the data with none unknown),
    `factor` on the rate of enrolment; the largest gain first, none without a gain.
    """
    alone = lost[(lost["outcome"] == "failed") & lost["not_met"].str.fullmatch(r"\S+")]
    gains = Counter[str]()
    for criterion, n in alone[["not_met", "n_complete"]].itertuples(index=False):
        gains[criterion] += int(n)
    labels = {each.id: each.label for each in door.protocol.criteria}
    rows = [
        (criterion, labels.get(criterion, ""), n, 1 + n / n_enrolled)
        for criterion, n in gains.most_common()
        if n and n_enrolled
    ]
    return table(rows, "criterion label n_gain factor")


def as_now(sites: Sites, lately: int = 0) -> Scenario:
    """Enrolment that goes on as it does; rates of the last `lately` months, 0 for all time."""
    window = float(lately) if lately else ALL_TIME
    return Scenario(AS_NOW, sites.is_open(), tuple(sites.openings()), 1.0, window, "")


def changed(
    sites: Sites, gains: pd.DataFrame, *, open_sites: int, from_month: int, relax: str, stop_site: str, lately: int
) -> Scenario | None:
    """
    The scenario that is asked for; None where nothing is to change.

    Raises
    ------
    RequestError : no such site is open, no such criterion gains anybody, or a number makes no sense
    """
    if not 0 <= open_sites <= MOST_SITES or from_month < 0 or lately < 0:
        raise RequestError(f"Sites to open go from 0 to {MOST_SITES}; months cannot be negative.")
    base, words = as_now(sites, lately), []
    openings, is_open, factor = list(base.openings), base.is_open.copy(), 1.0
    if open_sites:
        openings += [float(from_month)] * open_sites
        when = f"in {plural(from_month, 'month')}" if from_month else "now"
        words.append(f"{plural(open_sites, 'more site')} {'opens' if open_sites == 1 else 'open'} {when}")
    if stop_site:
        place = (sites.listed["siteid"] == stop_site).to_numpy() & is_open
        if not place.any():
            there = ", ".join(sites.listed.loc[is_open, "siteid"]) or "none"
            raise RequestError(f"'{stop_site}' is not an open site. Open sites: {there}.")
        is_open[place] = False
        words.append(f"site {stop_site} stops")
    if relax:
        gain = gains[gains["criterion"] == relax]
        if gain.empty:
            there = ", ".join(gains["criterion"]) or "none"
            raise RequestError(f"Relaxing '{relax}' gains nobody for certain. Criteria that would: {there}.")
        factor = float(gain["factor"].iloc[0])
        words.append(f"criterion {relax} is relaxed (+{factor - 1:.0%} patients)".replace("%", " %"))
    if lately:
        words.append(f"rates stay as in the last {plural(lately, 'month')}")
    if not words:
        return None
    return Scenario(CHANGED, is_open, tuple(sorted(openings)), factor, base.window, listed(words))
