"""Outcomes by treatment received: refused from time zero and to who may not know arms; a null effect looks null."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from crlm_dash import stats
from crlm_dash.access import Role
from crlm_dash.analyses import survival
from crlm_dash.analyses.survival_received import GROUPS
from crlm_dash.errors import AccessDenied, RequestError
from crlm_dash.store.door import Door
from tests.analyses.survivors import door_of

Opened = Callable[..., Door]
NAN = math.nan
MONTH = 30.4375
NONE, DONE = GROUPS.values()


@pytest.mark.parametrize("method", ["", "plain", "as treated"])
def test_from_time_zero_it_is_refused_with_the_reason(method: str) -> None:
    door = door_of(time=[10, 20], event=[1, 0], treated=[3, NAN])
    with pytest.raises(RequestError, match=r"immortal time.*method landmark.*method time-varying"):
        survival(door, by="received", method=method)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.STATISTICIAN])
@pytest.mark.parametrize("method", ["", "landmark", "time-varying"])
def test_who_may_not_know_the_arm_is_refused_before_anything_else(role: Role, method: str) -> None:
    door = door_of(time=[10, 20], event=[1, 0], treated=[3, NAN], role=role)
    assert not door.can_see_received()
    with pytest.raises(AccessDenied):
        survival(door, by="received", method=method, endpoint="NONE")
    for query in ("survival_landmark", "survival_received", "survival_received_denominators"):
        with pytest.raises(AccessDenied):
            door.ask(query, endpoint="OS", landmark=1.0)


def test_no_other_display_is_grouped_by_it() -> None:
    door = door_of(time=[10, 20], event=[1, 0], treated=[3, NAN])
    assert "received" not in door.groupings()
    with pytest.raises(RequestError, match="'received' cannot be grouped by"):
        door.ask("survival_counts", by="received", endpoint="OS")


def test_it_is_offered_only_where_somebody_was_treated() -> None:
    assert door_of(time=[10, 20], event=[1, 0], treated=[3, NAN]).can_see_received()
    assert not door_of(time=[10, 20], event=[1, 0]).can_see_received()


def test_a_landmark_checked_on_paper() -> None:
    # One month is day 30.4375. Dead by then: day 10. Left by then: day 20. Treated by then: the subjects of day 5, 30.
    door = door_of(
        time=[10, 20, 40, 50, 60, 90], event=[1, 0, 1, 1, 0, 1], treated=[2, NAN, 5, 30, 31, NAN]
    )  # fmt: skip
    result = survival(door, by="received", method="landmark", landmark=1)
    assert (result.n_used, result.n_total) == (4, 6)
    summary = result.tables["summary"].set_index("strata")
    assert summary["n"].to_dict() == {NONE: 2, DONE: 2}  # who is treated on day 31 counts as not treated
    assert summary["n_event"].to_dict() == {NONE: 1, DONE: 2}
    curves = result.tables["curves"].query("strata == @DONE")
    assert curves["time"].tolist() == pytest.approx([0, 40 - MONTH, 50 - MONTH])
    assert result.facts["axis"] == "Days since the landmark, 1 month after enrolment"
    note = next(note for note in result.notes if note.startswith("Landmark 1 month after enrolment"))
    assert "leaves out 2 patients: 1 had the event before it, 1 left before it, 0 came under observation" in note
    assert sum(each.n for each in result.excluded) == 2


def test_who_enters_after_the_landmark_is_left_out_and_told() -> None:
    door = door_of(time=[100, 100], event=[1, 1], treated=[5, NAN], diagnosed=[-10, -200])
    result = survival(door, by="received", method="landmark", landmark=3, origin="diagnosis")
    assert (result.n_used, result.n_total) == (1, 2)
    assert result.excluded[-1].reason == "came under observation after the landmark"


def test_a_landmark_must_lie_after_time_zero() -> None:
    door = door_of(time=[10, 20], event=[1, 0], treated=[3, NAN])
    with pytest.raises(RequestError, match="at least 1"):
        survival(door, by="received", method="landmark", landmark=0)


def test_no_comparison_by_treatment_received_is_tested() -> None:
    result = survival(door_of(**_null(300, seed=2)), by="received", method="landmark")
    assert len(result.tables["tests"]) == 0
    assert result.tables["hazard_ratio"]["ph_p_value"].isna().all()
    assert any("associated with the group, not caused by it" in note for note in result.notes)


SUBJECT = st.tuples(st.integers(1, 12), st.integers(0, 1), st.one_of(st.none(), st.integers(0, 14)))


@settings(deadline=None, max_examples=30)
@given(st.lists(SUBJECT, min_size=3, max_size=25))
def test_treatment_changing_with_time_is_each_subject_split_at_the_switch(
    rows: list[tuple[int, int, int | None]],
) -> None:
    time, event, treated = (list(column) for column in zip(*rows, strict=True))
    spells = []
    for last, happened, switch in rows:
        if switch is None or switch >= last:
            spells.append((NONE, 0.0, float(last), happened))
        else:
            spells += [(NONE, 0.0, float(switch), 0)] * (switch > 0) + [(DONE, float(switch), float(last), happened)]
    frame = pd.DataFrame(spells, columns=["strata", "entry", "time", "event"]).assign(n=1)
    frame["strata"] = pd.Categorical(frame["strata"], categories=[NONE, DONE])
    door = door_of(time=time, event=event, treated=[NAN if each is None else each for each in treated])
    result = survival(door, by="received", method="time-varying")
    expected = stats.kaplan_meier(frame)
    assert_frame_equal(result.tables["curves"].reset_index(drop=True), expected, rtol=1e-9)
    if (frame.groupby("strata", observed=False)["n"].sum() >= 10).all():
        ratio = stats.hazard_ratio(frame)["estimate"].iloc[0]
        assert result.tables["hazard_ratio"]["estimate"].iloc[0] == pytest.approx(ratio, nan_ok=True)


def test_no_rate_is_read_off_groups_that_change_hands() -> None:
    result = survival(door_of(**_null(300, seed=3)), by="received", method="time-varying")
    assert result.tables["summary"]["median"].isna().all()
    assert result.tables["landmarks"].empty
    assert result.tables["rmst"].empty
    assert "not reached" not in result.sentence


# -- a null effect -------------------------------------------------------------------------------------


def _null(n: int, seed: int) -> dict[str, list[float]]:
    """Death has nothing to do with treatment, which waits at some day of the first year for who is still alive."""
    rng = np.random.default_rng(seed)
    death = np.ceil(rng.exponential(500, n))
    planned = np.floor(rng.uniform(1, 365, n))
    stop = 1500.0
    return {
        "time": np.minimum(death, stop).tolist(),
        "event": (death <= stop).astype(int).tolist(),
        "treated": np.where(planned < death, planned, NAN).tolist(),
    }


def _plain_ratio(given_: dict[str, list[float]]) -> float:
    """What the refused display would say: ever treated against never, both from enrolment."""
    ever = ~np.isnan(given_["treated"])
    strata = pd.Categorical(np.where(ever, DONE, NONE), categories=[NONE, DONE])
    counts = pd.DataFrame({"strata": strata, "time": given_["time"], "entry": 0.0, "event": given_["event"], "n": 1})
    return float(stats.hazard_ratio(counts)["estimate"].iloc[0])


@pytest.mark.parametrize("method", ["landmark", "time-varying"])
def test_a_null_effect_looks_null_under_the_guards_and_large_without(method: str) -> None:
    simulated = _null(4_000, seed=1)
    ratio = survival(door_of(**simulated), by="received", method=method).tables["hazard_ratio"].iloc[0]
    assert ratio["conf_low"] < 1 < ratio["conf_high"]
    assert ratio["estimate"] == pytest.approx(1, abs=0.12)
    assert _plain_ratio(simulated) < 0.25
