"""Tables of the comparison screen: the design, balance and weights; differences, ratios, and whether they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.tables.formats import NOT_REACHED, NOTHING, count, number, rows, text, with_limits, written

CRUDE, DECLARED = "crude", ("overlap", "inverse probability")
METHODS = {
    "crude": "Crude",
    "overlap": "Overlap weights",
    "inverse probability": "Inverse probability weights",
    "outcome model": "Outcome model (all covariates)",
    "complete cases": "Complete cases only, declared weights",
}
_LIMITS = {"conf": "95 % limits", "robust": "Robust limits", "boot": "Drawn anew"}
_MONTHS_A_YEAR = 12


def design(result: Result) -> pd.DataFrame:
    """What the protocol file declares."""
    found = [{"Declared": row["item"], "Wording": row["value"]} for row in rows(result.tables["design"])]
    return written(found, ["Declared", "Wording"])


def balance(result: Result) -> pd.DataFrame:
    """Every covariate: both groups before and after weighting, how far apart, in how many it is not known."""
    reference, other = result.facts.get("groups", ["Reference", "Compared"])
    chosen = result.facts.get("weights", "")
    heads = [
        "Covariate", f"{other}: before", f"{reference}: before", "Difference before", f"{other}: weighted",
        f"{reference}: weighted", "Difference after", "Ratio of variances before", "after", "Not known in",
    ]  # fmt: skip
    levels = rows(result.tables["balance"])
    by = {(row["method"], row["term"], row["level"]): row for row in levels}
    found = []
    for each in rows(result.tables["covariates"]):
        cells = [_covariate(each)]
        ratios = []
        for method in (CRUDE, chosen):
            row = by.get((method, each["term"], each["level"]))
            cells += [_mean(row, "mean", each), _mean(row, "mean_reference", each), _difference(row, each["note"])]
            ratios.append(number(row["variance_ratio"], 2, NOTHING) if row else NOTHING)
        found.append(dict(zip(heads, [*cells, *ratios, count(each["n_missing"])], strict=True)))
    return written(found if levels else [], heads)


def missing(result: Result) -> pd.DataFrame:
    """In how many patients of each group a covariate is not known; only those that are not known of all."""
    groups = result.facts.get("groups", [])
    heads = ["Covariate", *(f"Not known in {group}" for group in groups)]
    found: dict[str, dict[str, str]] = {}
    for row in rows(result.tables["missing"]):
        if any(each["n_missing"] for each in rows(result.tables["missing"]) if each["label"] == row["label"]):
            cell = f"{count(row['n_missing'])} of {count(row['n'])}"
            found.setdefault(row["label"], {"Covariate": row["label"]})[f"Not known in {row['strata']}"] = cell
    return written(list(found.values()), heads)


def weights(result: Result) -> pd.DataFrame:
    """What each way of weighting leaves of each group."""
    heads = [
        "Weights", "Group", "Patients", "Worth (effective size)", "Smallest weight", "Largest weight", "Weights cut",
        "Outside the region of overlap",
    ]  # fmt: skip
    found = []
    for row in rows(result.tables["weights"]):
        outside = f"{count(row['n_outside'])} ({100 * row['share_outside']:.0f} %)"
        cells = [METHODS[row["method"]], row["strata"], count(row["n"]), number(row["n_effective"], 0)]
        cells += [number(row["smallest"], 2), number(row["largest"], 2), count(row["n_truncated"]), outside]
        found.append(dict(zip(heads, cells, strict=True)))
    return written(found, heads)


def hazard_ratio(result: Result) -> pd.DataFrame:
    """The hazard ratio, crude and adjusted in each way, with every kind of limits."""
    heads = ["Made alike by", "Patients", "Events", "Hazard ratio", *_LIMITS.values(), "Comparison"]
    found = []
    for row in rows(result.tables["hazard_ratio"]):
        known = not row["note"]
        estimate = number(row["estimate"], 2) if known else row["note"]
        limits = [_between(row, kind, 2) for kind in _LIMITS]
        cells = [METHODS[row["method"]], count(row["n"]), count(row["n_event"]), estimate, *limits, row["comparison"]]
        found.append(dict(zip(heads, cells, strict=True)))
    return written(found, heads)


def differences(result: Result) -> pd.DataFrame:
    """Differences at fixed times in patients of 100, and of the mean time, crude and weighted."""
    heads = ["Difference", "Made alike by", "Estimate", *_LIMITS.values()]
    found, beyond = [], set()
    for row in sorted(rows(result.tables["differences"]), key=lambda row: (row["measure"], row["time"])):
        mean = row["measure"] == "restricted mean"
        scale, digits = (1, 1) if mean else (100, 0)
        named = f"Mean months of the first {row['time']:.0f}" if mean else _at(row["time"], result)
        cells = [named, METHODS[row["method"]], _signed(scale * row["estimate"], digits)]
        if pd.isna(row["estimate"]):
            if named in beyond:  # follow-up is too short whatever the weights
                continue
            beyond.add(named)
            cells[1:] = [NOTHING, NOT_REACHED]
        cells += [_between(row, kind, digits, scale) for kind in _LIMITS]
        found.append(dict(zip(heads, cells, strict=True)))
    return written(found, heads)


def sensitivity(result: Result) -> pd.DataFrame:
    """The same question asked otherwise, and the E-value."""
    heads = ["Asked otherwise", "Measure", "Result (95 % CI)", "Remark"]
    found = []
    for row in rows(result.tables["sensitivity"]):
        kind = "boot" if not pd.isna(row["boot_low"]) else "conf"
        of_ratio = row["measure"] != "difference"
        scale, digits = (1, 2) if of_ratio else (100, 0)
        shown = with_limits(row["estimate"], row[f"{kind}_low"], row[f"{kind}_high"], digits=digits, scale=scale)
        measure = {"hazard ratio": "Hazard ratio", "E-value": "Ratio of risks"}.get(row["measure"], "")
        found.append(
            {"Asked otherwise": row["what"], "Measure": measure or f"Event-free of 100 at {_years(row['time'])}",
             "Result (95 % CI)": shown, "Remark": text(row["note"])}
        )  # fmt: skip
    return written(found, heads)


def _covariate(each: dict[str, Any]) -> str:
    level = {"": "", "Y": ""}.get(each["level"], f": {each['level']}")
    return f"{each['label']}{level}" + (f" ({each['unit']})" if each["unit"] else "")


def _mean(row: dict[str, Any] | None, name: str, each: dict[str, Any]) -> str:
    if row is None or pd.isna(row[name]):
        return NOTHING
    return f"{100 * row[name]:.0f} %" if each["level"] else number(row[name], 1)


def _difference(row: dict[str, Any] | None, note: str) -> str:
    if row is None:
        return NOTHING
    return note or (
        NOTHING if pd.isna(row["difference"]) else f"{row['difference'] + 0.0:.2f}".replace("-0.00", "0.00")
    )


def _between(row: dict[str, Any], kind: str, digits: int, scale: float = 1) -> str:
    low, high = row[f"{kind}_low"], row[f"{kind}_high"]
    if pd.isna(low) or pd.isna(high):
        return NOTHING
    return f"{scale * low:.{digits}f} to {scale * high:.{digits}f}"


def _signed(value: float, digits: int) -> str:
    """A difference with its sign; 0 has none."""
    shown = f"{value:+.{digits}f}"
    return shown if any(digit in shown for digit in "123456789") else shown[1:]


def _years(time: float) -> str:
    years = time / _MONTHS_A_YEAR
    return f"{years:g} {'year' if years == 1 else 'years'}"


def _at(time: float, result: Result) -> str:
    what = "with the event" if result.facts.get("competing") else "free of the event"
    return f"Patients of 100 {what} at {_years(time)}"


TABLES: dict[str, Callable[[Result], pd.DataFrame]] = {
    "design": design,
    "balance": balance,
    "missing": missing,
    "weights": weights,
    "differences": differences,
    "hazard_ratio": hazard_ratio,
    "sensitivity": sensitivity,
}
