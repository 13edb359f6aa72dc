"""The safety page: each view, what each role may see of it, the patients of a term, one kind of events."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crlm_dash.access import Role, Viewer
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import WITHHELD_TERMS, Modality
from tests.pages.visiting import Visit, plots, tables, visited, words

VIEWS = {"Overview": 1, "Events by term": 2, "By treatment": 1, "Over time": 1, "Deaths": 0}


def arm_words(root: Path, trial: str) -> set[str]:
    """Names and labels of the arms."""
    door = TrialStore(root).open(Viewer(Role.STATISTICIAN), trial)
    return set(door.arms) | {arm.name for arm in door.protocol.arms}


@pytest.mark.parametrize("trial", ["CRLM10", "CRLM-EHD"])
@pytest.mark.parametrize(("view", "figures"), VIEWS.items())
def test_the_board_sees_every_view_by_coded_arm_and_never_a_name(
    visit: Visit, demo_store: Path, trial: str, view: str, figures: int
) -> None:
    app = visit("safety", trial=trial, role="DSMB", by="arm", view=view)
    assert not app.exception
    assert not app.warning
    assert plots(app) == figures
    assert tables(app)
    said = words(app)
    assert not any(word in said for word in arm_words(demo_store, trial))
    if view != "By treatment":
        assert "Arm A" in said
        assert not any(str(each) in said.upper() for each in (Modality.HEPATECTOMY, Modality.HAIC))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("role", ["PI", "MDT"])
def test_who_sees_no_outcomes_by_arm_gets_pooled_views_and_one_calm_line(visit: Visit, role: str, view: str) -> None:
    app = visit("safety", trial="CRLM10", role=role, view=view)
    assert not app.exception
    assert not app.warning
    assert [box.value for box in app.info] == (
        ["What became of patients after each treatment is shown only to who may see outcomes by arm: which treatment a "
         "patient had tells the arm."]
        if view == "By treatment" else []
    )  # fmt: skip
    assert "HEPATECTOMY" not in words(app).upper()
    assert (tables(app) == []) == (view == "By treatment")


def test_the_board_sees_treatments_for_all_arms_together_and_the_statistician_by_arm(visit: Visit) -> None:
    board = visit("safety", trial="CRLM10", role="DSMB", by="arm", view="By treatment")
    assert "Hepatectomy" in words(board)
    assert all("Group" not in table.columns for table in tables(board))
    named = visit("safety", trial="CRLM-EHD", role="Statistician", by="arm", view="By treatment")
    assert set(tables(named)[0]["Group"]) == {"Local + systemic", "Systemic ± TACE/HAIC", "All patients"}


def test_complications_are_counted_by_procedures_or_by_patients(visit: Visit) -> None:
    app = visit("safety", trial="CRLM10", role="Statistician", view="By treatment")
    assert "Procedures" in tables(app)[1]
    app.segmented_control(key="unit").set_value("Patients").run()
    assert "Patients" in tables(app)[1]


def by_term(visit: Visit, **address: str) -> AppTest:
    return visit("safety", trial="CRLM10", role="Statistician", by="arm", view="Events by term", **address)


def test_a_class_comes_before_its_terms_and_the_order_is_a_choice(visit: Visit) -> None:
    app = by_term(visit)
    events = tables(app)[0]["Adverse event"].tolist()
    assert events[0] == "Any event"
    assert events.index("Gastrointestinal disorders") + 1 == events.index(4 * "\N{NO-BREAK SPACE}" + "Nausea")
    app.selectbox(key="rank").select("difference").run()
    assert not set(tables(app)[0]["Adverse event"]) & {"Any event", "Gastrointestinal disorders"}


def test_terms_are_found_filtered_and_counted_by_events(visit: Visit) -> None:
    app = by_term(visit, find="nausea")
    assert [event.strip() for event in tables(app)[0]["Adverse event"]] == ["Nausea"]
    patients = tables(app)[0].iloc[0, 1]
    app.segmented_control(key="count").set_value("Events").run()
    assert tables(app)[0].iloc[0, 1] > patients
    app.text_input(key="find").set_value("").run()
    every = len(tables(app)[0])
    app.slider(key="least").set_value(20).run()
    assert 0 < len(tables(app)[0]) < every


def test_the_patients_of_a_term_are_listed_by_its_address(visit: Visit) -> None:
    nausea = {"soc": "Gastrointestinal disorders", "term": "Nausea"}
    app = by_term(visit, **nausea)
    listed = tables(app)[1]
    assert "Patients with “Nausea”" in [heading.value for heading in app.subheader]
    whole = tables(app)[0].set_index("Adverse event").iloc[:, 2]
    assert len(listed) == whole[4 * "\N{NO-BREAK SPACE}" + "Nausea"]
    severe = by_term(visit, measure="severe", **nausea)
    assert "Patients with “Nausea” of grade 3 or higher" in [heading.value for heading in severe.subheader]
    assert 0 < len(tables(severe)[1]) < len(listed)


def test_who_sees_codes_is_told_why_no_patient_of_a_withheld_term_is_listed(visit: Visit) -> None:
    told = {"soc": WITHHELD_TERMS, "term": WITHHELD_TERMS}
    app = visit("safety", trial="CRLM10", role="DSMB", by="arm", view="Events by term", **told)
    assert not app.exception
    assert WITHHELD_TERMS in words(app)
    assert all("Arm" not in table.columns or not set(table["Arm"]) & {"Arm A", "Arm B"} for table in tables(app)[1:])


def test_a_change_of_trial_forgets_the_term(visit: Visit) -> None:
    app = by_term(visit, soc="Gastrointestinal disorders", term="Nausea", find="nausea")
    app.selectbox(key="trial").select("CRLM-EHD").run()
    assert "term" not in app.query_params
    assert app.text_input(key="find").value == ""
    assert not app.exception


def test_one_kind_of_events_is_a_choice_and_a_strange_one_refused(visit: Visit) -> None:
    app = by_term(visit, measure="serious")
    assert "serious" in words(app)
    refused = by_term(visit, measure="loud")
    assert "'loud' is not a kind of adverse events" in refused.warning[0].value


def test_a_trial_of_three_arms_that_attributes_nothing_says_so(
    foreign_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRLM_STORE", str(foreign_store))
    app = visited("safety", role="Statistician", by="arm", view="By treatment")
    assert "The data do not attribute adverse events to a treatment" in words(app)
    time = visited("safety", role="Statistician", by="arm", view="Over time")
    assert "declares no time to a first severe adverse event" in time.info[0].value
    overview = visited("safety", role="Statistician", by="arm")
    heads = list(tables(overview)[0].columns)
    assert sum(head.startswith("Difference, ") for head in heads) == 2
    assert len({head.partition(" vs ")[2] for head in heads if head.startswith("Difference")}) == 1
