"""Baseline: who was enrolled, by the characteristics the protocol names, in all patients or by group."""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import (
    assumed,
    comparison_note,
    filter_note,
    group_order,
    population_words,
    result_of,
    table,
    whole,
)
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import number, percent, plural
from crlm_dash.store.door import Door
from crlm_dash.terms import MISSING_GROUP, POOLED

AGE, SEX = "AGE", "SEX"
_ALWAYS = {AGE: "Age (years)", SEX: "Sex"}
NUMBERS = "characteristic label strata n n_missing mean std_dev median q1 q3 minimum maximum"


def baseline(door: Door, *, by: str | None = None, population: str = "ENRLFL", where: str = "") -> Result:
    """
    Age, sex, sites and every covariate of the protocol, in all patients and, on demand, by group.

    Parameters
    ----------
    by : 'arm' (numbers by arm are no outcome), a covariate of the protocol, or None
    population : ADSL flag of those the display is about
    where : a filter text

    Returns
    -------
    Tables `groups`: strata, n, n_sites · `levels`: characteristic, label, level ('(missing)' is one where somebody's
    value is unknown), strata, n, percent (of the group, 0–100) · `numbers`: characteristic, label, strata, n,
    n_missing, mean, std_dev, median, q1, q3, minimum, maximum. With groups, everyone together comes last ('All').
    """
    asked: dict[str, Any] = {"population": population, "where": where}
    labels = _characteristics(door)
    numeric = [column for column in labels if _is_number(door, column)]
    named = [column for column in labels if column not in numeric]
    sites = _asked(door, "baseline_sites", by, asked).set_index("strata")
    order = _order(door, by, sites.index)
    sizes = {name: whole(sites["n"].get(name, 0)) for name in order}
    tables = {
        "groups": table(
            [(name, n, whole(sites["n_sites"].get(name, 0))) for name, n in sizes.items()], "strata n n_sites"
        ),
        "levels": _levels(door, _asked(door, "baseline_levels", by, asked, characteristics=named), labels, sizes),
        "numbers": _numbers(_asked(door, "baseline_numbers", by, asked, characteristics=numeric), labels, order),
    }
    n_total = sizes[POOLED]
    return result_of(
        door,
        "baseline",
        tables,
        population=population_words(door, population),
        n_used=n_total,
        n_total=n_total,
        notes=[
            "Percentages are of all patients of the group; a missing value is a line of its own.",
            "Differences at baseline are not tested: p-values there say nothing about what the groups differ in.",
            comparison_note(door, by),
            filter_note(where),
            *assumed(door, "covariates"),
        ],
        filters=where,
        sentence=_sentence(tables) if n_total else "",
        empty="" if n_total else f"No subject is in this population ({population}) yet.",
        facts={"order": order, "by": by, "sizes": sizes},
    )


def _characteristics(door: Door) -> dict[str, str]:
    """Column → label: age and sex, then the covariates of the protocol that this viewer may see."""
    seen = door.filter_columns()
    declared = {each.column: each.label for each in door.protocol.covariates if each.column in seen}
    return _ALWAYS | declared


def _is_number(door: Door, column: str) -> bool:
    """Whether a characteristic is read as a number: one with levels is counted by them."""
    levels = {each.column: each.levels for each in door.protocol.covariates}
    return door.filter_columns()[column] and not levels.get(column)


def _asked(door: Door, query: str, by: str | None, asked: dict[str, Any], **values: Any) -> pd.DataFrame:
    """The rows of a query by group, and of everyone together."""
    everyone = door.ask(query, **asked, **values)
    return everyone if by is None else pd.concat([door.ask(query, by=by, **asked, **values), everyone])


def _order(door: Door, by: str | None, present: pd.Index) -> list[str]:
    return [POOLED] if by is None else [*group_order(door, by, set(present) - {POOLED}), POOLED]


def _levels(door: Door, found: pd.DataFrame, labels: dict[str, str], sizes: dict[str, int]) -> pd.DataFrame:
    """One row a characteristic, level and group: levels of the protocol also where nobody has them."""
    declared = {each.column: [str(level) for level in each.levels] for each in door.protocol.covariates}
    named = found.assign(level=found["level"].map(_plain))
    counts = named.set_index(["characteristic", "level", "strata"])["n"].to_dict()
    rows = []
    for column in [each for each in labels if each in set(found["characteristic"])]:
        there = set(named.loc[named["characteristic"] == column, "level"])
        known = declared.get(column, [])
        others = sorted(there - set(known) - {MISSING_GROUP})
        for level, (strata, size) in product([*known, *others, *({MISSING_GROUP} & there)], sizes.items()):
            n = whole(counts.get((column, level, strata), 0))
            rows.append((column, labels[column], level, strata, n, 100 * n / size if size else float("nan")))
    return table(rows, "characteristic label level strata n percent").astype({"percent": float})


def _plain(level: Any) -> str:
    """A value as it is read: a score of 1 is '1', not '1.0'."""
    return MISSING_GROUP if pd.isna(level) else str(level).removesuffix(".0")


def _numbers(found: pd.DataFrame, labels: dict[str, str], order: list[str]) -> pd.DataFrame:
    columns, groups = list(labels), order
    kept = found.assign(label=found["characteristic"].map(labels))[NUMBERS.split()]
    place = kept["characteristic"].map(columns.index) * len(groups) + kept["strata"].map(groups.index)
    return kept.iloc[place.argsort(kind="stable")].reset_index(drop=True)


def _sentence(tables: dict[str, pd.DataFrame]) -> str:
    groups, levels, numbers = (tables[name].set_index("strata") for name in ("groups", "levels", "numbers"))
    everyone = groups.loc[POOLED]
    text = f"{plural(whole(everyone['n']), 'patient')} at {plural(whole(everyone['n_sites']), 'site')}"
    age = numbers[numbers["characteristic"] == AGE].loc[POOLED]
    if not pd.isna(age["median"]):
        spread = f"quartiles {number(age['q1'], 0)} to {number(age['q3'], 0)}"
        text += f", median age {number(age['median'], 0)} years ({spread})"
    women = levels[(levels["characteristic"] == SEX) & (levels["level"] == "F")]
    if POOLED in women.index:
        text += f", {percent(women.loc[POOLED, 'percent'] / 100)} women"
    split = [f"{name} {whole(n)}" for name, n in groups["n"].items() if name != POOLED]
    return f"{text}{': ' + ', '.join(split) if split else ''}."
