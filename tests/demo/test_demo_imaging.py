"""Imaging in a simulated folder: every response follows from the diameters that are written down."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from crlm_dash.demo.tumour import recist
from tests.demo.conftest import Folder, supplemented


def test_every_lesion_is_measured_and_placed(folder: Folder) -> None:
    identified = set(zip(folder["tu"]["USUBJID"], folder["tu"]["TULNKID"], strict=True))
    measured = set(zip(folder["tr"]["USUBJID"], folder["tr"]["TRLNKID"], strict=True))
    assert identified == measured
    segment = supplemented(folder, "tu", "LIVSEG")
    in_liver = (folder["tu"]["TULOC"] == "LIVER").to_numpy()
    assert segment[in_liver].notna().all()
    assert segment[~in_liver].isna().all()


def test_crlm10_patients_have_ten_liver_lesions(written: dict[str, Path]) -> None:
    tu = pd.read_csv(written["CRLM10"] / "tu.csv", dtype=str)
    dm = pd.read_csv(written["CRLM10"] / "dm.csv", dtype=str).dropna(subset="ARMCD")
    baseline = tu[(tu["VISIT"] == "BASELINE") & (tu["TULOC"] == "LIVER")]
    counts = baseline.groupby("USUBJID")["TULNKID"].nunique().reindex(dm["USUBJID"])
    dv = pd.read_csv(written["CRLM10"] / "dv.csv", dtype=str)
    overlooked = set(dv.loc[dv["DVCAT"] == "ELIGIBILITY", "USUBJID"])
    assert set(counts.index[counts < 10]) == overlooked
    assert len(overlooked) <= 6
    assert 25 <= counts.max() <= 40


def sums_of_targets(folder: Folder, liver: bool) -> pd.DataFrame:
    """Sum of target diameters and number of new lesions for each subject and scan day."""
    tu = folder["tu"].set_index(["USUBJID", "TULNKID"])
    tr = folder["tr"][folder["tr"]["TRTESTCD"] == "LDIAM"]
    keys = pd.MultiIndex.from_frame(tr[["USUBJID", "TRLNKID"]])
    role, place = tu["TUORRES"].reindex(keys).to_numpy(), tu["TULOC"].reindex(keys).to_numpy()
    tr = tr.assign(role=role, size=tr["TRSTRESN"].astype(float), here=(place == "LIVER") == liver)
    tr = tr[tr["here"]]
    totals = tr[tr["role"] == "TARGET"].groupby(["USUBJID", "TRDTC"])["size"].sum().rename("total")
    new = tr[tr["role"] == "NEW"].groupby(["USUBJID", "TRDTC"])["size"].count().rename("new")
    return pd.concat([totals, new], axis=1).fillna(0.0).reset_index().sort_values(["USUBJID", "TRDTC"])


@pytest.mark.parametrize(("test", "liver"), [("LIVRRESP", True), ("EXHPRESP", False)])
def test_progression_is_where_the_diameters_show_it(folder: Folder, test: str, liver: bool) -> None:
    rs = folder["rs"][(folder["rs"]["RSTESTCD"] == test) & (folder["rs"]["VISIT"] != "BASELINE")]
    answers = rs.set_index(["USUBJID", "RSDTC"])["RSSTRESC"]
    baseline = folder["tr"][folder["tr"]["VISIT"] == "BASELINE"].groupby("USUBJID")["TRDTC"].first()
    checked = 0
    for usubjid, scans in sums_of_targets(folder, liver).groupby("USUBJID"):
        nadir = scans.loc[scans["TRDTC"] == baseline[usubjid], "total"].sum()
        for _, scan in scans[scans["TRDTC"] > baseline[usubjid]].iterrows():
            answer = answers.get((usubjid, scan["TRDTC"]))
            grown = scan["total"] - nadir >= 5 and scan["total"] >= 1.2 * nadir - 1e-9
            if answer is not None:
                assert (answer == "PD") == bool(grown or scan["new"] > 0), (usubjid, scan["TRDTC"])
                checked += 1
            nadir = min(nadir, scan["total"])
    assert checked > 20


def test_overall_response_is_progression_when_a_part_is(folder: Folder) -> None:
    rs = folder["rs"][folder["rs"]["RSCAT"] == "RECIST 1.1"]
    wide = rs.pivot(index=["USUBJID", "RSDTC"], columns="RSTESTCD", values="RSSTRESC")
    parts = (wide["LIVRRESP"] == "PD") | (wide["EXHPRESP"] == "PD")
    scanned = wide["OVRLRESP"].notna()
    assert (wide.loc[parts & scanned, "OVRLRESP"] == "PD").all()
    overall = wide.loc[scanned, "OVRLRESP"].reset_index().sort_values(["USUBJID", "RSDTC"])
    first = overall[overall["OVRLRESP"] == "PD"].groupby("USUBJID")["RSDTC"].first()
    for usubjid, day in first.items():
        assert parts[(usubjid, day)]


def test_treated_lesions_are_gone_at_the_next_scan(folder: Folder) -> None:
    tr = folder["tr"]
    treated = tr[(tr["TRTESTCD"] == "TUMSTATE") & (tr["TRSTRESC"] == "TREATED")]
    assert len(treated) > 50
    sizes = tr[tr["TRTESTCD"] == "LDIAM"].set_index(["USUBJID", "TRLNKID", "TRDTC"])["TRSTRESN"]
    at_scan = sizes.loc[list(zip(treated["USUBJID"], treated["TRLNKID"], treated["TRDTC"], strict=True))]
    assert (at_scan == "0").all()
    assert set(treated["USUBJID"]) <= set(folder["pr"]["USUBJID"])


@pytest.mark.parametrize(
    ("total", "baseline", "nadir", "residual", "worse", "answer"),
    [
        (0, 50, 50, False, False, "CR"),
        (0, 50, 50, True, False, "PR"),
        (35, 50, 50, False, False, "PR"),
        (36, 50, 50, False, False, "SD"),
        (24, 50, 20, False, False, "PR"),  # +4 mm is too little
        (60, 50, 50, False, False, "PD"),  # exactly +20 % and at least +5 mm
        (40, 50, 50, False, True, "PD"),
    ],
)
def test_recist(total: int, baseline: int, nadir: int, residual: bool, worse: bool, answer: str) -> None:
    assert recist(total, baseline, nadir, residual=residual, worse=worse) == answer
