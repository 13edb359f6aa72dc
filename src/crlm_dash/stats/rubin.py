"""Rubin's rules: what several imputed data sets say together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from crlm_dash.stats.counts import Floats

LEAST_SHARE = 1e-4  # of the variance: below, degrees of freedom are those of this share


@dataclass(frozen=True)
class Pooled:
    """
    Estimates pooled over imputations, one an element.

    `within` and `between`: variances within and between the data sets; `variance` the total; `df` its degrees of
    freedom; `fmi` the fraction of the information on the estimate that is missing.
    """

    estimate: Floats
    within: Floats
    between: Floats
    variance: Floats
    df: Floats
    fmi: Floats

    @property
    def std_error(self) -> Floats:
        """The root of the total variance."""
        return np.sqrt(self.variance)

    def quantile(self, conf_level: float = 0.95) -> Floats:
        """That of Student's t with these degrees of freedom."""
        return np.asarray(stdtrit(self.df, (1 + conf_level) / 2))


def pooled(values: Floats, variances: Floats, complete_df: float = np.inf) -> Pooled:
    """
    Pool the estimates of imputed data sets.

    Parameters
    ----------
    values, variances : (imputations, …) estimates and their variances, two imputations or more
    complete_df : degrees of freedom that the complete data would have; infinite where limits of complete data are those
        of the normal distribution (Rubin's formula for large samples), else those of Barnard and Rubin

    Returns
    -------
    The mean of the estimates, with its total variance.

    Source: Rubin, Multiple Imputation for Nonresponse in Surveys (1987), 3; Barnard & Rubin, Biometrika 86 (1999)
    948-955.
    """
    m = len(values)
    within, between = variances.mean(axis=0), values.var(axis=0, ddof=1)
    added = (1 + 1 / m) * between
    total = within + added
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.maximum(np.where(total > 0, added / total, 0.0), LEAST_SHARE)
        ratio = np.where(within > 0, added / within, 0.0)
        df = (m - 1) / share**2
        if np.isfinite(complete_df):
            observed = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share)
            df = df * observed / (df + observed)
        fmi = (ratio + 2 / (df + 3)) / (ratio + 1)
    return Pooled(values.mean(axis=0), within, between, total, df, fmi)
