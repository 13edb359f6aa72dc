"""The stores that are measured, kept in `bench/built/` and built again only when they are absent."""

from __future__ import annotations

import shutil
import time
from multiprocessing import get_context
from pathlib import Path

from crlm_dash.demo import simulate, simulate_registry
from crlm_dash.demo.registry import N_SITES
from crlm_dash.protocol import Protocol, load_protocol
from crlm_dash.store.build import build_cut

BUILT = Path(__file__).parent / "built"
TRIAL, WITH_CHOICE = "CRLM10", "CRLM-EHD"
SEED = 1
DEMO_TRIALS = (TRIAL, WITH_CHOICE)


def registry(n: int, sites: int = N_SITES, *, forms: bool = False) -> Path:
    """Root of a store with one cut of `n` simulated patients at `sites` sites; `forms`: with questionnaires."""
    root = BUILT / f"store-registry-{n}{f'-{sites}' if sites != N_SITES else ''}{'-forms' if forms else ''}"
    if not _complete(root):
        print(f"Simulating and loading {n:,} patients (once; kept in bench/built/) …", flush=True)
        # In a process of its own: what building takes is no part of what answering takes.
        builder = get_context("spawn").Process(target=_build_registry, args=(n, sites, forms, root))
        builder.start()
        builder.join()
        if builder.exitcode:
            raise RuntimeError("The large trial could not be built; the reason stands above.")
        _done(root).touch()
    return root


def _build_registry(n: int, sites: int, forms: bool, root: Path) -> None:
    source = BUILT / f"registry-{n}"
    shutil.rmtree(source, ignore_errors=True)
    simulate_registry(n, out=source, seed=SEED, n_sites=sites, forms=forms)
    plan = source.with_suffix(".toml")
    plan.write_text(_still_recruiting(n).to_toml(), encoding="utf-8")
    build_cut(source, root, protocol=str(plan))


def _still_recruiting(n: int) -> Protocol:
    """The trial's protocol with a target beyond its simulated patients, so that there is something to forecast."""
    protocol = load_protocol(TRIAL)
    boundary = protocol.monitoring.boundary
    assert boundary is not None
    looked_at = protocol.monitoring.model_copy(update={"boundary": boundary.model_copy(update={"events": n // 2})})
    planned = protocol.accrual.model_copy(update={"target": n, "per_month": n / 60})
    return protocol.model_copy(update={"accrual": planned, "monitoring": looked_at})


def trial(n: int, name: str = TRIAL) -> Path:
    """Root of a store with one cut of an ordinary simulated trial, `n` screened."""
    root = BUILT / f"store-{name}-{n}"
    if not _complete(root):
        source = BUILT / f"trial-{name}-{n}"
        simulate(name, patients=n, seed=SEED, out=source)
        build_cut(source, root, protocol=name)
        _done(root).touch()
    return root


def demo_trials() -> tuple[Path, float]:
    """Both demonstration trials at their usual size, built anew; store and seconds it took."""
    root = BUILT / "store-demo"
    _remove(root)
    start = time.perf_counter()
    for name in DEMO_TRIALS:
        source = BUILT / f"demo-{name}"
        simulate(name, seed=SEED, out=source)
        build_cut(source, root, protocol=name)
    return root, time.perf_counter() - start


def _done(root: Path) -> Path:
    return root.with_suffix(".done")


def _complete(root: Path) -> bool:
    if _done(root).exists() and root.is_dir():
        return True
    _remove(root)
    return False


def _remove(root: Path) -> None:
    # Sealed cuts are read-only, and Windows removes no read-only file.
    for path in root.rglob("*") if root.is_dir() else []:
        path.chmod(0o700)
    shutil.rmtree(root, ignore_errors=True)
    _done(root).unlink(missing_ok=True)
