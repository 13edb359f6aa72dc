"""What is said about laboratory safety: the finding, how values are graded, what a picture leaves out."""

from __future__ import annotations

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.framing import assumed, comparison_note, filter_note, whole
from crlm_dash.analyses.laboratory_liver import MOST_MARKS, QUADRANTS, ULN, Picture
from crlm_dash.analyses.words import listed
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import POOLED


def sentence(quadrants: pd.DataFrame, graded: pd.DataFrame, groups: dict[str, int], picture: Picture) -> str:
    """
    The finding: how many are in Hy's law range, and how many reached grade 3 in any test.

    Parameters
    ----------
    quadrants : table of that name
    graded : rows of the query `laboratory_graded`
    groups : group → subjects
    picture : what is drawn against what
    """
    cells = quadrants.set_index(["strata", "quadrant"])["n"].to_dict()
    counted = graded.set_index("strata")
    liver = {
        name: (cells[name, QUADRANTS["hy"]], sum(cells[name, word] for word in QUADRANTS.values())) for name in groups
    }
    severe = {
        name: (whole(counted["n_severe"].get(name, 0)), whole(counted["n_graded"].get(name, 0))) for name in groups
    }
    cuts = f"{picture.enzyme} ≥ {picture.enzyme_cut:g} × and bilirubin ≥ {picture.bilirubin_cut:g} × {picture.multiple}"
    return (
        f"Patients in Hy's law range ({cuts}, at their peaks): {_of_each(liver)}. "
        f"With a worst grade of 3 or higher in any test: {_of_each(severe)}."
    )


def _of_each(counts: dict[str, tuple[int, int]]) -> str:
    """Some of how many, group by group: "Arm A 3 of 60 (5 %), Arm B 0 of 58"."""
    return ", ".join(f"{'' if name == POOLED else f'{name} '}{_of(n, size)}" for name, (n, size) in counts.items())


def _of(n: int, size: int) -> str:
    return f"{n:,} of {size:,} ({100 * n / size:.0f} %)" if size else "nobody has such values"


def empty(n_total: int, tests: pd.DataFrame) -> str:
    """Why nothing can be shown; '' where there is something."""
    if n_total == 0:
        return "No patient is in this population yet."
    if tests.empty:
        return "This trial delivered no laboratory value (LB or ADLB) of a test that CTCAE v5.0 grades."
    return ""


def notes(
    door: Door,
    tables: dict[str, pd.DataFrame],
    picture: Picture,
    *,
    by: str | None,
    where: str,
    n_marks: int,
) -> list[str]:
    """What the numbers count, in the order in which a reader needs it."""
    return [
        _drawn(n_marks, len(tables["edish"])),
        _unmarked(tables["unmarked"]),
        _hy_law(picture),
        "Baseline is the last value on or before enrolment (start of treatment where there is no enrolment date). "
        "Worst grades and peaks are of any time after it, unscheduled visits too.",
        *_grading(tables["limits"]),
        *_ungraded(tables["worst"]),
        _unrelated(tables["no_baseline"]),
        _unnamed(door, tables["edish"], by),
        comparison_note(door, by),
        _coded(door, by),
        filter_note(where),
        *assumed(door, "safety.grading"),
    ]


def _drawn(n_marks: int, n_drawn: int) -> str:
    if n_marks <= MOST_MARKS:
        return ""
    return (
        f"Drawn are {n_drawn:,} of {n_marks:,} patients: outside the normal range only, the most extreme "
        f"{MOST_MARKS:,} at most. The numbers in the corners count everyone."
    )


def _unmarked(missing: pd.DataFrame) -> str:
    if missing.empty:
        return ""
    by_reason = missing.groupby("why", sort=False)["n"].sum()
    return f"Not in the picture of the liver: {listed([f'{n:,} ({why})' for why, n in by_reason.items()])}."


def _hy_law(picture: Picture) -> str:
    place = (
        "Hy's law range is a place in the picture, not a diagnosis: procedures on the liver raise both tests, the two "
        "peaks may be weeks apart, and alkaline phosphatase is not considered."
    )
    if picture.against == ULN:
        return f"{place} Limits as in the FDA's guidance of 2009; a peak that reaches one counts as beyond it."
    return f"{place} The limits 3.8 × and 4.8 × baseline are those of the published Hepatic Safety Explorer."


def _grading(limits: pd.DataFrame) -> list[str]:
    if (limits["source"] == "as delivered").any():
        return ["Grades are those delivered with the data (ADLB)."]
    return [
        "Grades: CTCAE v5.0, from the number alone. Grades that need symptoms, a transfusion, admission to hospital or "
        "danger to life cannot be derived and are not shown.",
        "ALT, AST, ALP, GGT and bilirubin are graded against the baseline where that was above the upper limit of "
        "normal, after baseline only: who stays as abnormal as at the start has grade 0. Without a baseline they are "
        "graded against the upper limit, which is never lower.",
        "A grade is missing where the limits of normal, the unit or the baseline that it needs are not known; it is "
        "never taken for 0.",
    ]


def _ungraded(worst: pd.DataFrame) -> list[str]:
    unknown = worst[worst["n_unknown"] > 0].groupby("label", sort=False)["n_unknown"].sum()
    if unknown.empty:
        return []
    named = [f"{label} ({whole(n):,})" for label, n in unknown.items()]
    return [f"Values after baseline, but no grade: {listed(named)}."]


def _unrelated(no_baseline: pd.DataFrame) -> str:
    liver = no_baseline[no_baseline["test"].isin(["ALT", "AST", "BILI"])].groupby("label", sort=False)["n"].sum()
    if liver.empty:
        return ""
    named = [f"{label} ({whole(n):,})" for label, n in liver.items()]
    return f"Patients without a baseline, who are not in the picture of multiples of it: {listed(named)}."


def _unnamed(door: Door, marks: pd.DataFrame, by: str | None) -> str:
    if by == BY_ARM and not door.can(Action.SEE_ARM_NAMES):
        return "Beside a code no patient is named: choose all patients together to open one, or open the key."
    if marks.empty or marks["USUBJID"].notna().all() or not door.can(Action.SEE_PATIENTS):
        return ""
    return "Marks of patients whose records this role may not open have no name."


def _coded(door: Door, by: str | None) -> str:
    """What a code cannot hide: a resection shows in the liver tests."""
    if by != BY_ARM or door.can(Action.SEE_ARM_NAMES):
        return ""
    return "Codes hide the arms' names only: liver tests that rise after a procedure may still tell which arm is which."
