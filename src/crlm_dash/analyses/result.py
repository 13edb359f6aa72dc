"""What every analysis returns: the tables of one display and all it must say about itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Exclusion:
    """Subjects who belong to the population but not to the numbers, and why."""

    reason: str
    n: int


@dataclass(frozen=True)
class Result:
    """
    The answer to one question about one cut, as one viewer may see it.

    `tables` maps a table's name to a frame with the columns of `docs/architecture.md`, unrounded; every
    table that is part of the analysis is there, with zero rows where there is nothing. `sentence` says the
    main finding in words (it is the figure's alternative text); `facts` holds what a figure needs besides
    the tables (axis unit, axis label). `empty` says why there is nothing to show ('' when there is).
    """

    analysis: str
    trial: str
    title: str
    kind: str
    cut: int
    fingerprint: str
    cutoff: dt.date
    role: str
    masked: str
    population: str
    n_used: int
    n_total: int
    tables: dict[str, pd.DataFrame]
    excluded: tuple[Exclusion, ...] = ()
    notes: tuple[str, ...] = ()
    filters: str = ""
    sentence: str = ""
    empty: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
