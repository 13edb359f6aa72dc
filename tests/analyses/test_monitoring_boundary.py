"""Arms against the boundary: z at each look one patient at a time, information really reached, and what cannot be."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crlm_dash import stats
from crlm_dash.access import Role
from crlm_dash.analyses import Result, monitoring
from crlm_dash.errors import AccessDenied
from tests.analyses.monitored import (
    LAST,
    RULES,
    Patient,
    boundary,
    day,
    followed,
    made_of,
    patients,
    watched,
    z_one_by_one,
)
from tests.analyses.tiny import PROTOCOL, SECRET_WORDS, UNCOMPARED


def looked(made: list[Patient], events: int, looks: list[float], **options: Any) -> Result:
    role, entry = options.pop("role", Role.STATISTICIAN), options.pop("entry", 0)
    return monitoring(watched(followed(made, entry=entry, **options), boundary(events, looks), role))


def event_days(made: list[Patient]) -> list[int]:
    return sorted(enrolled + days - 1 for _, enrolled, days, event in made if event)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("entry", [0, 40])
def test_z_is_that_of_patients_one_by_one_on_the_day_of_each_look(seed: int, entry: int) -> None:
    made = patients(seed)
    when = event_days(made)
    result = looked(made, 40, [0.25, 0.5, 0.75, 1.0], entry=entry)
    looks = result.tables["looks"]
    assert len(looks) >= 3
    for row in looks.itertuples():
        until = LAST if pd.isna(row.look) else when[[10, 20, 30, 40][row.look - 1] - 1]
        assert row.day.date() == day(until)
        assert row.events == sum(each <= until for each in when)
        assert row.information == pytest.approx(row.events / 40)
        assert row.z == pytest.approx(z_one_by_one(made, "Zap", until, entry), rel=1e-9)


def test_the_last_look_is_the_ordinary_test_of_the_survival_screen() -> None:
    made = patients(5)
    door = watched(followed(made), boundary(999, [1.0]))
    z = monitoring(door).tables["looks"]["z"].iloc[-1]
    counts = door.ask("survival_counts", by="arm", endpoint="OS").assign(event=lambda frame: 1 - frame["cnsr"])
    assert z**2 == pytest.approx(stats.log_rank(counts)["statistic"].iloc[0], rel=1e-9)


@pytest.mark.parametrize("unit", ["months", "years"])
def test_times_in_another_unit_are_cut_by_the_same_days(unit: str) -> None:
    made = patients(7)
    tables = followed(made, entry=40)
    length = {"months": 30.4375, "years": 365.25}[unit]
    for row in tables["adtte"]:
        row |= {"AVAL": row["AVAL"] / length, "ENTRY": row["ENTRY"] / length}
    declared = boundary(30, [0.5, 1.0])
    there = monitoring(watched(tables, declared, protocol=PROTOCOL.replace('unit = "days"', f'unit = "{unit}"', 1)))
    here = looked(made, 30, [0.5, 1.0], entry=40)
    pd.testing.assert_frame_equal(there.tables["looks"], here.tables["looks"])


def test_bounds_belong_to_the_information_really_seen() -> None:
    """Three die on the day of the tenth death: the look has 12 of 20 deaths, not 10."""
    alive = [(arm, 0, LAST + 1, False) for arm in ("Zap", "Pills") for _ in range(12)]
    dead = [("Zap" if n % 2 else "Pills", 0, 10 + n, True) for n in range(9)] + [("Zap", 0, 50, True)] * 3
    result = looked([*alive, *dead], 20, [0.5, 0.8, 1.0])
    looks, bounds = result.tables["looks"], result.tables["boundary"]
    assert looks[["look", "events", "information"]].to_numpy().tolist() == [[1, 12, 0.6]]
    assert bounds["look"].tolist() == [1, 2, 3]
    assert bounds["reached"].tolist() == [True, False, False]
    assert bounds["events"].tolist() == [12, 16, 20]
    wanted = stats.lan_demets_bounds([0.6, 0.8, 1.0], alpha=0.05)
    np.testing.assert_allclose(bounds["bound"], wanted["bound"])
    np.testing.assert_allclose(bounds["spent"], wanted["spent"])


def test_a_present_cut_between_the_looks_has_the_bound_of_a_further_look() -> None:
    result = looked(made_of(13), 20, [0.5, 0.8, 1.0])
    looks, bounds = result.tables["looks"], result.tables["boundary"]
    assert looks["events"].tolist() == [10, 13]
    assert looks["look"].isna().tolist() == [False, True]
    assert bounds["events"].tolist() == [10, 13, 16, 20]
    with_it = stats.lan_demets_bounds([0.5, 0.65], alpha=0.05)["bound"]
    planned = stats.lan_demets_bounds([0.5, 0.8, 1.0], alpha=0.05)["bound"]
    np.testing.assert_allclose(bounds["bound"], [*with_it, *planned.iloc[1:]])
    np.testing.assert_allclose(looks["bound"], with_it)
    assert any(note.startswith("The present cut is not one of the planned looks.") for note in result.notes)


def test_a_present_cut_without_an_event_since_the_look_is_no_further_look() -> None:
    result = looked(made_of(10), 20, [0.5, 1.0])
    assert result.tables["looks"]["look"].tolist() == [1]
    assert not any("not one of the planned looks" in note for note in result.notes)


def test_before_the_first_look_there_is_only_the_present_cut() -> None:
    result = looked(made_of(4), 20, [0.5, 1.0])
    assert result.tables["looks"]["events"].tolist() == [4]
    assert result.tables["boundary"]["reached"].tolist() == [True, False, False]
    assert result.tables["boundary"]["bound"].iloc[0] == pytest.approx(
        stats.lan_demets_bounds([0.2], alpha=0.05)["bound"].iloc[0]
    )


def test_events_beyond_the_plan_leave_nothing_to_spend() -> None:
    result = looked(made_of(23), 20, [0.5, 1.0])
    looks = result.tables["looks"]
    assert looks["events"].tolist() == [10, 20, 23]
    assert looks["bound"].isna().tolist() == [False, False, True]
    assert not looks["crossed"].iloc[2]
    assert "3 events more than planned: the whole error is spent by then" in " ".join(result.notes)
    assert "no error left to spend" in result.sentence


def test_two_planned_looks_on_one_day_are_one() -> None:
    burst = [("Zap" if n % 2 else "Pills", 0, 30, True) for n in range(16)]
    result = looked([*burst, *made_of(0)], 20, [0.5, 0.8, 1.0])
    assert result.tables["looks"]["look"].tolist() == [2]
    assert result.tables["boundary"]["look"].tolist() == [2, 3]
    assert "1 planned look fell on the same day as the next and is one with it." in result.notes


def test_a_bound_crossed_is_said_and_for_whom() -> None:
    dead = [("Pills", 0, 11 + n, True) for n in range(14)]
    alive = [("Zap", 0, LAST + 1, False)] * 14
    result = looked([*dead, *alive], 20, [0.5, 1.0])
    looks = result.tables["looks"]
    assert (looks["z"] > 0).all()
    assert looks["crossed"].all()
    assert result.facts["verdict"] == "A stopping line is crossed: Overall survival."
    assert "crossed in favour of Zap now" in result.sentence
    assert "crossed before, at look 1" in result.sentence


def test_z_has_the_sign_of_the_first_arm_as_this_viewer_sees_the_arms() -> None:
    made = [("Pills", 0, 11 + n, True) for n in range(12)] + [("Zap", 0, LAST + 1, False)] * 12
    named = looked(made, 20, [0.5, 1.0])
    coded = looked(made, 20, [0.5, 1.0], role=Role.DSMB)
    first_is_zap = watched(followed(made), "", Role.DSMB)._arm_labels["Zap"] == "Arm A"
    assert coded.facts["arms"] == ["Arm A", "Arm B"]
    turned = 1 if first_is_zap else -1
    np.testing.assert_allclose(coded.tables["looks"]["z"], turned * named.tables["looks"]["z"])
    assert f"in favour of {'Arm A' if first_is_zap else 'Arm B'}" in coded.sentence


def test_no_arm_s_name_reaches_who_sees_codes() -> None:
    declared = RULES + boundary(30, [0.5, 1.0])
    result = monitoring(watched(followed(patients(3)), declared, Role.DSMB))
    cells = [frame.to_csv() for frame in result.tables.values()]
    said = json.dumps([result.sentence, result.notes, result.facts, result.masked, cells], default=str).lower()
    assert not any(word in said for word in SECRET_WORDS)
    assert "arm a" in said


@pytest.mark.parametrize("role", [Role.PI, Role.MDT, Role.DATA_MANAGER])
def test_it_is_refused_to_who_may_not_see_outcomes_by_arm(role: Role) -> None:
    with pytest.raises(AccessDenied, match="DSMB member and Unblinded statistician may"):
        looked(patients(3), 30, [0.5, 1.0], role=role)


@pytest.mark.parametrize(
    ("arms", "said"),
    [(("Zap",), "in this trial 1 arm has patients"), (("Zap", "Pills", "Mix"), "in this trial 3 arms have patients")],
)
def test_other_than_two_arms_have_a_plan_and_no_z(arms: tuple[str, ...], said: str) -> None:
    made = [(arms[n % len(arms)], 0, 10 + n, True) for n in range(24)]
    result = looked(made, 20, [0.5, 1.0])
    assert result.tables["looks"].empty
    assert result.tables["boundary"]["events"].tolist() == [10, 20]
    assert not result.tables["boundary"]["reached"].any()
    assert f"No z is computed: the boundary compares two arms, and {said}." in result.notes
    assert said in result.sentence


def test_no_event_yet() -> None:
    result = looked(made_of(0), 20, [0.5, 1.0])
    assert result.tables["looks"].empty
    assert "No event has happened yet." in result.notes
    assert "0 of 20 events planned." in result.sentence
    assert result.facts["verdict"] == "No stopping line is crossed."


def test_nobody_is_enrolled_yet() -> None:
    result = monitoring(watched({}, RULES + boundary(20, [0.5, 1.0])))
    assert result.tables["looks"].empty
    assert result.tables["boundary"]["reached"].tolist() == [False, False]
    assert (result.n_used, result.n_total) == (0, 0)
    assert "in this trial 0 arms have patients" in result.sentence


def test_an_arm_under_ten_patients_is_not_tested() -> None:
    made = [("Pills", 0, 11 + n, True) for n in range(12)] + [("Zap", 0, LAST + 1, False)] * 9
    result = looked(made, 20, [0.5, 1.0])
    assert result.tables["looks"]["z"].isna().all()
    assert not result.tables["looks"]["crossed"].any()
    assert "no test (n < 10 in an arm)" in result.sentence
    assert "n < 10 in an arm: no test at that look." in result.notes


def test_an_arm_that_was_still_too_small_at_an_early_look() -> None:
    """Zap's patients come on day 100 only; at the look on day 20 nobody of it was there."""
    made = [("Pills", 0, 11 + n, True) for n in range(12)] + [("Zap", 100, LAST - 99, False)] * 12
    looks = looked(made, 20, [0.5, 1.0]).tables["looks"]
    assert looks["z"].isna().tolist() == [True, False]


def test_events_without_a_day_count_at_the_present_cut_only() -> None:
    result = looked(made_of(12), 20, [0.5, 1.0], dated=False)
    assert result.tables["looks"][["events", "z"]].notna().all(axis=None)
    assert result.tables["looks"]["look"].isna().tolist() == [True]
    assert result.tables["looks"]["events"].tolist() == [12]
    assert "12 events without a day: counted at the present cut only." in result.notes


def test_a_patient_without_an_arm_is_in_neither() -> None:
    made = made_of(12)
    tables = followed(made)
    tables["adsl"][0] |= {"TRT01P": None}
    result = monitoring(watched(tables, boundary(20, [0.5, 1.0])))
    assert result.tables["looks"]["events"].iloc[-1] == 11


def test_without_randomisation_the_screen_says_so() -> None:
    plain = looked(patients(3), 30, [0.5, 1.0])
    assert any(note.startswith("Not a randomised comparison (allocation: willingness)") for note in plain.notes)
    assert any(note.startswith("Without randomisation") for note in plain.notes)
    drawn = UNCOMPARED.replace('method = "willingness"', 'method = "randomised"\nrandomised = true')
    random_ = monitoring(watched(followed(patients(3)), boundary(30, [0.5, 1.0]), protocol=drawn))
    assert not any("andomis" in note for note in random_.notes)


def test_who_is_not_at_risk_is_not_used() -> None:
    made = patients(3)
    tables = followed(made)
    del tables["adtte"][0]
    result = monitoring(watched(tables, boundary(30, [0.5, 1.0])))
    assert (result.n_used, result.n_total) == (59, 60)
    assert [each.n for each in result.excluded] == [1]


def test_days_and_shares_are_plain_values() -> None:
    looks = looked(patients(3), 30, [0.5, 1.0]).tables["looks"]
    assert all(isinstance(each.date(), dt.date) for each in looks["day"])
    assert looks["information"].between(0, 2).all()
