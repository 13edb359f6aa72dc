"""One trial, from nothing to an SDTM folder: patients come, are treated, and leave their records."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from crlm_dash.demo.adverse import write_adverse_events
from crlm_dash.demo.condition import write_scores, write_vital_signs
from crlm_dash.demo.course import Course, seen_at
from crlm_dash.demo.design import design
from crlm_dash.demo.disposition import write_disposition
from crlm_dash.demo.known_by import known_by
from crlm_dash.demo.labs import write_labs
from crlm_dash.demo.lesions import Lesion, lesions
from crlm_dash.demo.local import plan_local, write_procedures
from crlm_dash.demo.patient import Patient, patients
from crlm_dash.demo.qol import write_quality_of_life
from crlm_dash.demo.records import Records
from crlm_dash.demo.screening import write_screening
from crlm_dash.demo.sites import arrivals, sites
from crlm_dash.demo.survival import draw_outcomes
from crlm_dash.demo.systemic import plan_systemic, write_systemic
from crlm_dash.demo.tumour import write_imaging
from crlm_dash.demo.visits import VisitMissed, baseline_visit, follow_up, write_visits
from crlm_dash.demo.write import Format, subject_frames, trial_frames, write_folder
from crlm_dash.errors import RequestError

Progress = Callable[[str, int, int], None]


def simulate(
    trial: str,
    *,
    patients: int | None = None,
    seed: int,
    out: Path,
    earlier: Path | None = None,
    format: Format = "csv",
    progress: Progress | None = None,
) -> Path:
    """
    Simulate a trial and write it as a folder of SDTM files, one a domain.

    Parameters
    ----------
    trial : CRLM10 or CRLM-EHD
    patients : how many are screened; by default 200 (CRLM10) or 164 (CRLM-EHD)
    seed : the same seed gives the same bytes
    out : the folder; made if need be
    earlier : another folder, for the same trial as the sites had entered it half a year before (`known_by`)
    progress : called with what is done, how many patients so far, how many in all

    Raises
    ------
    RequestError : an unknown trial or format, or a negative number of patients or seed
    """
    frame = design(trial)
    n = frame.screened if patients is None else patients
    if n < 0 or seed < 0:
        raise RequestError(f"Neither patients ({n}) nor seed ({seed}) can be negative.")
    if format not in ("csv", "parquet"):
        raise RequestError(f"'{format}' cannot be written. There are: csv, parquet.")
    records = Records()
    screened = screened_patients(trial, n, seed)
    for done, patient in enumerate(screened, start=1):
        write_patient(records, patient, seed)
        if progress is not None:
            progress("Simulating patients", done, n)
    frames = subject_frames(records, trial) | trial_frames(frame)
    if earlier is not None:
        write_folder(known_by(frames, frame.earlier_date, seed), earlier, format)
    return write_folder(frames, out, format)


def screened_patients(trial: str, n: int, seed: int) -> list[Patient]:
    """Everyone who gives consent, in that order, with the fate that awaits them."""
    frame = design(trial)
    rng = np.random.default_rng([seed, 0])
    places = sites(frame, rng)
    where, when = arrivals(frame, places, n, rng)
    people = draw_outcomes(trial, n, seed)
    return patients(frame, people, [places[k] for k in where.tolist()], when.tolist(), seed)


def write_patient(records: Records, patient: Patient, seed: int) -> None:
    """Live through one patient's course and write down what was recorded of it."""
    found = _found(patient, seed)
    course, missed = _course(patient, found, seed)
    baseline = baseline_visit(patient)
    write_visits(records, patient, [baseline, *course.visits], missed)
    write_screening(records, patient, found, patient.rng(13, seed))
    write_scores(records, patient, course, patient.rng(20, seed))
    write_vital_signs(records, patient, course, patient.rng(21, seed))
    write_procedures(records, patient, course)
    write_systemic(records, patient, course, patient.rng(14, seed))
    write_imaging(records, patient, found, course, patient.rng(15, seed))
    write_labs(records, patient, course, patient.rng(16, seed))
    fatal = write_adverse_events(records, patient, course, patient.rng(17, seed))
    write_quality_of_life(records, patient, baseline, course, patient.rng(18, seed))
    write_disposition(records, patient, course, missed, fatal, patient.rng(19, seed))


def _found(patient: Patient, seed: int) -> list[Lesion]:
    return lesions(patient, patient.rng(10, seed))


def _course(patient: Patient, found: list[Lesion], seed: int) -> tuple[Course, list[VisitMissed]]:
    """Visits, then local, then systemic treatment: each knows what came before."""
    if not patient.enrolled:
        course = Course([], [])
        plan_systemic(patient, course, patient.rng(12, seed))
        return course, []
    made, missed = follow_up(patient, patient.rng(11, seed))
    course = Course([v for v in made if v.imaging], made)
    course.liver_seen = seen_at(course.scans, patient.liver_progression)
    course.extra_seen = seen_at(course.scans, patient.extra_progression)
    rng = patient.rng(12, seed)
    plan_local(patient, found, course, rng)
    plan_systemic(patient, course, rng)
    return course, missed
