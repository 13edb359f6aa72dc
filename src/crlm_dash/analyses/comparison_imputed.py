"""Who is compared where values are missing and the protocol declares multiple imputation: everybody, several times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from crlm_dash.analyses.comparison_sample import (
    IMPUTED,
    Sample,
    coded_of,
    groups_of,
    in_order,
    levels_in,
    small_groups,
    terms_of,
    too_few,
)
from crlm_dash.analyses.framing import MIN_GROUP, records
from crlm_dash.protocol import Comparison, Confounder, Covariate
from crlm_dash.stats.imputation import Variable
from crlm_dash.stats.imputed_comparison import Incomplete
from crlm_dash.store.door import Door

LEAST = 20  # data sets, where the protocol file names no number
MOST_IMPUTED = 20_000  # patients beyond whom nothing is imputed: it would take minutes


@dataclass(frozen=True)
class Imputed:
    """
    The data sets with every value, all of the same patients in the same order; what they were made from; and the
    complete cases beside them. `helping`: labels of what else predicts. `refused`: why nothing is imputed ('' if it
    is), and then there is one set with gaps.
    """

    sets: tuple[Sample, ...]
    incomplete: Incomplete
    complete: Sample
    helping: tuple[str, ...]
    refused: str


def imputed_of(door: Door, declared: Comparison, found: pd.DataFrame, complete: Sample, cause: int) -> Imputed | None:
    """
    The imputed data sets.

    Parameters
    ----------
    declared : the protocol's comparison
    found : rows of `comparison_design` (then the outcome predicts nothing) or `comparison_outcomes`
    complete : the complete cases of the same rows
    cause : of an endpoint with competing risks, the cause looked at; 0: any event

    Returns
    -------
    None where complete cases are declared, or nothing is missing: then the complete cases are everybody.
    """
    if declared.missing != IMPUTED or not complete.n_incomplete:
        return None
    known = in_order(found[found["strata"].isin(groups_of(door))])
    known = known.loc[np.repeat(known.index, known["n"])].reset_index(drop=True)
    coded = coded_of(declared.covariates, known)
    terms, columns = terms_of(declared.covariates, coded)
    everyone = replace(
        complete, terms=terms, values=np.column_stack(columns), rows=known,
        n_incomplete=0, n_imputed=complete.n_incomplete,
    )  # fmt: skip
    declared_too = _auxiliary(door, declared, known)
    extra = coded_of(declared_too, known)
    helping = [each for each in declared_too if extra[each.column].notna().any()]
    incomplete = Incomplete(
        everyone.subjects(cause),
        tuple(_variable(each, coded[each.column]) for each in declared.covariates),
        tuple(_variable(each, extra[each.column]) for each in helping),
    )
    labels = tuple(each.label for each in helping)
    refused = _refused(everyone)
    if refused:
        return Imputed((everyone,), incomplete, complete, labels, refused)
    generator = np.random.default_rng(declared.imputing.seed)
    filled = incomplete.filled(np.ones((how_many(declared, complete), len(known))), generator)
    sets = tuple(replace(everyone, values=value) for value in incomplete.columns(filled))
    return Imputed(sets, incomplete, complete, labels, "")


def how_many(declared: Comparison, sample: Sample) -> int:
    """
    The number of imputations: as declared, else as many as the per cent of patients with a gap, 20 at least.

    Source: White, Royston & Wood, Stat Med 30 (2011) 377-399.
    """
    share = (sample.n_incomplete + sample.n_imputed) / max(sample.n_grouped, 1)
    return declared.imputing.imputations or max(LEAST, int(np.ceil(100 * share)))


def _auxiliary(door: Door, declared: Comparison, known: pd.DataFrame) -> list[Confounder]:
    """Covariates of the trial that only help to impute: in their levels, or as numbers where none are declared."""
    wanted = declared.imputing.auxiliary
    return [_as_read(each, known[each.column]) for each in door.protocol.covariates if each.column in wanted]


def _as_read(covariate: Covariate, values: pd.Series) -> Confounder:
    number = not covariate.levels and pd.api.types.is_numeric_dtype(values)
    scale: Literal["linear", "levels"] = "linear" if number else "levels"
    return Confounder(column=covariate.column, label=covariate.label, levels=covariate.levels, scale=scale)


def _variable(covariate: Confounder, values: pd.Series) -> Variable:
    if covariate.scale != "levels":
        return Variable(np.asarray(values, dtype=np.float64))
    levels = levels_in(covariate, values)
    codes = values.map({level: float(k) for k, level in enumerate(levels)})
    return Variable(np.asarray(codes, dtype=np.float64), len(levels))


def _refused(everyone: Sample) -> str:
    """Why nothing can be imputed: groups too small, or a covariate as good as unknown in one of them."""
    if len(everyone.rows) > MOST_IMPUTED:
        return f"Beyond {MOST_IMPUTED:,} patients nothing is imputed, as declared it would be: no outcome is compared."
    nowhere = [label for label, n in everyone.missing.items() if n == everyone.n_grouped]
    if nowhere:
        return f"{nowhere[0]} is known in nobody: there is nothing to impute it from, so no outcome is compared."
    if small := small_groups(everyone):
        return too_few(everyone, small)
    for row in records(everyone.gaps):
        n_known = row["n"] - row["n_missing"]
        if n_known < MIN_GROUP:
            return (
                f"{row['label']} is known in {n_known:,} of the {row['n']:,} patients in {row['strata']}, fewer than "
                f"{MIN_GROUP}: what is missing there would be made up from the other group, so no outcome is compared."
            )
    return ""


def averaged(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """
    The mean of several tables of the same rows, number by number; words as in the first.

    Parameters
    ----------
    frames : one an imputed data set

    Returns
    -------
    One table.
    """
    first = frames[0].copy()
    for name in first.select_dtypes("number"):
        first[name] = np.mean([frame[name].to_numpy(dtype=float) for frame in frames], axis=0)
    return first
