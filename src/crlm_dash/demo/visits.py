"""Visits: when each planned visit was made, which were missed and why, and where imaging was added."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crlm_dash.demo.patient import Patient
from crlm_dash.demo.records import Records, Value, iso

_REASONS = {
    "PATIENT UNABLE TO TRAVEL": 0.34,
    "PATIENT FORGOT OR DECLINED": 0.26,
    "TREATED AT LOCAL HOSPITAL": 0.22,
    "HOSPITALISED FOR ADVERSE EVENT": 0.10,
    "PUBLIC HEALTH RESTRICTIONS": 0.08,
}


@dataclass(frozen=True)
class VisitMade:
    """A visit that took place; `planned` is False for imaging between visits."""

    number: float
    name: str
    day: int
    imaging: bool
    qol: bool
    planned: bool = True


@dataclass(frozen=True)
class VisitMissed:
    """A planned visit that did not take place."""

    number: float
    name: str
    reason: str


def baseline_visit(patient: Patient) -> VisitMade:
    """The screening visit, on the day of consent."""
    planned = patient.trial.baseline
    return VisitMade(planned.visitnum, planned.visit, patient.consent, imaging=True, qol=True)


def follow_up(patient: Patient, rng: np.random.Generator) -> tuple[list[VisitMade], list[VisitMissed]]:
    """Visits after enrolment until the patient leaves, dies or the data date comes."""
    made: list[VisitMade] = []
    missed: list[VisitMissed] = []
    progression = min(patient.liver_progression, patient.extra_progression)
    last = patient.decided + 20
    for planned in patient.trial.visits:
        early, late = planned.window_before or 14, planned.window_after or 14
        due = patient.decided + planned.day - 1
        day = due + int(np.clip(round(rng.normal(1, 6)), -early - 4, late + 12))
        if max(day, due) > patient.last_known:
            break
        if rng.random() < (0.05 if day < progression else 0.09):
            missed.append(VisitMissed(planned.visitnum, planned.visit, _reason(rng)))
            continue
        if last + 30 < progression + 12 < day - 35 and rng.random() < 0.35:
            made.append(_unscheduled(made, progression + int(rng.integers(4, 12))))
        imaging = planned.imaging and rng.random() > 0.02
        made.append(VisitMade(planned.visitnum, planned.visit, day, imaging, planned.qol))
        last = day
    return made, missed


def _unscheduled(made: list[VisitMade], day: int) -> VisitMade:
    before = made[-1].number if made else 1.0
    return VisitMade(round(before + 0.01, 2), "UNSCHEDULED", day, imaging=True, qol=False, planned=False)


def _reason(rng: np.random.Generator) -> str:
    return str(rng.choice(list(_REASONS), p=list(_REASONS.values())))


def write_visits(records: Records, patient: Patient, made: list[VisitMade], missed: list[VisitMissed]) -> None:
    """SV: a row for each visit made or missed."""
    for visit in made:
        values: dict[str, Value] = {
            "VISITNUM": visit.number,
            "VISIT": visit.name,
            "SVPRESP": "Y" if visit.planned else None,
            "SVOCCUR": "Y" if visit.planned else None,
            "SVENDTC": iso(visit.day),
        }
        records.add("SV", patient, visit.day, values)
    for absent in missed:
        records.add(
            "SV",
            patient,
            None,
            {
                "VISITNUM": absent.number,
                "VISIT": absent.name,
                "SVPRESP": "Y",
                "SVOCCUR": "N",
                "SVREASOC": absent.reason,
            },
        )
