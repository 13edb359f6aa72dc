"""Enrolment and visits of the CDISC pilot trial recounted from its raw DM, TV, SV and DS in plain Python.

The data are public but not part of this repository: CRLM_CDISC_PILOT names their folder (SDTM as XPT). Without it there
is nothing to recount, and the tests say so.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pyreadstat
import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import enrolment, followup
from crlm_dash.analyses.result import Result
from crlm_dash.store.build import build_cut
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import TrialKind

FOLDER = os.environ.get("CRLM_CDISC_PILOT", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="CRLM_CDISC_PILOT names no folder with the pilot's XPT files")
SDTM = ("dm", "ds", "ex", "sv", "tv")
Row = dict[str, Any]
Raw = dict[str, list[Row]]


@pytest.fixture(scope="module")
def raw() -> Raw:
    return {name: pyreadstat.read_xport(f"{FOLDER}/{name}.xpt")[0].to_dict("records") for name in SDTM}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """A cut from SDTM alone: nothing that the sponsor derived is used."""
    source, root = tmp_path_factory.mktemp("sdtm"), tmp_path_factory.mktemp("store")
    for name in SDTM:
        shutil.copy(Path(FOLDER) / f"{name}.xpt", source)
    cut = build_cut(source, root, kind=TrialKind.PUBLIC)
    return TrialStore(root).open(Viewer(Role.STATISTICIAN), cut.trial)


@pytest.fixture(scope="module")
def shown(door: Door) -> Result:
    return enrolment(door, days=True)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])


def randomised(raw: Raw) -> list[Row]:
    """Who has an arm; the pilot records no day of randomisation, so the first day of the study counts (RFSTDTC)."""
    return [row for row in raw["dm"] if row["ARMCD"] != "Scrnfail"]


def test_enrolment_by_month_and_site(raw: Raw, shown: Result) -> None:
    expected = Counter((day(row["RFSTDTC"]).replace(day=1), row["SITEID"]) for row in randomised(raw))
    table = shown.tables["accrual"]
    assert len({site for _, site in expected}) == 17
    assert {(row["month"].date(), row["siteid"]): row["n"] for row in table.to_dict("records")} == expected
    months = shown.tables["monthly"].set_index("month")["cumulative"]
    for month, n in months.items():
        assert n == sum(count for (begun, _), count in expected.items() if begun <= month.date())


def test_enrolment_by_day_and_site(raw: Raw, shown: Result) -> None:
    expected = Counter((day(row["RFSTDTC"]), row["SITEID"]) for row in randomised(raw))
    found = shown.tables["days"]
    found = found[found["n_enrolled"] > 0]
    assert {(row["day"].date(), row["siteid"]): row["n_enrolled"] for row in found.to_dict("records")} == expected


def test_screened_enrolled_and_failed_by_site(raw: Raw, shown: Result) -> None:
    screened = Counter(row["SITEID"] for row in raw["dm"])
    enrolled = Counter(row["SITEID"] for row in randomised(raw))
    assert (screened.total(), enrolled.total()) == (306, 254)
    for row in shown.tables["sites"].to_dict("records"):
        site = row["siteid"]
        counted = (row["n_screened"], row["n_enrolled"], row["n_failed"])
        assert counted == (screened[site], enrolled[site], screened[site] - enrolled[site])
    arms = Counter(row["ARM"] for row in randomised(raw))
    assert dict(shown.tables["arms"].itertuples(index=False)) == arms


def ends(raw: Raw) -> dict[str, dt.date]:
    """When participation ended: the last event of the disposition, or death before it."""
    found: dict[str, dt.date] = {}
    for row in raw["ds"]:
        if row["DSCAT"] == "DISPOSITION EVENT" and row["DSSTDTC"]:
            found[row["USUBJID"]] = max(found.get(row["USUBJID"], dt.date.min), day(row["DSSTDTC"]))
    for row in raw["dm"]:
        if row["DTHDTC"]:
            found[row["USUBJID"]] = min(found[row["USUBJID"]], day(row["DTHDTC"]))
    return found


def statuses(raw: Raw) -> Counter[tuple[float, str]]:
    """Each visit that TV plans on a day, of each patient: made, missed, or no longer due when participation ended."""
    made = {(row["USUBJID"], row["VISITNUM"]) for row in raw["sv"] if row["SVSTDTC"]}
    ended, found = ends(raw), Counter[tuple[float, str]]()
    assert all(row["USUBJID"] in ended for row in randomised(raw))
    for patient in randomised(raw):
        for visit in raw["tv"]:
            planned = visit["VISITDY"]
            if planned != planned:  # of three visits TV names no day
                continue
            due = day(patient["RFSTDTC"]) + dt.timedelta(days=int(planned) - (planned > 0))
            if (patient["USUBJID"], visit["VISITNUM"]) in made:
                status = "made"
            else:
                status = "missed" if due < ended[patient["USUBJID"]] else "not due"
            found[visit["VISITNUM"], status] += 1
    return found


def test_planned_visits_against_those_made(raw: Raw, door: Door) -> None:
    expected = statuses(raw)
    table = followup(door).tables["attendance"]
    table = table[table["visitnum"].notna()]
    assert len(table) == len({number for number, _ in expected}) == 19
    for row in table.to_dict("records"):
        number = row["visitnum"]
        counted = (row["n_in_window"] + row["n_early"] + row["n_late"], row["n_missed"], row["n_overdue"])
        assert counted == (expected[number, "made"], expected[number, "missed"], 0)
        assert row["n_expected"] == expected[number, "made"] + expected[number, "missed"]
    assert sum(n for (_, status), n in expected.items() if status == "made") > 3000
