"""The CDISC pilot trial recounted from its raw AE, EX and DM records in plain Python.

The data are public but not part of this repository: CRLM_CDISC_PILOT names their folder (SDTM as XPT). Without it there
is nothing to recount, and the tests say so.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyreadstat
import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import safety
from crlm_dash.store.build import build_cut
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import TrialKind

FOLDER = os.environ.get("CRLM_CDISC_PILOT", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="CRLM_CDISC_PILOT names no folder with the pilot's XPT files")
SDTM = ("dm", "ds", "ae", "ex", "mh", "sv", "suppdm")
Row = dict[str, Any]
Counts = dict[tuple[str, str, str], tuple[int, int]]  # class, term, arm → subjects, events


@pytest.fixture(scope="module")
def raw() -> dict[str, list[Row]]:
    return {name: pyreadstat.read_xport(f"{FOLDER}/{name}.xpt")[0].to_dict("records") for name in ("dm", "ae", "ex")}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """A cut from SDTM alone: nothing that the sponsor derived is used."""
    source, root = tmp_path_factory.mktemp("sdtm"), tmp_path_factory.mktemp("store")
    for name in SDTM:
        shutil.copy(Path(FOLDER) / f"{name}.xpt", source)
    cut = build_cut(source, root, kind=TrialKind.PUBLIC)
    return TrialStore(root).open(Viewer(Role.STATISTICIAN), cut.trial)


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text[:10]) if len(text) >= 10 else None


def emergent(raw: dict[str, list[Row]]) -> list[Row]:
    """Events that may have begun from the first dose on and began within 30 days of the last."""
    doses: dict[str, list[Row]] = defaultdict(list)
    for row in raw["ex"]:
        doses[row["USUBJID"]].append(row)
    found = []
    for row in raw["ae"]:
        given = doses[row["USUBJID"]]
        starts = [start for each in given if (start := day(each["EXSTDTC"]))]
        if not starts:
            continue
        first, ends = min(starts).isoformat(), [each["EXENDTC"] for each in given]
        last = None if not all(ends) else max(day(end) for end in ends if day(end)) + dt.timedelta(days=30)
        begun = row["AESTDTC"][:10]
        ended = row["AEENDTC"][:10]
        too_early = (begun != "" and begun < first[: len(begun)]) or (ended != "" and ended < first)
        too_late = len(begun) == 10 and last is not None and dt.date.fromisoformat(begun) > last
        if not too_early and not too_late:
            found.append(row)
    return found


def counted(raw: dict[str, list[Row]], events: list[Row]) -> Counts:
    """Subjects and events of every class and term by the arm as treated, 'Any' for all of them."""
    arm = {row["USUBJID"]: row["ACTARM"] or row["ARM"] for row in raw["dm"]}
    subjects: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    records: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in events:
        for key in (("Any", "Any"), (row["AEBODSYS"], "Any"), (row["AEBODSYS"], row["AEDECOD"])):
            subjects[(*key, arm[row["USUBJID"]])].add(row["USUBJID"])
            records[(*key, arm[row["USUBJID"]])] += 1
    return {key: (len(who), records[key]) for key, who in subjects.items()}


def shown(door: Door, measure: str = "") -> Counts:
    """The same from the table of the screen, without its rows of nobody."""
    table = safety(door, by="arm", measure=measure).tables["terms"]
    return {
        (row["AEBODSYS"], row["AEDECOD"], row["strata"]): (int(row["n_subjects"]), int(row["n_events"]))
        for row in table[(table["strata"] != "All") & (table["n_subjects"] > 0)].to_dict("records")
    }


def test_treatment_emergent_events_of_three_arms(door: Door, raw: dict[str, list[Row]]) -> None:
    expected = counted(raw, emergent(raw))
    assert len({arm for *_, arm in expected}) == 3
    assert len(expected) > 300
    assert shown(door) == expected


def test_serious_events(door: Door, raw: dict[str, list[Row]]) -> None:
    expected = counted(raw, [row for row in emergent(raw) if row["AESER"] == "Y"])
    assert expected
    assert shown(door, "serious") == expected


def test_severe_and_related_events(door: Door, raw: dict[str, list[Row]]) -> None:
    events = emergent(raw)
    assert shown(door, "severe") == counted(raw, [row for row in events if row["AESEV"] == "SEVERE"])
    related = [row for row in events if row["AEREL"] in ("POSSIBLE", "PROBABLE")]
    assert shown(door, "related") == counted(raw, related)


def test_denominators_are_those_who_had_a_dose(door: Door, raw: dict[str, list[Row]]) -> None:
    dosed = {row["USUBJID"] for row in raw["ex"]}
    arm = {row["USUBJID"]: row["ACTARM"] or row["ARM"] for row in raw["dm"]}
    sizes = safety(door, by="arm").facts["sizes"]
    assert sizes == {name: sum(arm[who] == name for who in dosed) for name in sizes}
