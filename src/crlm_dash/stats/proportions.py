"""Proportions, differences between two of them, and rates, with limits that hold for small numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from crlm_dash.errors import ContractError
from crlm_dash.stats.counts import Floats
from crlm_dash.stats.curve import normal_quantile

BISECTIONS = 60  # halvings of an interval of length 2: to the last bit


def clopper_pearson(table: pd.DataFrame, *, conf_level: float = 0.95) -> pd.DataFrame:
    """
    Proportions with exact (Clopper–Pearson) limits.

    Parameters
    ----------
    table : columns `n_event` and `n`, whole numbers, 0 <= n_event <= n

    Returns
    -------
    One row per row of `table`, same index: `estimate`, `conf_low`, `conf_high`; missing where n is 0.

    Source: Clopper & Pearson, Biometrika 26 (1934) 404-413.
    """
    n_event, n = _counts(table, "n_event", "n")
    known = n > 0
    values = np.full((3, len(table)), np.nan)
    if known.any():
        values[0, known] = n_event[known] / n[known]
        values[1:, known] = proportion_confint(n_event[known], n[known], 1 - conf_level, "beta")
        # at the ends a limit is the end itself, not what rounding leaves of it
        values[1, known & (n_event == 0)] = 0.0
        values[2, known & (n_event == n)] = 1.0
    return _limits(table, *values)


def miettinen_nurminen(table: pd.DataFrame, *, conf_level: float = 0.95) -> pd.DataFrame:
    """
    Risk differences with Miettinen–Nurminen score limits.

    Computed here for all rows of a safety table at once, and for 0 of n and n of n as for any other count:
    statsmodels' score limits (0.15) fail there and differ from the published ones elsewhere.

    Parameters
    ----------
    table : columns `n_event`, `n`, and for the group subtracted `n_event_ref`, `n_ref`

    Returns
    -------
    One row per row of `table`, same index: `estimate` (n_event / n - n_event_ref / n_ref), `conf_low`,
    `conf_high`; missing where either group is empty. The limits are the differences at which the score
    statistic, its variance at the restricted maximum of the likelihood times N / (N - 1), equals the quantile.

    Source: Miettinen & Nurminen, Stat Med 4 (1985) 213-226.
    """
    counts = (*_counts(table, "n_event", "n"), *_counts(_reference(table), "n_event", "n"))
    x1, n1, x0, n0 = counts
    known = (n1 > 0) & (n0 > 0)
    values = np.full((3, len(table)), np.nan)
    if known.any():
        x1, n1, x0, n0 = (count[known] for count in counts)
        quantile = normal_quantile(conf_level)
        values[0, known] = estimate = x1 / n1 - x0 / n0
        values[1, known] = _score_limit(x1, n1, x0, n0, estimate, quantile, -1.0)
        values[2, known] = _score_limit(x1, n1, x0, n0, estimate, quantile, 1.0)
    return _limits(table, *values)


def _score_limit(
    x1: Floats, n1: Floats, x0: Floats, n0: Floats, estimate: Floats, quantile: float, end: float
) -> Floats:
    """Bisect between the estimate and the end of the range (-1 or 1) for the score equal to the quantile."""
    inside, outside = estimate.copy(), np.full(len(estimate), end)
    for _ in range(BISECTIONS):
        middle = (inside + outside) / 2
        accepted = np.abs(_score(x1, n1, x0, n0, middle)) <= quantile
        inside, outside = np.where(accepted, middle, inside), np.where(accepted, outside, middle)
    return inside


def _score(x1: Floats, n1: Floats, x0: Floats, n0: Floats, difference: Floats) -> Floats:
    """The score statistic of a risk difference; infinite where the counts are impossible under it."""
    p0 = _restricted(x1, n1, x0, n0, difference)
    p1 = np.clip(p0 + difference, 0, 1)
    total = n1 + n0
    variance = (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0) * total / np.maximum(total - 1, 1)
    gap = x1 / n1 - x0 / n0 - difference
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(gap == 0, 0.0, gap / np.sqrt(np.maximum(variance, 0))))


def _restricted(x1: Floats, n1: Floats, x0: Floats, n0: Floats, difference: Floats) -> Floats:
    """The likeliest proportion of the reference when the other is higher by `difference`: a cubic's root."""
    total, events = n1 + n0, x1 + x0
    l3, l2 = total, (n1 + 2 * n0) * difference - total - events
    l1 = (n0 * difference - total - 2 * x0) * difference + events
    l0 = x0 * difference * (1 - difference)
    q = (l2 / (3 * l3)) ** 3 - l1 * l2 / (6 * l3**2) + l0 / (2 * l3)
    p = np.where(q >= 0, 1.0, -1.0) * np.sqrt(np.maximum((l2 / (3 * l3)) ** 2 - l1 / (3 * l3), 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.where(p == 0, 0.0, q / p**3)
    angle = (np.pi + np.arccos(np.clip(cosine, -1, 1))) / 3
    return np.asarray(
        np.clip(2 * p * np.cos(angle) - l2 / (3 * l3), np.maximum(0, -difference), np.minimum(1, 1 - difference))
    )


def exact_rate(table: pd.DataFrame, *, conf_level: float = 0.95) -> pd.DataFrame:
    """
    Rates of events per unit of exposure with exact Poisson limits.

    Parameters
    ----------
    table : columns `n_event` (whole number, 0 or more) and `exposure` (0 or more, e.g. patient-years)

    Returns
    -------
    One row per row of `table`, same index: `estimate`, `conf_low`, `conf_high` per unit of exposure; missing
    where there is no exposure.

    Source: Garwood, Biometrika 28 (1936) 437-442.
    """
    _check_columns(table, ("n_event", "exposure"))
    n_event = table["n_event"].to_numpy(dtype=float)
    exposure = table["exposure"].to_numpy(dtype=float)
    if not (_whole(n_event).all() and (exposure >= 0).all()):
        raise ContractError("rates: n_event must be a whole number and exposure a number, both 0 or more.")
    unit = np.where(exposure > 0, exposure, np.nan)
    tail = (1 - conf_level) / 2
    low = np.where(n_event > 0, stats.chi2.ppf(tail, np.maximum(2 * n_event, 1)) / 2, 0.0)
    high = stats.chi2.isf(tail, 2 * n_event + 2) / 2
    return _limits(table, n_event / unit, low / unit, high / unit)


def _limits(table: pd.DataFrame, estimate: Floats, low: Floats, high: Floats) -> pd.DataFrame:
    """The three columns of every result of this room."""
    columns = {"estimate": estimate, "conf_low": low, "conf_high": high}
    return pd.DataFrame(columns, index=table.index, dtype=float)


def _reference(table: pd.DataFrame) -> pd.DataFrame:
    """The counts of the group subtracted, under the names of a single group."""
    _check_columns(table, ("n_event", "n", "n_event_ref", "n_ref"))
    return pd.DataFrame({"n_event": table["n_event_ref"], "n": table["n_ref"]})


def _counts(table: pd.DataFrame, events: str, size: str) -> tuple[Floats, Floats]:
    """Checked numbers of events and of subjects."""
    _check_columns(table, (events, size))
    n_event, n = table[events].to_numpy(dtype=float), table[size].to_numpy(dtype=float)
    broken = ~(_whole(n_event) & _whole(n) & (n_event <= n))
    if broken.any():
        found = f"{n_event[broken][0]:g} of {n[broken][0]:g}"
        raise ContractError(f"proportions: {found} in {broken.sum()} row(s) is not a count out of a count.")
    return n_event, n


def _whole(values: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray((values >= 0) & (values == np.floor(values)) & np.isfinite(values))


def _check_columns(table: pd.DataFrame, columns: Sequence[str]) -> None:
    absent = [name for name in columns if name not in table.columns]
    if absent:
        raise ContractError(f"table: column {', '.join(absent)} is absent; there are {list(table.columns)}.")
