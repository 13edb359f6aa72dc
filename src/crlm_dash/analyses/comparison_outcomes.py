"""What became of the two groups: crude, weighted, by an outcome model; every number with its limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.comparison_sample import Sample
from crlm_dash.analyses.framing import MIN_GROUP, table
from crlm_dash.analyses.survival_times import ticks
from crlm_dash.protocol import Comparison, Endpoint
from crlm_dash.stats.counts import Floats
from crlm_dash.stats.curve import log_log_limits, normal_quantile
from crlm_dash.stats.draws import bootstrap, percentile_limits
from crlm_dash.stats.group_comparison import (
    AUGMENTED,
    CRUDE,
    DIFFERENCE,
    INVERSE,
    MEAN,
    MODEL,
    OVERLAP,
    RATIO,
    Asked,
    Compared,
    Estimate,
    Quantity,
    Subjects,
    compared,
)
from crlm_dash.stats.linearised import linearised
from crlm_dash.stats.propensity import effective_size
from crlm_dash.stats.weighted_incidence import WeightedIncidence
from crlm_dash.terms import DAYS_PER_MONTH, DAYS_PER_YEAR, TimeUnit

MONTHS_A_YEAR = DAYS_PER_YEAR / DAYS_PER_MONTH
YEARS = (1.0, 2.0, 3.0, 5.0)
MOST_DRAWN = 20_000  # patients beyond which nothing is drawn anew
MOST_CELLS = 5_000_000  # patients times moments, up to which a curve has limits everywhere
_LIMITS = "estimate conf_low conf_high robust_low robust_high boot_low boot_high"
COLUMNS = {
    "curves": "method strata time n_risk n_weighted n_event n_censor estimate conf_low conf_high",
    "at_risk": "strata time n_risk n_event n_censor n_weighted",
    "events": "strata n n_event",
    "differences": f"measure method comparison time {_LIMITS}",
    "hazard_ratio": f"method comparison n n_event {_LIMITS} note",
    "sensitivity": f"what measure time {_LIMITS} note",
}
ONE_CAUSE = "hazard ratio"
RATIO_OF = {CRUDE: "Crude", OVERLAP: "Overlap weights", INVERSE: "Inverse probability weights"}
REGION_ONLY = "Only patients in the region of overlap, propensity fitted anew"
OUTCOME_MODEL = "Outcome model: Cox regression with all covariates"
DOUBLY = "Doubly robust difference"
E_VALUE = "E-value"


@dataclass(frozen=True)
class Outcomes:
    """The tables; why groups are not compared though curves are drawn ('' if they are); how many draws were made."""

    tables: dict[str, pd.DataFrame]
    refused: str
    draws: int
    horizon: float | None
    ticks: list[float]


def empty_tables() -> dict[str, pd.DataFrame]:
    """Every table of outcomes, with its columns and without a row."""
    return {name: table([], columns) for name, columns in COLUMNS.items()}


def outcomes_of(
    sample: Sample,
    declared: Comparison,
    endpoint: Endpoint,
    *,
    cause: int,
    weights: str,
    draws: int,
    tell: Callable[[int, int], None],
) -> Outcomes:
    """
    Curves, differences and ratios of one endpoint.

    Parameters
    ----------
    sample : both groups with their follow-up, times in months
    cause : of an endpoint with competing risks, the cause looked at; 0: any event
    weights : by which the curves are weighted
    draws : of the bootstrap; 0: none
    tell : called with how many draws are done, and how many there are
    """
    subjects = sample.subjects(cause)
    marks = ticks(sample.rows, TimeUnit.MONTHS)
    asked = _asked(declared, endpoint, subjects, cause)
    found = compared(subjects, asked)
    tables = empty_tables()
    tables["events"] = _events(sample, subjects)
    tables["curves"] = pd.concat(
        [_curves(sample, subjects, found, method, cause) for method in dict.fromkeys((CRUDE, weights))],
        ignore_index=True,
    )
    tables["at_risk"] = _at_risk(sample, subjects, found, weights, marks)
    silent = tables["events"].loc[tables["events"]["n_event"] == 0, "strata"].tolist()
    if silent:
        named = " and in ".join(silent)
        refused = f"No patient has had the event in {named}: neither a ratio nor a difference can be given with limits."
        return Outcomes(tables, refused, 0, asked.horizon, marks)
    drawn: dict[Quantity, Floats] = {}
    inside = _inside(subjects, found, declared)
    small = (
        compared(inside, Asked((), None, asked.truncation, asked.competing, (OVERLAP,), models=False))
        if inside
        else None
    )
    if draws and len(sample.rows) <= MOST_DRAWN:
        drawn = bootstrap(subjects, asked, draws, declared.seed, tell)
    comparison = f"{sample.groups[1]} vs {sample.groups[0]}"
    n, n_event = int(subjects.at_risk.sum()), int(subjects.mine[subjects.at_risk].sum())
    tables["hazard_ratio"] = _ratios(found, drawn, comparison, n, n_event)
    tables["differences"] = _differences(found, drawn, comparison)
    tables["sensitivity"] = _sensitivity(found, small, drawn, tables["hazard_ratio"], n, n_event, declared)
    return Outcomes(tables, "", len(next(iter(drawn.values()), ())), asked.horizon, marks)


def _asked(declared: Comparison, endpoint: Endpoint, subjects: Subjects, cause: int) -> Asked:
    """What is compared: 1, 2, 3 and 5 years and the endpoint's own horizons; the mean up to the last both reach."""
    times = tuple(year * MONTHS_A_YEAR for year in sorted({*YEARS, *endpoint.horizons}))
    ones = np.ones((1, len(subjects.treated)))
    curves = [subjects.curve(group, ones) for group in (0, 1)]
    reached = [time for time in times if all(curve.reaches(time) for curve in curves)]
    return Asked(times, None if cause else max(reached, default=None), declared.truncation, competing=bool(cause))


def _inside(subjects: Subjects, found: Compared, declared: Comparison) -> Subjects | None:
    """The subjects whose propensity is in the region of overlap; None where that is everybody or too few."""
    low, high = declared.region
    score = found.model.score[0]
    kept = (score >= low) & (score <= high)
    sizes = [int((kept & (subjects.treated == group)).sum()) for group in (0, 1)]
    if kept.all() or min(sizes) < MIN_GROUP:
        return None
    x = subjects.x[kept]
    return replace(
        subjects,
        x=x[:, np.ptp(x, axis=0) > 1e-12],
        **{name: getattr(subjects, name)[kept] for name in ("treated", "time", "entry", "mine", "any_event")},
    )


def _events(sample: Sample, subjects: Subjects) -> pd.DataFrame:
    rows = [
        (group, int(subjects.of(number).sum()), int(subjects.mine[subjects.of(number)].sum()))
        for number, group in enumerate(sample.groups)
    ]
    return table(rows, COLUMNS["events"])


def _curves(sample: Sample, subjects: Subjects, found: Compared, method: str, cause: int) -> pd.DataFrame:
    """Survival (of a cause: incidence) of both groups from time 0 on; limits know that weights were estimated."""
    weights = found.weights[method]
    parts = []
    for number, group in enumerate(sample.groups):
        curve, mine = subjects.curve(number, weights.value), subjects.of(number)
        level = curve.incidence[0] if cause else 1 - curve.incidence[0]
        low, high = _band(curve, level, mine, found, method)
        scale = _scale(weights.value[0][mine])
        start = 0.0 if cause else 1.0
        columns = {
            "time": (0.0, curve.times), "n_risk": (_first(curve.raw_risk), curve.raw_risk),
            "n_weighted": (_first(curve.risk[0]) * scale, curve.risk[0] * scale),
            "n_event": (0.0, curve.raw_events), "n_censor": (0.0, curve.raw_censored),
            "estimate": (start, level), "conf_low": (start, low), "conf_high": (start, high),
        }  # fmt: skip
        part = pd.DataFrame({name: np.append(first, rest) for name, (first, rest) in columns.items()})
        parts.append(part.assign(method=method, strata=group))
    return pd.concat(parts, ignore_index=True)[COLUMNS["curves"].split()]


def _band(
    curve: WeightedIncidence, level: Floats, mine: np.ndarray, found: Compared, method: str
) -> tuple[Floats, Floats]:
    missing = np.full(len(level), np.nan)
    if method == CRUDE or len(mine) * len(level) > MOST_CELLS:
        return missing, missing
    errors = np.empty(len(level))
    for place, time in enumerate(curve.times):
        moved = np.zeros(len(mine))
        moved[mine] = curve.influence(float(time))[0]
        parts = linearised(moved, found.weights[method], found.model)
        errors[place] = np.sqrt(parts @ parts)
    return log_log_limits(level, np.where(errors > 1e-12, errors, np.nan), 0.95)


def _at_risk(sample: Sample, subjects: Subjects, found: Compared, method: str, marks: list[float]) -> pd.DataFrame:
    """At round times, how many are at risk, and how many that is worth; events and censorings are counted up."""
    rows = []
    at = np.array(marks)
    for number, group in enumerate(sample.groups):
        value = found.weights[method].value
        curve, mine = subjects.curve(number, value), subjects.of(number)
        time, entry = subjects.time[mine], subjects.entry[mine]
        weight = value[0][mine] * _scale(value[0][mine])
        for mark in at:
            there = (time >= mark) & ((entry < mark) | (entry == 0))
            past = curve.times <= mark
            counted = (curve.raw_events[past].sum(), curve.raw_censored[past].sum())
            rows.append((group, float(mark), int(there.sum()), *map(int, counted), float(weight[there].sum())))
    return table(rows, COLUMNS["at_risk"])


def _scale(weights: Floats) -> float:
    """By which weights are multiplied so that they add up to the effective size of the group."""
    total = float(weights.sum())
    return effective_size(weights) / total if total > 0 else 0.0


def _first(values: Floats) -> float:
    return float(values[0]) if len(values) else 0.0


def _limits(estimate: Estimate, drawn: Floats | None, *, ratio: bool) -> dict[str, float]:
    """The estimate with all its limits; a ratio's are those of its logarithm."""
    half, value = normal_quantile(0.95), float(estimate.value[0])
    low, high = percentile_limits(drawn) if drawn is not None else (np.nan, np.nan)
    values = [
        value, value - half * estimate.std_error, value + half * estimate.std_error,
        value - half * estimate.robust_error, value + half * estimate.robust_error, low, high,
    ]  # fmt: skip
    shown = np.exp(values) if ratio else values
    return dict(zip(_LIMITS.split(), map(float, shown), strict=True))


def _ratios(found: Compared, drawn: dict[Quantity, Floats], comparison: str, n: int, n_event: int) -> pd.DataFrame:
    rows = []
    for method in (CRUDE, OVERLAP, INVERSE, MODEL):
        name = Quantity(RATIO, method, 0.0)
        limits = _limits(found.estimates[name], drawn.get(name), ratio=True)
        note = "" if np.isfinite(limits["estimate"]) else "not estimable"
        rows.append({"method": method, "comparison": comparison, "n": n, "n_event": n_event, **limits, "note": note})
    return pd.DataFrame(rows)[COLUMNS["hazard_ratio"].split()]


def _differences(found: Compared, drawn: dict[Quantity, Floats], comparison: str) -> pd.DataFrame:
    rows = [
        {"measure": name.measure, "method": name.method, "comparison": comparison, "time": name.time,
         **_limits(estimate, drawn.get(name), ratio=False)}
        for name, estimate in found.estimates.items()
        if name.measure in (DIFFERENCE, MEAN)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS["differences"].split())


def _sensitivity(
    found: Compared,
    inside: Compared | None,
    drawn: dict[Quantity, Floats],
    ratios: pd.DataFrame,
    n: int,
    n_event: int,
    declared: Comparison,
) -> pd.DataFrame:
    """The same question asked otherwise, and how strong something unmeasured would have to be."""
    rows = []
    for method, words in ((INVERSE, RATIO_OF[INVERSE]), (OVERLAP, RATIO_OF[OVERLAP]), (MODEL, OUTCOME_MODEL)):
        name = Quantity(RATIO, method, 0.0)
        rows.append(_row(words, ONE_CAUSE, 0.0, _limits(found.estimates[name], drawn.get(name), ratio=True)))
    if inside is not None:
        estimate = inside.estimates[Quantity(RATIO, OVERLAP, 0.0)]
        note = f"{len(inside.model.treated):,} of {n:,} patients"
        rows.append(_row(REGION_ONLY, ONE_CAUSE, 0.0, _limits(estimate, None, ratio=True), note))
    for name, estimate in found.estimates.items():
        if name.measure == AUGMENTED and name.method == declared.weights and np.isfinite(estimate.value[0]):
            rows.append(_row(DOUBLY, DIFFERENCE, name.time, _limits(estimate, drawn.get(name), ratio=False)))
    main = ratios[ratios["method"] == declared.weights].iloc[0]
    ends = ("boot_low", "boot_high") if np.isfinite(main["boot_low"]) else ("conf_low", "conf_high")
    value, limit = stats.e_value(main["estimate"], *(float(main[end]) for end in ends), share_with_event=n_event / n)
    missing = dict.fromkeys(_LIMITS.split(), float("nan"))
    rows.append(_row(E_VALUE, E_VALUE, 0.0, missing | {"estimate": value}, "of the estimate"))
    rows.append(_row(E_VALUE, E_VALUE, 0.0, missing | {"estimate": limit}, "of the limit nearer to 1"))
    return pd.DataFrame(rows)[COLUMNS["sensitivity"].split()]


def _row(what: str, measure: str, time: float, limits: dict[str, float], note: str = "") -> dict[str, object]:
    return {"what": what, "measure": measure, "time": time, **limits, "note": note}
