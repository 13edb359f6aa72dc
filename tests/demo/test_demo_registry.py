"""The registry for benchmarks: thin, but a trial like the others."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from crlm_dash.demo import registry, simulate_registry


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    out = simulate_registry(3_000, seed=5, out=tmp_path_factory.mktemp("registry"))
    return {path.stem: pd.read_parquet(path) for path in sorted(out.glob("*.parquet"))}


def test_domains_and_sizes(folder: dict[str, pd.DataFrame]) -> None:
    assert set(folder) == {"ae", "dm", "ds", "ie", "lb", "mh", "pr", "rs", "ss", "sv", "ti", "ts", "tv"}
    assert len(folder["dm"]) == 3_000
    assert folder["dm"]["USUBJID"].is_unique
    enrolled = folder["dm"]["ARMCD"].notna().sum()
    assert len(folder["ae"]) / enrolled == pytest.approx(14.0, abs=1.0)


def test_keys_are_unique_and_subjects_known(folder: dict[str, pd.DataFrame]) -> None:
    known = set(folder["dm"]["USUBJID"])
    for name in ("ae", "ds", "ie", "lb", "mh", "pr", "rs", "ss", "sv"):
        frame = folder[name]
        assert set(frame["USUBJID"]) <= known
        assert not frame.duplicated(["USUBJID", f"{name.upper()}SEQ"]).any()


def test_nothing_after_death(folder: dict[str, pd.DataFrame]) -> None:
    death = folder["dm"].set_index("USUBJID")["DTHDTC"].dropna()
    assert len(death) > 500
    last = {"ae": "AEENDTC", "rs": "RSDTC", "ss": "SSDTC", "ds": "DSSTDTC", "lb": "LBDTC", "pr": "PRENDTC"}
    for name, column in (last | {"sv": "SVSTDTC"}).items():
        frame = folder[name][folder[name]["USUBJID"].isin(death.index)].dropna(subset=column)
        assert (frame[column] <= frame["USUBJID"].map(death)).all(), name


def test_what_happens_at_visits(folder: dict[str, pd.DataFrame]) -> None:
    dm, visits = folder["dm"].set_index("USUBJID"), folder["sv"]
    assert visits.groupby("USUBJID")["VISITNUM"].agg(["count", "nunique"]).eval("count == nunique").all()
    missed = visits["SVOCCUR"] == "N"
    assert 0.04 < missed[visits["VISITNUM"] > visits["VISITNUM"].min()].mean() < 0.08
    assert visits["SVSTDTC"].isna().equals(missed)
    samples = folder["lb"].groupby("USUBJID")["LBDTC"].nunique()
    assert samples.min() == 1  # baseline of everybody
    assert samples.max() == 5
    local = dm["ACTARMCD"] == dm.loc[folder["pr"]["USUBJID"], "ACTARMCD"].iloc[0]
    assert set(folder["pr"]["USUBJID"]) == set(dm.index[local])


def test_chunks_make_one_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_CHUNK", 400)
    out = simulate_registry(1_000, seed=5, out=tmp_path)
    dm = pd.read_parquet(out / "dm.parquet")
    assert len(dm) == 1_000
    assert dm["USUBJID"].is_unique


def test_questionnaires_on_demand(tmp_path: Path) -> None:
    out = simulate_registry(500, seed=5, out=tmp_path, forms=True)
    answers = pd.read_parquet(out / "qs.parquet")
    assert answers.groupby(["USUBJID", "VISITNUM"])["QSTESTCD"].nunique().eq(5).all()
    assert answers["QSSTRESN"].isin([1, 2, 3, 4]).all()
