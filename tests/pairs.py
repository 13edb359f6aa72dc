"""Hand-made cuts, sealed one after the other in a store, so that they can be compared through the shelf."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from crlm_dash.store.rooms import COLUMNS
from crlm_dash.store.seal import CutInfo, CutSource, publish
from tests.analyses.tiny import PROTOCOL, cut_of

Tables = dict[str, list[dict[str, Any]]]
THEN, NOW = dt.date(2026, 1, 31), dt.date(2026, 7, 31)


def sealed(
    root: Path,
    tables: Tables,
    cutoff: dt.date = THEN,
    *,
    protocol: str = PROTOCOL,
    kind: str = "public",
    more: str = "",
) -> CutInfo:
    """Seal these tables of the trial TINY as its next cut; `more` is SQL to run on it before."""
    con = cut_of(tables, protocol)
    named = [table for table, columns in COLUMNS.items() if "USUBJID" in columns]
    con.execute(
        "create temp table keys as select USUBJID, row_number() over (order by USUBJID) as K from cut.main.adsl"
    )
    filled = "select table_name from duckdb_tables() where database_name = 'cut' and estimated_size > 0"
    with_rows = {row[0] for row in con.execute(filled).fetchall()}
    for table in named:
        con.execute(f"alter table cut.main.{table} add column if not exists SUBJKEY integer")
        if table in with_rows:
            con.execute(f"update cut.main.{table} t set SUBJKEY = K from keys where keys.USUBJID = t.USUBJID")
    con.execute("alter table cut.main.cut_info add column CUTOFF date")
    con.execute("update cut.main.cut_info set CUTOFF = $1", [cutoff])
    if more:
        con.execute(more)
    root.mkdir(parents=True, exist_ok=True)
    building = root / ".building-hand-made.duckdb"
    con.execute(f"attach '{building}' as target")
    con.execute("copy from database cut to target")
    con.execute("detach target")
    con.close()
    rows = tables.get("adsl", [])
    draft = CutInfo(
        trial="TINY", number=0, fingerprint="", cutoff=cutoff, cutoff_stated=True, label="", kind=kind,
        sealed_at=dt.datetime(2026, 8, 1, 9, 0), title="A tiny trial", path=Path(),
        sources=(CutSource("dm.csv", "0" * 64, 1),), n_screened=len(rows),
        n_enrolled=sum(row.get("ENRLFL") == "Y" for row in rows), n_faults=0,
    )  # fmt: skip
    cut = publish(building, root, draft)
    building.unlink()
    return cut


def person(number: int, **known: Any) -> dict[str, Any]:
    """An enrolled and treated subject of site 01, odd numbers in Zap; `known` says what is otherwise."""
    arm = "Zap" if number % 2 else "Pills"
    day = dt.date(2025, 6, 1) + dt.timedelta(days=number)
    return {
        "USUBJID": f"P-{number:02d}", "SITEID": "01", "SEX": "F", "AGE": 60, "TRT01P": arm, "ENRLFL": "Y", "ITTFL": "Y",
        "SAFFL": "Y", "SCRNDT": day, "ENRLDT": day, "LSTALVDT": day + dt.timedelta(days=100), "ECOG": "0",
        "EOSSTT": "ONGOING",
    } | known  # fmt: skip


def event(
    number: int, seq: int | None, term: str = "Nausea", began: str | None = "2025-12-01", **known: Any
) -> dict[str, Any]:
    """A treatment-emergent adverse event of grade 1 of a subject; `known` says what is otherwise."""
    start = dt.date.fromisoformat(began) if began else None
    return {
        "USUBJID": f"P-{number:02d}", "AESEQ": seq, "AETERM": term.lower(), "AEDECOD": term, "AEBODSYS": "Gut",
        "AEGRADE": 1, "AESER": "N", "RELFL": "N", "FATALFL": "N", "ASTDT": start, "TRTEMFL": "Y",
    } | known  # fmt: skip
