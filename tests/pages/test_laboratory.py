"""The laboratory page: views, codes for the DSMB, a mark that is chosen, what is missing said in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import laboratory
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import Visit, plots, tables, visited, words


def test_the_dsmb_sees_coded_arms_in_every_view_and_never_their_names(visit: Visit, demo_store: Path) -> None:
    door = TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), "CRLM10")
    names = {*door.arms, *(arm.name for arm in door.protocol.arms)}
    for view, figures in (("Liver", 1), ("Grades", 2), ("Trends", 1)):
        app = visit("laboratory", trial="CRLM10", role="DSMB", by="Arm", lab_view=view)
        said = words(app)
        assert plots(app) == figures, view
        assert "Arm A" in said
        assert "Arm B" in said
        assert not any(name in said for name in names)


@pytest.mark.parametrize("role", ["PI", "MDT", "Data manager"])
def test_who_sees_no_outcomes_by_arm_is_offered_none_and_refused(visit: Visit, role: str) -> None:
    app = visit("laboratory", trial="CRLM10", role=role)
    assert "Arm" not in app.selectbox(key="by").options
    assert "All patients" not in app.error
    refused = visit("laboratory", trial="CRLM10", role=role, by="Arm")
    assert "may not see outcomes by arm" in refused.warning[0].value
    assert plots(refused) == 0


def test_the_finding_comes_first(visit: Visit) -> None:
    app = visit("laboratory", trial="CRLM10", role="PI")
    finding = next(each.value for each in app.markdown if "law range" in each.value)
    assert "With a worst grade of 3 or higher in any test" in finding
    assert "Without a baseline" in [heading.value for heading in app.subheader]


def test_a_chosen_mark_shows_that_patients_values_and_the_way_to_the_patient(visit: Visit, demo_store: Path) -> None:
    door = TrialStore(demo_store).open(Viewer(Role.DSMB), "CRLM10")
    mark = laboratory(door).tables["edish"]["USUBJID"].iloc[0]
    app = visit("laboratory", trial="CRLM10", role="DSMB")
    assert app.button(key="mark_open").disabled
    app.selectbox(key="mark").set_value(mark).run()
    assert plots(app) == 2
    assert not app.button(key="mark_open").disabled
    by_address = visit("laboratory", trial="CRLM10", role="DSMB", mark=mark)
    assert plots(by_address) == 2
    unknown = visit("laboratory", trial="CRLM10", role="DSMB", mark="NOBODY")
    assert "There is no subject" in unknown.warning[0].value


def test_the_limits_move_with_what_peaks_are_multiples_of(visit: Visit) -> None:
    app = visit("laboratory", trial="CRLM10", role="PI")
    assert "× ULN" in " ".join(tables(app)[0].columns)
    app.segmented_control(key="against").set_value("× baseline").run()
    assert "ALT ≥ 3.8 × and bilirubin ≥ 4.8 × baseline" in words(app)
    assert "× baseline" in " ".join(tables(app)[0].columns)
    app.segmented_control(key="enzyme").set_value("AST").run()
    assert "AST ≥ 3.8 ×" in words(app)


def test_each_view_is_about_the_test_that_is_chosen(visit: Visit) -> None:
    app = visit("laboratory", trial="CRLM10", role="PI", lab_view="Trends")
    offered = app.selectbox(key="test").options
    assert offered[:5] == ["Bilirubin", "ALT", "Albumin", "INR", "Platelets"]
    assert set(tables(app)[0]["Test"]) == {"Bilirubin"}
    app.selectbox(key="test").set_value("PLAT").run()
    assert set(tables(app)[0]["Test"]) == {"Platelets"}
    app.segmented_control(key="measure").set_value("× ULN").run()
    assert "Platelets (\\u00d7 ULN)" in words(app)
    graded = visit("laboratory", trial="CRLM10", role="PI", lab_view="Grades", test="ALT")
    assert "Where each grade begins" in [heading.value for heading in graded.subheader]
    assert "> 20 × ULN; > 20 × high baseline" in words(graded)


def test_a_trial_with_one_liver_test_has_no_picture_but_says_why(
    foreign_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRLM_STORE", str(foreign_store))
    app = visited("laboratory", role="Statistician", by="Arm")
    assert plots(app) == 0
    assert "No patient has both peaks." in [caption.value for caption in app.caption]
    assert "nobody has such values" in words(app)
    assert "24 (no value of ALT or of bilirubin after baseline)" in words(app)
    assert plots(visited("laboratory", role="Statistician", by="Arm", lab_view="Grades")) == 2
