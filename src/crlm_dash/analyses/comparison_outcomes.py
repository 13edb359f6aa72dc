"""What became of the two groups: crude, weighted, by an outcome model; every number with its limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.comparison_curves import AT_RISK, CURVES, Followed, at_risk_of, curves_of
from crlm_dash.analyses.comparison_imputed import Imputed
from crlm_dash.analyses.comparison_sample import Sample
from crlm_dash.analyses.framing import MIN_GROUP, records, table
from crlm_dash.analyses.survival_times import ticks
from crlm_dash.protocol import Comparison, Endpoint
from crlm_dash.stats.counts import Floats
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
    Estimate,
    Quantity,
    Subjects,
    compared,
)
from crlm_dash.stats.imputed_comparison import (
    PooledEstimate,
    bootstrap_imputed,
    component_limits,
    pooled_estimates,
)
from crlm_dash.stats.propensity import separating
from crlm_dash.terms import DAYS_PER_MONTH, DAYS_PER_YEAR, TimeUnit

Row: TypeAlias = dict[str, object]
Shown: TypeAlias = Estimate | PooledEstimate
MONTHS_A_YEAR = DAYS_PER_YEAR / DAYS_PER_MONTH
YEARS = (1.0, 2.0, 3.0, 5.0)
MOST_DRAWN = 20_000  # patients beyond which nothing is drawn anew
_LIMITS = "estimate conf_low conf_high robust_low robust_high boot_low boot_high"
COLUMNS = {
    "curves": CURVES,
    "at_risk": AT_RISK,
    "events": "strata n n_event",
    "differences": f"measure method comparison time {_LIMITS}",
    "hazard_ratio": f"method comparison n n_event {_LIMITS} note",
    "sensitivity": f"what measure time {_LIMITS} note",
}
ONE_CAUSE = "hazard ratio"
RATIO_OF = {CRUDE: "Crude", OVERLAP: "Overlap weights", INVERSE: "Inverse probability weights"}
COMPLETE = "complete cases"
COMPLETE_ONLY = "Only the complete cases"
REGION_ONLY = "Only in the region of overlap"
OUTCOME_MODEL = "Cox regression with all covariates"
DOUBLY = "Doubly robust difference"
E_VALUE = "E-value"


@dataclass(frozen=True)
class Outcomes:
    """
    The tables; why groups are not compared though curves are drawn ('' if they are); how many draws were made; of the
    declared hazard ratio the fraction of missing information (missing where nothing was imputed).
    """

    tables: dict[str, pd.DataFrame]
    refused: str
    draws: int
    horizon: float | None
    ticks: list[float]
    fmi: float = float("nan")


def empty_tables() -> dict[str, pd.DataFrame]:
    """Every table of outcomes, with its columns and without a row."""
    return {name: table([], columns) for name, columns in COLUMNS.items()}


def outcomes_of(
    sets: Sequence[Sample],
    declared: Comparison,
    endpoint: Endpoint,
    imputed: Imputed | None,
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
    sets : both groups with their follow-up, times in months; once, or with the covariates of each imputation
    imputed : what the sets were made from; None where nothing was imputed
    cause : of an endpoint with competing risks, the cause looked at; 0: any event
    weights : by which the curves are weighted
    draws : of the bootstrap; 0: none
    tell : called with how many draws are done, and how many there are
    """
    sample, subjects = sets[0], sets[0].subjects(cause)
    marks = ticks(sample.rows, TimeUnit.MONTHS)
    asked = _asked(declared, endpoint, subjects, cause)
    followed = [_followed(each, asked, cause) for each in sets]
    tables = empty_tables()
    tables["events"] = _events(sample, subjects)
    tables["curves"] = curves_of(followed, list(dict.fromkeys((CRUDE, weights))), cause)
    tables["at_risk"] = at_risk_of(followed, weights, marks)
    silent = tables["events"].loc[tables["events"]["n_event"] == 0, "strata"].tolist()
    if silent:
        named = " and in ".join(silent)
        refused = f"No patient has had the event in {named}: neither a ratio nor a difference can be given with limits."
        return Outcomes(tables, refused, 0, asked.horizon, marks)
    found = pooled_estimates([each.found for each in followed])
    drawn = _drawn(sample, subjects, imputed, asked, declared, draws, tell)
    comparison = f"{sample.groups[1]} vs {sample.groups[0]}"
    ratios = [*_ratios(found, drawn, comparison, subjects), *_complete(imputed, declared, comparison, cause)]
    tables["hazard_ratio"] = pd.DataFrame(ratios)[COLUMNS["hazard_ratio"].split()]
    tables["differences"] = _differences(found, drawn, comparison)
    tables["sensitivity"] = _sensitivity(
        found, _inside(followed, asked, declared), drawn, tables["hazard_ratio"], declared
    )
    main = found[Quantity(RATIO, declared.weights, 0.0)]
    fmi = main.fmi if isinstance(main, PooledEstimate) else float("nan")
    return Outcomes(tables, "", len(next(iter(drawn.values()), ())), asked.horizon, marks, fmi)


def _followed(sample: Sample, asked: Asked, cause: int) -> Followed:
    subjects = sample.subjects(cause)
    return Followed(sample, subjects, compared(subjects, asked))


def _drawn(
    sample: Sample,
    subjects: Subjects,
    imputed: Imputed | None,
    asked: Asked,
    declared: Comparison,
    draws: int,
    tell: Callable[[int, int], None],
) -> dict[Quantity, Floats]:
    """The values of each quantity in patients drawn anew; where values are missing, with each draw imputed anew."""
    if not draws or len(sample.rows) > MOST_DRAWN:
        return {}
    if imputed is None:
        return bootstrap(subjects, asked, draws, declared.seed, tell)
    return bootstrap_imputed(imputed.incomplete, asked, sample.used, draws, declared.seed, tell)


def _asked(declared: Comparison, endpoint: Endpoint, subjects: Subjects, cause: int) -> Asked:
    """What is compared: 1, 2, 3 and 5 years and the endpoint's own horizons; the mean up to the last both reach."""
    times = tuple(year * MONTHS_A_YEAR for year in sorted({*YEARS, *endpoint.horizons}))
    ones = np.ones((1, len(subjects.treated)))
    curves = [subjects.curve(group, ones) for group in (0, 1)]
    reached = [time for time in times if all(curve.reaches(time) for curve in curves)]
    return Asked(times, None if cause else max(reached, default=None), declared.truncation, competing=bool(cause))


def _inside(followed: Sequence[Followed], asked: Asked, declared: Comparison) -> tuple[Shown, float] | None:
    """
    The ratio in subjects whose propensity is in the region of overlap, and how many of them are at risk (of imputed
    data sets, on average); None where that is everybody in every set, or too few in one.
    """
    only = Asked((), None, asked.truncation, asked.competing, (OVERLAP,), models=False)
    kept = [_kept(each, declared) for each in followed]
    inside = [each for each in kept if each is not None]
    if len(inside) < len(kept) or all(len(each.treated) == len(followed[0].subjects.treated) for each in inside):
        return None
    n = float(np.mean([each.at_risk.sum() for each in inside]))
    found = [compared(each, only) for each in inside]
    return pooled_estimates(found)[Quantity(RATIO, OVERLAP, 0.0)], n


def _kept(each: Followed, declared: Comparison) -> Subjects | None:
    low, high = declared.region
    subjects, score = each.subjects, each.found.model.score[0]
    kept = (score >= low) & (score <= high)
    sizes = [int((kept & (subjects.treated == group)).sum()) for group in (0, 1)]
    if min(sizes) < MIN_GROUP:
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


def _limits(estimate: Shown, drawn: Floats | None, *, ratio: bool) -> dict[str, float]:
    """The estimate with all its limits; a ratio's are those of its logarithm."""
    value, half, wide = float(estimate.value[0]), estimate.half_width, estimate.robust_half_width
    low, high = (np.nan, np.nan) if drawn is None else _limits_drawn(estimate, drawn)
    values = [value, value - half, value + half, value - wide, value + wide, low, high]
    shown = np.exp(values) if ratio else values
    return dict(zip(_LIMITS.split(), map(float, shown), strict=True))


def _limits_drawn(estimate: Shown, drawn: Floats) -> tuple[float, float]:
    if isinstance(estimate, PooledEstimate):
        return component_limits(drawn, float(estimate.value[0]), estimate.between)
    return percentile_limits(drawn)


def _ratios(
    found: Mapping[Quantity, Shown], drawn: Mapping[Quantity, Floats], comparison: str, subjects: Subjects
) -> list[Row]:
    names = [Quantity(RATIO, method, 0.0) for method in (CRUDE, OVERLAP, INVERSE, MODEL)]
    return [_ratio(each.method, comparison, subjects, found[each], drawn.get(each)) for each in names]


def _ratio(method: str, comparison: str, subjects: Subjects, estimate: Shown, drawn: Floats | None) -> Row:
    limits = _limits(estimate, drawn, ratio=True)
    counted = {"n": int(subjects.at_risk.sum()), "n_event": int(subjects.mine[subjects.at_risk].sum())}
    note = "" if np.isfinite(limits["estimate"]) else "not estimable"
    return {"method": method, "comparison": comparison, **counted, **limits, "note": note}


def _complete(imputed: Imputed | None, declared: Comparison, comparison: str, cause: int) -> list[Row]:
    """Beside imputed data the complete cases, by the declared weights; nothing where they are too few or apart."""
    if imputed is None or min(imputed.complete.sizes) < MIN_GROUP or not imputed.complete.used:
        return []
    subjects = imputed.complete.subjects(cause)
    only = Asked((), None, declared.truncation, bool(cause), (declared.weights,), models=False)
    found = compared(subjects, only)
    if separating(found.model).any():
        return []
    return [_ratio(COMPLETE, comparison, subjects, found.estimates[Quantity(RATIO, declared.weights, 0.0)], None)]


def _differences(found: Mapping[Quantity, Shown], drawn: Mapping[Quantity, Floats], comparison: str) -> pd.DataFrame:
    rows = [
        {"measure": name.measure, "method": name.method, "comparison": comparison, "time": name.time,
         **_limits(estimate, drawn.get(name), ratio=False)}
        for name, estimate in found.items()
        if name.measure in (DIFFERENCE, MEAN)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS["differences"].split())


def _sensitivity(
    found: Mapping[Quantity, Shown],
    inside: tuple[Shown, float] | None,
    drawn: Mapping[Quantity, Floats],
    ratios: pd.DataFrame,
    declared: Comparison,
) -> pd.DataFrame:
    """The same question asked otherwise, and how strong something unmeasured would have to be."""
    main = ratios[ratios["method"] == declared.weights].iloc[0]
    n, n_event = int(main["n"]), int(main["n_event"])
    rows = []
    for method, words in ((INVERSE, RATIO_OF[INVERSE]), (OVERLAP, RATIO_OF[OVERLAP]), (MODEL, OUTCOME_MODEL)):
        name = Quantity(RATIO, method, 0.0)
        rows.append(_row(words, ONE_CAUSE, 0.0, _limits(found[name], drawn.get(name), ratio=True)))
    for row in records(ratios[ratios["method"] == COMPLETE]):
        limits = {name: float(row[name]) for name in _LIMITS.split()}
        rows.append(_row(COMPLETE_ONLY, ONE_CAUSE, 0.0, limits, f"{row['n']:,} of {n:,} patients"))
    if inside is not None:
        estimate, size = inside
        note = f"{size:,.0f} of {n:,} patients, refitted"
        rows.append(_row(REGION_ONLY, ONE_CAUSE, 0.0, _limits(estimate, None, ratio=True), note))
    for name, estimate in found.items():
        if name.measure == AUGMENTED and name.method == declared.weights and np.isfinite(estimate.value[0]):
            rows.append(_row(DOUBLY, DIFFERENCE, name.time, _limits(estimate, drawn.get(name), ratio=False)))
    ends = ("boot_low", "boot_high") if np.isfinite(main["boot_low"]) else ("conf_low", "conf_high")
    value, limit = stats.e_value(main["estimate"], *(float(main[end]) for end in ends), share_with_event=n_event / n)
    missing = dict.fromkeys(_LIMITS.split(), float("nan"))
    rows.append(_row(E_VALUE, E_VALUE, 0.0, missing | {"estimate": value}, "of the estimate"))
    rows.append(_row(E_VALUE, E_VALUE, 0.0, missing | {"estimate": limit}, "of the limit nearer to 1"))
    return pd.DataFrame(rows)[COLUMNS["sensitivity"].split()]


def _row(what: str, measure: str, time: float, limits: dict[str, float], note: str = "") -> dict[str, object]:
    return {"what": what, "measure": measure, "time": time, **limits, "note": note}
