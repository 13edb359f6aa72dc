"""Deaths and serious events, recounted from the raw records of both demonstrations and of a foreign trial."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import Result, safety, safety_events
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import POOLED, WITHHELD_TERMS, Modality
from tests import pilot_like as foreign
from tests.demo_store import TRIALS
from tests.roles import INSIDERS

TOLD_OF_EVENTS = {"last_procedure", "since_procedure", "attributed_to", "clavien", "reported", "remarks"}
TOLD_OF_DEATHS = {"last_procedure", "since_procedure", "since_treatment"}


def seen(store: Path, trial: str, role: Role) -> Result:
    return safety_events(TrialStore(store).open(Viewer(role), trial))


def raw(source: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(source / f"{name}.csv", dtype=str, keep_default_na=False)


def enrolled(source: Path) -> dict[str, dt.date]:
    """Day 1 of each enrolled subject, by the milestones of DS."""
    milestones = raw(source, "ds").query("DSDECOD == 'ENROLLED'")
    return {row["USUBJID"]: dt.date.fromisoformat(row["DSSTDTC"]) for row in milestones.to_dict("records")}


def day_of(date: str, first: dt.date) -> int:
    days = (dt.date.fromisoformat(f"{date}-01"[:10]) - first).days
    return days + 1 if days >= 0 else days


@pytest.mark.parametrize("trial", TRIALS)
def test_serious_events_are_those_of_ae(demo_store: Path, demo_sources: dict[str, Path], trial: str) -> None:
    source, first = demo_sources[trial], enrolled(demo_sources[trial])
    events = raw(source, "ae")
    events = events[(events["AESER"] == "Y") & events["USUBJID"].isin(first.keys())]
    qualifiers = {(r["USUBJID"], r["IDVARVAL"], r["QNAM"]): r["QVAL"] for r in raw(source, "suppae").to_dict("records")}
    remarks = {(r["USUBJID"], r["IDVARVAL"]): r["COVAL"] for r in raw(source, "co").to_dict("records")}
    expected = {}
    for row in events.to_dict("records"):
        key = (row["USUBJID"], row["AESEQ"])
        expected[row["USUBJID"], int(row["AESEQ"])] = [
            row["AEDECOD"], row["AEBODSYS"], row["AETERM"], int(row["AETOXGR"]), row["AESTDTC"],
            day_of(row["AESTDTC"], first[row["USUBJID"]]), row["AEENDTC"], row["AEOUT"], row["AEREL"], row["AEACN"],
            " ".join(name for name in ("AESDTH", "AESLIFE", "AESHOSP") if row[name] == "Y"),
            qualifiers.get((*key, "AEMODAL"), ""), qualifiers.get((*key, "AECLAV"), ""), remarks[key],
        ]  # fmt: skip
    result = seen(demo_store, trial, Role.STATISTICIAN)
    found = {}
    for row in result.tables["serious"].to_dict("records"):
        date, kept = str(row["date"])[:10], {"": 10, "D": 7, "M": 4}[row["precision"]]
        end = "" if pd.isna(row["end_date"]) else str(row["end_date"])[:10]
        found[row["USUBJID"], int(row["AESEQ"])] = [
            row["term"], row["body_system"], row["reported"], int(row["grade"]), date[:kept], int(row["day"]),
            end, row["outcome"], row["related"], row["action"],
            row["criteria"], row["attributed_to"] or "", row["clavien"] or "", row["remarks"],
        ]  # fmt: skip
    assert len(expected) > 5
    assert found == expected
    assert f"{len(expected)} serious adverse events in {events['USUBJID'].nunique()} patients." in result.sentence
    overview = safety(TrialStore(demo_store).open(Viewer(Role.PI), trial)).tables["overview"].set_index("measure")
    assert overview.loc["Serious", "n_events"] == (result.tables["serious"]["emergent"] == "Y").sum()


@pytest.mark.parametrize("trial", TRIALS)
def test_deaths_are_those_of_dm_and_ds(demo_store: Path, demo_sources: dict[str, Path], trial: str) -> None:
    source, first = demo_sources[trial], enrolled(demo_sources[trial])
    died = {r["USUBJID"]: r["DTHDTC"] for r in raw(source, "dm").to_dict("records") if r["DTHFL"] == "Y"}
    died = {who: date for who, date in died.items() if who in first}
    causes = {r["USUBJID"]: r["DDSTRESC"] for r in raw(source, "dd").to_dict("records")}
    ended = raw(source, "ds").query("DSDECOD == 'DEATH'").set_index("USUBJID")["DSSTDTC"].to_dict()
    result = seen(demo_store, trial, Role.STATISTICIAN)
    deaths = result.tables["deaths"].set_index("USUBJID")
    assert {who: str(date)[:10] for who, date in deaths["date"].items()} == died
    assert {who: date for who, date in ended.items() if who in first} == died
    assert deaths["day"].to_dict() == {who: day_of(date, first[who]) for who, date in died.items()}
    assert deaths["cause"].to_dict() == {who: causes[who] for who in died}
    assert set(deaths["source"]) == {"DM"}
    counted = result.tables["causes"].query(f"strata == '{POOLED}'").set_index("cause")["n_deaths"].to_dict()
    assert counted == Counter(causes[who] for who in died) | {"Any cause": len(died)}
    fatal = raw(source, "ae").query("AESDTH == 'Y'").set_index("USUBJID")["AEDECOD"].to_dict()
    assert deaths["fatal_event"].dropna().to_dict() == {who: term for who, term in fatal.items() if who in first}


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("role", INSIDERS)
def test_each_role_reads_what_it_may(demo_store: Path, trial: str, role: Role) -> None:
    result, full = seen(demo_store, trial, role), seen(demo_store, trial, Role.STATISTICIAN)
    deaths, serious = result.tables["deaths"], result.tables["serious"]
    assert len(deaths) == len(full.tables["deaths"])
    assert len(serious) == len(full.tables["serious"])
    named = role is Role.STATISTICIAN
    assert ("arm" in deaths, "arm" in serious) == (named, named)  # a code stands beside no patient
    assert (TOLD_OF_EVENTS & set(serious), TOLD_OF_DEATHS & set(deaths)) == (
        (TOLD_OF_EVENTS, TOLD_OF_DEATHS) if named else (set(), set())
    )
    everything = " ".join([result.sentence, *result.notes, *(each.to_csv() for each in result.tables.values())])
    door = TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), trial)
    names = {*door.arms, *(arm.name for arm in door.protocol.arms)}
    assert any(name in everything for name in names) == named
    said = [note for note in result.notes if not note.startswith(("Not shown while", "Shown to"))]
    told = " ".join([*said, *(each.to_csv() for each in result.tables.values())]).upper()
    assert any(modality in told for modality in Modality) == named
    assert (WITHHELD_TERMS in everything) == (not named)


def test_a_foreign_trial_in_three_arms(foreign_store: Path) -> None:
    result = seen(foreign_store, foreign.STUDY, Role.STATISTICIAN)
    expected = {
        (row["USUBJID"], int(row["AESEQ"])): row for row in foreign.ae() if row["AESER"] == "Y" or row["AESDTH"] == "Y"
    }
    listed = result.tables["serious"].set_index(["USUBJID", "AESEQ"])
    assert set(listed.index) == set(expected)
    for key, row in expected.items():
        kept = {"": 10, "D": 7, "M": 4}[listed.loc[key, "precision"]]
        assert (str(listed.loc[key, "date"])[:kept], listed.loc[key, "term"]) == (row["AESTDTC"], row["AEDECOD"])
        assert listed.loc[key, "related"] == ("Y" if row["AEREL"] == "PROBABLE" else "N")
    (death,) = result.tables["deaths"].to_dict("records")
    assert (death["USUBJID"], str(death["date"])[:10], death["day"]) == (
        foreign._usubjid(foreign.DIED), str(foreign._day(foreign.DIED, 90)), 90,
    )  # fmt: skip
    assert set(result.tables["causes"]["strata"]) == {*foreign.ARMS, POOLED}
