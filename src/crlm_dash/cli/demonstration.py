"""`crlm-dash demo`: simulate a trial, and seal it in two states so that there is something to compare."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from crlm_dash.cli.places import ROOT, store_option, store_root
from crlm_dash.cli.printing import progress_line
from crlm_dash.demo import simulate
from crlm_dash.demo.design import design
from crlm_dash.store.build import build_cut

DEMO_TRIALS = ("CRLM10", "CRLM-EHD")
DEMO_SEED = 20261031


@click.command()
@click.option("--trial", type=click.Choice(DEMO_TRIALS), default=DEMO_TRIALS[0], show_default=True)
@click.option("--patients", type=click.IntRange(min=0), help="How many are screened.  [default: the trial's own]")
@click.option("--seed", type=click.IntRange(min=0), default=DEMO_SEED, show_default=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="[default: data/demo/TRIAL]")
@click.option("--format", "style", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@click.option("--seal", is_flag=True, help="Seal two data cuts too: as it stood half a year before, and as it is.")
@store_option
def demo(
    trial: str, patients: int | None, seed: int, out: Path | None, style: str, seal: bool, store: Path | None
) -> None:
    """Simulate a trial as a folder of SDTM files. The same seed gives the same files."""
    folder = out or ROOT / "data" / "demo" / trial
    earlier = earlier_folder(trial, folder) if seal else None
    simulated(trial, folder, earlier=earlier, patients=patients, seed=seed, style=style)
    if seal:
        seal_both(trial, folder, store_root(store))
    else:
        click.echo(f"{trial} simulated in {folder}. Load it with: crlm-dash ingest {folder} --protocol {trial}")


def simulated(
    trial: str,
    folder: Path,
    *,
    earlier: Path | None = None,
    patients: int | None = None,
    seed: int = DEMO_SEED,
    style: str = "csv",
) -> None:
    """Write a simulated trial, and with `earlier` as it stood half a year before; telling how far it is."""
    with progress_line() as progress:
        simulate(
            trial,
            patients=patients,
            seed=seed,
            out=folder,
            earlier=earlier,
            format="parquet" if style == "parquet" else "csv",
            progress=progress,
        )


def earlier_folder(trial: str, folder: Path) -> Path:
    """Where the trial as it stood half a year before is written: beside `folder`, with the date in its name."""
    return folder.with_name(f"{folder.name}-{design(trial).earlier_date}")


def seal_both(trial: str, folder: Path, root: Path) -> None:
    """Seal a cut of each state of a simulated trial, the earlier one first."""
    states = (
        (earlier_folder(trial, folder), design(trial).earlier_date, "Demonstration, half a year earlier"),
        (folder, design(trial).data_date, "Demonstration"),
    )
    for source, cutoff, label in states:
        with progress_line() as progress:
            cut = build_cut(source, root, protocol=trial, cutoff=cutoff, label=label, progress=progress)
        click.echo(f"{trial}, data cut {cut.number}: cut-off {cut.cutoff}, {cut.n_enrolled:,} enrolled, {cut.path}")


def fill_with_demonstration(root: Path, trials: Iterable[str]) -> None:
    """Simulate demonstration trials and seal two cuts of each."""
    for trial in trials:
        click.echo(f"Simulating and loading {trial} …", err=True)
        folder = ROOT / "data" / "demo" / trial
        simulated(trial, folder, earlier=earlier_folder(trial, folder))
        seal_both(trial, folder, root)
