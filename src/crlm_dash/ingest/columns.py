"""Which baseline columns may group subjects, and which would tell their arm."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb

from crlm_dash.ingest.raw import quoted
from crlm_dash.ingest.sql import sql_file
from crlm_dash.ingest.tables import staged

_LEVELS = range(2, 9)
_LONGEST_LEVEL = 60

# Who a subject is, where and when: never a covariate here (the pages offer SITEID by themselves).
_IDENTIFIES = re.compile(
    r"^(STUDYID|DOMAIN|USUBJID|SUBJID|SITEID|INVID|INVNAM|AGEU|SITE|_.*|.*(DT|DTM|DTC|DTF|TMF|TM))$"
)
_ALWAYS_OFFERED = ("AGE", "SEX", "COUNTRY")  # the pages group and filter by these in every trial
_NAMES_ARM = re.compile(r"^(TRT|ARM|ACTARM|TR0|TREAT|DOS|AVGDD|CUMD)|DOSE|RANDNO|RANDCD|KITNO")
# What happens after the start: who is grouped by it has lived to see it (immortal time).
_AFTER_START = re.compile(
    r"^(DTH|EOS|EOT|DC|DS|LST|LDD|LAST|TRTDUR|VISNUMEN|SBJTSTAT|DEATH|STATUS|SURV|RESP|BOR|CNSR|AVAL)|"
    r"^(COMP\w*|DISC\w*|AE\w*|ANY\w*|PD|DTH\w*|SAF|ITT|FAS|EFF|PPROT|MITT|ENRL|RAND|SCRN|SCRF|REFUS)FL$"
)
_CDISC_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_TELLING_NAMES = ("TRT01PN", "TRT01AN", "TRTP", "TRTPN", "TRTA", "TRTAN")
_LABELS = {
    "SEX": "Sex",
    "RACE": "Race",
    "ETHNIC": "Ethnicity",
    "COUNTRY": "Country",
    "AGEGR1": "Age group",
    "RACEGR1": "Race group",
    "REGION1": "Region",
    "SITEGR1": "Site group",
    "BMIBLGR1": "Body-mass index group",
    "ECOGBL": "ECOG at baseline",
}


@dataclass(frozen=True)
class BaselineColumn:
    """A column that may group subjects: of ADSL, or of DM where ADSL has none such."""

    name: str
    label: str
    dataset: str


def baseline_columns(con: duckdb.DuckDBPyConnection) -> tuple[list[BaselineColumn], list[str]]:
    """
    Columns of ADSL and DM with 2 to 8 values that are known at the start and do not tell the arm, and the
    columns that do tell it. Needs `protocol_subjects`.
    """
    groups: dict[str, BaselineColumn] = {}
    telling: dict[str, None] = {}
    for dataset in ("adsl", "dm"):
        filled = _filled_columns(con, dataset)
        for column in filled:
            if _IDENTIFIES.match(column):
                continue
            levels, longest, tells = _levels(con, dataset, column)
            if not levels:
                continue
            if column not in _ALWAYS_OFFERED and (tells or _NAMES_ARM.search(column)):
                telling[column] = None
                groups.pop(column, None)
            elif _may_group(column, filled, levels, longest) and column not in telling:
                groups.setdefault(column, BaselineColumn(column, _LABELS.get(column, column), dataset))
    names = dict.fromkeys((*telling, *_TELLING_NAMES))
    masks = [name for name in names if _CDISC_NAME.fullmatch(name)]
    familiar = [groups.pop(name) for name in _LABELS if name in groups]
    return [*familiar, *groups.values()], masks


def _filled_columns(con: duckdb.DuckDBPyConnection, dataset: str) -> list[str]:
    names = [row[0] for row in con.execute(f"describe {staged(dataset)}").fetchall()]
    counts = ", ".join(f"count({quoted(name)})" for name in names)
    filled = con.execute(f"select {counts} from {staged(dataset)}").fetchall()[0]
    return [name for name, n in zip(names, filled, strict=True) if n]


def _may_group(column: str, filled: list[str], levels: int, longest: int) -> bool:
    """A number counts only where it has no text twin (AGEGR1N is AGEGR1); AGE is offered by itself."""
    twin = column.endswith("N") and column[:-1] in filled
    return (
        _CDISC_NAME.fullmatch(column) is not None
        and not twin
        and column != "AGE"
        and not _AFTER_START.match(column)
        and levels in _LEVELS
        and longest <= _LONGEST_LEVEL
    )


def _levels(con: duckdb.DuckDBPyConnection, dataset: str, column: str) -> tuple[int, int, bool]:
    query = sql_file("staging/column_levels").replace("the_table", staged(dataset))
    n, longest, tells = con.execute(query.replace("the_column", quoted(column))).fetchall()[0]
    return int(n), int(longest), bool(tells)
