"""What may be downloaded: every table by who may, and none that names patients by others; and how it is written."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crlm_dash.access import Role, Viewer
from crlm_dash.analyses import patients
from crlm_dash.store.shelf import TrialStore
from tests.pages.visiting import PAGES, ROOT, Visit, tables, words

REFUSED = "may not download lists that name patients. In this trial, Principal investigator"
WITHOUT_TABLES = {"report", "stopping", "audit"}  # before a report is prepared; where all of it is refused
VIEWS = [(page, "") for page in PAGES if page not in WITHOUT_TABLES] + [
    ("eligibility", "Missing facts"),
    ("eligibility", "Deviations"),
]


def downloads(app: AppTest) -> int:
    """How many tables have a download."""
    return len(app.get("download_button"))


def naming(app: AppTest, known: set[str]) -> int:
    """How many tables hold the identifier of a patient."""
    return sum(any(str(cell) in known for row in table.to_numpy() for cell in row) for table in tables(app))


@pytest.fixture(scope="module")
def known(demo_store: Path) -> set[str]:
    """Identifiers of the patients of CRLM-EHD."""
    return set(patients(TrialStore(demo_store).open(Viewer(Role.MDT), "CRLM-EHD")).tables["subjects"]["USUBJID"])


@pytest.mark.parametrize(("page", "view"), VIEWS)
def test_lists_of_patients_are_downloaded_by_who_may(visit: Visit, known: set[str], page: str, view: str) -> None:
    address = {"trial": "CRLM-EHD"} | ({"view": view} if view else {})
    for role in ("PI", "Statistician", "Data manager"):
        app = visit(page, role=role, **address)
        assert downloads(app) == len(tables(app))
    for role in ("MDT", "DSMB"):
        app = visit(page, role=role, **address)
        assert downloads(app) == len(tables(app)) - naming(app, known)
        assert (REFUSED in words(app)) == bool(naming(app, known))


def test_some_of_these_views_name_patients(visit: Visit, known: set[str]) -> None:
    assert naming(visit("patient", trial="CRLM-EHD"), known) == 1
    assert naming(visit("eligibility", trial="CRLM-EHD", view="Missing facts"), known) == 1


def test_the_records_of_one_patient_are_no_less_than_a_list(visit: Visit, known: set[str]) -> None:
    address = {"trial": "CRLM-EHD", "usubjid": min(known), "view": "table"}
    assert downloads(visit("patient", role="PI", **address)) > 2
    assert downloads(visit("patient", role="MDT", **address)) == 0
    assert downloads(visit("patient", role="DSMB", **address)) == 0


def test_the_browser_s_own_export_is_off() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["client"]["disableDataExport"] is True
