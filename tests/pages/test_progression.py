"""The progression page: coded arms, one cause at a time, the warned line on demand, a trial without competing risks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crlm_dash.access import Role, Viewer
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import Visit, plots, tables, visited, words

OVERSTATES = "overstates: it treats death as if it could"


def drawn_title(app: AppTest, number: int) -> str:
    """What the vertical axis of a figure on the screen is called."""
    drawn = json.loads(app.get("plotly_chart")[number].proto.spec)
    return str(drawn["layout"]["yaxis"]["title"]["text"])


def test_the_dsmb_sees_coded_arms_and_never_their_names(visit: Visit, demo_store: Path) -> None:
    door = TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), "CRLM10")
    app = visit("progression", trial="CRLM10", role="DSMB", by="arm", overstated="true")
    said = words(app)
    assert "Arm A" in said
    assert not any(word in said for word in {*door.arms, *(arm.name for arm in door.protocol.arms)})
    assert plots(app) == 2


def test_first_failures_sum_to_the_patients_used(visit: Visit) -> None:
    app = visit("progression", trial="CRLM10", role="Statistician", by="arm")
    first = tables(app)[0]
    assert list(first.columns) == ["What came first", "Local treatment", "Palliative chemotherapy"]
    for arm in first.columns[1:]:
        *parts, everyone = (int(str(cell).split(" (")[0]) for cell in first[arm])
        assert sum(parts) == everyone > 0


def test_one_minus_kaplan_meier_is_drawn_on_demand(visit: Visit) -> None:
    app = visit("progression", trial="CRLM10")
    assert OVERSTATES not in words(app)
    app.toggle(key="overstated").set_value(True).run()
    assert OVERSTATES in words(app)


def test_a_cause_is_chosen_and_another_endpoint_forgets_it(visit: Visit) -> None:
    app = visit("progression", trial="CRLM10")
    app.selectbox(key="cause").select("5").run()
    assert drawn_title(app, 1) == "Death without progression"
    app.selectbox(key="endpoint").select("LIVPD").run()
    assert app.selectbox(key="cause").value == ""
    assert drawn_title(app, 1) == "Liver progression"
    assert plots(app) == 2
    assert not app.warning


def test_the_first_severe_adverse_event_is_no_choice_here(visit: Visit) -> None:
    app = visit("progression", trial="CRLM10")
    assert not any("adverse" in option for option in app.selectbox(key="endpoint").options)
    assert drawn_title(app, 1) == "Liver only"


def test_a_cause_that_means_nothing_is_refused(visit: Visit) -> None:
    app = visit("progression", trial="CRLM10", cause="Boredom")
    assert "'Boredom' is not a cause here. There are: Liver only, Extrahepatic only" in app.warning[0].value.replace(
        "\\", ""
    )


@pytest.mark.parametrize("by", ["", "arm"])
def test_a_trial_without_competing_risks_says_so(foreign_store: Path, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    monkeypatch.setenv("CRLM_STORE", str(foreign_store))
    app = visited("progression", role="Statistician", **({"by": by} if by else {}))
    assert "No endpoint of this trial has competing risks" in app.info[0].value
    assert plots(app) == 0
    assert not app.exception


def test_a_display_of_nobody_says_so(visit: Visit) -> None:
    app = visit("progression", trial="CRLM10", where="AGE > 200")
    assert app.info[0].value == "No subject is in this population."
    assert plots(app) == 0


def test_a_filter_takes_the_tests(visit: Visit) -> None:
    app = visit("progression", trial="CRLM10", role="Statistician", by="arm", where="SEX = 'F'")
    assert "Exploratory" in words(app)
    contrasts = tables(app)[-1]
    assert set(contrasts["Gray's test, p"]) == {"–"} == set(contrasts["Proportional hazards, p"])
