"""The words around a survival display: why it is empty, what it found, on what it is conditional."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import MIN_GROUP, assumed, comparison_note, filter_note, records
from crlm_dash.analyses.survival_times import restricted_horizon
from crlm_dash.analyses.words import interval, listed, number, percent, plural
from crlm_dash.protocol import Endpoint
from crlm_dash.store.door import Door
from crlm_dash.terms import DAYS_PER_MONTH, DAYS_PER_YEAR, POOLED, TimeUnit

_ORIGINS = {
    "SCRNDT": "screening",
    "RFICDT": "consent",
    "ENRLDT": "enrolment",
    "RANDDT": "randomisation",
    "TRTSDT": "start of treatment",
    "DIAGDT": "diagnosis",
}
_PER_UNIT = {TimeUnit.DAYS: 1.0, TimeUnit.MONTHS: DAYS_PER_MONTH, TimeUnit.YEARS: DAYS_PER_YEAR}


def origin(endpoint: Endpoint) -> str:
    """Where the endpoint's time starts, in words."""
    return _ORIGINS.get(endpoint.origin, "time zero of the delivered data")


def axis(endpoint: Endpoint, unit: TimeUnit) -> str:
    """Label of the time axis."""
    return f"{str(unit).capitalize()} since {origin(endpoint)}"


def nothing(endpoint: Endpoint | None, n_total: int, n_used: int) -> str:
    """Why there is no curve; '' where there is one."""
    if n_total == 0:
        return "No subject is in this population."
    if endpoint is None:
        return "This trial delivered no time-to-event records (ADTTE), and none could be derived."
    if endpoint.type == "competing_risks":
        causes = listed([each.label for each in endpoint.competing]) or "other causes"
        return (
            f"{endpoint.label} has competing risks ({causes}): a Kaplan–Meier curve would overstate it, so "
            "none is drawn. It needs a cumulative incidence."
        )
    if n_used == 0:
        return f"No subject of this population is at risk for {endpoint.label} ({endpoint.paramcd})."
    return ""


def finding(endpoint: Endpoint, unit: TimeUnit, tables: dict[str, pd.DataFrame], population: str) -> str:
    """The main finding in one sentence."""
    landmarks = tables["landmarks"]
    common = landmarks[landmarks["time"] == restricted_horizon(landmarks)]
    parts = [_group(row, unit, common) for row in records(tables["summary"])]
    tail = _contrast(tables["hazard_ratio"])
    return f"{endpoint.label}, {population.partition(' (')[0].lower()}: {'; '.join(parts)}{tail}."


def _group(row: dict[str, Any], unit: TimeUnit, landmarks: pd.DataFrame) -> str:
    name = "" if row["strata"] == POOLED else f"{row['strata']}: "
    median = row["median"]
    text = f"{name}{row['n_event']:,} of {row['n']:,} patients had the event, median {number(median)}"
    if not pd.isna(median):
        text += f" {unit}{interval(row['conf_low'], row['conf_high'])}"
    known = landmarks[landmarks["strata"] == row["strata"]]
    if known.empty:
        return text
    last = known.iloc[-1]
    limits = interval(last["conf_low"], last["conf_high"], digits=0, scale=100)
    return f"{text}, {percent(last['estimate'])}{limits} free of it at {length(last['time'], unit)}"


def length(time: float, unit: TimeUnit) -> str:
    """A landmark as people say it: "5 years", "6 months", "30 days"."""
    months = time * _PER_UNIT[unit] / DAYS_PER_MONTH
    if abs(months - round(months)) > 1e-6:
        return f"{time:g} {unit}"
    whole = round(months)
    return plural(whole // 12, "year") if whole % 12 == 0 else plural(whole, "month")


def _contrast(ratios: pd.DataFrame) -> str:
    known = records(ratios[ratios["conf_low"].notna()])
    return "".join(
        f"; hazard ratio {row['comparison']} {number(row['estimate'], 2)}"
        f"{interval(row['conf_low'], row['conf_high'], 2)}"
        for row in known
    )


def notes(
    door: Door,
    endpoint: Endpoint,
    unit: TimeUnit,
    denominators: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    by: str | None,
    where: str,
) -> list[str]:
    """Everything a reader must know before believing the curve."""
    return [
        delayed_entry(endpoint, unit, denominators),
        comparison_note(door, by),
        filter_note(where),
        small_groups(tables["summary"], by),
        not_reached(tables["landmarks"], unit),
        _thin_start(tables["curves"], denominators),
        f"Supportive, not the primary definition: {endpoint.label}." if endpoint.supportive else "",
        endpoint.description,
        "Limits are 95 %, log(−log). Beyond follow-up a value is “not reached”, never extrapolated.",
        *assumed(door, *places(door, endpoint)),
    ]


def places(door: Door, endpoint: Endpoint) -> tuple[str, ...]:
    """Where the protocol file speaks of this endpoint."""
    mine = [n for n, each in enumerate(door.protocol.endpoints) if each.paramcd == endpoint.paramcd]
    origin_too = ("diagnosis",) if endpoint.origin == "DIAGDT" else ()
    return (*(f"endpoints[{n}]" for n in mine), *origin_too, "populations")


def delayed_entry(endpoint: Endpoint, unit: TimeUnit, denominators: pd.DataFrame) -> str:
    """How many came under observation late, and on what the curve is conditional."""
    late = int(denominators["n_late"].sum())
    if not late:
        return ""
    ratio = _PER_UNIT[endpoint.unit] / _PER_UNIT[unit]
    first = float(denominators["first_entry"].min()) * ratio
    condition = f" The curve is conditional on survival to {first:.1f} {unit}, the earliest entry." if first > 0 else ""
    return (
        f"Delayed entry: {plural(late, 'patient')} came under observation after {origin(endpoint)} and count "
        f"as at risk only from enrolment on; time before it is not counted as survival.{condition}"
    )


def small_groups(summary: pd.DataFrame, by: str | None) -> str:
    """Which groups are too small to be tested."""
    if by is None:
        return ""
    small = [row["strata"] for row in records(summary) if row["n"] < MIN_GROUP]
    return f"n < {MIN_GROUP} in {listed(small)}: no test." if small else ""


def not_reached(landmarks: pd.DataFrame, unit: TimeUnit) -> str:
    """Which landmarks lie beyond follow-up."""
    times = sorted(landmarks.loc[landmarks["estimate"].isna(), "time"].unique())
    words = listed([length(time, unit) for time in times])
    return f"Follow-up does not reach {words} in every group." if times else ""


def _thin_start(curves: pd.DataFrame, denominators: pd.DataFrame) -> str:
    """A warning where a late-entry curve falls while few patients have entered yet."""
    if not int(denominators["n_late"].sum()):
        return ""
    peak = curves.groupby("strata")["n_risk"].transform("idxmax")
    thin = (curves.index < peak) & (curves["n_event"] > 0) & (curves["n_risk"] < MIN_GROUP)
    return f"The start of the curve rests on fewer than {MIN_GROUP} patients at risk." if thin.any() else ""
