"""The tiny trial with responses: what became of the sums of diameters of its twenty patients, written by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.analyses.tiny import full

Row = dict[str, Any]
# Patient -> best change, best response, and the reader's response at days 91, 182, 273.
BEST: dict[int, tuple[float | None, str | None, tuple[str, ...]]] = {
    1: (-100, "CR", ("PR", "CR", "CR")), 3: (-100, "CR", ("CR", "CR", "PD")), 5: (-60, "PR", ("PR", "PR", "PD")),
    7: (-45, "PR", ("SD", "PR")), 9: (-10, "SD", ("SD",)), 11: (30, "PD", ("PD",)), 13: (-31, "PR", ("PR",)),
    15: (0, "SD", ("SD", "SD")), 17: (None, "NE", ("NE",)), 2: (-30, "PR", ("PR", "SD", "PD")), 4: (-5, "SD", ("SD",)),
    6: (44, "PD", ("PD",)), 8: (25, "PD", ("PD",)), 10: (-12, "SD", ("SD", "PD")), 12: (-35, "PR", ("PR",)),
}  # fmt: skip


def scans() -> list[Row]:
    """Rows of adtrsum: a baseline of 100 mm, then a scan every quarter."""
    found = []
    for number, (change, _, answers) in BEST.items():
        shared = {"USUBJID": f"T-{number:02d}", "N_TARGET": 2, "BASE": 100}
        found.append({**shared, "SCANNO": 1, "ADY": -5, "ABLFL": "Y", "AVAL": 100})
        for place, answer in enumerate(answers, start=1):
            known = {"PCHG": change, "AVAL": None if change is None else 100 + change}
            made = {"SCANNO": place + 1, "ADY": 91 * place, "APOBLFL": "Y", "OVRLRESP": answer, "OVRCALC": answer}
            found.append({**shared, **known, **made})
    return found


def best() -> list[Row]:
    """Rows of adbor."""
    found = []
    for number, (change, answer, answers) in BEST.items():
        progressed = 91 * (answers.index("PD") + 1) if "PD" in answers else None
        usubjid = f"T-{number:02d}"
        found.append({
            "SUBJKEY": usubjid, "USUBJID": usubjid, "N_SCANS": len(answers), "BESTPCHG": change, "BESTDY": 91,
            "BOR": answer, "BORCALC": "SD" if number == 7 else answer, "PDDY": progressed, "PDCALCDY": progressed,
            "N_BOTH": len(answers), "N_DIFFER": 1 if number == 7 else 0,
        })  # fmt: skip
    return found


def responders() -> dict[str, list[Row]]:
    """Every table of the tiny trial, with responses; everybody was followed for 400 days or to the death on record."""
    tables = full()
    alive = [
        row
        | ({"LSTALVDT": row["ENRLDT"] + dt.timedelta(days=399), "DTHDT": None, "DTHFL": None} if "days" in row else {})
        for row in tables["adsl"]
    ]
    dead = {"T-06": 150, "T-11": 120, "T-14": 80}
    for row in alive:
        if days := dead.get(row["USUBJID"]):
            row |= {"DTHDT": row["ENRLDT"] + dt.timedelta(days=days - 1), "DTHFL": "Y"}
    return tables | {"adsl": alive, "adtrsum": scans(), "adbor": best()}
