"""The trial as the sites had entered it half a year before: nothing that came later, and a few things otherwise."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from crlm_dash.demo import simulate
from crlm_dash.demo.design import design
from tests.demo.conftest import TRIALS, Folder

DAY = "2026-04-30"
FINDINGS = ("tu", "tr", "rs", "lb", "vs", "qs", "fa", "ss", "pr", "ex", "ds", "dd", "ie", "dv")
COMPARED = ["AETOXGR", "AESTDTC", "AESER", "AEREL"]


@pytest.fixture(scope="module")
def both(simulated: Path) -> dict[str, tuple[Folder, Folder]]:
    """By trial: as it was, as it is."""
    return {trial: (_read(simulated / trial / "then"), _read(simulated / trial / "now")) for trial in TRIALS}


def _read(folder: Path) -> Folder:
    return {path.stem: pd.read_csv(path, dtype=str) for path in sorted(folder.glob("*.csv"))}


def test_the_whole_trial_is_the_same_whether_or_not_its_past_is_written(
    both: dict[str, tuple[Folder, Folder]], folder: Folder, trial: str
) -> None:
    now = both[trial][1]
    assert now.keys() == folder.keys()
    for name, frame in folder.items():
        pd.testing.assert_frame_equal(now[name], frame)


def test_the_earlier_date_is_half_a_year_before(trial: str) -> None:
    assert design(trial).earlier_date.isoformat() == DAY


def test_nothing_that_came_later_stands_in_the_past(both: dict[str, tuple[Folder, Folder]], trial: str) -> None:
    then = both[trial][0]
    for name, frame in then.items():
        for column in (c for c in frame.columns if c.endswith("DTC")):
            assert not (frame[column].dropna() > DAY).any(), (name, column)
    facts = then["ts"].set_index("TSPARMCD")["TSVAL"]
    assert (facts["DCUTDTC"], facts["SIMDATA"]) == (DAY, "Y")


def test_what_was_found_by_then_is_there_unchanged(both: dict[str, tuple[Folder, Folder]], trial: str) -> None:
    then, now = both[trial]
    told_late = _told_late(then, now)
    for name in FINDINGS:
        date = next(c for c in now[name].columns if c in (f"{name.upper()}DTC", f"{name.upper()}STDTC"))
        due = now[name][(now[name][date] <= DAY) & ~now[name]["USUBJID"].isin(told_late)]
        kept = then[name][~then[name]["USUBJID"].isin(told_late)]
        ends = [c for c in due.columns if c.endswith("ENDTC")]
        pd.testing.assert_frame_equal(
            due.drop(columns=ends).reset_index(drop=True), kept.drop(columns=ends).reset_index(drop=True)
        )


def _told_late(then: Folder, now: Folder) -> set[str]:
    died = now["dm"][now["dm"]["DTHDTC"] <= DAY]["USUBJID"]
    return set(died) - set(then["dm"].dropna(subset="DTHDTC")["USUBJID"])


def test_a_subject_is_as_far_as_he_had_come(both: dict[str, tuple[Folder, Folder]], trial: str) -> None:
    then, now = both[trial]
    known = now["dm"][now["dm"]["RFICDTC"] <= DAY].set_index("USUBJID")
    dm = then["dm"].set_index("USUBJID")
    assert set(dm.index) == set(known.index) < set(now["dm"]["USUBJID"])
    enrolled = known["RFSTDTC"] <= DAY
    assert (dm["ARMCD"].notna() == enrolled.reindex(dm.index)).all()
    assert (dm["ACTARMCD"].notna() == (known["RFXSTDTC"] <= DAY).reindex(dm.index)).all()
    assert dm["ARMNRS"].isna().equals(dm["ACTARMCD"].notna())
    assert set(dm.loc[dm["ARMNRS"] == "ASSIGNED, NOT TREATED"].index) == set(
        dm.index[dm["ARMCD"].notna() & dm["ACTARMCD"].isna()]
    )
    alive = dm["DTHDTC"].isna()
    assert (dm["DTHFL"].isna() == alive).all()
    assert not set(then["dd"]["USUBJID"]) & set(dm.index[alive])
    assert not set(then["ae"].query("AESDTH == 'Y'")["USUBJID"]) & set(dm.index[alive])


def test_what_was_not_over_is_ongoing(both: dict[str, tuple[Folder, Folder]], trial: str) -> None:
    events = both[trial][0]["ae"]
    ongoing = events[events["AEENDTC"].isna()]
    assert len(ongoing)
    assert (ongoing["AEENRTPT"] == "ONGOING").all()
    assert not ongoing["AEOUT"].isin(["FATAL", "RECOVERED/RESOLVED"]).any()
    assert (events.loc[events["AETOXGR"] == "5", "AESDTH"] == "Y").all()


def test_a_few_events_were_entered_late_otherwise_or_twice(both: dict[str, tuple[Folder, Folder]], trial: str) -> None:
    then, now = (each["ae"] for each in both[trial])
    key = ["USUBJID", "AETERM", "AESEQ"]
    late = now[now["AESTDTC"] <= DAY].merge(then[key], on=key, how="left", indicator=True)
    late = late[late["_merge"] == "left_only"]
    assert 1 <= (late["AESER"] == "Y").sum() <= 4  # and what befell who was not known to have died
    paired = then.merge(now, on=key, suffixes=("_then", "_now"))
    for column, most in zip(COMPARED, (7, 3, 1, 2), strict=True):
        both_known = paired[[f"{column}_then", f"{column}_now"]].fillna("")
        assert 1 <= (both_known[f"{column}_then"] != both_known[f"{column}_now"]).sum() <= most, column
    assert len(then) - len(paired) == 1  # the one that stood there twice


def test_visits_that_were_to_be_missed_are_not_on_record_yet(
    both: dict[str, tuple[Folder, Folder]], trial: str
) -> None:
    then, now = both[trial]
    missed_then, missed_now = (each["sv"].query("SVOCCUR == 'N'") for each in (then, now))
    assert 0 < len(missed_then) < len(missed_now)
    start = pd.to_datetime(now["dm"].set_index("USUBJID")["RFSTDTC"])
    day = now["tv"].set_index("VISITNUM")["VISITDY"].astype(int)
    due = missed_then["USUBJID"].map(start) + pd.to_timedelta(missed_then["VISITNUM"].map(day), unit="D")
    assert (due <= pd.Timestamp(DAY)).all()


def test_qualifiers_belong_to_records_that_are_there(both: dict[str, tuple[Folder, Folder]], trial: str) -> None:
    then = both[trial][0]
    for domain in ("ae", "mh", "pr", "tu"):
        parents = set(zip(then[domain]["USUBJID"], then[domain][f"{domain.upper()}SEQ"], strict=True))
        rows = then[f"supp{domain}"]
        assert set(zip(rows["USUBJID"], rows["IDVARVAL"], strict=True)) <= parents


def test_a_remark_stands_on_an_event_that_is_as_it_was(both: dict[str, tuple[Folder, Folder]], trial: str) -> None:
    then, now = both[trial]
    settled = then["ae"].merge(now["ae"])
    keys = set(zip(settled["USUBJID"], settled["AESEQ"], strict=True))
    remarked = list(zip(then["co"]["USUBJID"], then["co"]["IDVARVAL"], strict=True))
    assert 0 < len(remarked) < len(now["co"])
    assert set(remarked) <= keys


@pytest.mark.parametrize("patients", [0, 1, 3])
def test_a_small_trial_has_a_past_too(tmp_path: Path, patients: int) -> None:
    simulate("CRLM10", patients=patients, seed=1, out=tmp_path / "now", earlier=tmp_path / "then")
    assert len(pd.read_csv(tmp_path / "then" / "dm.csv")) <= patients
