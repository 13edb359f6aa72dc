"""The contract itself, and the naming rules for what it does not list."""

from __future__ import annotations

import pytest

from crlm_dash.contract import CONTRACT, column_type, dataset_contract, dataset_name_in

# docs/architecture.md, "Where facts live in SDTM"
READ_BY_THE_SQL = {
    "dm": "RFICDTC ARM ARMCD ACTARM ACTARMCD ARMNRS DTHDTC DTHFL",
    "ds": "DSCAT DSDECOD DSSTDTC EPOCH",
    "ie": "IETESTCD IECAT IEORRES IEDTC",
    "dv": "DVTERM DVCAT DVSTDTC",
    "mh": "MHEVDTYP MHTERM MHDECOD MHSTDTC PRIMSIDE METATIM RAS BRAF MSI",
    "cm": "CMCAT CMTRT CMGRPID CMSTDTC CMENDTC",
    "ex": "EXTRT EXCAT EXGRPID VISIT EXSTDTC EXENDTC",
    "pr": "PRTRT PRCAT PRLOC PRGRPID PRSTDTC PRENDTC RESMARG NLESTRT",
    "tu": "TULNKID TUTESTCD TUORRES TULOC TUDTC TUEVAL LIVSEG",
    "tr": "TRLNKID TRTESTCD TRSTRESN TRDTC VISIT",
    "rs": "RSCAT RSTESTCD RSEVAL RSEVALID RSACPTFL",
    "lb": "LBTESTCD LBSTRESN LBSTRESU LBSTNRLO LBSTNRHI",
    "vs": "VSTESTCD VSSTRESN",
    "ae": "AETOXGR AESER AEREL AEACN AEOUT AESDTH AEMODAL AECLAV",
    "qs": "QSCAT QSTESTCD QSSTRESN",
    "fa": "FACAT FATESTCD FASTRESC FASTRESN",
    "ss": "SSTESTCD SSSTRESC SSDTC",
    "dd": "DDTESTCD DDSTRESC",
    "tv": "VISITNUM VISIT VISITDY",
    "sv": "SVSTDTC SVOCCUR SVREASOC",
    "ti": "IETESTCD IETEST IECAT",
    "ts": "TSPARMCD TSVAL",
    "adtte": "STUDYID USUBJID PARAMCD PARAM STARTDT ADT AVAL CNSR EVNTDESC SRCDOM SRCVAR SRCSEQ",
}


@pytest.mark.parametrize("name", READ_BY_THE_SQL)
def test_the_contract_holds_what_the_sql_reads(name: str) -> None:
    assert set(READ_BY_THE_SQL[name].split()) <= set(CONTRACT[name].columns)


@pytest.mark.parametrize("name", CONTRACT)
def test_every_entry_is_complete(name: str) -> None:
    contract = CONTRACT[name]
    assert contract.grain.startswith("one row per")
    assert set(contract.key) <= set(contract.columns)
    assert all(column.required for column in contract.columns.values() if column.filled)
    assert all(low < high for c in contract.columns.values() if c.range for low, high in [c.range])


def test_a_column_has_one_type_wherever_it_occurs() -> None:
    kinds: dict[str, set[str]] = {}
    for contract in CONTRACT.values():
        for column in contract.columns.values():
            kinds.setdefault(column.name, set()).add(column.type)
    assert {name for name, found in kinds.items() if len(found) > 1} == set()


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("VISIT1DT", "date"),
        ("LDOSEDTM", "datetime"),
        ("XXSTDTC", "dtc"),
        ("XXSEQ", "number"),
        ("XXSTRESN", "number"),
        ("XXDY", "number"),
        ("AGEGR2N", "number"),
        ("TRT02PN", "number"),
        ("AGEGR2", "text"),
        ("COMP24FL", "text"),
        ("DCREASCD", "text"),
        ("INVNAM", "text"),
        ("TRT02P", "text"),
        ("EDUCLVL", None),
        ("REASON", None),
    ],
)
def test_naming_rules(column: str, kind: str | None) -> None:
    assert column_type("adxx", column) == kind


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["rs", "onco"], "rs"),
        (["adtte", "onco"], "adtte"),
        (["supptr", "onco"], "supptr"),
        (["adhoc", "dm"], "dm"),
        (["adqscibc"], "adqscibc"),
        (["dashboard", "accrual"], None),
    ],
)
def test_dataset_names(words: list[str], name: str | None) -> None:
    assert dataset_name_in(words) == name


def test_what_is_not_listed_has_a_contract_too() -> None:
    assert not dataset_contract("adlbc").known
    assert set(dataset_contract("suppzz").required) == {"USUBJID", "RDOMAIN", "QNAM", "QVAL"}
