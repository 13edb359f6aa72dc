"""Patients made of SDTM rows: one who meets every criterion, and that one with single records changed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Change = tuple[str, str, list[Row]]  # domain, test, the rows that replace all of that test
ENROLLED = "2024-03-01"
TAKEN = "2024-02-20"  # ten days before
TEST = {
    "CM": "CMCAT", "FA": "FATESTCD", "LB": "LBTESTCD", "MH": "MHDECOD", "RS": "RSTESTCD", "TU": "TUTESTCD",
    "VS": "VSTESTCD",
}  # fmt: skip
DATE = {"MH": "MHSTDTC", "CM": "CMSTDTC"}
# test: a harmless value, its unit, the laboratory's upper limit
LABS = {
    "NEUT": (4.0, "10^9/L", 7.5), "PLAT": (200, "10^9/L", 400), "HGB": (130, "g/L", 160), "BILI": (10, "umol/L", 20),
    "ALT": (20, "U/L", 40), "AST": (20, "U/L", 40), "CREAT": (70, "umol/L", 100), "CREATCLR": (90, "mL/min", 120),
    "ALB": (40, "g/L", 50), "INR": (1.0, "RATIO", 1.2), "APTT": (30, "s", 40), "PO2": (90, "mmHg", 100),
}  # fmt: skip
ANSWERS = {
    "HISTCRC": "Y", "PRIMRES": "Y", "R0FEAS": "Y", "FLRSUFF": "Y", "EHCTRL": "Y", "COMPLNC": "Y", "NEDATT": "Y",
    "DISCTRL": "Y", "PREGNANT": "N", "BREASTFD": "N", "VASCUNC": "N", "ASCLARGE": "N", "ASCMALIG": "N", "INFUNC": "N",
    "BLEEDTEN": "N", "WOUNDUNH": "N", "TRAUMA4W": "N", "SERCONC": "N", "NOTSUIT": "N",
}  # fmt: skip
NUMBERS = {
    "NABLATE": (3, None),
    "MAXDIAM": (25, "mm"),
    "LIFEEXP": (12, "months"),
    "LVEF": (60, "%"),
    "INFGRADE": (0, None),
}
HISTORY = (
    "HEPATIC ENCEPHALOPATHY", "LIVER TRANSPLANTATION", "OTHER MALIGNANCY", "PSYCHIATRIC DRUG ABUSE", "MENTAL DISORDER",
    "ACUTE CARDIOVASCULAR OR CEREBROVASCULAR DISEASE", "HYPERTENSIVE CRISIS OR ENCEPHALOPATHY",
)  # fmt: skip


def lb(test: str, value: float | None, unit: str | None = None, upper: float | None = 0, day: str = TAKEN) -> Change:
    """The only result of a laboratory test; unit and limit as usual unless given (limit None: missing)."""
    _, usual, limit = LABS[test]
    row = {"LBDTC": day, "LBORRES": value, "LBSTRESN": value, "LBSTRESU": usual if unit is None else unit}
    return "LB", test, [row | {"LBSTNRHI": limit if upper == 0 else upper}]


def fa(test: str, answer: str | float | None, unit: str | None = None, day: str = TAKEN) -> Change:
    """The only answer to a question of the MDT or the investigator."""
    return "FA", test, [{"FADTC": day, "FASTRESC": answer, "FASTRESN": _number(answer), "FASTRESU": unit}]


def rs(test: str, value: float | str | None, day: str = TAKEN) -> Change:
    """The only score of a scale, or response."""
    return "RS", test, [{"RSDTC": day, "RSSTRESC": value, "RSSTRESN": _number(value)}]


def vs(test: str, value: float | None, unit: str = "mmHg", day: str = TAKEN) -> Change:
    """The only reading of a vital sign."""
    return "VS", test, [{"VSDTC": day, "VSSTRESN": value, "VSSTRESU": unit}]


def mh(term: str, occurred: str | None, day: str | None = None, *, asked: str = "Y", status: str = "") -> Change:
    """The only answer about the history; asked '': told without being asked."""
    row = {"MHTERM": term, "MHCAT": "GENERAL HISTORY", "MHPRESP": asked, "MHOCCUR": occurred, "MHSTAT": status}
    return "MH", term, [row | {"MHSTDTC": day}]


def lesions(*organs: str, day: str = TAKEN) -> Change:
    """The lesions found, one an organ named."""
    rows = [{"TULNKID": f"L{n}", "TUORRES": "TARGET", "TULOC": organ, "TUDTC": day} for n, organ in enumerate(organs)]
    return "TU", "TUMIDENT", rows


def lines(*numbers: int) -> Change:
    """The lines of systemic therapy received."""
    rows = [{"CMTRT": "FOLFOX", "CMGRPID": f"LINE {n}", "CMSTDTC": f"2023-0{n}-01"} for n in numbers]
    return "CM", "PRIOR SYSTEMIC THERAPY", rows


def none(domain: str, test: str) -> Change:
    """No record of a test."""
    return domain, test, []


def dm(**values: Any) -> Change:
    """Values of DM."""
    return "DM", "", [values]


def _number(value: str | float | None) -> float | None:
    return None if value is None or isinstance(value, str) else value


def usual() -> list[Change]:
    """The records of a patient who meets every criterion of both trials."""
    return [
        *(lb(test, value) for test, (value, _, _) in LABS.items()),
        *(fa(test, answer) for test, answer in ANSWERS.items()),
        *(fa(test, value, unit) for test, (value, unit) in NUMBERS.items()),
        *(rs(test, value) for test, value in (("ECOG101", 0), ("CPS101", 5), ("NYHA101", 1), ("LIVRRESP", "PR"))),
        *(vs(test, value) for test, value in (("SYSBP", 120), ("DIABP", 80))),
        *(mh(term, "N") for term in HISTORY),
        lesions(*["LIVER"] * 10, "LUNG"),
        lines(1),
    ]


def patient(usubjid: str, changes: Iterable[Change], enrolled: str | None = ENROLLED) -> dict[str, list[Row]]:
    """The SDTM rows of one patient: the usual ones, with these changed."""
    records = {(domain, test): rows for domain, test, rows in usual()}
    person: Row = {"AGE": 60, "SEX": "F", "RFICDTC": "2024-02-01", "SITEID": "01", "AGEU": "YEARS"}
    for domain, test, rows in changes:
        if domain == "DM":
            person |= rows[0]
        else:
            records[domain, test] = rows
    tables: dict[str, list[Row]] = {"DM": [person], "DS": _milestones(person, enrolled)}
    for (domain, test), rows in records.items():
        tables.setdefault(domain, []).extend({TEST[domain]: test, **row} for row in rows)
    for domain, rows in tables.items():
        for number, row in enumerate(rows, start=1):
            row |= {"STUDYID": "PLANTED", "DOMAIN": domain, "USUBJID": usubjid}
            row |= {} if domain == "DM" else {f"{domain}SEQ": number}
    return tables


def _milestones(person: Row, enrolled: str | None) -> list[Row]:
    said = [("INFORMED CONSENT OBTAINED", person["RFICDTC"]), ("ENROLLED", enrolled)]
    return [{"DSCAT": "PROTOCOL MILESTONE", "DSDECOD": w, "DSTERM": w, "DSSTDTC": day} for w, day in said if day]


def together(patients: Sequence[Mapping[str, list[Row]]]) -> dict[str, list[Row]]:
    """The tables of several patients as one, by lower-case name."""
    joined: dict[str, list[Row]] = {}
    for each in patients:
        for domain, rows in each.items():
            joined.setdefault(domain.lower(), []).extend(rows)
    return joined


def write_folder(tables: Mapping[str, list[Row]], folder: Path) -> Path:
    """The tables as CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder
