"""What is said of covariates that are not known: in how many, what was done about it, how much it costs."""

from __future__ import annotations

import numpy as np

from crlm_dash.analyses.comparison_design import Design
from crlm_dash.analyses.comparison_imputed import Imputed
from crlm_dash.analyses.comparison_outcomes import Outcomes
from crlm_dash.analyses.comparison_sample import IMPUTED, Sample
from crlm_dash.analyses.words import listed, percent, plural
from crlm_dash.protocol import Comparison, Endpoint

NOTHING_MISSING = "Every covariate is known in every patient: nothing had to be imputed."


def told(
    sample: Sample,
    imputed: Imputed | None,
    declared: Comparison,
    design: Design,
    outcomes: Outcomes | None,
    endpoint: Endpoint | None,
) -> str:
    """
    What was done about missing covariates, for the top of the page.

    Parameters
    ----------
    sample : the patients compared, or the first imputed data set of them
    imputed : the imputed data sets; None where nothing was imputed
    declared : the protocol's comparison
    design : what was fitted
    outcomes : what became of the patients; None where the viewer is not shown it, or groups are not compared
    endpoint : whose outcome predicts what is missing, for who is shown it

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
    known += f" and the outcome ({endpoint.label})" if endpoint and _by_outcome(imputed) else ""
    known += f", helped by {listed(list(imputed.helping))}" if imputed.helping else ""
    text = f"{have} As declared, what is missing was imputed {n} times from {known}"
    if len(design.tables["weights"]):
        anew = " and everything computed anew" if outcomes else ""
        text += f"; each time the propensity was fitted{anew}. Shown are means over the {n} data sets"
    text += "."
    if not _by_outcome(imputed):
        return (
            f"{text} No outcome was used for it here, so that nothing shown can tell one; where outcomes are compared "
            "they help to predict, and these numbers may differ a little."
        )
    if outcomes is not None and np.isfinite(outcomes.fmi):
        text += (
            f" Of the information on the hazard ratio with {declared.weights} weights {percent(outcomes.fmi)} is "
            "missing; limits allow for it (Rubin's rules). With another endpoint another outcome predicts, so how "
            "alike the groups are may differ a little."
        )
    return text


def notes(sample: Sample, imputed: Imputed | None, declared: Comparison) -> list[str]:
    """What a reader must know about imputed values before believing a number."""
    if imputed is None or imputed.refused:
        return [_no_logarithm(sample)]
    n, share = len(imputed.sets), sample.n_imputed / sample.n_grouped
    few = ""
    if 100 * share > n:
        few = (
            f"{n} data sets are declared where {percent(share)} of the patients have a gap: as many as the per cent "
            "are advised, for with fewer another seed could give another answer."
        )
    return [
        few,
        _no_logarithm(sample),
        "Multiple imputation: chained equations; numbers by predictive mean matching (values that another patient "
        "has), levels by logistic regression. It is right where what is missing depends only on what is known; "
        "complete cases stand beside it, to see whether it matters.",
    ]


def _no_logarithm(sample: Sample) -> str:
    """Values that a logarithmic scale cannot hold, which are not missing and are treated as if they were."""
    each = [f"{label} in {plural(n, 'patient')}" for label, n in sample.no_logarithm.items()]
    return f"0 or below has no logarithm and counts as not known: {listed(each)}." if each else ""


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
