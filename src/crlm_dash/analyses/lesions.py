"""The lesions of one patient, scan by scan: where they sit, how large they are, what was done, what became of them."""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses import lesion_words as words
from crlm_dash.analyses.couinaud import segments_in
from crlm_dash.analyses.framing import records, result_of, table, withhold_arm_names
from crlm_dash.analyses.result import Result
from crlm_dash.errors import RequestError
from crlm_dash.store.door import Door
from crlm_dash.terms import LESION_STATES

LIVER, ELSEWHERE, UNPLACED, UNKNOWN = "liver", "elsewhere", "liver, segment unknown", "organ unknown"


def lesions(door: Door, *, usubjid: str = "", scan: int = 0) -> Result:
    """
    The lesions of one subject of the viewer's sites, by the reader used for analysis.

    Parameters
    ----------
    usubjid : the patient
    scan : number of the scan that the finding is about; 0 is the last

    Returns
    -------
    Tables `scans` (sum, change, responses), `lesions` (where, what was done), `states` (lesion × scan from its first
    on), `counts` (scan × place × state), `treatments`, `treated` (lesion × treatment of its segment, its organ or
    the whole liver), `readers`. `facts["scan"]` is the number of the scan told about (0: there is none).

    Raises
    ------
    AccessDenied : the subject is of a site the viewer may not see; NotFound : there is no such subject
    RequestError : no such scan
    """
    wanted = usubjid.strip()
    scans = door.ask("lesion_scans", usubjid=wanted)
    shown = chosen_scan(scans, scan)
    states = door.ask("lesion_states", usubjid=wanted)
    treatments = _treatments(door, wanted)
    found = _lesions(states)
    treated = _treated(found, states, treatments)
    tables = {
        "scans": scans,
        "lesions": found.assign(treated=words.done(found["lesion"], treated, treatments)),
        "states": states,
        "counts": _counts(found, states),
        "treatments": treatments,
        "treated": treated,
        "readers": door.ask("lesion_readers", usubjid=wanted),
    }
    tables = {name: withhold_arm_names(door, frame) for name, frame in tables.items()}
    coded = not door.can(Action.SEE_ARM_NAMES)
    return result_of(
        door,
        "lesions",
        tables,
        population=f"Lesions of patient {wanted}",
        n_used=len(found),
        n_total=len(found),
        notes=words.notes(tables, coded=coded),
        sentence=words.sentence(tables, shown),
        empty="" if len(found) else "No lesion is recorded.",
        facts={"usubjid": wanted, "scan": shown, "headline": words.headline(tables["scans"], shown)},
    )


def chosen_scan(scans: pd.DataFrame, scan: int) -> int:
    """The number of the scan that is told about: the last, unless one is asked for."""
    numbers = scans["scan"].tolist()
    if scan and scan not in numbers:
        raise RequestError(f"There is no scan {scan}. There are {len(numbers)}.")
    return scan or (int(numbers[-1]) if numbers else 0)


def _lesions(states: pd.DataFrame) -> pd.DataFrame:
    """One row a lesion, in the order of the query."""
    rows = []
    for lesion, part in states.groupby("lesion", sort=False):
        first, sizes = part.iloc[0], part["diameter"].dropna()
        named = segments_in(first["segment"])
        rows.append((
            lesion, first["organ"], _place(first["organ"], named), first["segment"], named[0] if named else "",
            first["role"], first["scan"], first["day"], first["diameter"],
            sizes.min() if len(sizes) else None, sizes.max() if len(sizes) else None, part.iloc[-1]["state"],
        ))  # fmt: skip
    columns = "lesion organ place segment drawn_in role first_scan first_day first_size smallest largest last_state"
    return table(rows, columns)


def _place(organ: object, segments: tuple[str, ...]) -> str:
    if not isinstance(organ, str) or not organ:
        return UNKNOWN
    if organ.startswith(("LIVER", "HEPATIC")):
        return LIVER if segments else UNPLACED
    return ELSEWHERE


def _treatments(door: Door, usubjid: str) -> pd.DataFrame:
    """The procedures, numbered, with the segments their place names; `whole_liver` where it names the liver alone."""
    if not door.can(Action.SEE_ARM_NAMES):  # what was done tells what stands behind a code
        columns = "date precision day end_date modality place phase detail treatment segments whole_liver"
        return table([], columns)
    found = door.ask("lesion_treatments", usubjid=usubjid)
    named = [segments_in(place) for place in found["place"]]
    of_liver = found["place"].fillna("").str.upper().str.contains("LIVER|HEPATIC").tolist()
    return found.assign(
        treatment=range(1, len(found) + 1),
        segments=[" ".join(each) for each in named],
        whole_liver=[liver and not each for liver, each in zip(of_liver, named, strict=True)],
    )


def _treated(found: pd.DataFrame, states: pd.DataFrame, treatments: pd.DataFrame) -> pd.DataFrame:
    """
    Lesion × treatment of the place it sits in, where it had been seen by then and was not gone at the scan before.

    The source says where a procedure was done, not on which lesion: two procedures in one segment both count for each
    lesion of it.
    """
    courses = {name: list(zip(own["date"], own["state"], strict=True)) for name, own in states.groupby("lesion")}
    rows = []
    for lesion, each in product(records(found), records(treatments)):
        before = [state for date, state in courses[lesion["lesion"]] if date <= each["date"]]
        if before and before[-1] != "gone" and (how := _reached(lesion, each)):
            rows.append((lesion["lesion"], each["treatment"], how))
    return table(rows, "lesion treatment by")


def _reached(lesion: dict[str, Any], treatment: dict[str, Any]) -> str:
    """What of the place of a lesion a procedure names: its segment, its organ, the whole liver; '' nothing."""
    if lesion["place"] == LIVER and {*segments_in(lesion["segment"])} & {*treatment["segments"].split()}:
        return "segment"
    if lesion["place"] in (LIVER, UNPLACED) and treatment["whole_liver"]:
        return "whole liver"
    named = lesion["place"] == ELSEWHERE and lesion["organ"] in str(treatment["place"]).upper()
    return "organ" if named else ""


def _counts(found: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """One row a scan, place and state with lesions: how many."""
    placed = states.merge(found[["lesion", "place"]], on="lesion")
    counted = placed.groupby(["scan", "place", "state"], sort=True).size().rename("n").reset_index()
    order = {state: number for number, state in enumerate(LESION_STATES)}
    ranked = counted.assign(rank=counted["state"].map(order)).sort_values(["scan", "place", "rank"], ignore_index=True)
    return ranked[["scan", "place", "state", "n"]]
