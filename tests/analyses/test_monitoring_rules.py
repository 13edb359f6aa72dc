"""Who counts for the stopping rules, from which day on, and what the path says; drawn tables."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import monitoring
from crlm_dash.analyses.monitoring_rules import procedure_outcomes
from crlm_dash.errors import AccessDenied
from tests.analyses.monitored import ALIVE, DEAD, LAST, LOST, NEW, RULES, day, procedure, trial, watched
from tests.analyses.tiny import PROTOCOL

NONE = "the protocol file of this trial declares no stopping rules"


def complication(start: int, grade: str, **more: Any) -> dict[str, Any]:
    return {"ASTDT": day(start), "AECLAV": grade, "AEMODAL": "HEPATECTOMY", **more}


def outcome(measure: str, procedures: list[Any], events: list[Any] | None = None) -> tuple[str, int | None]:
    """What is known of one patient, and since which day of the trial."""
    door = watched(trial([procedures], [events or []]), RULES)
    found = procedure_outcomes(door).set_index("measure").loc[measure]
    known = None if pd.isna(found["day"]) else (pd.Timestamp(found["day"]).date() - day(0)).days
    assert found["n"] == 1
    return found["outcome"], known


@pytest.mark.parametrize(
    ("procedures", "expected"),
    [
        ([procedure(10, seen=LAST)], ("none", 100)),  # alive on day 90 after it, known that day
        ([procedure(10, seen=100)], ("none", 100)),  # last seen on the very day
        ([procedure(10, seen=99)], ("short", None)),  # a day too early, and the 90 days are over
        ([procedure(10, dead=10)], ("event", 10)),  # on the table
        ([procedure(10, dead=100)], ("event", 100)),  # on day 90
        ([procedure(10, dead=101)], ("none", 100)),  # on day 91: alive 90 days after it
        ([procedure(LAST - 90, seen=LAST)], ("none", LAST)),
        ([procedure(LAST - 89, seen=LAST)], ("within", None)),
        ([procedure(LAST - 90, seen=LAST - 1)], ("short", None)),  # the 90 days end with the cut-off
        ([procedure(LAST - 89, dead=LAST)], ("event", LAST)),
        # several procedures: a death counts after any of them, nobody counts before the last is over
        ([procedure(10, dead=150), procedure(80, dead=150)], ("event", 150)),
        ([procedure(10, seen=300), procedure(80, seen=300)], ("none", 170)),
        ([procedure(10, seen=LAST), procedure(LAST - 30, seen=LAST)], ("within", None)),
        ([procedure(10, seen=120), procedure(80, seen=120)], ("short", None)),
        # a death without a day
        ([procedure(10, seen=60, DTHFL="Y")], ("undated", None)),
        ([procedure(10, seen=200, DTHFL="Y")], ("none", 100)),  # alive on day 90 all the same
        ([procedure(10)], ("short", None)),  # never seen again
        ([procedure(10, seen=5)], ("short", None)),  # last seen before it
        ([procedure(10, seen=LAST, PHASE="SUBSEQUENT")], ("none", 100)),
    ],
)
def test_death_within_90_days(procedures: list[Any], expected: tuple[str, int | None]) -> None:
    assert outcome("mortality_90", procedures) == expected


@pytest.mark.parametrize(
    ("procedures", "events", "expected"),
    [
        ([procedure(10, seen=LAST)], [], ("none", 100)),
        ([procedure(10, seen=LAST, CLAVORD=3)], [complication(15, "IIIa")], ("none", 100)),  # IIIa is not enough
        ([procedure(10, seen=LAST, CLAVORD=4)], [complication(15, "IIIb")], ("event", 15)),
        ([procedure(10, seen=LAST, CLAVORD=7)], [complication(15, "II"), complication(40, "V")], ("event", 40)),
        ([procedure(10, seen=LAST, CLAVORD=5)], [complication(40, "IVa"), complication(20, "IIIb")], ("event", 20)),
        ([procedure(10, seen=20, CLAVORD=4)], [complication(15, "iiib")], ("event", 15)),  # known at once
        (  # what chemotherapy did is none of a procedure
            [procedure(10, seen=LAST, CLAVORD=4)],
            [complication(12, "IVa", AEMODAL="SYSTEMIC"), complication(15, "IIIb", AEMODAL=None)],
            ("event", 15),
        ),
        ([procedure(10, seen=LAST, CLAVORD=4)], [], ("event", 10)),  # its own record is not there: the day of surgery
        # that of another patient's window or of another time is not this procedure's
        ([procedure(10, seen=LAST, CLAVORD=0)], [complication(200, "IIIb")], ("none", 100)),
        ([procedure(10, seen=50)], [], ("short", None)),
        ([procedure(LAST - 20, seen=LAST)], [], ("within", None)),
        ([procedure(10, dead=50)], [], ("none", 50)),  # died of something else: nothing more can follow
        ([procedure(10, seen=50, DTHFL="Y")], [], ("undated", None)),
        ([procedure(10, seen=300), procedure(80, seen=300, CLAVORD=4)], [complication(85, "IIIb")], ("event", 85)),
    ],
)
def test_severe_complication(procedures: list[Any], events: list[Any], expected: tuple[str, int | None]) -> None:
    assert outcome("clavien_3b", procedures, events) == expected


def test_the_path_counts_each_patient_once_in_the_order_things_became_known() -> None:
    early = [procedure(1, seen=LAST)]  # procedure first, known on day 91
    second = [procedure(10, dead=95), procedure(20, dead=95)]
    result = monitoring(watched(trial([early, DEAD, ALIVE, second, NEW, LOST]), RULES))
    path = result.tables["path"].query("rule == 'deaths'")
    assert [each.date() for each in path["day"]] == [day(20), day(91), day(95), day(100)]
    assert path[["n", "n_event"]].to_numpy().tolist() == [[1, 1], [2, 1], [3, 2], [4, 2]]
    row = result.tables["rules"].set_index("rule").loc["deaths"]
    assert row[["n", "n_event", "n_within", "n_short", "n_undated"]].tolist() == [4, 2, 1, 1, 0]
    assert "not counted: 1 still within 90 days of a procedure and 1 last seen before day 90." in " ".join(result.notes)


def test_the_line_is_crossed_where_enough_events_are_seen() -> None:
    """R, pbeta(0.05, 1 + x, 19 + n - x, lower.tail = FALSE): 0.9742 for 3 of 4, 0.8948 for 2, 0.9052 for 2 of 3."""
    result = monitoring(watched(trial([DEAD, [procedure(12, dead=30)], [procedure(5, dead=40)], ALIVE]), RULES))
    row = result.tables["rules"].set_index("rule").loc["deaths"]
    assert (row["n"], row["n_event"], row["n_stop"], bool(row["stopped"])) == (4, 3, 3, True)
    assert row["posterior"] == pytest.approx(0.9741855, abs=1e-7)
    assert row["first_stopped"] == 3
    assert result.facts["verdict"] == "A stopping line is crossed: Deaths after procedures."
    assert result.sentence.startswith(result.facts["verdict"])
    assert "3 of 4 patients, the line is at 3, at or above it first after 3 patients" in result.sentence


def test_a_line_crossed_on_the_way_is_told_though_the_path_is_below_it_now() -> None:
    dead = [[procedure(10, dead=20 + n)] for n in range(3)]
    result = monitoring(watched(trial([*dead, *[ALIVE] * 30]), RULES))
    row = result.tables["rules"].set_index("rule").loc["deaths"]
    assert not row["stopped"]
    assert row["first_stopped"] == 3
    assert result.facts["verdict"] == (
        "No stopping line is crossed. Crossed on the way, and no longer: Deaths after procedures."
    )
    assert "below it again now" in result.sentence


def test_too_few_patients_are_not_judged() -> None:
    result = monitoring(watched(trial([DEAD, DEAD]), RULES))
    row = result.tables["rules"].set_index("rule").loc["deaths"]
    assert pd.isna(row["n_stop"])
    assert not row["stopped"]
    assert "2 of 2 patients, judged from 3 patients on" in result.sentence
    assert result.facts["verdict"] == "No stopping line is crossed."


def test_the_line_goes_on_where_more_patients_come_than_planned() -> None:
    result = monitoring(watched(trial([[procedure(10, seen=LAST)]] * 55), RULES))
    line = result.tables["line"].query("rule == 'deaths'")
    assert (line["n"].iloc[0], line["n"].iloc[-1]) == (3, 55)
    assert result.tables["operating"]["expected_n"].max() <= 40
    assert (line["n_stop"].diff().dropna() >= 0).all()


def test_operating_characteristics_are_at_multiples_of_the_acceptable_rate() -> None:
    table = monitoring(watched(trial([ALIVE]), RULES)).tables["operating"].query("rule == 'worse'")
    assert table["true_rate"].tolist() == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.6])
    assert table["p_stop"].is_monotonic_increasing


def test_who_had_procedures_after_progression_only_or_on_a_day_half_known_is_told() -> None:
    later = [procedure(10, seen=LAST, PHASE="SUBSEQUENT")]
    both = [procedure(10, seen=LAST), procedure(50, seen=LAST, PHASE="SUBSEQUENT", ASTDTF="D")]
    notes = " ".join(monitoring(watched(trial([later, both, ALIVE]), RULES)).notes)
    assert "1 patient had local procedures only after progression; they count too." in notes
    assert "Of 1 patient the day of a procedure is only partly known." in notes


def test_a_procedure_without_a_day_is_told_though_it_cannot_be_counted() -> None:
    tables = trial([ALIVE, [], [], DEAD])
    given = {"MODALITY": "ABLATION", "N_UNDATED": 1}
    tables["admodal"] = [
        {"USUBJID": "T-001", **given},
        {"USUBJID": "T-002", **given},
        {"USUBJID": "T-002", **given, "MODALITY": "TACE"},
        {"USUBJID": "T-003", **given, "MODALITY": "SYSTEMIC"},  # no local procedure
        {"USUBJID": "T-004", **given, "N_UNDATED": 0},
    ]
    notes = monitoring(watched(tables, RULES)).notes
    said = (
        "2 patients had a local procedure on a day that is not recorded; 1 of them had no other and cannot be counted."
    )
    assert said in notes
    assert not any("not recorded" in note for note in monitoring(watched(trial([ALIVE]), RULES)).notes)


def test_who_had_no_procedure_is_not_used() -> None:
    result = monitoring(watched(trial([ALIVE, [], NEW, []]), RULES))
    assert (result.n_used, result.n_total) == (2, 4)
    assert [(each.reason, each.n) for each in result.excluded] == [("no local procedure in the trial", 2)]
    assert result.tables["boundary"].empty
    assert result.tables["looks"].empty


def test_nobody_is_enrolled_yet_and_the_lines_are_there() -> None:
    result = monitoring(watched({}, RULES))
    assert (result.n_used, result.n_total, result.empty) == (0, 0, "")
    assert result.facts["verdict"] == "No stopping line is crossed."
    assert result.tables["rules"]["n"].tolist() == [0, 0]
    assert len(result.tables["line"]) > 2
    assert result.tables["path"].empty


def test_a_trial_without_rules_says_so_calmly() -> None:
    result = monitoring(watched(trial([ALIVE, DEAD]), ""))
    assert NONE in result.empty.lower()
    assert all(frame.empty for frame in result.tables.values())
    assert (result.n_used, result.n_total) == (0, 2)


@pytest.mark.parametrize("role", [Role.PI, Role.MDT, Role.DATA_MANAGER])
@pytest.mark.parametrize("declared", [RULES, ""])
def test_it_is_refused_to_who_may_not_see_outcomes_by_arm(role: Role, declared: str) -> None:
    with pytest.raises(AccessDenied, match="may not see outcomes by arm"):
        monitoring(watched(trial([ALIVE, DEAD]), declared, role))


def test_a_label_that_names_an_arm_is_not_shown_beside_codes() -> None:
    named = RULES.replace("Severe complications", "Severe complications of Zap now")
    for role, label in (
        (Role.STATISTICIAN, "Severe complications of Zap now"),
        (Role.DSMB, "Severe complication of a"),
    ):
        result = monitoring(watched(trial([ALIVE]), named, role))
        assert result.tables["rules"]["label"].iloc[1].startswith(label)
    assert "zap" not in str(result).lower()


def test_the_longest_days_of_the_protocol_hold_for_complications() -> None:
    protocol = PROTOCOL.replace("[[arms]]", "[safety]\nprocedure_days = [30, 90, 120]\n[[arms]]", 1)
    door = watched(trial([[procedure(10, seen=110)]]), RULES, protocol=protocol)
    found = procedure_outcomes(door).set_index("measure")["outcome"]
    assert found.to_dict() == {"mortality_90": "none", "clavien_3b": "short"}
    assert isinstance(door.cut.cutoff, dt.date)
