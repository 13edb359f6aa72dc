"""Trials that recruit as a drawn list says: who was screened and enrolled, where and when, up to 2026-01-31."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from crlm_dash.access import Role
from crlm_dash.store.door import Door
from tests.analyses.tiny import CUTOFF, cut_of, door_into

PLAN = """
id = "TINY"
title = "A trial that recruits"
[allocation]
method = "randomised"
randomised = true
[accrual]
target = 60
start = 2024-01-01
planned_end = 2026-12-31
sites_planned = 4
per_month = 2.0
[[arms]]
code = "ZAPCO"
name = "Zap"
label = "Zap now"
[[arms]]
code = "PILCO"
name = "Pills"
label = "Pills only"
[[endpoints]]
paramcd = "OS"
label = "Overall survival"
unit = "days"
origin = "ENRLDT"
events = ["death"]
censor = ["last_alive"]
primary = true
"""
EVENTS = """
[monitoring.boundary]
endpoint = "OS"
events = {}
alpha = 0.05
looks = [0.5, 1.0]
"""


class Patient(NamedTuple):
    """One patient: `until` is the last day known, `died` whether by death; without `enrolled` screening failed."""

    site: str
    screened: str
    enrolled: str | None = None
    until: str | None = None
    died: bool = False
    status: str = "ONGOING"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def tables_of(patients: Iterable[Patient]) -> dict[str, list[dict[str, Any]]]:
    """ADSL, ADTTE and ELSUM of these patients."""
    found: dict[str, list[dict[str, Any]]] = {"adsl": [], "adtte": [], "elsum": []}
    for number, each in enumerate(patients, start=1):
        usubjid = f"R-{number:03d}"
        row = {"USUBJID": usubjid, "SITEID": each.site, "COUNTRY": "CHN" if each.site < "03" else "ITA"}
        row |= {"SCRNDT": day(each.screened), "RFICDT": day(each.screened)}
        if each.enrolled is not None:
            until = day(each.until) if each.until else CUTOFF
            row |= {"ENRLDT": day(each.enrolled), "ENRLFL": "Y", "ITTFL": "Y", "SAFFL": "Y", "LSTALVDT": until}
            row |= {"TRT01P": "Zap" if number % 2 else "Pills", "EOSSTT": "DISCONTINUED" if each.died else each.status}
            row |= {"DTHFL": "Y", "DTHDT": until, "DCSREAS": "DEATH"} if each.died else {}
            start = day(each.enrolled)
            found["adtte"].append(
                {
                    "USUBJID": usubjid, "PARAMCD": "OS", "STARTDT": start, "ADT": until, "CNSR": 0 if each.died else 1,
                    "AVAL": (until - start).days + 1, "ENTRY": 0, "CAUSE": int(each.died),
                }
            )  # fmt: skip
        found["adsl"].append(row)
        outcome = "failed" if each.enrolled is None else "enrolled"
        end = {"USUBJID": usubjid, "SITEID": each.site, "OUTCOME": outcome}
        found["elsum"].append(end | {"NOT_MET": "", "UNKNOWN": "", "REC_NOT_MET": ""})
    return found


def door_to(patients: Iterable[Patient], protocol: str = PLAN, role: Role = Role.PI) -> Door:
    """A door into a cut of these patients."""
    return door_into(cut_of(tables_of(patients), protocol), role)


def steady(
    sites: dict[str, tuple[str, float]], *, until: dt.date = CUTOFF, hazard: float = 0.0, seed: int = 1
) -> list[Patient]:
    """
    Poisson streams: of each site its first day and patients a month; a fifth fail screening, which takes a week.

    `hazard`: of death, a month, up to the cut-off.
    """
    generator = np.random.default_rng(seed)
    found = []
    for site, (opened, rate) in sites.items():
        when = day(opened)
        while True:
            when += dt.timedelta(days=max(round(generator.exponential(30.4375 / (rate / 0.8))), 1))
            if when > until:
                break
            enrolled = when + dt.timedelta(days=7)
            if generator.random() < 0.2 or enrolled > until:
                found.append(Patient(site, when.isoformat()))
                continue
            life = generator.exponential(30.4375 / hazard) if hazard else 1e9
            end = enrolled + dt.timedelta(days=int(min(life, 1e5)))
            died = end <= until
            last = end if died else until
            found.append(Patient(site, when.isoformat(), enrolled.isoformat(), last.isoformat(), died))
    return found
