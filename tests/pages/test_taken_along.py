"""What leaves the screen as a file, byte by byte, as people who may not see everything; every click that changes it."""

from __future__ import annotations

import inspect
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import streamlit as st
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from crlm_dash import analyses, tables
from crlm_dash.access import POLICY, Action, Role, Rule, Viewer
from crlm_dash.analyses import ANALYSES
from crlm_dash.analyses.patients import SORTS
from crlm_dash.cli import main, showing
from crlm_dash.store.shelf import TrialStore
from crlm_dash.store.sight import Sight
from crlm_dash.ui import widgets
from tests.pages.visiting import PAGES, ROOT, SHELL, words

TRIAL = "CRLM10"
PI, MDT = Viewer(Role.PI, frozenset({"01"})), Viewer(Role.MDT, frozenset({"02"}))
# Numbers enrolled by arm, covariates by arm, and the records of their own patients show arms to these roles.
MAY_NAME_ARMS = {"enrolment", "comparison", "patient", "between_scans", "quality"}


class Taken(NamedTuple):
    """One file that a visitor could take along, and where."""

    page: str
    name: str
    text: str


class Hunt:
    """A visitor who clicks on everything; what is searched for in what they get."""

    def __init__(self, root: Path, viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
        door = TrialStore(root).open(Viewer(Role.STATISTICIAN), TRIAL)
        listed = analyses.patients(door, limit=10_000).tables["subjects"]
        self.page, self.files, self.viewer = "", list[Taken](), viewer
        of = dict(zip(listed["USUBJID"], listed["SITEID"], strict=True))
        self.strangers = [subject for subject, site in of.items() if site not in (viewer.sites or set(of.values()))]
        self.mine = [subject for subject, site in of.items() if viewer.sites and site in viewer.sites]
        self.arms = {word for arm in door.protocol.arms for word in (arm.name, arm.label)} | {"Arm A", "Arm B"}
        by_arm = [
            tables.survival_summary(analyses.survival(door, endpoint=endpoint, by="arm", unit=unit))
            for endpoint, unit in product(("OS", "OSDIAG"), ("days", "months"))
        ]
        self.outcomes = {str(cell) for each in by_arm for cell in each.to_numpy().ravel() if " to " in str(cell)}
        monkeypatch.setenv("CRLM_STORE", str(root))
        monkeypatch.setattr(widgets, "viewer", lambda: viewer)
        monkeypatch.setattr(st, "download_button", self._take)
        st.cache_data.clear()

    def _take(self, _label: str, data: Callable[[], bytes], file_name: str = "", *_: Any, **__: Any) -> None:
        self.files.append(Taken(self.page, file_name, readable(data())))

    def visit(self, pages: tuple[str, ...]) -> None:
        """Every page, and every choice that stands beside another on it."""
        app = AppTest.from_file(str(SHELL), default_timeout=60)
        app.query_params["trial"] = TRIAL
        app.run()
        for page in pages:
            self.page = page
            app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
            assert not app.error, page
            self.files.append(Taken(page, "screen", words(app)))
            for key, option in [(each.key, option) for each in app.segmented_control for option in each.options[1:]]:
                if key in {each.key for each in app.segmented_control}:
                    app.segmented_control(key=key).set_value(option).run()
                    assert not app.error, (page, option)
                    self.files.append(Taken(page, f"screen: {option}", words(app)))

    def found(self, files: list[Taken] | None = None) -> list[tuple[str, str, str]]:
        """Arms, outcomes by arm, and patients of other sites, where they stand."""
        return [(each.page, each.name, what) for each in files or self.files for what in self._in(each)]

    def _in(self, file: Taken) -> Iterator[str]:
        yield from (subject for subject in self.strangers if subject in file.text)
        yield from (number for number in self.outcomes if number in file.text)
        if file.page not in MAY_NAME_ARMS:
            yield from (arm for arm in self.arms if arm in file.text)


def readable(data: bytes) -> str:
    """The words of a file; a Word document is opened."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return " ".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))


def leak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two leaks planted: a PI gets outcomes by arm, and every site's patients."""
    monkeypatch.setitem(POLICY, (Role.PI, Action.SEE_OUTCOMES_BY_ARM), Rule.YES)
    monkeypatch.setattr(Sight, "sites_sql", lambda *_: "")


@pytest.mark.parametrize("viewer", [PI, MDT], ids=["PI", "MDT"])
def test_no_file_and_no_click_gives_an_arm_or_another_site_s_patient(
    demo_store: Path, monkeypatch: pytest.MonkeyPatch, viewer: Viewer
) -> None:
    hunt = Hunt(demo_store, viewer, monkeypatch)
    hunt.visit(tuple(page for page in PAGES if page not in ("audit", "stopping")))  # all of these is refused
    assert hunt.found() == []
    files = [each for each in hunt.files if not each.name.startswith("screen")]
    assert len(files) > 30
    assert any(subject in each.text for each in files for subject in hunt.mine) is (viewer is PI)


def test_the_same_hunt_finds_leaks_that_were_planted(demo_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hunt = Hunt(demo_store, PI, monkeypatch)
    leak(monkeypatch)
    monkeypatch.setattr(widgets, "strata", lambda *_: "arm")
    hunt.visit(("survival", "patients"))
    st.cache_data.clear()  # what leaked is kept for nobody
    found = hunt.found([each for each in hunt.files if each.name.endswith(".csv")])
    assert {what for *_, what in found} >= hunt.arms - {"Arm A", "Arm B"} - {arm for arm in hunt.arms if " " in arm}
    assert {what for *_, what in found} & hunt.outcomes
    assert {what for *_, what in found} & set(hunt.strangers)


@pytest.mark.parametrize("viewer", [PI, MDT], ids=["PI", "MDT"])
def test_no_order_of_the_list_shows_another_site_s_patient(
    demo_store: Path, monkeypatch: pytest.MonkeyPatch, viewer: Viewer
) -> None:
    hunt, door = Hunt(demo_store, viewer, monkeypatch), TrialStore(demo_store).open(viewer, TRIAL)
    for sort, descending, page in product(SORTS, (False, True), (1, 2)):
        frame = analyses.patients(door, sort=sort, descending=descending, limit=10, page=page).tables["subjects"]
        assert hunt.found([Taken("patients", f"{sort} {descending} {page}", frame.to_csv())]) == []


# -- the command line: the same analyses, written to files


def printed(root: Path, analysis: str, viewer: Viewer, *options: str) -> str:
    """What the command line prints of an analysis, to whoever says they are this viewer."""
    who = ["--role", str(viewer.role), "--sites", ",".join(viewer.sites or ())]
    asked = ["show", analysis, "--trial", TRIAL, "--store", str(root), *who, *options]
    return CliRunner().invoke(main, asked).output


def test_what_the_command_line_prints_gives_away_no_more(demo_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hunt, opened = Hunt(demo_store, PI, monkeypatch), TrialStore(demo_store)
    monkeypatch.setattr(showing, "TrialStore", lambda _: opened)
    known = {"usubjid": hunt.mine[0], "subjects": ",".join([*hunt.mine[:2], hunt.strangers[0]])}
    for analysis, ask in ANALYSES.items():
        takes = inspect.signature(ask).parameters
        options = [word for option, value in known.items() if option in takes for word in (f"--{option}", value)]
        text = printed(demo_store, analysis, PI, "--format", "json", *options)
        assert text.strip(), analysis
        hunt.files.append(Taken(analysis, "json", text))
    assert hunt.found() == []
    assert json.loads(hunt.files[0].text)["role"] == "pi"


def test_the_same_search_finds_what_it_prints_to_others(demo_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hunt = Hunt(demo_store, PI, monkeypatch)
    everyone = Viewer(Role.STATISTICIAN, frozenset({"01", "02", "03"}))
    listed = printed(demo_store, "patients", everyone, "--format", "csv", "--table", "subjects")
    by_arm = printed(demo_store, "survival", everyone, "--by", "arm")
    found = {what for *_, what in hunt.found([Taken("patients", "csv", listed), Taken("survival", "csv", by_arm)])}
    assert found & hunt.outcomes
    assert found & set(hunt.strangers)
    assert found & hunt.arms


def test_an_observer_gets_no_report_either(demo_store: Path, tmp_path: Path) -> None:
    asked = ["report", "--trial", TRIAL, "--kind", "open", "--role", "observer", "--store", str(demo_store)]
    said = CliRunner().invoke(main, [*asked, "--out", str(tmp_path / "files")])
    assert "An Observer may not prepare the open report" in said.stderr
    assert not list(tmp_path.rglob("*.*"))
