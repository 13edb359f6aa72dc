"""Trials whose site rates are known, and what a forecast made in the middle of them says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crlm_dash.stats.accrual import Course, months_at, months_until, simulated
from crlm_dash.stats.counts import Floats
from crlm_dash.stats.site_rates import site_rates

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)


@dataclass(frozen=True)
class Setting:
    """A kind of trial: open sites, sites to open, how their rates differ, how long ago the first began."""

    sites: int
    to_open: int
    spread: float  # coefficient of variation of the rates of sites
    months: float
    target: int = 160
    planned_months: float = 40.0


def quantiles_and_truth(setting: Setting, trials: int, *, seed: int, draws: int = 1000) -> tuple[Floats, Floats]:
    """Of each simulated trial: the quantiles `LEVELS` of the month the target is forecast for, and the true one."""
    generator = np.random.default_rng(seed)
    forecast, truth = [], []
    shape = 1 / max(setting.spread, 1e-3) ** 2
    mean = setting.target / (setting.sites + setting.to_open) / setting.planned_months
    openings = np.linspace(2.0, 10.0, setting.to_open)
    is_open = np.ones(setting.sites, dtype=bool)
    while len(truth) < trials:
        number = len(truth)
        rates = generator.gamma(shape, mean / shape, setting.sites + setting.to_open)
        begun = np.sort(generator.uniform(0, setting.months, setting.sites) * (setting.sites > 1))
        months = setting.months - begun * 0.8
        n = generator.poisson(rates[: setting.sites] * months)
        more = setting.target - int(n.sum())
        if more < 1:
            continue
        known = site_rates(pd.DataFrame({"n": n, "months": months}))
        course = simulated(known, is_open=is_open, openings=openings, seed=[seed, number], draws=draws)
        forecast.append(months_at(months_until(course, [more], seed=[seed, number, 1]), LEVELS)[:, 0])
        fate = Course(rates[: setting.sites].sum(keepdims=True), rates[None, setting.sites :], openings)
        truth.append(months_until(fate, [more], seed=[seed, number, 2])[0, 0])
    return np.array(forecast), np.array(truth)


def coverage(setting: Setting, trials: int, *, seed: int, draws: int = 1000) -> tuple[float, float]:
    """In what share of trials the truth lay within the 80 % and the 95 % interval."""
    forecast, truth = quantiles_and_truth(setting, trials, seed=seed, draws=draws)
    within = [((forecast[:, low] <= truth) & (truth <= forecast[:, high])).mean() for low, high in ((1, 3), (0, 4))]
    return float(within[0]), float(within[1])
