"""Safety: treatment-emergent adverse events, a subject counted once a term at the worst grade, and deaths."""

from __future__ import annotations

from itertools import product

import pandas as pd

from crlm_dash.access import Action
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
from crlm_dash.analyses.withheld import ANY, is_unsplit, not_by_arm, tells, unsplit, withheld_notes
from crlm_dash.analyses.words import number, plural
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import POOLED

MEASURES = {
    "any": "Any adverse event",
    "none": "No adverse event",
    "severe": "Grade 3 or higher",
    "serious": "Serious",
    "related": "Related to treatment",
    "stopped": "Led to discontinuation",
    "fatal": "Fatal",
    "ungraded": "Not graded at all",
}
MISSING_GRADE = "missing"
UNRECORDED = {"serious": "seriousness (AESER)", "related": "relation (AEREL)", "stopped": "action taken (AEACN)"}
GRADES = ("1", "2", "3", "4", "5", MISSING_GRADE)


def safety(door: Door, *, by: str | None = None, population: str = "SAFFL", where: str = "") -> Result:
    """
    Treatment-emergent adverse events and deaths, in all patients or by group (arms as treated).

    Parameters
    ----------
    by : 'arm', a covariate of the protocol, or None
    population : ADSL flag of the denominators
    where : a filter text

    Returns
    -------
    Tables `overview` (counts missing where the data never record the measure), `terms`, `grades` ('Any' rows
    stand for every class, or every term of a class; zero rows stay), `deaths`. Percentages are of the group's
    subjects, 0–100, missing in a group of nobody. By coded arm, what would tell the arm is counted for 'All' arms
    together only (`analyses.withheld`), and numbers of all events by arm are missing.

    Raises
    ------
    AccessDenied : the viewer may not see outcomes by arm
    """
    if by == BY_ARM:
        door.check_can(Action.SEE_OUTCOMES_BY_ARM)
    sizes = door.ask("group_sizes", by=by, where=where, population=population).set_index("strata")["n"]
    order = group_order(door, by, sizes.index) if by else [POOLED]
    groups = {name: whole(sizes.get(name, 0)) for name in order}
    measured = door.ask("safety_measures", by=by, where=where, population=population).set_index("strata")
    worst = door.ask("safety_terms", by=by, where=where, population=population)
    deaths = door.ask("safety_deaths", by=by, where=where, population=population)
    n_total = sum(groups.values())
    pairs, shown = _in_order(worst), groups
    withheld = is_unsplit(door, by) and tells(worst["AEBODSYS"], deaths["cause"])
    if withheld:
        worst, deaths, shown = unsplit(worst, "AEBODSYS"), unsplit(deaths, "cause"), {**groups, POOLED: n_total}
    tables = {
        "overview": _overview(measured, groups),
        "terms": _terms(worst, pairs, shown),
        "grades": _grades(worst, pairs, shown),
        "deaths": deaths.sort_values(by="strata", kind="stable", key=lambda names: names.map([*shown].index)),
    }
    if withheld:
        tables = {name: not_by_arm(table) for name, table in tables.items()}
    return result_of(
        door,
        "safety",
        tables,
        population=population_words(door, population),
        n_used=n_total,
        n_total=n_total,
        notes=[
            *_counting(measured),
            comparison_note(door, by),
            *withheld_notes(door, by, tables["terms"]),
            filter_note(where),
            *assumed(door, "safety"),
        ],
        filters=where,
        sentence=_sentence(tables["overview"], groups),
        empty=_empty(n_total, measured, population),
        facts={"order": order, "by": by, "sizes": groups},
    )


def _empty(n_total: int, measured: pd.DataFrame, population: str) -> str:
    if n_total == 0:
        return f"No subject is in this population ({population}) yet."
    if measured.empty:
        return "This trial delivered no adverse events (AE or ADAE) for this population."
    return ""


def _overview(measured: pd.DataFrame, groups: dict[str, int]) -> pd.DataFrame:
    """One row a group and measure; "No adverse event" has no event records."""
    rows: list[tuple[object, ...]] = []
    unrecorded = _unrecorded(measured)
    for (key, measure), (strata, n) in product(MEASURES.items(), groups.items()):
        any_subjects = _cell(measured, strata, "any_subjects")
        if key in unrecorded:
            rows.append((strata, n, measure, None, float("nan"), None))
            continue
        if key == "none":
            n_subjects, n_events = n - any_subjects, 0
        else:
            n_subjects = _cell(measured, strata, f"{key}_subjects")
            n_events = _cell(measured, strata, f"{key}_events")
        rows.append((strata, n, measure, n_subjects, _percent(n_subjects, n), n_events))
    counts = {"n_subjects": "Int64", "n_events": "Int64"}
    return table(rows, "strata n measure n_subjects percent n_events").astype(counts)


def _unrecorded(measured: pd.DataFrame) -> list[str]:
    """Measures that no record of any group says anything about: zero would read as none."""
    return [key for key in UNRECORDED if len(measured) and not measured[f"{key}_known"].sum()]


def _cell(measured: pd.DataFrame, strata: str, column: str) -> int:
    return whole(measured.at[strata, column]) if strata in measured.index else 0


def _percent(n_subjects: int, n: int) -> float:
    return 100 * n_subjects / n if n else float("nan")


def _in_order(worst: pd.DataFrame) -> pd.DataFrame:
    """Class and term pairs: 'Any' first, then classes and terms by how many subjects had them."""
    pairs = worst.groupby(["AEBODSYS", "AEDECOD"], as_index=False)["n_subjects"].sum()
    of_class = pairs[pairs["AEDECOD"] == ANY].set_index("AEBODSYS")["n_subjects"]
    keyed = pairs.assign(
        first=pairs["AEBODSYS"] != ANY,
        size=-pairs["AEBODSYS"].map(of_class),
        later=pairs["AEDECOD"] != ANY,
        less=-pairs["n_subjects"],
    )
    ordered = keyed.sort_values(["first", "size", "AEBODSYS", "later", "less", "AEDECOD"])
    return pd.DataFrame(ordered[["AEBODSYS", "AEDECOD"]]).reset_index(drop=True)


def _terms(worst: pd.DataFrame, pairs: pd.DataFrame, groups: dict[str, int]) -> pd.DataFrame:
    """One row a class, term and group; the worst grades of a term add up to its subjects."""
    keys = ["AEBODSYS", "AEDECOD", "strata"]
    sums = worst.groupby(keys, as_index=False)[["n_subjects", "n_events"]].sum()
    strata = pd.DataFrame({"strata": list(groups), "n": list(groups.values())})
    full = pairs.merge(strata, how="cross").merge(sums, on=keys, how="left")
    counts = full.fillna({"n_subjects": 0, "n_events": 0}).astype({"n_subjects": "int64", "n_events": "int64"})
    percent = 100 * counts["n_subjects"] / counts["n"].where(counts["n"] > 0)
    return counts.assign(percent=percent.astype(float))[
        ["AEBODSYS", "AEDECOD", "strata", "n_subjects", "percent", "n_events"]
    ]


def _grades(worst: pd.DataFrame, pairs: pd.DataFrame, groups: dict[str, int]) -> pd.DataFrame:
    """One row a class, term, group and worst grade."""
    keys = ["AEBODSYS", "AEDECOD", "strata", "grade"]
    grade = worst["grade"].map(lambda value: MISSING_GRADE if pd.isna(value) else str(int(value))).astype(object)
    named = worst.assign(grade=grade)[[*keys, "n_subjects"]]
    cells = pd.DataFrame(list(product(groups, GRADES)), columns=["strata", "grade"])
    full = pairs.merge(cells, how="cross").merge(named, on=keys, how="left")
    return full.fillna({"n_subjects": 0}).astype({"n_subjects": "int64"})


def _counting(measured: pd.DataFrame) -> list[str]:
    """What the numbers count, and what they leave out."""
    total = measured.sum(numeric_only=True).astype("int64")
    if measured.empty:
        return []
    emergent = int(total["any_events"])
    left_out = int(total["not_emergent_events"])
    whose = plural(int(total["not_emergent_subjects"]), "patient")
    notes = [
        "Treatment-emergent adverse events only; a patient counts once a term, at the worst grade.",
        f"Not treatment-emergent, not counted: {plural(left_out, 'event')} of {whose}." if left_out else "",
    ]
    if aesev := int(total["aesev_events"]):
        notes.append(
            f"The grade of {aesev:,} of {plural(emergent, 'event')} is not CTCAE: mild, moderate and severe "
            "(AESEV) are read as 1, 2 and 3, so that grades 4 and 5 cannot occur."
        )
    notes += [f"The data do not record the {UNRECORDED[key]} of adverse events." for key in _unrecorded(measured)]
    if ungraded := int(total["no_grade_events"]):
        notes.append(f"{ungraded:,} of {plural(emergent, 'event')} without a grade: kept as “missing”.")
    return notes


def _sentence(overview: pd.DataFrame, groups: dict[str, int]) -> str:
    n_subjects = overview.set_index(["measure", "strata"])["n_subjects"].to_dict()
    parts = []
    for strata, n in groups.items():
        keys = ("any", "severe", "serious", "fatal")
        n_any, severe, serious, fatal = (n_subjects[MEASURES[key], strata] for key in keys)
        who = f"{n_any} of {plural(n, 'patient')} ({number(_percent(n_any, n), 0)} %)"
        name = "" if strata == POOLED else f"{strata}: "
        worst = f"{severe} of grade 3 or higher, {'' if pd.isna(serious) else f'{serious} serious, '}{fatal} fatal"
        parts.append(f"{name}{who} had an adverse event, {worst}")
    return "; ".join(parts) + "."
