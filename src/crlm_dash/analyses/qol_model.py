"""Quality of life by a mixed model for repeated measures: the change at each visit and the difference of the groups."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses import qol_model_words as words
from crlm_dash.analyses import qol_words
from crlm_dash.analyses.framing import MIN_GROUP, population_words, records, result_of, table, whole
from crlm_dash.analyses.qol_scale import Scale, question
from crlm_dash.analyses.result import Exclusion, Result
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import MISSING_GROUP

PATTERNS = ("every form", "gaps", "stopped", "withdrew", "died", "nothing due")
_SHAPES = {
    "patterns": "strata pattern n percent n_change mean_change",
    "means": "strata visitnum visit day n estimate std_error conf_low conf_high",
    "differences": "comparison visitnum visit day estimate std_error conf_low conf_high",
}


def qol_model(
    door: Door, *, by: str | None = None, where: str = "", population: str = "ENRLFL", scale: str = ""
) -> Result:
    """
    Change from baseline at each visit by a mixed model for repeated measures, and before it how answers are missing.

    Parameters
    ----------
    by : 'arm', a covariate of the protocol, or None: the model has no groups
    where : a filter text
    population : ADSL flag of the denominators
    scale : PARAMCD of the scale; '' is the protocol's

    Returns
    -------
    Tables `patterns` (how the forms of each patient are missing, and the last change seen), `means` (at the mean
    baseline) and `differences`. `facts["reason"]` says why there is no model ('' where there is one), `facts["spread"]`
    its standard deviations between and within patients.

    Raises
    ------
    AccessDenied : the viewer may not see outcomes by arm; NotFound : no such scale
    """
    whom = question(door, by=by, where=where, population=population, scale=scale)
    asked, order, sizes, chosen = whom.asked, whom.order, whom.sizes, whom.scale
    n_total = whole(sizes.sum())
    empty = qol_words.empty(n_total, chosen)
    tables: dict[str, pd.DataFrame] = {}
    facts: dict[str, Any] = {"by": by, "order": order, "reason": "", "spread": (None, None)}
    n_used, sentence, notes = 0, "", []
    if chosen is not None and not empty:
        forms = door.ask("qol_completion", **asked, questionnaire=chosen.questionnaire)
        visits = forms.drop_duplicates("visitnum")[["visitnum", "visit", "day"]].sort_values("day")
        tables["patterns"] = _patterns(door, asked, chosen, order, sizes)
        compared = [group for group in order if group != MISSING_GROUP and sizes.get(group, 0)]
        model, reason = _fitted(door, asked, chosen, compared)
        tables["means"] = _placed(model.means, visits)
        tables["differences"] = _placed(model.differences, visits)
        n_used = model.n if not reason else 0
        facts |= chosen.facts() | {"reason": reason, "spread": (model.between, model.within)}
        sentence = words.finding(tables, chosen, reason, compared)
        notes = words.notes(door, model, chosen, tables, by=by, where=where) if not reason else []
    return result_of(
        door,
        "qol_model",
        {name: tables.get(name, table([], shape))[shape.split()] for name, shape in _SHAPES.items()},
        population=population_words(door, population),
        n_used=n_used,
        n_total=n_total,
        excluded=_excluded(n_total - n_used, whole(sizes.get(MISSING_GROUP, 0))) if n_used else [],
        notes=notes,
        filters=where,
        sentence=sentence,
        empty=empty,
        facts=facts,
    )


def _excluded(n: int, n_unknown: int) -> list[Exclusion]:
    """Who is not in the model: of no known group, and of those with one who has no change that it takes."""
    return [
        Exclusion("no group is recorded", n_unknown),
        Exclusion("no change at a visit that the model has", n - n_unknown),
    ]


def _patterns(door: Door, asked: dict[str, Any], scale: Scale, order: list[str], sizes: pd.Series) -> pd.DataFrame:
    """How forms are missing, one row a group and pattern, in their order; patterns of nobody are left out."""
    found = door.ask("qol_patterns", **asked, questionnaire=scale.questionnaire, scale=scale.code)
    rows = [
        (row["strata"], row["pattern"], whole(row["n"]), 100 * row["n"] / sizes[row["strata"]], whole(row["n_change"]),
         row["mean_change"])
        for row in records(found)
    ]  # fmt: skip
    rows.sort(key=lambda row: (order.index(row[0]), PATTERNS.index(row[1])))
    return table(rows, _SHAPES["patterns"])


def _fitted(door: Door, asked: dict[str, Any], scale: Scale, groups: list[str]) -> tuple[stats.MixedModel, str]:
    """The model of the visits with ten changes in every group, and why there is none ('' where there is)."""
    seen = door.ask("qol_visits", **asked, **scale.asked())
    seen = seen[seen["strata"].isin(groups) & (seen["n_change"] >= MIN_GROUP)]
    n = seen.groupby("visitnum")["strata"].nunique()
    visits = [float(visitnum) for visitnum in n.index[n == len(groups)]]
    sums = door.ask("qol_model", **asked, scale=scale.code, visits=visits)
    sums = sums[sums["strata"].isin(groups)]
    sums = sums.assign(strata=pd.Categorical(sums["strata"], categories=groups))
    seen = seen[seen["visitnum"].isin(visits)]
    totals = pd.DataFrame(
        {"strata": seen["strata"], "visit": seen["visitnum"], "total": seen["n_change"] * seen["mean_change"]}
    )
    control = door.control if asked["by"] == BY_ARM else None
    model = stats.mixed_model(sums, totals, reference=control)
    return model, words.too_few(groups) if not visits else model.reason


def _placed(found: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """The model's rows with the names and days of their visits."""
    return found.rename(columns={"visit": "visitnum"}).merge(visits, on="visitnum", how="left")
