"""What everything rests on: the quality of the data, and the manifest."""

from __future__ import annotations

from crlm_dash import analyses, tables
from crlm_dash.report.document import Section
from crlm_dash.report.sections.scope import Scope, section, table


def quality(scope: Scope) -> Section:
    """What was wrong with the source, by kind."""
    result = analyses.quality(scope.door)
    return section(
        "Quality of the data",
        result,
        table("Faults found while the cut was built", result, tables.quality_counts(result)),
        table("Data cuts of this trial", result, tables.quality_cuts(result)),
        vital=True,
    )


def changes(scope: Scope) -> Section:
    """What happened since the data cut before, and what was entered late or corrected."""
    result = analyses.changes(scope.door, by=scope.by)
    return section(
        "Since the last data cut",
        result,
        table("Now and in the earlier cut", result, tables.changes_headline(result)),
        table("The same by arm", result, tables.changes_by_arm(result)) if scope.by else None,
        table("Adverse events that are new or changed", result, tables.changes_events(result)),
        table("Patients by what became of them", result, tables.changes_subjects(result)),
        vital=True,
    )


def manifest(scope: Scope) -> Section:
    """Fingerprint, protocol file, sources and versions."""
    result = analyses.manifest(scope.door)
    return section(
        "Manifest",
        result,
        table("The data cut", result, tables.manifest_facts(result)),
        table("Software", result, tables.manifest_versions(result)),
        table("Files of the source", result, tables.manifest_sources(result)),
    )
