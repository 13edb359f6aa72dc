"""A hostile source is loaded as data, or refused in words; nothing in it is obeyed."""

from __future__ import annotations

import csv
import inspect
import io
from contextlib import suppress
from pathlib import Path

import pytest

from crlm_dash import analyses
from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import ANALYSES, Result
from crlm_dash.cli.printing import as_csv
from crlm_dash.errors import CrlmDashError, NotFound, RequestError
from crlm_dash.store.build import build_cut
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from crlm_dash.tables import READABLE
from crlm_dash.tables.comma import comma_separated
from crlm_dash.terms import TrialKind
from tests.hostile.conftest import BEGIN, END, SUBJECTS, TRIAL, rewritten


@pytest.fixture(scope="module")
def door(hostile_store: Path) -> Door:
    return TrialStore(hostile_store).open(Viewer(Role.STATISTICIAN), TRIAL)


@pytest.fixture(scope="module")
def subjects(door: Door) -> list[str]:
    return [str(each) for each in analyses.patients(door).tables["subjects"]["USUBJID"]]


def test_every_patient_is_there_under_the_name_the_source_gave(door: Door, subjects: list[str]) -> None:
    assert len(subjects) == SUBJECTS
    assert all(each.startswith(BEGIN) and each.endswith(END.strip()) for each in subjects)
    told = analyses.patient(door, usubjid=subjects[0])
    assert len(told.tables["timeline"]) > 5
    assert any(BEGIN in str(label) for label in told.tables["timeline"]["label"])


def test_a_name_that_is_sql_neither_filters_nor_finds_anybody_else(door: Door, subjects: list[str]) -> None:
    site = subjects[0]
    where = f"SITEID = '{site.replace(chr(39), chr(39) * 2)}'"
    assert analyses.survival(door, endpoint="OS", where=where).n_total == 0
    for nasty in ("x' or '1'='1", "'; drop table cut.main.adsl; --", "\x00", "🐟" * 2000):
        with pytest.raises(NotFound):
            analyses.patient(door, usubjid=nasty)
        assert len(analyses.patients(door, search=nasty).tables["subjects"]) == 0
        with pytest.raises(RequestError):
            analyses.survival(door, endpoint="OS", where=nasty)


@pytest.mark.parametrize(
    "trial", ["../store/CRLM10", "..", ".", "/etc", "CRLM10/../CRLM10", "CRLM10\x00", "..\\CRLM10", "", "x" * 5000]
)
def test_no_name_of_a_trial_leads_out_of_the_store(hostile_store: Path, trial: str) -> None:
    with pytest.raises(NotFound, match="There is no trial"):
        TrialStore(hostile_store).open(Viewer(Role.STATISTICIAN), trial)


@pytest.mark.parametrize("cut", [0, -1, 2, 10**30])
def test_no_number_of_a_cut_does_either(hostile_store: Path, cut: int) -> None:
    with pytest.raises(NotFound, match="has no cut"):
        TrialStore(hostile_store).open(Viewer(Role.STATISTICIAN), TRIAL, cut)


# -- files for spreadsheets -----------------------------------------------------------------------------------------


def computed(text: str) -> list[str]:
    """Cells that a spreadsheet would compute."""
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    return [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not _is_number(cell)]


def _is_number(cell: str) -> bool:
    with suppress(ValueError):
        float(cell)
        return True
    return False


def answers(door: Door, subject: str) -> list[Result]:
    """Every analysis that these data can answer."""
    found = []
    for analysis in ANALYSES.values():
        takes = inspect.signature(analysis).parameters
        options = {option: subject for option in ("usubjid", "subjects") if option in takes}
        with suppress(CrlmDashError):
            found.append(analysis(door, **options))
    return found


def test_no_file_for_a_spreadsheet_computes_anything(door: Door, subjects: list[str]) -> None:
    asked = answers(door, subjects[0])
    assert len(asked) > 20
    carried = 0
    for result in asked:
        for table in result.tables:
            if table in result.tables:
                text = as_csv(result, table)
                carried += BEGIN in text
                assert computed(text) == [], (result.analysis, table)
        if not result.empty:
            for name, readable in READABLE[result.analysis].items():
                assert computed(comma_separated(readable(result))) == [], (result.analysis, name)
    assert carried > 10


def test_the_search_would_find_a_formula(door: Door) -> None:
    assert computed(analyses.patients(door).tables["subjects"].to_csv(index=False))


# -- worse: codes are hostile as well ---------------------------------------------------------------------------------


def test_a_source_without_a_single_honest_code_is_shown_as_it_is(demo_sources: dict[str, Path], tmp_path: Path) -> None:
    source = rewritten(demo_sources[TRIAL], tmp_path / "source", None)
    build_cut(source, tmp_path / "store", protocol=TRIAL)
    door = TrialStore(tmp_path / "store").open(Viewer(Role.STATISTICIAN), TRIAL)
    assert analyses.overview(door).n_total == SUBJECTS
    for ask in (analyses.patients, analyses.enrolment, analyses.eligibility, analyses.quality, analyses.totals):
        assert ask(door).tables, ask


def test_a_trial_whose_name_is_a_path_is_put_where_it_belongs(demo_sources: dict[str, Path], tmp_path: Path) -> None:
    source = rewritten(demo_sources[TRIAL], tmp_path / "source", ())
    for path in source.glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace("CRLM10", "../../out'"), encoding="utf-8")
    cut = build_cut(source, tmp_path / "inner" / "store", kind=TrialKind.SIMULATED)
    assert cut.trial == "../../out'"
    assert cut.path.parent.parent == tmp_path / "inner" / "store"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inner", "source"]
