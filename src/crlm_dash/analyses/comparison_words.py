"""The words around an adjusted comparison: why there is none, how alike the groups are, what a reader must know."""

from __future__ import annotations

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses import comparison_missing as missing
from crlm_dash.analyses.comparison_design import ALIKE, Design, of_method
from crlm_dash.analyses.comparison_imputed import Imputed
from crlm_dash.analyses.comparison_outcomes import MOST_DRAWN, Outcomes
from crlm_dash.analyses.comparison_sample import Sample
from crlm_dash.analyses.framing import assumed, records
from crlm_dash.analyses.survival_display import ORIGIN_WORDS
from crlm_dash.analyses.survival_words import length, places
from crlm_dash.analyses.words import listed, plural
from crlm_dash.protocol import Comparison, Endpoint
from crlm_dash.stats.group_comparison import CRUDE
from crlm_dash.store.door import Door
from crlm_dash.terms import TimeUnit

CAPTION = (
    "Associated with the choice, not caused by it: patients chose their group, and what was not measured is not "
    "balanced."
)
HIDDEN = "Outcomes by group are not shown to this role: before the trial is over, only how alike the groups are."
NOBODY = "No subject is in this population."
FEW_EVENTS = 10
_HOW = {
    "not stated": "its published text does not say how patients come to their group",
    "single arm": "it has a single group",
}


def does_not_apply(door: Door) -> str:
    """Why a trial has no adjusted comparison."""
    allocation, trial = door.protocol.allocation, door.cut.trial
    if allocation.randomised:
        return (
            f"{trial} is randomised: chance made the groups alike, in what is known and in what is not. The survival "
            "page compares them as they are; weighting is neither needed nor declared."
        )
    if len(door.arms) != 2:
        return f"An adjusted comparison is of two groups; {trial} has {len(door.arms)}."
    how = _HOW.get(allocation.method, f"its patients come to their group by {allocation.method}")
    return (
        f"No adjusted comparison is declared for {trial}: {how}. Covariates and weights have to be written into the "
        "protocol file before outcomes are looked at; chosen afterwards, they could be chosen to please. The survival "
        "page shows the groups as they are."
    )


def other_time_zero(endpoint: Endpoint) -> str:
    """Why an endpoint cannot be compared here."""
    start = ORIGIN_WORDS.get(endpoint.origin, "a day the data do not state")
    return (
        f"{endpoint.label} is counted from {start}; groups are compared from enrolment on, when they were formed. "
        "Counted from a later day, whoever was not treated, or not alive, by then would be missing."
    )


def incomplete(sample: Sample) -> str:
    """Who is left out because a covariate is not known."""
    each = listed([f"{label} in {n:,}" for label, n in sample.missing.items()])
    return f"a covariate is not known ({each}); complete cases, as declared"


def no_outcomes(door: Door, endpoint: Endpoint | None, design: Design, outcomes: Outcomes | None) -> str:
    """Why outcomes are not compared; '' where they are."""
    if not door.can(Action.SEE_OUTCOMES_BY_ARM):
        return HIDDEN
    if design.refused:
        return design.refused
    if endpoint is None:
        return "No endpoint of this trial is counted from the day on which the groups were formed."
    return outcomes.refused if outcomes else ""


def alike(design: Design, weights: str) -> str:
    """How alike the groups are, before and after weighting."""
    if not len(design.tables["weights"]):
        return design.refused
    before, after = (of_method(design.tables["balance"], method) for method in (CRUDE, weights))
    apart = before[before["difference"].abs() > ALIKE].sort_values("difference", key=abs, ascending=False)
    still = int((after["difference"].abs() > ALIKE).sum())
    largest = f"largest standardised difference {design.largest_before:.2f}"
    first = f"The groups are alike even before weighting ({largest})"
    if len(apart):
        most = listed([_named(row["label"], row["level"]) for row in records(apart.head(3))])
        first = f"Before weighting the groups differ in {len(apart)} of {plural(len(before), 'covariate')}, most in "
        first += f"{most} ({largest})"
    then = f"after it no covariate differs by more than {ALIKE:g}"
    if still:
        then = f"after it {plural(still, 'covariate still differs', 'covariates still differ')} by more than {ALIKE:g}"
    worth = of_method(design.tables["weights"], weights)
    sizes = listed([f"{row.n_effective:.0f} of {row.n} in {row.strata}" for row in worth.itertuples()])
    return f"{first}; {then}. Weighted, the patients are worth {sizes}."


def _named(label: str, level: str) -> str:
    return label if level in ("", "Y") else f"{label} ({level})"


def notes(
    door: Door,
    endpoint: Endpoint | None,
    sample: Sample,
    imputed: Imputed | None,
    design: Design,
    outcomes: Outcomes | None,
    declared: Comparison,
) -> list[str]:
    """Everything a reader must know before believing a number."""
    text = door.protocol.allocation.text
    return [
        f"How patients came to their group: {text}" if text else "",
        *design.warnings,
        _left_out(sample),
        *missing.notes(sample, imputed, declared),
        *(_of_outcomes(outcomes, endpoint, imputed, len(sample.rows)) if outcomes else ()),
        "Standardised difference: of the means, in units of the spread before weighting, so that before and after are "
        f"on one scale; below {ALIKE:g} groups are called alike. Overlap weights balance the covariates of the model "
        "exactly: that shows that the weighting works, not that the groups are alike in anything else.",
        *assumed(door, "comparison", *(places(door, endpoint) if endpoint else ())),
    ]


def _left_out(sample: Sample) -> str:
    same = [_named(each.label, each.level) for each in sample.terms if each.left_out]
    return f"The same in everyone, so in no model: {listed(same)}." if same else ""


def _of_outcomes(outcomes: Outcomes, endpoint: Endpoint | None, imputed: Imputed | None, n: int) -> list[str]:
    described = endpoint.description if endpoint else ""
    risk = (
        "Numbers at risk: counted patients, and their weights, scaled so that they add up to the number of patients "
        "they are worth (effective sample size)."
    )
    if outcomes.refused:
        return [risk, described]
    return [
        _few_events(outcomes),
        missing.limits(imputed, outcomes) or _drawn(outcomes, n),
        "Robust limits (Lin and Wei) take the weights as known and are wider.",
        risk,
        _not_reached(outcomes.tables["differences"]),
        _without_limits(outcomes.tables["curves"]),
        "Crude, weighted and outcome-model hazard ratios answer different questions: in everybody, in patients whose "
        "choice was open, between patients with the same covariates. They may differ without any being wrong.",
        "One comparison is declared; the others are there to see whether it holds. Limits are 95 %.",
        described,
    ]


def _few_events(outcomes: Outcomes) -> str:
    found = records(outcomes.tables["events"])
    few = [f"{row['n_event']} in {row['strata']}" for row in found if row["n_event"] < FEW_EVENTS]
    return f"Few events ({listed(few)}): every ratio is unstable, its limits only roughly right." if few else ""


def _drawn(outcomes: Outcomes, n: int) -> str:
    if outcomes.draws:
        return (
            f"Limits are percentiles of {outcomes.draws:,} draws of the patients, in each of which the propensity was "
            "fitted and everything computed anew; beside them those of the formulas."
        )
    beyond = f" Beyond {MOST_DRAWN:,} patients nobody is drawn anew." if n > MOST_DRAWN else ""
    return f"Limits are those of formulas that know that the weights were estimated from the same patients.{beyond}"


def _without_limits(curves: pd.DataFrame) -> str:
    """The curves of very many patients are drawn without their limits, which would take long."""
    weighted = curves[(curves["method"] != CRUDE) & (curves["time"] > 0)]
    known = weighted["conf_low"].notna().any() or not len(weighted)
    return "" if known else "So many patients: curves are drawn without limits; those of the differences stand."


def _not_reached(differences: pd.DataFrame) -> str:
    times = sorted(differences.loc[differences["estimate"].isna(), "time"].unique())
    words = listed([length(float(time), TimeUnit.MONTHS) for time in times])
    return f"Follow-up does not reach {words} in both groups." if times else ""
