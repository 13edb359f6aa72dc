"""Quality of life: in a closed report by arm, in an open one only whether the forms came."""

from __future__ import annotations

from crlm_dash import analyses, tables
from crlm_dash.report import drawing
from crlm_dash.report.document import Section
from crlm_dash.report.sections.scope import Scope, figure, section, table

_FORMS = (
    "How many forms of the questionnaire came, of those expected; what patients answered is in the closed report only."
)


def questionnaires(scope: Scope) -> Section:
    """The forms expected and received, of all arms together: how the trial is run, not how patients fare."""
    result = analyses.qol(scope.door)
    return section(
        "Questionnaires",
        result,
        table("Forms expected and received", result, tables.qol_completion(result), wide=True),
        table("Why forms were not given", result, tables.qol_reasons(result)),
        sentence=result.empty or _FORMS,
        notes=(),
    )


def quality_of_life(scope: Scope) -> list[Section]:
    """Change from baseline by arm and who answered, how many got worse, and all visits in one model."""
    result = analyses.qol(scope.door, by=scope.by)
    model = analyses.qol_model(scope.door, by=scope.by)
    drawn = None if result.empty else figure("Mean change from baseline", result, drawing.qol(result))
    return [
        section(
            "Quality of life",
            result,
            drawn,
            table("Scores and changes by visit", result, tables.qol_visits(result), wide=True),
            table("Worse for the first time, and for good", result, tables.qol_deterioration(result)),
            table("Forms expected and received", result, tables.qol_completion(result), wide=True),
            table("Why forms were not given", result, tables.qol_reasons(result)),
            vital=True,
        ),
        section(
            "Quality of life, all visits in one model",
            model,
            table("Whose answers are missing", model, tables.qol_model.patterns(model)),
            table("Modelled change from baseline", model, tables.qol_model.means(model)),
            level=2,
        ),
    ]
