"""Quality of life at its edges: visits nobody attended, forms before baseline or outside all windows, groups of one."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from crlm_dash import figures, tables
from crlm_dash.analyses import qol, qol_model
from crlm_dash.analyses.result import Result
from tests.analyses.tiny import cut_of, door_into, full
from tests.analyses.tiny_qol import Row

ZAP, PILLS = "Zap now", "Pills only"


def asked(more: dict[str, list[Row]], **options: str) -> Result:
    return qol(door_into(cut_of(full() | more)), **options)


def of_visit(result: Result, table: str, visit: str, strata: str = "All") -> list[dict[str, Any]]:
    found = result.tables[table]
    return found[(found["visit"] == visit) & (found["strata"] == strata)].to_dict("records")


def test_a_visit_that_nobody_attended_is_expected_answered_by_none_and_has_no_mean() -> None:
    forms = full()["adqolvis"]
    missed = [
        row | {"VISITNUM": 3, "VISIT": "MONTH 6", "DAY": 183, "STATUS": "unknown", "REASON": None}
        for row in forms
        if row["VISITNUM"] == 1
    ]
    result = asked({"adqolvis": forms + missed})
    (row,) = of_visit(result, "completion", "MONTH 6")
    assert (row["expected"], row["received"], row["unknown"], row["percent"]) == (20, 0, 20, 0)
    assert of_visit(result, "visits", "MONTH 6") == []
    assert result.facts["verdict"].startswith("Global health status at month 3")
    assert "0 of 20" in [note.text for note in figures.qol(result).layout.annotations]
    shown = tables.qol_completion(result).set_index("Visit")
    assert shown.loc["Month 6", "Received"] == "0 (0 %)"
    assert shown.loc["Month 3", "In window"] == "12 (80 %)"  # of 15 expected; one more came outside it


def test_a_visit_at_which_nobody_is_expected_has_no_share() -> None:
    forms = [row | ({"STATUS": "dead"} if row["VISITNUM"] == 2 else {}) for row in full()["adqolvis"]]
    result = asked({"adqolvis": forms, "adqol": [row for row in full()["adqol"] if row["VISITNUM"] == 1]})
    (row,) = of_visit(result, "completion", "MONTH 3")
    assert (row["expected"], row["dead"]) == (0, 20)
    assert math.isnan(row["percent"])
    assert tables.qol_completion(result).set_index("Visit").loc["Month 3", "Received"] == "0"


def test_a_form_before_the_baseline_changes_nothing() -> None:
    scores = full()["adqol"]
    early = [
        row | {"ADT": row["ADT"] - dt.timedelta(days=9), "ADY": -9, "AVAL": 0, "ABLFL": None, "ANL01FL": None}
        for row in scores
        if row["VISITNUM"] == 1
    ]
    plain, result = asked({}), asked({"adqol": scores + early})
    for table in plain.tables:
        assert result.tables[table].equals(plain.tables[table]), table


def test_a_form_outside_every_window_is_of_no_visit_but_can_be_the_first_that_is_worse() -> None:
    scores = full()["adqol"]
    day = next(row["ADT"] for row in scores if row["USUBJID"] == "T-08" and row["VISITNUM"] == 1)
    shared = {"USUBJID": "T-08", "PARCAT1": "QLQ-C30", "PARAMCD": "QL", "APOBLFL": "Y", "BASE": 50}
    between = shared | {"ADT": day + dt.timedelta(days=40), "AVAL": 20, "CHG": -30}
    plain, result = asked({}, by="arm"), asked({"adqol": [*scores, between]}, by="arm")
    assert result.tables["visits"].equals(plain.tables["visits"])

    def worse(found: Result, kind: str) -> float:
        table = found.tables["deterioration_curves"]
        mine = table[(table["kind"] == kind) & (table["strata"] == PILLS) & (table["cause"] == 1)]
        return float(mine["estimate"].max()) if len(mine) else 0.0

    assert worse(plain, "first") == 0
    assert worse(result, "first") > 0
    assert worse(result, "definitive") == 0  # better again at month 3


def test_a_group_of_one_has_a_mean_without_limits_and_no_model() -> None:
    scores = [row for row in full()["adqol"] if row["VISITNUM"] == 1 or row["USUBJID"] in ("T-07", "T-08", "T-10")]
    result = asked({"adqol": scores}, by="arm")
    (zap,) = of_visit(result, "visits", "MONTH 3", ZAP)
    assert (zap["n_change"], zap["mean_change"]) == (1, -25)
    assert math.isnan(zap["change_low"])
    assert f"{ZAP} too few to judge (6 of 7 answered, 1 of them compared, 2 dead)" in result.facts["verdict"]
    assert f"{PILLS} too few to judge (7 of 8 answered, 2 of them compared, 2 dead)" in result.facts["verdict"]
    (pills,) = of_visit(result, "visits", "MONTH 3", PILLS)
    assert (pills["n_change"], pills["mean_change"]) == (2, 10)  # two who changed alike have no interval either
    assert math.isnan(pills["change_low"])
    marks = next(trace for trace in figures.qol(result).data if trace.mode == "markers")
    assert list(marks.marker.opacity) == [0.35]
    assert qol_model(door_into(cut_of(full() | {"adqol": scores})), by="arm").tables["means"].empty
