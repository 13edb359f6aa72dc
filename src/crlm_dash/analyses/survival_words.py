"""The words around a survival display: why it is empty, what it found, on what it is conditional."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import MIN_GROUP, assumed, comparison_note, filter_note, records
from crlm_dash.analyses.survival_display import ORIGIN_WORDS, Display
from crlm_dash.analyses.survival_received import TIME_VARYING
from crlm_dash.analyses.survival_times import restricted_horizon
from crlm_dash.analyses.words import interval, listed, number, percent, plural
from crlm_dash.protocol import Endpoint
from crlm_dash.store.door import Door
from crlm_dash.terms import DAYS_PER_MONTH, DAYS_PER_YEAR, POOLED, TimeUnit

_PER_UNIT = {TimeUnit.DAYS: 1.0, TimeUnit.MONTHS: DAYS_PER_MONTH, TimeUnit.YEARS: DAYS_PER_YEAR}


def origin(endpoint: Endpoint) -> str:
    """Where the endpoint's time starts, in words."""
    return ORIGIN_WORDS.get(endpoint.origin, "time zero of the delivered data")


def axis(endpoint: Endpoint, unit: TimeUnit) -> str:
    """Label of the time axis."""
    return f"{str(unit).capitalize()} since {origin(endpoint)}"


def facts(display: Display) -> dict[str, Any]:
    """What a figure needs besides the tables."""
    endpoint = display.endpoint
    return {
        "by": display.by,
        "order": [],
        "ticks": [],
        "landmarks": [],
        "unit": str(display.unit),
        "endpoint": endpoint.paramcd,
        "label": endpoint.label,
        "origin": origin(endpoint),
        "axis": axis(endpoint, display.unit),
    }


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


def finding(display: Display, tables: dict[str, pd.DataFrame], population: str, method: str) -> str:
    """The main finding in one sentence."""
    landmarks = tables["landmarks"]
    common = landmarks[landmarks["time"] == restricted_horizon(landmarks)]
    if method == TIME_VARYING:
        parts = [f"{row['strata']}: {plural(row['n_event'], 'event')}" for row in records(tables["summary"])]
    else:
        parts = [_group(row, display.unit, common) for row in records(tables["summary"])]
    tail = _contrast(tables["hazard_ratio"])
    return f"{display.endpoint.label}, {population.partition(' (')[0].lower()}: {'; '.join(parts)}{tail}."


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


def notes(display: Display, denominators: pd.DataFrame, tables: dict[str, pd.DataFrame], method: str) -> list[str]:
    """Everything a reader must know before believing the curve."""
    door, endpoint, unit = display.door, display.endpoint, display.unit
    return [
        _other_origin(display),
        _late(display, denominators, tables["curves"]) if not method else "",
        _ignoring_entry(tables["naive"]),
        _half_interval(tables["band"]),
        comparison_note(door, display.by),
        filter_note(display.where),
        small_groups(tables["summary"], display.by),
        not_reached(tables["landmarks"], unit),
        f"Supportive, not the primary definition: {endpoint.label}." if endpoint.supportive else "",
        f"The protocol's definition: {endpoint.description}" if display.origin else endpoint.description,
        "Limits are 95 %, log(−log). Beyond follow-up a value is “not reached”, never extrapolated.",
        *assumed(door, *places(door, endpoint)),
    ]


def _other_origin(display: Display) -> str:
    if not display.origin:
        return ""
    return f"Counted from {origin(display.endpoint)}, not the protocol's time origin: exploratory, no p-value."


def _late(display: Display, denominators: pd.DataFrame, curves: pd.DataFrame) -> str:
    """The words on late entry, and from when on the risk set is large enough to trust."""
    said = delayed_entry(display.endpoint, display.unit, denominators, display.start)
    enough = curves[curves["n_risk"] >= MIN_GROUP].groupby("strata", sort=False)["time"].min()
    later = float(enough.max()) if len(enough) else 0.0
    if not said or later <= 0:
        return said
    before = curves[(curves["time"] < curves["strata"].map(enough)) & (curves["n_event"] > 0)]
    fell = f", and {plural(int(before['n_event'].sum()), 'event')} fell before that" if len(before) else ""
    return f"{said} Early risk set: fewer than {MIN_GROUP} at risk until {later:.1f} {display.unit}{fell}."


def _ignoring_entry(naive: pd.DataFrame) -> str:
    if naive.empty:
        return ""
    return (
        "The dashed grey curve ignores late entry: it counts the time before entry, during which nobody could be seen "
        "to die, as survival, and so overstates survival. It is there as a warning, not as a result."
    )


def _half_interval(band: pd.DataFrame) -> str:
    if band.empty:
        return ""
    return (
        "The grey band between the curves is half the 95 % interval of their difference: where it touches both curves, "
        "they do not differ at that time; where it touches neither, they do (pointwise; Boers 2004)."
    )


def places(door: Door, endpoint: Endpoint) -> tuple[str, ...]:
    """Where the protocol file speaks of this endpoint."""
    mine = [n for n, each in enumerate(door.protocol.endpoints) if each.paramcd == endpoint.paramcd]
    origin_too = ("diagnosis",) if endpoint.origin == "DIAGDT" else ()
    return (*(f"endpoints[{n}]" for n in mine), *origin_too, "populations")


def delayed_entry(
    endpoint: Endpoint,
    unit: TimeUnit,
    denominators: pd.DataFrame,
    start: str = "enrolment",
    shown: str = "The curve is",
) -> str:
    """How many came under observation late (from `start` on), and on what all that is shown is conditional."""
    late = int(denominators["n_late"].sum())
    if not late:
        return ""
    ratio = _PER_UNIT[endpoint.unit] / _PER_UNIT[unit]
    first = float(denominators["first_entry"].min()) * ratio
    alive = "alive" if endpoint.events == ("death",) else "free of the event"
    condition = f" {shown} conditional on being {alive} at t₀ = {first:.1f} {unit}, the earliest entry."
    return (
        f"Delayed entry: {plural(late, 'patient')} came under observation after {origin(endpoint)} and count as at "
        f"risk only from {start} on; time before it is not counted as survival.{condition if first > 0 else ''}"
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
