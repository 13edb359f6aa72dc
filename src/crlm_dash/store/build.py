"""Build a data cut: stage the source, run the analysis SQL as of the cut-off, check every promise, seal."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import duckdb

from crlm_dash import __version__
from crlm_dash.errors import SourceError, StoreError
from crlm_dash.ingest import StagedSource, stage_source
from crlm_dash.ingest.derive import derive_protocol
from crlm_dash.ingest.faults import fault_counts, told_faults
from crlm_dash.ingest.raw import quoted
from crlm_dash.protocol import Protocol, load_protocol, protocol_ids
from crlm_dash.protocol.value_set import value_set_of
from crlm_dash.store.covariates import add_covariates
from crlm_dash.store.dated import declare_dated_records
from crlm_dash.store.declared import declare, declare_value_set
from crlm_dash.store.eligibility import build_eligibility
from crlm_dash.store.extras import finish_table
from crlm_dash.store.place import building_place
from crlm_dash.store.seal import CutInfo, CutSource, publish
from crlm_dash.terms import Severity, TrialKind

Progress = Callable[[str, int, int], None]

AUTO = "auto"
_FOR_ONE_THREAD = 16_000_000  # bytes of a source whose rows are sooner read than handed to several threads


def build_cut(
    source: Path,
    store_root: Path,
    *,
    protocol: str | Path = AUTO,
    cutoff: dt.date | None = None,
    label: str = "",
    kind: TrialKind | None = None,
    progress: Progress | None = None,
) -> CutInfo:
    """
    Check a source and seal it as the trial's next data cut.

    Parameters
    ----------
    source : folder (or file) of CDISC data
    store_root : the store; made if it is not there
    protocol : id or path of a protocol file; 'auto' takes the packaged one named as STUDYID, else derives a minimal one
    cutoff : what starts after this date is left out and follow-up ends there; None: the latest date in the data
    label : words for people, kept with the cut
    kind : where the records come from, if neither protocol nor data say
    progress : called with what is being done, steps done and steps in all

    Returns
    -------
    The sealed cut.

    Raises
    ------
    SourceError : the source breaks a promise without which there is no cut; nothing is sealed
    ProtocolError : the protocol file is wrong
    StoreError : the store cannot be written
    """
    source, store_root = Path(source), Path(store_root)
    with _storage_faults(store_root), building_place(store_root) as place:
        with _building_connection(place) as con:
            staged = stage_source(con, source, progress=progress)
            if sum(file.bytes for file in staged.files) < _FOR_ONE_THREAD:
                con.execute("set threads = 1")
            chosen = _protocol_for(con, protocol, staged.study_id)
            as_of = cutoff or _data_end(con)
            con.execute("begin")  # one commit, not one a table
            declare(con, chosen, staged.study_id, as_of, cutoff_stated=cutoff is not None)
            declare_value_set(con, value_set_of(chosen, protocol))
            build_tables(con, chosen, progress)
            run_checks(con, source, progress)
            draft = _draft(con, staged, chosen, as_of, cutoff is not None, label, kind)
            _write_cut_info(con, draft, chosen)
            con.execute("commit")
            con.execute("checkpoint")
        return publish(place, store_root, draft)


def build_tables(con: duckdb.DuckDBPyConnection, protocol: Protocol, progress: Progress | None = None) -> None:
    """
    Run the analysis SQL, in the order of its file names.

    Parameters
    ----------
    con : connection with schema `staging` filled and the protocol declared (`store.declared`)
    protocol : for its covariates, and its facts and rules of eligibility
    progress : called with what is being done, steps done and steps in all
    """
    models = _sql_files("analysis")
    for done, (name, text) in enumerate(models):
        if progress:
            progress(f"Building {name[3:-4]}", done, len(models))
        con.execute(text)
        if (table := name[3:-4]) in ("adsl", "adtte", "adae"):
            finish_table(con, table)
        if table == "adsl":
            add_covariates(con, protocol)
        if table == "criteria":
            build_eligibility(con, protocol)
        if table == "adtl":
            declare_dated_records(con)


def run_checks(con: duckdb.DuckDBPyConnection, source: Path, progress: Progress | None = None) -> None:
    """
    Write every broken promise to `faults`; raise `SourceError` where one is fatal.

    Parameters
    ----------
    con : connection with the analysis tables built
    source : named in the message
    progress : called with what is being done, steps done and steps in all
    """
    checks = _sql_files("checks")
    for done, (name, text) in enumerate(checks):
        if progress:
            progress(f"Checking {name[:-4].replace('_', ' ')}", done, len(checks))
        con.execute("insert into main.faults by name\n" + text)
    if fault_counts(con)[Severity.FATAL]:
        faults = told_faults(con)
        fatal = [fault.message for fault in faults if fault.severity is Severity.FATAL]
        raise SourceError("\n".join([f"{source.name} cannot become a data cut:", *fatal[:20]]), faults)


@contextmanager
def _building_connection(place: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect(str(place), config={"autoinstall_known_extensions": "false"})
    try:
        con.execute("set enable_progress_bar = false")  # it would draw its own over ours
        yield con
    finally:
        con.close()


@contextmanager
def _storage_faults(root: Path) -> Iterator[None]:
    """A full disk or an unwritable folder becomes a `StoreError` that says how much is left."""
    try:
        yield
    except (OSError, duckdb.IOException, duckdb.FatalException, duckdb.OutOfMemoryException) as error:
        reason = str(error).strip().splitlines()[0]
        raise StoreError(
            f"No cut was sealed: the store {root} could not be written ({reason}). {_space_left(root)} "
            "Free some space, or name another store with --store."
        ) from error


def _space_left(root: Path) -> str:
    try:
        free = shutil.disk_usage(root if root.exists() else root.parent).free
    except OSError:
        return "How much space is left cannot be told."
    return f"{free / 1e6:,.0f} MB are left there; a cut needs about twice the size of its source."


def _protocol_for(con: duckdb.DuckDBPyConnection, protocol: str | Path, study_id: str) -> Protocol:
    if str(protocol) != AUTO:
        return load_protocol(protocol)
    return load_protocol(study_id) if study_id in protocol_ids() else derive_protocol(con, study_id)


def _data_end(con: duckdb.DuckDBPyConnection) -> dt.date:
    """The latest date of any subject's record; today where there is none."""
    con.execute(_sql("analysis", "01_dates.sql"))
    columns = con.execute(
        """select table_name, column_name, data_type = 'DATE'
        from duckdb_columns()
        where database_name = current_database() and schema_name = 'staging' and (
            column_name like '%DTC' and data_type = 'VARCHAR' or column_name like '%DT' and data_type = 'DATE'
        ) and table_name in (select name from staging._delivered)
            and column_name not in ('BRTHDTC', 'BRTHDT', 'RFPENDTC')"""
    ).fetchall()
    latest = [_latest(con, table, column, is_date) for table, column, is_date in columns]
    return max((day for day in latest if day is not None), default=dt.date.today())


def _latest(con: duckdb.DuckDBPyConnection, table: str, column: str, is_date: bool) -> dt.date | None:
    day = quoted(column) if is_date else f"first_day({quoted(column)})"
    row = con.execute(f"select max({day}) from staging.{quoted(table)}").fetchone()
    return row[0] if row else None


def _draft(
    con: duckdb.DuckDBPyConnection,
    staged: StagedSource,
    protocol: Protocol,
    cutoff: dt.date,
    cutoff_stated: bool,
    label: str,
    kind: TrialKind | None,
) -> CutInfo:
    counts = con.execute(
        "select count(*), count(*) filter (where ENRLFL = 'Y'), (select count(*) from faults) from adsl"
    ).fetchall()[0]
    return CutInfo(
        trial=staged.study_id,
        number=0,
        fingerprint="",
        cutoff=cutoff,
        cutoff_stated=cutoff_stated,
        label=label,
        sealed_at=dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0),
        kind=str(kind or protocol.kind or _kind_in(con, staged.study_id)),
        title=protocol.title,
        sources=tuple(CutSource(file.name, file.sha256, file.bytes) for file in staged.files),
        path=Path(),
        n_screened=counts[0],
        n_enrolled=counts[1],
        n_faults=counts[2],
    )


def _kind_in(con: duckdb.DuckDBPyConnection, study_id: str) -> TrialKind:
    """Simulated if the data say so, public if it is a known public example, else real: a wrong guess must not open."""
    simulated = con.execute(
        "select count(*) from staging.ts where TSPARMCD = 'SIMDATA' and upper(TSVAL) = 'Y'"
    ).fetchall()[0][0]
    if simulated:
        return TrialKind.SIMULATED
    public = con.execute(_sql("", "public_examples.sql")).fetchall()
    return TrialKind.PUBLIC if (study_id,) in public else TrialKind.REAL


def _write_cut_info(con: duckdb.DuckDBPyConnection, draft: CutInfo, protocol: Protocol) -> None:
    sources = [{"file": s.file, "sha256": s.sha256, "bytes": s.bytes} for s in draft.sources]
    con.execute(
        """create or replace table main.cut_info as select
            $1::varchar as STUDYID, $2::varchar as TITLE, $3::varchar as KIND, $4::date as CUTOFF,
            $5::boolean as CUTOFF_STATED, $6::varchar as LABEL, $7::timestamp as SEALED_AT,
            $8::varchar as PROTOCOL, $9::varchar as VERSION, $10::varchar as SOURCES""",
        [
            draft.trial, draft.title, draft.kind, draft.cutoff, draft.cutoff_stated, draft.label, draft.sealed_at,
            protocol.to_toml(), __version__, json.dumps(sources),
        ],
    )  # fmt: skip


def _sql_files(folder: str) -> list[tuple[str, str]]:
    files = resources.files("crlm_dash").joinpath("sql", folder).iterdir()
    return sorted((file.name, file.read_text(encoding="utf-8")) for file in files if file.name.endswith(".sql"))


def _sql(folder: str, name: str) -> str:
    place = resources.files("crlm_dash").joinpath("sql")
    return (place.joinpath(folder, name) if folder else place.joinpath(name)).read_text(encoding="utf-8")
