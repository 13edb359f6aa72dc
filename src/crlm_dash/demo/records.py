"""Records as they are written down: the columns of each domain, and nothing after a patient's last day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

Value = str | int | float | None
Row = tuple[Value, ...]

# Columns after STUDYID, DOMAIN, USUBJID and --SEQ; the date of a record; ends that are blank while ongoing.
_LAYOUT: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "DM": (
        "SUBJID RFSTDTC RFENDTC RFXSTDTC RFXENDTC RFICDTC RFPENDTC DTHDTC DTHFL SITEID AGE AGEU SEX RACE "
        "ETHNIC ARMCD ARM ACTARMCD ACTARM ARMNRS COUNTRY DMDTC",
        "DMDTC",
        (),
    ),
    "DS": ("DSTERM DSDECOD DSCAT EPOCH DSSTDTC", "DSSTDTC", ()),
    "IE": ("IETESTCD IETEST IECAT IEORRES IESTRESC EPOCH IEDTC", "IEDTC", ()),
    "DV": ("DVTERM DVDECOD DVCAT EPOCH DVSTDTC", "DVSTDTC", ()),
    "MH": ("MHTERM MHDECOD MHCAT MHPRESP MHOCCUR MHEVDTYP MHDTC MHSTDTC", "MHSTDTC", ()),
    "CM": ("CMGRPID CMTRT CMCAT CMINDC CMSTDTC CMENDTC CMENRTPT CMENTPT", "CMSTDTC", ("CMENDTC",)),
    "EX": (
        "EXGRPID EXTRT EXCAT EXDOSE EXDOSU EXROUTE EXADJ VISIT EPOCH EXSTDTC EXENDTC",
        "EXSTDTC",
        ("EXENDTC",),
    ),
    "PR": ("PRGRPID PRTRT PRCAT PRLOC PRINDC EPOCH PRSTDTC PRENDTC", "PRSTDTC", ("PRENDTC",)),
    "TU": (
        "TULNKID TUTESTCD TUTEST TUORRES TUSTRESC TULOC TUMETHOD TUEVAL VISITNUM VISIT TUDTC",
        "TUDTC",
        (),
    ),
    "TR": (
        "TRLNKID TRTESTCD TRTEST TRORRES TRORRESU TRSTRESC TRSTRESN TRSTRESU TRMETHOD TREVAL VISITNUM VISIT TRDTC",
        "TRDTC",
        (),
    ),
    "RS": (
        "RSTESTCD RSTEST RSCAT RSORRES RSSTRESC RSSTRESN RSEVAL RSEVALID RSACPTFL VISITNUM VISIT RSDTC",
        "RSDTC",
        (),
    ),
    "LB": (
        "LBTESTCD LBTEST LBCAT LBORRES LBORRESU LBORNRLO LBORNRHI LBSTRESC LBSTRESN LBSTRESU LBSTNRLO "
        "LBSTNRHI LBNRIND LBSTAT LBREASND LBSPEC VISITNUM VISIT LBDTC",
        "LBDTC",
        (),
    ),
    "VS": ("VSTESTCD VSTEST VSORRES VSORRESU VSSTRESC VSSTRESN VSSTRESU VISITNUM VISIT VSDTC", "VSDTC", ()),
    "AE": (
        "AETERM AEDECOD AEBODSYS AESER AESDTH AESLIFE AESHOSP AEREL AEACN AEOUT AETOXGR EPOCH AESTDTC AEENDTC AEENRTPT",
        "AESTDTC",
        ("AEENDTC",),
    ),
    "QS": (
        "QSTESTCD QSTEST QSCAT QSORRES QSSTRESC QSSTRESN QSSTAT QSREASND VISITNUM VISIT QSDTC",
        "QSDTC",
        (),
    ),
    "FA": ("FATESTCD FATEST FAOBJ FACAT FAORRES FASTRESC FASTRESN FASTRESU FAEVAL FADTC", "FADTC", ()),
    "SS": ("SSTESTCD SSTEST SSORRES SSSTRESC SSDTC", "SSDTC", ()),
    "DD": ("DDTESTCD DDTEST DDORRES DDSTRESC DDDTC", "DDDTC", ()),
    "SV": ("VISITNUM VISIT SVPRESP SVOCCUR SVREASOC SVSTDTC SVENDTC", "SVSTDTC", ()),
}
SUPPLEMENTED = {
    "MH": {
        "PRIMSIDE": "Side of the Primary Tumour",
        "METATIM": "Timing of Metastases",
        "RAS": "RAS Status",
        "BRAF": "BRAF Status",
        "MSI": "Microsatellite Status",
    },
    "PR": {"RESMARG": "Resection Margin", "NLESTRT": "Number of Lesions Treated"},
    "TU": {"LIVSEG": "Liver Segment"},
    "AE": {"AEMODAL": "Treatment Attributed To", "AECLAV": "Clavien-Dindo Grade"},
}


@dataclass(frozen=True)
class Layout:
    """Columns of a domain, the column of its date, and end dates that are blank while ongoing."""

    columns: tuple[str, ...]
    date: str
    ends: tuple[str, ...]


LAYOUTS = {name: Layout(tuple(c.split()), date, ends) for name, (c, date, ends) in _LAYOUT.items()}


class Known(Protocol):
    """Whose records these are, and the last day anything was learned of the patient."""

    @property
    def usubjid(self) -> str: ...
    @property
    def last_known(self) -> int: ...


@cache
def iso(day: int) -> str:
    """A proleptic ordinal as an ISO 8601 date."""
    return dt.date.fromordinal(day).isoformat()


@dataclass
class Records:
    """Rows collected by domain."""

    rows: dict[str, list[tuple[str, Row]]] = field(default_factory=lambda: {d: [] for d in LAYOUTS})
    supplements: dict[str, list[tuple[int, str, str]]] = field(default_factory=lambda: {d: [] for d in SUPPLEMENTED})
    comments: list[tuple[str, int, str]] = field(default_factory=list)  # domain, place of the record, text

    def add(
        self,
        domain: str,
        who: Known,
        day: int | None,
        values: Mapping[str, Value],
        supplement: Mapping[str, str] | None = None,
        comment: str = "",
    ) -> None:
        """
        Write one record down, unless it lies after the last day the patient is known.

        `day` fills the date column of the domain where `values` has none (a partial date is given there).
        `supplement` holds qualifiers for SUPPxx, `comment` goes to CO; empty ones are left out.
        """
        if day is not None and day > who.last_known:
            return
        layout = LAYOUTS[domain]
        filled = dict(values)
        if day is not None:
            filled.setdefault(layout.date, iso(day))
        for end in layout.ends:
            if str(filled.get(end) or "") > iso(who.last_known):
                filled[end] = None
        for name, text in (supplement or {}).items():
            if text:
                self.supplements[domain].append((len(self.rows[domain]), name, text))
        if comment:
            self.comments.append((domain, len(self.rows[domain]), comment))
        self.rows[domain].append((who.usubjid, tuple(filled.get(c) for c in layout.columns)))
