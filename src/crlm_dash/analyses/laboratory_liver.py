"""The liver: peak ALT or AST against peak bilirubin, who is where in that picture, and one patient's way there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.framing import table, whole
from crlm_dash.errors import RequestError
from crlm_dash.store.door import BY_ARM, Door

ULN, BASELINE = "uln", "baseline"
ENZYMES = ("ALT", "AST")
MOST_MARKS = 2_000  # beyond this many subjects only the most extreme are drawn
QUADRANTS = {
    "hy": "Hy's law range",
    "temple": "Temple's corollary",
    "cholestasis": "Cholestasis",
    "normal": "Normal range",
}
_NO_VALUE, _NOT_RELATED = "no value after", "not related"


@dataclass(frozen=True)
class Picture:
    """What is drawn against what, and where a peak counts as high: at these multiples or above."""

    enzyme: str
    against: str

    @property
    def enzyme_cut(self) -> float:
        """Multiple from which the enzyme is high."""
        return 3.0 if self.against == ULN else 3.8

    @property
    def bilirubin_cut(self) -> float:
        """Multiple from which bilirubin is high."""
        return 2.0 if self.against == ULN else 4.8

    @property
    def multiple(self) -> str:
        """What the peaks are multiples of."""
        return "ULN" if self.against == ULN else "baseline"

    def asked(self) -> dict[str, Any]:
        """The parameters of the queries."""
        return {
            "enzyme": self.enzyme,
            "against": self.against,
            "enzyme_cut": self.enzyme_cut,
            "bilirubin_cut": self.bilirubin_cut,
        }


def picture_of(enzyme: str, against: str) -> Picture:
    """The picture asked for; `RequestError` names the choices."""
    if enzyme not in ENZYMES:
        raise RequestError(f"'{enzyme}' is not an enzyme of this picture. There are: {', '.join(ENZYMES)}.")
    if against not in (ULN, BASELINE):
        raise RequestError(f"Peaks are multiples of '{ULN}' or '{BASELINE}', not of '{against}'.")
    return Picture(enzyme, against)


def quadrants(counts: pd.DataFrame, groups: dict[str, int]) -> pd.DataFrame:
    """
    Who is in which quadrant.

    Parameters
    ----------
    counts : rows of the query `laboratory_quadrants`
    groups : group → subjects

    Returns
    -------
    One row a group and quadrant, zero rows too: `strata`, `quadrant`, `n`, `percent` (of those with a mark, 0–100).
    """
    found = counts.set_index(["strata", "place"])["n"].to_dict() if len(counts) else {}
    rows = []
    for strata in groups:
        cells = {word: whole(found.get((strata, place), 0)) for place, word in QUADRANTS.items()}
        marked = sum(cells.values())
        rows += [(strata, word, n, 100 * n / marked if marked else float("nan")) for word, n in cells.items()]
    return table(rows, "strata quadrant n percent")


def unmarked(counts: pd.DataFrame, picture: Picture, groups: dict[str, int]) -> pd.DataFrame:
    """
    Who has no mark in the picture, and why.

    Parameters
    ----------
    counts : rows of the query `laboratory_quadrants`
    picture : what is drawn against what
    groups : group → subjects

    Returns
    -------
    One row a group and reason: `strata`, `why`, `n`.
    """
    related = "upper limit of normal" if picture.against == ULN else "baseline"
    reasons = {
        _NO_VALUE: f"no value of {picture.enzyme} or of bilirubin after baseline",
        _NOT_RELATED: f"no {related} of {picture.enzyme} or of bilirubin",
    }
    found = counts.set_index(["strata", "place"])["n"].to_dict() if len(counts) else {}
    rows = [
        (strata, words, whole(found[strata, place]))
        for strata in groups
        for place, words in reasons.items()
        if (strata, place) in found
    ]
    return table(rows, "strata why n")


def marks(door: Door, picture: Picture, **asked: Any) -> pd.DataFrame:
    """
    One row a mark of the picture, the most extreme first.

    Parameters
    ----------
    door : the cut, as the viewer may see it
    picture : what is drawn
    asked : `by`, `where` and `population` of the query

    Returns
    -------
    `USUBJID` (missing where the viewer may not open the patient, and beside a code), `strata`, `enzyme`, `enzyme_day`,
    `bilirubin`, `bilirubin_day`, `alp_uln`, `quadrant`. Beyond `MOST_MARKS` subjects only those outside normal.
    """
    found = door.ask("laboratory_marks", **asked, **picture.asked(), most=MOST_MARKS)
    named = _named(door, found["subject"].tolist(), **asked)
    return found.assign(
        USUBJID=found["subject"].map(named).astype(object),
        quadrant=found["place"].map(QUADRANTS),
        enzyme_day=found["enzyme_day"].astype("Int64"),
        bilirubin_day=found["bilirubin_day"].astype("Int64"),
    )[["USUBJID", "strata", "enzyme", "enzyme_day", "bilirubin", "bilirubin_day", "alp_uln", "quadrant"]]


def _named(door: Door, subjects: list[Any], *, population: str, where: str, by: str | None) -> dict[Any, str]:
    """Identifiers of the subjects whose records the viewer may open; nobody beside a code, which would name his arm."""
    coded = by == BY_ARM and not door.can(Action.SEE_ARM_NAMES)
    if coded or not subjects or not door.can(Action.SEE_PATIENTS):
        return {}
    rows = door.ask("laboratory_named", population=population, where=where, subjects=subjects)
    return dict(zip(rows["subject"], rows["USUBJID"], strict=True))


def path(door: Door, usubjid: str) -> pd.DataFrame:
    """
    One patient's liver tests over time.

    Parameters
    ----------
    door : the cut, as the viewer may see it
    usubjid : the patient; '' for nobody

    Returns
    -------
    `USUBJID`, `test`, `label`, `day` (study day), `value`, `unit`, `uln`, `baseline` (multiples), `grade`,
    `is_baseline`; no rows for nobody.

    Raises
    ------
    AccessDenied : the patient is of a site the viewer may not list; NotFound : there is no such subject
    """
    columns = "USUBJID test label day value unit uln baseline grade is_baseline"
    if not usubjid:
        return table([], columns)
    found = door.ask("laboratory_path", usubjid=usubjid)
    return found.assign(USUBJID=usubjid, grade=found["grade"].astype("Int64"))[columns.split()]
