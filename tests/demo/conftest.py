"""Both demonstration trials, written once for all tests of this folder."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import pytest

from crlm_dash.demo import simulate

TRIALS = ("CRLM10", "CRLM-EHD")
SECONDS = 40  # both trials, on a slow and busy machine; about 6 on a quiet one
Folder = dict[str, pd.DataFrame]


@pytest.fixture(scope="package")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("demo")
    start = time.perf_counter()
    folders = {trial: simulate(trial, seed=1, out=root / trial) for trial in TRIALS}
    assert time.perf_counter() - start < SECONDS
    return folders


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
