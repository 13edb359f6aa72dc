"""The words around risk factors: why there is no model, what it found, on whom it rests."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.framing import MIN_GROUP, assumed, comparison_note, filter_note, records
from crlm_dash.analyses.riskfactor_covariates import Factor, Factors, arm_is_seen
from crlm_dash.analyses.riskfactor_estimates import MULTIVARIABLE, NO_EVENTS, NOT_ESTIMABLE, SMALL
from crlm_dash.analyses.survival_words import delayed_entry, places
from crlm_dash.analyses.words import listed, number, plural
from crlm_dash.protocol import Endpoint
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import TimeUnit

ENOUGH_EVENTS = 10  # events for each parameter: Peduzzi, J Clin Epidemiol 48 (1995) 1503-1510
DOUBTFUL = 0.05  # a smaller p-value of the check throws doubt on proportional hazards
_DIFFERS = 0.05  # an interaction with a smaller p-value is named in the sentence
_MOST_NAMED = 4  # in the sentence; the table has all
METHOD = (
    "Cox regression, Efron ties; 95 % limits and p by Wald. A factor as a whole: alone by likelihood ratio, beside the "
    "others by Wald, or by likelihood ratio where one of its hazard ratios cannot be estimated."
)
ASSOCIATED = "Factors are associated with the event: a hazard ratio does not say that one causes it."
UNCORRECTED = "The factors are pre-specified; p-values are not corrected for how many there are."
SUBGROUPS = (
    "Subgroups: read the interaction test and the overall effect, not the limits of one subgroup; some differ by "
    "chance alone."
)
ARM_NOT_SHOWN = "The arm is in no model and there are no subgroups by arm: outcomes by arm are not shown to this role."


def nothing(endpoint: Endpoint | None, covariates: dict[str, str], n_total: int, n_used: int) -> str:
    """Why there is no model; '' where there is one."""
    if n_total == 0:
        return "No subject is in this population."
    if endpoint is None:
        return "This trial delivered no time-to-event records (ADTTE), and none could be derived."
    if endpoint.type == "competing_risks":
        causes = listed([each.label for each in endpoint.competing]) or "other causes"
        return (
            f"{endpoint.label} has competing risks ({causes}): one hazard ratio would not say which of them a factor "
            "brings on, so none is shown. The progression page compares groups cause by cause."
        )
    if not covariates:
        return (
            "The protocol of this trial names no covariates whose data are there, so there are no factors to look at."
        )
    if n_used == 0:
        return f"No subject of this population is at risk for {endpoint.label} ({endpoint.paramcd})."
    return ""


def finding(endpoint: Endpoint, tables: dict[str, pd.DataFrame], population: str, where: str) -> str:
    """The main finding in one sentence: which factors stand out when all are looked at together."""
    about = f"{endpoint.label}, {population.partition(' (')[0].lower()}"
    fact = records(tables["facts"])[0]
    models = tables["models"]
    if not models["n_event"].any():
        return f"{about}: no patient has had the event, so nothing can be estimated."
    if not (models["model"] == MULTIVARIABLE).any():
        return f"{about}: no model of several factors can be fitted."
    base = f"{about}: {fact['n_event']:,} events in the {plural(fact['n'], 'patient')} in whom every factor is known"
    if where.strip():
        return f"{base}."
    known = models[(models["model"] == MULTIVARIABLE) & (models["note"] == "") & models["conf_low"].notna()]
    apart = known[(known["conf_low"] > 1) | (known["conf_high"] < 1)].sort_values("p_value", kind="stable")
    if apart.empty:
        return f"{base}; all taken together, no factor's 95 % limits exclude a hazard ratio of 1."
    reference = dict(zip(tables["covariates"]["term"], tables["covariates"]["reference"], strict=True))
    named = [_ratio(row, reference[row["term"]]) for row in records(apart.head(_MOST_NAMED))]
    more = f", and {plural(len(apart) - len(named), 'more level')}" if len(apart) > len(named) else ""
    return f"{base}; all taken together, these stand out, hazard ratio (95 % CI): {'; '.join(named)}{more}."


def within_subgroups(endpoint: Endpoint, subgroups: pd.DataFrame, population: str) -> str:
    """The main finding in one sentence: the arms in everyone, and where their ratio differs between levels."""
    about = f"{endpoint.label}, {population.partition(' (')[0].lower()}"
    whole = records(subgroups)[0]
    ends = " to ".join(number(whole[end], 2) for end in ("conf_low", "conf_high"))
    in_all = (
        f"{about}, {whole['comparison']}: hazard ratio {number(whole['estimate'], 2)} (95 % CI {ends}) in all patients"
    )
    differ = subgroups.loc[subgroups["interaction_p"] < _DIFFERS, "label"].unique().tolist()
    tested = subgroups.loc[subgroups["interaction_p"].notna(), "label"].nunique()
    if pd.isna(whole["estimate"]):
        return f"{about}: the arms cannot be compared ({whole['note']})."
    if not tested:
        return f"{in_all}; no interaction is tested."
    found = f"below {_DIFFERS:g} for {listed(differ)}" if differ else f"below {_DIFFERS:g} for none"
    return f"{in_all}; of {plural(tested, 'test')} of interaction, p is {found}."


def _ratio(row: dict[str, Any], reference: str) -> str:
    against = f"{row['level']} vs {reference}" if reference else row["level"]
    ends = " to ".join(number(row[end], 2) for end in ("conf_low", "conf_high"))
    return f"{row['label']} {against} {number(row['estimate'], 2)} ({ends})"


def notes(
    door: Door,
    endpoint: Endpoint,
    denominators: pd.DataFrame,
    factors: Factors,
    tables: dict[str, pd.DataFrame],
    where: str,
) -> list[str]:
    """Everything a reader must know before believing a hazard ratio."""
    by_arm = arm_is_seen(door)
    return [
        _complete(factors, records(tables["facts"])[0]),
        _few_events(records(tables["facts"])[0]),
        filter_note(where),
        "" if by_arm or door.can(Action.SEE_OUTCOMES_BY_ARM) else ARM_NOT_SHOWN,
        comparison_note(door, BY_ARM) if by_arm else "",
        SUBGROUPS if len(tables["subgroups"]) else "",
        _small(tables["models"]),
        _not_estimable(tables["models"]),
        *_moved(factors.all),
        *(f"{each.label}: {each.left_out}, so it is in no model." for each in factors.all if each.left_out),
        _doubtful(tables["tests"]),
        delayed_entry(endpoint, TimeUnit.MONTHS, denominators, shown="Ratios are"),
        ASSOCIATED,
        "" if where.strip() else UNCORRECTED,
        METHOD,
        *assumed(door, "covariates", *places(door, endpoint)),
    ]


def _complete(factors: Factors, fact: dict[str, Any]) -> str:
    """On how many the multivariable model rests, and who is missing from it."""
    total = fact["n"] + fact["n_missing"]
    if not fact["n_missing"]:
        return f"Multivariable model: all {total:,} patients; no factor is missing in anybody."
    each = [f"{factor.label} in {factor.n_missing:,}" for factor in factors.usable if factor.n_missing]
    return (
        f"Multivariable model: {fact['n']:,} of {total:,} patients; {fact['n_missing']:,} left out because a factor is "
        f"missing ({listed(each)}). Univariable: everyone in whom the factor is known."
    )


def _few_events(fact: dict[str, Any]) -> str:
    ratio = fact["events_per_parameter"]
    if pd.isna(ratio) or ratio >= ENOUGH_EVENTS:
        return ""
    return (
        f"Few events: {ratio:.1f} for each of the {fact['parameters']} parameters of the multivariable model, fewer "
        f"than {ENOUGH_EVENTS}. Its estimates are unstable; read them with care."
    )


def _small(models: pd.DataFrame) -> str:
    found = models[models["note"] == SMALL]
    names = list(dict.fromkeys(f"{row['label']} {row['level']}" for row in records(found[found["n"] < MIN_GROUP])))
    return f"n < {MIN_GROUP} in {listed(names)}: counted, not estimated." if names else ""


def _not_estimable(models: pd.DataFrame) -> str:
    found = models[models["note"].isin([NO_EVENTS, NOT_ESTIMABLE])]
    names = list(dict.fromkeys(f"{row['label']} {row['level']}" for row in records(found)))
    if not names:
        return ""
    return f"Not estimable: {listed(names)} (without an event, or never apart from other factors or from the event)."


def _moved(factors: tuple[Factor, ...]) -> list[str]:
    return [
        f"{each.label}: compared with {each.reference}, as fewer than {MIN_GROUP} patients are {each.moved}."
        for each in factors
        if each.moved
    ]


def _doubtful(tests: pd.DataFrame) -> str:
    """For which factors the hazard ratio may change with time."""
    found = tests[(tests["model"] == MULTIVARIABLE) & (tests["ph_p_value"] < DOUBTFUL)]
    if found.empty:
        return ""
    return (
        f"Proportional hazards are doubtful (p < {DOUBTFUL:g}) for {listed(list(found['label']))}: the ratio may "
        "change with time, and what is shown is its average."
    )
