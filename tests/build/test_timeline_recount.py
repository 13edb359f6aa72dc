"""Every dated record of a subject is on the timeline, or counted as left out with its reason: recounted from staging.

The public trials are no part of this repository: CRLM_PUBLIC_DATA names the folder that holds them. Without it only the
demonstration is recounted, and the tests say so.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import patient
from crlm_dash.store.build import build_cut
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import TrialKind

PUBLIC = os.environ.get("CRLM_PUBLIC_DATA", "")
Row = dict[str, Any]
DRAWN_TESTS = set("CEA CA19_9AG BILI ALT AST ALP GGT ALB INR NEUT PLAT HGB WBC".split())
NOT_DRAWN = {
    "VS": "vital signs are not drawn",
    "TR": "single lesions: see Lesions; their sum is on the timeline",
    "TU": "single lesions: see Lesions; their sum is on the timeline",
    "IE": "criteria: see Eligibility",
    "SS": "survival status: the death or last contact is on the timeline",
    "DD": "survival status: the death or last contact is on the timeline",
    "SE": "periods of the trial",
}


def raw_records(con: duckdb.DuckDBPyConnection, usubjid: str) -> list[tuple[str, Row]]:
    """
    The subject's rows with a date that can be read, of every SDTM domain but DM and CO: domain and row.

    A visit recorded as not made is no record of its own: the timeline has it as missed, as it has those of which
    nothing is recorded.
    """
    tables = con.execute(
        "select distinct table_name from duckdb_columns() where schema_name = 'staging' and column_name = 'USUBJID'"
    ).fetchall()
    found = []
    for (name,) in sorted(tables):
        if len(name) == 2 and name not in ("dm", "co"):
            asked = con.execute(f'select * from staging."{name}" where USUBJID = ?', [usubjid])
            columns = [column[0] for column in asked.description or ()]
            rows = [dict(zip(columns, values, strict=True)) for values in asked.fetchall()]
            found += [(name.upper(), row) for row in rows if begins(name.upper(), row) and row.get("SVOCCUR") != "N"]
    return found


def begins(domain: str, row: Row) -> str:
    """The date of a record as text, at least its year; '' where it has none."""
    written = str(row.get(f"{domain}STDTC") or row.get(f"{domain}DTC") or "")
    return written if re.match(r"\d{4}", written) else ""


def why_not(domain: str, row: Row) -> str:
    """Why a record of the demonstration is not on the timeline; '' where it must be."""
    test = row.get(f"{domain}TESTCD")
    not_done = row.get(f"{domain}STAT") is not None or row.get(f"{domain}OCCUR") == "N"
    if domain in NOT_DRAWN:
        return NOT_DRAWN[domain]
    if not_done:
        return "not done, or did not happen"
    if domain == "LB" and test not in DRAWN_TESTS:
        return "another laboratory test: see Laboratory"
    if domain == "RS" and test not in ("OVRLRESP", "LIVRRESP", "EXHPRESP", "ECOG101"):
        return "another score or parameter"
    if domain == "DS" and row["DSDECOD"] == "DEATH":
        return "the death itself is on the timeline"
    if domain == "FA" and row["FACAT"] != "MDT ASSESSMENT":
        return "not an assessment of the tumour board"
    if domain == "MH" and row["MHCAT"] != "PRIMARY DIAGNOSIS" and row["MHEVDTYP"] != "DIAGNOSIS":
        return "history other than the disease of the trial"
    return ""


def placed(timeline: Any) -> Counter[str]:
    """How many records of each domain stand on the timeline."""
    source = timeline["source"].fillna("").str.split()
    domains = source.str[0]
    n: Counter[str] = Counter()
    for domain, rows in timeline.groupby(domains):
        if domain == "QS":
            n[domain] = int(rows["value"].sum())
        elif domain == "SV":
            n[domain] = int((~rows["code"].isin(["overdue", "due", "missed"])).sum())
        elif domain not in ("TR", "DM", "ADSL"):
            n[domain] = rows["source"].nunique() if domain != "LB" else len(rows)
    return n


def left_out(told: Any) -> Counter[tuple[str, str]]:
    """Domain and reason of what is left out, as the analysis counts it."""
    return Counter({(row.domain, row.reason): int(row.n) for row in told.itertuples()})


def test_the_demonstration_is_told_record_by_record(demo_store: Path) -> None:
    for trial in ("CRLM10", "CRLM-EHD"):
        door = TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), trial)
        con = duckdb.connect(str(door.cut.path), read_only=True)
        subjects = [row[0] for row in con.execute("select USUBJID from main.adsl order by USUBJID").fetchall()]
        for usubjid in subjects[::23]:
            tables = patient(door, usubjid=usubjid).tables
            records = raw_records(con, usubjid)
            unshown = Counter((domain, why_not(domain, row)) for domain, row in records if why_not(domain, row))
            assert left_out(tables["left_out"]) == unshown, usubjid
            shown = [(domain, row) for domain, row in records if not why_not(domain, row)]
            assert placed(tables["timeline"]) == Counter(domain for domain, _ in shown), usubjid
            check_days(tables["timeline"], shown)
        con.close()


def check_days(timeline: Any, shown: list[tuple[str, Row]]) -> None:
    """A record with a number and a whole date stands on that day."""
    days = dict(zip(timeline["source"], timeline["start"].dt.date.astype(str), strict=True))
    for domain, row in shown:
        number = row.get(f"{domain}SEQ")
        written = begins(domain, row)
        if domain not in ("LB", "QS", "SV") and len(written) >= 10:
            assert days[f"{domain} {number:.0f}"] == written[:10]


FOLDERS = {
    "02_cdisc_pilot01": ("02_cdisc_pilot01/xpt", 3),
    "03_cdisc_msg_datasetjson": ("03_cdisc_msg_datasetjson/sdtm_json", 8),
    "04_pharmaverse_onco": ("04_pharmaverse_onco/sdtm", 3),
}


@pytest.mark.skipif(not PUBLIC, reason="CRLM_PUBLIC_DATA names no folder with the public trials")
@pytest.mark.parametrize("name", FOLDERS)
def test_of_public_trials_nothing_dated_is_lost(name: str, tmp_path: Path) -> None:
    folder, n = FOLDERS[name]
    cut = build_cut(Path(PUBLIC) / folder, tmp_path, kind=TrialKind.PUBLIC)
    door = TrialStore(tmp_path).open(Viewer(Role.STATISTICIAN), cut.trial)
    con = duckdb.connect(str(door.cut.path), read_only=True)
    busiest = con.execute("select USUBJID from main.adtl group by 1 order by count(*) desc, 1 limit ?", [n]).fetchall()
    assert len(busiest) == n or name.startswith("03")
    for (usubjid,) in busiest:
        tables = patient(door, usubjid=usubjid).tables
        dated = Counter(domain for domain, _ in raw_records(con, usubjid))
        told = placed(tables["timeline"])
        for row in tables["left_out"].itertuples():
            if "set aside" not in row.reason:
                told[row.domain] += row.n
        assert told == dated, usubjid
    con.close()
