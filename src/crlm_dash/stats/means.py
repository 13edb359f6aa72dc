"""Means with limits by Student's t."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from crlm_dash.errors import ContractError


def mean_limits(table: pd.DataFrame, *, conf_level: float = 0.95) -> pd.DataFrame:
    """
    Means with limits by Student's t, each from how many, mean and standard deviation.

    Parameters
    ----------
    table : columns `n`, `mean`, `sd` (n − 1 below the line; missing where n < 2)

    Returns
    -------
    One row per row of `table`, same index: `estimate`, `conf_low`, `conf_high`; no limits where n < 2.

    Raises
    ------
    ContractError : a column is not there
    """
    missing = [column for column in ("n", "mean", "sd") if column not in table]
    if missing:
        raise ContractError(f"Means need the columns n, mean and sd; there is no {', '.join(missing)}.")
    n, mean, sd = (table[column].to_numpy(dtype="float64", na_value=np.nan) for column in ("n", "mean", "sd"))
    known = n >= 2
    reach = np.full(len(table), np.nan)
    reach[known] = stats.t.ppf(0.5 + conf_level / 2, n[known] - 1) * sd[known] / np.sqrt(n[known])
    return pd.DataFrame(
        {"estimate": mean, "conf_low": mean - reach, "conf_high": mean + reach}, index=table.index, dtype="float64"
    )
