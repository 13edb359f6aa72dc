"""`crlm-dash serve`: start the app; on the very first start with both demonstration trials."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from crlm_dash.cli.demonstration import DEMO_TRIALS, fill_with_demonstration
from crlm_dash.cli.opening import open_when_ready
from crlm_dash.cli.places import DEFAULT_STORE, KEEPER, ROOT, STORE_VARIABLE, store_option, store_root
from crlm_dash.errors import OtherVersion, StoreError
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import TrialKind

EVERYWHERE = ("0.0.0.0", "::")  # addresses to listen on that cannot be visited


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option("--host", default="localhost", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--no-browser", "--headless", "headless", is_flag=True, help="Do not open a browser.")
@store_option
def serve(port: int, host: str, headless: bool, store: Path | None) -> None:
    """Start the dashboard. The default store is first filled with two simulated trials, and again where an update
    cannot read theirs; not where it holds any other trial."""
    root = store_root(store)
    if root == DEFAULT_STORE.resolve():
        fill_with_demonstration(root, demonstrations_wanted(TrialStore(root)))
    address = f"http://{'localhost' if host in EVERYWHERE else host}:{port}"
    command = app_command(port, host)
    click.echo(f"The dashboard starts at {address} (stop it with Ctrl+C).")
    if not headless:
        open_when_ready(address)
    run_app(command, root)


def demonstrations_wanted(store: TrialStore) -> list[str]:
    """Demonstration trials that are not there, or built by another version; none where there is any other trial."""
    trials = store.trials(KEEPER)
    if any(each.kind != TrialKind.SIMULATED or each.trial not in DEMO_TRIALS for each in trials):
        return []
    there = [each.trial for each in trials]
    return [each for each in DEMO_TRIALS if each not in there or not _is_read(store, each)]


def _is_read(store: TrialStore, trial: str) -> bool:
    try:
        store.open(KEEPER, trial)
    except OtherVersion:
        return False
    return True


def app_command(port: int, host: str) -> list[str]:
    """The command that starts Streamlit on the project's app."""
    app = ROOT / "app.py"
    if not app.is_file():
        raise StoreError(f"The app {app} is not there: serve works from the project's folder, installed with make.")
    options = {
        "server.port": str(port),
        "server.address": host,
        "server.headless": "true",
        "browser.gatherUsageStats": "false",
    }
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", str(app), *flags]


def run_app(command: list[str], root: Path) -> None:
    """Become the app's process, so that whoever stops this one stops the app; on Windows wait for it."""
    # Arrays here are small: threads of linear algebra would wait for each other longer than they compute.
    settings = {"OPENBLAS_NUM_THREADS": "1"} | os.environ | {STORE_VARIABLE: str(root)}
    os.chdir(ROOT)  # where .streamlit/config.toml is
    if os.name == "posix":
        os.execve(command[0], command, settings)
    sys.exit(subprocess.call(command, env=settings))
