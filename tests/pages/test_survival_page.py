"""The survival page: what its controls ask for, and what they may not."""

from __future__ import annotations

import json

import pytest

from tests.pages.visiting import Visit, plots, tables, words

RECEIVED = "Local treatment received"


def drawn(app: object) -> str:
    """The figure as it was sent to the browser."""
    (chart,) = app.get("plotly_chart")  # type: ignore[attr-defined]
    return str(chart.proto.spec)


def test_few_controls_are_in_sight_and_the_rest_under_more(visit: Visit) -> None:
    app = visit("survival", trial="CRLM10", role="DSMB", by="arm")
    assert [box.label for box in app.main.selectbox][:2] == ["Endpoint", "Compare"]
    assert {toggle.key for toggle in app.toggle} == {"band", "published", "naive"}
    assert not any(toggle.value for toggle in app.toggle)


def test_every_number_is_in_one_table(visit: Visit) -> None:
    app = visit("survival", trial="CRLM10", role="Statistician", by="arm")
    (numbers,) = tables(app)
    lines = numbers.iloc[:, 0].tolist()
    for line in ("Patients", "Events", "At 5 years (95 % CI)", "Hazard ratio (95 % CI)", "Proportional hazards, p"):
        assert line in lines
    assert any(line.startswith("With the event, or followed to") for line in lines)


@pytest.mark.parametrize("role", ["PI", "MDT", "DSMB", "Data manager"])
@pytest.mark.parametrize("by", ["received", RECEIVED])
def test_treatment_received_is_refused_to_who_may_not_know_arms(visit: Visit, role: str, by: str) -> None:
    app = visit("survival", trial="CRLM10", role=role, by=by)
    assert "may not see" in app.warning[0].value
    assert (plots(app), tables(app)) == (0, [])
    assert RECEIVED not in visit("survival", trial="CRLM10", role=role).selectbox(key="by").options


def test_treatment_received_begins_with_a_landmark_and_its_slider(visit: Visit) -> None:
    app = visit("survival", trial="CRLM10", role="Statistician", by="received")
    assert app.slider(key="landmark").value == 6
    assert "Landmark 6 months after enrolment" in words(app)
    app.slider(key="landmark").set_value(12).run()
    assert "Landmark 12 months after enrolment" in words(app)
    assert "Months since the landmark, 12 months after enrolment" in drawn(app)


def test_from_time_zero_it_is_refused_with_the_reason(visit: Visit) -> None:
    app = visit("survival", trial="CRLM10", role="Statistician", by="received", method="plain")
    assert "immortal time" in app.warning[0].value
    assert (plots(app), tables(app)) == (0, [])
    app.selectbox(key="method").select("time-varying").run()
    assert not app.warning
    assert "time-varying covariate" in words(app)


def test_another_origin_is_exploratory_on_the_screen(visit: Visit) -> None:
    app = visit("survival", trial="CRLM10", role="Statistician", by="arm", origin="enrolment")
    assert "not the protocol's time origin: exploratory, no p-value" in words(app).replace("\\", "")
    assert "Months since enrolment" in drawn(app)
    (numbers,) = tables(app)
    assert not numbers.iloc[:, 0].str.contains(", p").any()


def test_overlays_are_drawn_on_demand(visit: Visit) -> None:
    app = visit("survival", trial="CRLM10", role="Statistician", by="arm")
    before = drawn(app)
    for key, name in (
        ("band", "Half the 95 % interval"),
        ("published", "Published, not from this trial"),
        ("naive", "Ignores late entry"),
    ):
        assert name not in before
        app.toggle(key=key).set_value(True).run()
        assert name in drawn(app)
    assert len(tables(app)) == 2  # the numbers, and whose the published rates are


@pytest.mark.parametrize(("chosen", "image"), [("", "svg"), ("png", "png")])
def test_the_camera_saves_the_picture_as_asked(visit: Visit, chosen: str, image: str) -> None:
    app = visit("survival", trial="CRLM10")
    app.selectbox(key="picture").select(chosen).run()
    (chart,) = app.get("plotly_chart")
    options = json.loads(chart.proto.config)["toImageButtonOptions"]
    assert (options["format"], options["filename"]) == (image, "CRLM10_cut2_survival_curves")


def test_a_change_of_trial_forgets_origin_and_method(visit: Visit) -> None:
    app = visit("survival", trial="CRLM10", role="Statistician", by="received", method="time-varying")
    app.selectbox(key="trial").select("CRLM-EHD").run()
    assert not app.warning
    assert app.selectbox(key="by").value == ""
    assert app.selectbox(key="origin").value == ""
