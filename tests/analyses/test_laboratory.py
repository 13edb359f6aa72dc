"""Laboratory safety of the tiny trial: shifts, the picture of the liver, who is named to whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crlm_dash import tables as tables_of_screen
from crlm_dash.access import Role
from crlm_dash.analyses import Result, laboratory, laboratory_liver
from crlm_dash.errors import AccessDenied, NotFound, RequestError
from crlm_dash.store.door import Door
from tests.analyses.tiny import cut_of, door_into, full

Opened = Callable[..., Door]
ZAP, PILLS = "Zap now", "Pills only"
BLINDED = (Role.MDT, Role.PI, Role.DATA_MANAGER)


def shifts(result: Result, test: str, direction: str = "high") -> dict[tuple[str, str, str], int]:
    """Group, grade at baseline and worst grade → subjects, where there are any."""
    table = result.tables["shifts"]
    here = table[(table["test"] == test) & (table["direction"] == direction) & (table["n"] > 0)]
    return {(row["strata"], row["baseline"], row["worst"]): row["n"] for row in here.to_dict("records")}


def places(result: Result) -> dict[tuple[str, str], int]:
    """Group and quadrant → subjects, where there are any."""
    table = result.tables["quadrants"]
    return {(row["strata"], row["quadrant"]): row["n"] for row in table.to_dict("records") if row["n"]}


def test_every_subject_of_the_population_is_in_one_cell_of_a_shift(opened: Opened) -> None:
    result = laboratory(opened(), by="arm")
    assert shifts(result, "ALT") == {
        (ZAP, "0", "0"): 6, (ZAP, "1", "3"): 1, (ZAP, "0", "4"): 1, (ZAP, "0", "missing"): 1,
        (PILLS, "0", "0"): 5, (PILLS, "0", "1"): 1, (PILLS, "missing", "0"): 1,
        (PILLS, "0", "no value after baseline"): 1,
        (PILLS, "missing", "no value after baseline"): 1,  # T-18 has no laboratory value at all
    }  # fmt: skip
    nothing = ("missing", "no value after baseline")
    assert shifts(result, "BILI") == {(ZAP, *nothing): 9, (PILLS, *nothing): 9}
    assert shifts(result, "K", "low") == {(ZAP, "0", "2"): 1, (ZAP, *nothing): 8, (PILLS, *nothing): 9}
    assert shifts(result, "K", "high") == {(ZAP, "0", "0"): 1, (ZAP, *nothing): 8, (PILLS, *nothing): 9}
    summed = result.tables["shifts"].groupby(["test", "direction", "strata"])["n"].sum()
    assert set(summed) == {9}
    assert len(result.tables["shifts"]) == 4 * 2 * 6 * 7  # zero rows stay


def test_the_worst_grades_are_shares_of_those_with_a_known_one(opened: Opened) -> None:
    table = laboratory(opened(), by="arm").tables["worst"].set_index(["test", "direction", "strata"])
    zap = table.loc["ALT", "high", ZAP]
    assert zap[["n", "n_graded", "n_unknown", "n_severe", "grade_3", "grade_4"]].tolist() == [9, 8, 1, 2, 1, 1]
    assert (zap["percent"], zap["percent_4"]) == (25.0, 12.5)
    nobody = table.loc["BILI", "high", PILLS]
    assert nobody[["n", "n_graded", "n_unknown", "n_severe"]].tolist() == [9, 0, 0, 0]
    assert nobody[["percent", "percent_1"]].isna().all()
    cells = tables_of_screen.laboratory_worst(laboratory(opened())).set_index(["Test", "Value"])[
        "All patients (n = 18)"
    ]
    assert cells["ALT", "high"] == "2 of 15 (13 %)"
    assert cells["Bilirubin", "high"] == "no grade known"


def test_a_peak_at_its_limit_is_beyond_it(opened: Opened) -> None:
    result = laboratory(opened(), by="arm")
    assert places(result) == {
        (ZAP, "Hy's law range"): 1, (ZAP, "Temple's corollary"): 1, (ZAP, "Normal range"): 6,
        (PILLS, "Hy's law range"): 1, (PILLS, "Cholestasis"): 1, (PILLS, "Normal range"): 5,
    }  # fmt: skip
    percents = result.tables["quadrants"].set_index(["strata", "quadrant"])["percent"]
    assert percents[ZAP, "Hy's law range"] == 12.5
    assert result.tables["unmarked"].to_numpy().tolist() == [
        [ZAP, "no upper limit of normal of ALT or of bilirubin", 1],
        [PILLS, "no value of ALT or of bilirubin after baseline", 2],
    ]


def test_against_the_baseline_the_limits_are_others_and_so_is_who_has_a_mark(opened: Opened) -> None:
    result = laboratory(opened(), by="arm", against="baseline")
    assert places(result) == {
        (ZAP, "Hy's law range"): 1, (ZAP, "Temple's corollary"): 1, (ZAP, "Normal range"): 7,
        (PILLS, "Temple's corollary"): 1, (PILLS, "Normal range"): 5,
    }  # fmt: skip
    assert (result.facts["enzyme_cut"], result.facts["bilirubin_cut"]) == (3.8, 4.8)
    missing = result.tables["unmarked"].set_index(["strata", "why"])["n"].to_dict()
    assert missing[PILLS, "no baseline of ALT or of bilirubin"] == 1
    assert "Hepatic Safety Explorer" in " ".join(result.notes)


def test_marks_are_the_most_extreme_first_with_day_and_patient(opened: Opened) -> None:
    marks = laboratory(opened(), by="arm").tables["edish"]
    assert len(marks) == 15
    assert marks["USUBJID"].head(4).tolist() == ["T-01", "T-02", "T-03", "T-04"]
    first = marks.iloc[0]
    assert first[["strata", "enzyme", "enzyme_day", "bilirubin", "bilirubin_day", "alp_uln"]].tolist() == [
        ZAP, 10.0, 11, 3.0, 21, 1.5,
    ]  # fmt: skip


def test_of_very_many_only_those_outside_the_normal_range_are_drawn(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laboratory_liver, "MOST_MARKS", 3)
    monkeypatch.setattr("crlm_dash.analyses.laboratory_words.MOST_MARKS", 3)
    result = laboratory(opened())
    assert result.tables["edish"]["USUBJID"].tolist() == ["T-01", "T-02", "T-03"]
    assert sum(places(result).values()) == 15
    assert any(note.startswith("Drawn are 3 of 15 patients: outside the normal range only") for note in result.notes)


def test_the_sentence_says_hys_law_range_and_grade_3(opened: Opened) -> None:
    assert laboratory(opened()).sentence == (
        "Patients in Hy's law range (ALT ≥ 3 × and bilirubin ≥ 2 × ULN, at their peaks): 2 of 15 (13 %). "
        "With a worst grade of 3 or higher in any test: 2 of 15 (13 %)."
    )
    by_arm = laboratory(opened(), by="arm").sentence
    assert "Zap now 1 of 8 (12 %), Pills only 1 of 7 (14 %)" in by_arm
    assert "Zap now 2 of 8 (25 %), Pills only 0 of 7 (0 %)" in by_arm


def test_who_is_used_and_who_is_not(opened: Opened) -> None:
    result = laboratory(opened())
    assert (result.n_used, result.n_total) == (16, 18)
    assert [(each.reason, each.n) for each in result.excluded] == [
        ("no value of a graded laboratory test after baseline", 2)
    ]
    notes = " ".join(result.notes)
    for said in (
        "Not in the picture of the liver: 2 (no value of ALT or of bilirubin after baseline) and 1 (no upper limit",
        "Values after baseline, but no grade: ALT (1).",
        "Patients without a baseline, who are not in the picture of multiples of it: ALT (1).",
        "it is never taken for 0",
    ):
        assert said in notes


def test_trends_have_n_median_and_quartiles_as_measured_and_as_multiples(opened: Opened) -> None:
    table = laboratory(opened(), by="arm", test="ALT").tables["trends"].set_index(["strata", "month"])
    assert table.loc[(ZAP, 3), ["n", "q1", "median", "q3", "n_uln", "uln_median"]].tolist() == [3, 40, 60, 80, 2, 1.0]
    assert table.loc[(ZAP, 0), ["n", "median", "n_uln"]].tolist() == [9, 180, 8]
    assert table.loc[(PILLS, 0), ["n", "median"]].tolist() == [8, 180]
    assert set(laboratory(opened()).tables["trends"]["test"]) == {"ALT"}  # nobody has a month of the others


def test_without_a_baseline_is_counted_for_all_and_listed_at_ones_own_sites(opened: Opened) -> None:
    everywhere = laboratory(opened(), by="arm")
    assert everywhere.tables["no_baseline"].to_numpy().tolist() == [
        ["ALT", "ALT", PILLS, "no value on or before day 1", 1]
    ]
    assert everywhere.tables["no_baseline_subjects"].to_numpy().tolist() == [
        ["T-04", "01", "no value on or before day 1", "ALT"]
    ]
    elsewhere = laboratory(opened(Role.PI, sites=frozenset({"02"})))
    assert elsewhere.tables["no_baseline"]["n"].sum() == 1
    assert elsewhere.tables["no_baseline_subjects"].empty


def test_a_mark_has_a_name_where_its_patient_may_be_opened(opened: Opened) -> None:
    result = laboratory(opened(Role.PI, sites=frozenset({"02"})))
    marks = result.tables["edish"]
    assert len(marks) == 15
    named = set(marks["USUBJID"].dropna())
    assert named == {f"T-{number}" for number in range(11, 18)}
    assert "Marks of patients whose records this role may not open have no name." in result.notes
    assert all(note not in laboratory(opened(Role.PI)).notes for note in result.notes if note.startswith("Marks of"))


def test_a_path_is_of_one_patient_of_ones_own_sites(opened: Opened) -> None:
    paths = laboratory(opened(Role.DSMB), usubjid="T-01").tables["paths"]
    assert paths[["test", "day", "uln", "baseline", "grade", "is_baseline"]].to_numpy().tolist() == [
        ["ALT", -2, 2.0, 1.0, 1, True], ["ALT", 11, 10.0, 5.0, 3, False],
    ]  # fmt: skip
    assert laboratory(opened()).tables["paths"].empty
    with pytest.raises(AccessDenied):
        laboratory(opened(Role.PI, sites=frozenset({"02"})), usubjid="T-01")
    with pytest.raises(NotFound):
        laboratory(opened(), usubjid="T-99")


@pytest.mark.parametrize("role", BLINDED)
def test_by_arm_is_refused_to_who_sees_no_outcomes_by_arm(opened: Opened, role: Role) -> None:
    with pytest.raises(AccessDenied):
        laboratory(opened(role), by="arm")
    assert set(laboratory(opened(role)).tables["edish"]["strata"]) == {"All"}


def test_the_committee_sees_codes_and_is_told_what_codes_cannot_hide(opened: Opened) -> None:
    result = laboratory(opened(Role.DSMB), by="arm")
    assert set(result.tables["edish"]["strata"]) == {"Arm A", "Arm B"}
    assert any(note.startswith("Codes hide the arms' names only") for note in result.notes)
    assert result.tables["edish"]["USUBJID"].isna().all()  # a name beside a code would tell the patient's arm
    for role, by in ((Role.STATISTICIAN, "arm"), (Role.DSMB, None)):
        assert laboratory(opened(role), by=by).tables["edish"]["USUBJID"].notna().all()
        assert not any(note.startswith("Codes hide") for note in laboratory(opened(role), by=by).notes)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"test": "XYZ"}, "'XYZ' is not a graded laboratory test of this trial. There are: BILI, ALT, K."),
        ({"enzyme": "GGT"}, "'GGT' is not an enzyme of this picture. There are: ALT, AST."),
        ({"against": "mean"}, "Peaks are multiples of 'uln' or 'baseline', not of 'mean'."),
    ],
)
def test_an_unknown_word_is_refused_with_those_there_are(opened: Opened, options: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestError) as refused:
        laboratory(opened(), **options)
    assert str(refused.value) == said


def test_a_filter_makes_it_exploratory(opened: Opened) -> None:
    result = laboratory(opened(), where="SEX = 'F'")
    assert result.n_total == 6
    assert any("Exploratory" in note for note in result.notes)
    assert set(result.tables["no_baseline_subjects"]["USUBJID"]) == {"T-04"}


def test_an_enzyme_nobody_has_and_a_trial_without_any_upper_limit(opened: Opened) -> None:
    nobody = laboratory(opened(), enzyme="AST")
    assert "nobody has such values" in nobody.sentence
    assert nobody.tables["edish"].empty
    assert nobody.tables["quadrants"]["percent"].isna().all()
    tables = full()
    for row in tables["adlbpeak"]:
        row.update(ALTULN=None, BILIULN=None)
    for row in tables["adlbsum"]:
        row.update(BTOXGRH=None, WTOXGRH=None, N_GRADED=0)
    unrelated = laboratory(door_into(cut_of(tables)))
    assert unrelated.empty == ""
    assert unrelated.tables["unmarked"]["n"].tolist() == [2, 16]
    assert shifts(unrelated, "ALT") == {
        ("All", "missing", "missing"): 16, ("All", "missing", "no value after baseline"): 2,
    }  # fmt: skip


def test_no_laboratory_values_nobody_and_one_subject() -> None:
    without = laboratory(door_into(cut_of({"adsl": full()["adsl"]})), by="arm")
    assert without.empty == "This trial delivered no laboratory value (LB or ADLB) of a test that CTCAE v5.0 grades."
    assert (without.n_used, without.n_total) == (0, 18)
    nobody = laboratory(door_into(cut_of({})))
    assert nobody.empty == "No patient is in this population yet."
    columns = set(laboratory(door_into(cut_of(full()))).tables["worst"].columns)
    assert set(nobody.tables["worst"].columns) == columns
    one = laboratory(door_into(cut_of(full() | {"adsl": full()["adsl"][:1]})))
    assert (one.n_used, one.n_total, places(one)) == (1, 1, {("All", "Hy's law range"): 1})


def test_delivered_grades_are_told_as_such() -> None:
    tables = full()
    for row in tables["lbtests"]:
        row["SOURCE"] = "as delivered"
    notes = laboratory(door_into(cut_of(tables))).notes
    assert "Grades are those delivered with the data (ADLB)." in notes
    assert not any("CTCAE v5.0, from the number" in note for note in notes)


def test_every_table_is_written_for_people(opened: Opened) -> None:
    result = laboratory(opened(), by="arm", usubjid="T-01")
    written = {name: write(result) for name, write in tables_of_screen.READABLE["laboratory"].items()}
    assert all(len(frame) for frame in written.values())
    extremes = written["edish"]
    assert extremes.loc[0].tolist() == ["T-01", ZAP, "Hy's law range", "10.0", "11", "3.0", "21", "1.5"]
    assert "Group" not in tables_of_screen.laboratory_extremes(laboratory(opened()))
    quadrants = written["quadrants"].set_index("Quadrant")
    assert quadrants.loc["Hy's law range"].tolist() == ["1 (12 %)", "1 (14 %)"]
    assert quadrants.loc["No mark: no value of ALT or of bilirubin after baseline"].tolist() == ["0", "2"]
    assert written["paths"].iloc[1].tolist() == ["ALT", "11", "400", "U/L", "10.00", "5.00", "3"]
