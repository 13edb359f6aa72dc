"""Response of the cohort: best overall response, best change of the targets' sum, its course, time in response."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crlm_dash import stats
from crlm_dash.access import Action
from crlm_dash.analyses import response_words as words
from crlm_dash.analyses.framing import group_order, population_words, result_of, table, whole
from crlm_dash.analyses.result import Exclusion, Result
from crlm_dash.analyses.safety_contrasts import reference_of, risk_differences
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import POOLED

MOST_MARKS = 500  # beyond this many subjects nobody is drawn alone
RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "none", "no scan")
MEASURES = {
    "Objective response": ("CR", "PR"),
    "Disease control": ("CR", "PR", "SD", "NON-CR/NON-PD"),
    "Complete response": ("CR",),
}
COURSE_STATES = ("CR", "PR", "SD", "PD", "not known", "died")


def response(door: Door, *, by: str | None = None, population: str = "ENRLFL", where: str = "") -> Result:
    """
    Response to treatment by RECIST 1.1, in all patients or by group.

    Parameters
    ----------
    by : 'arm', a covariate of the protocol, or None
    population : ADSL flag of the denominators
    where : a filter text

    Returns
    -------
    Tables `best` (best overall response, by the reader and from the diameters), `rates` (with exact limits),
    `differences` (between groups); one mark a patient: `changes` (waterfall), `lines` (spider), `courses` (swimmer);
    the same for all together: `histogram`, `spread`, `states`. Where a code would stand beside single patients, and
    beyond `MOST_MARKS` patients, the first three are empty (`facts["marks"]` is False), else the last three.

    Raises
    ------
    AccessDenied : the viewer may not see outcomes by arm
    """
    if by == BY_ARM:
        door.check_can(Action.SEE_OUTCOMES_BY_ARM)
    asked: dict[str, Any] = {"by": by, "where": where, "population": population}
    counts = door.ask("response_best", **asked)
    sizes = counts.groupby("strata")["n"].sum()
    order = group_order(door, by, sizes.index) if by else [POOLED]
    groups = {name: whole(sizes.get(name, 0)) for name in order}
    assessed = not counts["assessed"].isin(["none", "no scan"]).all()
    best = _best(counts, groups)
    rates = _rates(best, groups, "n" if assessed else "n_calculated")
    n_total, n_changes = sum(groups.values()), whole(counts["n_changes"].sum())
    n_used = n_total - whole(counts.loc[counts["assessed"] == "no scan", "n"].sum())
    coded = by == BY_ARM and not door.can(Action.SEE_ARM_NAMES)
    marks = not coded and n_total <= MOST_MARKS
    tables = {
        "best": best,
        "rates": rates,
        "differences": _differences(rates, order, door.control if by == BY_ARM else None),
        **_drawn(door, marks, assessed, groups, **asked),
    }
    return result_of(
        door,
        "response",
        tables,
        population=population_words(door, population),
        n_used=n_used,
        n_total=n_total,
        excluded=[
            Exclusion("no scan after baseline: counted as no response", n_total - n_used),
            Exclusion("no change of a sum of targets: not in the pictures of change", n_used - n_changes),
        ],
        notes=words.notes(door, counts, by=by, where=where, assessed=assessed, marks=marks, coded=coded),
        filters=where,
        sentence=words.sentence(rates, groups),
        empty=words.empty(n_total, n_used),
        facts={"order": order, "by": by, "sizes": groups, "marks": marks, "assessed": assessed, "n_changes": n_changes},
    )


def _best(counts: pd.DataFrame, groups: dict[str, int]) -> pd.DataFrame:
    """One row a group and response, zero rows too: by the reader, and from the diameters."""
    found = {
        source: counts.groupby(["strata", source])["n"].sum().to_dict() if len(counts) else {}
        for source in ("assessed", "calculated")
    }
    rows = []
    for strata, n in groups.items():
        for code in RESPONSES:
            theirs, ours = (whole(found[source].get((strata, code), 0)) for source in ("assessed", "calculated"))
            shares = [100 * each / n if n else float("nan") for each in (theirs, ours)]
            rows.append((strata, code, theirs, shares[0], ours, shares[1]))
    return table(rows, "strata response n percent n_calculated percent_calculated")


def _rates(best: pd.DataFrame, groups: dict[str, int], column: str) -> pd.DataFrame:
    """One row a group and measure: who responded, of all of the group, with exact limits."""
    rows = []
    for strata, n in groups.items():
        own = best[best["strata"] == strata].set_index("response")[column]
        rows += [(strata, name, int(own.loc[list(codes)].sum()), n) for name, codes in MEASURES.items()]
    counted = table(rows, "strata measure n_event n")
    return counted.join(stats.clopper_pearson(counted[["n_event", "n"]])[["estimate", "conf_low", "conf_high"]])


def _differences(rates: pd.DataFrame, order: list[str], control: str | None) -> pd.DataFrame:
    """One row a measure and group: the difference of its share from that of the reference."""
    counted = rates.rename(columns={"n_event": "n_subjects"})[["measure", "strata", "n_subjects", "n"]]
    return risk_differences(counted, order, reference_of(order, control), ["measure"])


def _drawn(door: Door, marks: bool, assessed: bool, groups: dict[str, int], **asked: Any) -> dict[str, pd.DataFrame]:
    """The tables of the pictures: a mark a patient, or all of a group together."""
    found = {
        "changes": table([], "USUBJID mark strata change day response"),
        "lines": table([], "USUBJID mark strata day change sum response"),
        "courses": table([], "USUBJID mark strata state start_day end_day last_day died is_last"),
        "histogram": table([], "strata step n percent"),
        "spread": table([], "strata month n q1 median q3"),
        "states": table([], "strata month state n percent"),
    }
    given: dict[str, Any] = {**asked, "assessed": assessed}
    cutoff = door.cut.cutoff.isoformat()
    if not marks:
        steps = door.ask("response_histogram", **asked)
        together = steps.groupby("strata")["n"].transform("sum")
        return found | {
            "histogram": steps.assign(percent=100 * steps["n"] / together),
            "spread": door.ask("response_spread", **given),
            "states": _states(door.ask("response_states", **given, cutoff=cutoff), groups),
        }
    courses = door.ask("response_courses", **given, cutoff=cutoff)
    subjects = courses["subject"].drop_duplicates().tolist()
    named = _named(door, subjects, **asked)
    numbers = {subject: number for number, subject in enumerate(subjects, start=1)}  # says nothing about who it is
    single = {
        "changes": door.ask("response_marks", **given),
        "lines": door.ask("response_lines", **given),
        "courses": courses,
    }
    for name, frame in single.items():
        told = frame.assign(USUBJID=frame["subject"].map(named).astype(object), mark=frame["subject"].map(numbers))
        ordered = told.sort_values("mark", kind="stable", ignore_index=True) if name == "lines" else told
        found[name] = ordered[found[name].columns.tolist()]
    return found


def _states(moves: pd.DataFrame, groups: dict[str, int]) -> pd.DataFrame:
    """One row a group, month and state: how many are in it, of all of the group; the rest are followed no longer."""
    if moves.empty:
        return table([], "strata month state n percent")
    months = range(0, int(moves["month"].max()) + 1, 3)
    rows = []
    for strata, size in groups.items():
        for state in COURSE_STATES:
            own = moves[(moves["strata"] == strata) & (moves["state"] == state)].groupby("month")["n"].sum()
            running = own.reindex(months, fill_value=0).cumsum()
            rows += [
                (strata, month, state, int(n), 100 * n / size if size else float("nan")) for month, n in running.items()
            ]
    return table(rows, "strata month state n percent")


def _named(door: Door, subjects: list[Any], *, by: str | None, population: str, where: str) -> dict[Any, str]:
    """Identifiers of the subjects whose records the viewer may open."""
    if not subjects or not door.can(Action.SEE_PATIENTS):
        return {}
    rows = door.ask("response_named", population=population, where=where, subjects=subjects)
    return dict(zip(rows["subject"], rows["USUBJID"], strict=True))
