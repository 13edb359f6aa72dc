"""`crlm-dash journal`: the deliberate acts on record, and whether the record is as it was written."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pandas as pd

from crlm_dash.cli.places import store_option, store_root
from crlm_dash.cli.printing import frame_text
from crlm_dash.store.journal import journal_at
from crlm_dash.store.key import when


@click.command()
@click.option("--trial", help="Only entries of this trial.")
@click.option("--verify", is_flag=True, help="Check the chain of all entries; exit code 1 where it is broken.")
@store_option
def journal(trial: str | None, verify: bool, store: Path | None) -> None:
    """List who opened the key to the arms' codes, when and why; or check that nothing was changed.

    The journal is append-only. It stands in the store, or where the environment variable CRLM_JOURNAL says
    (sqlite:///FILE or postgresql://USER@HOST/DATABASE).
    """
    kept = journal_at(store_root(store))
    if verify:
        misfits, entries = kept.verify(), kept.entries()
        if misfits:
            click.echo("\n".join(misfits))
            sys.exit(1)
        n = f"{len(entries):,} {'entry' if len(entries) == 1 else 'entries'}"
        last = f" The last hash is {entries[-1].hash}." if entries else ""
        click.echo(f"{n}, as written; none is missing.{last}")
        return
    entries = kept.entries(trial=trial)
    rows = [(e.id, when(e), e.trial, e.cut, e.what, e.role, e.name, e.reason) for e in entries]
    columns = ["entry", "when", "trial", "cut", "what", "role", "name", "reason"]
    click.echo(frame_text(pd.DataFrame(rows, columns=columns)) if rows else "The journal has no entry.")
