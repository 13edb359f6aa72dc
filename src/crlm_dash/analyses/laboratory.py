"""Laboratory safety: grades before and after, the liver at its worst, trends; pooled or by group."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses import laboratory_words as words
from crlm_dash.analyses.framing import group_order, population_words, records, result_of, table, whole
from crlm_dash.analyses.laboratory_grades import shifts, worst_grades
from crlm_dash.analyses.laboratory_liver import ULN, marks, path, picture_of, quadrants, unmarked
from crlm_dash.analyses.result import Exclusion, Result
from crlm_dash.errors import RequestError
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import POOLED

TRENDS = ("BILI", "ALT", "ALB", "INR", "PLAT")  # what liver surgery and chemotherapy move first
MOST_LISTED = 1_000


def laboratory(
    door: Door,
    *,
    by: str | None = None,
    population: str = "SAFFL",
    where: str = "",
    test: str = "",
    enzyme: str = "ALT",
    against: str = ULN,
    usubjid: str = "",
) -> Result:
    """
    Laboratory values as grades and as multiples, in all patients or by group (arms as treated).

    Parameters
    ----------
    by : 'arm', a covariate of the protocol, or None
    population : ADSL flag of the denominators
    where : a filter text
    test : LBTESTCD that `shifts` and `trends` are limited to; '' every graded test, and the trends of `TRENDS`
    enzyme : 'ALT' or 'AST', drawn against bilirubin
    against : peaks as multiples of the upper limit of normal ('uln') or of the patient's baseline ('baseline')
    usubjid : a patient whose values over time fill `paths`

    Returns
    -------
    Tables `shifts`, `worst`, `edish`, `quadrants`, `unmarked`, `no_baseline`, `no_baseline_subjects` (of the viewer's
    sites), `trends`, `paths`, `limits` (how each test is graded). `facts` says what is drawn, and names the tests.

    Raises
    ------
    AccessDenied : the viewer may not see outcomes by arm, or not that patient
    RequestError : no such test, enzyme or multiple
    """
    picture = picture_of(enzyme, against)
    if by == BY_ARM:
        door.check_can(Action.SEE_OUTCOMES_BY_ARM)
    asked: dict[str, Any] = {"by": by, "where": where, "population": population}
    sizes = door.ask("group_sizes", **asked).set_index("strata")["n"]
    order = group_order(door, by, sizes.index) if by else [POOLED]
    groups = {name: whole(sizes.get(name, 0)) for name in order}
    tests = door.ask("laboratory_tests", population=population)
    chosen = _chosen(tests, test)
    every_shift = shifts(door.ask("laboratory_shifts", **asked), tests, groups)
    places = door.ask("laboratory_quadrants", **asked, **picture.asked())
    tables = {
        "shifts": every_shift[every_shift["test"].isin(chosen["TESTCD"])].reset_index(drop=True),
        "worst": worst_grades(every_shift),
        "edish": marks(door, picture, **asked),
        "quadrants": quadrants(places, groups),
        "unmarked": unmarked(places, picture, groups),
        "no_baseline": _no_baseline(door.ask("laboratory_no_baseline", **asked), tests, order),
        "no_baseline_subjects": _without_baseline(door, population, where),
        "trends": _trends(door, chosen if test else tests[tests["TESTCD"].isin(TRENDS)], order, **asked),
        "paths": path(door, usubjid),
        "limits": _limits(tests),
    }
    graded = door.ask("laboratory_graded", **asked)
    n_total, n_used = sum(groups.values()), whole(graded["n_after"].sum())
    n_marks = whole(tables["quadrants"]["n"].sum())
    return result_of(
        door,
        "laboratory",
        tables,
        population=population_words(door, population),
        n_used=n_used,
        n_total=n_total,
        excluded=[Exclusion("no value of a graded laboratory test after baseline", n_total - n_used)],
        notes=words.notes(door, tables, picture, by=by, where=where, n_marks=n_marks),
        filters=where,
        sentence=words.sentence(tables["quadrants"], graded, groups, picture),
        empty=words.empty(n_total, tests),
        facts={
            "order": order,
            "by": by,
            "sizes": groups,
            "enzyme": enzyme,
            "against": against,
            "enzyme_cut": picture.enzyme_cut,
            "bilirubin_cut": picture.bilirubin_cut,
            "n_marks": n_marks,
            "tests": dict(zip(tests["TESTCD"], tests["LABEL"], strict=True)),
        },
    )


def _chosen(tests: pd.DataFrame, test: str) -> pd.DataFrame:
    """The rows of a test, of all where none is named."""
    found = tests[tests["TESTCD"] == test] if test else tests
    if test and found.empty:
        there = ", ".join(dict.fromkeys(tests["TESTCD"])) or "none"
        raise RequestError(f"'{test}' is not a graded laboratory test of this trial. There are: {there}.")
    return found


def _trends(
    door: Door, tests: pd.DataFrame, order: list[str], *, by: str | None, where: str, population: str
) -> pd.DataFrame:
    """One row a test, group and month: how many, median and quartiles, as measured and × ULN."""
    rows = []
    for test in records(tests.drop_duplicates("PARAMCD")):
        asked = {"by": by, "where": where, "population": population, "paramcd": test["PARAMCD"]}
        found = records(door.ask("laboratory_trends", **asked))
        for row in sorted(found, key=lambda each: (order.index(each["strata"]), each["month"])):
            measured, related = _three(row["measured"]), _three(row["related"])
            counted = (row["strata"], int(row["month"]), int(row["n"]))
            rows.append((test["TESTCD"], test["LABEL"], row["unit"], *counted, *measured, int(row["n_uln"]), *related))
    return table(rows, "test label unit strata month n q1 median q3 n_uln uln_q1 uln_median uln_q3")


def _three(values: Any) -> tuple[float, ...]:
    """Quartiles as three numbers, also where there are none."""
    return tuple(float(each) for each in values) if isinstance(values, np.ndarray) else (float("nan"),) * 3


def _no_baseline(counts: pd.DataFrame, tests: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """One row a test, group and reason."""
    labels = tests.drop_duplicates("PARAMCD")[["PARAMCD", "TESTCD", "LABEL"]].reset_index(names="place")
    named = labels.merge(counts, on="PARAMCD").assign(group=lambda frame: frame["strata"].map(order.index))
    ordered = named.sort_values(["place", "group", "why"], kind="stable")
    shown = ordered.rename(columns={"TESTCD": "test", "LABEL": "label"})
    return shown[["test", "label", "strata", "why", "n"]].reset_index(drop=True)


def _without_baseline(door: Door, population: str, where: str) -> pd.DataFrame:
    """The subjects of the viewer's sites without a baseline of some test, and why."""
    if not door.can(Action.SEE_PATIENTS):
        return table([], "USUBJID SITEID why tests")
    return door.ask("laboratory_without", population=population, where=where, row_limit=MOST_LISTED)


def _limits(tests: pd.DataFrame) -> pd.DataFrame:
    """How each test is graded, in words."""
    direction = tests["DIRECTION"].map({"L": "low", "H": "high"})
    grades = {f"GRADE_{grade}": f"grade_{grade}" for grade in range(1, 5)}
    named = {"TESTCD": "test", "LABEL": "label", "TERM": "term", "SOURCE": "source"} | grades
    return tests.assign(direction=direction).rename(columns=named)[["direction", *named.values()]]
