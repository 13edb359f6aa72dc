"""A small trial of three arms that is not ours: SDTM and ADaM by another sponsor's habits, as XPT and CSV.

Written by hand from rules, not from anyone's data. Its habits: site numbers with leading zeros, dates of ADaM
as SAS numbers, partial dates, screen failures in DM alone, severity instead of grades, one death.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

STUDY = "PILOTLIKE"
ARMS = ("Placebo", "Low Dose", "High Dose")
CODES = ("Pbo", "Lo", "Hi")
PER_ARM = 8
N_SCREEN_FAILURES = 6
N_RANDOMISED = PER_ARM * len(ARMS)
START = dt.date(2023, 1, 9)
DAYS_ON_TREATMENT = 182
DIED = 13  # number of the randomised subject who died, on day 90

Row = dict[str, Any]


def _usubjid(number: int) -> str:
    return f"01-{_site(number)}-{1001 + number}"


def _site(number: int) -> str:
    return ("007", "012", "701")[number % 3]


def _day(number: int, study_day: int) -> dt.date:
    # The date of a subject's study day; there is no day 0.
    return START + dt.timedelta(days=5 * number + study_day - (study_day > 0))


def _last_day(number: int) -> int:
    if number == DIED:
        return 90
    return DAYS_ON_TREATMENT if number % 4 else 30 + 5 * number


def _base(domain: str, number: int, **more: Any) -> Row:
    return {"STUDYID": STUDY, "DOMAIN": domain, "USUBJID": _usubjid(number), **more}


def dm() -> list[Row]:
    """Everyone screened: the randomised first, then the screen failures, who have no arm and no start."""
    rows = []
    for i in range(N_RANDOMISED + N_SCREEN_FAILURES):
        failed = i >= N_RANDOMISED
        arm, code = ("Screen Failure", "Scrnfail") if failed else (ARMS[i % 3], CODES[i % 3])
        rows.append(
            _base(
                "DM",
                i,
                SUBJID=str(1001 + i),
                SITEID=_site(i),
                RFSTDTC="" if failed else str(_day(i, 1)),
                RFENDTC="" if failed else str(_day(i, _last_day(i))),
                RFICDTC=str(_day(i, -10)),
                DTHDTC=str(_day(i, 90)) if i == DIED else "",
                DTHFL="Y" if i == DIED else "",
                AGE=51.0 + i,
                AGEU="YEARS",
                SEX="FM"[i % 2],
                RACE="WHITE" if i % 5 else "ASIAN",
                ARMCD=code,
                ARM=arm,
                ACTARMCD=code,
                ACTARM=arm,
                COUNTRY="USA",
                DMDTC=str(_day(i, -7)),
            )
        )
    return rows


def ds() -> list[Row]:
    """How each subject's participation ended."""
    rows = []
    for i in range(N_RANDOMISED + N_SCREEN_FAILURES):
        if i >= N_RANDOMISED:
            term, day = "SCREEN FAILURE", -3
        elif i == DIED:
            term, day = "DEATH", 90
        else:
            term, day = ("COMPLETED" if _last_day(i) == DAYS_ON_TREATMENT else "ADVERSE EVENT"), _last_day(i)
        rows.append(
            _base(
                "DS",
                i,
                DSSEQ=1.0,
                DSTERM=term,
                DSDECOD=term,
                DSCAT="DISPOSITION EVENT",
                DSSTDTC=str(_day(i, day)),
            )
        )
    return rows


def ex() -> list[Row]:
    """One dosing interval a randomised subject."""
    return [
        _base(
            "EX",
            i,
            EXSEQ=1.0,
            EXTRT=ARMS[i % 3].upper(),
            EXDOSE=(0.0, 54.0, 81.0)[i % 3],
            EXDOSU="mg",
            VISITNUM=3.0,
            VISIT="BASELINE",
            EXSTDTC=str(_day(i, 1)),
            EXENDTC=str(_day(i, _last_day(i))),
        )
        for i in range(N_RANDOMISED)
    ]


AE_TERMS = (
    ("PRURITUS", "SKIN AND SUBCUTANEOUS TISSUE DISORDERS", "MILD"),
    ("ERYTHEMA", "SKIN AND SUBCUTANEOUS TISSUE DISORDERS", "MODERATE"),
    ("DIARRHOEA", "GASTROINTESTINAL DISORDERS", "SEVERE"),
    ("SYNCOPE", "NERVOUS SYSTEM DISORDERS", ""),
)


def ae() -> list[Row]:
    """Two events for two subjects of three; the first starts before treatment, some starts are partial."""
    rows = []
    for i in (n for n in range(N_RANDOMISED) if n % 3 or n % 2):
        for seq, start in ((1, -2), (2, 15 + i)):
            term, soc, severity = AE_TERMS[(i + seq) % 4]
            fatal = i == DIED and seq == 2
            rows.append(
                _base(
                    "AE",
                    i,
                    AESEQ=float(seq),
                    AETERM=term,
                    AEDECOD=term,
                    AEBODSYS=soc,
                    AESEV="SEVERE" if fatal else severity,
                    AESER="Y" if fatal or severity == "SEVERE" else "N",
                    AEREL="PROBABLE" if i % 2 else "NONE",
                    AEOUT="FATAL" if fatal else "RECOVERED/RESOLVED",
                    AESDTH="Y" if fatal else "",
                    AESTDTC=str(_day(i, start))[:7] if i % 7 == 1 and seq == 2 else str(_day(i, start)),
                    AEENDTC=str(_day(i, 90)) if fatal else str(_day(i, start + 5)),
                )
            )
    return rows


def lb() -> list[Row]:
    """Alanine aminotransferase at baseline and at week 12."""
    return [
        _base(
            "LB",
            i,
            LBSEQ=float(k + 1),
            LBTESTCD="ALT",
            LBTEST="Alanine Aminotransferase",
            LBORRES=str(20 + i + 3 * k),
            LBORRESU="U/L",
            LBSTRESN=20.0 + i + 3 * k,
            LBSTRESU="U/L",
            LBSTNRLO=6.0,
            LBSTNRHI=34.0,
            LBBLFL="Y" if k == 0 else "",
            VISIT=("BASELINE", "WEEK 12")[k],
            LBDTC=f"{_day(i, (1, 84)[k])}T08:30",
        )
        for i in range(N_RANDOMISED)
        for k in (0, 1)
    ]


def mh() -> list[Row]:
    """The condition under study, with dates known to the year, the month or the day."""
    return [
        _base(
            "MH",
            i,
            MHSEQ=1.0,
            MHTERM="CONDITION UNDER STUDY",
            MHDECOD="CONDITION UNDER STUDY",
            MHCAT="PRIMARY DIAGNOSIS",
            MHSTDTC=("2019", "2020-05", "2021-03-14")[i % 3],
        )
        for i in range(N_RANDOMISED)
    ]


def ts() -> list[Row]:
    """Three trial parameters."""
    parameters = (
        ("TITLE", "Trial Title", "A trial of three arms"),
        ("PLANSUB", "Planned Number of Subjects", "30"),
        ("RANDOM", "Trial is Randomized", "Y"),
    )
    return [
        {"STUDYID": STUDY, "DOMAIN": "TS", "TSSEQ": 1.0, "TSPARMCD": code, "TSPARM": name, "TSVAL": value}
        for code, name, value in parameters
    ]


def adsl() -> list[Row]:
    """The randomised subjects, as the sponsor derived them."""
    return [
        {
            "STUDYID": STUDY,
            "USUBJID": _usubjid(i),
            "SUBJID": str(1001 + i),
            "SITEID": _site(i),
            "ARM": ARMS[i % 3],
            "TRT01P": ARMS[i % 3],
            "TRT01A": ARMS[i % 3],
            "TRTSDT": _day(i, 1),
            "TRTEDT": _day(i, _last_day(i)),
            "AGE": 51.0 + i,
            "AGEGR1": "<65" if i < 14 else "65-80",
            "SEX": "FM"[i % 2],
            "RACE": "WHITE" if i % 5 else "ASIAN",
            "ITTFL": "Y",
            "SAFFL": "Y",
            "DTHFL": "Y" if i == DIED else "",
            "DCDECOD": "DEATH" if i == DIED else "",
        }
        for i in range(N_RANDOMISED)
    ]


def adtte() -> list[Row]:
    """Time to the first skin event: an event for every second subject, on a day that others share."""
    rows = []
    for i in range(N_RANDOMISED):
        censored = i % 2
        day = _last_day(i) if censored else 10 + 7 * (i % 5)
        rows.append(
            {
                "STUDYID": STUDY,
                "USUBJID": _usubjid(i),
                "PARAMCD": "TTDE",
                "PARAM": "Time to First Skin Event",
                "STARTDT": _day(i, 1),
                "ADT": _day(i, day),
                "AVAL": float(day),
                "CNSR": float(censored),
                "EVNTDESC": "Study Completion Date" if censored else "Skin Event Occurred",
                "SRCDOM": "ADSL" if censored else "ADAE",
                "TRTP": ARMS[i % 3],
            }
        )
    return rows


XPT = {"dm": dm, "ds": ds, "ex": ex, "lb": lb, "adsl": adsl, "adtte": adtte}
CSV = {"ae": ae, "mh": mh, "ts": ts}


def write_pilot_like(folder: Path) -> Path:
    """Write the trial into `folder` (made if need be), which is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in XPT.items():
        frame = pd.DataFrame(rows())
        names = [str(column) for column in frame.columns]
        dates = {column: "DATE9" for column in names if column.endswith(("SDT", "EDT", "ADT", "STARTDT"))}
        pyreadstat.write_xport(
            frame,
            str(folder / f"{name}.xpt"),
            table_name=name.upper(),
            file_format_version=5,
            variable_format=dates,
        )
    for name, rows in CSV.items():
        pd.DataFrame(rows()).to_csv(folder / f"{name}.csv", index=False)
    return folder
