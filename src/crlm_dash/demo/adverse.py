"""Adverse events that fit the treatment given: what, when, how bad, what was done, how it ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crlm_dash.demo.course import Course, Line, Procedure
from crlm_dash.demo.patient import Patient
from crlm_dash.demo.records import Records, iso
from crlm_dash.demo.toxicity import AFTER_PROCEDURE, ANY_TIME, UNDER_THERAPY, Risk
from crlm_dash.terms import Modality

_UNGRADED = 0.012
_CLAVIEN = {1: ("I",), 2: ("II",), 3: ("IIIa", "IIIb"), 4: ("IVa", "IVb"), 5: ("V",)}
_EARLY_DEATH_DAYS = 60


@dataclass(frozen=True)
class Event:
    """An adverse event before it is written; `treatment` is a modality, SYSTEMIC, or '' for the disease."""

    risk: Risk
    start: int
    grade: int
    treatment: str


def write_adverse_events(records: Records, patient: Patient, course: Course, rng: np.random.Generator) -> str:
    """AE and SUPPAE; returns the fatal event's term, or '' where none was fatal."""
    events = _fatal(patient, course, rng)
    fatal = events[0].risk.term if events else ""
    for line in course.lines:
        if line.setting == "PROTOCOL":
            events += _under_therapy(line, rng)
    for procedure in course.procedures:
        events += _after_procedure(procedure, rng)
    events += _any_time(patient, course, rng)
    for event in sorted(events, key=lambda e: (e.start, e.risk.term)):
        _write(records, patient, event, rng)
    return fatal


def _under_therapy(line: Line, rng: np.random.Generator) -> list[Event]:
    """Events of one line: those of its drugs, more of them the longer it is given, neuropathy late."""
    made = []
    first, last = line.cycles[0].start, line.cycles[-1].end + 10
    dose = 1.35 * min(len(line.cycles) / 8, 1.3)
    for risk in UNDER_THERAPY:
        if risk.drugs and not any(drug in line.regimen for drug in risk.drugs):
            continue
        for _ in range(int(rng.poisson(risk.rate * dose))):
            share = rng.beta(3, 2) if risk.late else rng.beta(1.1, 1.6)
            day = first + int((last - first) * share)
            made.append(Event(risk, day, _grade(risk, rng), "SYSTEMIC"))
    return made


def _after_procedure(procedure: Procedure, rng: np.random.Generator) -> list[Event]:
    made = []
    for risk in AFTER_PROCEDURE.get(procedure.modality, ()):
        if rng.random() < risk.rate:
            day = procedure.start + int(rng.gamma(1.6, risk.onset / 1.6))
            made.append(Event(risk, day, _grade(risk, rng), procedure.modality))
    return made


def _any_time(patient: Patient, course: Course, rng: np.random.Generator) -> list[Event]:
    """Events of the disease and of life, at any time while followed."""
    years = max(patient.last_known - patient.decided, 1) / 365.25
    made = []
    for risk in ANY_TIME:
        for _ in range(int(rng.poisson(risk.rate * min(years, 3)))):
            day = patient.decided + 1 + int(rng.random() * (patient.last_known - patient.decided))
            if not risk.late or day >= course.progression_seen:
                made.append(Event(risk, day, _grade(risk, rng), ""))
    return made


def _grade(risk: Risk, rng: np.random.Generator) -> int:
    return 1 + int(rng.choice(4, p=np.array(risk.grades) / sum(risk.grades)))


_LIVER_FAILURE = Risk("Hepatic failure", "Hepatobiliary disorders", 0, (0, 0, 0, 1), length=12)
_SEPSIS = Risk("Sepsis", "Infections and infestations", 0, (0, 0, 0, 1), length=6)
_EMBOLISM = Risk("Pulmonary embolism", "Respiratory, thoracic and mediastinal disorders", 0, (0, 0, 0, 1), length=1)


def _fatal(patient: Patient, course: Course, rng: np.random.Generator) -> list[Event]:
    """The event a patient died of: a death soon after an operation or, sometimes, under therapy."""
    if not patient.died:
        return []
    day = patient.death
    for procedure in course.procedures:
        if procedure.is_surgery and 0 < day - procedure.start <= _EARLY_DEATH_DAYS:
            risk = _LIVER_FAILURE if rng.random() < 0.6 else _SEPSIS
            began = max(procedure.start + 1, day - int(rng.integers(3, 15)))
            return [Event(risk, began, 5, Modality.HEPATECTOMY)]
    under = [line for line in course.lines if line.setting == "PROTOCOL" and line.start < day <= line.end + 30]
    before_growth = day < min(patient.liver_progression, patient.extra_progression) + 60
    if under and rng.random() < (0.5 if before_growth else 0.06):
        risk = _SEPSIS if rng.random() < 0.7 else _EMBOLISM
        return [Event(risk, max(under[0].start, day - int(rng.integers(1, 7))), 5, "SYSTEMIC")]
    return []


def _write(records: Records, patient: Patient, event: Event, rng: np.random.Generator) -> None:
    risk, grade = event.risk, event.grade
    end = event.start + max(int(rng.gamma(1.5, risk.length / 1.5)), 1)
    fatal = grade == 5
    ongoing = not fatal and end >= patient.last_known
    serious = fatal or rng.random() < (0.01, 0.06, 0.32, 0.80)[grade - 1]
    related = _relation(event, rng)
    surgical = event.treatment in (Modality.HEPATECTOMY, Modality.ABLATION)
    start = iso(event.start)
    partial = start[:7] if rng.random() < 0.02 and grade < 3 and event.start - patient.decided > 60 else start
    action = _action(event, related, rng)
    outcome = _outcome(fatal=fatal, ongoing=ongoing, lasting=risk.length > 150, rng=rng)
    records.add(
        "AE",
        patient,
        event.start,
        {
            "AETERM": risk.said or risk.term.lower(),
            "AEDECOD": risk.term,
            "AEBODSYS": risk.organ,
            "AESER": "Y" if serious else "N",
            "AESDTH": "Y" if fatal else "N",
            "AESLIFE": "Y" if serious and grade == 4 else "N",
            "AESHOSP": "Y" if serious else "N",
            "AEREL": related,
            "AEACN": action,
            "AEOUT": outcome,
            "AETOXGR": None if not serious and rng.random() < _UNGRADED else str(grade),
            "EPOCH": "TREATMENT",
            "AESTDTC": partial,
            "AEENDTC": iso(patient.death) if fatal else None if ongoing else iso(end),
            "AEENRTPT": "ONGOING" if ongoing else None,
        },
        {
            "AEMODAL": event.treatment if related == "Y" else "",
            "AECLAV": str(rng.choice(_CLAVIEN[grade])) if surgical else "",
        },
        comment=_narrative(event, related, outcome) if serious else "",
    )


def _narrative(event: Event, related: str, outcome: str) -> str:
    """What a site writes about a serious event; it names the treatment, as sites do."""
    after = {"SYSTEMIC": "under systemic therapy", "": "not attributed to a treatment"}
    where = after.get(event.treatment, f"after {event.treatment}")
    stay = "The patient died of it" if event.grade == 5 else f"Admitted to hospital, {outcome.lower()}"
    view = "related" if related == "Y" else "not related"
    return f"{event.risk.term}, grade {event.grade}, {where}. {stay}. Considered {view} by the investigator."


def _relation(event: Event, rng: np.random.Generator) -> str:
    if event.grade == 5:
        return "Y"
    return "Y" if event.treatment and rng.random() < 0.93 else "N"


def _action(event: Event, related: str, rng: np.random.Generator) -> str:
    if event.grade == 5 or event.treatment != "SYSTEMIC":
        return "NOT APPLICABLE"
    if related == "N":
        return "DOSE NOT CHANGED"
    shares = {1: (0.96, 0.02, 0.02, 0), 2: (0.74, 0.10, 0.15, 0.01), 3: (0.26, 0.30, 0.36, 0.08)}
    names = ("DOSE NOT CHANGED", "DOSE REDUCED", "DRUG INTERRUPTED", "DRUG WITHDRAWN")
    return str(rng.choice(names, p=shares.get(event.grade, (0.05, 0.25, 0.35, 0.35))))


def _outcome(*, fatal: bool, ongoing: bool, lasting: bool, rng: np.random.Generator) -> str:
    if fatal:
        return "FATAL"
    if ongoing:
        return "RECOVERING/RESOLVING" if rng.random() < 0.3 else "NOT RECOVERED/NOT RESOLVED"
    sequelae = lasting and rng.random() < 0.15
    return "RECOVERED/RESOLVED WITH SEQUELAE" if sequelae else "RECOVERED/RESOLVED"
