"""Who is compared, in which covariates: the two groups, each covariate as numbers, and in whom it is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from crlm_dash.analyses.framing import MIN_GROUP, table
from crlm_dash.analyses.words import listed, plural
from crlm_dash.protocol import Comparison, Confounder
from crlm_dash.stats.counts import Floats
from crlm_dash.stats.group_comparison import Subjects
from crlm_dash.store.door import BY_ARM, Door
from crlm_dash.terms import MISSING_GROUP, is_event

SAME = "the same in everyone, so it is left out"
LOGARITHM = "logarithm"
IMPUTED = "multiple imputation"
GAPS = "term label strata n n_missing"


@dataclass(frozen=True)
class Term:
    """One column of the propensity model: a number, or a level of a covariate against its reference."""

    column: str
    label: str
    level: str
    binary: bool
    unit: str
    left_out: str = ""


@dataclass(frozen=True)
class Sample:
    """
    Everyone compared, one row a subject, unnamed: in whom all covariates are known, or with those of one imputation.

    `groups`: the reference, then the other. `missing`: label of a covariate → in how many it is not known. `gaps`: of
    each covariate and group, how many patients there are and in how many it is not known. `n_incomplete`: patients left
    out for it; `n_imputed`: patients kept with an imputed value. `no_logarithm`: label of a covariate on a logarithmic
    scale → in how many it is 0 or below, which counts as not known.
    """

    groups: tuple[str, str]
    terms: tuple[Term, ...]
    values: Floats  # (subjects, terms)
    rows: pd.DataFrame
    n_total: int
    n_no_group: int
    n_incomplete: int
    missing: dict[str, int]
    gaps: pd.DataFrame
    no_logarithm: dict[str, int]
    n_imputed: int = 0

    @property
    def n_grouped(self) -> int:
        """How many patients have a group."""
        return self.n_total - self.n_no_group

    @cached_property
    def treated(self) -> Floats:
        """1 for the group that is not the reference."""
        return np.asarray(self.rows["strata"] == self.groups[1], dtype=np.float64)

    @property
    def used(self) -> list[int]:
        """Places of the terms that differ between subjects."""
        return [place for place, term in enumerate(self.terms) if not term.left_out]

    @property
    def x(self) -> Floats:
        """(subjects, terms) of the model."""
        return np.asarray(self.values[:, self.used])

    @property
    def sizes(self) -> tuple[int, int]:
        """How many subjects there are of the reference and of the other group."""
        other = int(self.treated.sum())
        return len(self.rows) - other, other

    def subjects(self, cause: int) -> Subjects:
        """The follow-up, to an event of any kind (`cause` 0), or of one cause while others compete."""
        time, entry = (self.rows[name].to_numpy(dtype=float) for name in ("time", "entry"))
        happened = is_event(self.rows["cnsr"]).to_numpy(dtype=bool)
        causes = self.rows["cause"].to_numpy()
        mine, any_event = (happened, happened) if not cause else (causes == cause, causes > 0)
        return Subjects(self.x, self.treated, time, entry, mine, any_event)


def sample_of(door: Door, declared: Comparison, found: pd.DataFrame) -> Sample:
    """
    The subjects of a query, complete cases only.

    Parameters
    ----------
    declared : the protocol's comparison
    found : rows of `comparison_design` or `comparison_outcomes`
    """
    groups = groups_of(door)
    known = in_order(found[found["strata"].isin(groups)])
    coded = coded_of(declared.covariates, known)
    unknown = {each.label: int(known.loc[coded[each.column].isna(), "n"].sum()) for each in declared.covariates}
    complete = np.logical_and.reduce([coded[each.column].notna() for each in declared.covariates])
    kept = known[complete].reset_index(drop=True)
    terms, columns = terms_of(declared.covariates, {name: value[complete] for name, value in coded.items()})
    repeated = np.repeat(np.arange(len(kept)), kept["n"])
    values = np.column_stack(columns)[repeated] if columns else np.empty((len(repeated), 0))
    total = int(found["n"].sum())
    return Sample(
        groups=groups,
        terms=terms,
        values=values,
        rows=kept.iloc[repeated].reset_index(drop=True),
        n_total=total,
        n_no_group=total - int(known["n"].sum()),
        n_incomplete=int(known["n"].sum()) - len(repeated),
        missing={label: n for label, n in unknown.items() if n},
        gaps=_gaps(declared.covariates, groups, known, coded),
        no_logarithm=_no_logarithm(declared.covariates, known),
    )


def in_order(known: pd.DataFrame) -> pd.DataFrame:
    """
    Rows in an order that does not depend on what groups are called: what is drawn is so for everybody.

    Of two groups who share a row that one is first which has more patients in the first row in which they differ.

    Parameters
    ----------
    known : rows of `comparison_design` or `comparison_outcomes` of the two groups

    Returns
    -------
    The same rows.
    """
    pattern = known.groupby([name for name in known if name not in ("strata", "n")], sort=False, dropna=False).ngroup()
    group, names = pd.factorize(known["strata"])
    counts = np.zeros((int(pattern.max()) + 1 if len(known) else 0, max(len(names), 1)))
    np.add.at(counts, (pattern, group), known["n"])
    apart = counts[np.ptp(counts, axis=1) > 0]
    first = int(apart[0].argmax()) if len(apart) else 0
    return known.iloc[np.lexsort((group != first, pattern))].reset_index(drop=True)


def small_groups(sample: Sample) -> list[str]:
    """Groups of fewer than ten patients."""
    return [group for group, n in zip(sample.groups, sample.sizes, strict=True) if n < MIN_GROUP]


def too_few(sample: Sample, small: list[str]) -> str:
    """The statement on groups too small to be compared."""
    sizes = dict(zip(sample.groups, sample.sizes, strict=True))
    found = listed([f"{group} ({plural(sizes[group], 'patient')})" for group in small])
    known = "" if sample.n_imputed else " with every covariate known"
    return f"Fewer than {MIN_GROUP} patients{known} in {found}: the groups are not compared."


def coded_of(covariates: Sequence[Confounder], known: pd.DataFrame) -> dict[str, pd.Series]:
    """Of each covariate the values as the model takes them: numbers, or levels by name; missing where not known."""
    return {each.column: _coded(each, known[each.column]) for each in covariates}


def terms_of(covariates: Sequence[Confounder], coded: dict[str, pd.Series]) -> tuple[tuple[Term, ...], list[Floats]]:
    """The columns of the propensity model, and their values; a missing value is in none of the levels."""
    columns: list[Floats] = []
    terms: list[Term] = []
    for each in covariates:
        for term, value in _terms(each, coded[each.column]):
            known = value[coded[each.column].notna()]
            left_out = SAME if len(known) == 0 or np.ptp(known) < 1e-12 else ""
            terms.append(Term(each.column, each.label, *term, left_out=left_out))
            columns.append(value)
    return tuple(terms), columns


def levels_in(covariate: Confounder, values: pd.Series) -> tuple[str, ...]:
    """The levels of a covariate, its reference first, then as declared, then any other that there is."""
    return (*covariate.levels, *sorted(set(values.dropna()) - set(covariate.levels)))


def _gaps(
    covariates: Sequence[Confounder], groups: tuple[str, str], known: pd.DataFrame, coded: dict[str, pd.Series]
) -> pd.DataFrame:
    rows = []
    for each in covariates:
        for group in groups:
            mine = known["strata"] == group
            missing = mine & coded[each.column].isna()
            rows.append(
                (each.column, each.label, group, int(known.loc[mine, "n"].sum()), int(known.loc[missing, "n"].sum()))
            )
    return table(rows, GAPS)


def _no_logarithm(covariates: Sequence[Confounder], known: pd.DataFrame) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in covariates:
        if each.scale == "log":
            n = int(known.loc[pd.to_numeric(known[each.column], errors="coerce") <= 0, "n"].sum())
            found |= {each.label: n} if n else {}
    return found


def groups_of(door: Door) -> tuple[str, str]:
    """The reference (the control arm; of codes the first), then the group that is compared with it."""
    first, second = door.arms
    return (second, first) if door.control == second else (first, second)


def asked_of(declared: Comparison) -> dict[str, Any]:
    """What the queries are asked."""
    columns = [each.column for each in declared.covariates]
    if declared.missing == IMPUTED:
        columns += declared.imputing.auxiliary
    return {"by": BY_ARM, "covariates": columns}


def _coded(covariate: Confounder, values: pd.Series) -> pd.Series:
    """Values as the model takes them: numbers, or levels as they are named; missing where not known."""
    if covariate.scale == "levels":
        return values.map(_written, na_action="ignore").where(values != MISSING_GROUP)
    number = pd.to_numeric(values, errors="coerce").astype(float)
    return number.where(number > 0).map(np.log, na_action="ignore") if covariate.scale == "log" else number


def _written(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _terms(covariate: Confounder, values: pd.Series) -> list[tuple[tuple[str, bool, str], Floats]]:
    """The columns of one covariate: level, whether it is 0 or 1, unit; and their values."""
    if covariate.scale != "levels":
        unit = ", ".join(word for word in (covariate.unit, LOGARITHM if covariate.scale == "log" else "") if word)
        return [(("", False, unit), values.to_numpy(dtype=float))]
    levels = levels_in(covariate, values)[1:]  # the first is the reference
    return [((level, True, ""), np.asarray(values == level, dtype=np.float64)) for level in levels]
