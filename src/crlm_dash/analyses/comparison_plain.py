"""An adjusted comparison in words for a surgeon: what was compared, how alike, what came out, what else explains it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.analyses.comparison_design import ALIKE, Design, of_method
from crlm_dash.analyses.comparison_outcomes import E_VALUE, Outcomes
from crlm_dash.analyses.comparison_sample import Sample
from crlm_dash.analyses.comparison_words import alike
from crlm_dash.analyses.survival_words import length
from crlm_dash.analyses.words import number
from crlm_dash.protocol import Comparison, Endpoint
from crlm_dash.stats.group_comparison import CRUDE, DIFFERENCE, OVERLAP
from crlm_dash.terms import TimeUnit

OTHER_REASONS = (
    "Patients also chose for reasons nobody wrote down (frailty, hope, distance, advice); weighting does not touch "
    "them."
)
_WEIGHING = {
    True: "patients for whom both choices were likely count most",
    False: "patients with an unusual choice count more, so that each group stands for everybody",
}


def plainly(
    sample: Sample, design: Design, outcomes: Outcomes | None, endpoint: Endpoint | None, weights: str
) -> list[tuple[str, str]]:
    """Question and answer, one pair a paragraph; nothing where there is no design."""
    if not len(design.tables["weights"]):
        return []
    reference, other = sample.groups
    n_reference, n_other = sample.sizes
    n_covariates = len({each.label for each in sample.terms})
    said = [
        (
            "What was compared",
            f"{n_other:,} patients who chose {other} with {n_reference:,} who chose {reference}, from the day they "
            f"were enrolled, whatever treatment they had later.{_filled(sample, outcomes)}",
        ),
        (
            "How alike they are now",
            f"As they chose, they differed in {_apart(design, CRUDE)} of the {n_covariates} covariates that the "
            f"protocol file names; weighted, in {_apart(design, weights) or 'none'}. Weighting works like a scale: "
            f"{_WEIGHING[weights == OVERLAP]}.",
        ),
    ]
    if outcomes is None or outcomes.refused or endpoint is None:
        return said
    main = row_of(outcomes, weights)
    return [
        *said,
        ("What came out", _came_out(main, outcomes, endpoint, weights, other)),
        ("What could still explain it", _unmeasured(outcomes.tables["sensitivity"])),
    ]


def _filled(sample: Sample, outcomes: Outcomes | None) -> str:
    """That values were imputed."""
    if not sample.n_imputed:
        return ""
    so = ", so that the result knows how uncertain that is" if outcomes and not outcomes.refused else ""
    return (
        f" In {sample.n_imputed:,} of them something that was not recorded was filled in from what is known of them "
        f"and of patients like them, several times{so}."
    )


def _apart(design: Design, method: str) -> int:
    """In how many covariates the groups differ."""
    balance = of_method(design.tables["balance"], method)
    return int(balance.loc[balance["difference"].abs() > ALIKE, "label"].nunique())


def finding(design: Design, outcomes: Outcomes | None, declared: Comparison, endpoint: Endpoint | None) -> str:
    """The main finding in one sentence."""
    if outcomes is None or endpoint is None:
        return alike(design, declared.weights)
    if outcomes.refused:
        return outcomes.refused
    main, crude = (row_of(outcomes, method) for method in (declared.weights, CRUDE))
    if pd.isna(main["estimate"]):
        return f"{endpoint.label}: no hazard ratio can be estimated."
    return (
        f"{endpoint.label}, {main['comparison']}: hazard ratio {_ratio(main)} with {declared.weights} weights, "
        f"{_ratio(crude)} without any. Associated with the choice, not caused by it."
    )


def row_of(outcomes: Outcomes, method: str) -> Any:
    """The row of a method in `hazard_ratio`."""
    ratios = outcomes.tables["hazard_ratio"]
    return ratios[ratios["method"] == method].iloc[0]


def _came_out(main: Any, outcomes: Outcomes, endpoint: Endpoint, weights: str, other: str) -> str:
    if pd.isna(main["estimate"]):
        return "No ratio can be estimated from these events."
    low, high = _ends(main)
    event = "death" if endpoint.events == ("death",) else "the event"
    chance = "Chance alone could explain that." if low <= 1 <= high else "Chance alone hardly explains that."
    text = (
        f"At any time the risk of {event} was {'lower' if main['estimate'] < 1 else 'higher'} in {other}: hazard ratio "
        f"{_ratio(main)}. {chance}"
    )
    found = outcomes.tables["differences"]
    known = found[(found["measure"] == DIFFERENCE) & (found["method"] == weights) & found["estimate"].notna()]
    if len(known):
        last = known.iloc[-1]
        state = "were alive" if endpoint.events == ("death",) else "were free of it"
        state = "had had the event" if endpoint.type == "competing_risks" else state
        low_words, high_words = (_more(end) for end in _ends(last))
        when = length(float(last["time"]), TimeUnit.MONTHS)
        text += (
            f" At {when} {_more(last['estimate'])} of 100 patients {state} in {other} (95 % CI {low_words} to "
            f"{high_words})."
        )
    return text


def _more(share: float) -> str:
    points = round(100 * share)
    return f"{abs(points)} {'fewer' if points < 0 else 'more'}"


def _unmeasured(sensitivity: pd.DataFrame) -> str:
    values = sensitivity.loc[sensitivity["what"] == E_VALUE, "estimate"].tolist()
    if len(values) < 2 or pd.isna(values).any():
        return OTHER_REASONS
    if values[1] == 1:
        return f"{OTHER_REASONS} Chance alone could explain the result too: its limits include no difference."
    return (
        f"{OTHER_REASONS} To explain the estimate away, something unmeasured would have to make both the choice and "
        f"the event {values[0]:.1f} times as likely (E-value); to move the limit to no difference, "
        f"{number(values[1])} times."
    )


def _ends(row: Any) -> tuple[float, float]:
    """The limits that are shown: of the draws where there are any."""
    kind = "conf" if pd.isna(row["boot_low"]) else "boot"
    return float(row[f"{kind}_low"]), float(row[f"{kind}_high"])


def _ratio(row: Any) -> str:
    low, high = _ends(row)
    return f"{number(row['estimate'], 2)} (95 % CI {number(low, 2)} to {number(high, 2)})"
