"""What is new or changed on one patient's timeline since an earlier data cut."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from crlm_dash.analyses.changes_words import against, timeline_moved
from crlm_dash.analyses.comparing import CUTS, compared_facts, cuts_table, first_cut
from crlm_dash.analyses.framing import records, result_of, table, withhold_arm_names
from crlm_dash.analyses.result import Result
from crlm_dash.store.comparing import beside_earlier
from crlm_dash.store.door import Door

_COLUMNS = {
    "cuts": CUTS,
    "timeline": "change what lane start end start_day end_day label detail grade serious code value unit ongoing "
    "precision start_before end_before label_before detail_before grade_before serious_before value_before",
}
_KNOWN_BY = ("lane", "start", "end", "label", "code", "grade", "value", "detail")
_NOTE = "“Ended”: it was still going on at the earlier cut-off. “Entered late”: of before then, but not on record then."


def patient_changes(door: Door, *, usubjid: str = "", since: int | None = None) -> Result:
    """
    The dated things of one subject that are not the same in an earlier data cut and in this one.

    Parameters
    ----------
    usubjid : the subject, of the viewer's sites
    since : number of the earlier cut; None for the one before

    Returns
    -------
    Tables `cuts`, the earlier first · `timeline`: change (new, entered late, changed, ended, removed), what (of a
    change: start, end, name, grade, seriousness, value, limits, detail), the columns of `patient`'s timeline as they
    are now (of what was removed, as they were), and start_before, end_before, label_before, detail_before,
    grade_before, serious_before, value_before.

    Raises
    ------
    AccessDenied : the subject is of a site the viewer may not see; NotFound : there is no such subject, or no longer
    """
    wanted = usubjid.strip()
    both = beside_earlier(door, since)
    if both is None:
        door.ask("patient_subject", usubjid=wanted)  # refused here who may not be seen
        return first_cut(door, "patient_changes", _COLUMNS, _nothing, population=f"Patient {wanted}", n_total=1)
    timeline = both.ask("patient_changes", usubjid=wanted, cutoff_before=both.since.cutoff)
    tables = {"cuts": cuts_table(both), "timeline": withhold_arm_names(door, timeline)}
    return result_of(
        door,
        "patient_changes",
        tables,
        population=against(f"Patient {wanted}", both.since),
        n_used=1,
        n_total=1,
        notes=[_NOTE],
        sentence=timeline_moved(tables["timeline"], both.since),
        facts={"usubjid": wanted} | compared_facts(both),
    )


def with_news(result: Result, changes: Result) -> Result:
    """
    The result of the patient analysis, its timeline marked with what is new or changed.

    Parameters
    ----------
    result : of the patient analysis
    changes : of this one, about the same subject

    Returns
    -------
    The result; `timeline` has a column `news` ('' the same as before; new; entered late; ended; changed: what), and
    `facts["since"]` is the earlier cut-off (None: there is no earlier cut).
    """
    timeline, moved = result.tables["timeline"], changes.tables["timeline"]
    told: dict[tuple[Any, ...], list[str]] = {}
    for row in records(moved[moved["change"] != "removed"]):
        told.setdefault(_alike(row), []).append(f"{row['change']}: {row['what']}" if row["what"] else row["change"])
    news = [waiting.pop(0) if (waiting := told.get(_alike(row))) else "" for row in records(timeline)]
    before = changes.facts.get("since_cutoff")
    facts = result.facts | {"since": None if before is None else pd.Timestamp(before).date().isoformat()}
    return replace(result, tables=result.tables | {"timeline": timeline.assign(news=news)}, facts=facts)


def _alike(row: dict[str, Any]) -> tuple[Any, ...]:
    """What a thing on a timeline is known by in both answers, missing values alike."""
    return tuple(None if pd.isna(row[name]) else row[name] for name in _KNOWN_BY)


def _nothing(name: str) -> pd.DataFrame:
    return table([], _COLUMNS[name])
