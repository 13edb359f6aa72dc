"""What a result looks like: `Result` in, plotly figure out, no number added."""

from crlm_dash.figures.eligibility import criteria
from crlm_dash.figures.enrolment import accrual, funnel, sites
from crlm_dash.figures.incidence import incidence
from crlm_dash.figures.incidence_stacked import first_failure
from crlm_dash.figures.patient import timeline
from crlm_dash.figures.safety import grades, terms
from crlm_dash.figures.survival import survival

__all__ = [
    "accrual",
    "criteria",
    "first_failure",
    "funnel",
    "grades",
    "incidence",
    "sites",
    "survival",
    "terms",
    "timeline",
]
