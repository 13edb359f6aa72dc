"""What `monitoring` promises, and promises the rest of the protocol file: each fault as (place, message)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from crlm_dash.protocol.monitoring import DEATH_DAYS

Fault = tuple[str, str]


def monitoring_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Every broken promise of the stopping rules; values of the wrong shape are the models' business."""
    monitoring = _table(raw, "monitoring")
    rules = [each for each in _listed(monitoring, "rules") if isinstance(each, Mapping)]
    counts = Counter(str(rule.get("id")).casefold() for rule in rules)
    for number, rule in enumerate(rules):
        place = f"monitoring.rules[{number}]"
        if counts[str(rule.get("id")).casefold()] > 1:
            yield f"{place}.id", f"'{rule.get('id')}' is there twice; each must be unique"
        first, planned = rule.get("min_n"), rule.get("planned_n")
        if isinstance(first, int) and isinstance(planned, int) and first > planned:
            yield f"{place}.min_n", f"{first} is more than the {planned} patients planned"
        if rule.get("measure") == "mortality_90" and DEATH_DAYS not in _procedure_days(raw):
            yield f"{place}.measure", f"needs {DEATH_DAYS} among safety.procedure_days; add it"
    yield from _boundary(raw, _table(monitoring, "boundary"))


def _boundary(raw: Mapping[str, Any], boundary: Mapping[str, Any]) -> Iterator[Fault]:
    if not boundary:
        return
    types = {
        str(each.get("paramcd")): each.get("type") for each in _listed(raw, "endpoints") if isinstance(each, Mapping)
    }
    endpoint = str(boundary.get("endpoint"))
    if endpoint not in types:
        known = ", ".join(types) or "none"
        yield "monitoring.boundary.endpoint", f"'{endpoint}' is not a declared endpoint; use one of {known}"
    elif types[endpoint] == "competing_risks":
        yield "monitoring.boundary.endpoint", f"'{endpoint}' has competing risks; use one of type time_to_event"
    waited = _table(_table(raw, "accrual"), "events")
    if waited.get("endpoint") == endpoint and waited.get("number") != boundary.get("events"):
        yield "monitoring.boundary.events", f"must be the {waited.get('number')} that accrual.events waits for"
    looks = _listed(boundary, "looks")
    if all(isinstance(each, int | float) for each in looks) and (sorted(set(looks)) != looks or looks[-1:] != [1]):
        yield "monitoring.boundary.looks", "must rise, each once, and end with 1.0 (full information)"


def _procedure_days(raw: Mapping[str, Any]) -> list[Any]:
    safety = _table(raw, "safety")
    return _listed(safety, "procedure_days") if "procedure_days" in safety else [DEATH_DAYS]


def _table(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = raw.get(key)
    return found if isinstance(found, Mapping) else {}


def _listed(raw: Mapping[str, Any], key: str) -> list[Any]:
    found = raw.get(key)
    return list(found) if isinstance(found, list | tuple) else []
