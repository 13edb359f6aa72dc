"""How often forecasts of enrolment cover what comes: `python -m bench.coverage [trials]`, some minutes.

Trials whose site rates are known are stopped early or in the middle and forecast; the true day the target is reached
lies within the 80 % and the 95 % interval as often as written, ours beside the interval with the likeliest gamma
distribution taken for the true one (Anisimov & Fedorov 2007).
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


def taken_for_true(sites: pd.DataFrame) -> SiteRates:
    """The likeliest gamma distribution of site rates as if it were known."""
    mean, spread = likeliest(sites) if sites["n"].sum() else (0.5 / sites["months"].sum(), 0.0)
    columns = (sites["n"], sites["months"], [mean], [spread], [1.0])
    return SiteRates(*(np.asarray(column, dtype=float) for column in columns))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="bench.coverage", description=__doc__)
    parser.add_argument("trials", nargs="?", type=int, default=500)
    n = parser.parse_args().trials
    print(f"{'sites':>6} {'to open':>8} {'spread':>7} {'month':>6}   80 %   95 %   likeliest only: 80 %   95 %")
    for (sites, to_open), spread, months in product(SITES, SPREADS, MONTHS):
        setting = trials.Setting(sites, to_open, spread, months)
        ours = trials.coverage(setting, n, seed=1)
        with mock.patch.object(trials, "site_rates", taken_for_true):
            theirs = trials.coverage(setting, n, seed=1)
        shown = "".join(f"{100 * share:7.1f}" for share in ours) + " " * 15
        shown += "".join(f"{100 * share:7.1f}" for share in theirs)
        print(f"{sites:6} {to_open:8} {spread:7.1f} {months:6.0f} {shown}", flush=True)


if __name__ == "__main__":
    main()
