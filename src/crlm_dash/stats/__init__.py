"""Statistics: pure functions, frames in and frames out. They know nothing of trials, roles or screens."""

from crlm_dash.stats.cox import hazard_ratio
from crlm_dash.stats.kaplan_meier import (
    followup_median,
    kaplan_meier,
    median_survival,
    number_at_risk,
    survival_at,
    survival_differences,
)
from crlm_dash.stats.log_rank import log_rank
from crlm_dash.stats.rmst import rmst, rmst_difference

__all__ = [
    "followup_median",
    "hazard_ratio",
    "kaplan_meier",
    "log_rank",
    "median_survival",
    "number_at_risk",
    "rmst",
    "rmst_difference",
    "survival_at",
    "survival_differences",
]
