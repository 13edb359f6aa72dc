"""What was recommended against what was then done, as a drawn table; and that nobody who sees codes reads it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crlm_dash import tables
from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import decisions
from crlm_dash.analyses.decisions_followed import followed
from crlm_dash.errors import AccessDenied
from crlm_dash.store.decisions import Said, correct_decision, record_decision
from crlm_dash.store.shelf import TrialStore
from crlm_dash.tables.comma import comma_separated
from tests.pairs import person, sealed

DAY = dt.date(2026, 1, 15)  # of the decision
CUTOFF = dt.date(2026, 7, 31)
CUT_OUT, ABLATION = ("LOCAL", "HEPATECTOMY", "HEPATECTOMY", None), ("LOCAL", "ABLATION", "ABLATION", None)
TACE, HAIC = ("LOCAL", "TACE", "TACE", None), ("LOCAL", "HAIC", "HAIC", None)
FOLFOX_1, FOLFIRI_2 = ("SYSTEMIC", "FOLFOX", None, 1), ("SYSTEMIC", "FOLFIRI", None, 2)
NO_LINE = ("SYSTEMIC", "FOLFOX", None, None)

#   recommended, days after the decision and what was done, days after it on which the data end, then, done
CASES: list[tuple[str, list[tuple[int, Any]], int, str | None, str | None]] = [
    ("resect",            [(26, CUT_OUT)],  197, "agreed", "Hepatectomy"),
    ("resect",            [(26, ABLATION)],  197, "differs", "Ablation"),
    ("resect",            [(26, CUT_OUT), (26, ABLATION)],  197, "agreed", "Hepatectomy + Ablation"),
    ("resect",            [(26, ABLATION), (27, CUT_OUT)],  197, "differs", "Ablation"),
    ("resect",            [(0, CUT_OUT)],  197, "nothing yet", None),  # that day
    ("resect",            [(1, CUT_OUT)],  197, "agreed", "Hepatectomy"),
    ("resect",            [(90, CUT_OUT)],  197, "agreed", "Hepatectomy"),  # the last day
    ("resect",            [(91, CUT_OUT)],  197, "nothing yet", None),
    ("resect",            [],  197, "nothing yet", None),
    ("resect",            [(-13, FOLFOX_1), (5, FOLFOX_1), (26, CUT_OUT)], 197, "agreed", "Hepatectomy"),
    ("resect",            [(-13, NO_LINE), (5, NO_LINE)],  197, "nothing yet", None),
    ("resect",            [(-13, FOLFOX_1), (5, FOLFIRI_2)],  197, "differs", "FOLFIRI"),
    ("ablate",            [(26, ABLATION)],  197, "agreed", "Ablation"),
    ("SBRT",              [(26, ("LOCAL", "SBRT", "SBRT", None))],  197, "agreed", "SBRT"),
    ("TACE/HAIC",         [(26, TACE)],  197, "agreed", "TACE"),
    ("TACE/HAIC",         [(26, HAIC)],  197, "agreed", "HAIC"),
    ("continue systemic", [(-13, FOLFOX_1), (5, FOLFOX_1)],  197, "agreed", "FOLFOX"),
    ("continue systemic", [(5, FOLFIRI_2)],  197, "agreed", "FOLFIRI"),
    ("continue systemic", [(5, CUT_OUT), (6, FOLFOX_1)],  197, "differs", "Hepatectomy"),
    ("observe",           [],  197, "agreed", None),
    ("observe",           [],  90, "agreed", None),
    ("observe",           [],  89, "nothing yet", None),
    ("observe",           [(-13, FOLFOX_1), (5, FOLFOX_1)],  197, "agreed", "FOLFOX went on"),  # nothing new
    ("observe",           [(-13, FOLFOX_1), (5, FOLFOX_1)],  60, "nothing yet", "FOLFOX went on"),
    ("observe",           [(-13, NO_LINE), (5, NO_LINE)],  197, "agreed", "FOLFOX went on"),
    ("observe",           [(-13, FOLFOX_1), (5, FOLFOX_1), (26, CUT_OUT)],  197, "differs", "Hepatectomy"),
    ("observe",           [(-13, FOLFOX_1), (5, FOLFIRI_2)],  197, "differs", "FOLFIRI"),  # a new line
    ("observe",           [(5, FOLFOX_1)],  197, "differs", "FOLFOX"),  # begun after
    ("observe",           [(-13, FOLFOX_1), (95, FOLFOX_1)],  197, "agreed", None),
    ("more diagnostics",  [(26, CUT_OUT)],  197, None, None),
    ("other",             [(26, CUT_OUT)],  197, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("recommended", "given", "end", "then", "done"), CASES)
def test_recommended_against_done(
    recommended: str, given: list[tuple[int, Any]], end: int, then: str | None, done: str | None
) -> None:
    rows = [(*what, pd.Timestamp(DAY) + pd.Timedelta(days=day)) for day, what in given]
    treatments = pd.DataFrame(rows, columns=["kind", "treatment", "modality", "line", "start"])
    found = followed(recommended, DAY, treatments, DAY + dt.timedelta(days=end), 90)
    assert found[:2] == (then, done)
    assert (found[2] is None) is (done is None)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrialStore:
    """P-01 was operated on four weeks after the meeting, P-02 of another site was not treated."""
    monkeypatch.setenv("CRLM_JOURNAL", f"sqlite:///{tmp_path}/journal.sqlite")
    given = {"EXCAT": "LOCAL", "TRT": "HEPATECTOMY", "MODALITY": "HEPATECTOMY", "ASTDT": dt.date(2026, 2, 12)}
    rows = {"adsl": [person(1), person(2, SITEID="02")], "adex": [given | {"USUBJID": "P-01"}]}
    sealed(tmp_path / "store", rows, CUTOFF)
    return TrialStore(tmp_path / "store")


def test_the_list_holds_what_stands_and_the_history_what_stood(store: TrialStore) -> None:
    door, board = store.open(Viewer(Role.MDT, name="=1+1"), "TINY"), "2026-01-15 Board"
    first = record_decision(door, "P-01", Said(DAY, "ablate", "=cmd|'/c calc'", "why?", ("Surgeon", "Other"), board))
    correct_decision(door, first.hash, Said(DAY, "resect", "Not ablatable", meeting=board), "size misread")
    record_decision(door, "P-02", Said(dt.date(2026, 1, 22), "resect"))
    result = decisions(door)
    found = result.tables["decisions"].set_index("USUBJID")
    assert found.index.tolist() == ["P-02", "P-01"]  # the latest first
    assert found.loc["P-01", ["recommendation", "followed", "done", "n_versions", "reason"]].tolist() == [
        "resect", "agreed", "Hepatectomy", 2, "size misread",
    ]  # fmt: skip
    assert found.loc["P-02", "followed"] == "nothing yet"
    assert result.tables["versions"]["rationale"].tolist() == ["", "=cmd|'/c calc'", "Not ablatable"]
    assert any("90 days (assumed)" in note for note in result.notes)
    text = comma_separated(tables.decisions_history(result))
    assert "'=cmd|'/c calc'" in text
    assert ",'=1+1," in text
    assert decisions(door, meeting=board).tables["decisions"]["USUBJID"].tolist() == ["P-01"]
    assert decisions(door, usubjid="P-02").n_used == 1


def test_no_decision_is_told(store: TrialStore) -> None:
    result = decisions(store.open(Viewer(Role.MDT), "TINY"))
    assert result.empty == "No decision is on record."
    assert tables.decisions_list(result).empty
    assert tables.decisions_history(result).empty


def test_decisions_are_of_the_viewers_sites_and_not_for_who_sees_codes(store: TrialStore) -> None:
    everywhere = store.open(Viewer(Role.MDT), "TINY")
    for usubjid in ("P-01", "P-02"):
        record_decision(everywhere, usubjid, Said(DAY, "resect"))
    of_one = decisions(store.open(Viewer(Role.PI, frozenset({"02"})), "TINY"))
    assert of_one.tables["decisions"]["USUBJID"].tolist() == ["P-02"]
    with pytest.raises(AccessDenied):
        decisions(store.open(Viewer(Role.PI, frozenset({"02"})), "TINY"), usubjid="P-01")
    for asked in ({}, {"usubjid": "P-01"}):
        with pytest.raises(AccessDenied, match="which treatment stands behind"):
            decisions(store.open(Viewer(Role.DSMB), "TINY"), **asked)
