"""A hand-written cut whose numbers can be checked on paper, and doors into it.

Twenty enrolled subjects (T-01 … T-20), ten an arm, and four who were screened only. Survival in days: Zap has
events at 30, 60 … 300 (all ten); Pills has times 15, 45 … 285, of which the first four are events.
"""

from __future__ import annotations

import datetime as dt
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb

from crlm_dash.access import Role, Viewer
from crlm_dash.protocol import parse_protocol
from crlm_dash.store.door import Door
from crlm_dash.store.rooms import COLUMNS, MASKED
from crlm_dash.store.seal import CutInfo
from tests.analyses.tiny_labs import laboratory_tables, liver_values
from tests.analyses.tiny_qol import quality_of_life
from tests.masked import fill_twins

SECRET_WORDS = ("zap", "pills", "zapco", "pilco")  # in arm names, labels and codes; in lower case
CUTOFF = dt.date(2026, 1, 31)
PROTOCOL = """
id = "TINY"
title = "A tiny trial"
[allocation]
method = "willingness"
[accrual]
target = 30
start = 2025-01-01
planned_end = 2025-12-31
[access]
outcomes_by_arm = ["dsmb", "statistician"]
masks = ["WILLING"]
[quality_of_life]
points = 10.0
source = "somebody"
[[arms]]
code = "ZAPCO"
name = "Zap"
label = "Zap now"
[[arms]]
code = "PILCO"
name = "Pills"
label = "Pills only"
[[endpoints]]
paramcd = "OS"
label = "Overall survival"
unit = "days"
origin = "ENRLDT"
events = ["death"]
censor = ["last_alive"]
primary = true
horizons = [0.25, 0.5, 5.0]
[[endpoints]]
paramcd = "OSDX"
label = "Overall survival from diagnosis"
unit = "days"
origin = "DIAGDT"
entry = "ENRLDT"
events = ["death"]
censor = ["last_alive"]
horizons = [0.5]
[[endpoints]]
paramcd = "LIVPD"
label = "Liver progression"
type = "competing_risks"
unit = "days"
origin = "ENRLDT"
events = ["progression_liver"]
censor = ["last_imaging"]
[[endpoints.competing]]
sources = ["death"]
label = "Death"
[[covariates]]
column = "ECOG"
label = "ECOG"
levels = ["1", "0"]
[[criteria]]
id = "I01"
type = "inclusion"
text = "Old enough"
[[criteria]]
id = "I02"
type = "inclusion"
text = "Fit enough"
[[criteria]]
id = "E01"
type = "exclusion"
text = "Too ill"
[[assumed]]
key = "accrual.target"
text = "30 patients."
[comparison]
estimand = "Whether the groups differ."
time_zero = "Enrolment."
[[comparison.covariates]]
column = "AGE"
label = "Age"
scale = "linear"
unit = "years"
[[comparison.covariates]]
column = "SEX"
label = "Sex"
levels = ["F", "M"]
"""
UNCOMPARED = PROTOCOL.split("[comparison]")[0]  # for a trial of one arm, of three, or that is randomised


def subjects() -> list[dict[str, Any]]:
    """ADSL: odd numbers take Zap, even numbers Pills; site 01 holds the first half."""
    rows = []
    for number in range(1, 21):
        zap, place = number % 2 == 1, (number + 1) // 2
        event = zap or place <= 4
        days = 30 * place - (0 if zap else 15)
        enrolled = dt.date(2025, 1, 10) + dt.timedelta(days=14 * (number - 1))
        rows.append({
            "USUBJID": f"T-{number:02d}", "SITEID": "01" if number <= 10 else "02", "COUNTRY": "CHN",
            "AGE": 50 + number, "SEX": "F" if number <= 6 else "M", "TRT01P": "Zap" if zap else "Pills",
            "RFICDT": enrolled - dt.timedelta(days=9), "ENRLDT": enrolled, "ENRLFL": "Y", "ITTFL": "Y",
            "SAFFL": "Y" if number <= 18 else None, "DTHFL": "Y" if event else None,
            "DTHDT": enrolled + dt.timedelta(days=days - 1) if event else None,
            "LSTALVDT": enrolled + dt.timedelta(days=days - 1), "ECOG": "1" if number % 3 == 0 else "0",
            "DIAGDT": enrolled - dt.timedelta(days=100), "TRTSDT": enrolled + dt.timedelta(days=3),
            "WILLING": "LOCAL" if zap else "SYSTEMIC", "days": days, "event": event, "place": place,
        })  # fmt: skip
    screened = {"SITEID": "02", "COUNTRY": "FRA", "RFICDT": dt.date(2025, 6, 1)}
    rows.append({"USUBJID": "T-21", "SCRFFL": "Y", **screened})
    rows.append({"USUBJID": "T-22", "SCRFFL": "Y", **screened})
    rows.append({"USUBJID": "T-23", "REFUSFL": "Y", **screened})
    rows.append({"USUBJID": "T-24", **screened})
    return rows


def survival_records(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """OS, and the same as liver progression by odd and death by even places; OSDX from 100 days earlier, with T-01 dead
    before enrolment and T-02 not on record."""
    found = []
    for row in (each for each in rows if "days" in each):
        cnsr, shared = 0 if row["event"] else 1, {"USUBJID": row["USUBJID"]}
        known = {"PARAMCD": "OS", "PARAM": "OS", "STARTDT": row["ENRLDT"]}
        found.append({**shared, **known, "AVAL": row["days"], "CNSR": cnsr, "ENTRY": 0})
        late = {"PARAMCD": "OSDX", "PARAM": "OSDX", "AVAL": row["days"] + 100, "CNSR": cnsr, "ENTRY": 100}
        if row["USUBJID"] != "T-02":
            found.append({**shared, **late, **({"AVAL": 90} if row["USUBJID"] == "T-01" else {})})
        cause = 0 if cnsr else 1 if row["place"] % 2 else 2
        liver = {"PARAMCD": "LIVPD", "PARAM": "Liver", "AVAL": row["days"], "CAUSE": cause}
        found.append({**shared, **liver, "CNSR": {0: 1, 1: 0}.get(cause, cause)})
    return found


def first_treatments(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Everybody had chemotherapy before; Zap is local treatment, ten days after enrolment."""
    return [
        {
            "USUBJID": row["USUBJID"],
            "CHEMODT": row["ENRLDT"] - dt.timedelta(days=60),
            "LOCALDT": row["ENRLDT"] + dt.timedelta(days=10) if row["TRT01P"] == "Zap" else None,
        }
        for row in rows
        if "days" in row
    ]


def adverse_events() -> list[dict[str, Any]]:
    """T-01 nausea 2 and 3, T-02 nausea ungraded, T-03 fatal bleeding, T-04 nausea before treatment."""
    gut, blood = {"AEBODSYS": "Gut", "AEDECOD": "Nausea"}, {"AEBODSYS": "Blood", "AEDECOD": "Bleeding"}
    return [
        {"USUBJID": "T-01", "AEGRADE": 2, "TRTEMFL": "Y", "RELFL": "Y", "GRADESRC": "CTCAE", **gut},
        {"USUBJID": "T-01", "AEGRADE": 3, "TRTEMFL": "Y", "AESER": "Y", "GRADESRC": "AESEV", **gut},
        {"USUBJID": "T-01", "AEGRADE": 1, "TRTEMFL": "Y", "GRADESRC": "CTCAE", **blood},
        {"USUBJID": "T-02", "TRTEMFL": "Y", "DISCFL": "Y", **gut},
        {"USUBJID": "T-03", "AEGRADE": 5, "TRTEMFL": "Y", "AESER": "Y", "FATALFL": "Y", **blood},
        {"USUBJID": "T-04", "AEGRADE": 4, **gut},
    ]


def criteria_records() -> list[dict[str, Any]]:
    """T-21 failed I02 and E01, T-01 was enrolled although I02 was not met, the others met I01 and I02."""
    order = {"I01": 1, "I02": 2, "E01": 3}

    def one(usubjid: str, criterion: str, recorded: str) -> dict[str, Any]:
        kind = "EXCLUSION" if criterion[0] == "E" else "INCLUSION"
        shared = {"USUBJID": usubjid, "CRITERION": criterion, "IECAT": kind, "ORD": order[criterion]}
        return {**shared, "RECORDED": recorded}

    met = [one(f"T-{n:02d}", criterion, "met") for n in range(2, 21) for criterion in ("I01", "I02")]
    return [*met, one("T-21", "E01", "not met"), one("T-21", "I02", "not met"), one("T-01", "I02", "not met")]


def timeline() -> list[dict[str, Any]]:
    """T-01 in four lanes: treatment with the arm's name, an event, a partial date."""
    day = dt.date(2025, 1, 10)
    return [
        {"USUBJID": "T-01", "LANE": "Local treatment", "ASTDT": day, "ASTDY": 1, "LABEL": "Zap"},
        {"USUBJID": "T-01", "LANE": "Disease", "ASTDT": day, "ASTDY": 1, "LABEL": "Diagnosis", "DATEFL": "D"},
        {"USUBJID": "T-01", "LANE": "Trial status", "ASTDT": day, "ASTDY": 1, "LABEL": "Enrolled: Zap now"},
        {
            "USUBJID": "T-01",
            "LANE": "Adverse events",
            "ASTDT": day,
            "ASTDY": 1,
            "LABEL": "Nausea",
            "GRADE": 3,
        },
    ]


def lesion_records() -> list[dict[str, Any]]:
    """Two lesions of T-01 before enrolment and one that came later."""
    shared = {"USUBJID": "T-01", "ORGAN": "LIVER", "ANL01FL": "Y"}
    return [
        {**shared, "LESION": "L1", "ROLE": "TARGET", "ADY": -5, "AVAL": 31},
        {**shared, "LESION": "L2", "ROLE": "TARGET", "ADY": -5, "AVAL": 12},
        {**shared, "LESION": "L3", "ROLE": "NEW", "ADY": 90, "AVAL": 8},
    ]


FAULTS = [
    {"SEVERITY": "warning", "DOMAIN": "DM", "COLUMN_NAME": "ARM", "RULE": "code", "VALUE": "Zap!", "ROW": 3},
    {"SEVERITY": "error", "DOMAIN": "AE", "COLUMN_NAME": "AESTDTC", "RULE": "date", "VALUE": "x", "ROW": 9},
    {
        "SEVERITY": "warning",
        "DOMAIN": "EX",
        "COLUMN_NAME": "EXTRT",
        "RULE": "code",
        "VALUE": "PILCO 5",
        "ROW": 2,
    },
]


def full() -> dict[str, list[dict[str, Any]]]:
    """Every table of the tiny trial, by name."""
    return {
        "adsl": subjects(),
        "adtte": survival_records(subjects()),
        "adfirst": first_treatments(subjects()),
        "adae": adverse_events(),
        "adel": criteria_records(),
        "elsum": screening_ends(subjects(), criteria_records()),
        "eldev": [
            {"USUBJID": "T-01", "SITEID": "01", "KIND": "recorded", "CRITERION": "I02", "ORD": 2, "RECORDED": "not met"}
        ],
        "adtl": timeline(),
        "adtr": lesion_records(),
        "adlb": [{"USUBJID": "T-01", "PARAMCD": "CEA", "PARAM": "CEA", "AVAL": 7.5, "ADY": 1}, *liver_values()],
        **laboratory_tables(),
        **quality_of_life(subjects()),
        "adsv": [{"USUBJID": "T-02", "VISIT": "MONTH 3", "STATUS": "missed"}],
        "faults": FAULTS,
    }


def screening_ends(rows: list[dict[str, Any]], answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """ELSUM of a trial whose criteria have no rules: how screening ended, and what the sites recorded."""
    ends = {"T-21": "failed", "T-22": "failed", "T-23": "refused", "T-24": "pending"}
    ordered = sorted(answers, key=lambda each: each["ORD"])
    unmet = [(each["USUBJID"], each["CRITERION"]) for each in ordered if each["RECORDED"] == "not met"]
    return [
        {
            "USUBJID": row["USUBJID"], "SITEID": row["SITEID"], "OUTCOME": ends.get(row["USUBJID"], "enrolled"),
            "SCRNMONTH": row["RFICDT"].replace(day=1), "NOT_MET": "", "UNKNOWN": "", "MISSING": "",
            "REC_NOT_MET": " ".join(criterion for subject, criterion in unmet if subject == row["USUBJID"]),
        }
        for row in rows
    ]  # fmt: skip


def cut_of(tables: dict[str, list[dict[str, Any]]], protocol: str = PROTOCOL) -> duckdb.DuckDBPyConnection:
    """An in-memory stand-in for an attached cut, with every documented table and column, and these rows."""
    con = duckdb.connect(config={"threads": 1})
    con.execute("attach ':memory:' as cut")
    con.execute("create schema cut.staging")
    faults = ("SEVERITY", "DOMAIN", "FILE", "ROW", "USUBJID", "COLUMN_NAME", "RULE", "VALUE", "MESSAGE")
    extra = {"adsl": ("ECOG", "WILLING")}
    for table, columns in (COLUMNS | {"faults": faults}).items():
        names = dict.fromkeys([*columns, *MASKED.get(table, ()), *extra.get(table, ())])
        kinds = ", ".join(f'"{name}" {_kind(table, name)}' for name in names)
        con.execute(f"create table cut.main.{table} ({kinds})")
        if rows := tables.get(table, []):
            known = [name for name in names if any(name in row for row in rows)]
            _insert(con, table, known, [[row.get(name) for name in known] for row in rows])
    con.execute("update cut.main.adsl set SCRNFL = 'Y', TRT01A = TRT01P, ARM = TRT01P, STUDYID = 'TINY'")
    con.execute("update cut.main.adsl set ARMCD = upper(TRT01P[:3]) || 'CO'")
    for flag, keys in (("WORSTFL", ""), ("WORSTSFL", ", AEBODSYS"), ("WORSTPFL", ", AEBODSYS, AEDECOD")):
        con.execute(
            f"update cut.main.adae set {flag} = 'Y' where rowid in (select arg_max(rowid, coalesce(AEGRADE, 0)) "
            f"from cut.main.adae where TRTEMFL = 'Y' group by USUBJID{keys})"
        )
    fill_twins(con, parse_protocol(protocol, "tiny.toml"))
    con.execute("create table cut.main.planned_visits (VISITNUM double, IMAGING boolean, QOL boolean)")
    for visit in parse_protocol(protocol, "tiny.toml").visits:
        con.execute("insert into cut.main.planned_visits values (?, ?, ?)", [visit.visitnum, visit.imaging, visit.qol])
    for table, sums in (("adae", "41_adaesum.sql"), ("adsv", "55_adsvsum.sql")):
        con.execute(f"alter table cut.main.{table} add column SUBJKEY integer")
        con.execute(f"use cut; {model(sums)} use memory;")
    numbered = "row_number() over (order by a.USUBJID) as SUBJKEY,"  # a tiny adsl has no keys
    listing = (
        model("71_adlist.sql").replace("a.SUBJKEY,", numbered, 1).replace("order by a.SUBJKEY", "order by SUBJKEY")
    )
    con.execute(f"use cut; {listing} use memory;")
    con.execute("create table cut.staging._delivered as select 'dm' as name, 'dm.csv' as files, 24 as n_rows")
    text = parse_protocol(protocol, "tiny.toml").to_toml()
    con.execute("create table cut.main.cut_info as select $1 as PROTOCOL, '0' as VERSION", [text])
    return con


def model(name: str) -> str:
    """The text of a model of the analysis SQL."""
    return resources.files("crlm_dash").joinpath("sql", "analysis", name).read_text(encoding="utf-8")


def door_into(con: duckdb.DuckDBPyConnection, role: Role = Role.STATISTICIAN, sites: Any = None) -> Door:
    """A door into the cut for one role; the two letters of the DSMB's arms are fixed by the secret."""
    info = CutInfo(
        trial="TINY", number=1, fingerprint="f" * 64, cutoff=CUTOFF, cutoff_stated=True, label="first",
        sealed_at=dt.datetime(2026, 2, 1, 12, 30), kind="public", title="A tiny trial", sources=(),
        path=Path("nowhere/TINY/cut-0001.duckdb"), n_screened=24, n_enrolled=20, n_faults=3,
    )  # fmt: skip
    return Door(Viewer(role, sites), info, con, b"secret")


def _insert(con: duckdb.DuckDBPyConnection, table: str, names: list[str], rows: list[list[Any]]) -> None:
    columns = ", ".join(f'"{name}"' for name in names)
    row = f"({', '.join('?' * len(names))})"
    con.execute(f"insert into cut.main.{table} ({columns}) values {', '.join([row] * len(rows))}", list(chain(*rows)))


_DATES = ("DUE", "WINDOW_LOW", "WINDOW_HIGH", "ACTUAL", "SCRNMONTH")


def _kind(table: str, column: str) -> str:
    if column == "VALUE" and table in ("adel", "eldev", "elevidence"):
        return "varchar"
    if (
        column in ("AGE", "VISITNUM", "AVAL", "ENTRY", "VALUE", "LOW", "HIGH", "BASE", "A1LO", "A1HI")
        and table != "faults"
    ):
        return "double"
    if column in ("MEASURED", "NADIR", "CHGNAD", "CHG", "BEST", "MEDIAN") or "PCHG" in column:
        return "double"
    if column.startswith("R2") or (column.endswith(("ULN", "BASE")) and column != "NOBASE"):
        return "double"
    if column.startswith("N_") or column.endswith("DAYS") or column in ("PROCNO", "COMPGRADE", "CLAVORD", "WORSTGR"):
        return "integer"
    if ("TOXGR" in column[1:] and table != "adae") or column in ("NALT", "NAST", "NBILI", "WORST", "AWTARGET"):
        return "integer"
    if column in (
        "CNSR",
        "AESEQ",
        "CAUSE",
        "AEGRADE",
        "ORD",
        "GRADE",
        "ROW",
        "LIMIT_ID",
        "SCANNO",
        "DAY",
    ) or column.endswith("DY"):
        return "integer"
    return "date" if column.endswith("DT") or column in _DATES else "varchar"
