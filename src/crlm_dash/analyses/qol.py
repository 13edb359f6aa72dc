"""Quality of life: how it changes from baseline, who answers, how many get worse; pooled or by group."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from crlm_dash import stats
from crlm_dash.analyses import qol_words as words
from crlm_dash.analyses.framing import population_words, records, result_of, table, whole
from crlm_dash.analyses.qol_deterioration import SHAPES, deterioration
from crlm_dash.analyses.qol_scale import Scale, question
from crlm_dash.analyses.result import Exclusion, Result
from crlm_dash.store.door import Door

STATUSES = ("received", "outside window", "not given", "unknown", "dead", "withdrawn", "not due")
EXPECTED = STATUSES[:4]  # of who is alive and taking part when the form is due
FEW = 5  # whose answers can be all alike by chance
_VISITS = (
    "strata visitnum visit day n mean conf_low conf_high n_change mean_change change_low change_high better same worse "
    "n_outside"
)
_COMPLETION = (
    "strata visitnum visit day n expected received outside_window not_given unknown dead withdrawn not_due percent"
)


def qol(door: Door, *, by: str | None = None, where: str = "", population: str = "ENRLFL", scale: str = "") -> Result:
    """
    One scale of quality of life over the planned visits, in all patients or by group.

    Parameters
    ----------
    by : 'arm', a covariate of the protocol, or None
    where : a filter text
    population : ADSL flag of the denominators
    scale : PARAMCD of the scale; '' is the protocol's

    Returns
    -------
    Tables `visits` (means, changes, better and worse), `completion` and `reasons` (of forms), `deterioration` and
    `deterioration_curves` (first and definitive, death competing, in months), `scales`. `facts` says what is drawn.

    Raises
    ------
    AccessDenied : the viewer may not see outcomes by arm; NotFound : no such scale
    """
    whom = question(door, by=by, where=where, population=population, scale=scale)
    asked, order, sizes, chosen = whom.asked, whom.order, whom.sizes, whom.scale
    tables = {"scales": _scales(door, whom.offered)}
    facts: dict[str, Any] = {"by": by, "order": order, "sizes": {name: whole(sizes.get(name, 0)) for name in order}}
    n_total, n_used, sentence, notes = whole(sizes.sum()), 0, "", []
    empty = words.empty(n_total, chosen)
    if chosen is not None and not empty:
        asked_of = asked | chosen.asked()
        forms = door.ask("qol_completion", **asked, questionnaire=chosen.questionnaire)
        people = door.ask("qol_people", **asked, scale=chosen.code, worst=chosen.worst, points=chosen.counted)
        tables["completion"], tables["reasons"] = completion(forms, order), reasons(forms, order)
        tables["visits"] = _visits(door.ask("qol_visits", **asked_of), tables["completion"], chosen, order)
        tables |= deterioration(door, asked_of, chosen, order)
        facts |= chosen.facts()
        n_used = whole(people["n_change"].sum())
        read = words.visit_read(tables, order)
        sentence, facts["visit"] = words.finding(read, chosen), words.visit_name(read)
        facts["verdict"] = words.headline(read, chosen)
        notes = words.notes(door, tables, chosen, people, by=by, where=where)
    shapes = {
        "visits": _VISITS,
        "completion": _COMPLETION,
        "reasons": "strata visitnum visit reason n",
    } | SHAPES
    return result_of(
        door,
        "qol",
        {name: tables.get(name, table([], shape)) for name, shape in shapes.items()} | {"scales": tables["scales"]},
        population=population_words(door, population),
        n_used=n_used,
        n_total=n_total,
        excluded=[]
        if empty
        else [Exclusion("no score at a planned visit that can be set against a baseline", n_total - n_used)],
        notes=notes,
        filters=where,
        sentence=sentence,
        empty=empty,
        facts=facts,
    )


def completion(forms: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """
    What became of the forms, one row a group and planned visit.

    Parameters
    ----------
    forms : rows of the query `qol_completion`
    order : the groups, as shown

    Returns
    -------
    Numbers of each status; `percent` of the forms expected that were received, in the window or outside it.
    """
    found: dict[tuple[str, float], tuple[Any, Any, Counter[str]]] = {}
    for row in records(forms):
        key = (row["strata"], float(row["visitnum"]))
        found.setdefault(key, (row["visit"], row["day"], Counter()))[2][row["status"]] += whole(row["n"])
    rows = []
    for (group, visitnum), (visit, day, n) in sorted(
        found.items(), key=lambda each: (order.index(each[0][0]), each[1][1])
    ):
        counted = [n[status] for status in STATUSES]
        expected = sum(counted[: len(EXPECTED)])
        percent = 100 * (counted[0] + counted[1]) / expected if expected else float("nan")
        rows.append((group, visitnum, visit, day, sum(counted), expected, *counted, percent))
    return table(rows, _COMPLETION)


def reasons(forms: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """
    Why forms were not given, as the sites recorded it.

    Parameters
    ----------
    forms, order : as of `completion`

    Returns
    -------
    One row a group, visit and reason.
    """
    missing = records(forms[forms["status"] == "not given"])
    missing.sort(key=lambda row: (order.index(row["strata"]), row["day"]))
    rows = [(row["strata"], row["visitnum"], row["visit"], row["reason"], whole(row["n"])) for row in missing]
    return table(rows, "strata visitnum visit reason n")


def _visits(found: pd.DataFrame, forms: pd.DataFrame, scale: Scale, order: list[str]) -> pd.DataFrame:
    """Means and changes with limits, and how many got better or worse by the important difference."""
    named = forms.drop_duplicates("visitnum")[["visitnum", "visit", "day"]]
    rows = found.merge(named, on="visitnum").assign(place=lambda each: each["strata"].map(order.index))
    rows = rows.sort_values(["place", "day"], ignore_index=True)
    means = _limits(rows["n"], rows["mean"], rows["sd"])
    change = _limits(rows["n_change"], rows["mean_change"], rows["sd_change"])
    rows = rows.assign(conf_low=means["conf_low"], conf_high=means["conf_high"])
    rows = rows.assign(change_low=change["conf_low"], change_high=change["conf_high"])
    rows = rows.assign(same=rows["n_change"] - rows["better"] - rows["worse"])
    if scale.points is None:
        rows = rows.assign(**dict.fromkeys(("better", "same", "worse"), float("nan")))
    return rows[_VISITS.split()]


def _limits(n: pd.Series, mean: pd.Series, sd: pd.Series) -> pd.DataFrame:
    """Limits of means; none of a few who are all alike, which would be an interval without width."""
    alike = (n < FEW) & (sd < 1e-9)
    return stats.mean_limits(pd.DataFrame({"n": n, "mean": mean, "sd": sd.mask(alike)}))


def _scales(door: Door, offered: pd.DataFrame) -> pd.DataFrame:
    """The scales there are, the protocol's first one on top."""
    declared = door.protocol.quality_of_life
    rows = [
        (row["PARAMCD"], row["PARAM"], row["PARCAT1"], row["BETTER"],
         declared.important(row["PARAMCD"], percent=row["SCALING"] != "level"))
        for row in records(offered)
    ]  # fmt: skip
    rows.sort(key=lambda row: row[0] != declared.scale)
    return table(rows, "scale label questionnaire better important")
