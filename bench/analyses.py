"""Each analysis on one cut: its warm time, and beside it the obvious way and R."""

from __future__ import annotations

import math
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from bench import obvious
from bench.measure import Line, seconds, shown
from crlm_dash import stats
from crlm_dash.access import Role, Viewer
from crlm_dash.analyses.audit import audit
from crlm_dash.analyses.baseline import baseline
from crlm_dash.analyses.between_scans import between_scans
from crlm_dash.analyses.changes import changes
from crlm_dash.analyses.comparison import comparison
from crlm_dash.analyses.decisions import decisions
from crlm_dash.analyses.deviations import deviations
from crlm_dash.analyses.eligibility import eligibility
from crlm_dash.analyses.eligibility_limit import eligibility_limit
from crlm_dash.analyses.enrolment import enrolment
from crlm_dash.analyses.followup import followup
from crlm_dash.analyses.incidence import incidence
from crlm_dash.analyses.laboratory import laboratory
from crlm_dash.analyses.lesions import lesions
from crlm_dash.analyses.manifest import manifest
from crlm_dash.analyses.meeting import meeting_candidates, meeting_patients
from crlm_dash.analyses.monitoring import monitoring
from crlm_dash.analyses.overview import overview
from crlm_dash.analyses.patient import patient
from crlm_dash.analyses.patient_changes import patient_changes
from crlm_dash.analyses.patient_qol import patient_qol
from crlm_dash.analyses.patients import patients
from crlm_dash.analyses.qol import qol
from crlm_dash.analyses.qol_model import qol_model
from crlm_dash.analyses.quality import quality
from crlm_dash.analyses.response import response
from crlm_dash.analyses.riskfactors import riskfactors
from crlm_dash.analyses.safety import safety
from crlm_dash.analyses.safety_events import safety_events
from crlm_dash.analyses.safety_subjects import safety_subjects
from crlm_dash.analyses.sites import sites
from crlm_dash.analyses.survival import survival
from crlm_dash.analyses.totals import totals
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import is_event

ENDPOINT = "OS"
COMPETING = "LIVPD"
SLOWEST_LARGE = 1.0  # seconds at 1,000,000 patients
SLOWEST_SMALL = 0.050  # seconds at 500 patients
FORECAST = "enrolment and its forecast"  # simulates, and looks back on up to twenty forecasts
SLOWEST_FORECAST = {True: 2.0, False: 0.150}  # seconds: of the large trial, of the small one
SLOWEST_COMPARISON, SLOWEST_DRAWS = 2.0, 30.0  # seconds at 300 patients
PAGE = 50  # rows of a list
TIMES_OBVIOUS = 10.0
TIMES_R = 5.0
FASTER_NEEDS = 0.005  # seconds: below this the obvious way has nothing to gain from, and no ratio is asked

# What is asked of us, and the obvious way to the same (None: there is none in pandas and lifelines).
Calls = dict[str, tuple[Callable[[], object], Callable[[obvious.Frames], object] | None]]


def open_door(root: Path, trial: str) -> Door:
    """The newest cut, as the statistician sees it: nothing is masked, so all is computed."""
    return TrialStore(root).open(Viewer(Role.STATISTICIAN), trial)


def some_subject(door: Door) -> str:
    """USUBJID of an enrolled subject."""
    found = patients(door, sort="enrolled", limit=1).tables["subjects"]
    return str(found["USUBJID"].iloc[0])


def _as_data_manager(door: Door) -> Door:
    return TrialStore(door.cut.path.parents[1]).open(Viewer(Role.DATA_MANAGER), door.cut.trial)


def _calls(door: Door) -> Calls:
    subject = some_subject(door)
    data_manager = _as_data_manager(door)  # opened once: that makes sure of the whole file
    return {
        "overview": (lambda: overview(door), obvious.overview),
        "trial in numbers": (lambda: totals(door), None),
        FORECAST: (lambda: enrolment(door), None),
        "since the cut before": (lambda: changes(door), None),
        "sites": (lambda: sites(door), None),
        "follow-up": (lambda: followup(door), None),
        "follow-up by arm": (lambda: followup(door, by="arm"), None),
        "baseline by arm": (lambda: baseline(door, by="arm"), None),
        "deviations": (lambda: deviations(door), None),
        "eligibility": (lambda: eligibility(door), obvious.eligibility),
        "a limit moved": (lambda: eligibility_limit(door), None),
        "survival, pooled": (
            lambda: survival(door, endpoint=ENDPOINT),
            lambda frames: obvious.survival(frames, ENDPOINT, None),
        ),
        "survival by arm, tests and Cox": (
            lambda: survival(door, endpoint=ENDPOINT, by="arm"),
            lambda frames: obvious.survival(frames, ENDPOINT, "TRT01P"),
        ),
        "progression, pooled": (
            lambda: incidence(door, endpoint=COMPETING),
            lambda frames: obvious.incidence(frames, COMPETING, None),
        ),
        "progression by arm, Gray and Fine-Gray": (
            lambda: incidence(door, endpoint=COMPETING, by="arm"),
            lambda frames: obvious.incidence(frames, COMPETING, "TRT01P"),
        ),
        "safety, pooled": (lambda: safety(door), lambda frames: obvious.safety(frames, None)),
        "safety by arm": (lambda: safety(door, by="arm"), lambda frames: obvious.safety(frames, "TRT01A")),
        "deaths and serious events": (lambda: safety_events(door), None),
        "patients with any adverse event": (lambda: safety_subjects(door), None),
        "stopping rules": (lambda: monitoring(door), None),
        "laboratory, pooled": (lambda: laboratory(door), None),
        "laboratory by arm": (lambda: laboratory(door, by="arm"), None),
        "one patient": (
            lambda: patient(door, usubjid=subject),
            lambda frames: obvious.patient(frames, subject),
        ),
        "the quality of life of one patient": (lambda: patient_qol(door, usubjid=subject), None),
        "response, pooled": (lambda: response(door), None),
        "response by arm": (lambda: response(door, by="arm"), None),
        "quality of life, pooled": (lambda: qol(door), None),
        "quality of life by arm": (lambda: qol(door, by="arm"), None),
        "quality of life by arm, mixed model": (lambda: qol_model(door, by="arm"), None),
        "the lesions of one patient": (lambda: lesions(door, usubjid=subject), None),
        "what happened between his scans": (lambda: between_scans(door, usubjid=subject), None),
        "first page of the patients": (lambda: patients(door, limit=PAGE), None),
        "the same, filtered, by date": (
            lambda: patients(door, response="PD", sort="progressed", descending=True, limit=PAGE),
            None,
        ),
        "the same patient, since the cut before": (lambda: patient_changes(door, usubjid=subject), None),
        "decisions of meetings": (lambda: decisions(door), None),
        "the list of a meeting": (lambda: meeting_patients(door, subjects=[subject]), None),
        "what stands behind the cut": (lambda: manifest(door), None),
        "who saw what": (lambda: audit(data_manager), None),
        "whom a meeting should speak of": (lambda: meeting_candidates(door), None),
        "data quality": (lambda: quality(door), obvious.quality),
    }


def large(door: Door, n: int) -> Iterator[Line]:
    """Warm time of each analysis at `n` patients."""
    for name, (call, _) in _calls(door).items():
        yield _warm(name, n, seconds(call), SLOWEST_FORECAST[True] if name == FORECAST else SLOWEST_LARGE)


def forecast(door: Door, n: int, n_sites: int) -> Iterator[Line]:
    """Warm time of enrolment, its forecast and the table of sites at `n` patients of `n_sites` sites."""
    yield _warm(f"{FORECAST}, {n_sites:,} sites", n, seconds(lambda: enrolment(door)), SLOWEST_FORECAST[True])
    yield _warm(f"sites, {n_sites:,} of them", n, seconds(lambda: sites(door)), SLOWEST_LARGE)
    yield _warm(f"follow-up, {n_sites:,} sites", n, seconds(lambda: followup(door)), SLOWEST_LARGE)


def groups_that_chose(door: Door, n: int) -> Iterator[Line]:
    """Adjusted comparison at `n` patients: what the page waits for, and the limits that are drawn beside it."""
    taken = seconds(lambda: comparison(door), warm=1, repeat=3)
    yield Line("groups that chose: warm", f"{n:,}", shown(taken), "< 2 s", taken < SLOWEST_COMPARISON)
    asked = door.protocol.comparison
    draws = asked.draws if asked else 0
    taken = seconds(lambda: comparison(door, draws=draws), warm=0, repeat=1)
    yield Line(f"groups that chose: {draws:,} draws", f"{n:,}", shown(taken), "< 30 s", taken < SLOWEST_DRAWS)


def questionnaires(door: Door, n: int) -> Iterator[Line]:
    """Warm time of quality of life at `n` patients with a form at each planned visit."""
    visits = len(door.protocol.visits)
    for name, by in (("pooled", None), ("by arm", "arm")):
        taken = seconds(partial(qol, door, by=by))
        yield _warm(f"quality of life, {name}, {visits} visits", n, taken, SLOWEST_LARGE)
        taken = seconds(partial(qol_model, door, by=by))
        yield Line(f"its model, {name} (shown with progress): warm", f"{n:,}", shown(taken), "", None)


def _warm(name: str, n: int, mine: float, slowest: float) -> Line:
    return Line(f"{name}: warm", f"{n:,}", shown(mine), f"<= {slowest:.0f} s", mine <= slowest)


def against_obvious(door: Door, n: int) -> Iterator[Line]:
    """How many times faster each analysis is than the obvious way: rows into pandas, then what it computes on them."""
    for name, (call, other) in _calls(door).items():
        if other is None:
            continue
        mine = seconds(call, repeat=3)
        frames = obvious.Frames(door.cut.path)
        theirs = seconds(partial(other, frames), warm=0, repeat=1)
        computing = seconds(partial(other, frames), warm=0, repeat=1)
        ratio, asked = theirs / mine, theirs > FASTER_NEEDS
        yield Line(
            f"{name}: faster than pandas + lifelines",
            f"{n:,}",
            f"{ratio:.1f}x ({shown(theirs)} : {shown(mine)}), computing alone {computing / mine:.1f}x",
            f">= {TIMES_OBVIOUS:.0f}x" if asked else "",
            ratio >= TIMES_OBVIOUS if asked else None,
        )


def small(door: Door, n: int) -> Iterator[Line]:
    """Warm time of each analysis at `n` patients."""
    calls = {name: call for name, (call, _) in _calls(door).items()}
    for name, call in (calls | {"risk factors": lambda: riskfactors(door)}).items():
        mine = seconds(call, warm=2, repeat=9)
        slowest = SLOWEST_FORECAST[False] if name == FORECAST else SLOWEST_SMALL
        yield Line(f"{name}: warm", f"{n:,}", f"{mine * 1000:.1f} ms", f"< {slowest * 1000:.0f} ms", mine < slowest)


def against_r(door: Door, n: int) -> Iterator[Line]:
    """Survival against R's `survfit` on one row a patient (time inside R, without start and load)."""
    r = _r_times(door)
    if r is None:
        yield Line("survival against R: Rscript with package survival is not there", f"{n:,}", "not measured")
        return

    def curves(by: str | None) -> pd.DataFrame:
        counts = door.ask("survival_counts", by=by, endpoint=ENDPOINT)
        events = is_event(counts["cnsr"]).astype(int)
        return stats.kaplan_meier(counts.assign(event=events).drop(columns=["cnsr", "cause"]))

    compared = {
        "curve, pooled: times faster than R survfit": (seconds(lambda: curves(None)), r["survfit"]),
        "curves by arm: times faster than R survfit": (seconds(lambda: curves("arm")), r["survfit_by"]),
        "whole display, pooled: times faster than R survfit": (
            seconds(lambda: survival(door, endpoint=ENDPOINT)),
            r["survfit"],
        ),
        "whole display by arm: R survfit + survdiff + coxph": (
            seconds(lambda: survival(door, endpoint=ENDPOINT, by="arm")),
            r["survfit_by"] + r["survdiff"] + r["coxph"],
        ),
    }
    for what, (mine, theirs) in compared.items():
        ratio = theirs / mine
        times = f"{ratio:.1f}x ({shown(theirs)} : {shown(mine)})"
        asked = what.startswith("curve")  # a display holds far more than R's curve: no target, but told
        yield Line(
            f"survival {what}",
            f"{n:,}",
            times,
            f">= {TIMES_R:.0f}x" if asked else "",
            ratio >= TIMES_R if asked else None,
        )


def _r_times(door: Door) -> dict[str, float] | None:
    # R gets what the analysis gets: time, event, arm and, where the endpoint has it, delayed entry.
    if shutil.which("Rscript") is None:
        return None
    frames = obvious.Frames(door.cut.path)
    rows = frames.adtte.loc[frames.adtte["PARAMCD"] == ENDPOINT, ["USUBJID", "AVAL", "CNSR", "ENTRY"]]
    enrolled = frames.adsl.loc[frames.adsl["ENRLFL"] == "Y", ["USUBJID", "TRT01P"]]
    rows = rows.merge(enrolled, on="USUBJID").loc[lambda each: each["AVAL"] > each["ENTRY"]]
    arm = pd.factorize(rows["TRT01P"])[0]
    columns = (rows["ENTRY"], rows["AVAL"], is_event(rows["CNSR"]), arm)
    values = np.concatenate([np.asarray(column, dtype="float64") for column in columns])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.bin"
        values.tofile(path)
        script = Path(__file__).parent / "survfit.R"
        done = subprocess.run(["Rscript", str(script), str(path), str(len(rows)), "3"], capture_output=True, text=True)
    if done.returncode != 0:
        return None
    found = {name: float(value) for name, value in (line.split() for line in done.stdout.splitlines() if line)}
    return found if not any(math.isnan(value) for value in found.values()) else None
