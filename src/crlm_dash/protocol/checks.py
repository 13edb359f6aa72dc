"""What one table of a protocol file promises another: each fault as (place, message).

The checks read plain values, not the models, so that a file is told its misspelt keys and its broken
promises in one go; a value of the wrong shape is the models' business and is passed over here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from crlm_dash.protocol.comparison_checks import comparison_faults
from crlm_dash.protocol.enrolment_checks import accrual_faults
from crlm_dash.protocol.monitoring_checks import monitoring_faults
from crlm_dash.protocol.rules import RuleError, rule_facts

Fault = tuple[str, str]

_KEYS = {
    "arms": ("code", "name", "label"),
    "populations": ("flag",),
    "endpoints": ("paramcd",),
    "facts": ("name",),
    "criteria": ("id",),
    "covariates": ("column",),
    "visits": ("visitnum", "visit"),
    "assumed": ("key",),
}


def cross_faults(raw: Mapping[str, Any]) -> list[Fault]:
    """Every promise between the tables of `raw` that is broken."""
    checks = (
        _repeats, _facts, _criteria, _endpoints, _covariates, _visits, _allocation, accrual_faults,
        monitoring_faults, comparison_faults, _assumed,
    )  # fmt: skip
    return [fault for check in checks for fault in check(raw)]


def _rows(raw: Mapping[str, Any], table: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    rows = raw.get(table, ())
    if isinstance(rows, list | tuple):
        yield from ((f"{table}[{i}]", row) for i, row in enumerate(rows) if isinstance(row, Mapping))


def _list(row: Mapping[str, Any], key: str) -> list[Any]:
    value = row.get(key, ())
    return list(value) if isinstance(value, list | tuple) else []


def _words(row: Mapping[str, Any], key: str) -> list[str]:
    return [each for each in _list(row, key) if isinstance(each, str)]


def _repeats(raw: Mapping[str, Any]) -> Iterator[Fault]:
    for table, keys in _KEYS.items():
        for key in keys:
            counts = Counter(str(row[key]).casefold() for _, row in _rows(raw, table) if key in row)
            for place, row in _rows(raw, table):
                if key in row and counts[str(row[key]).casefold()] > 1:
                    yield f"{place}.{key}", f"'{row[key]}' is there twice; each must be unique"
    masks = Counter(_words(_access(raw), "masks"))
    yield from (("access.masks", f"'{mask}' is there twice") for mask, n in masks.items() if n > 1)


def _access(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    access = raw.get("access")
    return access if isinstance(access, Mapping) else {}


def _facts(raw: Mapping[str, Any]) -> Iterator[Fault]:
    for place, row in _rows(raw, "facts"):
        name = str(row.get("name", ""))
        if "__" in name or name in ("subjkey", "usubjid"):
            yield f"{place}.name", f"'{name}' is taken by a column of the product; use another name, without '__'"


def _criteria(raw: Mapping[str, Any]) -> Iterator[Fault]:
    types = {str(row.get("name")): str(row.get("type")) for _, row in _rows(raw, "facts")}
    for place, row in _rows(raw, "criteria"):
        declared = _words(row, "facts")
        for name in declared:
            if name not in types:
                known = ", ".join(types) or "none"
                yield (
                    f"{place}.facts",
                    f"'{name}' is not a declared fact; add it to [[facts]] (there: {known})",
                )
        if row.get("rule"):
            yield from _rule(place, str(row["rule"]), declared, types)
        elif declared:
            yield f"{place}.rule", "is empty though facts are listed; write the rule or list no facts"


def _rule(place: str, rule: str, declared: list[str], types: dict[str, str]) -> Iterator[Fault]:
    try:
        used = rule_facts(rule, types)
    except RuleError as fault:
        yield f"{place}.rule", f"{fault}; write one boolean expression over declared facts ('{rule}')"
        return
    if used != set(declared):
        yield f"{place}.facts", f"must list what the rule uses: {', '.join(sorted(used)) or 'nothing'}"


def _endpoints(raw: Mapping[str, Any]) -> Iterator[Fault]:
    primary = [place for place, row in _rows(raw, "endpoints") if row.get("primary") is True]
    for place in primary[1:]:
        yield f"{place}.primary", f"{primary[0]} is primary already; only one endpoint can be"
    for place, row in _rows(raw, "endpoints"):
        competing = [each for each in _list(row, "competing") if isinstance(each, Mapping)]
        if row.get("type") == "competing_risks" and not competing:
            yield f"{place}.competing", "is empty; name the competing causes or use type time_to_event"
        if row.get("type", "time_to_event") == "time_to_event" and competing:
            yield f"{place}.competing", "is filled; use type competing_risks or leave it out"
        if row.get("delivered") is not True:
            yield from _derivable(place, row, competing)
        horizons = _list(row, "horizons")
        if any(not isinstance(year, int | float) for year in horizons):
            continue
        if sorted(set(horizons)) != horizons:
            yield f"{place}.horizons", "must rise, each once"


def _derivable(place: str, row: Mapping[str, Any], competing: list[Mapping[str, Any]]) -> Iterator[Fault]:
    for key in ("origin", "events", "censor"):
        if not row.get(key):
            yield f"{place}.{key}", "is needed to derive the endpoint; add it or set delivered = true"
    used = Counter(_words(row, "events") + [each for cause in competing for each in _words(cause, "sources")])
    for source, n in used.items():
        if n > 1:
            yield place, f"'{source}' is the event of two causes; it can be of one only"
        if source in _list(row, "censor"):
            yield f"{place}.censor", f"'{source}' is an event too; it can be one only"
    for i, cause in enumerate(competing):
        if not _list(cause, "sources"):
            yield f"{place}.competing[{i}].sources", "is empty; name its sources"


def _covariates(raw: Mapping[str, Any]) -> Iterator[Fault]:
    masks = _words(_access(raw), "masks")
    for place, row in (*_rows(raw, "covariates"), *_compared(raw)):
        if row.get("column") in masks:
            yield f"{place}.column", f"'{row['column']}' is masked; a covariate must not reveal the arm"
        for name in _read_from(row):
            if name in masks:
                yield f"{place}.source", f"reads '{name}', which is masked; a covariate must not reveal the arm"
        cutpoints, levels = _list(row, "cutpoints"), _list(row, "levels")
        if not cutpoints or any(not isinstance(point, int | float) for point in cutpoints):
            continue
        if sorted(set(cutpoints)) != cutpoints:
            yield f"{place}.cutpoints", "must rise, each once"
        if len(levels) != len(cutpoints) + 1:
            yield f"{place}.levels", f"{len(levels)} levels for {len(cutpoints)} cutpoints; one more is due"
        if "source" not in row:
            yield f"{place}.source", "is missing; cutpoints need the number they cut"


def _compared(raw: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    comparison = raw.get("comparison")
    for place, row in _rows(comparison, "covariates") if isinstance(comparison, Mapping) else ():
        yield f"comparison.{place}", row


def _read_from(row: Mapping[str, Any]) -> list[str]:
    """Everything a covariate's source names: its column, its test, the columns its records are chosen by."""
    source = row.get("source")
    if not isinstance(source, Mapping):
        return []
    chosen = (source.get(key) for key in ("where", "unless"))
    columns = [str(name) for each in chosen if isinstance(each, Mapping) for name in each]
    return [str(source.get("column", "")), str(source.get("test", "")), *columns]


def _visits(raw: Mapping[str, Any]) -> Iterator[Fault]:
    rows = list(_rows(raw, "visits"))
    for place, row in rows:
        if row.get("day") == 0:
            yield f"{place}.day", "0 is not a study day; the day before day 1 is day -1"
    days = [row["day"] for _, row in rows if isinstance(row.get("day"), int)]
    if days != sorted(days):
        yield "visits", "are not in the order of their days"


def _allocation(raw: Mapping[str, Any]) -> Iterator[Fault]:
    allocation = raw.get("allocation")
    if not isinstance(allocation, Mapping):
        return
    randomised = allocation.get("randomised", False)
    if isinstance(randomised, bool) and randomised != (allocation.get("method") == "randomised"):
        yield "allocation.randomised", "must be true with method 'randomised' and with no other"


def _assumed(raw: Mapping[str, Any]) -> Iterator[Fault]:
    for place, row in _rows(raw, "assumed"):
        top = str(row.get("key", "")).split(".")[0].split("[")[0]
        if top and top not in raw:
            yield f"{place}.key", f"'{row['key']}' points to nothing in this file"
