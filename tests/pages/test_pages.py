"""Every page: full, empty, of a foreign trial."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import eligibility, enrolment, patients
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import PAGES, Visit, plots, tables, visited, words
from tests.pilot_like import ARMS, STUDY

FIGURES = {
    "enrolment": 3,
    "followup": 1,
    "sites": 3,
    "eligibility": 2,
    "limits": 1,
    "survival": 1,
    "progression": 2,
    "qol": 3,
    "response": 1,
    "riskfactors": 1,
    "safety": 1,
    "laboratory": 1,
    "totals": 5,
}


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("stopping", "report", "comparison", "audit")])
def test_a_page_shows_its_strip_tables_and_figures(visit: Visit, page: str) -> None:
    app = visit(page, trial="CRLM10", role="MDT")
    assert not app.exception
    assert not app.error
    assert "SIMULATED DATA" in app.markdown[0].value
    for part in ("CRLM10", "Data cut **2**", "cut-off", "MDT member", "Outcomes by arm not shown"):
        assert part in app.markdown[0].value
    assert plots(app) == FIGURES.get(page, 0)
    assert tables(app)


@pytest.mark.parametrize("page", [page for page in PAGES if page != "audit"])
def test_a_foreign_trial_in_three_arms_is_shown(
    foreign_store: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setenv("CRLM_STORE", str(foreign_store))
    app = visited(page, role="Statistician", by="arm")
    assert not app.exception
    assert not app.error
    assert not app.warning
    assert "PUBLIC EXAMPLE" in app.markdown[0].value
    if page in ("survival", "safety"):
        assert all(arm in words(app) for arm in ARMS)


def test_a_criterion_nobody_failed_is_told_in_words(foreign_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRLM_STORE", str(foreign_store))
    app = visited("eligibility", trial=STUDY)
    assert plots(app) == 1  # who came how far
    assert "None is known." in [caption.value for caption in app.caption]
    assert any("no rules to evaluate" in caption.value for caption in app.caption)


@pytest.mark.parametrize(
    ("view", "figures", "found"),
    [
        ("Reasons together", 3, ""),
        ("By site and month", 4, ""),
        ("Missing facts", 2, "Undecided"),
        ("Deviations", 2, "By the data"),
        ("Every criterion", 2, "Only reason"),
    ],
)
def test_each_view_of_eligibility(visit: Visit, view: str, figures: int, found: str) -> None:
    app = visit("eligibility", trial="CRLM-EHD", role="PI", view=view)
    assert not app.exception
    assert plots(app) == figures
    assert found in words(app)


def test_the_reasons_as_recorded_are_a_choice_in_the_address(visit: Visit) -> None:
    app = visit("eligibility", trial="CRLM-EHD", role="PI", basis="recorded")
    assert "as recorded" in words(app)
    assert app.selectbox(key="basis").value == "recorded"


def test_a_limit_is_named_in_the_address_and_moved_on_the_page(visit: Visit) -> None:
    app = visit("limits", trial="CRLM-EHD", role="PI", limit="I12")
    assert app.selectbox(key="limit").value == "I12"
    assert "eligible with the limit of the protocol" in words(app)
    slider = app.slider(key="at_I12")
    slider.set_value(slider.max).run()
    assert "would be eligible" in words(app)
    assert f"Tried {slider.max:g}" in words(app)


def test_a_patient_s_card_says_at_once_whether_eligible(visit: Visit, demo_store: Path) -> None:
    tables_ = eligibility(TrialStore(demo_store).open(Viewer(Role.MDT), "CRLM-EHD")).tables
    failed = tables_["subjects"].query("result == 'not met'").iloc[0]
    app = visit("patient", trial="CRLM-EHD", role="MDT", usubjid=failed["USUBJID"], view="eligibility")
    assert any("Not eligible by the data" in heading.value for heading in app.subheader)
    assert "✗ not met" in words(app)
    assert app.dataframe[0].value["By the data"].iloc[0] == "✗ not met"


@pytest.mark.parametrize("page", ["overview", "survival"])
def test_an_empty_store_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.setenv("CRLM_STORE", str(tmp_path))
    app = visited(page)
    assert "crlm-dash ingest" in app.code[0].value
    assert plots(app) == 0
    assert not app.exception


def test_a_display_of_nobody_says_so(visit: Visit) -> None:
    app = visit("survival", where="AGE > 200")
    assert app.info[0].value == "No subject is in this population."
    assert plots(app) == 0


def test_the_numbers_are_those_of_the_analysis(visit: Visit, demo_store: Path) -> None:
    result = enrolment(TrialStore(demo_store).open(Viewer(Role.PI), "CRLM10"))
    app = visit("enrolment", trial="CRLM10", role="PI")
    assert result.facts["verdict"] in [text.value.replace("\\", "") for text in app.subheader]
    assert any(f"**{result.n_used:,} of {result.n_total:,}** used" in text.value for text in app.markdown)


def test_a_patient_is_opened_by_the_address_and_left_for_the_next(visit: Visit, demo_store: Path) -> None:
    listed = patients(TrialStore(demo_store).open(Viewer(Role.MDT), "CRLM10")).tables["subjects"]["USUBJID"]
    app = visit("patient", trial="CRLM10", role="MDT", usubjid=listed[0])
    assert plots(app) == 1
    assert app.button(key="patient_previous").disabled
    app.button(key="patient_next").click().run()
    assert app.selectbox(key="usubjid").value == listed[1]
    assert app.query_params["usubjid"] == listed[1]


def test_a_change_of_trial_forgets_what_belongs_to_the_other(visit: Visit, demo_store: Path) -> None:
    listed = patients(TrialStore(demo_store).open(Viewer(Role.MDT), "CRLM10")).tables["subjects"]["USUBJID"]
    app = visit("patient", trial="CRLM10", usubjid=listed[0])
    app.selectbox(key="trial").select("CRLM-EHD").run()
    assert app.selectbox(key="usubjid").value == ""
    assert not app.info


def test_a_filter_marks_the_display_exploratory(visit: Visit) -> None:
    app = visit("survival", trial="CRLM10", role="Statistician", by="arm", where="SEX = 'F'")
    assert any("filter **SEX = 'F'**" in text.value for text in app.markdown)
    assert "Exploratory" in words(app)
    assert "Log-rank" not in words(app)


@pytest.mark.parametrize(
    ("tab", "figures", "found"),
    [
        ("Where we are", 3, "Planned a month"),
        ("Forecast", 2, "What would have been said before"),
        ("Flow", 1, "Assessed for eligibility"),
    ],
)
@pytest.mark.parametrize("trial", ["CRLM10", "CRLM-EHD"])
def test_each_view_of_enrolment(visit: Visit, trial: str, tab: str, figures: int, found: str) -> None:
    app = visit("enrolment", trial=trial, role="PI", tab=tab)
    assert not app.exception
    assert plots(app) == figures
    assert found in words(app)
    assert any("patients are expected in" in text.value for text in app.subheader)
    assert any("What holds it back" in text.value for text in app.markdown)


def test_a_change_is_in_the_address_and_told_in_a_sentence(visit: Visit) -> None:
    app = visit("enrolment", trial="CRLM10", role="PI", tab="Forecast", more="3", when="2 months", stop="Site 01")
    assert not app.exception
    assert app.selectbox(key="more").value == "3"
    assert any("If 3 more sites open in 2 months and site 01 stops" in text.value for text in app.markdown)
    assert "changed" in words(app)


def test_what_cannot_be_changed_is_refused_in_words(visit: Visit) -> None:
    app = visit("enrolment", trial="CRLM10", role="PI", tab="Forecast", stop="Site 99")
    assert not app.exception
    assert "is not an open site" in words(app)


@pytest.mark.parametrize("lines", ["Site", "Country", "Arm"])
def test_lines_for_each_site_country_and_arm(visit: Visit, lines: str) -> None:
    app = visit("enrolment", trial="CRLM10", role="PI", lines=lines)
    assert not app.exception
    assert plots(app) == 3


@pytest.mark.parametrize("tab", ["Where we are", "Forecast", "Flow"])
def test_a_foreign_trial_that_is_over_has_every_view(
    foreign_store: Path, monkeypatch: pytest.MonkeyPatch, tab: str
) -> None:
    monkeypatch.setenv("CRLM_STORE", str(foreign_store))
    app = visited("enrolment", role="PI", tab=tab)
    assert not app.exception
    assert not app.error


def test_the_board_sees_the_flow_under_codes(visit: Visit, demo_store: Path) -> None:
    named = TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), "CRLM10").arms
    app = visit("enrolment", trial="CRLM10", role="DSMB", tab="Flow")
    assert "Arm A" in words(app)
    assert not any(arm in words(app) for arm in named)


def test_the_board_sees_no_arm_over_time(visit: Visit) -> None:
    app = visit("enrolment", trial="CRLM10", role="DSMB", lines="Arm")
    assert not app.exception
    assert plots(app) == 2
    assert "Not shown to this role" in words(app)
    assert "Under codes enrolment by arm is not shown over time" in words(app)
