"""Adverse events by class and term: subjects once a term at the worst grade, in the order they are shown."""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd

from crlm_dash.analyses.result import Result
from crlm_dash.analyses.withheld import ANY
from crlm_dash.store.door import Door

MISSING_GRADE = "missing"
GRADES = ("1", "2", "3", "4", "5", MISSING_GRADE)
SEVERE = 3
TERM = ["AEBODSYS", "AEDECOD"]
RANKS = ("frequent", "difference")
FLAGGED = ("any", "severe")  # kinds that the flags of the worst grade tell; the others are counted from the records


def worst_grades(door: Door, kind: str, asked: dict[str, Any]) -> pd.DataFrame:
    """
    Subjects by worst grade, and records, of every class and term.

    Parameters
    ----------
    kind : of `safety_measures.KINDS`; 'severe' counts the subjects whose worst grade is 3 or higher
    asked : grouping, filter and population

    Returns
    -------
    strata, AEBODSYS, AEDECOD ('Any' for every class, or every term of a class), grade (missing: none given),
    n_subjects, n_events.
    """
    if kind not in FLAGGED:
        return door.ask("safety_terms_of", **asked, kind=kind)
    found = door.ask("safety_terms", **asked)
    return found[found["grade"] >= SEVERE].reset_index(drop=True) if kind == "severe" else found


def in_order(worst: pd.DataFrame) -> pd.DataFrame:
    """Class and term pairs: 'Any' first, then classes and terms by how many subjects had them."""
    pairs = worst.groupby(TERM, as_index=False)["n_subjects"].sum()
    of_class = pairs[pairs["AEDECOD"] == ANY].set_index("AEBODSYS")["n_subjects"]
    keyed = pairs.assign(
        first=pairs["AEBODSYS"] != ANY,
        size=-pairs["AEBODSYS"].map(of_class),
        later=pairs["AEDECOD"] != ANY,
        less=-pairs["n_subjects"],
    )
    ordered = keyed.sort_values(["first", "size", "AEBODSYS", "later", "less", "AEDECOD"])
    return pd.DataFrame(ordered[TERM]).reset_index(drop=True)


def terms(worst: pd.DataFrame, pairs: pd.DataFrame, groups: dict[str, int]) -> pd.DataFrame:
    """One row a class, term and group; the worst grades of a term add up to its subjects."""
    keys = [*TERM, "strata"]
    sums = worst.groupby(keys, as_index=False)[["n_subjects", "n_events"]].sum()
    strata = pd.DataFrame({"strata": list(groups), "n": list(groups.values())})
    full = pairs.merge(strata, how="cross").merge(sums, on=keys, how="left")
    counts = full.fillna({"n_subjects": 0, "n_events": 0}).astype({"n_subjects": "int64", "n_events": "int64"})
    percent = 100 * counts["n_subjects"] / counts["n"].where(counts["n"] > 0)
    return counts.assign(percent=percent.astype(float))[[*keys, "n_subjects", "percent", "n_events"]]


def grades(worst: pd.DataFrame, pairs: pd.DataFrame, groups: dict[str, int]) -> pd.DataFrame:
    """One row a class, term, group and worst grade."""
    keys = [*TERM, "strata", "grade"]
    grade = worst["grade"].map(lambda value: MISSING_GRADE if pd.isna(value) else str(int(value))).astype(object)
    named = worst.assign(grade=grade)[[*keys, "n_subjects"]]
    cells = pd.DataFrame(list(product(groups, GRADES)), columns=["strata", "grade"])
    full = pairs.merge(cells, how="cross").merge(named, on=keys, how="left")
    return full.fillna({"n_subjects": 0}).astype({"n_subjects": "int64"})


def term_lines(result: Result, *, least: float = 0, search: str = "", rank: str = "") -> pd.DataFrame:
    """
    The classes and terms that a display shows, in its order.

    Parameters
    ----------
    result : of the safety analysis
    least : percent of patients that some group must reach
    search : part of a term or of its class
    rank : '' by class, each followed by its terms; 'frequent' terms alone, the most frequent first; 'difference' terms
        alone, the largest difference first, of any comparison

    Returns
    -------
    AEBODSYS, AEDECOD; with a rank no 'Any'.
    """
    table = result.tables["terms"]
    highest = table.groupby(TERM, sort=False, as_index=False)["percent"].max()
    kept = highest[(highest["percent"] >= least) & (highest["percent"] > 0)]
    if wanted := search.strip().casefold():
        kept = kept[kept[TERM].apply(lambda names: names.str.casefold().str.contains(wanted, regex=False)).any(axis=1)]
    if rank not in RANKS:
        return pd.DataFrame(kept[TERM]).reset_index(drop=True)
    alone = kept[kept["AEDECOD"] != ANY]
    apart = result.tables["term_differences"].assign(size=lambda rows: rows["estimate"].abs())
    sizes = apart.groupby(TERM, as_index=False)["size"].max()
    by = ["size", "percent"] if rank == "difference" else ["percent"]
    ranked = alone.merge(sizes, on=TERM, how="left").sort_values(by, ascending=False, kind="stable", na_position="last")
    return pd.DataFrame(ranked[TERM]).reset_index(drop=True)
