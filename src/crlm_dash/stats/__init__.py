"""Statistics: pure functions, frames in and frames out. They know nothing of trials, roles or screens."""

from crlm_dash.stats.accrual import Course, expected_number, months_at, months_until, numbers_by, simulated
from crlm_dash.stats.balance import balance
from crlm_dash.stats.beta_binomial import RateRule, posterior_probability, stopping_chances, stopping_number, stops
from crlm_dash.stats.competing import aalen_johansen, incidence_at
from crlm_dash.stats.cox import hazard_ratio
from crlm_dash.stats.cox_regression import CoxRegression, SubgroupEffects, cox_regression, subgroup_effects
from crlm_dash.stats.e_value import e_value
from crlm_dash.stats.events_to_come import EventHazards, event_hazards, events_by_month, months_until_event
from crlm_dash.stats.fine_gray import fine_gray
from crlm_dash.stats.funnel import funnel_limits
from crlm_dash.stats.gray import gray_test
from crlm_dash.stats.kaplan_meier import kaplan_meier, number_at_risk
from crlm_dash.stats.landmarks import survival_at, survival_differences
from crlm_dash.stats.log_rank import log_rank, signed_log_rank
from crlm_dash.stats.means import mean_limits
from crlm_dash.stats.medians import followup_median, median_survival
from crlm_dash.stats.mixed_model import MixedModel, mixed_model
from crlm_dash.stats.proportions import (
    clopper_pearson,
    exact_rate,
    miettinen_nurminen,
)
from crlm_dash.stats.rmst import rmst, rmst_difference
from crlm_dash.stats.site_rates import SiteRates, likeliest, shrunken, site_rates
from crlm_dash.stats.spending import lan_demets_bounds, obrien_fleming_spending
from crlm_dash.stats.time_varying import split_at_switch

__all__ = [
    "Course",
    "CoxRegression",
    "EventHazards",
    "MixedModel",
    "RateRule",
    "SiteRates",
    "SubgroupEffects",
    "aalen_johansen",
    "balance",
    "clopper_pearson",
    "cox_regression",
    "e_value",
    "event_hazards",
    "events_by_month",
    "exact_rate",
    "expected_number",
    "fine_gray",
    "followup_median",
    "funnel_limits",
    "gray_test",
    "hazard_ratio",
    "incidence_at",
    "kaplan_meier",
    "lan_demets_bounds",
    "likeliest",
    "log_rank",
    "mean_limits",
    "median_survival",
    "miettinen_nurminen",
    "mixed_model",
    "months_at",
    "months_until",
    "months_until_event",
    "number_at_risk",
    "numbers_by",
    "obrien_fleming_spending",
    "posterior_probability",
    "rmst",
    "rmst_difference",
    "shrunken",
    "signed_log_rank",
    "simulated",
    "site_rates",
    "split_at_switch",
    "stopping_chances",
    "stopping_number",
    "stops",
    "subgroup_effects",
    "survival_at",
    "survival_differences",
]
