"""Reports of the demonstration trials, prepared once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from crlm_dash.access import Role, Viewer
from crlm_dash.report import Document, Kind, report
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore

ReportOf = Callable[[str, Role, Kind], Document]
DoorOf = Callable[[str, Role], Door]


@pytest.fixture(scope="session")
def report_of(demo_store: Path) -> ReportOf:
    """`report_of("CRLM10", Role.DSMB, Kind.CLOSED)`, put together at the first call."""
    store = TrialStore(demo_store)
    return cache(lambda trial, role, kind: report(store, Viewer(role), trial, kind))


@pytest.fixture(scope="session")
def door_of(demo_store: Path) -> DoorOf:
    """`door_of("CRLM10", Role.DSMB)`: the same cut as the reports are about."""
    store = TrialStore(demo_store)
    return lambda trial, role: store.open(Viewer(role), trial)
