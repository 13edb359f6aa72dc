"""Adverse events per patient-year, with exact Poisson limits: by kind, and by class."""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.framing import records, table, whole
from crlm_dash.analyses.safety_measures import KINDS, MEASURES, unrecorded
from crlm_dash.analyses.withheld import ANY
from crlm_dash.terms import DAYS_PER_YEAR

COLUMNS = "AEBODSYS measure strata n_events years estimate conf_low conf_high"


def years_of(exposure: pd.DataFrame, groups: dict[str, int]) -> dict[str, float]:
    """Patient-years in which events could be seen, by group."""
    days = {row["strata"]: whole(row["days"]) for row in records(exposure)}
    return {name: days.get(name, 0) / DAYS_PER_YEAR for name in groups}


def per_year(terms: pd.DataFrame, years: dict[str, float]) -> pd.DataFrame:
    """The table `terms` with `rate`, events per patient-year; missing without exposure."""
    exposed = terms["strata"].map(years).astype(float)
    return terms.assign(rate=terms["n_events"].astype(float) / exposed.where(exposed > 0))


def rates(measured: pd.DataFrame, terms: pd.DataFrame, kind: str, years: dict[str, float]) -> pd.DataFrame:
    """
    Events per patient-year: every kind of all classes together, then one kind class by class.

    Parameters
    ----------
    measured : records of each kind by `strata` (`any_events` …)
    terms : the table `terms` of that one kind; a class whose events are not told by group has no rate there
    kind : of `terms`
    years : patient-years of each group, in the order shown

    Returns
    -------
    One row a class ('Any': all), kind and group: n_events (missing where never recorded or not told), years, estimate,
    conf_low, conf_high (missing without exposure).
    """
    lacking, cells = unrecorded(measured), measured.set_index("strata")
    rows: list[tuple[Any, ...]] = []
    for each, (strata, exposed) in product(KINDS, years.items()):
        n = None if each in lacking else whole(cells.at[strata, f"{each}_events"]) if strata in cells.index else 0
        rows.append((ANY, MEASURES[each], strata, n, exposed))
    classes = terms[(terms["AEDECOD"] == ANY) & (terms["AEBODSYS"] != ANY) & terms["strata"].isin(list(years))]
    for row in records(classes):
        n = None if pd.isna(row["n_events"]) else int(row["n_events"])
        rows.append((row["AEBODSYS"], MEASURES[kind], row["strata"], n, years[row["strata"]]))
    counts = table(rows, " ".join(COLUMNS.split()[:5])).astype({"n_events": "Int64", "years": float})
    known = counts[counts["n_events"].notna()]
    taken = pd.DataFrame({"n_event": known["n_events"].astype(float), "exposure": known["years"]}, index=known.index)
    return counts.join(stats.exact_rate(taken))
