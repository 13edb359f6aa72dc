"""A simulated folder tells one consistent story per patient."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from crlm_dash.demo import simulate
from crlm_dash.errors import RequestError
from crlm_dash.protocol import load_protocol
from tests.demo.conftest import Folder, supplemented

DATA_DATE = "2026-10-31"


def digest(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_sizes(folder: Folder, trial: str) -> None:
    screened, enrolled = {"CRLM10": (200, 150), "CRLM-EHD": (164, 120)}[trial]
    assert len(folder["dm"]) == screened
    milestones = folder["ds"][folder["ds"]["DSDECOD"] == "ENROLLED"]
    assert abs(len(milestones) - enrolled) <= 3
    assert set(milestones["USUBJID"]) == set(folder["dm"].dropna(subset="ARMCD")["USUBJID"])
    assert 8 <= folder["dm"]["SITEID"].nunique() <= 12


def test_subject_keys_are_unique_and_known(folder: Folder) -> None:
    assert folder["dm"]["USUBJID"].is_unique
    for name, frame in folder.items():
        if "USUBJID" in frame.columns and name != "dm":
            assert set(frame["USUBJID"]) <= set(folder["dm"]["USUBJID"]), name
        seq = f"{name.upper()}SEQ"
        if seq in frame.columns and "USUBJID" in frame.columns:
            assert not frame.duplicated(["USUBJID", seq]).any(), name


def test_same_seed_same_bytes_whatever_the_hash_seed(written: dict[str, Path], tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from crlm_dash.demo import simulate;"
        "simulate('CRLM10', seed=1, out=Path(sys.argv[1]))"
    )
    environment = os.environ | {"PYTHONHASHSEED": "4711"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=environment)
    assert digest(tmp_path) == digest(written["CRLM10"])


def test_another_seed_is_another_trial(written: dict[str, Path], tmp_path: Path) -> None:
    other = simulate("CRLM10", patients=20, seed=2, out=tmp_path)
    assert digest(other)["dm.csv"] != digest(written["CRLM10"])["dm.csv"]


def test_arms_visits_and_criteria_are_the_protocols(folder: Folder, trial: str) -> None:
    protocol = load_protocol(trial)
    arms = {(arm.code, arm.name) for arm in protocol.arms}
    for code, name in (("ARMCD", "ARM"), ("ACTARMCD", "ACTARM")):
        pairs = folder["dm"].dropna(subset=code)
        assert set(zip(pairs[code], pairs[name], strict=True)) == arms
    assert set(folder["ie"]["IETESTCD"]) <= {c.id for c in protocol.criteria}
    assert list(folder["ti"]["IETESTCD"]) == [c.id for c in protocol.criteria]
    planned = {v.visit for v in protocol.visits}
    assert set(folder["sv"]["VISIT"]) <= planned | {"UNSCHEDULED"}
    assert set(folder["tv"]["VISIT"]) == planned


def test_the_trial_says_it_is_simulated(folder: Folder) -> None:
    facts = folder["ts"].set_index("TSPARMCD")["TSVAL"]
    assert facts["SIMDATA"] == "Y"
    assert "simulated" in facts["TITLE"].lower()
    assert facts["DCUTDTC"] == DATA_DATE


def test_nothing_after_death_last_contact_or_data_date(folder: Folder) -> None:
    last = folder["dm"].set_index("USUBJID")["RFPENDTC"]
    for name, frame in folder.items():
        if "USUBJID" not in frame.columns:
            continue
        for column in [c for c in frame.columns if c.endswith("DTC")]:
            values = frame[["USUBJID", column]].dropna()
            limit = values["USUBJID"].map(last)
            late = values[column] > limit
            assert not late.any(), (name, column, values[late].head())
    assert (last <= DATA_DATE).all()


def test_dates_are_in_order(folder: Folder) -> None:
    dm = folder["dm"]
    enrolled = dm.dropna(subset="RFSTDTC")
    assert (enrolled["RFICDTC"] < enrolled["RFSTDTC"]).all()
    treated = enrolled.dropna(subset="RFXSTDTC")
    assert (treated["RFSTDTC"] <= treated["RFXSTDTC"]).all()
    assert (treated["RFXSTDTC"] <= treated["RFXENDTC"]).all()
    for domain in ("pr", "ex", "cm", "ae"):
        start, end = f"{domain.upper()}STDTC", f"{domain.upper()}ENDTC"
        closed = folder[domain].dropna(subset=[end])
        closed = closed[closed[start].str.len() == 10]
        assert (closed[start] <= closed[end]).all(), domain
    diagnosis = folder["mh"][folder["mh"]["MHDECOD"] == "LIVER METASTASES"].set_index("USUBJID")["MHSTDTC"]
    assert (diagnosis < dm.set_index("USUBJID")["RFICDTC"].reindex(diagnosis.index)).all()


def test_the_dead_are_dead_everywhere(folder: Folder) -> None:
    dead = folder["dm"].dropna(subset="DTHDTC").set_index("USUBJID")["DTHDTC"].sort_index()
    assert len(dead) > 10
    events = folder["ds"][folder["ds"]["DSDECOD"] == "DEATH"].set_index("USUBJID")["DSSTDTC"]
    status = folder["ss"][folder["ss"]["SSSTRESC"] == "DEAD"].set_index("USUBJID")["SSDTC"]
    causes = folder["dd"].set_index("USUBJID")["DDDTC"]
    for other in (events, status, causes):
        assert other.sort_index().to_dict() == dead.to_dict()
    fatal = folder["ae"][folder["ae"]["AEOUT"] == "FATAL"]
    assert set(fatal["USUBJID"]) <= set(dead.index)
    assert (fatal["AETOXGR"] == "5").all()
    assert (fatal["AESDTH"] == "Y").all()


def test_one_disposition_event_a_subject(folder: Folder) -> None:
    ends = folder["ds"][folder["ds"]["DSCAT"] == "DISPOSITION EVENT"]
    assert ends["USUBJID"].is_unique
    failures = set(ends.loc[ends["DSDECOD"] == "SCREEN FAILURE", "USUBJID"])
    assert failures == set(folder["ie"]["USUBJID"])
    enrolled = set(folder["dm"].dropna(subset="ARMCD")["USUBJID"])
    assert not failures & enrolled
    refused = ends[(ends["EPOCH"] == "SCREENING") & (ends["DSDECOD"] == "WITHDRAWAL BY SUBJECT")]
    assert len(refused) > 3
    assert not set(refused["USUBJID"]) & enrolled


def test_resections_have_a_margin_and_other_procedures_none(folder: Folder) -> None:
    margin = supplemented(folder, "pr", "RESMARG")
    resected = (folder["pr"]["PRTRT"] == "HEPATECTOMY").to_numpy()
    assert set(margin[resected]) <= {"R0", "R1", "R2"}
    assert margin[~resected].isna().all()


def test_stages_come_in_order_with_time_between(written: dict[str, Path]) -> None:
    pr = pd.read_csv(written["CRLM10"] / "pr.csv", dtype=str)
    pr["PRSTDTC"] = pd.to_datetime(pr["PRSTDTC"])
    resections = pr[pr["PRTRT"] == "HEPATECTOMY"]
    first = resections[resections["PRGRPID"] == "STAGE 1"].set_index("USUBJID")["PRSTDTC"]
    second = resections[resections["PRGRPID"] == "STAGE 2"].set_index("USUBJID")["PRSTDTC"]
    gap = (second - first.reindex(second.index)).dt.days
    assert len(gap) > 5
    assert gap.between(21, 75).all()


def test_alt_peaks_after_a_hepatectomy(written: dict[str, Path]) -> None:
    lb = pd.read_csv(written["CRLM10"] / "lb.csv", dtype={"USUBJID": str})
    pr = pd.read_csv(written["CRLM10"] / "pr.csv", dtype=str)
    day = pr[pr["PRTRT"] == "HEPATECTOMY"].groupby("USUBJID")["PRSTDTC"].first()
    alt = lb[(lb["LBTESTCD"] == "ALT") & lb["USUBJID"].isin(day.index)]
    since = pd.to_datetime(alt["LBDTC"]) - pd.to_datetime(alt["USUBJID"].map(day))
    after = alt.loc[since.dt.days == 1, "LBSTRESN"]
    before = alt.loc[since.dt.days < 0, "LBSTRESN"]
    assert after.median() > 5 * before.median()


def test_neuropathy_only_after_oxaliplatin(folder: Folder) -> None:
    neuropathy = folder["ae"][folder["ae"]["AEDECOD"] == "Peripheral sensory neuropathy"]
    given = folder["ex"][folder["ex"]["EXTRT"].str.contains("FOLFOX|CAPOX")]
    assert len(neuropathy) > 5
    assert set(neuropathy["USUBJID"]) <= set(given["USUBJID"])


def test_grades_and_their_absence(folder: Folder) -> None:
    grades = folder["ae"]["AETOXGR"]
    assert set(grades.dropna()) <= {"1", "2", "3", "4", "5"}
    assert 0 < grades.isna().mean() < 0.05


def test_questionnaires_hold_allowed_answers_and_gaps(folder: Folder) -> None:
    items = folder["qs"][folder["qs"]["QSTESTCD"] != "QSALL"]
    answers = items["QSSTRESN"].astype(float)
    seven = items["QSTESTCD"].isin(["EOR0129", "EOR0130"])
    assert answers[seven].dropna().between(1, 7).all()
    assert answers[~seven].dropna().between(1, 4).all()
    assert items["QSTESTCD"].nunique() == 51
    assert 0 < answers.isna().mean() < 0.03
    assert (folder["qs"]["QSTESTCD"] == "QSALL").any()


def test_missed_visits_have_a_reason_and_no_date(folder: Folder) -> None:
    missed = folder["sv"][folder["sv"]["SVOCCUR"] == "N"]
    assert len(missed) > 5
    assert missed["SVREASOC"].notna().all()
    assert missed["SVSTDTC"].isna().all()


def test_standard_units_even_where_a_site_reports_others(folder: Folder) -> None:
    haemoglobin = folder["lb"][folder["lb"]["LBTESTCD"] == "HGB"].dropna(subset="LBSTRESN")
    assert set(haemoglobin["LBSTRESU"]) == {"g/L"}
    assert {"g/L", "g/dL"} == set(haemoglobin["LBORRESU"])


def test_some_dates_are_partial(folder: Folder) -> None:
    diagnoses = folder["mh"]["MHSTDTC"].dropna()
    assert 0 < (diagnoses.str.len() == 7).mean() < 0.2
    for text in folder["dm"]["RFICDTC"]:
        dt.date.fromisoformat(text)


def test_parquet_holds_the_same_rows(written: dict[str, Path], tmp_path: Path) -> None:
    simulate("CRLM10", patients=15, seed=3, out=tmp_path / "a")
    simulate("CRLM10", patients=15, seed=3, out=tmp_path / "b", format="parquet")
    for path in sorted((tmp_path / "a").glob("*.csv")):
        text = pd.read_csv(path, dtype=str)
        stored = pd.read_parquet(tmp_path / "b" / f"{path.stem}.parquet")
        assert list(text.columns) == list(stored.columns)
        assert len(text) == len(stored), path.stem


@pytest.mark.parametrize("patients", [0, 1])
def test_a_trial_of_nobody_or_of_one(tmp_path: Path, patients: int) -> None:
    folder = simulate("CRLM-EHD", patients=patients, seed=1, out=tmp_path)
    assert len(pd.read_csv(folder / "dm.csv")) == patients


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    simulate("CRLM10", patients=3, seed=1, out=tmp_path, progress=lambda *step: told.append(step))
    assert [(done, total) for _, done, total in told] == [(1, 3), (2, 3), (3, 3)]


def test_what_cannot_be_simulated_is_told(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="CRLM10"):
        simulate("CLOCC", seed=1, out=tmp_path)
    with pytest.raises(RequestError, match="negative"):
        simulate("CRLM10", patients=-1, seed=1, out=tmp_path)
