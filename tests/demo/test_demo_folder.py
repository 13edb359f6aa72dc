"""A simulated folder tells one consistent story per patient."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from crlm_dash.demo import simulate
from crlm_dash.demo.tumour import recist
from crlm_dash.errors import RequestError
from crlm_dash.protocol import load_protocol

TRIALS = ("CRLM10", "CRLM-EHD")
DATA_DATE = "2026-10-31"
SECONDS = 30  # both trials, on a slow and busy machine; about 6 on a quiet one
Folder = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("demo")
    start = time.perf_counter()
    folders = {trial: simulate(trial, seed=1, out=root / trial) for trial in TRIALS}
    assert time.perf_counter() - start < SECONDS
    return folders


@pytest.fixture(scope="module", params=TRIALS)
def trial(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(written: dict[str, Path], trial: str) -> Folder:
    return {path.stem: pd.read_csv(path, dtype=str) for path in sorted(written[trial].glob("*.csv"))}


def digest(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def merged(folder: Folder, domain: str) -> pd.DataFrame:
    subjects = folder["dm"][["USUBJID", "ARMCD", "DTHDTC", "RFENDTC", "RFICDTC", "RFSTDTC"]]
    return folder[domain].merge(subjects, on="USUBJID", how="left", validate="many_to_one")


def supplemented(folder: Folder, domain: str, name: str) -> pd.Series:
    supp = folder[f"supp{domain}"]
    chosen = supp[supp["QNAM"] == name]
    keyed = chosen.set_index(["USUBJID", "IDVARVAL"])["QVAL"]
    rows = folder[domain].set_index(["USUBJID", f"{domain.upper()}SEQ"]).index
    return keyed.reindex(rows)


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
