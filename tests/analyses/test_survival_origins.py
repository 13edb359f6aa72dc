"""Another time zero: the same follow-up counted from another day, with delayed entry, and as exploratory."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crlm_dash.access import Role
from crlm_dash.analyses import survival
from crlm_dash.demo import draw_outcomes, expected_survival
from crlm_dash.errors import RequestError
from tests.analyses.survivors import door_of
from tests.analyses.tiny import PROTOCOL
from tests.roles import INSIDERS

NAN = math.nan
YEAR = 365.25


def test_times_move_to_the_other_day_and_nobody_is_at_risk_before_enrolment() -> None:
    door = door_of(time=[10, 20, 30], event=[1, 1, 0], diagnosed=[-100, -50, -200])
    curves = survival(door, origin="diagnosis").tables["curves"]
    assert curves["time"].tolist() == [0, 70, 110, 230]
    assert curves["n_risk"].tolist() == [0, 1, 1, 1]  # entries at 50, 100 and 200 days
    assert curves["n_event"].tolist() == [0, 1, 1, 0]


def test_the_protocol_s_own_origin_changes_nothing() -> None:
    door = door_of(time=[10, 20, 30], event=[1, 1, 0], diagnosed=[-100, -50, -200])
    plain, named = survival(door), survival(door, origin="enrolment")
    pd.testing.assert_frame_equal(plain.tables["curves"], named.tables["curves"])
    assert plain.notes == named.notes
    assert named.facts["axis"] == "Days since enrolment"


def test_another_origin_is_exploratory_and_takes_every_p_value() -> None:
    n = 40
    rng = np.random.default_rng(4)
    door = door_of(
        time=rng.integers(5, 900, n).tolist(), event=[1] * n, diagnosed=[-60] * n, arm=["Zap", "Pills"] * (n // 2)
    )
    own, moved = survival(door, by="arm"), survival(door, by="arm", origin="diagnosis")
    assert own.tables["tests"]["p_value"].notna().all()
    assert len(moved.tables["tests"]) == 0
    assert moved.tables["hazard_ratio"]["ph_p_value"].isna().all()
    assert moved.tables["hazard_ratio"]["estimate"].notna().all()
    assert "Counted from diagnosis, not the protocol's time origin: exploratory, no p-value." in moved.notes
    assert (moved.facts["axis"], moved.facts["label"]) == ("Days since diagnosis", "Overall survival from diagnosis")


def test_the_note_says_who_entered_late_and_on_what_the_curve_is_conditional() -> None:
    n = 30
    door = door_of(time=[10 * k for k in range(1, n + 1)], event=[1] * n, diagnosed=[-10 * k for k in range(1, n + 1)])
    late = next(note for note in survival(door, origin="diagnosis").notes if note.startswith("Delayed entry"))
    assert "30 patients came under observation after diagnosis" in late
    assert "only from enrolment on" in late
    assert "conditional on being alive at t₀ = 10.0 days" in late
    assert "Early risk set: fewer than 10 at risk until" in late


def test_the_protocol_s_definition_is_not_taken_for_what_is_shown() -> None:
    described = PROTOCOL.replace("primary = true", 'primary = true\ndescription = "Enrolment until death."', 1)
    door = door_of(time=[10, 20], event=[1, 0], diagnosed=[-3, -4], protocol=described)
    assert "Enrolment until death." in survival(door).notes
    assert "The protocol's definition: Enrolment until death." in survival(door, origin="diagnosis").notes


def test_who_has_no_such_date_is_left_out_and_told() -> None:
    door = door_of(time=[10, 20, 30], event=[1, 1, 0], chemotherapy=[-90, NAN, -5])
    result = survival(door, origin="chemotherapy")
    assert (result.n_used, result.n_total) == (2, 3)
    assert [(each.reason, each.n) for each in result.excluded] == [("no OS record or no date of first chemotherapy", 1)]


def test_an_origin_after_the_record_s_start_leaves_no_late_entry() -> None:
    door = door_of(time=[10, 20, 30], event=[1, 1, 0], chemotherapy=[5, 25, 0])
    result = survival(door, origin="first chemotherapy")
    assert result.tables["curves"]["time"].tolist() == [0, 5, 30]
    assert [(each.reason, each.n) for each in result.excluded] == [("no follow-up after time zero", 1)]
    assert not any(note.startswith("Delayed entry") for note in result.notes)


def test_what_is_not_there_is_told_with_what_is() -> None:
    door = door_of(time=[10, 20], event=[1, 0], diagnosed=[-3, -4])
    assert door.time_origins() == {"diagnosis": "diagnosis", "enrolment": "enrolment"}
    with pytest.raises(RequestError, match=r"No subject has a date of first chemotherapy.*diagnosis, enrolment"):
        survival(door, origin="chemotherapy")
    with pytest.raises(RequestError, match="diagnosis, chemotherapy, enrolment, treatment"):
        survival(door, origin="birth")


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.integers(1, 400), st.integers(0, 1), st.integers(-300, 0)), min_size=3, max_size=25))
def test_equal_days_stay_equal_in_months(rows: list[tuple[int, int, int]]) -> None:
    """Months are days over 30.4375: a shift must not tear ties apart by a rounding error."""
    time, event, diagnosed = (list(column) for column in zip(*rows, strict=True))
    months = PROTOCOL.replace('unit = "days"', 'unit = "months"', 1)
    in_days = survival(door_of(time=time, event=event, diagnosed=diagnosed), origin="diagnosis")
    scaled = [each / 30.4375 for each in time]
    in_months = survival(
        door_of(time=scaled, event=event, diagnosed=diagnosed, protocol=months), origin="diagnosis", unit="days"
    )
    for column in ("n_risk", "n_event", "estimate"):
        assert in_months.tables["curves"][column].tolist() == pytest.approx(in_days.tables["curves"][column].tolist())


@pytest.mark.parametrize("role", INSIDERS)
def test_no_role_gets_a_date_with_the_times(role: Role) -> None:
    door = door_of(time=[10, 20], event=[1, 0], diagnosed=[-3, -4], role=role)
    result = survival(door, origin="diagnosis")
    assert not any(pd.api.types.is_datetime64_any_dtype(kind) for kind in result.tables["curves"].dtypes)


# -- the simulated truth -----------------------------------------------------------------------------


def _long_waits(n: int) -> dict[str, list[float]]:
    """Exponential survival from diagnosis, 18.9 % at 5 years; enrolment up to 4 years later, of those still alive."""
    rng = np.random.default_rng(18)
    wait = np.ceil(rng.uniform(0, 4 * YEAR, n))
    death = np.ceil(rng.exponential(-5 * YEAR / math.log(0.189), n))
    alive = death > wait
    return {
        "time": (death - wait)[alive].tolist(),
        "event": [1] * int(alive.sum()),
        "diagnosed": (-wait)[alive].tolist(),
    }


def test_five_year_survival_from_diagnosis_is_recovered_with_delayed_entry_and_not_without() -> None:
    result = survival(door_of(**_long_waits(12_000)), origin="diagnosis", naive=True)
    naive = result.tables["naive"]
    five = 5 * YEAR
    right = result.tables["landmarks"].set_index("time").loc[five, "estimate"]
    wrong = naive[naive["time"] <= five]["estimate"].iloc[-1]
    assert right == pytest.approx(0.189, abs=0.015)
    assert wrong > 0.189 + 0.08
    assert any("ignores late entry" in note for note in result.notes)


@pytest.mark.parametrize("arm", ["LOCAL", "CHEMO"])
def test_the_demonstration_s_truth_is_recovered(arm: str) -> None:
    people = draw_outcomes("CRLM10", 16_000, seed=5).query("ARMCD == @arm")
    entry, death = np.round(people["ENTRY"] * YEAR), np.ceil(people["DEATH"] * YEAR)
    door = door_of(time=(death - entry + 1).tolist(), event=[1] * len(people), diagnosed=(-entry).tolist())
    landmarks = survival(door, origin="diagnosis").tables["landmarks"].set_index("time")
    row = landmarks.loc[5 * YEAR]
    assert row["estimate"] == pytest.approx(expected_survival("CRLM10", arm, 5), abs=0.02)


def test_without_late_entry_there_is_no_naive_curve() -> None:
    result = survival(door_of(time=[10, 20, 30], event=[1, 1, 0]), naive=True)
    assert result.tables["naive"].empty
