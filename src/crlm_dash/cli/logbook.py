"""`crlm-dash journal` and `crlm-dash audit`: what is on record, and whether the record is as it was written."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import pandas as pd

from crlm_dash.cli.places import store_option, store_root
from crlm_dash.cli.printing import frame_text
from crlm_dash.errors import RequestError
from crlm_dash.store.archive import FOLDER, archive, archived, as_lines, verify_with_archives
from crlm_dash.store.decisions import DECISION
from crlm_dash.store.journal import Entry, journal_at
from crlm_dash.store.key import when
from crlm_dash.store.meetings import MEETING
from crlm_dash.store.shelf import TrialStore
from crlm_dash.tables.comma import comma_separated


@click.command()
@click.option("--trial", help="Only entries of this trial.")
@click.option("--verify", is_flag=True, help="Check the chain of all entries; exit code 1 where it is broken.")
@store_option
def journal(trial: str | None, verify: bool, store: Path | None) -> None:
    """List the acts on record (the key opened, decisions, lists of meetings), or check that nothing was changed.

    The journal is append-only. It stands in the store, or where the environment variable CRLM_JOURNAL says
    (sqlite:///FILE or postgresql://USER@HOST/DATABASE).
    """
    kept = journal_at(store_root(store))
    if verify:
        _tell_verified(kept.verify(), kept.entries())
        return
    entries = kept.entries(trial=trial)
    rows = [(e.id, when(e), e.trial, e.cut, e.what, e.role, e.name, e.reason) for e in entries]
    columns = ["entry", "when", "trial", "cut", "what", "role", "name", "reason"]
    click.echo(frame_text(pd.DataFrame(rows, columns=columns)) if rows else "The journal has no entry.")
    if told := _meetings(entries):
        click.echo(f"\n{told}")


@click.command()
@click.option("--trial", help="Only entries of this trial.")
@click.option("--subject", metavar="USUBJID", help="Only entries about this patient, of the trial named by --trial.")
@click.option("--verify", is_flag=True, help="Check every entry, archived too; exit code 1 where one does not fit.")
@click.option("--export", type=click.Path(path_type=Path, dir_okay=False), help="Write them to a .jsonl or .csv file.")
@click.option("--archive-older-than", "days", type=click.IntRange(2), metavar="DAYS", help="Move old ones into a file.")
@store_option
def audit(
    trial: str | None, subject: str | None, verify: bool, export: Path | None, days: int | None, store: Path | None
) -> None:
    """List who signed in, saw, took along or was refused what; check, export or archive it.

    The audit trail is append-only and holds no patient's values: a patient is a keyed hash. It stands in the store, or
    where the environment variable CRLM_AUDIT says. Archives stand in the store, in audit-archive/.
    """
    opened = TrialStore(store_root(store))
    folder = opened.root / FOLDER
    if days is not None:
        made = archive(opened.audit, dt.datetime.now(dt.UTC) - dt.timedelta(days=days), folder)
        click.echo(f"Archived in {made}." if made else f"No entry is older than {days} days.")
        return
    entries = (*archived(folder), *opened.audit.entries())
    if verify:
        _tell_verified(verify_with_archives(opened.audit, folder), entries)
        return
    if subject is not None:
        if trial is None:
            raise RequestError("Of which trial is this patient? Add --trial NAME.")
        code = opened.code_of(trial, subject)
        entries = tuple(each for each in entries if each.details.get("patient") == code)
    entries = tuple(each for each in entries if trial in (None, each.trial))
    rows = [(e.id, when(e), e.trial, e.cut, e.what, e.role, e.name, _about(e)) for e in entries]
    frame = pd.DataFrame(rows, columns=["entry", "when", "trial", "cut", "what", "role", "name", "about"])
    if export is not None:
        export.write_text(comma_separated(frame) if export.suffix == ".csv" else as_lines(entries), encoding="utf-8")
        click.echo(export)
        return
    click.echo(frame_text(frame) if rows else "The audit trail has no such entry.")


def _about(entry: Entry) -> str:
    return ", ".join(f"{name}: {value}" for name, value in sorted(entry.details.items()))


def _tell_verified(misfits: tuple[str, ...], entries: Sequence[Entry]) -> None:
    if misfits:
        click.echo("\n".join(misfits))
        sys.exit(1)
    n = f"{len(entries):,} {'entry' if len(entries) == 1 else 'entries'}"
    last = f" The last hash is {entries[-1].hash}." if entries else ""
    click.echo(f"{n}, as written; none is missing.{last}")


def _meetings(entries: tuple[Entry, ...]) -> str:
    """How many decisions, corrections of decisions and lists of meetings there are; '' where there is none."""
    corrects = [bool(entry.details.get("corrects")) for entry in entries if entry.what == DECISION]
    lists = sum(entry.what == MEETING for entry in entries)
    if not corrects and not lists:
        return ""
    return f"Decisions: {corrects.count(False)}; corrections: {corrects.count(True)}; lists of meetings saved: {lists}."
