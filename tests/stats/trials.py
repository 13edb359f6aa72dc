"""Trials whose site rates are known, and what a forecast made in the middle of them says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crlm_dash.stats.accrual import Course, months_at, months_until, numbers_by, simulated
from crlm_dash.stats.counts import Floats, Ints
from crlm_dash.stats.events_to_come import EVENT, FOLLOWED, event_hazards, events_by_month, months_until_event
from crlm_dash.stats.site_rates import site_rates

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
_HORIZON = 120  # months in which events may come


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
    return _within(*quantiles_and_truth(setting, trials, seed=seed, draws=draws))


def _within(forecast: Floats, truth: Floats) -> tuple[float, float]:
    within = [((forecast[:, low] <= truth) & (truth <= forecast[:, high])).mean() for low, high in ((1, 3), (0, 4))]
    return float(within[0]), float(within[1])


def event_coverage(
    setting: Setting, trials: int, *, hazard: float, number: int, seed: int, draws: int = 400
) -> tuple[float, float]:
    """
    The same for the month of the event of that number, under a constant `hazard` a month, while patients still come.

    All sites have been open from the first month; whoever is enrolled stays in follow-up.
    """
    generator = np.random.default_rng(seed)
    forecast, truth = [], []
    shape, mean = 1 / max(setting.spread, 1e-3) ** 2, setting.target / setting.sites / setting.planned_months
    while len(truth) < trials:
        rates = generator.gamma(shape, mean / shape, setting.sites)
        came = generator.poisson(rates * (setting.months + _HORIZON))
        entered = generator.uniform(0.0, setting.months + _HORIZON, came.sum())
        first = np.argsort(entered)[: setting.target]
        site, entered = np.repeat(np.arange(setting.sites), came)[first], entered[first]
        life = generator.exponential(1 / hazard, len(entered))
        happens = np.sort(entered + life)
        so_far = int((happens < setting.months).sum())
        if not 0 < so_far < number <= len(happens):
            continue
        here = entered < setting.months
        counts = pd.DataFrame({"n": np.bincount(site[here], minlength=setting.sites), "months": setting.months})
        months = _events_expected(
            setting, counts, (setting.months - entered)[here], life[here], draws, [seed, len(truth)]
        )
        forecast.append(months_at(months_until_event(months, [number - so_far]), LEVELS)[:, 0])
        truth.append(happens[number - 1] - setting.months)
    return _within(np.array(forecast), np.array(truth))


def _events_expected(
    setting: Setting, counts: pd.DataFrame, age: Floats, life: Floats, draws: int, seed: list[int]
) -> Ints:
    """Events to come by month, of patients enrolled `age` months ago, whose lives end where `life` is below that."""
    dead = life < age
    followed = pd.DataFrame({"months": np.minimum(life, age), "what": np.where(dead, EVENT, FOLLOWED), "n": 1})
    still, n = np.unique(age[~dead].astype(int), return_counts=True)
    is_open = np.ones(setting.sites, dtype=bool)
    course = simulated(site_rates(counts), is_open=is_open, seed=seed, draws=draws)
    in_all = numbers_by(course, np.arange(1.0, _HORIZON + 1), seed=[*seed, 1])
    arrivals = np.diff(np.minimum(in_all, setting.target - len(age)), axis=1, prepend=0)
    now = pd.DataFrame({"seen": still, "now": still, "n": n})
    return events_by_month(event_hazards(followed), now, arrivals, seed=[*seed, 2])
