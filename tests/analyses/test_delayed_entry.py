"""Delayed entry: counts by the margins (earliest entries with earliest exits) estimate what the pairs estimate."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from crlm_dash import stats
from crlm_dash.terms import is_event
from tests.analyses.tiny import cut_of, door_into

# Group, entry, time from entry, CNSR: on a coarse grid, so that ties of every kind are common.
SUBJECT = st.tuples(
    st.sampled_from(["Zap", "Pills"]), st.integers(0, 6), st.integers(1, 6), st.sampled_from([0, 0, 1, 2])
)
ESTIMATES = {
    "kaplan_meier": stats.kaplan_meier,
    "log_rank": stats.log_rank,
    "hazard_ratio": stats.hazard_ratio,
    "followup": stats.followup_median,
    "at_risk": lambda counts: stats.number_at_risk(counts, [0.0, 2.0, 5.0, 9.0]),
    "rmst": lambda counts: stats.rmst(counts, 2.0),
}


def _paired(rows: list[tuple[str, int, int, int]]) -> pd.DataFrame:
    """The obvious way: a subject with its own entry and exit."""
    frame = pd.DataFrame(rows, columns=["strata", "entry", "stay", "cnsr"])
    label = {"Zap": "Zap now", "Pills": "Pills only"}
    return pd.DataFrame(
        {
            "strata": frame["strata"].map(label),
            "time": (frame["entry"] + frame["stay"]).astype(float),
            "entry": frame["entry"].astype(float),
            "event": is_event(frame["cnsr"]).astype(int),
            "n": 1,
        }
    )


def _asked(rows: list[tuple[str, int, int, int]]) -> pd.DataFrame:
    named = [(f"T-{number:02d}", *row) for number, row in enumerate(rows)]
    tables: dict[str, list[dict[str, Any]]] = {
        "adsl": [{"USUBJID": name, "TRT01P": arm, "ENRLFL": "Y"} for name, arm, *_ in named],
        "adtte": [
            {"USUBJID": name, "PARAMCD": "OS", "AVAL": entry + stay, "ENTRY": entry, "CNSR": cnsr}
            for name, _, entry, stay, cnsr in named
        ],
    }
    found = door_into(cut_of(tables)).ask("survival_counts", by="arm", endpoint="OS")
    return found.assign(event=is_event(found["cnsr"]).astype(int)).drop(columns=["cnsr", "cause"])


@settings(deadline=None, max_examples=40)
@given(st.lists(SUBJECT, min_size=4, max_size=30))
def test_every_estimate_is_that_of_the_pairs(rows: list[tuple[str, int, int, int]]) -> None:
    paired, asked = _paired(rows), _asked(rows)
    assert asked["n"].sum() == len(rows)
    assert (asked["n"] > 0).all()
    assert (asked["entry"] < asked["time"]).all()
    for name, estimate in ESTIMATES.items():
        assert_frame_equal(estimate(asked), estimate(paired), rtol=1e-9, atol=1e-12, obj=name)


def test_a_million_pairs_become_as_many_rows_as_there_are_times() -> None:
    rows = [("Zap", entry, stay, 1) for entry in range(30) for stay in range(1, 31)]
    assert len(_paired(rows)) == 900
    assert len(_asked(rows)) <= 30 + 60


def test_the_pairing_is_by_order() -> None:
    rows = [("Zap", 0, 9, 0), ("Zap", 5, 1, 1)]
    found = _asked(rows)[["entry", "time", "event"]].to_numpy().tolist()
    assert sorted(found) == [pytest.approx([0, 6, 0]), pytest.approx([5, 9, 1])]
