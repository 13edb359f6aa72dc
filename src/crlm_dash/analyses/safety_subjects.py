"""The patients behind one row of the table of adverse events, as far as the viewer may see them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.framing import filter_note, population_words, result_of, whole
from crlm_dash.analyses.result import Exclusion, Result
from crlm_dash.analyses.words import plural
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import WITHHELD_TERMS

ANY = "Any"
MOST_SUBJECTS = 1000
SEVERE = 3  # the lowest CTCAE grade that is severe


def safety_subjects(
    door: Door,
    *,
    soc: str = "",
    term: str = "",
    by: str | None = None,
    where: str = "",
    population: str = "SAFFL",
    severe: bool = False,
    limit: int = MOST_SUBJECTS,
) -> Result:
    """
    Subjects of the viewer's sites with a treatment-emergent event of a class and term, one row a subject.

    Parameters
    ----------
    soc, term : class and term as the safety tables write them; '' or 'Any' for all
    by, where, population : as of the analysis `safety`, whose counts these are
    severe : only events of grade 3 or higher
    limit : most rows wanted

    Returns
    -------
    Table `subjects`, the worst first: USUBJID, SITEID, grade (the worst), outcome, worst_date, worst_day, precision and
    term of the first event of that grade, n_events, serious, related, first_date, first_day. `arm` and `strata` (the
    group of a covariate) are there where the viewer may see them and they were asked for.

    Raises
    ------
    AccessDenied : grouped by arm, and the viewer may not see outcomes by arm
    """
    soc, term = ("" if each == ANY else each for each in (soc, term))
    told = not door.can(Action.SEE_ARM_NAMES) and WITHHELD_TERMS in (soc, term)
    asked: dict[str, Any] = {"where": where, "population": population}
    asked |= {"soc": soc, "term": term, "least_grade": SEVERE * severe}
    found = door.ask(
        "safety_subjects",
        by=by,
        as_treated=population == "SAFFL",
        row_limit=0 if told else limit,
        **asked,
    )
    total = door.ask("safety_subjects_total", **asked).iloc[0]
    n_total, n_here = whole(total["n_subjects"]), whole(found["n_found"].max())
    what = _event_words(soc, term, severe=severe)
    return result_of(
        door,
        "safety_subjects",
        {"subjects": _seen(door, found, by, soc, term)},
        population=f"Patients with {what}, {population_words(door, population)}",
        n_used=len(found),
        n_total=n_total,
        notes=[
            "Treatment-emergent events only; days count from enrolment.",
            filter_note(where),
        ],
        excluded=[] if told else _not_listed(n_total, n_here, len(found)),
        filters=where,
        sentence=f"{plural(n_total, 'patient')} had {what}: {plural(whole(total['n_events']), 'event')}.",
        empty=_empty(n_total, n_here, what, told=told),
        facts={"soc": soc, "term": term, "severe": severe, "what": what},
    )


def _seen(door: Door, found: pd.DataFrame, by: str | None, soc: str, term: str) -> pd.DataFrame:
    """
    The columns this viewer may read and has not chosen already. Of any class, the term of the worst event is not shown
    beside a code: it may be one that tells the arm.
    """
    coded = not door.can(Action.SEE_ARM_NAMES)
    absent = {
        "n_found": True,
        "arm": BY_ARM not in door.groupings(),
        "strata": by in (None, BY_ARM),
        "term": bool(term) or (coded and not soc),
    }
    whole_numbers = dict.fromkeys(("grade", "worst_day", "n_events", "first_day"), "Int64")
    return found.drop(columns=[name for name, is_absent in absent.items() if is_absent]).astype(whole_numbers)


def _event_words(soc: str, term: str, *, severe: bool) -> str:
    grade = " of grade 3 or higher" if severe else ""
    if not soc and not term:
        return f"an adverse event{grade}"
    return f"“{term or soc}”{grade}"


def _not_listed(n_total: int, n_here: int, n_listed: int) -> list[Exclusion]:
    return [
        Exclusion("patients of other sites, counted but not listed", n_total - n_here),
        Exclusion(f"beyond the first {n_listed:,}: narrow the list by a filter", n_here - n_listed),
    ]


def _empty(n_total: int, n_here: int, what: str, *, told: bool) -> str:
    if told and n_total:
        return (
            f"{plural(n_total, 'patient')} had {what}. They are not listed: beside a patient, whose coded arm is "
            "shown elsewhere, such an event would tell which treatment stands behind the code."
        )
    if not n_total:
        return f"No patient of this population had {what}."
    return "" if n_here else f"{plural(n_total, 'patient')} had {what}, none of them at your sites."
