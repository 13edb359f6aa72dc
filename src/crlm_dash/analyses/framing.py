"""What every display says about itself. The one place where a `Result` is made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from crlm_dash.access import Action
from crlm_dash.analyses.result import Exclusion, Result
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import MISSING_GROUP

MIN_GROUP = 10  # below this a group is not tested
EXPLORATORY = "Exploratory: the display is filtered, so there are no tests and no p-values."
WITHHELD = "(withheld: would show the arm)"

_POPULATIONS = {
    "SCRNFL": "All screened patients",
    "ENRLFL": "Enrolled patients",
    "ITTFL": "Intention-to-treat population",
    "SAFFL": "Safety population",
}


def result_of(
    door: Door,
    analysis: str,
    tables: dict[str, pd.DataFrame],
    *,
    population: str,
    n_used: int,
    n_total: int,
    notes: Iterable[str] = (),
    excluded: Iterable[Exclusion] = (),
    filters: str = "",
    sentence: str = "",
    empty: str = "",
    facts: dict[str, Any] | None = None,
) -> Result:
    """The result of one analysis of `door`'s cut, with everything its header and its notes need."""
    return Result(
        analysis=analysis,
        trial=door.cut.trial,
        title=door.cut.title,
        kind=str(door.cut.kind),
        cut=door.cut.number,
        fingerprint=door.cut.fingerprint,
        cutoff=door.cut.cutoff,
        role=str(door.viewer.role),
        masked=door.masked,
        population=population,
        n_used=n_used,
        n_total=n_total,
        tables=tables,
        excluded=tuple(each for each in excluded if each.n),
        notes=tuple(dict.fromkeys(note for note in notes if note)),
        filters=filters.strip(),
        sentence=sentence or empty,
        empty=empty,
        facts=facts or {},
    )


def population_words(door: Door, flag: str) -> str:
    """A population as it is named on the screen, with its flag: "Enrolled patients (ENRLFL)"."""
    declared = {each.flag: each.label for each in door.protocol.populations}
    label = _POPULATIONS.get(flag) or declared.get(flag, flag)
    return f"{label} ({flag})"


def assumed(door: Door, *places: str) -> tuple[str, ...]:
    """Notes on the assumed values of the protocol file whose place begins with one of `places`."""
    found = [each for each in door.protocol.assumed if each.key.startswith(places)]
    texts = [f"Assumed{_place(each.key)}: {each.text}" for each in found]
    return tuple(text for text in texts if not names_an_arm(door, text))


def _place(key: str) -> str:
    """A key of the protocol file in words: ", accrual target"; nothing for one of a list."""
    return "" if "[" in key else f", {key.replace('.', ' ').replace('_', ' ')}"


def names_an_arm(door: Door, text: str) -> bool:
    """Whether `text` holds the name of an arm and this viewer may not see arm names."""
    if door.can(Action.SEE_ARM_NAMES):
        return False
    names = {word.casefold() for arm in door.protocol.arms for word in (arm.name, arm.label)}
    return any(name in text.casefold() for name in names)


def withhold_arm_names(door: Door, frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with every text that names an arm replaced, for a viewer who may not see arm names."""
    if door.can(Action.SEE_ARM_NAMES) or frame.empty:
        return frame
    replaced = {
        column: frame[column].map(lambda cell: WITHHELD if isinstance(cell, str) and names_an_arm(door, cell) else cell)
        for column in frame.select_dtypes(object).columns
    }
    return frame.assign(**replaced)


def group_order(door: Door, by: str | None, present: Iterable[str]) -> list[str]:
    """
    The groups in the order they are always shown: arms as the door orders them, levels as the protocol does.

    The first is the reference of a comparison unless the door names a control arm. Groups the order does not
    know follow by name; the group of missing values is last.
    """
    if by == BY_ARM:
        known: Sequence[str] = door.arms
    else:
        known = next((each.levels for each in door.protocol.covariates if each.column == by), ())
    here = set(present)
    listed = [name for name in known if name in here or by == BY_ARM]
    others = sorted(here - set(listed) - {MISSING_GROUP})
    return [*listed, *others, *([MISSING_GROUP] if MISSING_GROUP in here else [])]


def cutoff_note(door: Door) -> str:
    """Where the cut-off comes from, when nobody stated it."""
    if door.cut.cutoff_stated:
        return ""
    if door.cut.cutoff == door.cut.sealed_at.date():
        return "The cut-off was not stated: it is the day of loading, or the latest date in the data on that day."
    return "The cut-off was not stated: it is the latest date in the data."


def comparison_note(door: Door, by: str | None) -> str:
    """What a comparison of groups may be taken to mean; '' where nothing is compared."""
    if by is None:
        return ""
    if by == BY_ARM and door.protocol.allocation.randomised:
        return ""
    how = f" (allocation: {door.protocol.allocation.method})" if by == BY_ARM else ""
    return f"Not a randomised comparison{how}: differences are associated with the group, not caused by it."


def filter_note(where: str) -> str:
    """What a filter does to a display; '' without a filter."""
    return EXPLORATORY if where.strip() else ""


def whole(value: Any) -> int:
    """A count out of a query row, 0 where there is none."""
    return 0 if pd.isna(value) else int(value)


def table(rows: Sequence[Sequence[Any]], columns: str) -> pd.DataFrame:
    """A frame of rows with the columns named in `columns`, also when there are no rows."""
    return pd.DataFrame(list(rows), columns=columns.split())


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, each as column → value."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
