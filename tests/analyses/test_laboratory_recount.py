"""Shifts, worst grades and peaks of simulated and foreign trials, recounted from the raw records."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import laboratory
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from tests.analyses import lab_twin as twin
from tests.demo_store import TRIALS
from tests.pilot_like import STUDY


def found(door: Door, test: str) -> Counter[twin.Shift]:
    table = laboratory(door, by="arm", population="ENRLFL", test=test).tables["shifts"]
    cells = zip(table["strata"], table["baseline"], table["worst"], table["n"], strict=True)
    return Counter({(strata, before, worst): n for strata, before, worst, n in cells if n})


def statistician(store: Path, trial: str) -> Door:
    return TrialStore(store).open(Viewer(Role.STATISTICIAN), trial)


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize(("test", "grade"), [("ALT", twin.alt), ("PLAT", twin.platelets)])
def test_a_simulated_trial(
    demo_sources: dict[str, Path], demo_store: Path, trial: str, test: str, grade: twin.Grade
) -> None:
    door = statistician(demo_store, trial)
    labels = {arm.name: arm.label for arm in door.protocol.arms}
    source = demo_sources[trial]
    day_1 = {
        row["USUBJID"]: row["DSSTDTC"]
        for row in twin.raw(source / "ds.csv")
        if row["DSDECOD"] in ("ENROLLED", "RANDOMIZED")
    }
    groups = {row["USUBJID"]: labels[row["ARM"]] for row in twin.raw(source / "dm.csv") if row["USUBJID"] in day_1}
    expected = twin.shifts(twin.raw(source / "lb.csv"), test, groups, day_1, grade)
    assert sum(expected.values()) == len(groups)
    assert len(expected) > 3
    assert found(door, test) == expected


def test_a_foreign_trial_in_three_arms(pilot_like: Path, foreign_store: Path) -> None:
    lb = pyreadstat.read_xport(str(pilot_like / "lb.xpt"))[0].astype(str).to_dict("records")
    dm = pyreadstat.read_xport(str(pilot_like / "dm.xpt"))[0].to_dict("records")
    treated = [row for row in dm if row["RFSTDTC"]]
    groups = {row["USUBJID"]: row["ARM"] for row in treated}
    expected = twin.shifts(lb, "ALT", groups, {row["USUBJID"]: row["RFSTDTC"] for row in treated}, twin.alt)
    assert {before for _, before, _ in expected} == {"0", "1"}  # some start above normal
    assert found(statistician(foreign_store, STUDY), "ALT") == expected


@pytest.mark.parametrize("against", ["uln", "baseline"])
def test_the_quadrants_of_a_simulated_trial(demo_sources: dict[str, Path], demo_store: Path, against: str) -> None:
    source = demo_sources["CRLM10"]
    day_1 = {row["USUBJID"]: row["DSSTDTC"] for row in twin.raw(source / "ds.csv") if row["DSDECOD"] == "ENROLLED"}
    lb = pd.DataFrame(twin.raw(source / "lb.csv"))
    lb = lb[lb["USUBJID"].isin(day_1) & lb["LBTESTCD"].isin(["ALT", "BILI"])].assign(
        value=lambda each: pd.to_numeric(each["LBSTRESN"]),
        high=lambda each: pd.to_numeric(each["LBSTNRHI"]),
        after=lambda each: each["LBDTC"] > each["USUBJID"].map(day_1),
    )
    known = lb.dropna(subset=["value"]).sort_values(["LBDTC", "LBSEQ"])
    base = known[~known["after"]].groupby(["USUBJID", "LBTESTCD"])["value"].last().rename("base").reset_index()
    after = known[known["after"]].merge(base, on=["USUBJID", "LBTESTCD"], how="left")
    ratio = after["value"] / (after["high"] if against == "uln" else after["base"])
    peak = after.assign(ratio=ratio).groupby(["USUBJID", "LBTESTCD"])["ratio"].max().unstack()
    limits = (3.0, 2.0) if against == "uln" else (3.8, 4.8)
    both = peak.dropna()
    places = Counter(zip(both["ALT"] >= limits[0] - 1e-9, both["BILI"] >= limits[1] - 1e-9, strict=True))
    result = laboratory(statistician(demo_store, "CRLM10"), population="ENRLFL", against=against)
    counted = result.tables["quadrants"].set_index("quadrant")["n"].to_dict()
    assert counted == {
        "Hy's law range": places[True, True],
        "Temple's corollary": places[True, False],
        "Cholestasis": places[False, True],
        "Normal range": places[False, False],
    }
    assert len(result.tables["edish"]) == len(both)
    assert result.n_total - len(both) == result.tables["unmarked"]["n"].sum()
    assert min(counted["Hy's law range"], counted["Temple's corollary"]) > 0
