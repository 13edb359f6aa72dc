"""The patients behind one row of the table of adverse events, as far as the viewer may see them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.framing import filter_note, population_words, result_of, whole
from crlm_dash.analyses.result import Exclusion, Result
from crlm_dash.analyses.safety_measures import kind_named
from crlm_dash.analyses.withheld import ANY, NO_CODE
from crlm_dash.analyses.words import plural
from crlm_dash.store.door import BY_ARM, Door

MOST_SUBJECTS = 1000
_KIND_WORDS = {
    "severe": " of grade 3 or higher",
    "serious": " that was serious",
    "related": " related to treatment",
    "stopped": " that led to discontinuation",
    "fatal": " that was fatal",
}


def safety_subjects(
    door: Door,
    *,
    soc: str = "",
    term: str = "",
    by: str | None = None,
    where: str = "",
    population: str = "SAFFL",
    measure: str = "",
    limit: int = MOST_SUBJECTS,
) -> Result:
    """
    Subjects of the viewer's sites with a treatment-emergent event of a class and term, one row a subject.

    Parameters
    ----------
    soc, term : class and term as the safety tables write them; '' or 'Any' for all
    by, where, population : as of the analysis `safety`, whose counts these are
    measure : which events count, as of `safety`; '' every one
    limit : most rows wanted

    Returns
    -------
    Table `subjects`, the worst first: USUBJID, SITEID, grade (the worst), outcome, worst_date, worst_day, precision and
    term of the first event of that grade, n_events, serious, related, first_date, first_day. `arm` (named, never
    coded) and `strata` (the group of a covariate) are there where the viewer may see them and they were asked for.

    Raises
    ------
    AccessDenied : grouped by arm, and the viewer may not see outcomes by arm; RequestError : no such measure
    """
    soc, term = ("" if each == ANY else each for each in (soc, term))
    if by == BY_ARM:
        door.check_can(Action.SEE_OUTCOMES_BY_ARM)
    asked: dict[str, Any] = {"where": where, "population": population}
    kind = kind_named(measure)
    asked |= {"soc": soc, "term": term, "kind": kind}
    found = door.ask(
        "safety_subjects",
        by=None if by == BY_ARM else by,
        as_treated=population == "SAFFL",
        row_limit=limit,
        **asked,
    )
    total = door.ask("safety_subjects_total", **asked).iloc[0]
    n_total, n_here = whole(total["n_subjects"]), whole(found["n_found"].max())
    what = _event_words(soc, term, kind)
    return result_of(
        door,
        "safety_subjects",
        {"subjects": _seen(door, found, by, term)},
        population=f"Patients with {what}, {population_words(door, population)}",
        n_used=len(found),
        n_total=n_total,
        notes=[
            "Treatment-emergent events only; days count from enrolment.",
            NO_CODE if BY_ARM in door.groupings() and not door.can(Action.SEE_ARM_NAMES) else "",
            filter_note(where),
        ],
        excluded=_not_listed(n_total, n_here, len(found)),
        filters=where,
        sentence=f"{plural(n_total, 'patient')} had {what}: {plural(whole(total['n_events']), 'event')}.",
        empty=_empty(n_total, n_here, what),
        facts={"soc": soc, "term": term, "kind": kind, "what": what},
    )


def _seen(door: Door, found: pd.DataFrame, by: str | None, term: str) -> pd.DataFrame:
    """The columns this viewer may read and has not chosen already; an arm by its name only."""
    absent = {
        "n_found": True,
        "arm": BY_ARM not in door.groupings() or not door.can(Action.SEE_ARM_NAMES),
        "strata": by in (None, BY_ARM),
        "term": bool(term),
    }
    shown = found.drop(columns=[name for name, is_absent in absent.items() if is_absent])
    return shown.astype(dict.fromkeys(("grade", "worst_day", "n_events", "first_day"), "Int64"))


def _event_words(soc: str, term: str, kind: str) -> str:
    """What the patients had: "an adverse event that was serious", "“Nausea” of grade 3 or higher"."""
    what = f"“{term or soc}”" if soc or term else "an adverse event"
    return what + _KIND_WORDS.get(kind, "")


def _not_listed(n_total: int, n_here: int, n_listed: int) -> list[Exclusion]:
    return [
        Exclusion("patients of other sites, counted but not listed", n_total - n_here),
        Exclusion(f"beyond the first {n_listed:,}: narrow the list by a filter", n_here - n_listed),
    ]


def _empty(n_total: int, n_here: int, what: str) -> str:
    if not n_total:
        return f"No patient of this population had {what}."
    return "" if n_here else f"{plural(n_total, 'patient')} had {what}, none of them at your sites."
