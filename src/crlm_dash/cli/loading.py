"""Commands that bring data in and list what is there: ingest, protocol, cuts."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click
import pandas as pd

from crlm_dash.analyses import quality
from crlm_dash.cli.places import KEEPER, store_option, store_root
from crlm_dash.cli.printing import faults_text, frame_text, json_rows, progress_line
from crlm_dash.errors import RequestError, SourceError, StoreError
from crlm_dash.ingest import Fault
from crlm_dash.ingest.proposal import proposed_protocol
from crlm_dash.store.build import AUTO, build_cut
from crlm_dash.store.seal import CutInfo, verify
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import Severity, TrialKind

_READ_FAULTS = 100_000


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--protocol", default=AUTO, show_default=True, help="A protocol file, the id of a packaged one, or auto.")
@click.option("--cutoff", type=click.DateTime(["%Y-%m-%d"]), help="Leave out what starts later (YYYY-MM-DD).")
@click.option("--label", default="", help="Words for people, kept with the cut.")
@click.option("--public", is_flag=True, help="Declare the data a public example: roles may then be chosen freely.")
@click.option("--first", type=click.IntRange(min=0), default=3, show_default=True, help="Faults printed of each rule.")
@store_option
def ingest(
    source: Path,
    protocol: str,
    cutoff: dt.datetime | None,
    label: str,
    public: bool,
    first: int,
    store: Path | None,
) -> None:
    """Check a folder of CDISC data and seal it as a data cut. Without a cut the command ends with 1."""
    if not source.exists():
        raise RequestError(f"There is no file or folder {source}.")
    root = store_root(store)
    try:
        with progress_line() as progress:
            cut = build_cut(
                source,
                root,
                protocol=protocol,
                cutoff=cutoff.date() if cutoff else None,
                label=label,
                kind=TrialKind.PUBLIC if public else None,
                progress=progress,
            )
    except SourceError as error:
        told = [fault for fault in error.faults if isinstance(fault, Fault)]
        if told:
            click.echo(faults_text(told, first), err=True)
            raise SourceError(_no_cut(source, told)) from None
        raise
    click.echo(_faults_of(cut, root, first), err=True)
    click.echo(_sealed(cut))


def _no_cut(source: Path, faults: list[Fault]) -> str:
    n = sum(fault.severity is Severity.FATAL for fault in faults)
    return f"No cut was sealed from {source}: {n:,} fatal fault{'s' if n != 1 else ''} (listed above)."


def _faults_of(cut: CutInfo, root: Path, first: int) -> str:
    """The faults kept in a cut, in groups."""
    result = quality(TrialStore(root).open(KEEPER, cut.trial, cut.number), limit=_READ_FAULTS)
    if not result.n_total:
        return "No fault found."
    totals = {
        (row["severity"], row["domain"] or "", row["rule"]): row["n"] for row in json_rows(result.tables["counts"])
    }
    faults = [_fault(row) for row in json_rows(result.tables["faults"])]
    return faults_text(faults, first, totals)


def _fault(row: dict[str, object]) -> Fault:
    words = {key: str(row[key] or "") for key in ("domain", "file", "USUBJID", "column", "rule", "value", "message")}
    return Fault(
        severity=Severity(str(row["severity"])),
        domain=words["domain"],
        file=words["file"],
        row=None,
        usubjid=words["USUBJID"],
        column=words["column"],
        rule=words["rule"],
        value=words["value"],
        message=words["message"],
    )


def _sealed(cut: CutInfo) -> str:
    stated = "" if cut.cutoff_stated else " (not stated: the latest date in the data, or today where there is none)"
    return (
        f"{cut.trial}, data cut {cut.number}: {cut.n_screened:,} screened, {cut.n_enrolled:,} enrolled, "
        f"cut-off {cut.cutoff}{stated}, {cut.kind}, fingerprint {cut.fingerprint[:12]}, {cut.path}"
    )


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it here instead of printing it.")
def protocol(source: Path, out: Path | None) -> None:
    """Write a minimal protocol file for any CDISC folder, to be edited and given to ingest --protocol."""
    if not source.exists():
        raise RequestError(f"There is no file or folder {source}.")
    with progress_line() as progress:
        text = proposed_protocol(source, progress=progress).to_toml()
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{out} cannot be written: {error.strerror}.") from None
    click.echo(f"{out} written.")


@click.command()
@click.option("--trial", help="Only the cuts of this trial.")
@click.option("--verify", "verified", is_flag=True, help="Check that every cut is the file that was sealed.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@store_option
def cuts(trial: str | None, verified: bool, style: str, store: Path | None) -> None:
    """List the sealed data cuts."""
    opened = TrialStore(store_root(store))
    names = [trial] if trial else [each.trial for each in opened.trials(KEEPER)]
    found = [cut for name in names for cut in opened.cuts(KEEPER, name)]
    broken = [str(error) for error in map(_broken, found) if error] if verified else []
    table = pd.DataFrame([_row(cut) for cut in found])
    if style == "json":
        click.echo(json.dumps(json_rows(table), indent=2, ensure_ascii=False))
    elif found:
        click.echo(frame_text(table.assign(fingerprint=table["fingerprint"].str[:12])))
    else:
        click.echo(f"The store {opened.root} is empty.")
    if broken:
        raise StoreError("\n".join(broken))
    if verified and style == "table":
        click.echo(f"{len(found)} verified: every cut is the file that was sealed.")


def _broken(cut: CutInfo) -> StoreError | None:
    try:
        verify(cut)
    except StoreError as error:
        return error
    return None


def _row(cut: CutInfo) -> dict[str, object]:
    return {
        "trial": cut.trial,
        "cut": cut.number,
        "cutoff": cut.cutoff.isoformat(),
        "label": cut.label,
        "kind": cut.kind,
        "screened": cut.n_screened,
        "enrolled": cut.n_enrolled,
        "faults": cut.n_faults,
        "sealed_at": cut.sealed_at.isoformat(),
        "fingerprint": cut.fingerprint,
    }
