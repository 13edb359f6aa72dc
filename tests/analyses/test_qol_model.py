"""The model of quality of life on tiny trials: what it compares, which visits it has, when it gives no number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from crlm_dash import tables as tables_of_screen
from crlm_dash.access import Role
from crlm_dash.analyses import qol_model
from crlm_dash.analyses.result import Result
from crlm_dash.figures import qol_model as figure
from crlm_dash.store.door import Door
from crlm_dash.terms import POOLED
from tests.analyses.tiny import cut_of, door_into, full, subjects

Opened = Callable[..., Door]
Row = dict[str, Any]
ZAP, PILLS = "Zap now", "Pills only"
WOBBLE = (0, 3, -2, 5, -6)  # of patients, the same in both arms


def scores(kept: Callable[[int, int], bool] = lambda number, visit: True) -> list[Row]:
    """Three visits of all twenty: Zap falls by 20, Pills by 5 more at each visit, patients wobble by their own."""
    rows = []
    for row in (each for each in subjects() if "days" in each):
        number, zap = int(row["USUBJID"][2:]), row["TRT01P"] == "Zap"
        pair = (number - 1) // 2
        base = 50 + 10 * (pair % 2)
        for visit in (2, 3, 4):
            own = WOBBLE[pair % 5] + (1 if (pair + visit) % 3 else -1)
            change = -20 + own if zap else -5 * (visit - 1) + own
            if kept(number, visit):
                rows.append({
                    "USUBJID": row["USUBJID"], "PARCAT1": "QLQ-C30", "PARAMCD": "QL", "VISITNUM": visit,
                    "ADT": row["ENRLDT"] + dt.timedelta(days=90 * (visit - 1)), "AVAL": base + change, "BASE": base,
                    "CHG": change, "ANL01FL": "Y", "APOBLFL": "Y", "INWINFL": "Y",
                })  # fmt: skip
    return rows


def forms() -> list[Row]:
    shared = [{"USUBJID": row["USUBJID"], "PARCAT1": "QLQ-C30", "STATUS": "received"} for row in subjects()[:20]]
    visits = [(1, "BASELINE", 1), (2, "MONTH 3", 92), (3, "MONTH 6", 183), (4, "MONTH 9", 275)]
    return [each | {"VISITNUM": n, "VISIT": name, "DAY": day} for each in shared for n, name, day in visits]


def answered(rows: list[Row], role: Role = Role.STATISTICIAN, **options: str) -> Result:
    return qol_model(door_into(cut_of(full() | {"adqol": rows, "adqolvis": forms()}), role), **options)


def test_with_nothing_missing_the_differences_are_those_of_the_means() -> None:
    result = answered(scores(), by="arm")
    assert result.facts["reason"] == ""
    assert (result.n_used, result.n_total) == (20, 20)
    found = result.tables["differences"]
    assert found["comparison"].unique().tolist() == [f"{PILLS} vs {ZAP}"]
    assert found["visit"].tolist() == ["MONTH 3", "MONTH 6", "MONTH 9"]
    assert found["estimate"].tolist() == pytest.approx([15, 10, 5])
    assert (found["conf_low"] < found["estimate"]).all()
    assert result.sentence.startswith(
        "Global health status at month 9, by a model of all visits: Pills only against Zap now: better, less than what "
        "is important (+5.0 points, 95 % CI +"
    )


def test_without_groups_there_are_means_only() -> None:
    result = answered(scores(), Role.PI)
    assert result.tables["differences"].empty
    assert set(result.tables["means"]["strata"]) == {POOLED}
    assert result.tables["means"]["estimate"].tolist() == pytest.approx([-12.3, -15.2, -17.5], abs=0.6)
    assert "Group" not in tables_of_screen.qol_model.means(result)
    assert [trace.name.strip() for trace in figure(result).data] == ["All patients", "less than 10 points"]


def test_of_a_symptom_a_lower_difference_is_better() -> None:
    pain = [row | {"PARAMCD": "PA", "CHG": -row["CHG"], "BASE": 100 - row["BASE"]} for row in scores()]
    result = answered(pain, by="arm", scale="PA")
    assert result.tables["differences"]["estimate"].tolist() == pytest.approx([-15, -10, -5])
    assert "Pills only against Zap now: better, less than what is important (−5.0 points" in result.sentence


def test_who_has_no_group_is_not_said_to_have_no_change() -> None:
    people = full()["adsl"]
    unknown = [people[0] | {"USUBJID": name, "TRT01P": None} for name in ("T-31", "T-32")]
    cut = cut_of(full() | {"adsl": people + unknown, "adqol": scores(), "adqolvis": forms()})
    result = qol_model(door_into(cut), by="arm")
    assert (result.n_used, result.n_total) == (20, 22)
    assert [(each.reason, each.n) for each in result.excluded] == [("no group is recorded", 2)]


def test_a_visit_with_fewer_than_ten_in_a_group_is_left_out() -> None:
    result = answered(scores(lambda number, visit: visit < 4 or number != 1), by="arm")
    assert result.tables["differences"]["visit"].tolist() == ["MONTH 3", "MONTH 6"]
    assert result.tables["means"]["n"].tolist() == [10] * 4


@pytest.mark.parametrize(
    ("kept", "by", "reason"),
    [
        (lambda number, visit: number != 1, "arm", "10 patients in every group (n < 10)"),
        (lambda number, visit: number % 2 or visit < 2, "arm", "10 patients in every group (n < 10)"),  # one group only
        (lambda number, visit: number == 1, None, "10 patients from baseline (n < 10)"),  # one patient
        (lambda number, visit: False, None, "10 patients from baseline (n < 10)"),
        (lambda number, visit: visit == 3, None, "nothing repeated to model"),
    ],
)
def test_where_no_model_holds_the_reason_stands_in_its_place(
    kept: Callable[[int, int], bool], by: str | None, reason: str
) -> None:
    result = answered(scores(kept), **({"by": by} if by else {}))
    assert reason in result.facts["reason"]
    assert reason in result.sentence
    assert result.tables["means"].empty
    assert result.tables["differences"].empty
    assert tables_of_screen.qol_model.means(result).empty
    assert not figure(result).data


def test_all_the_same_cannot_be_told_apart() -> None:
    same = [row | {"BASE": 50, "AVAL": 40, "CHG": -10} for row in scores()]
    assert "singular" in answered(same).facts["reason"]


def test_how_forms_are_missing_is_counted_on_paper(opened: Opened) -> None:
    found = qol_model(opened(), by="arm").tables["patterns"].set_index(["strata", "pattern"])
    # T-01 … T-04 died, T-05 and T-06 stopped, T-19 had nothing due; T-07 … T-18 answered, T-20 without a change
    assert found["n"].to_dict() == {
        (ZAP, "every form"): 6, (ZAP, "stopped"): 1, (ZAP, "died"): 2, (ZAP, "nothing due"): 1,
        (PILLS, "every form"): 7, (PILLS, "stopped"): 1, (PILLS, "died"): 2,
    }  # fmt: skip
    assert found.loc[(PILLS, "every form"), ["n_change", "mean_change"]].tolist() == [6, 10]
    assert found.loc[(ZAP, "every form"), "percent"] == 60


def test_withdrawal_and_gaps_are_told_apart() -> None:
    lost = {("T-01", 3): "unknown", ("T-02", 4): "not given", ("T-03", 4): "withdrawn", ("T-04", 3): "dead"}
    rows = [row | {"STATUS": lost.get((row["USUBJID"], row["VISITNUM"]), "received")} for row in forms()]
    result = qol_model(door_into(cut_of(full() | {"adqol": scores(), "adqolvis": rows})))
    assert result.tables["patterns"].set_index("pattern")["n"].to_dict() == {
        "every form": 16, "gaps": 1, "stopped": 1, "withdrew": 1, "died": 1,
    }  # fmt: skip


def test_codes_for_who_may_not_know_the_arms_and_a_reference_that_does_not_break_them() -> None:
    result = answered(scores(), Role.DSMB, by="arm")
    assert result.tables["differences"]["comparison"].unique().tolist() == ["Arm B vs Arm A"]
    assert "up is better" in str(figure(result).layout.yaxis.title.text)


def test_what_the_model_takes_for_granted_is_said() -> None:
    notes = " ".join(answered(scores(), by="arm").notes)
    assert "random intercept" in notes
    assert "missing at random" in notes
    assert "No p-value" in notes
    assert "Not a randomised comparison" in notes
