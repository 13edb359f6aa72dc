"""When quality of life gets worse, for the first time and for good, death competing."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses.framing import table
from crlm_dash.analyses.qol_scale import Scale
from crlm_dash.store.door import Door
from crlm_dash.terms import DAYS_PER_MONTH

FIRST, DEFINITIVE = "first", "definitive"
KINDS = (FIRST, DEFINITIVE)
MONTHS = (6, 12, 24)  # at which deterioration is read
SHAPES = {
    "deterioration": "kind strata cause time n_risk estimate conf_low conf_high",
    "deterioration_curves": "kind strata cause time n_risk estimate conf_low conf_high",
}


def deterioration(door: Door, asked: dict[str, Any], scale: Scale, order: list[str]) -> dict[str, pd.DataFrame]:
    """
    Cumulative incidence of deterioration (cause 1) and of death before it (cause 2), in months.

    Parameters
    ----------
    asked : grouping, filter, population, and what the scale's queries need
    scale : without an important difference nobody can be said to get worse
    order : the groups, as shown

    Returns
    -------
    `deterioration` at 6, 12 and 24 months and `deterioration_curves`, each for `kind` first and definitive.
    """
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in SHAPES}
    for kind in KINDS if scale.points is not None else ():
        found = door.ask("qol_deterioration", **asked, questionnaire=scale.questionnaire, definitive=kind == DEFINITIVE)
        if found.empty:
            continue
        there = [group for group in order if group in set(found["strata"])]
        strata = pd.Categorical(found["strata"], categories=there)
        counts = found.assign(strata=strata, time=found["time"] / DAYS_PER_MONTH)
        made = {
            "deterioration": stats.incidence_at(counts, list(MONTHS)),
            "deterioration_curves": stats.aalen_johansen(counts),
        }
        for name, frame in made.items():
            parts[name].append(frame.assign(kind=kind)[SHAPES[name].split()])
    return {name: pd.concat(found) if found else table([], SHAPES[name]) for name, found in parts.items()}


def words(tables: dict[str, pd.DataFrame], scale: Scale, n_floor: int, n_baseline: int) -> list[str]:
    """
    What counts as deterioration.

    Parameters
    ----------
    tables : as of `deterioration`
    scale : what is shown
    n_floor, n_baseline : of patients with a baseline, how many began too near to the worst end to get worse

    Returns
    -------
    Notes; none where nobody can get worse.
    """
    if tables["deterioration"].empty:
        return []
    floored = f" {n_floor:,} of {n_baseline:,} began too near to the worst end to get worse by so much."
    return [
        f"First deterioration is the first form worse than baseline by {scale.points:g} points or more, dated by that "
        "form. Death competes, unless a form expected after the last one is missing: then, as for who is alive, "
        f"follow-up ends at the last form.{floored if n_floor else ''}",
        "Definitive deterioration is the first form from which on every form is worse than baseline by "
        f"{scale.points:g} points or more; a last form counts, though a later one might have been better (variants: "
        "Anota et al., Qual Life Res 2015;24:5–18). It is known only as far as patients answered.",
    ]
