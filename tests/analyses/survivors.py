"""Cuts made from columns: a time, an entry, a day of diagnosis and of local treatment for each of many subjects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from crlm_dash.access import Role
from crlm_dash.store.door import Door
from tests.analyses.tiny import PROTOCOL, cut_of, door_into

ENROLLED = dt.date(2015, 1, 1)


def days_after(days: Sequence[float] | np.ndarray) -> list[dt.date | None]:
    """Days after enrolment as dates; None where missing."""
    return [None if pd.isna(day) else ENROLLED + dt.timedelta(days=int(day)) for day in days]


def door_of(
    *,
    time: Sequence[float],
    event: Sequence[int],
    diagnosed: Sequence[float] | None = None,
    treated: Sequence[float] | None = None,
    chemotherapy: Sequence[float] | None = None,
    arm: Sequence[str] | None = None,
    role: Role = Role.STATISTICIAN,
    protocol: str = PROTOCOL,
) -> Door:
    """
    A door into a cut of subjects enrolled on one day and followed from then on.

    `time` is AVAL of OS in days from enrolment; `diagnosed`, `treated` and `chemotherapy` are days after enrolment
    (negative before it), NaN where there is none.
    """
    n = len(time)
    none = [np.nan] * n
    con = cut_of({}, protocol)
    names = [f"T-{number:05d}" for number in range(n)]
    adsl = pd.DataFrame(
        {
            "USUBJID": names,
            "ENRLDT": [ENROLLED] * n,
            "ENRLFL": "Y",
            "DIAGDT": days_after(none if diagnosed is None else diagnosed),
            "TRT01P": ["Zap"] * n if arm is None else list(arm),
        }
    )
    adtte = pd.DataFrame(
        {
            "USUBJID": names,
            "PARAMCD": "OS",
            "AVAL": np.asarray(time, dtype=float),
            "CNSR": 1 - np.asarray(event),
            "ENTRY": 0.0,
            "STARTDT": [ENROLLED] * n,
        }
    )
    first = pd.DataFrame(
        {
            "USUBJID": names,
            "CHEMODT": days_after(none if chemotherapy is None else chemotherapy),
            "LOCALDT": days_after(none if treated is None else treated),
        }
    )
    for table, frame in (("adsl", adsl), ("adtte", adtte), ("adfirst", first)):
        con.register("given", frame)
        con.execute(f"insert into cut.main.{table} by name select * from given")
        con.unregister("given")
    return door_into(con, role)
