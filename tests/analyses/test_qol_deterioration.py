"""When quality of life gets worse: single courses drawn as a table, and curves worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from crlm_dash.analyses import qol
from crlm_dash.analyses.qol_deterioration import deterioration
from crlm_dash.analyses.qol_scale import scale_named
from crlm_dash.figures import qol_deterioration as figure
from crlm_dash.store.door import Door
from crlm_dash.terms import DAYS_PER_MONTH
from tests.analyses.tiny import cut_of, door_into, full

Course = dict[int, float]  # study day → score; the baseline of 50 is not in it
DAY = dt.date(2025, 1, 10)


def door_to(courses: list[Course], deaths: dict[int, int] | None = None, missed: dict[int, int] | None = None) -> Door:
    """Patients with a baseline of 50 (more is better), followed as in `courses`; days of death, of a missing form."""
    people: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    forms: list[dict[str, Any]] = []
    for number, course in enumerate(courses):
        name, died = f"T-{number:02d}", (deaths or {}).get(number)
        dead = None if died is None else DAY + dt.timedelta(days=died - 1)
        people.append({"USUBJID": name, "SITEID": "01", "TRT01P": "Zap", "ENRLDT": DAY, "ENRLFL": "Y", "DTHDT": dead})
        shared = {"USUBJID": name, "PARCAT1": "QLQ-C30", "PARAMCD": "QL", "BASE": 50}
        scores.append(shared | {"ADT": DAY, "AVAL": 50, "ABLFL": "Y"})
        for day, score in course.items():
            when = DAY + dt.timedelta(days=day - 1)
            scores.append(shared | {"ADT": when, "AVAL": score, "CHG": score - 50, "APOBLFL": "Y"})
        gone = (missed or {}).get(number)
        for day in (92, 183, 275):
            status = "unknown" if day == gone else "received"
            forms.append({"USUBJID": name, "PARCAT1": "QLQ-C30", "VISITNUM": day, "DAY": day, "STATUS": status})
    return door_into(cut_of(full() | {"adsl": people, "adqol": scores, "adqolvis": forms}))


def outcome(course: Course, *, definitive: bool, died: int | None = None, missed: int | None = None) -> tuple[int, int]:
    """Day and event (1 worse, 2 death, 0 neither) of one patient."""
    door = door_to([course], {0: died} if died else {}, {0: missed} if missed else {})
    scale = scale_named(door, door.ask("qol_scales"), "QL")
    assert scale is not None
    asked = scale.asked() | {"questionnaire": scale.questionnaire}
    row = door.ask("qol_deterioration", **asked, definitive=definitive).iloc[0]
    return int(row["time"]), int(row["event"])


# course, day of death, day of a form that is missing → first, definitive (day, event)
COURSES: list[tuple[str, Course, int | None, int | None, tuple[int, int], tuple[int, int]]] = [
    ("worse and stays so", {90: 40, 180: 30, 270: 40}, None, None, (90, 1), (90, 1)),
    ("worse, recovers", {90: 40, 180: 41, 270: 50}, None, None, (90, 1), (270, 0)),
    ("recovers, worse again for good", {90: 30, 180: 50, 270: 40}, None, None, (90, 1), (270, 1)),
    ("worse at the last form only", {90: 50, 180: 50, 270: 20}, None, None, (270, 1), (270, 1)),
    ("just not enough", {90: 40.5, 180: 45}, None, None, (180, 0), (180, 0)),
    ("exactly enough", {90: 40}, None, None, (90, 1), (90, 1)),
    ("worse, then better than ever, then dies", {90: 40, 180: 80}, 200, None, (90, 1), (200, 2)),
    ("worse for good, then dies", {90: 40, 180: 30}, 200, None, (90, 1), (90, 1)),
    ("dies without a form", {}, 30, None, (30, 2), (30, 2)),
    ("dies after a form that is missing", {90: 50}, 300, 183, (90, 0), (90, 0)),
    ("no form after baseline", {}, None, 92, (1, 0), (1, 0)),
]


@pytest.mark.parametrize(("what", "course", "died", "missed", "first", "definitive"), COURSES)
def test_a_course(
    what: str, course: Course, died: int | None, missed: int | None, first: tuple[int, int], definitive: tuple[int, int]
) -> None:
    assert outcome(course, definitive=False, died=died, missed=missed) == first, what
    assert outcome(course, definitive=True, died=died, missed=missed) == definitive, what


def test_curves_are_those_worked_by_hand() -> None:
    """Five patients: for good on day 61, dead on day 122, recovered after day 61 and followed to 183, two to 183."""
    courses = [{61: 30, 183: 30}, {61: 50}, {61: 30, 183: 50}, {183: 50}, {183: 50}]
    door = door_to(courses, {1: 122})
    scale = scale_named(door, door.ask("qol_scales"), "QL")
    assert scale is not None
    curves = deterioration(door, scale.asked(), scale, ["All"])["deterioration_curves"]

    def last(kind: str, cause: int) -> float:
        found = curves[(curves["kind"] == kind) & (curves["cause"] == cause)]
        return float(found["estimate"].iloc[-1])

    assert last("first", 1) == pytest.approx(2 / 5)
    assert last("definitive", 1) == pytest.approx(1 / 5)
    assert last("first", 2) == pytest.approx(1 / 5)  # three of five left, one of the three dies
    assert last("definitive", 2) == pytest.approx(1 / 5)
    steps = curves[(curves["kind"] == "definitive") & (curves["cause"] == 1) & (curves["time"] > 0)]
    assert steps["time"].tolist() == pytest.approx([each / DAYS_PER_MONTH for each in (61, 122, 183)])


def test_for_good_is_never_more_than_for_the_first_time() -> None:
    found: pd.DataFrame = qol(door_to([course for _, course, *_ in COURSES])).tables["deterioration_curves"]
    worse = found[found["cause"] == 1].groupby("kind")["estimate"].max()
    assert worse["definitive"] < worse["first"]


def test_both_are_drawn_one_below_the_other_in_per_cent() -> None:
    drawn = figure(qol(door_into(cut_of(full())), by="arm"))
    assert {trace.yaxis for trace in drawn.data} == {"y", "y2"}
    assert "first time" in drawn.layout.yaxis.title.text
    assert "for good" in drawn.layout.yaxis2.title.text
    assert [trace.name.strip() for trace in drawn.data if trace.showlegend] == ["Zap now", "Pills only"]


def test_of_a_scale_that_nobody_answered_nothing_is_drawn() -> None:
    empty = qol(door_to([{90: 40}]), scale="PA")
    assert not figure(empty).data
