"""A very large simulated registry for benchmarks: the same patients and survival, fewer records each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from crlm_dash.demo.design import Design, design
from crlm_dash.demo.registry_columns import Cohort, Days
from crlm_dash.demo.registry_tables import domain_tables
from crlm_dash.demo.sites import Site, arrivals, sites
from crlm_dash.demo.survival import draw_outcomes
from crlm_dash.demo.write import trial_frames, write_folder

_CHUNK = 100_000
N_SITES = 60


def simulate_registry(
    patients: int = 1_000_000,
    *,
    seed: int,
    out: Path,
    trial: str = "CRLM10",
    n_sites: int = N_SITES,
    forms: bool = False,
) -> Path:
    """
    Write DM, DS, IE, MH, RS (dates of progression), AE (about twelve a patient enrolled), SS, SV, LB and PR as Parquet.

    Parameters
    ----------
    patients : how many are screened
    seed : the same seed gives the same rows
    out : the folder; files of the same name are replaced
    forms : questionnaires too, one scale of QLQ-C30 at each planned visit
    """
    out.mkdir(parents=True, exist_ok=True)
    frame = design(trial)
    write_folder(trial_frames(frame), out, "parquet")
    writers: dict[str, pa.parquet.ParquetWriter] = {}
    for cohort in _cohorts(frame, patients, seed, n_sites):
        for name, table in domain_tables(cohort, forms=forms).items():
            if name not in writers:
                path = out / f"{name.lower()}.parquet"
                writers[name] = pa.parquet.ParquetWriter(path, table.schema, compression="zstd")
            writers[name].write_table(table)
    for writer in writers.values():
        writer.close()
    return out


def _cohorts(trial: Design, patients: int, seed: int, n_sites: int) -> Iterator[Cohort]:
    places = sites(trial, np.random.default_rng([seed, 0]), n_sites)
    for number, first in enumerate(range(0, patients, _CHUNK)):
        yield _cohort(trial, places, first, min(_CHUNK, patients - first), seed * 1_000 + number)


def _cohort(trial: Design, places: tuple[Site, ...], first: int, n: int, seed: int) -> Cohort:
    rng = np.random.default_rng([seed, 5])
    where, consent = arrivals(trial, places, n, rng)
    people = draw_outcomes(trial.trial, n, seed)
    decided = consent + rng.integers(10, 22, n)
    diagnosis = decided - np.maximum((people["WAIT"].to_numpy() * 365.25).astype(np.int64), 100)
    origin = diagnosis if trial.trial == "CRLM10" else decided
    death = origin + np.rint(people["DEATH"].to_numpy() * 365.25).astype(np.int64)
    death = np.maximum(death, decided + 2)
    liver, extra = _progressions(people, decided, death, rng)
    lost = decided + 30 + rng.exponential(365.25 / 0.03, n).astype(np.int64)
    stop = np.minimum(np.minimum(lost, decided + trial.horizon_days), trial.last_day)
    fate = rng.random(n)
    failed = fate < trial.failure_share
    siteids = np.array([p.siteid for p in places], dtype=object)[where]
    countries = np.array([p.country for p in places], dtype=object)[where]
    name = trial.trial.replace("-", "")
    usubjid = np.array(
        [f"SIM-{name}-{s}-{i:07d}" for s, i in zip(siteids, range(first, first + n), strict=True)],
        dtype=object,
    )
    refused = ~failed & (fate < trial.failure_share + trial.refusal_share)
    return Cohort(
        trial, people, usubjid, siteids, countries, consent, decided, diagnosis, death, liver, extra,
        np.minimum(stop, death), failed, refused, rng,
    )  # fmt: skip


def _progressions(people: pd.DataFrame, enrolled: Days, death: Days, rng: np.random.Generator) -> tuple[Days, Days]:
    """Days on which imaging every three months shows progression in the liver and outside it; 0 = never."""
    n = len(people)
    ned = people["NED"].to_numpy()
    share = np.where(ned, rng.beta(1.45, 2.3, n), rng.beta(1.6, 2.2, n))
    first = enrolled + ((death - enrolled) * share).astype(np.int64)
    later = first + 40 + rng.exponential(260, n).astype(np.int64)
    seen, seen_later = (enrolled + ((day - enrolled) // 91 + 1) * 91 for day in (first, later))
    never = rng.random(n) < 0.08
    second = np.where(rng.random(n) < 0.55, seen_later, 0)
    kind = rng.random(n)
    in_liver = np.where(ned, 0.48, 0.62)
    liver = np.where(kind < in_liver + 0.17, seen, second)
    extra = np.where(kind < in_liver, second, seen)
    return np.where(never, 0, liver), np.where(never, 0, extra)
