"""Reports of other trials: empty, of one arm, of three, with words that are long or cannot be written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from crlm_dash.access import Action, Role, Viewer
from crlm_dash.errors import AccessDenied
from crlm_dash.report import Document, Figure, Kind, Table, document, html, report, word
from crlm_dash.report.preparing import NEEDS
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from tests.analyses.tiny import PROTOCOL, UNCOMPARED, cut_of, door_into, full
from tests.pilot_like import ARMS
from tests.report.reading import html_drawings, html_tables, parsed, word_drawings, word_tables

ONE_ARM = UNCOMPARED.replace('[[arms]]\ncode = "PILCO"\nname = "Pills"\nlabel = "Pills only"\n', "")


def checked(made: Document) -> Document:
    """The document, once both its files could be read back."""
    assert html_tables(html(made)).keys() == word_tables(word(made)).keys()
    for drawing in (*html_drawings(html(made)), *word_drawings(word(made)).values()):
        parsed(drawing)
    return made


@pytest.mark.parametrize("kind", Kind)
def test_an_empty_trial_has_a_report_that_says_so(kind: Kind) -> None:
    made = checked(document(door_into(cut_of({}), Role.STATISTICIAN if kind is Kind.CLOSED else Role.PI), kind))
    said = {section.heading: section.sentence for section in made.sections}
    assert said["Enrolment"] == "No subject has been screened yet."
    assert said["Patients at baseline"].startswith("No subject is in this population")
    assert said["Safety"].startswith("No subject is in this population")
    assert not list(made.displays(Figure))


def test_a_trial_of_one_arm_compares_nothing() -> None:
    rows = [row for row in full()["adsl"] if row.get("TRT01P") != "Pills"]
    alone = {row["USUBJID"] for row in rows}
    kept = {
        name: [row for row in each if row.get("USUBJID", "T-01") in alone]
        for name, each in full().items()
        if name != "adsl"
    }
    made = checked(document(door_into(cut_of({"adsl": rows, **kept}, ONE_ARM)), Kind.CLOSED))
    titles = [each.title for each in made.displays(Table)]
    assert "Characteristics at baseline" in titles
    assert not any("between the arms" in title for title in titles)
    overview = next(each for each in made.displays(Table) if each.title == "Patients with adverse events")
    assert list(overview.frame.columns)[1:] == ["All patients (n = 9)"]


def test_a_foreign_trial_in_three_arms(foreign_store: Path) -> None:
    store = TrialStore(foreign_store)
    trial = store.trials(Viewer(Role.PI))[0].trial
    made = checked(report(store, Viewer(Role.STATISTICIAN), trial, Kind.CLOSED))
    overview = next(each for each in made.displays(Table) if each.title == "Patients with adverse events")
    assert {str(name).partition(" (n")[0] for name in overview.frame.columns[1:]} >= set(ARMS)
    assert made.data == "PUBLIC EXAMPLE"
    opened = checked(report(store, Viewer(Role.DSMB), trial, Kind.OPEN))
    assert not any(arm in html(opened) for arm in ARMS)


LONG = "Extraordinarily long preferred term of an adverse event that no column of a page could hold on a single line"
STRANGE = 'Pain <b>"sharp"</b> & \x0b $x^2$ ☃'


@pytest.fixture
def wordy() -> Door:
    """A trial whose adverse events have a long name, and one with letters that mean something to programs."""
    tables: dict[str, Any] = full()
    tables["adae"] = [
        {"USUBJID": "T-01", "AEGRADE": 3, "TRTEMFL": "Y", "AEBODSYS": "Gut", "AEDECOD": LONG},
        {"USUBJID": "T-02", "AEGRADE": 2, "TRTEMFL": "Y", "AEBODSYS": "Gut & more", "AEDECOD": STRANGE},
    ]
    return door_into(cut_of(tables))


def test_long_and_strange_words_are_written_as_they_are(wordy: Door) -> None:
    made = checked(document(wordy, Kind.CLOSED))
    table = next(each for each in made.displays(Table) if each.title == "Patients with each adverse event")
    name = table.name
    plain = STRANGE.replace("\x0b", "")
    for tables in (html_tables(html(made)), word_tables(word(made))):
        cells = [row[0] for row in tables[name]]
        assert LONG in cells
        assert plain in cells


# -- who may have it --------------------------------------------------------------------------------------

#                       MDT    PI     DSMB   STAT   DM
MAY = {
    Kind.OPEN:         (False, True,  True,  True,  True),
    Kind.CLOSED:       (False, False, True,  True,  False),
}  # fmt: skip
ROLES = (Role.MDT, Role.PI, Role.DSMB, Role.STATISTICIAN, Role.DATA_MANAGER)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_who_may_prepare_which_report(demo_store: Path, kind: Kind, place: int) -> None:
    door = TrialStore(demo_store).open(Viewer(ROLES[place]), "CRLM10")
    assert door.can(NEEDS[kind]) is MAY[kind][place]
    if not MAY[kind][place]:
        with pytest.raises(AccessDenied, match=r"may not prepare the (open|closed) report"):
            report(TrialStore(demo_store), Viewer(ROLES[place]), "CRLM10", kind)


def test_a_finished_trial_opens_the_closed_report_by_its_protocol_file() -> None:
    finished = PROTOCOL.replace('outcomes_by_arm = ["dsmb", "statistician"]', 'outcomes_by_arm = ["dsmb", "pi"]')
    assert door_into(cut_of(full(), finished), Role.PI).can(Action.PREPARE_CLOSED_REPORT)


def test_an_open_report_of_a_finished_trial_stays_open() -> None:
    finished = PROTOCOL.replace('outcomes_by_arm = ["dsmb", "statistician"]', 'outcomes_by_arm = ["dsmb", "pi"]')
    made = document(door_into(cut_of(full(), finished), Role.PI), Kind.OPEN)
    assert not any(word in html(made) for word in ("Zap now", "Pills only", "Hazard ratio"))


def test_the_report_carries_its_cut_and_its_hour(demo_store: Path) -> None:
    before = dt.datetime.now(dt.UTC)
    made = report(TrialStore(demo_store), Viewer(Role.PI), "CRLM10", Kind.OPEN)
    assert made.fingerprint == TrialStore(demo_store).cuts(Viewer(Role.PI), "CRLM10")[-1].fingerprint
    assert before <= made.made_at <= dt.datetime.now(dt.UTC)
    assert made.fingerprint in html(made)
