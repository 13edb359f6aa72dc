"""Stores that pages are visited with."""

from __future__ import annotations

from pathlib import Path

import pytest

from crlm_dash.store.build import build_cut
from crlm_dash.terms import TrialKind
from tests.pages.visiting import Visit, visited


@pytest.fixture
def visit(demo_store: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """`visit("survival", role="DSMB")`: a page over the demonstration store."""
    monkeypatch.setenv("CRLM_STORE", str(demo_store))
    return visited


@pytest.fixture(scope="session")
def real_store(pilot_like: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a trial of real patients."""
    root = tmp_path_factory.mktemp("real")
    build_cut(pilot_like, root, kind=TrialKind.REAL)
    return root
