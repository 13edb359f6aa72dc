"""`crlm-dash report`: the reports of a monitoring committee as files."""

from __future__ import annotations

from pathlib import Path

import click

from crlm_dash.access import Role, Viewer, role_named
from crlm_dash.cli.places import account_name, store_option, store_root, the_trial
from crlm_dash.cli.printing import progress_line
from crlm_dash.cli.showing import ROLE_HELP
from crlm_dash.store.shelf import TrialStore


@click.command()
@click.option("--trial", help="May be left out while the store has one trial.")
@click.option("--kind", type=click.Choice(["open", "closed"]), required=True, help="All arms together, or by arm.")
@click.option("--cut", type=int, help="[default: the newest]")
@click.option("--role", default=str(Role.PI), show_default=True, help=ROLE_HELP)
@click.option("--open-key", metavar="REASON", help="Open the key to the arms' codes first, for the journal to keep.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="[default: this folder]")
@click.option("--format", "style", type=click.Choice(["html", "docx", "both"]), default="both", show_default=True)
@store_option
def report(
    trial: str | None,
    kind: str,
    cut: int | None,
    role: str,
    open_key: str | None,
    out: Path,
    style: str,
    store: Path | None,
) -> None:
    """Write the open or the closed report to the DSMB about a data cut.

    The open report holds all arms together and no efficacy, whoever makes it. The closed one holds outcomes by arm:
    coded for the DSMB while the key is sealed, named for the statistician.
    """
    from crlm_dash import report as reports  # draws and writes: too much to load for the other commands

    opened = TrialStore(store_root(store))
    viewer, trial = Viewer(role_named(role), name=account_name()), the_trial(opened, trial)
    if open_key is not None:
        viewer = opened.open_key(viewer, trial, open_key, cut)
    with progress_line() as progress:
        document = reports.report(opened, viewer, trial, reports.Kind(kind), cut, progress)
    out.mkdir(parents=True, exist_ok=True)
    if style != "docx":
        _write(out / f"{document.file_name}.html", reports.html(document).encode("utf-8"))
    if style != "html":
        _write(out / f"{document.file_name}.docx", reports.word(document))


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    click.echo(path)
