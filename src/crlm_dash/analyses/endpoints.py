"""What every display of times to events shares: which endpoints there are, who is not at risk, who is compared."""

from __future__ import annotations

import pandas as pd

from crlm_dash.analyses.framing import MIN_GROUP, records, table
from crlm_dash.analyses.result import Exclusion
from crlm_dash.errors import RequestError
from crlm_dash.protocol import Endpoint
from crlm_dash.store.door import Door
from crlm_dash.terms import MISSING_GROUP, TimeUnit

COUNTED = ["strata", "time", "entry", "event", "n"]  # the columns that `stats` takes


def unit_named(word: str) -> TimeUnit | None:
    """The unit of time asked for; None where none is."""
    try:
        return TimeUnit(word.strip().lower()) if word.strip() else None
    except ValueError:
        raise RequestError(f"'{word}' is not a unit of time. There are: {', '.join(TimeUnit)}.") from None


def endpoints_of(door: Door, where: str, population: str) -> pd.DataFrame:
    """Endpoints in the protocol's order, then those only the data have."""
    found = door.ask("survival_endpoints", where=where, population=population)
    inside = {row["PARAMCD"]: row for row in records(found)}
    declared = {each.paramcd: each for each in door.protocol.endpoints}
    rows = []
    for paramcd in dict.fromkeys([*declared, *found["PARAMCD"]]):
        known = declared.get(paramcd)
        label = known.label if known else inside[paramcd]["PARAM"] or paramcd
        n = inside[paramcd]["n"] if paramcd in inside else 0
        rows.append((paramcd, label, str(known.unit if known else TimeUnit.DAYS), n))
    return table(rows, "PARAMCD PARAM unit n")


def of_adverse_events(endpoint: Endpoint) -> bool:
    """Whether an endpoint is about adverse events: it stands on the safety page and in no other's choices."""
    return "severe_adverse_event" in endpoint.events


def adverse_event_endpoint(door: Door) -> str:
    """PARAMCD of the first endpoint about adverse events; '' where the protocol declares none."""
    return next((each.paramcd for each in door.protocol.endpoints if of_adverse_events(each)), "")


def exclusions(denominators: pd.DataFrame, endpoint: Endpoint | None, zero: str = "") -> list[Exclusion]:
    """Who belongs to the population but is never at risk, and why; `zero`: the time origin, if another than its own."""
    if endpoint is None:
        return []
    total = denominators.sum(numeric_only=True)
    reasons = {
        "n_no_record": f"no {endpoint.paramcd} record{f' or no date of {zero}' if zero else ''}",
        "n_before_entry": "event or last contact before enrolment (delayed entry)",
        "n_no_followup": "no follow-up after time zero",
    }
    found = [Exclusion(reason, int(total.get(column, 0))) for column, reason in reasons.items()]
    return [each for each in found if each.n]


def known_groups(counts: pd.DataFrame) -> pd.DataFrame:
    """Counts of the groups that are compared: all but the missing values and who has nobody at risk."""
    kept = counts[counts["strata"] != MISSING_GROUP]
    return kept.assign(strata=kept["strata"].cat.remove_unused_categories())


def too_small(counts: pd.DataFrame) -> bool:
    """Whether some group is too small to be tested."""
    sizes = counts.groupby("strata", observed=True)["n"].sum()
    return bool((sizes < MIN_GROUP).any())
