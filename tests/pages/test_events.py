"""The page of deaths and serious events: what each role reads, a search, a filter, a trial of nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import safety_events
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import Visit, tables, words

PROCEDURES = {"Last procedure", "Days since procedure", "Clavien–Dindo", "Attributed to", "Remarks of the site"}


@pytest.mark.parametrize("trial", ["CRLM10", "CRLM-EHD"])
def test_the_finding_comes_first_and_the_lists_are_those_of_the_analysis(
    visit: Visit, demo_store: Path, trial: str
) -> None:
    result = safety_events(TrialStore(demo_store).open(Viewer(Role.PI), trial))
    app = visit("events", trial=trial, role="PI")
    assert result.sentence in [text.value.replace("\\", "") for text in app.markdown]
    deaths, serious, causes = tables(app)
    assert deaths["Patient"].tolist() == result.tables["deaths"]["USUBJID"].tolist()
    assert serious["Patient"].tolist() == result.tables["serious"]["USUBJID"].tolist()
    assert causes.iloc[0].tolist()[0] == "Any cause"
    assert [tab.label for tab in app.tabs] == ["Deaths", "Serious events", "Causes of death"]


@pytest.mark.parametrize("trial", ["CRLM10", "CRLM-EHD"])
def test_the_statistician_sees_arms_and_procedures_and_the_dsmb_neither(
    visit: Visit, demo_store: Path, trial: str
) -> None:
    door = TrialStore(demo_store).open(Viewer(Role.STATISTICIAN), trial)
    names = {*door.arms, *(arm.name for arm in door.protocol.arms)}
    _, seen, causes = tables(visit("events", trial=trial, role="Statistician"))
    assert set(seen) >= PROCEDURES
    assert set(seen["Arm"]) == set(door.arms)
    assert list(causes)[1:-1] == [f"{arm} (n = {n})" for arm, n in _sizes(demo_store, trial).items()]
    app = visit("events", trial=trial, role="DSMB")
    _, coded, _ = tables(app)
    assert not PROCEDURES & set(coded)
    assert "Arm" not in coded
    assert "never beside a patient" in words(app)
    assert not any(name in words(app) for name in names)


def _sizes(root: Path, trial: str) -> dict[str, int]:
    causes = safety_events(TrialStore(root).open(Viewer(Role.STATISTICIAN), trial)).tables["causes"]
    return dict(zip(causes["strata"][:2], causes["n"][:2], strict=True))


@pytest.mark.parametrize("role", ["PI", "MDT", "Data manager"])
def test_who_sees_no_outcomes_by_arm_sees_no_arm(visit: Visit, role: str) -> None:
    app = visit("events", trial="CRLM10", role=role)
    assert not any("Arm" in table for table in tables(app))
    assert "Shown to who sees outcomes by arm only" in words(app)


def test_a_search_is_in_the_address_and_says_when_nothing_is_found(visit: Visit) -> None:
    everyone = tables(visit("events", trial="CRLM10"))[1]
    app = visit("events", trial="CRLM10", search="neutropenia")
    found, _ = tables(app)  # nobody died of it
    assert 0 < len(found) < len(everyone)
    assert found["Adverse event"].str.contains("eutropenia").all()
    app.text_input(key="search").set_value("zzz").run()
    assert len(tables(app)) == 1  # the causes are of all patients
    assert "No death is found." in words(app)


def test_severe_events_are_listed_on_demand(visit: Visit) -> None:
    app = visit("events", trial="CRLM10")
    before = len(tables(app)[1])
    assert "Serious" not in tables(app)[1]
    app.toggle(key="severe").set_value(True).run()
    more = tables(app)[1]
    assert len(more) > before
    assert set(more["Serious"]) == {"yes", "no"}
    assert "grade 3 or higher that the site did not mark as serious" in words(app)


def test_nobody(visit: Visit) -> None:
    app = visit("events", trial="CRLM10", where="AGE > 200")
    assert "No subject is in this population" in app.info[0].value
    assert tables(app) == []
