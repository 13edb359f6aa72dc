"""Build both demonstration trials, small, through the ordinary simulator and the ordinary ingest."""

from __future__ import annotations

from pathlib import Path

TRIALS = ("CRLM10", "CRLM-EHD")
SCREENED = 60
SEED = 20260101


def build_demo_store(folder: Path) -> None:
    """Write `sources/<trial>/` and seal a cut of each in `store/`, both in `folder`."""
    from crlm_dash.demo import simulate
    from crlm_dash.store.build import build_cut

    for trial in TRIALS:
        source = folder / "sources" / trial
        simulate(trial, patients=SCREENED, seed=SEED, out=source)
        build_cut(source, folder / "store", protocol=trial)
