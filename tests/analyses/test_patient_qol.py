"""The quality of life of one patient: what a change means, drawn as a table; alerts, medians, whose page it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from crlm_dash import tables
from crlm_dash.access import Role
from crlm_dash.analyses import patient_qol
from crlm_dash.analyses.result import Result
from crlm_dash.errors import AccessDenied
from crlm_dash.figures import patient_qol as figure
from tests.analyses.tiny import PROTOCOL, cut_of, door_into, full
from tests.analyses.tiny_qol import SCALES

DAY = dt.date(2025, 1, 10)
Row = dict[str, Any]


def form(day: int, score: float, base: float | None = 50, scale: str = "QL", visit: int | None = 2) -> Row:
    change = {} if base is None or day == 1 else {"CHG": score - base}
    return {
        "USUBJID": "T-01", "PARCAT1": "QLQ-C30", "PARAMCD": scale, "ADT": DAY + dt.timedelta(days=day - 1), "ADY": day,
        "AVAL": score, "BASE": base, "VISITNUM": 1 if day == 1 else visit, "ANL01FL": "Y",
        "ABLFL": "Y" if day == 1 else None, "APOBLFL": None if day == 1 else "Y", **change,
    }  # fmt: skip


def seen(*forms: Row, role: Role = Role.MDT, sites: Any = None, **more: list[Row]) -> Result:
    return patient_qol(door_into(cut_of(full() | {"adqol": list(forms)} | more), role, sites), usubjid="T-01")


# important is 10: scale, baseline, score → verdict, alert
CHANGES: list[tuple[str, float, float, str, bool]] = [
    ("QL", 50, 60, "better", False),
    ("QL", 50, 59, "same", False),
    ("QL", 50, 41, "same", False),
    ("QL", 50, 40, "worse", False),
    ("QL", 50, 30, "worse", False),  # twice as much is not more than twice
    ("QL", 50, 29, "worse", True),
    ("PA", 20, 10, "better", False),
    ("PA", 20, 40, "worse", False),
    ("PA", 20, 41, "worse", True),  # more pain is worse
]


@pytest.mark.parametrize(("scale", "base", "score", "verdict", "alert"), CHANGES)
def test_what_a_change_means(scale: str, base: float, score: float, verdict: str, alert: bool) -> None:
    result = seen(form(1, base, base, scale), form(90, score, base, scale))
    row = result.tables["profile"].iloc[0]
    assert (row["verdict"], row["alert"]) == (verdict, alert)
    assert bool(result.facts["alert"]) is alert
    assert len(result.tables["alerts"]) == alert


def test_of_a_scale_of_one_question_one_answer_is_no_alert() -> None:
    names = ("PARCAT1", "PARAMCD", "PARAM", "SCALING", "BETTER", "WORST", "BEST", "ORD", "USEDFL")
    pain = dict(zip(names, SCALES[1], strict=True)) | {"ITEMS": "8", "LOW": 1, "HIGH": 4}
    for score, alert in ((100 / 3, False), (200 / 3, True)):
        result = seen(form(1, 0, 0, "PA"), form(90, score, 0, "PA"), qlscales=[pain])
        assert bool(result.tables["profile"]["alert"].iloc[0]) is alert


def test_levels_and_an_index_have_steps_and_decimals_of_their_own() -> None:
    names = ("PARCAT1", "PARAMCD", "PARAM", "SCALING", "BETTER", "WORST", "BEST", "ORD", "USEDFL")
    scales: list[tuple[Any, ...]] = [
        ("EQ-5D-5L", "EQMO", "Mobility", "level", "lower", 5, 1, 50, "Y"),
        ("EQ-5D-5L", "EQINDEX", "Index", "level", "higher", -0.3, 1, 60, "Y"),
    ]
    listed = [dict(zip(names, each, strict=True)) | {"ITEMS": "1", "LOW": 1, "HIGH": 5} for each in scales]
    listed[1] |= {"ITEMS": None, "HIGH": 1}
    own = 'scales = [{scale = "EQMO", points = 1}, {scale = "EQINDEX", points = 0.08}]\n'
    text = PROTOCOL.replace("points = 10.0\n", own)
    rows = [form(day, score, base, scale) | {"PARCAT1": "EQ-5D-5L"} for day, score, base, scale in (
        (1, 1, 1, "EQMO"), (90, 3, 1, "EQMO"), (180, 4, 1, "EQMO"), (1, 0.9, 0.9, "EQINDEX"), (90, 0.4, 0.9, "EQINDEX"),
    )]  # fmt: skip
    door = door_into(cut_of(full() | {"adqol": rows, "qlscales": listed}, text), Role.MDT)
    result = patient_qol(door, usubjid="T-01")
    assert result.tables["alerts"][["scale", "day"]].to_numpy().tolist() == [["EQMO", 180], ["EQINDEX", 90]]
    assert "Mobility (by 3 points), Index (by 0.50 points)" in result.facts["alert"]
    assert tables.patient_qol.alerts(result)["Important"].tolist() == ["1", "0.08"]
    assert "Important is a change of EQMO 1, EQINDEX 0.08 (somebody)." in result.notes


def test_an_alert_that_is_over_is_listed_and_not_called_out() -> None:
    result = seen(form(1, 50), form(90, 20), form(180, 50))
    assert result.facts["alert"] == ""
    assert result.tables["alerts"][["day", "is_last"]].to_numpy().tolist() == [[90, False]]
    assert tables.patient_qol.alerts(result)["Now"].tolist() == ["no"]


def test_the_sentence_counts_scales_at_their_last_form() -> None:
    result = seen(form(1, 50), form(90, 20), form(1, 0, 0, "PA"), form(90, 0, 0, "PA"))
    assert result.sentence == (
        "Against the own baseline (last form 9 Apr 2025): 1 of 2 scales worse by an important amount, 0 better, 1 "
        "about the same."
    )
    assert result.facts["alert"] == (
        "Worse than at baseline by more than twice the important difference: Global health status (by 30 points)."
    )


def test_the_median_is_of_the_form_s_visit_and_only_where_there_is_one() -> None:
    medians = [{"PARAMCD": "QL", "VISITNUM": 2, "N": 5, "MEDIAN": 45}]
    result = seen(form(1, 50), form(90, 40), form(180, 40, visit=3), form(200, 30, visit=None), qlmedians=medians)
    found = result.tables["scores"].set_index("day")["median"]
    assert found[90] == 45
    assert found[[1, 180, 200]].isna().all()


def test_without_a_baseline_there_is_no_verdict() -> None:
    result = seen(form(90, 40, None))
    assert result.tables["profile"]["verdict"].tolist() == [""]
    assert result.sentence == "Nothing can be set against a baseline yet."
    assert len(figure(result, "QLQ-C30").data) == 5


def test_nobody_s_answers_and_a_patient_of_another_site() -> None:
    assert "on record" in seen().empty
    assert not figure(seen(), "QLQ-C30").data
    with pytest.raises(AccessDenied):
        seen(form(1, 50), sites=frozenset({"02"}))


def test_worst_is_left_and_best_is_right_for_every_scale() -> None:
    drawn = figure(seen(form(1, 50), form(90, 30), form(1, 20, 20, "PA"), form(90, 70, 20, "PA")), "QLQ-C30")
    at = {trace.name.strip(): list(trace.x) for trace in drawn.data if trace.name}
    assert at["Baseline"] == [50, 80]
    assert at["Last form"] == [30]
    assert at["Last form: much worse"] == [30]  # pain of 70 is 30 from the worst end
