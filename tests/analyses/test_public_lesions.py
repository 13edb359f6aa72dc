"""The oncology examples of pharmaversesdtm (TU, TR, RS of several readers), recounted from the raw records.

They are not in the repository: CRLM_PUBLIC_DATA names the folder that holds them beside other public trials.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import between_scans, lesions, response
from crlm_dash.store.build import build_cut
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import TrialKind

PUBLIC = os.environ.get("CRLM_PUBLIC_DATA", "")
FOLDER = Path(PUBLIC) / "04_pharmaverse_onco" / "sdtm"
pytestmark = pytest.mark.skipif(not PUBLIC, reason="CRLM_PUBLIC_DATA names no folder with the public trials")
# One who is better and worse again, one with an image that could not be assessed, one with a new lesion.
THREE = ("01-701-1015", "01-701-1192", "01-701-1028")


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    root = tmp_path_factory.mktemp("onco")
    cut = build_cut(FOLDER, root, kind=TrialKind.PUBLIC)
    return TrialStore(root).open(Viewer(Role.STATISTICIAN), cut.trial)


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    """TR of the reader whose assessment was accepted, as text."""
    tr = pd.read_csv(next(FOLDER.glob("tr_onco.csv*")), dtype=str)
    return tr[tr["TRACPTFL"] == "Y"]


def visits(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """What was assessed at each visit of one subject, in the order of the days."""
    for _, part in sorted(rows.groupby("VISIT"), key=lambda each: str(each[1]["TRDTC"].min())):
        yield str(part["TRDTC"].min()), part[part["TRSTAT"].isna()]


def recounted(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Sum, change from baseline and from the smallest sum before, and whether the targets progressed, by hand."""
    found: list[dict[str, Any]] = []
    sums: list[float] = []
    targets = set(rows.loc[rows["TRTESTCD"].eq("DIAMETER"), "TRLNKID"])
    for day, part in visits(rows):
        if part.empty:
            continue
        sizes = part[part["TRTESTCD"] == "DIAMETER"].set_index("TRLNKID")["TRSTRESN"].astype(float)
        total = float(sizes.sum()) if set(sizes.index) == targets else None
        nadir = min(sums) if sums else None
        worse = None not in (total, nadir) and total >= 1.2 * nadir and total - nadir >= 5  # type: ignore[operator]
        change = None if total is None or not sums else 100 * (total - sums[0]) / sums[0]
        found.append({"day": day, "sum": total, "nadir": nadir, "change": change, "worse": worse})
        sums += [] if total is None else [total]
    return found


@pytest.mark.parametrize("usubjid", THREE)
def test_three_patients_are_as_in_the_raw_records(door: Door, raw: pd.DataFrame, usubjid: str) -> None:
    own = raw[raw["USUBJID"] == usubjid]
    expected = recounted(own)
    scans = lesions(door, usubjid=usubjid).tables["scans"]
    assert [f"{day:%Y-%m-%d}" for day in scans["date"]] == [each["day"] for each in expected]
    for column, key in (("sum", "sum"), ("nadir", "nadir"), ("percent_baseline", "change")):
        found = [None if pd.isna(value) else value for value in scans[column]]
        assert found == pytest.approx([each[key] for each in expected]), column
    assert [code == "PD" for code in scans["target_response"]] == [each["worse"] for each in expected]
    states = lesions(door, usubjid=usubjid).tables["states"]
    assert set(states["lesion"]) == set(own["TRLNKID"].dropna())
    assert len(states) == len(scans) * states["lesion"].nunique() - sum(
        int(number) - 1 for number in states.groupby("lesion")["scan"].min()
    )


def grown(own: pd.DataFrame, before: str, now: str) -> dict[str, float]:
    """By how many mm each lesion of one subject grew between two days, by hand; not those that came back."""
    sized = own[own["TRSTAT"].isna() & own["TRTESTCD"].eq("DIAMETER")]
    sized = sized.assign(mm=sized["TRSTRESN"].astype(float))
    sizes = sized.pivot_table(index="TRLNKID", columns="TRDTC", values="mm")
    if before not in sizes or now not in sizes:
        return {}
    both = sizes[(sizes[before] > 0) & (sizes[now] > sizes[before])]
    return {str(name): float(mm) for name, mm in (both[now] - both[before]).items()}


def test_growth_between_scans_is_as_in_the_raw_records(door: Door, raw: pd.DataFrame) -> None:
    expected, found = {}, {}
    for usubjid in THREE:
        days = [f"{day:%Y-%m-%d}" for day in lesions(door, usubjid=usubjid).tables["scans"]["date"]]
        for number, (before, now) in enumerate(pairwise(days), start=2):
            changes = between_scans(door, usubjid=usubjid, scan=number).tables["changes"]
            grew = changes[(changes["became"] == "grew") & changes["change"].notna()]
            found[usubjid, number] = dict(zip(grew["lesion"], grew["change"], strict=True))
            expected[usubjid, number] = grown(raw[raw["USUBJID"] == usubjid], before, now)
    assert found == expected
    assert sum(map(len, expected.values())) > 3


def test_every_sum_is_the_one_the_readers_wrote_down(door: Door, raw: pd.DataFrame) -> None:
    written = raw[(raw["TRTESTCD"] == "SUMDIAM") & raw["TRSTAT"].isna()]
    sums = door._connection.execute("select USUBJID, ADT, MEASURED from cut.main.adtrsum").df()
    ours = {(row.USUBJID, f"{row.ADT:%Y-%m-%d}"): row.MEASURED for row in sums.itertuples()}
    theirs = {(row.USUBJID, row.TRDTC): float(row.TRSTRESN) for row in written.itertuples()}
    assert len(theirs) > 800
    sized = raw[(raw["TRTESTCD"] == "DIAMETER") & raw["TRSTRESN"].notna()]
    measured = {*zip(sized["USUBJID"], sized["TRDTC"], strict=True)}
    assert {key: ours[key] for key in measured} == {key: theirs[key] for key in measured}
    # Where no target could be assessed the records hold a sum of 0; that is no sum.
    unmeasured = theirs.keys() - measured
    assert {theirs[key] for key in unmeasured} == {0.0}
    assert all(pd.isna(ours[key]) for key in unmeasured)


def test_readers_are_not_mixed_and_those_not_used_are_named(door: Door) -> None:
    result = lesions(door, usubjid=THREE[0])
    assert {name[:2] for name in result.tables["lesions"]["lesion"]} == {"R1"}
    assert result.n_used == 10
    assert any("Investigator" in note and "Radiologist 2" in note for note in result.notes)


def test_the_readers_response_is_counted_from_the_raw_records(door: Door) -> None:
    rs = pd.read_csv(FOLDER / "rs_onco.csv", dtype=str)
    own = rs[(rs["RSACPTFL"] == "Y") & (rs["RSTESTCD"] == "OVRLRESP") & rs["RSSTAT"].isna()].sort_values("RSDTC")
    order = ["CR", "PR", "SD", "PD", "NE"]
    dm = pd.read_csv(FOLDER / "dm.csv", dtype=str).set_index("USUBJID")
    first = pd.to_datetime(dm["RFSTDTC"])
    best: dict[str, int] = {}
    for usubjid, part in own.groupby("USUBJID"):
        answers: list[str] = []
        for date, answer in part[["RSDTC", "RSSTRESC"]].itertuples(index=False):
            early = answer == "SD" and pd.Timestamp(date) - first[usubjid] < pd.Timedelta(days=42)
            answers.append("NE" if early else answer)
            if answer == "PD":
                break
        code = min((each for each in answers if each in order), key=order.index, default="none")
        best[code] = best.get(code, 0) + 1
    result = response(door)
    found = result.tables["best"].set_index("response")["n"]
    assert {code: int(found[code]) for code in best} == best
    assert result.n_used == sum(best.values())
