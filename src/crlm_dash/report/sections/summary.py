"""The first page: what the committee must know, each sentence from an analysis."""

from __future__ import annotations

import pandas as pd

from crlm_dash import analyses, tables
from crlm_dash.report.document import Section, Table
from crlm_dash.report.sections.scope import Scope, about, section, table
from crlm_dash.terms import Severity

HEADING = "What the committee must know"
URGENCY = {str(Severity.ERROR): "act", str(Severity.WARNING): "check"}


def summary(scope: Scope) -> Section:
    """The trial in a sentence, and what needs attention."""
    result = analyses.overview(scope.door)
    attention = tables.overview_attention(result)[["Severity", "What"]].replace({"Severity": URGENCY})
    return section(
        HEADING,
        result,
        Table("Findings", about(result), pd.DataFrame()),
        table("What needs attention", result, attention),
        notes=result.notes[:1],
    )


def findings(sections: tuple[Section, ...]) -> pd.DataFrame:
    """The sentence of each section that the committee must know, with where to read on."""
    rows = [(each.title, each.sentence) for each in sections if each.vital and each.sentence]
    return pd.DataFrame(rows, columns=["Section", "Finding"])
