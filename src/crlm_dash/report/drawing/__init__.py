"""Figures of a report, drawn by matplotlib from the same results as the screen's."""

from crlm_dash.report.drawing.enrolment import accrual
from crlm_dash.report.drawing.incidence import incidence
from crlm_dash.report.drawing.incidence_stacked import first_failure
from crlm_dash.report.drawing.laboratory import liver, trends
from crlm_dash.report.drawing.monitoring import boundary, stopping_rules
from crlm_dash.report.drawing.qol import qol
from crlm_dash.report.drawing.safety import grades, terms
from crlm_dash.report.drawing.sheet import Picture
from crlm_dash.report.drawing.survival import survival

__all__ = [
    "Picture",
    "accrual",
    "boundary",
    "first_failure",
    "grades",
    "incidence",
    "liver",
    "qol",
    "stopping_rules",
    "survival",
    "terms",
    "trends",
]
