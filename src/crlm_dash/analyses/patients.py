"""The list of patients: searched, filtered, sorted and turned page by page where the data are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crlm_dash.analyses.framing import result_of
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import plural
from crlm_dash.errors import RequestError
from crlm_dash.store.door import Door

MOST_PATIENTS = 5000
NONE = "none"
STATUSES = (
    "In screening",
    "In follow-up",
    "Completed",
    "Left the trial",
    "Died",
    "Screening failed",
    "Declined",
    "Withdrew",
)
VERDICTS = {
    "eligible": "Eligible",
    "not eligible": "Not eligible",
    "undecided": "Undecided",
    NONE: "Not evaluated",
}
RESPONSES = {
    "CR": "Complete response",
    "PR": "Partial response",
    "SD": "Stable disease",
    "PD": "Progression",
    "NE": "Not evaluable",
    NONE: "None recorded",
}
SORTS = {
    "site": "Site",
    "patient": "Patient",
    "age": "Age",
    "status": "Status",
    "enrolled": "Enrolment",
    "imaged": "Last response",
    "progressed": "First progression",
    "overdue": "Visits overdue",
    "contact": "Last contact",
    "events": "Adverse events",
}
_CODES = {"eligibility": VERDICTS, "response": RESPONSES, "status": dict.fromkeys(STATUSES, ""), "sort": SORTS}


def patients(
    door: Door,
    *,
    search: str = "",
    site: str = "",
    status: str = "",
    eligibility: str = "",
    response: str = "",
    overdue: bool = False,
    progressed: bool = False,
    sort: str = "site",
    descending: bool = False,
    limit: int = MOST_PATIENTS,
    page: int = 1,
) -> Result:
    """
    The screened subjects of the viewer's sites that pass the filters, one page of them.

    Parameters
    ----------
    search : a part of the subject identifier; '' finds all
    site, status, eligibility, response : '' for all; 'none' of eligibility and response finds who has none
    overdue, progressed : only those with a visit overdue, with a progression on record
    sort, descending : one of `SORTS`; who has no such value comes last; ties stand in the order of the identifiers
    limit : rows of a page
    page : the first is 1; beyond the last it is the first again

    Returns
    -------
    Tables `subjects`: USUBJID, SITEID, AGE, SEX, status, enrolled, verdict, response (the last overall one), imaged
    (its date), progressed (date of the first), overdue (visits), last_contact, events (adverse events on record), sums
    (of target diameters, mm, one an assessment) · `sites`: siteid, n. `facts`: n_found, page, pages.

    Raises
    ------
    RequestError : a status, verdict, response or order there is not
    """
    _check(status=status, eligibility=eligibility, response=response, sort=sort)
    asked: dict[str, Any] = {
        "search": search.strip(), "site": site, "status": status, "eligibility": eligibility, "response": response,
        "overdue": overdue, "progressed": progressed, "sort": sort, "descending": descending,
        "row_limit": max(limit, 1),
    }  # fmt: skip
    page = max(page, 1)
    rows = door.ask("patients", **asked, row_offset=(page - 1) * asked["row_limit"])
    if rows.empty and page > 1:
        page, rows = 1, door.ask("patients", **asked, row_offset=0)
    by_site = door.ask("patients_total")
    n_total, n_found = int(by_site["n"].sum()), 0 if rows.empty else int(rows["n_found"].iloc[0])
    pages = max(-(-n_found // asked["row_limit"]), 1)
    return result_of(
        door,
        "patients",
        {"subjects": rows.drop(columns="n_found").assign(sums=rows["sums"].map(list)), "sites": by_site},
        population="Screened patients of your sites"
        if door.viewer.sites is not None
        else "All screened patients (SCRNFL)",
        n_used=n_found,
        n_total=n_total,
        filters=_filters(asked),
        notes=[_shown(n_found, len(rows), page, asked["row_limit"]) if pages > 1 else "", *_NOTES],
        sentence=f"{n_found:,} of {plural(n_total, 'patient')} found.",
        empty="" if n_found else _nobody(n_total, search.strip()),
        facts={"n_found": n_found, "page": page, "pages": pages},
    )


_NOTES = (
    "Response: the last overall response as recorded by the reader for analysis; progression: its first date, overall, "
    "in the liver or outside it.",
    "The line is the sum of diameters of the target lesions, scan by scan, from 0 to that patient's largest; there is "
    "none where they were measured once.",
)


def _check(**chosen: str) -> None:
    for name, code in chosen.items():
        known = _CODES[name]
        if code not in known and not (code == "" and name != "sort"):
            raise RequestError(f"There is no {name} '{code}' to list patients by. There are: {', '.join(known)}.")


def _filters(asked: Mapping[str, Any]) -> str:
    """What is asked of the patients, in words."""
    told = {
        "search": "identifier holds '{}'",
        "site": "site {}",
        "status": "{}",
        "eligibility": "eligibility: {}",
        "response": "response: {}",
        "overdue": "with visits overdue",
        "progressed": "with a progression",
    }
    names = {"eligibility": VERDICTS, "response": RESPONSES}
    return ", ".join(
        words.format(names.get(name, {}).get(asked[name], asked[name]).lower() if name in names else asked[name])
        for name, words in told.items()
        if asked[name]
    )


def _shown(n_found: int, n_rows: int, page: int, limit: int) -> str:
    first = (page - 1) * limit + 1
    return f"Shown are {first:,} to {first + n_rows - 1:,} of {n_found:,}."


def _nobody(n_total: int, search: str) -> str:
    if not n_total:
        return "No subject has been screened yet."
    return f"No patient's identifier holds '{search}'." if search else "No patient passes these filters."
