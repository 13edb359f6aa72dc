"""The pre-specified covariates as a model takes them: which, with what levels, compared with what, missing in whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crlm_dash.analyses.framing import MIN_GROUP, group_order
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import MISSING_GROUP, is_event

NUMBERS = ("time", "entry", "event", "n")  # columns of the counts that are no covariates
ONE_LEVEL = "the same in everyone"
UNKNOWN = "known in nobody"
_STEPS = {"AGE": (10.0, "per 10 years")}  # a number -> how many of its units one hazard ratio is for, in words
_ONE = (1.0, "per 1")


@dataclass(frozen=True)
class Factor:
    """
    One covariate, or the arm, as far as these data know it.

    `levels` begins with the reference and holds those somebody has; a number has none and `step` says what its
    hazard ratio is for. `left_out` says why it is in no model ('' where it is).
    """

    column: str
    label: str
    levels: tuple[str, ...]
    step: str
    n_missing: int
    left_out: str
    moved: str = ""  # the level that would be the reference, were there ten patients in it

    @property
    def reference(self) -> str:
        """The level others are compared with; '' of a number."""
        return self.levels[0] if self.levels else ""


@dataclass(frozen=True)
class Factors:
    """Counts as `stats` takes them, each covariate coded, and what is known of each covariate."""

    counts: pd.DataFrame
    all: tuple[Factor, ...]

    @property
    def usable(self) -> tuple[Factor, ...]:
        """Those a model can be fitted with."""
        return tuple(each for each in self.all if not each.left_out)

    def known(self, factors: Sequence[Factor]) -> pd.DataFrame:
        """The counts of who has a value in all these; a level nobody has any more is dropped."""
        columns = [each.column for each in factors]
        kept = self.counts[[*NUMBERS, *columns]]
        kept = kept[kept[columns].notna().all(axis=1)]
        leveled = [each.column for each in factors if each.levels and kept[each.column].nunique() < len(each.levels)]
        return kept.assign(**{name: kept[name].cat.remove_unused_categories() for name in leveled})


def covariates_of(door: Door) -> dict[str, str]:
    """The covariates of the protocol that this viewer may see: ADSL column → label."""
    return {column: label for column, label in door.groupings().items() if column != BY_ARM}


def arm_is_seen(door: Door) -> bool:
    """Whether the arm is among the factors: there are several, and the viewer may see outcomes by arm."""
    return BY_ARM in door.groupings()


def factors_of(door: Door, endpoint: str, asked: dict[str, Any]) -> Factors:
    """
    The covariates of everyone at risk for an endpoint, the arm first where the viewer may see outcomes by it.

    Parameters
    ----------
    endpoint : PARAMCD
    asked : filter and population of the display

    Returns
    -------
    `counts` with `time`, `entry`, `event`, `n` and one column per factor: categorical, the reference first, or a
    number in steps of what its hazard ratio is for; missing where the value is not known.
    """
    labels = covariates_of(door)
    by = BY_ARM if arm_is_seen(door) else None
    found = door.ask("riskfactor_counts", by=by, **asked, endpoint=endpoint, covariates=list(labels))
    counts = found.assign(event=is_event(found["cnsr"]).astype(int)).drop(columns=["cnsr", "strata"])
    arms = {BY_ARM: found["strata"].where(found["strata"] != MISSING_GROUP)} if by else {}
    coded, factors = counts[list(NUMBERS)], []
    for column, values in {**arms, **{column: counts[column] for column in labels}}.items():
        factor, value = _factor(door, column, labels.get(column, "Arm"), values, counts["n"])
        coded = coded.assign(**{column: value})
        factors.append(factor)
    return Factors(coded, tuple(factors))


def _factor(door: Door, column: str, label: str, values: pd.Series, n: pd.Series) -> tuple[Factor, pd.Series]:
    """A factor, and its values as a model takes them."""
    n_missing = int(n[values.isna()].sum())
    declared = next((each.levels for each in door.protocol.covariates if each.column == column), ())
    if pd.api.types.is_numeric_dtype(values.dtype) and not declared:
        unit, step = _STEPS.get(column, _ONE)
        why = {0: UNKNOWN, 1: ONE_LEVEL}.get(values.nunique(), "")
        return Factor(column, label, (), step, n_missing, why), values.astype(float) / unit
    text = values.map(_written, na_action="ignore")
    sizes = n.groupby(text).sum()
    order = group_order(door, column, [str(level) for level in sizes.index])
    if column == BY_ARM:
        first = [name for name in order if name == door.control]
        order = [*first, *(name for name in order if name not in first)]
    present = [name for name in order if sizes.get(name, 0) > 0]
    levels = present if column == BY_ARM else _reference_first(present, sizes)
    moved = present[0] if present and present[0] != levels[0] else ""
    why = {0: UNKNOWN, 1: ONE_LEVEL}.get(len(levels), "")
    coded = pd.Series(pd.Categorical(text, categories=levels), index=values.index)
    return Factor(column, label, tuple(levels), "", n_missing, why, moved), coded


def _written(value: Any) -> str:
    """A level as it is named: a score of 1 is '1', not '1.0'."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _reference_first(levels: Sequence[str], sizes: pd.Series) -> list[str]:
    """The first level with enough patients to compare with before the others, which keep their order."""
    reference = next((level for level in levels if sizes[level] >= MIN_GROUP), None)
    return [*(each for each in levels if each == reference), *(each for each in levels if each != reference)]
