"""What the protocol would stop the trial for, and every death and serious event by itself."""

from __future__ import annotations

import pandas as pd

from crlm_dash import analyses, tables
from crlm_dash.report import drawing
from crlm_dash.report.document import Section
from crlm_dash.report.sections.scope import Scope, figure, section, table

# Of a serious event, what a line across a page holds; the page and `crlm-dash show safety_events` have the rest.
_SHOWN = (
    "Patient", "Arm", "Adverse event", "Grade", "Began", "Day", "Outcome", "Related", "Why serious", "Last procedure",
    "Days since procedure", "Attributed to", "Clavien–Dindo", "Ended", "Site", "Remarks of the site",
)  # fmt: skip


def stopping(scope: Scope) -> Section:
    """Whether a stopping line of the protocol is crossed."""
    result = analyses.monitoring(scope.door)
    rules = len(result.tables["rules"]) > 0
    looks = len(result.tables["boundary"]) > 0
    return section(
        "Stopping lines",
        result,
        figure("Stopping rules after local procedures", result, drawing.stopping_rules(result)) if rules else None,
        table("Stopping rules: where they stand", result, tables.monitoring_rules(result)),
        figure("Comparison of the arms at each look", result, drawing.boundary(result)) if looks else None,
        table("Looks and bounds", result, tables.monitoring_boundary(result)),
        table("How often the rules would stop the trial", result, tables.monitoring_operating(result), outline=True),
        vital=True,
    )


def deaths(scope: Scope) -> Section:
    """Deaths by cause, and how many serious events there are; all arms together in an open report."""
    result = analyses.safety_events(scope.door)
    return section(
        "Deaths and serious adverse events",
        result,
        table("Deaths by cause", result, tables.events_causes(result)),
        vital=True,
    )


def listed_deaths(scope: Scope) -> Section:
    """Every death, with its day, cause and what preceded it."""
    result = analyses.safety_events(scope.door)
    return section(
        "Listing of deaths",
        result,
        table("Deaths, the latest first", result, tables.events_deaths(result), wide=True),
        sentence="" if len(result.tables["deaths"]) else "No death is recorded.",
        notes=(),
    )


def listed_events(scope: Scope) -> Section:
    """Every serious adverse event."""
    result = analyses.safety_events(scope.door)
    events = tables.events_serious(result)
    return section(
        "Listing of serious adverse events",
        result,
        table("Serious adverse events, the latest first", result, _across(events), wide=True),
        sentence="" if len(events) else "No serious adverse event is recorded.",
        notes=(),
    )


def _across(events: pd.DataFrame) -> pd.DataFrame:
    return events[[name for name in _SHOWN if name in events]]
