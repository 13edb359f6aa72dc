"""Put a report together: who may have it, as whom the trial is seen, and its sections in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from crlm_dash import __version__
from crlm_dash.access import Action, Role, Viewer
from crlm_dash.report.blinding import names_of, without_arm_names
from crlm_dash.report.document import Document, Kind, Section, Table, numbered
from crlm_dash.report.sections import basis, conduct, laboratory, monitoring, outcomes, quality_of_life
from crlm_dash.report.sections.scope import Scope
from crlm_dash.report.sections.summary import HEADING, findings, summary
from crlm_dash.store.audit import REPORT_PREPARED
from crlm_dash.store.door import Door
from crlm_dash.store.shelf import TrialStore
from crlm_dash.terms import TrialKind

Progress = Callable[[str, int, int], object]
Chapter = Callable[[Scope], Section | list[Section]]

OPEN_VIEWER = Viewer(Role.PI)  # whoever prepares it, an open report is the trial as an investigator sees it
NEEDS = {Kind.OPEN: Action.PREPARE_OPEN_REPORT, Kind.CLOSED: Action.PREPARE_CLOSED_REPORT}
_PURPOSE = {
    Kind.OPEN: "Conduct of the trial and adverse events of all arms together, for the open session of the data and "
    "safety monitoring board. It holds no outcome by arm and no efficacy.",
    Kind.CLOSED: "Conduct, safety and efficacy by arm, for the closed session of the data and safety monitoring board, "
    "which decides whether the trial may go on as it is.",
}
_CONFIDENTIALITY = {
    Kind.OPEN: "For the board, the sponsor and the investigators. Not for publication.",
    Kind.CLOSED: "Confidential: for members of the board and its unblinded statistician only. These are results by arm "
    "of a trial that may still be going on. Pass nothing of it on to investigators, sponsor or patients.",
}
_DATA = {TrialKind.SIMULATED: "SIMULATED DATA", TrialKind.PUBLIC: "PUBLIC EXAMPLE", TrialKind.REAL: ""}
_BOTH: tuple[Chapter, ...] = (
    summary, conduct.design, basis.changes, conduct.enrolment, conduct.eligibility, conduct.deviations,
    conduct.followup, conduct.baseline, outcomes.safety, monitoring.deaths, laboratory.laboratory,
)  # fmt: skip
_BY_ARM: tuple[Chapter, ...] = (
    outcomes.treatments, monitoring.stopping, outcomes.survival, outcomes.incidence, quality_of_life.quality_of_life,
)  # fmt: skip
_OPEN: tuple[Chapter, ...] = (quality_of_life.questionnaires,)
_TERMS: tuple[Chapter, ...] = (basis.quality, outcomes.safety_terms, laboratory.laboratory_shifts)
_LISTINGS: tuple[Chapter, ...] = (monitoring.listed_deaths, monitoring.listed_events)  # they name patients


def report(
    store: TrialStore, viewer: Viewer, trial: str, kind: Kind, cut: int | None = None, progress: Progress | None = None
) -> Document:
    """
    The open or the closed report about a data cut (the newest unless `cut` names another).

    An open report is made of the trial as an investigator sees it, so that it cannot hold an outcome by arm; a closed
    one shows to `viewer` what `viewer` may see: codes, or the names of the arms. `AccessDenied` says who may.
    """
    asked = store.open(viewer, trial, cut)
    asked.check_can(NEEDS[kind])
    asked.note(REPORT_PREPARED, kind=str(kind))
    door = asked if kind is Kind.CLOSED else store.open(OPEN_VIEWER, trial, asked.cut.number)
    return document(door, kind, progress)


def document(door: Door, kind: Kind, progress: Progress | None = None) -> Document:
    """The report as this door shows the trial; whether its viewer may have it is asked in `report`."""
    scope = Scope(door if kind is Kind.CLOSED else door.pooled(), kind)
    by_arm, listings = (_BY_ARM, _LISTINGS) if scope.closed else (_OPEN, ())
    chapters = (*_BOTH, *by_arm, *_TERMS, *listings, basis.manifest)
    sections: list[Section] = []
    for done, chapter in enumerate(chapters):
        if progress:
            progress(f"Preparing {chapter.__name__.replace('_', ' ')}", done, len(chapters))
        made = chapter(scope)
        sections += made if isinstance(made, list) else [made]
    if not (scope.closed and door.can(Action.SEE_ARM_NAMES)):
        names = names_of(door.protocol.arms)
        sections = [without_arm_names(each, names) for each in sections]
    cut = door.cut
    return Document(
        kind=kind,
        trial=cut.trial,
        title=cut.title,
        cut=cut.number,
        cutoff=cut.cutoff,
        fingerprint=cut.fingerprint,
        made_at=dt.datetime.now(dt.UTC),
        data=_DATA[TrialKind(cut.kind)],
        purpose=_PURPOSE[kind],
        confidentiality=_CONFIDENTIALITY[kind],
        facts=_facts(door, kind),
        sections=_with_findings(numbered(tuple(sections))),
    )


def _facts(door: Door, kind: Kind) -> tuple[tuple[str, str], ...]:
    """What stands on the title page."""
    cut = door.cut
    return (
        ("Trial", cut.trial),
        ("Data cut", f"{cut.number}{f', {cut.label}' if cut.label else ''}"),
        ("Cut-off", f"{cut.cutoff.isoformat()}{'' if cut.cutoff_stated else ' (not stated: see the manifest)'}"),
        ("Arms", door.masked if kind is Kind.CLOSED else "All arms together"),
        ("Fingerprint of the cut", cut.fingerprint),
        ("Made by", f"crlm-dash {__version__}"),
    )


def _with_findings(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """The summary page filled from the sections it speaks of, now that they have numbers."""

    def filled(section: Section) -> Section:
        first, *others = section.displays
        assert isinstance(first, Table)
        return replace(section, displays=(replace(first, frame=findings(sections)), *others))

    return tuple(filled(each) if each.heading == HEADING and each.displays else each for each in sections)
