"""How often forecasts cover what comes: `nice -n 19 python -m bench.coverage --likeliest > docs/forecast-coverage.txt`.

Trials whose site rates and hazard are known are stopped early or in the middle and forecast; the true day on which the
target is reached lies within the 80 % and the 95 % interval as often as written, and so does that of an event. With
`--likeliest` also what the intervals cover where the likeliest gamma distribution of site rates is taken for the true
one (Anisimov & Fedorov 2007), which takes ten times as long.
"""

from __future__ import annotations

import argparse
import sys
from itertools import product
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from crlm_dash.stats.site_rates import SiteRates, likeliest
from tests.stats import trials

SITES = ((1, 0), (3, 0), (3, 3), (10, 0), (10, 5), (40, 0))
SPREADS = (0.0, 0.5, 1.0)
MONTHS = (6.0, 14.0)
EVENT_SITES, EVENT_MONTHS = (3, 10), (14.0, 30.0)
HAZARDS = ((0.015, 40), (0.03, 60))  # a month, and the number of the event awaited


def taken_for_true(sites: pd.DataFrame) -> SiteRates:
    """The likeliest gamma distribution of site rates as if it were known."""
    mean, spread = likeliest(sites) if sites["n"].sum() else (0.5 / sites["months"].sum(), 0.0)
    columns = (sites["n"], sites["months"], [mean], [spread], [1.0])
    return SiteRates(*(np.asarray(column, dtype=float) for column in columns))


def patients(n: int, *, compare: bool) -> None:
    """The day the target number of patients is reached: a line a kind of trial, and all kinds together."""
    print(f"The day 160 patients are reached, of {n} simulated trials of each kind")
    print("sites  to open  spread  month     80 %    95 %" + "   likeliest: 80 %    95 %" * compare)
    found = []
    for (sites, to_open), spread, months in product(SITES, SPREADS, MONTHS):
        setting = trials.Setting(sites, to_open, spread, months)
        shares = [*trials.coverage(setting, n, seed=1)]
        if compare:
            with mock.patch.object(trials, "site_rates", taken_for_true):
                shares += trials.coverage(setting, n, seed=1)
        found.append(shares)
        print(f"{sites:5} {to_open:8} {spread:7.1f} {months:6.0f}  {_percent(shares)}", flush=True)
    print(f"{'all kinds together':30} {_percent(np.mean(found, axis=0))}\n")


def events(n: int) -> None:
    """The day of an event: the same."""
    print(f"The day of an event, while patients still come, of {n} simulated trials of each kind")
    print("sites  spread  month  hazard  event     80 %    95 %")
    found = []
    for sites, spread, months, (hazard, number) in product(EVENT_SITES, SPREADS, EVENT_MONTHS, HAZARDS):
        setting = trials.Setting(sites, 0, spread, months)
        shares = trials.event_coverage(setting, n, hazard=hazard, number=number, seed=1)
        found.append(shares)
        print(f"{sites:5} {spread:7.1f} {months:6.0f} {hazard:7.3f} {number:6}  {_percent(shares)}", flush=True)
    print(f"{'all kinds together':35} {_percent(np.mean(found, axis=0))}")


def _percent(shares: object) -> str:
    first, *rest = np.reshape(100 * np.asarray(shares), (-1, 2))
    return f"{first[0]:7.1f} {first[1]:7.1f}" + "".join(f"{each[0]:18.1f} {each[1]:7.1f}" for each in rest)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="bench.coverage", description=__doc__)
    parser.add_argument("trials", nargs="?", type=int, default=500)
    parser.add_argument("--likeliest", action="store_true")
    asked = parser.parse_args()
    print("python -m bench.coverage", *sys.argv[1:], end="\n\n")
    patients(asked.trials, compare=asked.likeliest)
    events(asked.trials)


if __name__ == "__main__":
    main()
