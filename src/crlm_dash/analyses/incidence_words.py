"""The words around a cumulative incidence: why there is none, what it found, on what it rests."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import assumed, comparison_note, filter_note, records
from crlm_dash.analyses.survival_words import delayed_entry, length, not_reached, places, small_groups
from crlm_dash.analyses.words import listed, percent, plural
from crlm_dash.protocol import Endpoint
from crlm_dash.store.door import Door
from crlm_dash.terms import POOLED, TimeUnit

LIMITS = "Limits are 95 %, log(−log). Beyond follow-up a value is “not reached”, never extrapolated."
METHOD = "Cumulative incidence by Aalen–Johansen, each cause in competition with the others."
SAME_DAY = "Of two causes on one day the first named counts."
NO_GRAY = "Gray's test is not defined with delayed entry."
_OVERSTATED = (
    "1 − Kaplan–Meier is drawn only to show its error: it counts who died as if progression could still follow, "
    "so its causes together can exceed 100 %."
)
_NAMED = {"progression_both", "progression_liver_only", "progression_extrahepatic_only"}


def nothing(endpoint: Endpoint | None, n_total: int, n_used: int) -> str:
    """Why there is no curve; '' where there is one."""
    if n_total == 0:
        return "No subject is in this population."
    if endpoint is None:
        return (
            "No endpoint of this trial has competing risks, so there are no causes to tell apart. "
            "The survival page shows its times to events."
        )
    if n_used == 0:
        return f"No subject of this population is at risk for {endpoint.label} ({endpoint.paramcd})."
    return ""


def finding(
    endpoint: Endpoint, unit: TimeUnit, tables: dict[str, pd.DataFrame], horizon: float | None, population: str
) -> str:
    """The main finding in one sentence: what happened first to how many by the time at which it is read."""
    about = f"{endpoint.label}, {population.partition(' (')[0].lower()}"
    landmarks, events = tables["landmarks"], tables["first_events"]
    if horizon is None:
        return f"{about}: {_counted(events)}."
    labels = dict(zip(tables["causes"]["cause"], tables["causes"]["label"], strict=True))
    there = landmarks[landmarks["time"] == horizon]
    parts = [_group(str(name), rows, labels) for name, rows in there.groupby("strata", sort=False)]
    return f"{about}, by {length(horizon, unit)}: {'; '.join(parts)}."


def _group(name: str, rows: pd.DataFrame, labels: dict[int, str]) -> str:
    shares = [f"{_inside(labels[row['cause']])} {percent(row['estimate'])}" for row in records(rows)]
    free = f"free of all {percent(max(1 - rows['estimate'].sum(), 0))}"
    return ("" if name == POOLED else f"{name}: ") + listed([*shares, free])


def _inside(label: str) -> str:
    """A label within a sentence; one that begins with an abbreviation stays as it is."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _counted(events: pd.DataFrame) -> str:
    totals = events.groupby("label", sort=False)["n"].sum()
    words = [f"{_inside(str(label))} {n:,}" for label, n in totals.items() if n]
    return f"{listed(words)} of {plural(int(totals.sum()), 'patient')}"


def notes(
    door: Door,
    endpoint: Endpoint,
    unit: TimeUnit,
    denominators: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    by: str | None,
    where: str,
) -> list[str]:
    """Everything a reader must know before believing the curves."""
    late = delayed_entry(endpoint, unit, denominators)
    sizes = tables["first_events"].groupby("strata", sort=False)["n"].sum().reset_index()
    return [
        late,
        comparison_note(door, by),
        filter_note(where),
        small_groups(sizes, by),
        NO_GRAY if late and by is not None else "",
        not_reached(tables["landmarks"], unit),
        "" if endpoint.competing else f"{endpoint.label} has no competing cause: this is 1 − its survival curve.",
        _OVERSTATED if "overstated" in tables else "",
        _window(door, endpoint),
        endpoint.description,
        METHOD if endpoint.competing else "",
        SAME_DAY if endpoint.events and endpoint.competing else "",
        LIMITS,
        *assumed(door, *places(door, endpoint)),
    ]


def _window(door: Door, endpoint: Endpoint) -> str:
    """What counts as one failure at both sites, where the endpoint asks for it."""
    used: set[Any] = {*endpoint.events, *(source for each in endpoint.competing for source in each.sources)}
    if not used & _NAMED:
        return ""
    days = door.protocol.progression.both_within_days
    stated = [each.text for each in door.protocol.assumed if each.key.startswith("progression")]
    words = f"“Liver and extrahepatic”: progression at both within {plural(days, 'day')} of the first"
    return f"{words} ({'assumed' if stated else 'as the protocol has it'})."
