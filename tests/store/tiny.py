"""A hand-written cut of six subjects, two arms and two sites, for asking the door questions."""

from __future__ import annotations

import duckdb

from crlm_dash.protocol import parse_protocol
from crlm_dash.store.rooms import COLUMNS, MASKED
from tests.masked import fill_twins

SECRET_WORDS = ("Zap", "Zap now", "Pills", "Pills only", "ZAP", "PIL")  # arm names, labels and codes
PROTOCOL = parse_protocol(
    """
id = "TINY"
title = "A tiny trial"
[access]
outcomes_by_arm = ["dsmb", "statistician"]
masks = ["WILLING"]
[[arms]]
code = "ZAP"
name = "Zap"
label = "Zap now"
[[arms]]
code = "PIL"
name = "Pills"
label = "Pills only"
control = true
[[covariates]]
column = "ECOG"
label = "ECOG"
[[covariates]]
column = "LESIONS"
label = "Number of lesions"
""",
    source="tiny.toml",
)
ADSL = [
    # USUBJID, SITEID, SEX, AGE, TRT01P, ENRLFL, DTHFL, ECOG, WILLING, TRTDUR
    ("T-1", "01", "F", 60, "Zap", "Y", None, "0", "LOCAL", 100),
    ("T-2", "01", "M", 70, "Pills", "Y", "Y", "1", "SYSTEMIC", 10),
    ("T-3", "02", "F", 50, "Zap", "Y", "Y", "1", "LOCAL", 90),
    ("T-4", "02", "M", 65, "Pills", "Y", None, None, "SYSTEMIC", 20),
    ("T-5", "02", "M", 66, "Zap", "Y", None, "0", "LOCAL", 80),
    ("T-6", "02", "F", 81, None, None, None, "2", None, None),
]


def tiny_cut() -> duckdb.DuckDBPyConnection:
    """An in-memory stand-in for an attached cut, with every documented table and column."""
    con = duckdb.connect()
    con.execute("attach ':memory:' as cut")
    con.execute("create schema cut.staging")
    for table, columns in COLUMNS.items():
        described = ", ".join(f'"{column}" {_kind(table, column)}' for column in (*columns, *MASKED.get(table, ())))
        con.execute(f"create table cut.main.{table} ({described})")
    con.execute("alter table cut.main.adsl add column ECOG varchar")
    con.execute("alter table cut.main.adsl add column WILLING varchar")
    con.execute("alter table cut.main.adsl add column TRTDUR double")
    con.execute("alter table cut.main.adsl add column LESIONS double default 10")
    for row in ADSL:
        con.execute(
            "insert into cut.main.adsl by name (select 'TINY' as STUDYID, $1 as USUBJID, $2 as SITEID, $3 as SEX, "
            "$4 as AGE, $5 as TRT01P, $5 as TRT01A, $5 as ARM, upper($5[:3]) as ARMCD, $6 as ENRLFL, $6 as ITTFL, "
            "$6 as SAFFL, 'Y' as SCRNFL, $7 as DTHFL, $8 as ECOG, $9 as WILLING, $10 as TRTDUR)",
            list(row),
        )
    con.execute(
        "insert into cut.main.adtte by name select USUBJID, 'OS' as PARAMCD, 10.0 * AGE as AVAL, "
        "case when DTHFL = 'Y' then 0 else 1 end as CNSR, 0 as ENTRY from cut.main.adsl where ENRLFL = 'Y'"
    )
    con.execute(
        "insert into cut.main.adae by name select USUBJID, 1 as AESEQ, 'Nausea' as AEDECOD, TRT01P as AEMODAL "
        "from cut.main.adsl where ENRLFL = 'Y'"
    )
    con.execute(
        "insert into cut.main.adproc by name select USUBJID, 1 as PROCNO, TRT01P as MODALITY from cut.main.adsl "
        "where TRT01P = 'Zap'"
    )
    con.execute("insert into cut.main.adex by name select USUBJID, TRT01P as TRT from cut.main.adsl")
    con.execute(
        "insert into cut.main.adtl by name select USUBJID, lane as LANE, 'Zap' as LABEL, 'after Zap' as DETAIL "
        "from cut.main.adsl, (values ('Local treatment'), ('Systemic therapy'), ('MDT decisions')) lanes(lane)"
    )
    con.execute(
        "insert into cut.main.adtl by name "
        "select USUBJID, 'Visits' as LANE, 'V1' as LABEL, 'Zap now' as DETAIL from cut.main.adsl"
    )
    fill_twins(con, PROTOCOL)
    con.execute("create table cut.main.faults as select 'warning' as SEVERITY, 'dm' as DOMAIN")
    con.execute("create table cut.staging._delivered as select 'dm' as name, 'dm.csv' as files, 6 as n_rows")
    con.execute("create table cut.main.cut_info as select $1 as PROTOCOL", [PROTOCOL.to_toml()])
    return con


def _kind(table: str, column: str) -> str:
    if column == "VALUE" and table in ("adel", "eldev", "elevidence"):
        return "varchar"
    if column in ("AGE", "AVAL", "ENTRY", "VALUE", "LOW", "HIGH", "BASE"):
        return "double"
    if column in ("CNSR", "AESEQ", "CAUSE", "AEGRADE"):
        return "integer"
    return "date" if column.endswith("DT") else "varchar"
