"""What a result looks like: `Result` in, plotly figure out, no number added."""

from crlm_dash.figures.comparison import balance, hazard_ratios, propensity
from crlm_dash.figures.consort import consort
from crlm_dash.figures.eligibility import criteria, screening
from crlm_dash.figures.enrolment import accrual, accrual_by, sites
from crlm_dash.figures.followup import visits
from crlm_dash.figures.forecast import forecast, lookback
from crlm_dash.figures.funnel_limits import site_funnel
from crlm_dash.figures.incidence import incidence
from crlm_dash.figures.incidence_stacked import first_failure
from crlm_dash.figures.laboratory import edish, liver_path
from crlm_dash.figures.laboratory_grades import grade_shifts, worst_grades
from crlm_dash.figures.laboratory_trends import lab_trends
from crlm_dash.figures.lesion_lanes import lesion_lanes
from crlm_dash.figures.limits import moved_limit
from crlm_dash.figures.liver_map import liver_map
from crlm_dash.figures.monitoring import boundary, stopping_rules
from crlm_dash.figures.patient import timeline
from crlm_dash.figures.patient_qol import patient_qol
from crlm_dash.figures.qol import qol
from crlm_dash.figures.qol_deterioration import qol_deterioration
from crlm_dash.figures.qol_model import qol_model
from crlm_dash.figures.reasons import by_month, by_site, together
from crlm_dash.figures.response import response_spider, response_waterfall
from crlm_dash.figures.response_swimmer import response_swimmer
from crlm_dash.figures.riskfactors import riskfactors, subgroups
from crlm_dash.figures.safety import measures, terms
from crlm_dash.figures.safety_grades import complications, grades
from crlm_dash.figures.survival import survival
from crlm_dash.figures.totals import totals
from crlm_dash.figures.weighted_curves import weighted_curves

__all__ = [
    "accrual",
    "accrual_by",
    "balance",
    "boundary",
    "by_month",
    "by_site",
    "complications",
    "consort",
    "criteria",
    "edish",
    "first_failure",
    "forecast",
    "grade_shifts",
    "grades",
    "hazard_ratios",
    "incidence",
    "lab_trends",
    "lesion_lanes",
    "liver_map",
    "liver_path",
    "lookback",
    "measures",
    "moved_limit",
    "patient_qol",
    "propensity",
    "qol",
    "qol_deterioration",
    "qol_model",
    "response_spider",
    "response_swimmer",
    "response_waterfall",
    "riskfactors",
    "screening",
    "site_funnel",
    "sites",
    "stopping_rules",
    "subgroups",
    "survival",
    "terms",
    "timeline",
    "together",
    "totals",
    "visits",
    "weighted_curves",
    "worst_grades",
]
