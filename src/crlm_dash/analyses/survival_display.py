"""What a survival display was asked to show, before anything is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crlm_dash.analyses.endpoints import endpoints_of, of_adverse_events
from crlm_dash.errors import NotFound, RequestError
from crlm_dash.protocol import Endpoint
from crlm_dash.store.door import Door
from crlm_dash.store.origins import ORIGINS, origin_named
from crlm_dash.terms import TimeUnit

ORIGIN_WORDS = {
    "SCRNDT": "screening",
    "RFICDT": "consent",
    "RANDDT": "randomisation",
    **{each.column: each.label for each in ORIGINS.values()},
}
_FROM = re.compile(rf" (from|since) (the )?({'|'.join(ORIGIN_WORDS.values())})( \(supportive\))?$")


@dataclass(frozen=True)
class Display:
    """
    One endpoint as it is to be shown.

    `origin` is the code of the time origin where it is not the protocol's ('' where it is); `start` says in words
    from when a subject is under observation. `endpoint` carries the origin and the label that are shown.
    """

    door: Door
    endpoint: Endpoint
    unit: TimeUnit
    by: str | None
    where: str
    population: str
    origin: str
    start: str

    @property
    def asked(self) -> dict[str, Any]:
        """What every question to the door says."""
        return {"where": self.where, "population": self.population, "origin": self.origin}

    @property
    def tested(self) -> bool:
        """Whether groups may be tested: pre-specified, nothing filtered, the protocol's own time origin."""
        return self.by is not None and not self.where.strip() and not self.origin


def display_of(
    door: Door, endpoint: Endpoint, unit: TimeUnit, *, by: str | None, where: str, population: str, origin: str
) -> Display:
    """
    The display asked for.

    Parameters
    ----------
    endpoint : as the protocol declares it
    origin : code or words of a time origin; '' for the endpoint's own

    Returns
    -------
    The display; another origin than the endpoint's own changes the endpoint's label with it.

    Raises
    ------
    AccessDenied : the viewer sees codes, and the day of treatment would tell the arm
    RequestError : no such origin, or no subject has its date
    """
    wanted = origin_named(origin)
    start = ORIGIN_WORDS.get(endpoint.entry or endpoint.origin, "the start of the record")
    if wanted is None or wanted.column == endpoint.origin:
        return Display(door, endpoint, unit, by, where, population, "", start)
    door.check_counted_from(wanted, endpoint.origin)
    there = door.time_origins()
    if wanted.code not in there:
        raise RequestError(
            f"No subject has a date of {wanted.label}, so time cannot be counted from it. "
            f"It can from: {', '.join(there) or 'none'}."
        )
    label = f"{_FROM.sub('', endpoint.label)} from {wanted.label}"
    moved = endpoint.model_copy(update={"origin": wanted.column, "label": label})
    return Display(door, moved, unit, by, where, population, wanted.code, start)


def endpoint_choices(door: Door) -> dict[str, str]:
    """Endpoints that can be shown, code → label; the one shown without a wish is first, under ''."""
    found = endpoints_of(door, "", "ENRLFL")
    elsewhere = [each.paramcd for each in door.protocol.endpoints if of_adverse_events(each)]
    endpoints = found[~found["PARAMCD"].isin(elsewhere)]
    labels = dict(zip(endpoints["PARAMCD"], endpoints["PARAM"], strict=True))
    first = endpoint_named(door, endpoints, "")
    return {"": labels.pop(first.paramcd)} | labels if first else labels


def endpoint_named(door: Door, endpoints: pd.DataFrame, wanted: str) -> Endpoint | None:
    """The endpoint asked for; without a wish the primary one that has records, else the first that has."""
    declared = {each.paramcd: each for each in door.protocol.endpoints}
    filled = endpoints.loc[endpoints["n"] > 0, "PARAMCD"].tolist()
    primary = [code for code, each in declared.items() if each.primary and code in filled]
    plain = [code for code in filled if code not in declared or declared[code].type == "time_to_event"]
    code = wanted.strip().upper() or next(iter([*primary, *plain, *filled, *declared]), "")
    if not code:
        return None
    if code not in set(endpoints["PARAMCD"]):
        there = ", ".join(endpoints["PARAMCD"]) or "none"
        raise NotFound(f"{door.cut.trial} has no endpoint '{wanted}'. Endpoints: {there}.")
    label = dict(zip(endpoints["PARAMCD"], endpoints["PARAM"], strict=True))[code]
    return declared.get(code) or Endpoint(paramcd=code, label=label, delivered=True)
