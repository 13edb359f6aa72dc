"""A trial's protocol as data: arms, criteria, endpoints, covariates, visits, access, and what is assumed."""

from crlm_dash.protocol.comparison import Comparison, Confounder, Imputation
from crlm_dash.protocol.enrolment_plan import Accrual, EventTarget, Interim, Opening, SiteDates
from crlm_dash.protocol.limits import Limit, criterion_rule, rule_limits
from crlm_dash.protocol.minimal import minimal_protocol
from crlm_dash.protocol.model import (
    DATE_COLUMN,
    EVENT_SOURCES,
    ORIGINS,
    TEST_COLUMN,
    ULN_RATIO,
    Access,
    Allocation,
    Arm,
    Assumption,
    Competing,
    Criterion,
    Diagnosis,
    Endpoint,
    Fact,
    Population,
    Progression,
    Protocol,
    Safety,
    Visit,
)
from crlm_dash.protocol.monitoring import DEATH_DAYS, Boundary, Monitoring, StoppingRule
from crlm_dash.protocol.nodes import Node
from crlm_dash.protocol.quality_of_life import ImportantDifference, QualityOfLife
from crlm_dash.protocol.reading import load_protocol, parse_protocol, protocol_ids
from crlm_dash.protocol.rule_sql import to_sql
from crlm_dash.protocol.rule_words import fact_label, rule_words, shown_unit
from crlm_dash.protocol.rules import RuleError, parse_rule, rule_facts
from crlm_dash.protocol.source import Covariate, Source

__all__ = [
    "DATE_COLUMN",
    "DEATH_DAYS",
    "EVENT_SOURCES",
    "ORIGINS",
    "TEST_COLUMN",
    "ULN_RATIO",
    "Access",
    "Accrual",
    "Allocation",
    "Arm",
    "Assumption",
    "Boundary",
    "Comparison",
    "Competing",
    "Confounder",
    "Covariate",
    "Criterion",
    "Diagnosis",
    "Endpoint",
    "EventTarget",
    "Fact",
    "ImportantDifference",
    "Imputation",
    "Interim",
    "Limit",
    "Monitoring",
    "Node",
    "Opening",
    "Population",
    "Progression",
    "Protocol",
    "QualityOfLife",
    "RuleError",
    "Safety",
    "SiteDates",
    "Source",
    "StoppingRule",
    "Visit",
    "criterion_rule",
    "fact_label",
    "load_protocol",
    "minimal_protocol",
    "parse_protocol",
    "parse_rule",
    "protocol_ids",
    "rule_facts",
    "rule_limits",
    "rule_words",
    "shown_unit",
    "to_sql",
]
