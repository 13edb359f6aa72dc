"""Both demonstration trials, written once for all tests of this folder."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import pytest

from crlm_dash.demo import simulate
from tests.conftest import once_per_run, shared_place

TRIALS = ("CRLM10", "CRLM-EHD")
SECONDS = 40  # a trial, on a slow and busy machine; about 3 on a quiet one
Folder = dict[str, pd.DataFrame]


def _write(root: Path, trial: str) -> None:
    start = time.perf_counter()
    simulate(trial, seed=1, out=root / trial / "alone")
    assert time.perf_counter() - start < SECONDS
    simulate(trial, seed=1, out=root / trial / "now", earlier=root / trial / "then")


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Of each trial `alone`, and with its past: `now` and `then`; written once a test run. Read only."""
    return once_per_run(shared_place(tmp_path_factory, worker_id) / "simulated", _write)


@pytest.fixture(scope="session")
def written(simulated: Path) -> dict[str, Path]:
    return {trial: simulated / trial / "alone" for trial in TRIALS}


@pytest.fixture(scope="package", params=TRIALS)
def trial(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="package")
def folder(written: dict[str, Path], trial: str) -> Folder:
    return {path.stem: pd.read_csv(path, dtype=str) for path in sorted(written[trial].glob("*.csv"))}


def supplemented(folder: Folder, domain: str, name: str) -> pd.Series:
    supp = folder[f"supp{domain}"]
    chosen = supp[supp["QNAM"] == name]
    keyed = chosen.set_index(["USUBJID", "IDVARVAL"])["QVAL"]
    rows = folder[domain].set_index(["USUBJID", f"{domain.upper()}SEQ"]).index
    return keyed.reindex(rows)
