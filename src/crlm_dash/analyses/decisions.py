"""What meetings recommended for patients, every correction of it, and what was then done."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.access import Role
from crlm_dash.analyses.decisions_followed import WITHIN, followed
from crlm_dash.analyses.framing import result_of, table
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import day, plural
from crlm_dash.store.decisions import Decision, Version, decisions_of
from crlm_dash.store.door import Door
from crlm_dash.terms import Recommendation

_SAID = "decided meeting recommendation rationale questions attended"
COLUMNS = {
    "decisions": f"decision USUBJID {_SAID} role name recorded cut n_versions contested reason followed done done_on",
    "versions": f"decision USUBJID version {_SAID} role name recorded cut reason hash seen",
}


def decisions(door: Door, *, usubjid: str = "", meeting: str = "", within: int = WITHIN) -> Result:
    """
    Decisions of meetings, as they stand and as they were first written; and whether what was then done agrees.

    Parameters
    ----------
    usubjid : of one patient; '' of all of the viewer's sites
    meeting : of one meeting, by its title; '' of all
    within : days after the decision in which the first treatment counts as what was then done

    Returns
    -------
    Tables `decisions` (the latest first), one row a decision as it stands now: decision (its number), USUBJID, decided,
    meeting, recommendation, rationale, questions, attended, role and name (of who wrote it last), recorded (UTC), cut
    (that was before their eyes), n_versions, contested (two corrected the same writing), reason (of the last
    correction), followed (agreed, differs, nothing yet; missing: there is nothing to compare), done (the first
    treatment), done_on · `versions`: every writing, with its hash and that of the writing it corrects.

    Raises
    ------
    AccessDenied : the viewer may not read decisions, or the patient is of another site; NotFound : no such patient
    """
    wanted = usubjid.strip()
    found = [each for each in decisions_of(door, wanted) if meeting in ("", each.now.said.meeting)]
    found.sort(key=lambda each: (each.now.said.decided, each.number), reverse=True)
    rows = [_row(door, each, within) for each in found]
    written = [_writing(each, place, version) for each in found for place, version in enumerate(each.versions, start=1)]
    corrected = sum(len(each.versions) > 1 for each in found)
    return result_of(
        door,
        "decisions",
        {
            "decisions": _dated(table(rows, COLUMNS["decisions"])),
            "versions": _dated(table(written, COLUMNS["versions"])),
        },
        population=f"Decisions about patient {wanted}" if wanted else "Decisions about patients of your sites",
        n_used=len(found),
        n_total=len(found),
        filters=f"meeting {meeting}" if meeting else "",
        notes=_notes(door, within, any(each.is_contested for each in found)),
        sentence=f"{plural(len(found), 'decision')} on record, {corrected:,} of them corrected.",
        empty="" if found else "No decision is on record.",
        facts={"within": within},
    )


def _row(door: Door, decision: Decision, within: int) -> tuple[Any, ...]:
    last = decision.now
    treatments = door.ask("patient_treatments", usubjid=decision.usubjid)
    done = followed(last.said.recommendation, last.said.decided, treatments, door.cut.cutoff, within)
    return (
        decision.number, decision.usubjid, *_words(last), *_author(last), len(decision.versions),
        decision.is_contested, last.entry.reason, *done,
    )  # fmt: skip


def _writing(decision: Decision, place: int, version: Version) -> tuple[Any, ...]:
    entry = version.entry
    return (
        decision.number, decision.usubjid, place, *_words(version), *_author(version), entry.reason, entry.hash,
        version.corrects,
    )  # fmt: skip


def _words(version: Version) -> tuple[Any, ...]:
    said = version.said
    attended = ", ".join(said.attended)
    return said.decided, said.meeting, said.recommendation, said.rationale, said.questions, attended


def _author(version: Version) -> tuple[Any, ...]:
    entry = version.entry
    return Role(entry.role).label, entry.name, entry.at.replace(tzinfo=None), entry.cut


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    days = [name for name in ("decided", "recorded", "done_on") if name in frame]
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in days})


def _notes(door: Door, within: int, contested: bool) -> list[str]:
    return [
        f"What was then done: the first treatment on record within {within} days (assumed) of the decision; the data "
        f"end on {day(door.cut.cutoff)}. Further cycles of a systemic therapy already being given count only where "
        f"“{Recommendation.SYSTEMIC}” was recommended; “{Recommendation.OBSERVE}” agrees where nothing new was begun.",
        "A recommendation can differ from what was done for good reasons: this is no judgement.",
        "Two people corrected the same writing, neither seeing the other's: both stand in the history, the later one "
        "counts until it is corrected."
        if contested
        else "",
    ]
