"""The protocol `auto` would use for a source, without building a cut."""

from __future__ import annotations

from pathlib import Path

import duckdb

from crlm_dash.ingest.derive import derive_protocol
from crlm_dash.ingest.stage import Progress, stage_source
from crlm_dash.protocol import Protocol


def proposed_protocol(source: Path, *, progress: Progress | None = None) -> Protocol:
    """
    The minimal protocol of a source folder, to be edited and used with `--protocol FILE`.

    Parameters
    ----------
    source : folder or file of CDISC data
    progress : called with what is being done, steps done and steps in all

    Returns
    -------
    What `derive_protocol` makes of it.

    Raises
    ------
    SourceError : the source cannot be staged
    """
    with duckdb.connect() as con:
        staged = stage_source(con, source, progress=progress)
        return derive_protocol(con, staged.study_id)
