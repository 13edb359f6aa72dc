"""Doors into the tiny cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from crlm_dash.access import Role
from crlm_dash.store.door import Door
from tests.analyses.tiny import cut_of, door_into, full

Opened = Callable[..., Door]


@pytest.fixture(scope="session")
def tiny() -> duckdb.DuckDBPyConnection:
    return cut_of(full())


@pytest.fixture
def opened(tiny: duckdb.DuckDBPyConnection) -> Opened:
    """`opened()` as the statistician, `opened(Role.PI, sites=…)` as somebody else."""

    def of(role: Role = Role.STATISTICIAN, sites: Any = None) -> Door:
        return door_into(tiny, role, sites)

    return of
