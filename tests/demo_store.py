"""Build a demonstration trial, small, through the ordinary simulator and the ordinary ingest."""

from __future__ import annotations

from pathlib import Path

TRIALS = ("CRLM10", "CRLM-EHD")
SCREENED = 60
SEED = 20260101


def build_demo_trial(folder: Path, trial: str) -> None:
    """Write `sources/<trial>/`, and seal in `store/` how the trial stood half a year before, then how it is."""
    from crlm_dash.demo import simulate
    from crlm_dash.demo.design import design
    from crlm_dash.store.build import build_cut

    source, earlier = folder / "sources" / trial, folder / "earlier" / trial
    simulate(trial, patients=SCREENED, seed=SEED, out=source, earlier=earlier)
    build_cut(earlier, folder / "store", protocol=trial, cutoff=design(trial).earlier_date)
    build_cut(source, folder / "store", protocol=trial)
