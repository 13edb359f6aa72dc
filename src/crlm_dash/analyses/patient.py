"""One patient: who it is, and everything dated on one timeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import result_of, table, withhold_arm_names
from crlm_dash.analyses.patient_summary import summary
from crlm_dash.analyses.patient_words import notes, story
from crlm_dash.analyses.result import Result
from crlm_dash.store.door import Door

_SCREENED = {"failed": "Screening failed", "refused": "Declined", "withdrawn": "Withdrew"}
_IMAGED_AT_BASELINE = "before enrolment"
_DATES = {
    "RFICDT": "Consent",
    "DIAGDT": "Diagnosis",
    "ENRLDT": "Enrolled",
    "TRTSDT": "Treatment start",
    "TRTEDT": "Treatment end",
    "LSTALVDT": "Last known alive",
    "DTHDT": "Died",
    "EOSDT": "End of participation",
}


def patient(door: Door, *, usubjid: str = "") -> Result:
    """
    The records of one subject of the viewer's sites.

    Returns
    -------
    Tables `subject` (item, value), `summary` (of the strip), `timeline`, `left_out` (dated records that are not on it,
    and why), `criteria`, `evidence` (the record behind each fact), `lesions`, `labs`,
    `sums` (of target diameters), `scores`
    (global health status).
    `facts["eligibility"]`: verdict ('' not evaluated), outcome, not_met, unknown, missing (what is still needed).

    Raises
    ------
    AccessDenied : the subject is of a site the viewer may not see; NotFound : there is no such subject
    """
    wanted = usubjid.strip()
    adsl = door.ask("patient_subject", usubjid=wanted).iloc[0]
    lesions, eligible = door.ask("patient_lesions", usubjid=wanted), _eligibility(door, wanted)
    subject = table(list(_strip(door, adsl, eligible["outcome"], lesions)), "item value")
    tables = {
        "subject": subject,
        "timeline": _timeline(door, wanted),
        "criteria": _criteria(door, wanted),
        "evidence": door.ask("patient_evidence", usubjid=wanted),
        "lesions": lesions,
        "labs": door.ask("patient_labs", usubjid=wanted),
        "sums": door.ask("patient_sums", usubjid=wanted),
        "scores": door.ask("patient_scores", usubjid=wanted),
        "left_out": door.ask("patient_left_out", usubjid=wanted),
    }
    tables["summary"] = summary(door, wanted, adsl, status(adsl, eligible["outcome"]), tables)
    tables = {name: withhold_arm_names(door, frame) for name, frame in tables.items()}
    return result_of(
        door,
        "patient",
        tables,
        population=f"Patient {wanted}",
        n_used=1,
        n_total=1,
        notes=notes(door, tables["timeline"], _day(adsl.get("DTHDT")), tables["left_out"]),
        sentence=story(wanted, adsl, status(adsl, eligible["outcome"]), tables["timeline"]),
        facts={
            "usubjid": wanted,
            "eligibility": eligible,
            "enrolled": _day(adsl.get("ENRLDT")),
            "treated": _day(adsl.get("TRTSDT")),
            "diagnosed": _day(adsl.get("DIAGDT")),
            "died": _day(adsl.get("DTHDT")),
            "last_contact": _day(adsl.get("LSTALVDT")),
            "left": _day(adsl["LSTALVDT"]) if adsl["EOSSTT"] in ("COMPLETED", "DISCONTINUED") else None,
            "cutoff": door.cut.cutoff.isoformat(),
        },
    )


def status(adsl: pd.Series, screening: str) -> str:
    """Where the subject stands, in words."""
    if adsl["DTHFL"] == "Y" or pd.notna(adsl["DTHDT"]):
        return "Died"
    if adsl["ENRLFL"] != "Y":
        return _SCREENED.get(screening, "In screening")
    if adsl["EOSSTT"] in ("COMPLETED", "DISCONTINUED"):
        left = "Completed" if adsl["EOSSTT"] == "COMPLETED" else "Left the trial"
        return f"{left} ({adsl['DCSREAS'].lower()})" if isinstance(adsl["DCSREAS"], str) else left
    return "In follow-up"


def _strip(door: Door, adsl: pd.Series, screening: str, lesions: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """The lines of the strip above the timeline, only those that are known."""
    age = "" if pd.isna(adsl["AGE"]) else f"{adsl['AGE']:g} {str(adsl['AGEU'] or 'years').lower()}"
    lines: list[tuple[str, Any]] = [
        ("Patient", adsl["USUBJID"]),
        ("Status", status(adsl, screening)),
        ("Age", age),
        ("Sex", adsl["SEX"]),
        ("Site", adsl["SITEID"]),
        ("Country", adsl["COUNTRY"]),
        ("Arm", adsl.get("TRT01P") if adsl["ENRLFL"] == "Y" else None),
        *((label, _day(adsl.get(column))) for column, label in _DATES.items()),
        ("Cause of death", _sentence_case(adsl["DTHCAUS"])),
        *((each.label, adsl.get(each.column)) for each in door.protocol.covariates if each.column not in _DATES),
        *_lesion_lines(lesions),
    ]
    seen: set[str] = set()
    for item, value in lines:
        if value is None or pd.isna(value) or value == "" or item in seen:
            continue
        seen.add(item)
        yield item, f"{value:g}" if isinstance(value, float) else str(value)


def _sentence_case(value: Any) -> Any:
    return value.capitalize() if isinstance(value, str) and value.isupper() else value


def _lesion_lines(lesions: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Number and largest diameter at the first assessment of each lesion on or before enrolment (day 1)."""
    first = lesions[(lesions["day"] <= 1) & (lesions["role"] != "NEW")].drop_duplicates("lesion", keep="last")
    if first.empty:
        return
    yield f"Lesions {_IMAGED_AT_BASELINE}", str(len(first))
    if first["diameter"].notna().any():
        yield f"Largest lesion {_IMAGED_AT_BASELINE}", f"{first['diameter'].max():g} mm"


def _day(value: Any) -> str | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date().isoformat()


def _criteria(door: Door, usubjid: str) -> pd.DataFrame:
    found = door.ask("patient_criteria", usubjid=usubjid)
    wording = {each.id: each.text for each in door.protocol.criteria}
    text = [wording.get(each, each) for each in found["criterion"]]
    return found.assign(text=text)


def _eligibility(door: Door, usubjid: str) -> dict[str, Any]:
    """The verdict by the data, and what it rests on, in the protocol's words."""
    found = door.ask("patient_eligibility", usubjid=usubjid)
    if found.empty:
        return {"verdict": "", "outcome": "", "not_met": [], "unknown": [], "missing": []}
    row = found.iloc[0]
    labels = {fact.name: fact.description for fact in door.protocol.facts}
    return {
        "verdict": row["verdict"] if isinstance(row["verdict"], str) else "",
        "outcome": row["outcome"],
        "not_met": row["not_met"].split(),
        "unknown": row["unknown"].split(),
        "missing": [labels.get(each, each) for each in row["missing"].split()],
    }


def _timeline(door: Door, usubjid: str) -> pd.DataFrame:
    """Everything dated, as far as the door tells."""
    return door.ask("patient_timeline", usubjid=usubjid)
