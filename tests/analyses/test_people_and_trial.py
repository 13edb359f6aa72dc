"""One patient, the list of patients, the overview and the quality of the tiny trial."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import overview, patient, patients, quality
from crlm_dash.errors import AccessDenied, NotFound, RequestError
from crlm_dash.store.door import Door
from tests.analyses.tiny import cut_of, door_into, full

Opened = Callable[..., Door]


def test_a_patient_s_strip(opened: Opened) -> None:
    subject = patient(opened(Role.MDT), usubjid="T-01").tables["subject"].set_index("item")["value"]
    assert subject["Status"] == "Died"
    assert subject["Age"] == "51 years"
    assert subject["Arm"] == "Zap now"
    assert subject["Enrolled"] == "2025-01-10"
    assert subject["Died"] == "2025-02-08"  # day 30, enrolment being day 1
    assert subject["Lesions before enrolment"] == "2"
    assert subject["Largest lesion before enrolment"] == "31 mm"


def test_a_coded_viewer_sees_the_patient_without_what_shows_the_arm(opened: Opened) -> None:
    result = patient(opened(Role.DSMB), usubjid="T-01")
    assert "Local treatment" not in set(result.tables["timeline"]["lane"])
    assert result.tables["timeline"]["label"].tolist()[-1] == "(withheld: would show the arm)"
    assert result.tables["timeline"]["detail"].isna().all()
    assert result.notes[0].startswith("Withheld")


def test_a_partial_date_is_said(opened: Opened) -> None:
    notes = patient(opened(Role.MDT), usubjid="T-01").notes
    assert any(note.startswith("1 date recorded without day or month") for note in notes)


def test_patients_of_other_sites_are_refused_and_unknown_ones_named(opened: Opened) -> None:
    with pytest.raises(AccessDenied):
        patient(opened(Role.PI, sites=frozenset({"02"})), usubjid="T-01")
    with pytest.raises(NotFound, match="T-99"):
        patient(opened(), usubjid="T-99")
    with pytest.raises(RequestError, match="USUBJID"):
        patient(opened())


def test_a_patient_who_was_only_screened(opened: Opened) -> None:
    subject = patient(opened(), usubjid="T-23").tables["subject"].set_index("item")["value"]
    assert subject["Status"] == "Declined"
    assert "Enrolled" not in subject.index


def test_the_list_is_searched_and_sorted(opened: Opened) -> None:
    everyone = patients(opened()).tables["subjects"]
    assert len(everyone) == 24
    assert everyone["SITEID"].is_monotonic_increasing
    assert everyone.set_index("USUBJID").loc["T-01", ["status", "events"]].tolist() == ["Died", 3]
    assert everyone.set_index("USUBJID").loc["T-21", "status"] == "Screening failed"
    assert patients(opened(), search="t-2").tables["subjects"]["USUBJID"].tolist() == [
        "T-20",
        "T-21",
        "T-22",
        "T-23",
        "T-24",
    ]
    assert patients(opened(), search="zz").empty == "No patient's identifier holds 'zz'."
    short = patients(opened(), limit=5)
    assert (len(short.tables["subjects"]), short.n_used, short.n_total) == (5, 24, 24)
    assert short.notes[0] == "Shown are 1 to 5 of 24."


def test_the_list_holds_the_viewer_s_sites(opened: Opened) -> None:
    found = patients(opened(Role.PI, sites=frozenset({"01"})))
    assert set(found.tables["subjects"]["SITEID"]) == {"01"}
    assert found.n_total == 10


def test_the_trial_at_a_glance(opened: Opened) -> None:
    figures = overview(opened(Role.PI)).tables["figures"].set_index("item")
    assert figures.loc["Screened", "value"] == 24
    assert figures.loc["Enrolled", ["value", "of"]].tolist() == [20, 30]
    assert figures.loc["Deaths", ["value", "of"]].tolist() == [14, 20]
    assert figures.loc["Serious adverse events", "value"] == 2
    # Censored (Pills) at 135, 165 … 285: the reverse curve first comes to one half at 255 of 255 days.
    assert figures.loc["Median follow-up", "value"] * 30.4375 == pytest.approx(255)


def test_what_needs_attention_leads_to_a_page_the_worst_first(opened: Opened) -> None:
    attention = overview(opened(Role.PI)).tables["attention"]
    assert attention["severity"].tolist() == sorted(attention["severity"], key=["error", "warning"].index)
    found = dict(zip(attention["text"], attention["page"], strict=True))
    assert found["1 patient enrolled although a criterion was not met."] == "eligibility"
    assert found["Enrolment is behind the assumed plan: 20 enrolled, 30 planned by the cut-off."] == "enrolment"
    assert found["1 planned visit of 1 patient missed or overdue."] == "followup"
    assert found["Rows of the source set aside: 1."] == "quality"
    assert found["1 treatment-emergent adverse event without a grade."] == "safety"


def test_an_empty_trial_has_an_overview() -> None:
    result = overview(door_into(cut_of({})))
    assert result.empty == "No subject has been screened yet."
    assert result.tables["figures"]["value"].fillna(0).eq(0).all()
    assert result.tables["milestones"]["milestone"].tolist()[-1] == "Data cut-off"


def test_faults_are_counted_by_rule_the_worst_first(opened: Opened) -> None:
    result = quality(opened())
    assert result.tables["faults"]["severity"].tolist() == ["error", "warning", "warning"]
    assert result.tables["counts"]["n"].sum() == result.n_total == 3
    assert result.sentence == "1 error and 2 warnings found in the source."
    assert result.tables["delivered"].to_numpy().tolist() == [["dm", "dm.csv", 24]]


def test_a_coded_viewer_reads_no_treatment_in_a_fault(opened: Opened) -> None:
    faults = quality(opened(Role.DSMB)).tables["faults"].set_index("domain")["value"]
    assert faults["AE"] == "x"
    assert faults["DM"] == faults["EX"] == "(withheld: would show the arm)"


def test_a_clean_source_says_so() -> None:
    tables = full() | {"faults": []}
    assert quality(door_into(cut_of(tables))).sentence == "No fault was found in the source."
