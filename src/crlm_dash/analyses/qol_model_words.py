"""What is said about the model of quality of life: the difference, what the model assumes, why there is none."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.framing import MIN_GROUP, comparison_note, filter_note
from crlm_dash.analyses.qol_scale import Scale
from crlm_dash.analyses.qol_words import YEAR, signed, verdict
from crlm_dash.store.door import Door


def too_few(groups: list[str]) -> str:
    """Why no visit can be modelled."""
    where = "in every group" if len(groups) > 1 else "from baseline"
    return f"no visit after baseline has the changes of {MIN_GROUP} patients {where} (n < {MIN_GROUP})"


def finding(tables: dict[str, pd.DataFrame], scale: Scale, reason: str, groups: list[str]) -> str:
    """
    The difference of the groups, or without groups the change, at the last visit of the first year that the model has.

    Parameters
    ----------
    tables : `means` and `differences`
    scale : what is shown
    reason : why there is no model, '' where there is one
    groups : those compared

    Returns
    -------
    The sentence.
    """
    if reason:
        return f"No model of {scale.label.lower()} over all visits is given: {reason}."
    found = tables["differences"] if len(groups) > 1 else tables["means"]
    early = found[found["day"] <= YEAR]
    here = (
        early.loc[early["day"] == early["day"].max()] if len(early) else found.loc[found["day"] == found["day"].min()]
    )
    visit = str(here["visit"].iloc[0]).lower()
    parts = [_of_row(row, scale) for row in here.to_dict("records")]
    return f"{scale.label} at {visit}, by a model of all visits: {' '.join(parts)}"


def _of_row(row: dict[Any, Any], scale: Scale) -> str:
    estimate, low, high = (signed(row[name], scale.digits) for name in ("estimate", "conf_low", "conf_high"))
    limits = f"{estimate} points, 95 % CI {low} to {high}"
    said = verdict(row["conf_low"], row["conf_high"], scale)
    if "comparison" not in row:
        return f"{said} ({limits})."
    group, _, reference = str(row["comparison"]).partition(" vs ")
    said = "no clear difference" if said == "no clear change" else said
    return f"{group} against {reference}: {said} ({limits})."


def notes(
    door: Door,
    model: stats.MixedModel,
    scale: Scale,
    tables: dict[str, pd.DataFrame],
    *,
    by: str | None,
    where: str,
) -> list[str]:
    """What the model is, what it takes for granted, what is left out of it."""
    of = "visit and group" if len(set(tables["means"]["strata"])) > 1 else "visit"
    between, within, baseline = (f"{each:.{scale.digits}f}" for each in (model.between, model.within, model.baseline))
    return [
        f"The model: change from baseline by {of} (each combination has a mean of its own) and by the baseline score, "
        "with a random intercept, that is a level of its own for every patient; restricted maximum likelihood. Levels "
        f"of patients spread by {between} points, answers of one patient by {within} (standard deviations). Means are "
        f"at a baseline of {baseline}. Limits: Student's t, {model.df:,} degrees of "
        "freedom (patients, less groups and one).",
        "It takes answers of one patient for equally alike however far apart they are.",
        "It takes missing answers for missing at random: whoever does not answer is taken to fare as patients with the "
        "same group, baseline and earlier answers do. Who stopped because life got worse, or died, makes it look "
        "better than it is; a mean after death is a mean of nobody. No p-value is given.",
        f"It has the visits with changes of {MIN_GROUP} patients or more in every group.",
        comparison_note(door, by),
        filter_note(where),
    ]
