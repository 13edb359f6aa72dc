"""Small trials under stopping rules, and the comparison of their arms computed one patient at a time."""

from __future__ import annotations

import datetime as dt
import math
import random
from typing import Any

from crlm_dash.access import Role
from crlm_dash.store.door import Door
from tests.analyses.tiny import CUTOFF, PROTOCOL, cut_of, door_into

START = dt.date(2025, 1, 1)
LAST = (CUTOFF - START).days  # 395: the cut-off as a day of the trial
RULES = """
[[monitoring.rules]]
id = "deaths"
label = "Deaths after procedures"
measure = "mortality_90"
prior_a = 1.0
prior_b = 19.0
acceptable = 0.05
probability = 0.9
min_n = 3
planned_n = 40
[[monitoring.rules]]
id = "worse"
label = "Severe complications"
measure = "clavien_3b"
prior_a = 1.0
prior_b = 4.0
acceptable = 0.2
probability = 0.9
min_n = 3
planned_n = 40
"""
BOUNDARY = """
[monitoring.boundary]
endpoint = "{endpoint}"
events = {events}
alpha = 0.05
looks = {looks}
"""


def day(number: int) -> dt.date:
    """Day 0, 1 … of the trial."""
    return START + dt.timedelta(days=number)


def boundary(events: int, looks: list[float], endpoint: str = "OS") -> str:
    return BOUNDARY.format(events=events, looks=looks, endpoint=endpoint)


def watched(
    tables: dict[str, list[dict[str, Any]]], declared: str, role: Role = Role.STATISTICIAN, protocol: str = PROTOCOL
) -> Door:
    """A door into a cut of these tables whose protocol declares these stopping rules."""
    return door_into(cut_of(tables, protocol + declared), role)


def procedure(start: int, *, dead: int | None = None, seen: int | None = None, **more: Any) -> dict[str, Any]:
    """A procedure on a day of the trial; `dead`, `seen`: the day of death, of last contact."""
    last = dead if dead is not None else seen
    return {
        "ASTDT": day(start), "DTHDAYS": None if dead is None else dead - start, "DTHFL": "N" if dead is None else "Y",
        "FUDAYS": None if last is None else last - start, "CLAVORD": 0, "PHASE": "PROTOCOL", **more,
    }  # fmt: skip


def trial(
    patients: list[list[dict[str, Any]]], events: list[list[dict[str, Any]]] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Patients by their procedures, and by their adverse events."""
    tables: dict[str, list[dict[str, Any]]] = {"adsl": [], "adproc": [], "adae": []}
    for number, given in enumerate(patients, 1):
        who = {"USUBJID": f"T-{number:03d}"}
        arm = "Zap" if number % 2 else "Pills"
        tables["adsl"].append({**who, "TRT01P": arm, "ENRLFL": "Y", "ENRLDT": day(0)})
        tables["adproc"] += [{**who, "PROCNO": place, **each} for place, each in enumerate(given, 1)]
        tables["adae"] += [{**who, **each} for each in (events or [[]] * len(patients))[number - 1]]
    return tables


DEAD, ALIVE, NEW, LOST = (
    [procedure(10, dead=20)],
    [procedure(10, seen=LAST)],
    [procedure(LAST - 5, seen=LAST)],
    [procedure(10, seen=30)],
)


# A patient of a comparison: arm, day of enrolment, days followed from then on, whether that ended with the event.
Patient = tuple[str, int, int, bool]


def followed(patients: list[Patient], *, entry: int = 0, dated: bool = True) -> dict[str, list[dict[str, Any]]]:
    """ADSL and ADTTE of patients whose time began 0, 1 or 2 times `entry` days before they were enrolled, in turn."""
    tables: dict[str, list[dict[str, Any]]] = {"adsl": [], "adtte": []}
    for number, (arm, enrolled, days, event) in enumerate(patients, 1):
        late = entry * (number % 3)
        who, first = {"USUBJID": f"T-{number:03d}"}, day(enrolled) - dt.timedelta(days=late)
        tables["adsl"].append({**who, "TRT01P": arm, "ENRLFL": "Y", "ENRLDT": day(enrolled)})
        times = {"STARTDT": first, "AVAL": days + late, "ENTRY": late, "CNSR": 0 if event else 1}
        last = {"ADT": day(enrolled + days - 1)} if dated else {}
        tables["adtte"].append({**who, "PARAMCD": "OS", **times, **last})
    return tables


def z_one_by_one(patients: list[Patient], first_arm: str, until: int, entry: int = 0) -> float:
    """Log-rank z by its definition, follow-up cut on a day of the trial; `entry` as in `followed`."""
    seen = []
    for number, (arm, enrolled, days, event) in enumerate(patients, 1):
        known, late = min(days, until - enrolled + 1), entry * (number % 3)
        if known > 0:
            seen.append((arm, late, known + late, event and days <= known))
    excess = variance = 0.0
    for time in sorted({time for *_, time, event in seen if event}):
        at_risk = [(arm, t, event) for arm, late, t, event in seen if late < time <= t]
        dead = [arm for arm, t, event in at_risk if t == time and event]
        n, d, mine = len(at_risk), len(dead), sum(arm == first_arm for arm, *_ in at_risk)
        excess += dead.count(first_arm) - d * mine / n
        if n > 1:
            variance += d * (n - d) / (n - 1) * mine / n * (1 - mine / n)
    return -excess / math.sqrt(variance)


def patients(seed: int, n: int = 60, share: float = 0.6) -> list[Patient]:
    """Enrolled over a year; those who have no event are followed to the cut-off."""
    dice, made = random.Random(seed), []
    for number in range(n):
        enrolled, arm = dice.randrange(300), "Zap" if number % 2 else "Pills"
        days = dice.randrange(1, LAST - enrolled + 1) if dice.random() < share else 0
        made.append((arm, enrolled, days or LAST - enrolled + 1, days > 0))
    return made


def made_of(deaths: int, alive: int = 12) -> list[Patient]:
    """So many deaths, one a day from day 10 on, half in each arm, and as many alive in each arm."""
    dead = [("Zap" if n % 2 else "Pills", 0, 11 + n, True) for n in range(deaths)]
    return [*dead, *((arm, 0, LAST + 1, False) for arm in ("Zap", "Pills") for _ in range(alive))]
