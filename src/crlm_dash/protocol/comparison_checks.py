"""What `comparison` promises, and promises the rest of the protocol file: each fault as (place, message)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

Fault = tuple[str, str]


def comparison_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Every broken promise of the adjusted comparison; values of the wrong shape are the models' business."""
    found = raw.get("comparison")
    if not isinstance(found, Mapping):
        return
    allocation = raw.get("allocation")
    if isinstance(allocation, Mapping) and allocation.get("randomised") is True:
        yield "comparison", "must not be there in a randomised trial: its groups were formed by chance"
    if len(raw.get("arms", ())) != 2:
        yield "comparison", "compares two groups; the file declares another number of arms"
    for name in ("region", "truncation"):
        ends = found.get(name)
        if isinstance(ends, list | tuple) and len(ends) == 2 and not _rises(ends):
            yield f"comparison.{name}", "must be two shares, the lower first"
    yield from _covariates(raw, found)
    yield from _imputation(raw, found)


def _covariates(raw: Mapping[str, Any], comparison: Mapping[str, Any]) -> Iterator[Fault]:
    rows = [row for row in comparison.get("covariates", ()) if isinstance(row, Mapping)]
    if not rows:
        yield "comparison.covariates", "is empty; name what the groups are to be made alike in"
    counts = Counter(str(row.get("column")) for row in rows)
    declared = {str(row.get("column")) for row in raw.get("covariates", ()) if isinstance(row, Mapping)}
    for number, row in enumerate(rows):
        place, column = f"comparison.covariates[{number}]", str(row.get("column"))
        if counts[column] > 1:
            yield f"{place}.column", f"'{column}' is there twice; each must be unique"
        if "source" in row and column in declared:
            yield f"{place}.source", f"'{column}' is a covariate of the trial and read there; leave the source out"
        scale, levels = row.get("scale", "levels"), row.get("levels", ())
        if scale == "levels" and len(levels) < 2:
            yield f"{place}.levels", "needs two levels or more, the first being the reference"
        if scale != "levels" and levels:
            yield f"{place}.levels", f"is filled; a covariate on the scale '{scale}' has none"


def _imputation(raw: Mapping[str, Any], comparison: Mapping[str, Any]) -> Iterator[Fault]:
    declared = comparison.get("imputation")
    if not isinstance(declared, Mapping):
        return
    rule = comparison.get("missing", "complete cases")
    if rule == "complete cases":
        yield (
            "comparison.imputation",
            f"is filled, but `missing` is '{rule}'; write 'multiple imputation' there, or leave this table out",
        )
    known = {str(row.get("column")) for row in raw.get("covariates", ()) if isinstance(row, Mapping)}
    own = {str(row.get("column")) for row in comparison.get("covariates", ()) if isinstance(row, Mapping)}
    names = declared.get("auxiliary", ())
    for number, name in enumerate(names if isinstance(names, list | tuple) else ()):
        place = f"comparison.imputation.auxiliary[{number}]"
        if name in own:
            yield place, f"'{name}' is a covariate of the comparison and predicts what is missing anyway; leave it out"
        elif name not in known:
            yield place, f"'{name}' is no covariate of the trial; there are: {', '.join(sorted(known)) or 'none'}"
        if list(names).count(name) > 1:
            yield place, f"'{name}' is there twice; each must be unique"


def _rises(ends: list[Any] | tuple[Any, ...]) -> bool:
    low, high = ends
    return isinstance(low, int | float) and isinstance(high, int | float) and low < high
