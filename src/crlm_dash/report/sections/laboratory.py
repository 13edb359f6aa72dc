"""Laboratory safety: the liver at its worst, the worst grades, trends; grades before and after in full."""

from __future__ import annotations

from crlm_dash import analyses, tables
from crlm_dash.report import drawing
from crlm_dash.report.document import Section
from crlm_dash.report.sections.scope import Scope, figure, section, table


def laboratory(scope: Scope) -> Section:
    """Liver tests at their worst, severe grades of every test, and the trends that treatment moves first."""
    result = analyses.laboratory(scope.door, by=scope.by)
    drawn = not result.empty and len(result.tables["edish"]) > 0
    followed = not result.empty and len(result.tables["trends"]) > 0
    return section(
        "Laboratory safety",
        result,
        figure("The liver at its worst", result, drawing.liver(result)) if drawn else None,
        table("Patients in each quadrant", result, tables.laboratory_quadrants(result)),
        table("Patients whose worst grade is 3 or higher", result, tables.laboratory_worst(result)),
        figure("Laboratory values over time: medians and quartiles", result, drawing.trends(result), _TRENDS)
        if followed
        else None,
        table("Patients without a baseline to relate values to", result, tables.laboratory_no_baseline(result)),
        vital=True,
    )


_TRENDS = "Median and quartiles of each test by month since enrolment; below each, the patients with a value."


def laboratory_shifts(scope: Scope) -> Section:
    """Grade at baseline against the worst grade after it, for every graded test."""
    result = analyses.laboratory(scope.door, by=scope.by)
    return section(
        "Laboratory grades before and after",
        result,
        table("Patients by grade at baseline and worst grade after it", result, tables.laboratory_shifts(result)),
        table("How each test is graded", result, tables.laboratory_limits(result)),
        sentence="Every graded test; a patient counts once a test.",
        notes=(),
    )
