"""Where things are: the project, the store, and the trial that is meant."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from crlm_dash.access import Role, Viewer
from crlm_dash.errors import NotFound, RequestError
from crlm_dash.store.shelf import TrialStore

ROOT = Path(__file__).resolve().parents[3]
DEFAULT_STORE = ROOT / "data" / "store"
STORE_VARIABLE = "CRLM_STORE"
KEEPER = Viewer(Role.DATA_MANAGER)  # who lists cuts and reads faults on the command line


def store_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--store DIR` of a command."""
    option = click.option(
        "--store",
        type=click.Path(path_type=Path, file_okay=False),
        help=f"Folder of the store. Default: the environment variable {STORE_VARIABLE}, else data/store.",
    )
    return option(command)


def store_root(store: Path | None) -> Path:
    """The store that is meant: the option, else the environment, else the project's own."""
    return Path(store or os.environ.get(STORE_VARIABLE) or DEFAULT_STORE).resolve()


def the_trial(opened: TrialStore, trial: str | None) -> str:
    """The trial that is meant; without a name the only one there is."""
    if trial:
        return trial
    names = [each.trial for each in opened.trials(KEEPER)]
    if not names:
        raise NotFound(f"The store {opened.root} is empty. Load a source first: crlm-dash ingest SOURCE.")
    if len(names) > 1:
        raise RequestError(f"Which trial? The store has {', '.join(names)}: add --trial NAME.")
    return names[0]


def account_name() -> str:
    """Who is at the command line, as the operating system knows them; '' where it does not."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
