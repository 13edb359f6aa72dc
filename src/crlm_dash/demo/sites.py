"""Where and when patients come: sites that open one after another and recruit at different rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crlm_dash.demo.design import Design

_COUNTRIES = ("CHN", "CHN", "CHN", "CHN", "ITA", "CHN", "FRA", "CHN", "JPN", "CHN", "DEU", "CHN")
_OPENING_DAYS = 700
_QUIET_START_DAYS = 45


@dataclass(frozen=True)
class Site:
    """A hospital: its first day and its share of the recruitment while open."""

    siteid: str
    country: str
    opened: int
    weight: float
    conventional_units: bool


def sites(trial: Design, rng: np.random.Generator, n_sites: int | None = None) -> tuple[Site, ...]:
    """The sites of a trial, in order of opening; the first one recruits most."""
    n = n_sites or trial.n_sites
    gaps = np.sort(rng.uniform(0, _OPENING_DAYS, n))
    gaps[0] = 0.0
    weights = rng.gamma(2.5, 0.4, n) + 0.15
    weights[0] = max(float(weights[0]), 1.8)
    return tuple(
        Site(
            siteid=f"{i + 1:02d}",
            country=_COUNTRIES[i % len(_COUNTRIES)],
            opened=trial.start.toordinal() + int(gaps[i]),
            weight=float(weights[i]),
            conventional_units=_COUNTRIES[i % len(_COUNTRIES)] in ("ITA", "JPN"),
        )
        for i in range(n)
    )


def arrivals(
    trial: Design, places: tuple[Site, ...], patients: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Site (index) and day of each consent, in order of time: Poisson streams, given their total."""
    opened = np.array([site.opened + _QUIET_START_DAYS for site in places])
    span = trial.last_day - opened
    expected = np.array([site.weight for site in places]) * span
    site = rng.choice(len(places), patients, p=expected / expected.sum())
    day = opened[site] + (span[site] * rng.random(patients)).astype(np.int64)
    order = np.argsort(day, kind="stable")
    return site[order].astype(np.int64), day[order].astype(np.int64)
