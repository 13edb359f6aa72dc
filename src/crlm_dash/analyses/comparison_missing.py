"""What is said of covariates that are not known: in how many, what was done about it, how much it costs."""

from __future__ import annotations

import numpy as np

from crlm_dash.analyses.comparison_imputed import Imputed
from crlm_dash.analyses.comparison_outcomes import Outcomes
from crlm_dash.analyses.comparison_sample import IMPUTED, Sample
from crlm_dash.analyses.words import listed, percent, plural
from crlm_dash.protocol import Comparison

NOTHING_MISSING = "Every covariate is known in every patient: nothing had to be imputed."


def told(sample: Sample, imputed: Imputed | None, declared: Comparison, outcomes: Outcomes | None) -> str:
    """
    What was done about missing covariates, for the top of the page.

    Parameters
    ----------
    sample : the patients compared, or the first imputed data set of them
    imputed : the imputed data sets; None where nothing was imputed
    declared : the protocol's comparison
    outcomes : what became of the patients; None where the viewer is not shown it, or groups are not compared

    Returns
    -------
    Some sentences; '' where nothing is missing and complete cases are declared.
    """
    if imputed is None:
        if sample.n_incomplete:
            gone = plural(sample.n_incomplete, "patient is", "patients are")
            return f"{gone} left out, as declared (complete cases): {_where(sample)}."
        return NOTHING_MISSING if declared.missing == IMPUTED and sample.n_total else ""
    have = (
        f"{sample.n_imputed:,} of {sample.n_grouped:,} patients have a covariate that is not known ({_where(sample)})."
    )
    if imputed.refused:
        return have
    n = len(imputed.sets)
    known = "the group, all covariates"
    known += " and the outcome" if _by_outcome(imputed) else ""
    known += f", helped by {listed(list(imputed.helping))}" if imputed.helping else ""
    text = (
        f"{have} As declared, what is missing was imputed {n} times from {known}; each time the propensity was fitted "
        f"and everything computed anew. Shown are means over the {n} data sets."
    )
    if not _by_outcome(imputed):
        return (
            f"{text} No outcome was used for it here, so that nothing shown can tell one; where outcomes are compared "
            "they help to predict, and these numbers may differ a little."
        )
    if outcomes is not None and np.isfinite(outcomes.fmi):
        text += (
            f" Of the information on the hazard ratio {percent(outcomes.fmi)} is missing; limits allow for it (Rubin's "
            "rules)."
        )
    return text


def notes(sample: Sample, imputed: Imputed | None, declared: Comparison) -> list[str]:
    """What a reader must know about imputed values before believing a number."""
    if imputed is None or imputed.refused:
        return []
    n, share = len(imputed.sets), sample.n_imputed / sample.n_grouped
    few = ""
    if 100 * share > n:
        few = (
            f"{n} data sets are declared where {percent(share)} of the patients have a gap: as many as the per cent "
            "are advised, for with fewer another seed could give another answer."
        )
    return [
        few,
        "Multiple imputation: chained equations; numbers by predictive mean matching (values that another patient "
        "has), levels by logistic regression. It is right where what is missing depends only on what is known; "
        "complete cases stand beside it, to see whether it matters.",
    ]


def limits(imputed: Imputed | None, outcomes: Outcomes) -> str:
    """How limits were made where values were imputed; '' where none were."""
    if imputed is None:
        return ""
    if outcomes.draws:
        return (
            f"Limits are of {outcomes.draws:,} draws of the patients, in each of which what is missing was imputed "
            "twice, the propensity fitted and everything computed anew (von Hippel and Bartlett); beside them those of "
            "the formulas, by Rubin's rules."
        )
    return (
        "Limits are those of formulas that know that the weights were estimated from the same patients, within each "
        "data set, and of Rubin's rules for large samples over the data sets."
    )


def _by_outcome(imputed: Imputed) -> bool:
    """Whether anybody's outcome was there to predict with."""
    return bool(imputed.incomplete.subjects.at_risk.any())


def _where(sample: Sample) -> str:
    """Each covariate that is not known of all, and in how many; by group it stands in a table."""
    return ", ".join(f"{label} in {n:,}" for label, n in sample.missing.items())
